# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter of the same name: what the target has, from a comparison."""

from __future__ import annotations

DOCUMENTATION = r"""
name: target_digests
short_description: What the target has, from a comparison
version_added: 0.1.0
author: cloud_registry.migration contributors (@cloud-registry)
description:
  - Keeps of a comparison only what the target has, so that a report can say later what a run has brought.
options:
  _input:
    description: Repositories as RV(cloud_registry.migration.migration_verify#module:repositories).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what the target has
  ansible.builtin.debug:
    msg: "{{ repositories | cloud_registry.migration.target_digests }}"
  vars:
    repositories:
      - {name: shop/web, target: shop/web, verdict: missing, tags: [{tag: v1, verdict: missing, digest: "sha256:4d1c"}]}
      - {name: shop/api, target: shop/api, verdict: equal, tags: [{tag: v1, verdict: equal, digest: "sha256:9a3e"}]}
"""

RETURN = r"""
_value:
  description: Repository to tag, or digest of what has no tag, to digest, which is empty where it is not known.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ..module_utils._migration.rollback.copied import Digests, target_digests


def _filter(repositories: Any) -> Digests:
    return target_digests(repositories)


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters of this file by name."""
        return {"target_digests": _filter}
