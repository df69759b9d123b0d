# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements against the sandbox: ``python -m tests.bench``, or one of its parts alone."""

from __future__ import annotations

from tests.support.collection import register_collection

register_collection()
