# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCR and a Harbor on loopback: the target and the source of a migration, for tests and for the demo."""

from __future__ import annotations

from tests.sandbox.sandbox import Sandbox

__all__ = ["Sandbox"]
