#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_public_whitelist."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_public_whitelist
short_description: Manage the whitelist of the public endpoint of a TCR registry
version_added: 0.1.0
description:
  - Manages the whitelist of the public endpoint of a Tencent Container Registry (TCR). Networks are compared as networks,
    so V(203.0.113.7) and V(203.0.113.7/32) are the same entry.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.set_state
  - cloud_registry.migration.wait
  - cloud_registry.migration.ownership
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  entries:
    description:
      - The entries.
      - With O(state=exact), all others are removed, also an entry that is listed twice.
    type: list
    elements: dict
    required: true
    suboptions:
      cidr:
        description:
          - The network, for example V(203.0.113.0/24), or a single address.
        type: str
        required: true
      description:
        description: What the entry is for.
        type: str
  allow_any_source:
    description: Permits an entry for all addresses (V(0.0.0.0/0)).
    type: bool
    default: false
notes:
  - The public endpoint must be open (M(cloud_registry.migration.tcr_public_access)). While it is being opened, the task
    waits for it. While it is closed there is no whitelist - O(state=present) fails, and O(state=absent) has nothing to
    do.
  - With O(migration_id), a network that already has an entry of somebody else is accepted and returned in RV(unmanaged).
  - >-
    With O(migration_id), a network that already has an entry of another migration gets no second one: the entry names both, and
    stays until both have removed it. Its text stays as its first owner wrote it. Where its description would exceed 100
    characters, each migration has an entry of its own.
  - All hosts of a play share the list, so use C(run_once) or C(throttle 1).
seealso:
  - module: cloud_registry.migration.tcr_public_access
"""

EXAMPLES = r"""
- name: Let the Harbor host in
  cloud_registry.migration.tcr_public_whitelist:
    registry_id: tcr-dg284imq
    entries:
      - cidr: 203.0.113.7/32
        description: Harbor in the old data centre
    migration_id: spring

- name: Take that back
  cloud_registry.migration.tcr_public_whitelist:
    registry_id: tcr-dg284imq
    entries:
      - cidr: 203.0.113.7/32
    migration_id: spring
    state: absent
"""

RETURN = r"""
entries:
  description: The entries that were asked for, as they are now; the whole list with O(state=exact).
  returned: success
  type: list
  elements: dict
  contains:
    cidr:
      description: The network as TCR spells it.
      type: str
      sample: 203.0.113.7/32
    description:
      description: What the entry is for.
      type: str
      sample: 'Harbor in the old data centre (managed by cloud_registry.migration: spring)'
    index:
      description: Its position, which changes when entries before it are removed; missing in check mode if it is new.
      type: int
      sample: 0
    version:
      description: The version of the whole list, which grows with each change; missing in check mode if it is new.
      type: str
      sample: '4'
actions:
  description:
    - The writes that were made, or would be made in check mode.
    - >-
      C(shared_with) lists the other migrations that own an entry, where one is shared or given up but stays for them.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: whitelist entry, key: 203.0.113.7/32}]
unmanaged:
  description: The networks that were left alone because their entries do not belong to O(migration_id).
  returned: success
  type: list
  elements: str
  sample: []
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import OWNERSHIP, SET_STATE, WAIT, ArgumentGroup
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.public_whitelist import TcrPublicWhitelistResource

ENTRY = {"cidr": {"type": "str", "required": True}, "description": {"type": "str"}}
OPTIONS = ArgumentGroup(
    {
        "entries": {"type": "list", "elements": "dict", "required": True, "options": ENTRY},
        "allow_any_source": {"type": "bool", "default": False},
    }
)


def main() -> None:
    run_resource(
        arguments=TCR.merge(REGISTRY, SET_STATE, WAIT, OWNERSHIP, OPTIONS),
        build=lambda call: TcrPublicWhitelistResource(
            tcr_client(call), call.parameters["registry_id"], call.parameters["allow_any_source"], call.wait
        ),
        desired_members=lambda call: call.parameters["entries"],
        returns="entries",
    )


if __name__ == "__main__":
    main()
