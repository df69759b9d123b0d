#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_replication_execution_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_replication_execution_info
short_description: Lists the replications that Harbor is running
version_added: 0.1.0
description:
  - Lists the executions of all replication policies that have not ended, whoever started them. Restarting Harbor would interrupt
    them.
author: cloud_registry.migration contributors (@cloud-registry)
options: {}
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.query
attributes:
  check_mode: {support: full}
  diff_mode: {support: N/A, details: The module changes nothing.}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.harbor]}
seealso:
  - module: cloud_registry.migration.harbor_replication_execution
"""

EXAMPLES = r"""
- name: See what runs
  cloud_registry.migration.harbor_replication_execution_info:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
  register: found

- name: Stop when a replication runs
  ansible.builtin.assert:
    that: found.executions | length == 0
"""

RETURN = r"""
executions:
  description: The executions that have not ended.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Harbor's id of the execution.
      type: int
      sample: 17
    policy:
      description: The name of the replication policy; empty when it was deleted meanwhile.
      type: str
      sample: nightly
    started:
      description: When it was started.
      type: str
      sample: "2026-11-21T09:16:17Z"
    total:
      description: The number of its tasks so far.
      type: int
      sample: 12
"""

from ..module_utils._harbor.replication.activity import running_executions
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import QUERY
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.run import run_info


def main() -> None:
    run_info(
        arguments=HARBOR.merge(QUERY),
        collect=lambda call: {"executions": running_executions(harbor_client(call))},
        returns="executions",
    )


if __name__ == "__main__":
    main()
