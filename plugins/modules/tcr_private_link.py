#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_private_link."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_private_link
short_description: Link a VPC to a TCR registry
version_added: 0.1.0
description:
  - Creates or removes the private access link between a VPC and a Tencent Container Registry (TCR).
  - A link is ready when it is running and has an address. Hosts in the VPC reach the registry at this address.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.state
  - cloud_registry.migration.wait
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  vpc_id:
    description:
      - The id of the VPC. A registry has at most one link to each VPC.
    type: str
    required: true
  subnet_id:
    description:
      - The id of the subnet from which the link gets its address. All subnets of the VPC can use the link.
      - Required for O(state=present). If the VPC is linked through another subnet already, the task fails.
    type: str
  region:
    description:
      - The region of the replica of the registry to which the VPC is linked, if it is not the registry itself.
    type: str
  remove_dns:
    description:
      - With O(state=absent), turn the VPC DNS records that resolve the registry's name to the link off first.
      - Otherwise the task fails if there are such records, because they would point to an address that is gone.
    type: bool
    default: false
seealso:
  - module: cloud_registry.migration.tcr_public_access
"""

EXAMPLES = r"""
- name: Link the VPC of the Harbor host
  cloud_registry.migration.tcr_private_link:
    registry_id: tcr-dg284imq
    vpc_id: vpc-1a2b3c4d
    subnet_id: subnet-5e6f7a8b
  register: link

- name: Show the address for /etc/hosts
  ansible.builtin.debug:
    msg: "{{ link.private_link.access_ip }} demo.tencentcloudcr.com"

- name: Remove the link
  cloud_registry.migration.tcr_private_link:
    registry_id: tcr-dg284imq
    vpc_id: vpc-1a2b3c4d
    state: absent
"""

RETURN = r"""
private_link:
  description: The link, or null if there is none.
  returned: success
  type: dict
  contains:
    vpc_id:
      description: The id of the VPC.
      type: str
      sample: vpc-1a2b3c4d
    subnet_id:
      description: The id of the subnet from which the address was taken.
      type: str
      sample: subnet-5e6f7a8b
    status:
      description: The status; missing in check mode if it is yet to be created.
      type: str
      sample: Running
    access_ip:
      description: The address of the registry in the VPC; missing in check mode if the link is yet to be created.
      type: str
      sample: 10.0.1.6
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: private link, key: vpc-1a2b3c4d}]
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import STATE, WAIT, ArgumentGroup
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.private_link import TcrPrivateLinkResource

OPTIONS = ArgumentGroup(
    {
        "vpc_id": {"type": "str", "required": True},
        "subnet_id": {"type": "str"},
        "region": {"type": "str"},
        "remove_dns": {"type": "bool", "default": False},
    },
    required_if=[["state", "present", ["subnet_id"]]],
)


def main() -> None:
    run_resource(
        arguments=TCR.merge(REGISTRY, STATE, WAIT, OPTIONS),
        build=lambda call: TcrPrivateLinkResource(
            tcr_client(call),
            call.parameters["registry_id"],
            call.parameters["region"],
            call.parameters["remove_dns"],
            call.wait,
        ),
        desired_members=lambda call: [{"vpc_id": call.parameters["vpc_id"], "subnet_id": call.parameters["subnet_id"]}],
        returns="private_link",
        single=True,
    )


if __name__ == "__main__":
    main()
