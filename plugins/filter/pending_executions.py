# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: which policies have something to copy."""

from __future__ import annotations

DOCUMENTATION = r"""
name: pending_executions
short_description: The replication policies that have something to copy, and what they will copy
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - A policy is due when one of the repositories that it covers is missing or different at the target.
  - An item of the result can be given to M(cloud_registry.migration.harbor_replication_execution).
options:
  _input:
    description: The policies, as RV(cloud_registry.migration.migration_state_info#module:policies).
    type: list
    elements: dict
    required: true
  inventory:
    description: The selected repositories of the source with C(name) and C(size).
    type: list
    elements: dict
    required: true
  verdicts:
    description: The repositories with C(name) and C(verdict), as returned by M(cloud_registry.migration.migration_verify).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Only the repository team/api has something to copy
  ansible.builtin.debug:
    msg: "{{ policies | cloud_registry.migration.pending_executions(inventory, verdicts) }}"
  vars:
    policies: [{name: to-cloud, filters: [{type: name, value: "team/**"}]}]
    inventory: [{name: team/api, size: 1000}, {name: team/web, size: 2000}]
    verdicts: [{name: team/api, verdict: missing}, {name: team/web, verdict: equal}]
"""

RETURN = r"""
_value:
  description: For each policy that is due its name, and the repositories that it covers with the bytes still to be copied.
  type: list
  elements: dict
  sample:
    - policy: to-cloud
      expected_repositories: {team/api: 1000, team/web: 0}
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import MigrationError
from ..module_utils._migration.plan.policies import pending_executions


def _filter(policies: Any, inventory: Any, verdicts: Any) -> list[dict[str, Any]]:
    try:
        return pending_executions(policies, inventory, verdicts)
    except MigrationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"pending_executions": _filter}
