# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: how long access stays, for the option lease_hours of modules."""

from __future__ import annotations

DOCUMENTATION = r"""
name: lease_hours
short_description: How many hours temporary access is needed, or 0 where it stays
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - What roles give the option O(cloud_registry.migration.tcr_public_whitelist#module:lease_hours) of modules.
options:
  _input:
    description: The hours; blank for V(72).
    type: raw
    required: true
  access:
    description: V(lease), V(run) or V(permanent), for which the result is 0. Blank is V(lease).
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: The results are 24, 72 and 0
  ansible.builtin.debug:
    msg:
      - "{{ 24 | cloud_registry.migration.lease_hours('run') }}"
      - "{{ '' | cloud_registry.migration.lease_hours('') }}"
      - "{{ 24 | cloud_registry.migration.lease_hours('permanent') }}"
"""

RETURN = r"""
_value:
  description: The hours.
  type: int
"""

from collections.abc import Callable
from typing import Any

from ..module_utils._migration.variables.access import lease_hours


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"lease_hours": lease_hours}
