#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_replication_policy."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_replication_policy
short_description: Manage the replication policies of a Harbor
version_added: 0.1.0
description:
  - Creates, changes and deletes replication policies.
  - Harbor replaces a policy as a whole and drops what is not sent; the module keeps what is not given.
  - Old versions of Harbor ignore what they do not know. Asking for something that this Harbor lacks fails with the
    version that brings it.
  - One task manages one policy, or with O(policies) any number of them with one listing.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.harbor_policy
  - cloud_registry.migration.set_state
  - cloud_registry.migration.ownership
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.harbor]}
notes:
  - In check mode the endpoint need not exist yet.
  - A policy that is running is not deleted; the task fails.
  - From Harbor 2.2 on, the history of its executions is deleted together with a policy.
seealso:
  - module: cloud_registry.migration.harbor_registry
  - module: cloud_registry.migration.harbor_replication_execution
"""

EXAMPLES = r"""
- name: Copy two projects to TCR when started by hand
  cloud_registry.migration.harbor_replication_policy:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    name: tcr-migration
    registry: tcr-migration
    filters:
      - type: name
        value: "{team-a,team-b}/**"
    migration_id: demo

- name: One policy for each project, each into a namespace of another name; the connection is in module_defaults
  cloud_registry.migration.harbor_replication_policy:
    registry: tcr-migration
    dest_namespace_replace_count: 1
    policies:
      - name: tcr-team-a
        dest_namespace: first
        filters: [{type: name, value: "team-a/**"}]
      - name: tcr-team-b
        dest_namespace: second
        filters: [{type: name, value: "team-b/**"}]

- name: Copy again every night at two o'clock UTC until the switch-over
  cloud_registry.migration.harbor_replication_policy:
    name: tcr-migration
    registry: tcr-migration
    trigger:
      type: scheduled
      cron: "0 0 2 * * *"

- name: Remove a policy
  cloud_registry.migration.harbor_replication_policy:
    name: tcr-migration
    state: absent
"""

RETURN = r"""
policy:
  description:
    - The policy as it is now, or would be in check mode; null with O(state=absent).
    - It has the options of the module as keys, null where this Harbor has no such thing, and what follows.
  returned: when O(policies) is not given
  type: dict
  contains:
    id:
      description: Harbor's id; missing in check mode if the policy is yet to be created.
      type: int
      sample: 4
    creation_time:
      description: When it was created.
      type: str
      sample: "2026-11-21T09:16:22.024Z"
    update_time:
      description: When it was changed last.
      type: str
      sample: "2026-11-21T09:16:24.474Z"
policies:
  description: The policies asked for, each as RV(policy); all of them with O(state=exact).
  returned: when O(policies) is given
  type: list
  elements: dict
  sample: [{id: 4, name: tcr-team-a, registry: tcr-migration, enabled: true}]
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: replication policy, key: tcr-migration}]
unmanaged:
  description: Names of policies that would have to be deleted, but that this migration did not create.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ..module_utils._harbor.resources.replication_policy import HarborReplicationPolicyResource
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import OWNERSHIP, SET_STATE, members
from ..module_utils._module.options.harbor import HARBOR, HARBOR_POLICY
from ..module_utils._module.run import run_resource


def main() -> None:
    run_resource(
        arguments=HARBOR.merge(HARBOR_POLICY, SET_STATE, OWNERSHIP),
        build=lambda call: HarborReplicationPolicyResource(harbor_client(call)),
        desired_members=lambda call: members(call.parameters, HARBOR_POLICY, "policies"),
        returns="policies",
        one="policy",
    )


if __name__ == "__main__":
    main()
