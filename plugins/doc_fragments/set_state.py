# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(present) adds what is missing and updates what differs.
      - V(absent) removes what is listed.
      - V(exact) does what V(present) does and also removes what is not listed.
    type: str
    choices: [present, absent, exact]
    default: present
"""
