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
  - Creates, changes and deletes robot accounts of the whole Harbor or of one project, many with one listing.
  - Harbor returns the secret once, at the creation. Later runs cannot return it; if it is lost, use O(rotate).
  - From Harbor 2.10 on, one account with the purpose V(migration) can do a whole migration. Older versions cannot give
    these rights to one account; there, use a user who is administrator.
  - Up to Harbor 2.1 there are only robot accounts of projects. They are tokens that hold their rights, so that rights,
    description and duration cannot be changed afterwards.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.harbor_robot
  - cloud_registry.migration.set_state
  - cloud_registry.migration.ownership
attributes:
  check_mode: {support: full}
  diff_mode: {support: full, details: "The secret is not part of the differences."}
  idempotent: {support: partial, details: "With O(rotate=true), every run renews the secrets."}
  action_group: {support: full, membership: [cloud_registry.migration.harbor]}
notes:
  - Set C(no_log) on a task whose result is registered, because the result of a creation holds the secret.
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
  register: created
  no_log: true

- name: Work as this account
  cloud_registry.migration.harbor_info:
    harbor_url: https://harbor.example.com
    harbor_username: "{{ created.robots[0].username }}"
    harbor_password: "{{ created.robots[0].secret }}"

- name: A new secret; the connection options are in module_defaults
  cloud_registry.migration.harbor_robot:
    robots:
      - name: migration
    rotate: true
    migration_id: spring
  register: renewed
  no_log: true

- name: Create an account that can pull from one project
  cloud_registry.migration.harbor_robot:
    project: library
    robots:
      - name: puller
        permissions:
          - access: {repository: [pull]}
        duration: -1
  no_log: true

- name: Remove the accounts of the migration
  cloud_registry.migration.harbor_robot:
    robots: []
    state: exact
    migration_id: spring
"""

RETURN = r"""
robots:
  description:
    - The robot accounts asked for, as they are now or in check mode would be. With O(state=exact) all of them, with
      O(state=absent) none. Up to Harbor 2.1 without duration, permissions and editable.
  returned: success
  type: list
  elements: dict
  contains:
    robot_id: {description: "Harbor's id; missing in check mode if yet to be created.", type: int, sample: 2}
    name: {description: The name as it was asked for., type: str, sample: migration}
    username: {description: The name for the login., type: str, sample: robot$migration}
    secret:
      description: The password for the login, only when the account was created or the secret renewed.
      type: str
      sample: VALUE_SPECIFIED_IN_NO_LOG_PARAMETER
    description: {description: The description., type: str, sample: "managed by cloud_registry.migration: spring"}
    disabled: {description: Whether it cannot be used., type: bool, sample: false}
    duration: {description: "For how many days it works, -1 for ever.", type: int, sample: 7}
    expires_at: {description: "When it ends, null for never.", type: str, sample: "2026-02-07T07:33:22+00:00"}
    permissions:
      description: The rights.
      type: list
      elements: dict
      sample: [{project: "*", access: {repository: [list, read, pull]}}]
    editable:
      description: Whether it can be changed; accounts from before an upgrade to Harbor 2.2 cannot.
      type: bool
      sample: true
    created_at: {description: When it was created., type: str, sample: "2026-01-31T07:33:22.123Z"}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: Harbor robot account, key: migration}]
unmanaged:
  description: Names of accounts that would have to be deleted, but that this migration did not create.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ..module_utils._harbor.resources.robot import desired_robot, robots
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import OWNERSHIP, SET_STATE
from ..module_utils._module.options.harbor import HARBOR, HARBOR_ROBOT
from ..module_utils._module.run import run_resource


def main() -> None:
    run_resource(
        arguments=HARBOR.merge(HARBOR_ROBOT, SET_STATE, OWNERSHIP),
        build=lambda call: robots(harbor_client(call), call.parameters["project"]),
        desired_members=lambda call: [
            desired_robot(one, call.parameters["project"], call.parameters["rotate"])
            for one in call.parameters["robots"]
        ],
        returns="robots",
    )


if __name__ == "__main__":
    main()
