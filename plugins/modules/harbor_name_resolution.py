#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action harbor_name_resolution, which runs on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_name_resolution
short_description: Lets Harbor resolve a registry's names to an address
version_added: 0.1.0
description:
  - A line in the hosts file of Harbor's host is not enough, because its containers do not read that file. This action detects how
    Harbor runs on the host, adds the names where Harbor looks for them, recreates what must know them, waits until Harbor is
    healthy, and verifies the result from inside the containers and by Harbor itself.
  - It runs for a host of Harbor, where it uses M(cloud_registry.migration.host_deployment_info) and
    M(cloud_registry.migration.host_name_records), usually with C(become). Harbor's API is asked by the controller; the credentials
    of Harbor are not sent to the host.
  - For a pair of Harbors set C(throttle=1) with O(state=present) and O(state=absent), so that they are not recreated at the same time.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor_name_resolution
  - cloud_registry.migration.harbor
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.harbor]}
notes:
  - The Python of ansible-core on the controller needs the libraries C(requests) and C(PyYAML), and C(dnspython) for V(dns_update).
seealso:
  - module: cloud_registry.migration.host_deployment_info
  - module: cloud_registry.migration.host_name_records
  - module: cloud_registry.migration.harbor_target_info
"""

EXAMPLES = r"""
- name: Check that nothing on the host spoils the migration
  cloud_registry.migration.harbor_name_resolution:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    migration_id: to-cloud
    state: checked
    clock_offset: 0

- name: Ensure the names are gone
  cloud_registry.migration.harbor_name_resolution:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    migration_id: to-cloud
    hosts_file: /etc/hosts
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or would be done in check mode. C(object) is V(hosts block), V(container hosts), V(dnsmasq record)
    or V(DNS record), C(key) is the name of the host, C(shared_with) lists the other migrations that need the same. Also returned on
    failure.
  returned: always
  type: list
  elements: dict
  sample: [{action: create, object: hosts block, key: harbor-1}]
restarts:
  description:
    - What of Harbor is away for a moment because of that, in the form of RV(actions). Also returned on failure.
  returned: O(state=present) or O(state=absent)
  type: list
  elements: dict
  sample: [{action: recreate, object: containers, key: "harbor-1: core, jobservice"}]
leftovers:
  description: What O(state=absent) will take back, in the form of RV(actions); C(shared_with) lists the other migrations for
    which it then stays.
  returned: always
  type: list
  elements: dict
  sample: [{action: delete, object: hosts block, key: harbor-1}]
deployment:
  description: How Harbor runs on the host, with C(kind), C(directory), C(engine), C(command), C(containers), C(release) and
    C(namespace).
  returned: always
  type: dict
  sample: {kind: compose, directory: /opt/harbor, engine: docker, command: [docker, compose]}
services:
  description: The services of Harbor that must know the names.
  returned: always
  type: list
  elements: str
  sample: [core, jobservice]
methods:
  description: How the names are added.
  returned: always
  type: list
  elements: str
  sample: [hosts_file, compose_override]
pending_methods:
  description: The methods that are left to other modules.
  returned: always
  type: list
  elements: str
  sample: []
manual_steps:
  description: What is left to do because services may not be recreated.
  returned: always
  type: str
  sample: ""
host:
  description: The name of the host.
  returned: always
  type: str
  sample: harbor-1
hosts:
  description: Name to address, as O(state=present) gives them.
  returned: always
  type: dict
  sample: {demo.tencentcloudcr.com: 10.0.1.6}
vpc_record:
  description: Registry and VPC of a record in a VPC, which the hosts of one VPC share.
  returned: always
  type: str
  sample: tcr-dg284imq vpc-1a2b3c4d
note_file:
  description: Where the host notes that this migration made or shares that record.
  returned: always
  type: str
  sample: /var/lib/cloud_registry.migration/to-cloud-vpc-dns
note:
  description: What is in that file, where it matters.
  returned: always
  type: str
  sample: ""
noted_record:
  description: C(registry_id), C(vpc_id) and C(address) of the record that this migration made or shares; empty when there is none.
  returned: O(state=absent)
  type: dict
  sample: {}
record_shared_with:
  description: The other migrations that have noted on this host that they made or share that record.
  returned: always
  type: list
  elements: str
  sample: []
predicted:
  description: Whether C(actions) are only predicted, because the task runs in check mode.
  returned: O(state=present)
  type: bool
  sample: false
checked:
  description: Whether O(state=checked) went through to its end.
  returned: O(state=checked)
  type: bool
  sample: true
resolved:
  description: Whether O(state=verified) went through to its end.
  returned: O(state=verified)
  type: bool
  sample: true
removed:
  description: Whether O(state=absent) went through to its end, with nothing left to other modules.
  returned: O(state=absent)
  type: bool
  sample: true
"""
