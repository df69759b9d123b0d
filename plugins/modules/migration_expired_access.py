#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module migration_expired_access."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_expired_access
short_description: Remove temporary access whose lease is over
version_added: 0.1.0
description:
  - Removes replication policies, endpoints and robot accounts of a Harbor, and access credentials and whitelist entries of a TCR
    registry, that carry the marker of migrations whose lease is over, whichever migrations these are.
  - Nothing without a marker is touched, nor what has no end. What another migration still needs only loses the owners whose lease
    is over.
  - Everything of a migration stays while one of its replications runs, and so does a credential that an endpoint still holds.
  - In check mode it lists what it would remove.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.harbor
  - cloud_registry.migration.registry
  - cloud_registry.migration.wait
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr, cloud_registry.migration.harbor]}
seealso:
  - module: cloud_registry.migration.migration_state_info
  - module: cloud_registry.migration.host_lease_info
"""

EXAMPLES = r"""
- name: Remove what has expired
  cloud_registry.migration.migration_expired_access:
    registry_id: tcr-dg284imq
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
"""

RETURN = r"""
actions:
  description: What was removed, or would be in check mode. C(expired) lists the migrations whose lease is over, C(shared_with) those
    for which the object stays. Also returned on failure.
  returned: always
  type: list
  elements: dict
  sample: [{action: delete, object: whitelist entry, key: 203.0.113.7/32, expired: [to-cloud]}]
kept:
  description: Why something stays although its lease is over.
  returned: success
  type: list
  elements: str
  sample: []
"""

import time
from typing import Any

from ..module_utils._migration.temporary_access.expired import ExpiredAccess
from ..module_utils._module.call import ModuleCall
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import WAIT
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_action


def remove(call: ModuleCall) -> dict[str, Any]:
    registry_id = call.parameters["registry_id"]
    access = ExpiredAccess(harbor_client(call), lambda: (tcr_client(call), registry_id), time.time(), call.wait)
    done = access.remove(call.check_mode)
    return {"changed": bool(done.actions), "actions": done.actions, "kept": done.kept, "diff": done.diffs}


def main() -> None:
    run_action(arguments=TCR.merge(HARBOR, REGISTRY, WAIT), perform=remove)


if __name__ == "__main__":
    main()
