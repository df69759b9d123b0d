#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_instance_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_instance_info
short_description: Look up TCR registries
version_added: 0.1.0
description:
  - Finds registries ("instances") of the Tencent Container Registry (TCR) by id, name or domain, or lists all.
  - Fails if one is asked for that does not exist.
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
      - The id of the registry, for example V(tcr-dg284imq).
    type: str
  registry_name:
    description:
      - The name of the registry.
    type: str
  domain:
    description:
      - The domain of the registry, for example V(demo.tencentcloudcr.com), also in its C(-vpc) form or as a URL.
    type: str
notes:
  - Without O(registry_id), O(registry_name) and O(domain), all registries of O(tcr_region) are returned.
  - Without a region, registries of all regions are found; the region of each is in the result.
"""

EXAMPLES = r"""
- name: Find out id and region of the registry behind a domain
  cloud_registry.migration.tcr_instance_info:
    domain: demo.tencentcloudcr.com
  register: found

- name: Show them
  ansible.builtin.debug:
    msg: "{{ found.instances[0].registry_id }} in {{ found.instances[0].region }}"

- name: List the names of all registries that are running
  cloud_registry.migration.tcr_instance_info:
    query: "[?status=='Running'].name"
"""

RETURN = r"""
instances:
  description: The registries found, or what O(query) makes of them.
  returned: success
  type: list
  elements: dict
  contains:
    registry_id:
      description: The id.
      type: str
      sample: tcr-dg284imq
    name:
      description: The name.
      type: str
      sample: demo
    status:
      description: The status; only a registry that is C(Running) can be used.
      type: str
      sample: Running
    region:
      description: The region.
      type: str
      sample: ap-guangzhou
    type:
      description: The edition.
      type: str
      sample: standard
    public_domain:
      description: The host name of the registry, both over the public endpoint and over a private link.
      type: str
      sample: demo.tencentcloudcr.com
    internal_domain:
      description: The host name that exists in VPCs only.
      type: str
      sample: demo-vpc.tencentcloudcr.com
    created_at:
      description: When it was created.
      type: str
      sample: '2026-01-31T15:33:22+08:00'
    deletion_protection:
      description: Whether it is protected against deletion.
      type: bool
      sample: false
    tags:
      description: Its cloud tags.
      type: dict
      sample: {stage: production}
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import QUERY, ArgumentGroup
from ..module_utils._module.options.tcr import TCR
from ..module_utils._module.run import run_info
from ..module_utils._tcr.instances import find_registries

OPTIONS = ArgumentGroup(
    {"registry_id": {"type": "str"}, "registry_name": {"type": "str"}, "domain": {"type": "str"}},
    mutually_exclusive=[["registry_id", "registry_name", "domain"]],
)


def main() -> None:
    run_info(
        arguments=TCR.merge(QUERY, OPTIONS),
        collect=lambda call: {
            "instances": find_registries(
                tcr_client(call),
                call.parameters["registry_id"],
                call.parameters["registry_name"],
                call.parameters["domain"],
            )
        },
        returns="instances",
    )


if __name__ == "__main__":
    main()
