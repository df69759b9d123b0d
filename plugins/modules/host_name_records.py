#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module host_name_records."""

from __future__ import annotations

DOCUMENTATION = r"""
module: host_name_records
short_description: Manages a migration's name records on a host of Harbor
version_added: 0.1.0
description:
  - Keeps one marked block in the hosts file, the records file of dnsmasq, and the hosts of Harbor's containers as they are declared.
  - Migrations that need the same line of the hosts file share one block, which stays until the last of them has left.
  - Bytes of others never change. A file is replaced as a whole, with its mode, owner and SELinux label; where it is mounted by
    itself and cannot be replaced, it is written in place.
  - Runs on the host, and usually needs C(become). It needs no library beside Python.
  - The action M(cloud_registry.migration.harbor_name_resolution) computes the options O(overrides) and O(restart).
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.host_name_records
  - cloud_registry.migration.state
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent:
    support: partial
    details: Services are recreated whenever O(restart) is given.
  action_group: {support: none, details: The module talks to no API., membership: []}
seealso:
  - module: cloud_registry.migration.host_deployment_info
  - module: cloud_registry.migration.harbor_name_resolution
"""

EXAMPLES = r"""
- name: Ensure the name in the hosts file
  cloud_registry.migration.host_name_records:
    migration_id: to-cloud
    names: [demo.tencentcloudcr.com]
    address: 10.0.1.6
    hosts_file: /etc/hosts

- name: Take it back
  cloud_registry.migration.host_name_records:
    migration_id: to-cloud
    hosts_file: /etc/hosts
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or would be done in check mode. C(object) is V(hosts block), V(dnsmasq record) or V(container hosts),
    C(key) is the file, and C(shared_with) lists the other migrations that need the same.
  returned: always
  type: list
  elements: dict
  sample: [{action: create, object: hosts block, key: /etc/hosts}]
restarted:
  description:
    - The services that were recreated, then the proxy, which was restarted; in check mode those that would be. Also returned
      on failure, where the last one is what failed.
  returned: always
  type: list
  elements: str
  sample: [core, jobservice, proxy]
note:
  description: What O(note_file) holds; empty when there is no such file.
  returned: success
  type: str
  sample: ""
shared_with:
  description: The other migrations that need the same, by the kind of object; it stays until the last of them is gone.
  returned: success
  type: dict
  sample: {hosts block: [to-cloud-2]}
other_notes:
  description:
    - The notes of other migrations beside O(note_file), by their ids. Their names must be the id and the same ending.
    - Notes of migrations that take back what they made are left out.
  returned: success
  type: dict
  sample: {}
diff:
  description: Each file that changes, before and after.
  returned: success
  type: list
  elements: dict
  sample: []
"""

from typing import Any

from ..module_utils._host.files import Files
from ..module_utils._host.name_records import NameRecords
from ..module_utils._module.call import ModuleCall
from ..module_utils._module.clients.host import this_host
from ..module_utils._module.options.common import STATE
from ..module_utils._module.options.host import HOST_NAME_RECORDS, name_records
from ..module_utils._module.run import run_action


def apply(call: ModuleCall) -> dict[str, Any]:
    files = Files(call.check_mode, backup=call.parameters["backup"])
    done = NameRecords(this_host(call), files, name_records(call.parameters), call.check_mode).apply()
    return {"changed": bool(done.actions or files.diffs), "diff": files.diffs, **vars(done)}


def main() -> None:
    run_action(arguments=STATE.merge(HOST_NAME_RECORDS), perform=apply)


if __name__ == "__main__":
    main()
