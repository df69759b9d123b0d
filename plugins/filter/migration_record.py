# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters migration_record and failure_message: what a run found and did, for playbooks and reports."""

from __future__ import annotations

DOCUMENTATION = r"""
name: migration_record
short_description: What the roles of a run found and did on all hosts
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - Collects the facts of the roles of this collection for reports and decisions of the playbooks.
options:
  _input:
    description: The facts of each host by its name, which is the variable C(hostvars).
    type: dict
    required: true
  hosts:
    description: The hosts on which Harbor runs.
    type: list
    elements: str
    required: true
  limited:
    description: Whether the user has chosen which hosts take part.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: List what was done
  ansible.builtin.debug:
    msg: "{{ (facts | cloud_registry.migration.migration_record([])).actions }}"
  vars:
    facts:
      localhost:
        registry_access: {actions: [{action: create, object: private link, key: vpc-1a2b3c4d}]}
"""

RETURN = r"""
_value:
  description:
    - C(actions) of a migration and C(removals) of a cleanup; what was C(copied) and
      C(kept_at_target); C(leftovers) that a cleanup would remove, C(leftovers_problem) and
      C(not_looked_at).
    - C(executions) of the run, C(running) ones, C(comparison) at its end or C(comparison_problem), C(warnings).
    - C(continuous) and C(lag) where each push is copied at once.
    - C(superseded_credential_ids) and C(kept_credential_ids), C(hosts_problem) by step, C(note), C(failure), C(cleanup_failure),
      C(started) in seconds since 1970, and C(parts) of the run.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ..module_utils._migration.report.record import migration_record


def _filter(facts: Any, hosts: Any, limited: bool = False) -> dict[str, Any]:
    return migration_record(facts, list(hosts), bool(limited))


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"migration_record": _filter}
