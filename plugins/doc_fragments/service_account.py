# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  service_accounts:
    description:
      - The accounts. Options that are not given stay unchanged.
      - With O(state=exact), all others are deleted; with O(migration_id), only others of that migration.
    type: list
    elements: dict
    required: true
    suboptions:
      name: {description: ["The name, with or without the V(tcr$) that TCR puts in front of it."], type: str, required: true}
      description: {description: ["The description. With O(migration_id), its marker is added."], type: str}
      permissions:
        description:
          - The rights; together they are all that the account has. A new account needs some.
        type: list
        elements: dict
        suboptions:
          namespace: {description: [The namespace in which they hold.], type: str, required: true}
          actions:
            description:
              - The permitted actions. To push images into repositories that do not exist yet, V(create) is required too.
            type: list
            elements: str
            choices: [pull, push, create, push_chart, list_charts]
            required: true
      expires_at:
        description:
          - The moment from which on the account does not work any more, for example V(2027-01-31T12:00:00+00:00).
        type: str
      valid_days:
        description:
          - For how many days a new account is valid. It counts from the creation, and is ignored for an existing account.
          - Without O(service_accounts[].expires_at) and O(service_accounts[].valid_days), TCR decides.
        type: int
      disabled: {description: ["Whether the account cannot be used. If not given, a new one can."], type: bool}
      password:
        description:
          - The password, 8 to 20 characters with at least one upper case letter, one lower case letter and one digit.
          - If not given, a new account gets a random one, which is returned.
        type: str
  update_password:
    description:
      - V(on_create) sets the password of new accounts only.
      - V(always) writes every password that is given. TCR cannot be asked whether it is the right one already.
    type: str
    choices: [on_create, always]
    default: on_create
"""
