#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_robot."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_robot
short_description: Manage the robot accounts of a Harbor
version_added: 0.1.0
description:
  - Creates, changes and deletes robot accounts of the whole Harbor or of one project, any number of them with one listing.
  - Harbor tells the secret once, when the account is created. Later runs cannot return it; if it is lost, use O(rotate).
  - From Harbor 2.10 on, one robot account with O(robots[].purpose=migration) can do a whole migration. Older versions
    cannot give these rights to one account; there, use a user who is administrator.
  - Up to Harbor 2.1 there are only robot accounts of projects. They are tokens that hold their rights, so that rights,
    description and duration cannot be changed afterwards.
author: cloud_registry.migration contributors (@cloud-registry-migration)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.set_state
  - cloud_registry.migration.ownership
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: The secret is not part of the differences.
  idempotent:
    support: partial
    details: With O(rotate=true), every run renews the secrets.
  action_group:
    support: full
    membership: [cloud_registry.migration.harbor]
options:
  project:
    description:
      - The name of the project whose robot accounts these are. If not given, they belong to the whole Harbor, which needs
        Harbor 2.2 or later.
    type: str
  robots:
    description:
      - The robot accounts. What is not given is left as it is.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The name without what Harbor puts in front of it (C(robot$), and for a project C(robot$<project>+)). It cannot
            be changed.
        type: str
        required: true
      description:
        description:
          - The description. With O(migration_id), its marker is added.
        type: str
      purpose:
        description:
          - What the account is for; it gets the rights that this needs and no more.
          - V(migration) may manage endpoints and replication, and read all projects. Needs Harbor 2.10 or later.
          - V(replication) may manage endpoints and replication, but does not see what private projects hold. Needs
            Harbor 2.3 or later.
          - A new account needs this or O(robots[].permissions).
        type: str
        choices: [migration, replication]
      permissions:
        description:
          - The rights, instead of O(robots[].purpose). From Harbor 2.10 on they are checked against what Harbor offers.
        type: list
        elements: dict
        suboptions:
          project:
            description:
              - The project in which they hold, V(*) for all of them.
              - If not given, they hold for O(project), and for the whole Harbor if that is not given either.
            type: str
          access:
            description:
              - Resources as Harbor names them, each with a list of actions, for example C({repository: [list, pull]}).
            type: dict
            required: true
      duration:
        description:
          - For how many days the account works from its creation on, V(-1) for ever.
          - If not given, a new account works for 30 days. Needs Harbor 2.0 or later; before, Harbor's setting holds.
        type: int
      disabled:
        description:
          - Whether the account cannot be used. If not given, a new one can.
        type: bool
  rotate:
    description:
      - Renew the secrets of the accounts and return them. The old ones work no more. Needs Harbor 2.2 or later.
    type: bool
    default: false
notes:
  - Set C(no_log) on a task whose result is registered, because the result of a creation holds the secret.
  - With O(state=exact) all other accounts of the project, or of the whole Harbor, are deleted; with O(migration_id) only
    those of that migration.
seealso:
  - module: cloud_registry.migration.harbor_user
  - module: cloud_registry.migration.harbor_info
"""

EXAMPLES = r"""
- name: An account that can do the migration, and nothing else
  cloud_registry.migration.harbor_robot:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    robots:
      - name: migration
        purpose: migration
        duration: 7
    migration_id: spring
  register: made
  no_log: true

- name: Work as this account
  cloud_registry.migration.harbor_info:
    harbor_url: https://harbor.example.com
    harbor_username: "{{ made.robots[0].username }}"
    harbor_password: "{{ made.robots[0].secret }}"

- name: A new secret
  cloud_registry.migration.harbor_robot:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    robots:
      - name: migration
    rotate: true
    migration_id: spring
  register: renewed
  no_log: true

- name: An account that may pull from one project
  cloud_registry.migration.harbor_robot:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    project: library
    robots:
      - name: puller
        permissions:
          - access: {repository: [pull]}
        duration: -1
  no_log: true

- name: Remove the accounts of the migration
  cloud_registry.migration.harbor_robot:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    robots: []
    state: exact
    migration_id: spring
"""

RETURN = r"""
robots:
  description:
    - The robot accounts asked for, as they are now or in check mode would be. With O(state=exact) all of them, with
      O(state=absent) none.
  returned: success
  type: list
  elements: dict
  contains:
    robot_id:
      description: Harbor's id; missing in check mode if the account is yet to be created.
      type: int
      sample: 2
    name:
      description: The name as it was asked for.
      type: str
      sample: migration
    username:
      description: The name for the login.
      type: str
      sample: robot$migration
    secret:
      description: The password for the login, only when the account was created or the secret renewed.
      type: str
      sample: VALUE_SPECIFIED_IN_NO_LOG_PARAMETER
    description:
      description: The description.
      type: str
      sample: 'managed by cloud_registry.migration: spring'
    disabled:
      description: Whether it cannot be used.
      type: bool
      sample: false
    duration:
      description: For how many days it works, -1 for ever. Not with Harbor up to 2.1.
      type: int
      sample: 7
    expires_at:
      description: When it ends, null for never.
      type: str
      sample: '2026-02-07T07:33:22+00:00'
    permissions:
      description: The rights. Not with Harbor up to 2.1.
      type: list
      elements: dict
      sample: [{project: null, access: {registry: [create, read, update, delete, list]}}]
    editable:
      description: Whether it can be changed; those from before an upgrade to Harbor 2.2 cannot. Not with Harbor up to 2.1.
      type: bool
      sample: true
    rotate:
      description: True when its secret was renewed, or in check mode would be; otherwise missing.
      type: bool
      sample: true
    created_at:
      description: When it was created.
      type: str
      sample: '2026-01-31T07:33:22.123Z'
actions:
  description: The writes that were made, or in check mode would be made.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, key: migration}]
foreign:
  description: Names of accounts that were to be deleted, but belong to somebody else.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.cloud_registry.migration.plugins.module_utils._module.arguments import (
    HARBOR,
    OWNERSHIP,
    SET_STATE,
    ArgumentGroup,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._module.run import run_resource
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.harbor_robot import robots

PERMISSION = {"project": {"type": "str"}, "access": {"type": "dict", "required": True}}
ROBOT = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "purpose": {"type": "str", "choices": ["migration", "replication"]},
    "permissions": {"type": "list", "elements": "dict", "options": PERMISSION},
    "duration": {"type": "int"},
    "disabled": {"type": "bool"},
}
OPTIONS = ArgumentGroup(
    {
        "project": {"type": "str"},
        "robots": {"type": "list", "elements": "dict", "required": True, "options": ROBOT},
        "rotate": {"type": "bool", "default": False},
    }
)


def main() -> None:
    run_resource(
        arguments=HARBOR.merge(SET_STATE, OWNERSHIP, OPTIONS),
        build=lambda parameters, clients: robots(clients.harbor(), parameters["project"], parameters["rotate"]),
        wishes=lambda parameters: parameters["robots"],
        returns="robots",
    )


if __name__ == "__main__":
    main()
