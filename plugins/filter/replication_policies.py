# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: Harbor's replication policies for a selection."""

from __future__ import annotations

DOCUMENTATION = r"""
name: replication_policies
short_description: The replication policies of Harbor that copy a selection under its target names
version_added: 0.1.0
author: the cloud_registry.migration contributors
description:
  - A policy of Harbor has one target namespace and one pattern of names, so a migration may need several.
  - The result can be given to M(cloud_registry.migration.harbor_replication_policy).
options:
  _input:
    description: The ways of the projects, as returned in RV(cloud_registry.migration.harbor_inventory_info#module:targets).
    type: dict
    required: true
  name:
    description: The name of the first policy.
    type: str
    required: true
  repositories:
    description: Patterns of full repository names; none means all.
    type: list
    elements: str
    default: []
  tags:
    description: Patterns of tags; none means all.
    type: list
    elements: str
    default: []
  version:
    description: The version of Harbor.
    type: list
    elements: int
  whole:
    description: Whether these are all projects, so that they need not be listed where nothing else is asked for.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: One policy for two projects that keep their names
  ansible.builtin.debug:
    msg: "{{ projects | cloud_registry.migration.replication_policies('to-cloud') }}"
  vars:
    projects:
      team: {dest_namespace: "", dest_namespace_replace_count: null}
      tools: {dest_namespace: "", dest_namespace_replace_count: null}
"""

RETURN = r"""
_value:
  description: The policies, sorted by name.
  type: list
  elements: dict
  sample:
    - name: to-cloud
      filters: [{type: name, value: "{team,tools}/**"}]
      dest_namespace: ""
      dest_namespace_replace_count: null
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import MigrationError
from ..module_utils._migration.policy_plan import replication_policies


def _filter(
    projects: Any, name: str, repositories: Any = (), tags: Any = (), version: Any = None, whole: bool = False
) -> list[dict[str, Any]]:
    try:
        return replication_policies(name, projects, repositories, tags, version, whole)
    except MigrationError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"replication_policies": _filter}
