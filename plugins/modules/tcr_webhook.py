#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_webhook."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_webhook
short_description: Manage the webhook triggers of a namespace of a TCR registry
version_added: 0.1.0
description:
  - Creates, changes and deletes the triggers by which a Tencent Container Registry (TCR) notifies web servers of what happens
    in a namespace.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.webhook
  - cloud_registry.migration.set_state
  - cloud_registry.migration.ownership
attributes:
  check_mode: {support: full}
  diff_mode: {support: full, details: "Fingerprints stand for the values of headers."}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
"""

EXAMPLES = r"""
- name: Tell the build server about new images
  cloud_registry.migration.tcr_webhook:
    registry_id: tcr-dg284imq
    namespace: team-a
    triggers:
      - name: build
        event_types: [pushImage]
        targets:
          - address: https://ci.example.com/hook
            headers:
              Authorization: "Bearer {{ vault_build_server }}"

- name: Switch it off
  cloud_registry.migration.tcr_webhook:
    registry_id: tcr-dg284imq
    namespace: team-a
    triggers: [{name: build, enabled: false}]

- name: Remove it
  cloud_registry.migration.tcr_webhook:
    registry_id: tcr-dg284imq
    namespace: team-a
    triggers: [{name: build}]
    state: absent
"""

RETURN = r"""
triggers:
  description:
    - The triggers asked for, as they are now or in check mode would be. With O(state=exact) all of the namespace, with
      O(state=absent) none.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: The name., type: str, sample: build}
    description: {description: The description., type: str, sample: ""}
    enabled: {description: Whether it works., type: bool, sample: true}
    event_types: {description: The events., type: list, elements: str, sample: [pushImage]}
    condition: {description: A regular expression that limits the events., type: str, sample: .*}
    targets:
      description: The web servers that are notified, with fingerprints of the values of headers.
      type: list
      elements: dict
      sample: [{address: https://ci.example.com/hook, headers: {Authorization: "sha256:0123456789abcdef"}}]
    trigger_id: {description: The number that TCR gave it; missing in check mode if yet to be created., type: int, sample: 20}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: webhook trigger, key: "build"}]
unmanaged:
  description: Names of triggers that were to be deleted, but lack the marker of O(migration_id).
  returned: success
  type: list
  elements: str
  sample: []
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import OWNERSHIP, SET_STATE
from ..module_utils._module.options.tcr import REGISTRY, TCR, WEBHOOK
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.webhook import TcrWebhookResource


def main() -> None:
    run_resource(
        arguments=TCR.merge(REGISTRY, WEBHOOK, SET_STATE, OWNERSHIP),
        build=lambda call: TcrWebhookResource(
            tcr_client(call), call.parameters["registry_id"], call.parameters["namespace"]
        ),
        desired_members=lambda call: call.parameters["triggers"],
        returns="triggers",
    )


if __name__ == "__main__":
    main()
