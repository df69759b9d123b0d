#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_private_dns."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_private_dns
short_description: Let a VPC resolve the name of a TCR registry to its private link
version_added: 0.1.0
description:
  - Writes and removes records of a Tencent Container Registry (TCR) in the private DNS of a VPC ("VPC DNS"), so that all
    hosts of the VPC reach the registry through the private link, without lines in their C(/etc/hosts).
  - A record leads to the address of the link of O(vpc_id). It must be removed before the link is.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.set_state
  - cloud_registry.migration.wait
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  vpc_id: {description: [The id of the VPC.], type: str, required: true}
  names:
    description:
      - The records.
      - V(public) is the usual domain of the registry, which then leads to the link in the whole VPC.
      - V(internal) is the domain that exists in VPCs only (C(-vpc)).
      - With O(state=exact), the one that is not listed is removed.
    type: list
    elements: str
    choices: [public, internal]
    required: true
  region:
    description:
      - The region of the replica of the registry to which the VPC is linked, if it is not the registry itself.
    type: str
  access_ip:
    description:
      - The address to which the records lead. Without it that of the link.
      - Removes records whose link is gone, or has lost its address.
    type: str
  migration_id:
    description:
      - The name of the migration that removes records.
      - >-
        A record cannot carry a marker. When given, no record is removed while an access credential or a whitelist entry of the
        registry carries the marker of another migration; RV(kept_for) names these.
    type: str
notes:
  - The service Private DNS must be activated in the account; it is paid by use.
seealso:
  - module: cloud_registry.migration.tcr_private_link
"""

EXAMPLES = r"""
- name: Reach the registry under its usual name from the whole VPC
  cloud_registry.migration.tcr_private_dns:
    registry_id: tcr-dg284imq
    vpc_id: vpc-1a2b3c4d
    names: [public]

- name: Remove all records before the link is removed
  cloud_registry.migration.tcr_private_dns:
    registry_id: tcr-dg284imq
    vpc_id: vpc-1a2b3c4d
    names: [public, internal]
    state: absent
"""

RETURN = r"""
records:
  description:
    - The records asked for, as they are now or in check mode would be. With O(state=exact) all of the registry in this
      VPC, with O(state=absent) none.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: V(public) or V(internal)., type: str, sample: public}
    domain: {description: The domain; missing in check mode if yet to be created., type: str, sample: demo.tencentcloudcr.com}
    access_ip: {description: The address of the link; missing in check mode if yet to be created., type: str, sample: 10.0.1.6}
    status: {description: The status; missing in check mode if yet to be created., type: str, sample: ENABLED}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: VPC DNS record, key: "public"}]
kept_for:
  description: The other migrations for which records were not removed.
  returned: when O(migration_id) is given
  type: list
  elements: str
  sample: [autumn]
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import SET_STATE, WAIT, ArgumentGroup
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.private_dns import TcrPrivateDnsResource

OPTIONS = ArgumentGroup(
    {
        "vpc_id": {"type": "str", "required": True},
        "names": {"type": "list", "elements": "str", "choices": ["public", "internal"], "required": True},
        "region": {"type": "str"},
        "access_ip": {"type": "str"},
        "migration_id": {"type": "str"},
    }
)


def main() -> None:
    run_resource(
        arguments=TCR.merge(REGISTRY, SET_STATE, WAIT, OPTIONS),
        build=lambda call: TcrPrivateDnsResource(
            tcr_client(call),
            call.parameters["registry_id"],
            call.parameters["vpc_id"],
            call.parameters["region"],
            call.parameters["access_ip"],
        ),
        desired_members=lambda call: [{"name": name} for name in call.parameters["names"]],
        returns="records",
    )


if __name__ == "__main__":
    main()
