# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions of the attributes that every module states; the support is stated by each module itself."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the predicted status without making changes.
  diff_mode:
    description: Returns details on what has changed (or would be changed in C(check_mode)) in diff mode.
  idempotent:
    description:
      - When run twice in a row with the same options, and nothing else changes the object meanwhile, the second run
        reports no change.
  action_group:
    description: Is in these action groups, so that C(module_defaults) can give the connection options once.
"""
