#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_namespace."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_namespace
short_description: Manage the namespaces of a TCR registry
version_added: 0.1.0
description:
  - Creates, changes and deletes namespaces of a Tencent Container Registry (TCR).
  - One task manages any number of them with one listing, and writes only those that differ.
  - Repositories need not be created. The first push creates them, but only in a namespace that exists.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.set_state
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
  namespaces:
    description:
      - The namespaces.
      - With O(state=exact), all others are deleted.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The name, 2 to 30 characters of C(a-z), C(0-9) and single C(.), C(_) and C(-) between them.
        type: str
        required: true
      public:
        description:
          - Whether everybody can pull from it.
          - If not given, a new namespace is private and an existing one stays unchanged.
        type: bool
  delete_repositories:
    description:
      - Permits to delete namespaces that hold repositories, with all their images, which cannot be brought back.
      - Without it, the task fails before anything is written, and names them. With it, the difference shows them.
    type: bool
    default: false
seealso:
  - module: cloud_registry.migration.tcr_instance_info
"""

EXAMPLES = r"""
- name: Make sure that two namespaces exist
  cloud_registry.migration.tcr_namespace:
    registry_id: tcr-dg284imq
    namespaces:
      - name: team-a
      - name: shared
        public: true

- name: Remove a namespace, unless there is something in it
  cloud_registry.migration.tcr_namespace:
    registry_id: tcr-dg284imq
    namespaces:
      - name: team-b
    state: absent
"""

RETURN = r"""
namespaces:
  description: The namespaces that were asked for, as they are now; all of the registry with O(state=exact).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name.
      type: str
      sample: team-a
    public:
      description: Whether everybody can pull from it.
      type: bool
      sample: false
    namespace_id:
      description: The number that TCR gave it; missing in check mode if it is yet to be created.
      type: int
      sample: 1234
    created_at:
      description: When it was created; missing in check mode if it is yet to be created.
      type: str
      sample: '2026-01-31T14:04:56Z'
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: namespace, key: team-a}]
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import SET_STATE, ArgumentGroup
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.namespace import TcrNamespaceResource

NAMESPACE = {"name": {"type": "str", "required": True}, "public": {"type": "bool"}}
OPTIONS = ArgumentGroup(
    {
        "namespaces": {"type": "list", "elements": "dict", "required": True, "options": NAMESPACE},
        "delete_repositories": {"type": "bool", "default": False},
    }
)


def main() -> None:
    run_resource(
        arguments=TCR.merge(REGISTRY, SET_STATE, OPTIONS),
        build=lambda call: TcrNamespaceResource(
            tcr_client(call), call.parameters["registry_id"], call.parameters["delete_repositories"]
        ),
        desired_members=lambda call: call.parameters["namespaces"],
        returns="namespaces",
    )


if __name__ == "__main__":
    main()
