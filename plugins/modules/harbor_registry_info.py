#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_registry_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_registry_info
short_description: Lists the registry endpoints of a Harbor
version_added: 0.1.0
description:
  - Lists the registries to which, or from which, a Harbor replicates.
  - On demand, Harbor tests each of them with the address and the secret that it has stored, which shows whether
    whitelist, name resolution and credential still work, seen from inside Harbor.
author: cloud_registry.migration contributors (@cloud-registry)
options:
  name:
    description:
      - The name of one endpoint. Without it all are listed.
    type: str
  connection_test:
    description:
      - Whether Harbor tests each listed endpoint.
    type: bool
    default: false
  url:
    description:
      - Only endpoints that hold this address. Case of the host, a default port and a slash at the end make no difference.
    type: str
  connection_wait:
    description:
      - With O(connection_test=true), seconds for which the test is repeated while Harbor cannot use one of the endpoints,
        because a network that was just changed needs time to take effect.
      - In check mode that change is only predicted, so that Harbor is not asked, and C(connection.pending) is true.
    type: float
    default: 0
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.query
attributes:
  check_mode: {support: full}
  diff_mode: {support: N/A, details: The module changes nothing.}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.harbor]}
seealso:
  - module: cloud_registry.migration.harbor_registry
"""

EXAMPLES = r"""
- name: Ask Harbor whether it can still use the endpoint of the migration
  cloud_registry.migration.harbor_registry_info:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    name: tcr-migration
    connection_test: true
  register: found

- name: Say what is wrong
  ansible.builtin.debug:
    msg: "{{ found.registries | rejectattr('connection.ok') | map(attribute='connection.reason') }}"
"""

RETURN = r"""
registries:
  description: The endpoints, an empty list when there is none of that name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Harbor's id of the endpoint.
      type: int
      sample: 1
    name:
      description: Its name.
      type: str
      sample: tcr-migration
    url:
      description: The address of the registry.
      type: str
      sample: https://demo.tencentcloudcr.com
    type:
      description: The kind of registry.
      type: str
      sample: docker-registry
    description:
      description: Its description.
      type: str
      sample: "managed by cloud_registry.migration: demo"
    access_key:
      description: The user with which Harbor logs in there; empty when it does not.
      type: str
      sample: "100000000001"
    has_secret:
      description: Whether a secret is stored.
      type: bool
      sample: true
    insecure:
      description: Whether the certificate of the registry is not verified.
      type: bool
      sample: false
    ca_certificate:
      description: The certificate authority of its own, Harbor 2.15 and later.
      type: str
      sample: ""
    status:
      description: What Harbor's own check found, up to five minutes ago; empty when it has not checked yet.
      type: str
      sample: healthy
    creation_time:
      description: When it was created.
      type: str
      sample: "2026-11-21T09:16:17.908Z"
    update_time:
      description: When it was changed last.
      type: str
      sample: "2026-11-21T09:16:20.386Z"
    credential_id:
      description: The access credential that the description names, when a migration of this collection wrote it; else empty.
      type: str
      sample: "a1b2c3d4"
    connection:
      description: Whether Harbor can use it now, and the reason if it cannot. In check mode with O(connection_wait)
        C(pending=true) says that it was not tested. Only with O(connection_test=true).
      type: dict
      sample: {ok: true, reason: ""}
"""

from ..module_utils._harbor.connection_test import list_endpoints
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import QUERY, ArgumentGroup
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.run import run_info


def main() -> None:
    run_info(
        arguments=HARBOR.merge(
            QUERY,
            ArgumentGroup(
                {
                    "name": {"type": "str"},
                    "url": {"type": "str"},
                    "connection_test": {"type": "bool", "default": False},
                    "connection_wait": {"type": "float", "default": 0},
                }
            ),
        ),
        collect=lambda call: {
            "registries": list_endpoints(
                harbor_client(call),
                call.parameters["name"],
                call.parameters["url"],
                call.parameters["connection_test"],
                call.parameters["connection_wait"],
                call.check_mode,
            )
        },
        returns="registries",
    )


if __name__ == "__main__":
    main()
