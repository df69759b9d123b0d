#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module migration_state_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_state_info
short_description: Gather in one go what a migration finds, and check that it can work
version_added: 0.1.0
description:
  - Reads what a migration needs to know about the registry, its permissions and limits, Harbor, the selected content
    and its target names, and what earlier runs left behind. Nothing is changed.
  - Fails with the reason when a variable, a missing permission or an object of somebody else would end the migration
    later.
  - The results are for the other roles and modules, so that nothing is asked twice.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.harbor
  - cloud_registry.migration.selection
  - cloud_registry.migration.accessories
  - cloud_registry.migration.query
  - cloud_registry.migration.wait
  - cloud_registry.migration.state_info
attributes:
  check_mode: {support: full}
  diff_mode: {support: N/A, details: The module changes nothing.}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr, cloud_registry.migration.harbor]}
seealso:
  - module: cloud_registry.migration.tcr_requirements_info
  - module: cloud_registry.migration.harbor_inventory_info
"""

EXAMPLES = r"""
- name: See what a migration would find
  cloud_registry.migration.migration_state_info:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    migration_id: spring
    registry_id: tcr-dg284imq
    network: private
    vpc_id: vpc-1a2b3c4d
    subnet_id: subnet-1a2b3c4d
    harbor_hosts: [harbor-1]
  register: state

- name: Show where each repository goes
  ansible.builtin.debug:
    var: state.targets.repositories
"""

RETURN = r"""
registry:
  description: The registry, as M(cloud_registry.migration.tcr_instance_info) returns it; empty when it was not found.
  returned: O(purpose) is not V(leftovers)
  type: dict
  sample: {registry_id: tcr-dg284imq, name: demo, status: Running, region: ap-guangzhou}
registry_problem:
  description: Why the registry was not found; empty when it was.
  returned: O(purpose=cleanup)
  type: str
  sample: ""
registry_url:
  description: The address of the registry for image clients.
  returned: the registry was found
  type: str
  sample: https://demo.tencentcloudcr.com
clock_offset:
  description: Seconds by which the clock of the cloud is ahead of the clock where the module ran.
  returned: the registry was found
  type: float
  sample: 0.4
address:
  description: The address of the registry in the VPC of the private link; empty when there is none.
  returned: O(purpose=verify)
  type: str
  sample: 10.0.0.8
continuous:
  description:
    - The health of the replication that copies each push at once - whether it is C(healthy), otherwise its C(problems) in
      sentences; its C(policies), each with its last C(executions) and its last C(failed) ones; and the C(endpoints) with the status
      that Harbor has found, which may be five minutes old.
  returned: O(purpose=verify) and O(continuous=true)
  type: dict
  sample:
    healthy: true
    problems: []
    policies: [{name: spring, enabled: true, trigger: event_based, executions: [], failed: [], failed_total: 0, looked_at: 0}]
    endpoints: [{name: spring, status: healthy}]
requirements:
  description: Permissions and limits, as M(cloud_registry.migration.tcr_requirements_info) returns them.
  returned: O(purpose=migrate)
  type: dict
  sample: {policy: {version: "2.0", statement: []}, permissions: [], quotas: []}
harbor:
  description: Harbor, as M(cloud_registry.migration.harbor_info) returns it.
  returned: O(purpose) is not V(leftovers)
  type: dict
  sample: {version_text: v2.15.2-0a1b2c3d, read_only: false}
inventory:
  description: The selected content, as M(cloud_registry.migration.harbor_inventory_info) returns it.
  returned: O(purpose=migrate) or O(purpose=verify)
  type: dict
  sample: {totals: {projects: 1, repositories: 1, tags: 2, bytes: 7340032}, repositories: [], proxy_projects: []}
targets:
  description: Where the content goes, as M(cloud_registry.migration.harbor_inventory_info) returns it.
  returned: O(purpose=migrate) or O(purpose=verify)
  type: dict
  sample: {repositories: {shop/web: shop/web}, namespaces: [shop], projects: {}, doubtful: []}
policies:
  description: The replication policies that copy the selection, for M(cloud_registry.migration.harbor_replication_policy).
  returned: O(purpose=migrate) or O(purpose=verify)
  type: list
  elements: dict
  sample: [{name: spring, filters: [], dest_namespace: "", dest_namespace_replace_count: null}]
