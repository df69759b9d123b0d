#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_public_access."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_public_access
short_description: Open or close the public endpoint of a TCR registry
version_added: 0.1.0
description:
  - Opens or closes the public endpoint of a Tencent Container Registry (TCR) and waits until that is done.
  - An open endpoint refuses every client as long as its whitelist (M(cloud_registry.migration.tcr_public_whitelist)) is empty.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.wait
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
  action_group:
    support: full
    membership: [cloud_registry.migration.tcr]
options:
  state:
    description:
      - Whether the public endpoint must be open (V(present)) or closed (V(absent)).
    type: str
    choices: [present, absent]
    default: present
notes:
  - If the endpoint is being opened or closed, the task first waits until that has finished.
  - Closing the endpoint may discard the whitelist.
seealso:
  - module: cloud_registry.migration.tcr_public_whitelist
  - module: cloud_registry.migration.tcr_private_link
"""

EXAMPLES = r"""
- name: Open the public endpoint
  cloud_registry.migration.tcr_public_access:
    registry_id: tcr-dg284imq

- name: Close it
  cloud_registry.migration.tcr_public_access:
    registry_id: tcr-dg284imq
    state: absent
"""

RETURN = r"""
public_access:
  description: The public endpoint, or null if it is closed.
  returned: success
  type: dict
  contains:
    registry_id:
      description: The id of the registry.
      type: str
      sample: tcr-dg284imq
    status:
      description: The status; missing in check mode if it is yet to be opened.
      type: str
      sample: Opened
    reason:
      description: What the API says about trouble with the entry, usually nothing.
      type: str
      sample: ''
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: public endpoint, key: tcr-dg284imq}]
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import STATE, WAIT
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.public_access import TcrPublicAccessResource


def main() -> None:
    run_resource(
        arguments=TCR.merge(REGISTRY, STATE, WAIT),
        build=lambda call: TcrPublicAccessResource(tcr_client(call), call.parameters["registry_id"]),
        desired_members=lambda call: [{"registry_id": call.parameters["registry_id"]}],
        returns="public_access",
        single=True,
    )


if __name__ == "__main__":
    main()
