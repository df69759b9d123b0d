#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_instance."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_instance
short_description: Manage a TCR registry
version_added: 0.1.0
description:
  - Creates, upgrades and deletes a registry ("instance") of the Tencent Container Registry (TCR).
  - A registry costs money from its creation on. It is paid by use; prepaid registries can be bought in the console.
  - A new registry has no namespaces, and refuses all traffic until its public endpoint is opened or a private link is created.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.state
  - cloud_registry.migration.wait
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  registry_name:
    description:
      - The name, which is unique among all customers, becomes the beginning of the domain, and cannot be changed.
    type: str
    required: true
  type:
    description: ["The edition. It can become larger later, but not smaller. A new registry needs one."]
    type: str
    choices: [basic, standard, premium]
  deletion_protection:
    description: ["Whether the registry cannot be deleted. If not given, a new one can, and an existing one stays unchanged."]
    type: bool
  tags:
    description:
      - The cloud tags, at most 10. Tags that are not given here are removed; if none are given at all, they stay.
      - Those of an existing registry are changed through the tag service, for which C(tag:ModifyResourceTags) is needed.
    type: dict
  allow_deletion:
    description:
      - Permits O(state=absent) to delete the registry. Without it the task fails.
      - A registry that is protected or has namespaces is not deleted in any case.
    type: bool
    default: false
  delete_bucket:
    description:
      - With O(state=absent), delete the storage of the registry too. Otherwise it stays, and goes on costing money.
    type: bool
    default: false
notes:
  - To create a registry, the region must be known, from O(tcr_region) or one of the places that it names.
seealso:
  - module: cloud_registry.migration.tcr_instance_info
"""

EXAMPLES = r"""
- name: A registry for the migration
  cloud_registry.migration.tcr_instance:
    registry_name: example-team
    type: standard
    deletion_protection: true
    tags: {stage: production}

- name: Take the protection away
  cloud_registry.migration.tcr_instance:
    registry_name: example-team
    deletion_protection: false

- name: Delete it with everything in it
  cloud_registry.migration.tcr_instance:
    registry_name: example-team
    state: absent
    allow_deletion: true
    delete_bucket: true
"""

RETURN = r"""
instance:
  description: The registry, or null if there is none.
  returned: success
  type: dict
  contains:
    name: {description: The name., type: str, sample: example-team}
    type: {description: The edition., type: str, sample: standard}
    deletion_protection: {description: Whether it cannot be deleted., type: bool, sample: true}
    tags: {description: Its cloud tags., type: dict, sample: {stage: production}}
    registry_id: {description: "The id; missing in check mode if yet to be created, like what follows.", type: str, sample: tcr-x}
    status: {description: The status., type: str, sample: Running}
    region: {description: The region., type: str, sample: ap-guangzhou}
    public_domain: {description: The host name., type: str, sample: example-team.tencentcloudcr.com}
    internal_domain: {description: The host name that exists in VPCs only., type: str, sample: example-team-vpc.tencentcloudcr.com}
    created_at: {description: When it was created., type: str, sample: "2026-01-31T15:33:22+08:00"}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: registry instance, key: "example-team"}]
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import STATE, WAIT, ArgumentGroup
from ..module_utils._module.options.tcr import TCR
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.instance import TcrInstanceResource

OPTIONS = ArgumentGroup(
    {
        "registry_name": {"type": "str", "required": True},
        "type": {"type": "str", "choices": ["basic", "standard", "premium"]},
        "deletion_protection": {"type": "bool"},
        "tags": {"type": "dict"},
        "allow_deletion": {"type": "bool", "default": False},
        "delete_bucket": {"type": "bool", "default": False},
    }
)


def main() -> None:
    run_resource(
        arguments=TCR.merge(STATE, WAIT, OPTIONS),
        build=lambda call: TcrInstanceResource(
            tcr_client(call), call.parameters["allow_deletion"], call.parameters["delete_bucket"]
        ),
        desired_members=lambda call: [
            {
                "name": call.parameters["registry_name"],
                **{name: call.parameters[name] for name in ("type", "deletion_protection", "tags")},
            }
        ],
        returns="instance",
        single=True,
    )


if __name__ == "__main__":
    main()
