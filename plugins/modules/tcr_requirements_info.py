#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_requirements_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_requirements_info
short_description: Tell which rights and how much room a migration into a TCR registry needs
version_added: 0.1.0
description:
  - Writes the smallest CAM policy with which a migration works, as a document for the policy editor of Tencent Cloud.
  - Calls every reading action of it once to find out whether the API key has the right. Nobody can find that out about a
    writing action without doing it.
  - Compares what will be added with the quotas of the registry's edition. Their numbers are not official, so it only warns.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.query
attributes:
  check_mode: {support: full}
  diff_mode: {support: N/A, details: The module changes nothing.}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  registry_id:
    description:
      - The id of the registry, for example V(tcr-dg284imq). Only O(policy_only=true) works without it.
    type: str
  network:
    description: [The way from Harbor to the registry.]
    type: str
    choices: [public, private]
    default: public
  vpc_id: {description: [The VPC that is linked with O(network=private).], type: str}
  vpc_dns:
    description: [Whether the private DNS of that VPC resolves the registry's name.]
    type: bool
    default: false
  public_cidrs:
    description: [The networks in the whitelist with O(network=public).]
    type: list
    elements: str
    default: []
  namespaces:
    description: [The namespaces that will be used. Without them the policy is for all of the registry.]
    type: list
    elements: str
    default: []
  repositories:
    description: [The repositories that will be filled, with the namespace in front.]
    type: list
    elements: str
    default: []
  target_removal:
    description:
      - Whether the policy also permits to remove what a migration made at the target, as C(cleanup) does with
        C(cleanup_target). It deletes images, so give it only for that.
    type: bool
    default: false
  policy_only:
    description:
      - Only write the policy, without a call of the API. Works without any key.
    type: bool
    default: false
seealso:
  - module: cloud_registry.migration.tcr_instance_info
"""

EXAMPLES = r"""
- name: Write the policy for the API key before there is one
  cloud_registry.migration.tcr_requirements_info:
    registry_id: tcr-dg284imq
    tcr_region: ap-guangzhou
    namespaces: [shop, library]
    policy_only: true
    query: policy
  register: written

- name: Show it, to be pasted into the policy editor of CAM
  ansible.builtin.debug:
    msg: "{{ written.requirements }}"

- name: Show the permissions that the API key lacks
  cloud_registry.migration.tcr_requirements_info:
    registry_id: tcr-dg284imq
    network: private
    vpc_id: vpc-1a2b3c4d
    query: "permissions[?state=='missing'].action"
  register: missing
"""

RETURN = r"""
requirements:
  description: What is needed, or what O(query) makes of it.
  returned: success
  type: dict
  contains:
    policy:
      description: The CAM policy. One whose namespaces are too many for CAM names the whole registry.
      type: dict
      sample: {version: "2.0", statement: [{effect: allow, action: ["tcr:DescribeInstances"], resource: ["*"]}]}
    permissions:
      description: Each action of the policy with its C(state), C(granted), C(missing) or C(unknown).
      type: list
      elements: dict
      sample: [{action: "tcr:DescribeInstances", state: granted}, {action: "tcr:CreateNamespace", state: unknown}]
    quotas:
      description: For each kind of object C(limit) (none if not known), how many are C(used), how many more are C(needed).
      type: list
      elements: dict
      sample: [{name: namespaces, edition: basic, limit: 50, used: 49, needed: 3, enough: false}]
"""

from typing import Any

from ..module_utils._module.call import ModuleCall
from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import QUERY, ArgumentGroup
from ..module_utils._module.options.tcr import TCR
from ..module_utils._module.run import run_info
from ..module_utils._tcr.requirements import compare_with_registry, policy_without_registry
from ..module_utils._tcr.rules.cam_policy import MigrationPath
from ..module_utils._tcr.rules.quotas import CapacityRequest

NAMES = {"type": "list", "elements": "str", "default": []}
OPTIONS = ArgumentGroup(
    {
        "registry_id": {"type": "str"},
        "network": {"type": "str", "choices": ["public", "private"], "default": "public"},
        "vpc_id": {"type": "str"},
        "vpc_dns": {"type": "bool", "default": False},
        **dict.fromkeys(("public_cidrs", "namespaces", "repositories"), NAMES),
        **dict.fromkeys(("target_removal", "policy_only"), {"type": "bool", "default": False}),
    },
    required_if=[["policy_only", False, ["registry_id"]]],
)


def collect(call: ModuleCall) -> dict[str, Any]:
    options = call.parameters
    chosen = {name: options[name] for name in ("network", "vpc_dns", "namespaces", "target_removal")}
    path = MigrationPath(registry_id=options["registry_id"] or "", region=options["tcr_region"] or "", **chosen)
    if options["policy_only"]:
        return policy_without_registry(path)
    needed = CapacityRequest(options["repositories"], options["public_cidrs"], options["vpc_id"] or "")
    return compare_with_registry(tcr_client(call), path, needed)


def main() -> None:
    run_info(
        arguments=TCR.merge(QUERY, OPTIONS),
        collect=collect,
        returns="requirements",
    )


if __name__ == "__main__":
    main()
