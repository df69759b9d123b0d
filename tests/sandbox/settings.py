# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All settings of a sandbox in one object."""

from __future__ import annotations

from dataclasses import dataclass

from tests.sandbox.harbor.settings import HarborSettings
from tests.sandbox.tcr.settings import TcrSettings


@dataclass
class Settings(TcrSettings, HarborSettings):
    """Settings of the TCR and of Harbor."""
