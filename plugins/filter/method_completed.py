# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: the result of harbor_name_resolution after another module has done one of its methods."""

from __future__ import annotations

DOCUMENTATION = r"""
name: method_completed
short_description: The result of harbor_name_resolution after another module has done one of its methods
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - Adds the action to C(actions), takes the method from C(pending_methods), and completes C(leftovers).
options:
  _input:
    description: A result of M(cloud_registry.migration.harbor_name_resolution).
    type: dict
    required: true
  method:
    description: V(helm) or V(vpc_dns).
    type: str
    required: true
  changed:
    description: Whether there was something to do.
    type: bool
    required: true
  shared_with:
    description: The other migrations that use what the method makes, so that it stays for them.
    type: list
    elements: str
    default: []
  owned:
    description: Whether this migration has to take back what the method makes.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Keep what was done
  ansible.builtin.set_fact:
    harbor_name_resolution: "{{ result | cloud_registry.migration.method_completed('helm', true) }}"
  vars:
    result: {host: harbor-1, actions: [], pending_methods: [helm]}
"""

RETURN = r"""
_value:
  description: The result, completed.
  type: dict
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..module_utils._migration.name_resolution.request import with_completed_method


def _filter(
    result: Any, method: str, changed: bool, shared_with: Sequence[str] = (), owned: bool = True
) -> dict[str, Any]:
    return with_completed_method(result, method, changed, shared_with, owned)


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"method_completed": _filter}
