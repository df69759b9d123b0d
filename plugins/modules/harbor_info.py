#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_info
short_description: Tells version, health, rights and capabilities of a Harbor
version_added: 0.1.0
description:
  - Finds out which API a Harbor speaks, its version, whether the login works and has the rights for a migration, and
    which features this version has.
  - Fails for a Harbor before 1.8, and for a wrong user name or password, which Harbor itself would accept as no login.
author: cloud_registry.migration contributors (@cloud-registry)
options:
  require_admin:
    description:
      - Fail unless the user has permission to manage registry endpoints and replication.
    type: bool
    default: false
  require_writable:
    description:
      - Fail when Harbor is in read-only mode, in which it refuses every change.
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
"""

EXAMPLES = r"""
- name: Look at Harbor before anything else
  cloud_registry.migration.harbor_info:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    require_admin: true
    require_writable: true
  register: found

- name: Stop when core or jobservice is not healthy
  ansible.builtin.assert:
    that: found.harbor.health.status == 'healthy'
"""

RETURN = r"""
harbor:
  description: What was found.
  returned: success
  type: dict
  contains:
    version:
      description: Major, minor and patch version; null for a build that reports none.
      type: list
      elements: int
      sample: [2, 15, 2]
    version_text:
      description: The version as Harbor reports it.
      type: str
      sample: v2.15.2-080b0220
    proven_version:
      description: Like RV(harbor.version); for a build that reports none, the oldest version that answers like it.
      type: list
      elements: int
      sample: [2, 15, 2]
    generation:
      description: The generation of its API, V(1) for 1.8 to 1.10 and V(2) for 2.x.
      type: int
      sample: 2
    read_only:
      description: Whether Harbor refuses changes.
      type: bool
      sample: false
    auth_mode:
      description: Where users come from.
      type: str
      sample: db_auth
    external_url:
      description: The address under which Harbor believes to be reached.
      type: str
      sample: https://harbor.example.com
    with_chartmuseum:
      description: Whether it holds charts in ChartMuseum, which cannot be replicated to a cloud registry.
      type: bool
      sample: false
    user:
      description: The user as whom the module is logged in.
      type: dict
      contains:
        name:
          description: Its name.
          type: str
        admin:
          description: Whether it is a system administrator.
          type: bool
        robot:
          description: Whether it is a robot account.
          type: bool
        may_replicate:
          description: Whether it has permission to manage registry endpoints and replication.
          type: bool
      sample: {name: admin, admin: true, robot: false, may_replicate: true}
    health:
      description: Harbor's own word about its parts.
      type: dict
      sample: {status: healthy, components: [{name: core, status: healthy}]}
    capabilities:
      description: Each feature that not all versions have, and whether this one has it.
      type: dict
      sample: {project_artifacts: true, single_active_replication: true, charts: false}
    detected:
      description: What other modules take as O(harbor_detected), so that they need not ask again.
      type: dict
      sample:
        url: https://harbor.example.com
        username: admin
        version: [2, 15, 2]
        version_text: v2.15.2-080b0220
        proven_version: [2, 15, 2]
        generation: 2
        read_only: false
        auth_mode: db_auth
        with_chartmuseum: false
        external_url: https://harbor.example.com
        user: {name: admin, admin: true, robot: false, may_replicate: true}
"""

from ..module_utils._harbor.system import describe
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
                    "require_admin": {"type": "bool", "default": False},
                    "require_writable": {"type": "bool", "default": False},
                }
            ),
        ),
        collect=lambda call: {
            "harbor": describe(
                harbor_client(call), call.parameters["require_admin"], call.parameters["require_writable"]
            )
        },
        returns="harbor",
    )


if __name__ == "__main__":
    main()
