# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: whether a collection is installed for this ansible-core."""

from __future__ import annotations

DOCUMENTATION = r"""
name: has_collection
short_description: Whether a collection is installed where the playbook runs
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - A task with a module of a collection that is missing ends a run with an error of the parser. This filter lets a role say before
    what is to be installed.
options:
  _input:
    description: The name of a collection.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Demand a collection
  ansible.builtin.assert:
    that: "'kubernetes.core' | cloud_registry.migration.has_collection"
"""

RETURN = r"""
_value:
  description: Whether it is installed.
  type: bool
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any


def has_collection(name: str) -> bool:
    """Whether Ansible's import machinery knows a collection."""
    try:
        return find_spec(f"ansible_collections.{name}") is not None
    except (ImportError, ValueError):
        return False


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"has_collection": has_collection}
