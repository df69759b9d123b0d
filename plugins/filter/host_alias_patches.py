# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: JSON patches that give names to the pods of Deployments."""

from __future__ import annotations

DOCUMENTATION = r"""
name: host_alias_patches
short_description: The JSON patches that give names to the pods of Harbor's Deployments
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - Adds C(hostAliases) to what the Deployments have. What was added is recorded in an annotation, so that it can be taken back.
options:
  _input:
    description: The Deployments, as the module C(kubernetes.core.k8s_info) returns them.
    type: list
    elements: dict
    required: true
  result:
    description: The result of M(cloud_registry.migration.harbor_name_resolution), with C(hosts) (empty takes back what this
      migration added) and C(deployment).
    type: dict
    required: true
  migration_id:
    description: The name of the migration to which the entries belong.
    type: str
    required: true
  services:
    description: The services that must have a Deployment each.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show the patches
  ansible.builtin.debug:
    msg: "{{ deployments | cloud_registry.migration.host_alias_patches(result, 'to-cloud', ['core']) }}"
  vars:
    deployments: [{metadata: {name: harbor-core}, spec: {template: {spec: {}}}}]
    result: {hosts: {example.tencentcloudcr.com: 10.0.0.7}, deployment: {release: harbor, namespace: default}}
"""

RETURN = r"""
_value:
  description:
    - C(patches) of the Deployments that must change, each with its C(name), the operations of its C(patch), and whether it
      C(restarts) pods.
    - C(shared_with) lists the other migrations that need the names too, C(owned) says whether there is something to take back.
  type: dict
"""

import json
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import MigrationError
from ..module_utils._host.host_aliases import alias_patches


def _filter(deployments: Any, result: Any, migration_id: str, services: Any) -> dict[str, Any]:
    # Ansible's own kinds of text know where they come from; a patch holds plain ones.
    deployments, result, migration_id, services = json.loads(json.dumps([deployments, result, migration_id, services]))
    release = result["deployment"]
    try:
        return alias_patches(
            deployments, services, result["hosts"], migration_id, release["release"], release["namespace"]
        )
    except MigrationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"host_alias_patches": _filter}