charts:
  description:
    - The selected versions of charts in ChartMuseum, each with the digest of its archive, when it was uploaded (C(created)),
      and its place at the target.
  returned: O(purpose=migrate) or O(purpose=verify)
  type: list
  elements: dict
  sample: [{project: shop, name: web, version: 1.0.0, digest: "sha256:9a1f...", created: "2026-11-21T09:16:13Z",
    target: "shop/charts/web:1.0.0"}]
running:
  description: Names of the migration's policies with an execution that has not ended.
  returned: O(purpose=cleanup) or O(purpose=leftovers)
  type: list
  elements: str
  sample: []
executions:
  description: The executions of these policies that have not ended, as
    M(cloud_registry.migration.harbor_replication_execution) returns them.
  returned: O(purpose=leftovers)
  type: list
  elements: dict
  sample: [{execution: {id: 12, policy: spring}, verdict: running, line: "harbor replication 12: 3/8 repositories"}]
robots:
  description:
    - The robot accounts of Harbor that carry the marker of the migration, by project, but for the one that this module used.
      Empty where that may list none.
  returned: O(purpose=cleanup) or O(purpose=leftovers)
  type: list
  elements: dict
  sample: [{project: "", robots: [{name: migration}]}]
robots_note:
  description: What is to be done about the robot account that this module used; empty where it used none.
  returned: O(purpose=cleanup) or O(purpose=leftovers)
  type: str
  sample: ""
leftovers:
  description:
    - What carries the marker of the migration, as the actions that would remove it.
    - >-
      An object that other migrations own too is updated: only the marker of this one is taken out. C(shared_with) lists
      the others.
  returned: O(purpose=leftovers)
  type: list
  elements: dict
  sample: [{action: delete, object: access credential, key: a1b2c3d4}]
leftovers_problem:
  description: Why RV(leftovers) may be incomplete; empty when it is complete.
  returned: O(purpose=leftovers)
  type: str
  sample: ""
expired:
  description: What of any migration has expired, as the actions that would remove it. C(expired) lists the migrations whose lease is
    over, C(ends) says since when, C(shared_with) lists those for which the object stays.
  returned: O(purpose=expired)
  type: list
  elements: dict
  sample: [{action: delete, object: whitelist entry, key: 203.0.113.7/32, expired: [summer], ends: {summer: 2026-12-04T06Z}}]
kept:
  description: Why something stays although its lease is over.
  returned: O(purpose=expired)
  type: list
  elements: str
  sample: []
kept_migration_ids:
  description: The migrations of which nothing is removed, because a replication of theirs runs.
  returned: O(purpose=expired)
  type: list
  elements: str
  sample: []
access:
  description: How long access stays, as it was given; C(hours) where it has an end.
  returned: O(purpose=migrate)
  type: dict
  sample: {mode: lease, hours: 72}
takes_back:
  description: Whether the run takes back at its end what it opens, which a prediction does not.
  returned: O(purpose=migrate)
  type: bool
  sample: false
usable_credential_ids:
  description: The access credentials of the migration that are enabled and have not expired.
  returned: O(purpose=migrate)
  type: list
  elements: str
  sample: [a1b2c3d4]
held_credential_ids:
  description: The access credentials that endpoints of the migration hold, as far as their descriptions tell.
  returned: O(purpose=leftovers)
  type: list
  elements: str
  sample: [a1b2c3d4]
started:
  description: When the gathering began, in seconds since 1970.
  returned: success
  type: float
  sample: 1790000000.1
ended:
  description: When it ended.
  returned: success
  type: float
  sample: 1790000004.2
policy:
  description: The CAM policy that gives the permission that is missing.
  returned: the API key lacks a permission
  type: dict
  sample: {version: "2.0", statement: [{effect: allow, action: ["tcr:DescribeInstances"], resource: ["*"]}]}
"""

from ..module_utils._migration.state import StateReader
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.clients.registries import harbor_registry
from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import QUERY, WAIT
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.options.migration import ACCESSORIES, SELECTION
from ..module_utils._module.options.state import STATE_INFO, state_request
from ..module_utils._module.options.tcr import TCR
from ..module_utils._module.run import run_info


def main() -> None:
    run_info(
        arguments=TCR.merge(HARBOR, SELECTION, ACCESSORIES, QUERY, WAIT, STATE_INFO),
        collect=lambda call: StateReader(
            state_request(call), lambda: tcr_client(call), lambda: harbor_client(call), lambda: harbor_registry(call)
        ).read(),
        returns="registry",
    )


if __name__ == "__main__":
    main()
