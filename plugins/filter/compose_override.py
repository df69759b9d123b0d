# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: docker-compose.override.yml with names for Harbor's containers."""

from __future__ import annotations

DOCUMENTATION = r"""
name: compose_override
short_description: The text of docker-compose.override.yml with names for Harbor's containers
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - Merges C(extra_hosts) into what the file holds. Keys of others keep their values, also those with tags of Compose such as
    C(!reset); comments are lost.
  - What was added is recorded in the file under C(x-cloud-registry-migration), which Compose ignores.
options:
  _input:
    description: The text of docker-compose.override.yml; empty when there is no such file.
    type: str
    required: true
  base:
    description: The text of docker-compose.yml.
    type: str
    required: true
  services:
    description: The services that must know the names.
    type: list
    elements: str
    required: true
  hosts:
    description: Name to address. Empty takes back what this migration added.
    type: dict
    required: true
  migration_id:
    description: The name of the migration to which the entries belong.
    type: str
    required: true
  containers:
    description: The containers, each with C(service) and its extra C(hosts).
    type: list
    elements: dict
    default: []
  names:
    description: The names for which containers and files are compared.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Text with one name for both services
  ansible.builtin.debug:
    msg: "{{ ('' | cloud_registry.migration.compose_override(base, ['core', 'jobservice'], hosts, 'to-cloud')).text }}"
  vars:
    base: "services: {core: {}, jobservice: {}}"
    hosts: {example.tencentcloudcr.com: 10.0.0.7}
"""

RETURN = r"""
_value:
  description: The outcome.
  type: dict
  contains:
    text:
      description: The new text of the file; empty when no file is needed.
      type: str
    problem:
      description: Why it cannot be done; empty when it can.
      type: str
    stale:
      description: The services whose containers have other addresses for these names than the merged files.
      type: list
      elements: str
"""

import json
from collections.abc import Callable
from typing import Any

import yaml

from ..module_utils._errors import InvalidInput, MigrationError
from ..module_utils._host.compose_override import RECORD, stale_services, with_hosts


class _Tagged:
    """A value with a tag such as ``!reset``, which Compose knows and this collection does not: it stays as it is."""

    def __init__(self, node: yaml.Node) -> None:
        self.node = node

    def __deepcopy__(self, _copied: dict[int, Any]) -> _Tagged:
        return self


class _Loader(yaml.SafeLoader):
    """Reads what SafeLoader reads, and tags that it does not know."""


class _Dumper(yaml.SafeDumper):
    """Writes what the loader has read."""


_Loader.add_multi_constructor("!", lambda _loader, _tag, node: _Tagged(node))
_Dumper.add_representer(_Tagged, lambda _dumper, value: value.node)


def _load(text: str) -> Any:
    # The loader makes only plain values and values that are kept as they are.
    return yaml.load(text, Loader=_Loader)


def _is_mapping(text: str) -> bool:
    try:
        return isinstance(_load(text) or {}, dict)
    except yaml.YAMLError:
        return False


def _filter(
    text: str, base: str, services: Any, hosts: Any, migration_id: str, containers: Any = (), names: Any = ()
) -> dict[str, Any]:
    # Ansible's own kinds of text know where they come from, which YAML cannot write.
    plain = json.loads(json.dumps([services, hosts, migration_id, list(containers), list(names)]))
    services, hosts, migration_id, containers, names = plain
    if not hosts and RECORD not in text and not _is_mapping(text):
        return {"text": text, "problem": "", "stale": []}
    try:
        before = _load(text) if text.strip() else None
        below = _load(base) or {}
        if before is not None and not isinstance(before, dict):
            raise InvalidInput("docker-compose.override.yml holds no mapping.", advice="Correct it first.")
        after = with_hosts(before, below, services, hosts, migration_id)
    except yaml.YAMLError as error:
        mark = str(getattr(error, "problem_mark", "") or "").strip()
        problem = f"A compose file cannot be read as YAML {mark}: {getattr(error, 'problem', error)}. Correct it first."
        return {"text": text, "problem": problem, "stale": []}
    except MigrationError as error:
        return {"text": text, "problem": str(error), "stale": []}
    stale = stale_services(containers, [below, after or {}], names)
    if after != before:
        text = "" if after is None else yaml.dump(after, Dumper=_Dumper, sort_keys=False, width=1000)
    return {"text": text, "problem": "", "stale": stale}


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"compose_override": _filter}
