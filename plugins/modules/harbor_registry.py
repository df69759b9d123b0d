#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module harbor_registry."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_registry
short_description: Manage the registry endpoints of a Harbor
version_added: 0.1.0
description:
  - Creates, changes and deletes the registries to which, or from which, a Harbor replicates.
  - Harbor tries to use a registry before it stores anything about it. If it cannot, nothing is stored and the task fails
    with the reason; it is tried from inside Harbor, so whitelist and name resolution must fit Harbor, not this host.
  - One task manages one endpoint, or with O(registries) any number of them with one listing.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.harbor_endpoint
  - cloud_registry.migration.set_state
  - cloud_registry.migration.ownership
attributes:
  check_mode: {support: full}
  diff_mode: {support: full, details: "The secret is not shown, only that it is written."}
  idempotent: {support: partial, details: "With O(update_secret=always), every run writes the secret."}
  action_group: {support: full, membership: [cloud_registry.migration.harbor]}
options:
  update_secret:
    description:
      - When O(access_secret) is written to an endpoint that exists.
      - V(when_broken) lets Harbor try the secret that it has stored, and writes the given one if that fails or none is
        stored. V(always) writes it with every run, V(on_create) only to an endpoint that has none.
      - Whenever the address or the user changes it is written in any case.
    type: str
    choices: [when_broken, always, on_create]
    default: when_broken
  connection_test:
    description:
      - Let Harbor try each endpoint asked for with what it has stored, also when nothing changes, and return the result
        as RV(registry.connection). A failed test does not fail the task.
    type: bool
    default: false
  connection_wait:
    description:
      - For how many seconds to try again while Harbor cannot use the registry. Entries of whitelists, DNS records and
        credentials of a cloud registry can take some minutes to become effective.
    type: float
    default: 0
notes:
  - An endpoint that replication policies use is not deleted; the task fails and names them.
  - Jobs that already run keep the secret with which they began.
seealso:
  - module: cloud_registry.migration.harbor_registry_info
  - module: cloud_registry.migration.harbor_replication_policy
"""

EXAMPLES = r"""
- name: Let Harbor know a TCR registry
  cloud_registry.migration.harbor_registry:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    name: tcr-migration
    url: https://demo.tencentcloudcr.com
    access_key: "{{ tcr_username }}"
    access_secret: "{{ tcr_password }}"
    migration_id: demo
    connection_wait: 180

- name: Two endpoints with the same credential; the connection options are in module_defaults
  cloud_registry.migration.harbor_registry:
    access_key: "{{ tcr_username }}"
    access_secret: "{{ tcr_password }}"
    registries:
      - name: tcr-guangzhou
        url: https://demo.tencentcloudcr.com
      - name: tcr-singapore
        url: https://demo-sg.tencentcloudcr.com

- name: Remove an endpoint
  cloud_registry.migration.harbor_registry:
    name: tcr-migration
    state: absent
"""

RETURN = r"""
registry:
  description:
    - The endpoint as it is now, or would be in check mode; null with O(state=absent). It has the keys that
      M(cloud_registry.migration.harbor_registry_info) returns; some are missing in check mode if it is yet to be created.
  returned: when O(registries) is not given
  type: dict
  sample: {id: 1, name: tcr-migration, url: "https://demo.tencentcloudcr.com", type: docker-registry, has_secret: true}
  contains:
    connection:
      description: What Harbor's test found. Only with O(connection_test=true), and not for what check mode predicts.
      type: dict
      sample: {ok: true, reason: ""}
registries:
  description: The endpoints asked for, each as RV(registry); all of them with O(state=exact).
  returned: when O(registries) is given
  type: list
  elements: dict
  sample: [{id: 1, name: tcr-migration, url: "https://demo.tencentcloudcr.com", type: docker-registry}]
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: Harbor endpoint, key: tcr-migration}]
unmanaged:
  description: Names of endpoints that would have to be deleted, but that this migration did not create.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ..module_utils._harbor.resources.registry import HarborRegistryResource
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import OWNERSHIP, SET_STATE, ArgumentGroup, members
from ..module_utils._module.options.harbor import HARBOR, HARBOR_ENDPOINT
from ..module_utils._module.run import run_resource

SECRET = {"type": "str", "choices": ["when_broken", "always", "on_create"], "default": "when_broken", "no_log": False}
OPTIONS = ArgumentGroup(
    {
        "update_secret": SECRET,
        "connection_test": {"type": "bool", "default": False},
        "connection_wait": {"type": "float", "default": 0},
    }
)


def main() -> None:
    run_resource(
        arguments=HARBOR.merge(HARBOR_ENDPOINT, SET_STATE, OWNERSHIP, OPTIONS),
        build=lambda call: HarborRegistryResource(
            harbor_client(call), *(call.parameters[name] for name in OPTIONS.options)
        ),
        desired_members=lambda call: members(call.parameters, HARBOR_ENDPOINT, "registries"),
        returns="registries",
        one="registry",
    )


if __name__ == "__main__":
    main()
