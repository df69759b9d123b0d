# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  project:
    description:
      - The name of the project whose robot accounts these are. If not given, they belong to the whole Harbor, which
        needs Harbor 2.2 or later.
    type: str
  robots:
    description:
      - The robot accounts. Options that are not given stay unchanged.
      - With O(state=exact), all others of the project, or of the whole Harbor, are deleted; with O(migration_id), only
        others of that migration.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The name without what Harbor puts in front of it (C(robot$), and for a project C(robot$<project>+)). It
            cannot be changed.
        type: str
        required: true
      description:
        description:
          - The description. With O(migration_id), its marker is added.
        type: str
      purpose:
        description:
          - What the account is for; it gets the rights that this needs and no more.
          - V(migration) can manage endpoints and replication, and read all projects. Needs Harbor 2.10 or later.
          - V(replication) can manage endpoints and replication, but cannot read private projects. Needs
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
              - Resources as Harbor names them, each with a list of actions, for example C(repository) with
                C([list, pull]).
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
"""
