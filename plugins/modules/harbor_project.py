#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_project
short_description: Manage the projects of a Harbor
version_added: 0.1.0
description:
  - Creates, changes and deletes projects of a Harbor from 1.8 on, any number of them with one listing.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.set_state
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.harbor]}
options:
  projects:
    description:
      - The projects. Options that are not given stay unchanged.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The name, which cannot be changed.
        type: str
        required: true
      public:
        description:
          - Whether everybody can pull from the project. A new project is private if this is not given.
        type: bool
      auto_scan:
        description:
          - Whether images are scanned for vulnerabilities when they are pushed.
        type: bool
      storage_limit:
        description:
          - How many bytes the project can hold, V(-1) for no limit.
          - If not given, a new project gets the limit that is set in Harbor's configuration.
          - Needs Harbor 1.9 or later, and an administrator.
        type: int
notes:
  - A project that holds repositories or charts is not deleted; Harbor refuses it, and the task fails.
  - With O(state=exact) all other projects that the user can see are deleted, V(library) included.
seealso:
  - module: cloud_registry.migration.harbor_project_member
  - module: cloud_registry.migration.harbor_robot
"""

EXAMPLES = r"""
- name: Two projects, one of them with at most 10 GiB
  cloud_registry.migration.harbor_project:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    projects:
      - name: team-blue
        storage_limit: "{{ '10 GB' | human_to_bytes }}"
      - name: shared
        public: true

- name: Remove an empty project; the connection options are in module_defaults
  cloud_registry.migration.harbor_project:
    projects:
      - name: shared
    state: absent
"""

RETURN = r"""
projects:
  description:
    - The projects asked for, as they are now or in check mode would be. With O(state=exact) all projects, with
      O(state=absent) none.
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: "Harbor's id; missing in check mode if yet to be created.", type: int, sample: 2}
    name: {description: The name., type: str, sample: team-blue}
    public: {description: Whether everybody can pull., type: bool, sample: false}
    auto_scan: {description: Whether images are scanned when they are pushed., type: bool, sample: false}
    storage_limit:
      description: How many bytes it can hold, -1 for no limit. Only if a limit was given for one of the projects.
      type: int
      sample: 10737418240
    repository_count: {description: How many repositories it holds., type: int, sample: 0}
    created_at: {description: When it was created., type: str, sample: "2026-01-31T07:33:22.123Z"}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: Harbor project, key: team-blue}]
"""

from ..module_utils._harbor.resources.project import HarborProjectResource
from ..module_utils._module.call import ModuleCall
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import SET_STATE, ArgumentGroup
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.run import run_resource

PROJECT = {
    "name": {"type": "str", "required": True},
    "public": {"type": "bool"},
    "auto_scan": {"type": "bool"},
    "storage_limit": {"type": "int"},
}
OPTIONS = ArgumentGroup({"projects": {"type": "list", "elements": "dict", "required": True, "options": PROJECT}})


def storage_limits_desired(call: ModuleCall) -> bool:
    desired = call.parameters["projects"] if call.parameters["state"] != "absent" else []
    return any(one["storage_limit"] is not None for one in desired)


def main() -> None:
    run_resource(
        arguments=HARBOR.merge(SET_STATE, OPTIONS),
        build=lambda call: HarborProjectResource(harbor_client(call), storage_limits_desired(call)),
        desired_members=lambda call: call.parameters["projects"],
        returns="projects",
    )


if __name__ == "__main__":
    main()
