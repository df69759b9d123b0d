#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_target_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_target_info
short_description: Lets Harbor try to reach a registry that is not registered yet
version_added: 0.1.0
description:
  - Harbor's core container connects to the address. This shows whether name resolution, route, whitelist and certificate are right,
    seen from inside Harbor. Nothing is stored.
author: cloud_registry.migration contributors (@cloud-registry)
options:
  url:
    description: The address of the registry.
    type: str
    required: true
  type:
    description: The kind of registry.
    type: str
    default: docker-registry
  insecure:
    description: Whether Harbor accepts any certificate from the registry.
    type: bool
    default: false
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
  - module: cloud_registry.migration.harbor_registry_info
"""

EXAMPLES = r"""
- name: Ask Harbor whether it reaches the registry
  cloud_registry.migration.harbor_target_info:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    url: https://demo.tencentcloudcr.com
  register: found

- name: Say what is wrong
  ansible.builtin.debug:
    msg: "{{ found.target.reason | default('Harbor reaches the registry.', true) }}"
"""

RETURN = r"""
target:
  description: What Harbor found.
  returned: success
  type: dict
  contains:
    ok:
      description: Whether Harbor reaches it.
      type: bool
      sample: true
    reason:
      description: Why it does not; empty when it does.
      type: str
      sample: ""
"""

from ..module_utils._harbor.connection_test import probe_registry
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
                    "url": {"type": "str", "required": True},
                    "type": {"type": "str", "default": "docker-registry"},
                    "insecure": {"type": "bool", "default": False},
                }
            ),
        ),
        collect=lambda call: {
            "target": probe_registry(
                harbor_client(call), *(call.parameters[name] for name in ("url", "type", "insecure"))
            )
        },
        returns="target",
    )


if __name__ == "__main__":
    main()
