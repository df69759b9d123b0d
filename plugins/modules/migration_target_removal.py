#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module migration_target_removal."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_target_removal
short_description: Remove what a migration made in a TCR registry, and nothing else
version_added: 0.1.0
description:
  - Deletes tags, repositories and namespaces that a migration made, and only where nothing else came since, by digest.
  - One task takes any number of repositories. Each is listed once and handled at once, several at a time under the rate limit
    of the API. A repository that holds a tag that is neither in RV(kept) nor in its O(repositories[].contents) and
    O(repositories[].before), or one with another digest than there, is left alone and named.
  - A repository goes only when it holds nothing else and did not exist before, a namespace only when it is empty.
  - Where the listing of the API does not show the digest of a tag, the registry itself is asked, in check mode too, with a
    credential that is valid for one hour. Where it cannot be asked, the repository stays.
  - What has no tag is in no listing, and goes with its repository.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.data_plane
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  repositories:
    description: What the migration brought, by repository.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The repository, with its namespace.
        type: str
        required: true
      contents:
        description:
          - What the migration brought, as tag to digest; what has no tag, as digest to digest.
        type: dict
        required: true
      before:
        description: What was there before and stays, in the same form.
        type: dict
        default: {}
      existed:
        description: Whether the repository was there before; then it stays.
        type: bool
        default: false
  namespaces:
    description: Namespaces that the migration made.
    type: list
    elements: str
    default: []
seealso:
  - module: cloud_registry.migration.migration_rollback
  - module: cloud_registry.migration.tcr_namespace
"""

EXAMPLES = r"""
- name: Remove two tags, and repository and namespace if they hold nothing else
  cloud_registry.migration.migration_target_removal:
    registry_id: tcr-dg284imq
    repositories:
      - name: shop/web
        contents:
          v1: sha256:9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0
          v2: sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d
    namespaces: [shop]
  register: removal

- name: Show what stays, and why
  ansible.builtin.debug:
    var: removal.kept
"""

RETURN = r"""
actions:
  description:
    - What was removed, or would be. A repository goes with all its tags; of others, each tag is named.
  returned: when the registry could be read
  type: list
  elements: dict
  sample: [{action: delete, object: repository, key: shop/web}, {action: delete, object: namespace, key: shop}]
kept:
  description:
    - What stays, with the C(reason); whether its removal was tried and refused, is C(failed).
  returned: when the registry could be read
  type: list
  elements: dict
  sample: [{object: repository, key: shop/api, reason: "it has tags that the reports do not have: v3", failed: false}]
summary:
  description: The outcome in words.
  returned: when the registry could be read
  type: str
  sample: "Removed at the target: 1 repositories, 1 namespaces. 1 objects stay."
"""

from ..module_utils._module.clients.rollback import target_removal
from ..module_utils._module.options.common import ArgumentGroup
from ..module_utils._module.options.tcr import DATA_PLANE, REGISTRY, TCR
from ..module_utils._module.run import run_action

REPOSITORY = {
    "name": {"type": "str", "required": True},
    "contents": {"type": "dict", "required": True},
    "before": {"type": "dict", "default": {}},
    "existed": {"type": "bool", "default": False},
}
OPTIONS = ArgumentGroup(
    {
        "repositories": {"type": "list", "elements": "dict", "required": True, "options": REPOSITORY},
        "namespaces": {"type": "list", "elements": "str", "default": []},
    }
)


def main() -> None:
    run_action(TCR.merge(REGISTRY, DATA_PLANE, OPTIONS), lambda call: target_removal(call).run(call.check_mode))


if __name__ == "__main__":
    main()
