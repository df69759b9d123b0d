#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_service_account."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_service_account
short_description: Manage the service accounts of a TCR registry
version_added: 0.1.0
description:
  - Creates, changes and deletes service accounts of a Tencent Container Registry (TCR), with rights on chosen namespaces.
  - Unlike the credentials of M(cloud_registry.migration.tcr_access_credential), an account can have a password that is
    known beforehand, for example from a vault. So no run has to keep a secret for the next one.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.service_account
  - cloud_registry.migration.set_state
  - cloud_registry.migration.ownership
attributes:
  check_mode: {support: full}
  diff_mode: {support: full, details: "The password is not shown, only that it is written."}
  idempotent: {support: partial, details: "With O(update_password=always), every run writes the passwords."}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
notes:
  - Set C(no_log) on a task whose result is registered, because the result of a creation can hold a password.
"""

EXAMPLES = r"""
- name: An account with which Harbor can push into two namespaces
  cloud_registry.migration.tcr_service_account:
    registry_id: tcr-dg284imq
    service_accounts:
      - name: harbor
        permissions:
          - namespace: team-a
            actions: [pull, push, create]
          - namespace: shared
            actions: [pull, push, create]
        password: "{{ vault_harbor_in_tcr }}"
    migration_id: spring

- name: Disable it
  cloud_registry.migration.tcr_service_account:
    registry_id: tcr-dg284imq
    service_accounts: [{name: harbor, disabled: true}]

- name: Remove all accounts of the migration
  cloud_registry.migration.tcr_service_account:
    registry_id: tcr-dg284imq
    service_accounts: []
    state: exact
    migration_id: spring
"""

RETURN = r"""
service_accounts:
  description:
    - The accounts asked for, as they are now or in check mode would be. With O(state=exact) all of them, with
      O(state=absent) none.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: The name without the prefix., type: str, sample: harbor}
    username: {description: The name for the login; missing in check mode if yet to be created., type: str, sample: tcr$harbor}
    secret: {description: "The random password, only if one was generated.", type: str, sample: VALUE_SPECIFIED_IN_NO_LOG_PARAMETER}
    description: {description: The description., type: str, sample: "managed by cloud_registry.migration: spring"}
    permissions:
      description: The rights.
      type: list
      elements: dict
      sample: [{namespace: team-a, actions: [create, pull, push]}]
    expires_at: {description: "When it ends, null for never.", type: str, sample: "2027-01-31T12:00:00+00:00"}
    disabled: {description: Whether it cannot be used., type: bool, sample: false}
    created_at: {description: When it was created., type: str, sample: "2026-01-31T15:33:22+08:00"}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: service account, key: "harbor"}]
unmanaged:
  description: Names of accounts that were to be deleted, but lack the marker of O(migration_id).
  returned: success
  type: list
  elements: str
  sample: []
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import OWNERSHIP, SET_STATE
from ..module_utils._module.options.tcr import REGISTRY, SERVICE_ACCOUNT, TCR
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.service_account import TcrServiceAccountResource


def main() -> None:
    run_resource(
        arguments=TCR.merge(REGISTRY, SERVICE_ACCOUNT, SET_STATE, OWNERSHIP),
        build=lambda call: TcrServiceAccountResource(
            tcr_client(call), call.parameters["registry_id"], call.parameters["update_password"]
        ),
        desired_members=lambda call: call.parameters["service_accounts"],
        returns="service_accounts",
    )


if __name__ == "__main__":
    main()
