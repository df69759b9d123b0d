#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_access_credential."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_access_credential
short_description: Manage an access credential of a TCR registry
version_added: 0.1.0
description:
  - Creates, enables, disables and deletes a long-term credential ("instance token") with which a registry client such
    as Harbor logs in to a Tencent Container Registry (TCR); or makes one for an hour, see O(temporary).
  - TCR returns the secret once, when the credential is created. Later runs cannot return it; if it is lost, use
    O(rotate).
  - A credential has no name. It is found by the id in O(credential_id) or O(secret), or by O(description) with the
    marker of O(migration_id). If several match that have not expired, the newest is managed and the others stay unchanged.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.tcr_credential
  - cloud_registry.migration.state
  - cloud_registry.migration.ownership
attributes:
  check_mode: {support: full}
  diff_mode: {support: full, details: "The secret is not part of the differences."}
  idempotent: {support: partial, details: "With O(rotate=true) or O(temporary=true), every run makes a credential."}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
notes:
  - O(state=absent) deletes all credentials that match, and without O(description) all that carry the marker of
    O(migration_id).
  - Set C(no_log) on a task whose result is registered, because the result of a creation holds the secret.
  - The credential has the rights of the account whose key created it, and ends with that account.
seealso:
  - module: cloud_registry.migration.harbor_registry
"""

EXAMPLES = r"""
- name: Make sure that Harbor has a credential
  cloud_registry.migration.tcr_access_credential:
    registry_id: tcr-dg284imq
    migration_id: spring
  register: created
  no_log: true

- name: Replace it
  cloud_registry.migration.tcr_access_credential:
    registry_id: tcr-dg284imq
    migration_id: spring
    rotate: true
  register: replaced
  no_log: true

- name: Delete the old one when nothing uses it any more
  cloud_registry.migration.tcr_access_credential:
    registry_id: tcr-dg284imq
    migration_id: spring
    keep_credential_ids: ["{{ replaced.credential.credential_id }}"]
    state: absent

- name: Disable a credential
  cloud_registry.migration.tcr_access_credential:
    registry_id: tcr-dg284imq
    credential_id: ctrm3g86h7cp1kb7el2g
    enabled: false

- name: See that the credential of a stored secret is still there
  cloud_registry.migration.tcr_access_credential:
    registry_id: tcr-dg284imq
    secret: "{{ stored_secret }}"
"""

RETURN = r"""
credential:
  description: The credential, or null if there is none. One with O(temporary=true) has only RV(credential.name), RV(credential.username),
    RV(credential.secret) and RV(credential.expires_at).
  returned: success
  type: dict
  contains:
    name: {description: 'By what it was found, an id or a description.', type: str, sample: 'managed by cloud_registry.migration: spring'}
    credential_id: {description: 'The id; missing in check mode if it is yet to be created.', type: str, sample: ctrm3g86h7cp1kb7el2g}
    description: {description: 'The description.', type: str, sample: 'managed by cloud_registry.migration: spring'}
    enabled: {description: 'Whether it can be used.', type: bool, sample: true}
    created_at: {description: 'When it was created.', type: str, sample: '2026-01-31T15:33:22+08:00'}
    expires_at: {description: 'When it ends.', type: str, sample: '2036-01-29T07:33:22+00:00'}
    username: {description: 'The user name for the registry, only when it was created.', type: str, sample: '100036950234'}
    secret: {description: 'The password for the registry, only when it was created.', type: str, sample: eyJhbGciOi...}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: access credential, key: 'managed by cloud_registry.migration: spring'}]
unmanaged:
  description: The credential that O(state=absent) left alone because it lacks the marker of O(migration_id).
  returned: success
  type: list
  elements: str
  sample: []
"""

from dataclasses import fields

from ..module_utils._module.call import ModuleCall
from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import OWNERSHIP, STATE
from ..module_utils._module.options.tcr import REGISTRY, TCR, TCR_CREDENTIAL
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.access_credential import CredentialRequest, build, desired_members


def request(call: ModuleCall) -> CredentialRequest:
    return CredentialRequest(**{one.name: call.parameters[one.name] for one in fields(CredentialRequest)})


def main() -> None:
    run_resource(
        arguments=TCR.merge(REGISTRY, STATE, OWNERSHIP, TCR_CREDENTIAL),
        build=lambda call: build(tcr_client(call), request(call)),
        desired_members=lambda call: desired_members(request(call)),
        returns="credential",
        single=True,
    )


if __name__ == "__main__":
    main()
