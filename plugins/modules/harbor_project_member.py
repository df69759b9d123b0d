#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_project_member."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_project_member
short_description: Manage the members of a Harbor project
version_added: 0.1.0
description:
  - Gives users and groups a role in one project, changes and takes it, for any number of them with one listing.
  - Works with every Harbor from 1.8 on.
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
  project:
    description:
      - The name of the project.
      - With O(state=absent), a project that does not exist is one without members.
    type: str
    required: true
  members:
    description:
      - The members, each either a user or a group.
    type: list
    elements: dict
    required: true
    suboptions:
      user: {description: [The login name of a user.], type: str}
      group: {description: [The name of a group as Harbor shows it.], type: str}
      ldap_group_dn:
        description:
          - The distinguished name of the group, needed if it comes from LDAP and Harbor does not know it yet.
        type: str
      role:
        description:
          - The role of the member in the project. Required unless O(state=absent).
          - V(limited_guest) needs Harbor 1.10 or later.
        type: str
        choices: [project_admin, maintainer, developer, guest, limited_guest]
notes:
  - The user who created a project is a member of it, with the role V(project_admin). With O(state=exact) it is removed
    like any other member that is not listed; a system administrator loses no permission.
seealso:
  - module: cloud_registry.migration.harbor_project
  - module: cloud_registry.migration.harbor_user
"""

EXAMPLES = r"""
- name: Let two users work in a project
  cloud_registry.migration.harbor_project_member:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    project: team-blue
    members:
      - user: alice
        role: maintainer
      - user: bob
        role: guest

- name: Nobody but alice; the connection options are in module_defaults
  cloud_registry.migration.harbor_project_member:
    project: team-blue
    members:
      - user: alice
        role: project_admin
    state: exact
"""

RETURN = r"""
members:
  description:
    - The members asked for, as they are now or in check mode would be. With O(state=exact) all members, with
      O(state=absent) none.
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: "Harbor's id of the membership; missing in check mode if yet to come.", type: int, sample: 5}
    member: {description: Kind and name., type: str, sample: user alice}
    user: {description: "The user, or null.", type: str, sample: alice}
    group: {description: "The group, or null.", type: str, sample: null}
    role: {description: The role., type: str, sample: maintainer}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: project member, key: user alice}]
"""

from ..module_utils._harbor.resources.project_member import HarborProjectMemberResource, desired_member
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import SET_STATE, ArgumentGroup
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.run import run_resource

ROLES = ["project_admin", "maintainer", "developer", "guest", "limited_guest"]
MEMBER = {
    "user": {"type": "str"},
    "group": {"type": "str"},
    "ldap_group_dn": {"type": "str"},
    "role": {"type": "str", "choices": ROLES},
}
MEMBERS = {
    "type": "list",
    "elements": "dict",
    "required": True,
    "options": MEMBER,
    "mutually_exclusive": [["user", "group"], ["user", "ldap_group_dn"]],
    "required_one_of": [["user", "group"]],
}
OPTIONS = ArgumentGroup({"project": {"type": "str", "required": True}, "members": MEMBERS})


def main() -> None:
    run_resource(
        arguments=HARBOR.merge(SET_STATE, OPTIONS),
        build=lambda call: HarborProjectMemberResource(
            harbor_client(call), call.parameters["project"], tolerant=call.parameters["state"] == "absent"
        ),
        desired_members=lambda call: [desired_member(one) for one in call.parameters["members"]],
        returns="members",
    )


if __name__ == "__main__":
    main()
