#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action migration_plan."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_plan
short_description: Write the plan of a migration, or compare it with the one that was approved
version_added: 0.1.0
description:
  - Writes what a migration will do on the controller, as three files that keep their names, because Git holds their history.
    C(ID-plan.json) is the plan, C(ID-plan.md) the same for people, and C(ID-plan-tags.jsonl.gz) names every tag with its digest.
  - The same state gives the same bytes on any controller. The plan holds no time, no path and nothing measured. How much of a
    quota others use is not in it either, so that they do not make an approval void.
  - The plan is recognised by its SHA-256. With O(approved) it is compared with the one that was approved, and nothing is written.
    The task fails when they differ, and names sections, projects, repositories and tags as far as they are known.
  - Gives small facts to later jobs of a workflow, as M(ansible.builtin.set_stats) does.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.data_plane
attributes:
  check_mode: {support: full, details: The plan is written in check mode too.}
  diff_mode: {support: none}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  migration_id:
    description: Name of the migration.
    type: str
    required: true
  directory:
    description: Directory of the files on the controller, which is created when it is missing. Required without O(approved).
    type: path
  approved:
    description:
      - The plan that was approved; the path of its C(ID-plan.json), its SHA-256, or the fact C(approved_plan) that this module
        gave to the workflow, as a mapping or as JSON.
      - A difference is named by tag where C(ID-plan-tags.jsonl.gz) lies beside the file, by repository with the file alone, and
        by section and project with the fact. Of the SHA-256 alone only that there is a difference can be said.
      - With the SHA-256 or the fact, tags are named where the plan was kept at O(report_repository) and can be read there.
    type: raw
  report_repository:
    description:
      - Where the files are kept at the target as well, as namespace/repository, under the tag C(plan-SHA256). The namespace must
        exist. That is the one thing that a plan writes there, and where it cannot, it warns.
    type: str
  source:
    description: Address of Harbor.
    type: str
    default: ""
  network:
    description: The network path from Harbor to the registry.
    type: str
    choices: [public, private]
    required: true
  access:
    description: How long temporary access stays.
    type: str
    choices: [lease, run, permanent]
    default: lease
  lease_hours:
    description: The hours after which access counts as expired; of no meaning with O(access=permanent).
    type: int
    default: 72
  public_cidrs:
    description: The networks from which the whitelist lets Harbor in.
    type: list
    elements: str
    default: []
  vpc_id:
    description: The VPC of the private link.
    type: str
    default: ""
  subnet_id:
    description: Its subnet.
    type: str
    default: ""
  accessories:
    description: What is done about signatures and SBOMs.
    type: str
    default: require
  charts_mode:
    description: Whether charts of ChartMuseum are moved, as O(cloud_registry.migration.migration_state_info#module:charts).
    type: str
    default: auto
  speed:
    description: The speed limit that policies get, as O(cloud_registry.migration.harbor_replication_policy#module:speed).
    type: int
    default: -1
  registry:
    description: The registry, as RV(cloud_registry.migration.migration_state_info#module:registry).
    type: dict
    default: {}
  harbor:
    description: Harbor, as RV(cloud_registry.migration.migration_state_info#module:harbor).
    type: dict
    default: {}
  inventory:
    description: What is selected, as RV(cloud_registry.migration.migration_state_info#module:inventory).
    type: dict
    default: {}
  targets:
    description: Where everything goes, as RV(cloud_registry.migration.migration_state_info#module:targets).
    type: dict
    default: {}
  requirements:
    description: Permissions and limits, as RV(cloud_registry.migration.migration_state_info#module:requirements).
    type: dict
    default: {}
  comparison:
    description: What M(cloud_registry.migration.migration_verify) returned about the state before the run.
    type: dict
    default: {}
  charts:
    description: What M(cloud_registry.migration.harbor_chart_migration) predicted; empty when there are no charts.
    type: dict
    default: {}
  steps:
    description: What would be done, as the C(actions) of all modules in check mode.
    type: list
    elements: dict
    default: []
seealso:
  - module: cloud_registry.migration.migration_state_info
  - module: cloud_registry.migration.migration_report
"""

EXAMPLES = r"""
- name: Write the plan
  cloud_registry.migration.migration_plan:
    migration_id: spring
    directory: /tmp/migration-output
    source: https://harbor.example.com
    network: public
    steps:
      - {action: create, object: namespace, key: shop}
  register: plan

- name: Refuse to go on when it is not the plan that was approved
  cloud_registry.migration.migration_plan:
    migration_id: spring
    approved: "{{ plan.plan_sha256 }}"
    source: https://harbor.example.com
    network: public
    steps:
      - {action: create, object: namespace, key: shop}
"""

RETURN = r"""
files:
  description: The files that were written; none when a plan was compared.
  returned: always
  type: list
  elements: str
  sample:
    - /tmp/migration-output/spring-plan.md
    - /tmp/migration-output/spring-plan.json
    - /tmp/migration-output/spring-plan-tags.jsonl.gz
plan_sha256:
  description: The SHA-256 of the plan as it is now.
  returned: always
  type: str
  sample: 9f2c4a1e0b7d5c3f8a6e1d2b4c5f7a9e0d1c2b3a4f5e6d7c8b9a0f1e2d3c4b5a
msg:
  description: In what the plan differs from the approved one, in sentences.
  returned: failure
  type: str
  sample: "The plan has the SHA-256 9f2c... now, and 1d0e... was approved. It differs in this: shop/web: tag 1.2 was pushed"
"""
