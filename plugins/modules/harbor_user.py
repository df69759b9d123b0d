#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_user."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_user
short_description: Manage the users of a Harbor
version_added: 0.1.0
description:
  - Creates, changes and deletes users of a Harbor from 1.8 on, any number of them with one listing.
  - Where Harbor leaves the login to another service (LDAP, OIDC, ...), its users come from there. Then only
    O(users[].admin) can be managed, and from Harbor 2.4 on users can be deleted.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.set_state
attributes:
  check_mode: {support: full}
  diff_mode: {support: full, details: "The password is not shown, only that it is written."}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.harbor]}
options:
  users:
    description:
      - The users. Options that are not given stay unchanged.
    type: list
    elements: dict
    required: true
    suboptions:
      username:
        description:
          - The name for the login, which cannot be changed. The built-in V(admin) is not managed.
        type: str
        required: true
      email: {description: ["The mail address, unique in Harbor. A new user needs one."], type: str}
      realname: {description: ["First and last name, for a new user O(users[].username) if not given."], type: str}
      comment: {description: ["A comment of at most 30 characters."], type: str}
      admin: {description: ["Whether the user is an administrator. A new user is none if not given."], type: bool}
      password:
        description:
          - The password, 8 to 128 characters (Harbor 1.8 and 1.9 to 20) with at least one upper case letter, one lower
            case letter and one digit. A new user needs one.
        type: str
  update_password:
    description:
      - V(on_create) sets the password of new users only.
      - V(always) lets every user with O(users[].password) try to log in, and sets the password of those who cannot.
    type: str
    choices: [on_create, always]
    default: on_create
notes:
  - The user as whom the task logs in is not deleted, and its password is not changed.
  - With O(state=exact) all other users but V(admin) are deleted.
seealso:
  - module: cloud_registry.migration.harbor_project_member
"""

EXAMPLES = r"""
- name: Two users
  cloud_registry.migration.harbor_user:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    users:
      - username: alice
        email: alice@example.com
        realname: Alice Example
        password: "{{ lookup('ansible.builtin.password', '/dev/null length=24 chars=ascii_letters,digits') }}"
      - username: migration
        email: migration@example.com
        password: "{{ lookup('ansible.builtin.password', '/dev/null length=24 chars=ascii_letters,digits') }}"
        admin: true

- name: Remove a user; the connection options are in module_defaults
  cloud_registry.migration.harbor_user:
    users:
      - username: migration
    state: absent
"""

RETURN = r"""
users:
  description:
    - The users asked for, as they are now or in check mode would be. With O(state=exact) all users, with
      O(state=absent) none.
  returned: success
  type: list
  elements: dict
  contains:
    user_id: {description: "Harbor's id; missing in check mode if yet to be created.", type: int, sample: 3}
    username: {description: The name for the login., type: str, sample: alice}
    email: {description: The mail address., type: str, sample: alice@example.com}
    realname: {description: First and last name., type: str, sample: Alice Example}
    comment: {description: The comment., type: str, sample: ""}
    admin: {description: Whether the user is an administrator., type: bool, sample: false}
    created_at: {description: When the user was created., type: str, sample: "2026-01-31T07:33:22.123Z"}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: Harbor user, key: alice}]
"""

from ..module_utils._harbor.resources.user import HarborUserResource
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import SET_STATE, ArgumentGroup
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.run import run_resource

USER = {
    "username": {"type": "str", "required": True},
    "email": {"type": "str"},
    "realname": {"type": "str"},
    "comment": {"type": "str"},
    "admin": {"type": "bool"},
    "password": {"type": "str", "no_log": True},
}
UPDATE = {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False}
OPTIONS = ArgumentGroup(
    {"users": {"type": "list", "elements": "dict", "required": True, "options": USER}, "update_password": UPDATE}
)


def main() -> None:
    run_resource(
        arguments=HARBOR.merge(SET_STATE, OPTIONS),
        build=lambda call: HarborUserResource(harbor_client(call), call.parameters["update_password"]),
        desired_members=lambda call: call.parameters["users"],
        returns="users",
    )


if __name__ == "__main__":
    main()
