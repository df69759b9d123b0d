# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: a JSON patch that gives names to the pods of a Deployment."""

from __future__ import annotations

DOCUMENTATION = r"""
name: host_alias_patch
short_description: The JSON patch that gives names to the pods of a Deployment
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - Adds C(hostAliases) to what the Deployment has. What was added is recorded in an annotation, so that it can be taken back.
options:
  _input:
    description: The Deployment, as the module C(kubernetes.core.k8s_info) returns it.
    type: dict
    required: true
  hosts:
    description: Name to address. Empty takes back what this migration added.
    type: dict
    required: true
  migration_id:
    description: The name of the migration to which the entries belong.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show the patch
  ansible.builtin.debug:
    msg: "{{ deployment | cloud_registry.migration.host_alias_patch({'example.tencentcloudcr.com': '10.0.0.7'}, 'to-cloud') }}"
  vars:
    deployment: {metadata: {name: harbor-core}, spec: {template: {spec: {}}}}
"""

RETURN = r"""
_value:
  description: The operations; none when nothing is to be done.
  type: list
  elements: dict
"""

import json
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import MigrationError
from ..module_utils._host.host_aliases import alias_patch


def _filter(deployment: Any, hosts: Any, migration_id: str) -> list[dict[str, Any]]:
    deployment, hosts, migration_id = json.loads(json.dumps([deployment, hosts, migration_id]))
    try:
        return alias_patch(deployment, hosts, migration_id)
    except MigrationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"host_alias_patch": _filter}
