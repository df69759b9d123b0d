#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists what a Harbor holds, and where it would go."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_inventory_info
short_description: Lists projects, repositories, tags, digests and sizes of a Harbor
version_added: 0.1.0
description:
  - Lists the selected content of a Harbor. From 2.12 on this is one listing for each project, before it is one for each
    repository, several at a time.
  - With O(namespace_map) it also returns the names at the target, and fails when two sources
    would land on one target or a name is not legal there.
author:
  - cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.selection
  - cloud_registry.migration.accessories
  - cloud_registry.migration.query
attributes:
  check_mode: {support: full}
  diff_mode: {support: N/A, details: The module changes nothing.}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.harbor]}
"""

EXAMPLES = r"""
- name: List two projects, and see that everything has a place at the target
  cloud_registry.migration.harbor_inventory_info:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    projects: [shop, team.tools]
    namespace_map:
      team.tools: tools
  register: found

- name: Show how much it is
  ansible.builtin.debug:
    msg: "{{ found.inventory.totals.tags }} tags, {{ found.inventory.totals.bytes | human_readable }}"
"""

RETURN = r"""
inventory:
  description: The selected content.
  returned: success
  type: dict
  contains:
    repositories:
      description:
        - The repositories of which something is copied, by name. C(tags) gives the digest of each tag; it is empty where
          Harbor does not report it, as 1.x for what is no Docker image. C(indexes) are multi-arch images, C(charts)
          Helm charts, C(uncopied) tags that this Harbor cannot copy. C(size) are the bytes of the selected content.
        - C(untagged) is the number of artifacts without a tag, C(untagged_digests) are those that Harbor copies with the
          selection. C(accessories) are what hangs on it, each with C(digest), C(subject), C(kind), C(size), C(tags), and
          C(by_tag) (only its tag says on what it hangs).
        - C(parts) are the digests of what is inside each multi-arch image, by its digest.
      type: list
      elements: dict
      sample:
        - name: shop/web
          project: shop
          tags: {v1: "sha256:4d1c..."}
          indexes: []
          charts: []
          size: 31457280
          untagged: 0
          accessories: []
          parts: {}
    source:
      description: The address of the Harbor that was read.
      type: str
      sample: https://harbor.example.com
    selection:
      description: The C(projects), C(repositories) and C(tags) that were selected, empty where all were.
      type: dict
      sample: {projects: [shop, team.tools], repositories: [], tags: []}
    accessories_read:
      description: Whether what hangs on images was read.
      type: bool
      sample: true
    docker_only:
      description: Whether this Harbor (1.x) copies Docker images only, and lists no repository without any.
      type: bool
      sample: false
    left_behind:
      description: What belongs to selected content and is not copied, each with C(repository), C(reference) and C(reason), and
        C(digest), C(subject), C(kind) and C(tags) as of an accessory.
      type: list
      elements: dict
      sample: []
    proxy_projects:
      description: Proxy caches that were left out because O(projects) does not name them.
      type: list
      elements: str
      sample: []
    totals:
      description: Numbers of C(projects), C(repositories), C(tags), C(indexes) (multi-arch images), C(charts) (Helm
        charts that are artifacts), C(accessories), C(uncopied), C(untagged), C(untagged_copied) (those that Harbor copies with
        the selection), C(bytes).
      type: dict
      sample: {projects: 1, repositories: 1, tags: 1, indexes: 0, charts: 0, untagged: 0, bytes: 31457280}
targets:
  description: Where everything goes.
  returned: when O(namespace_map) is given, even if empty
  type: dict
  contains:
    repositories:
      description: The target repository of each source repository.
      type: dict
      sample: {team.tools/ci: tools/ci}
    namespaces:
      description: The namespaces that the target needs.
      type: list
      elements: str
      sample: [tools]
    projects:
      description: For each project its C(namespace), and how a replication policy of Harbor brings it there.
      type: dict
      sample: {team.tools: {namespace: tools, dest_namespace: tools, dest_namespace_replace_count: 1}}
    doubtful:
      description: Warnings about what may be unintended, or may not work.
      type: list
      elements: str
      sample: []
"""

from ..module_utils._migration.source.reader import describe_inventory
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import QUERY
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.options.migration import ACCESSORIES, SELECTION, selection_of
from ..module_utils._module.run import run_info


def main() -> None:
    run_info(
        arguments=HARBOR.merge(SELECTION, ACCESSORIES, QUERY),
        collect=lambda call: describe_inventory(
            harbor_client(call),
            selection_of(call.parameters),
            call.parameters["namespace_map"],
            call.parameters["accessories"],
        ),
        returns="inventory",
    )


if __name__ == "__main__":
    main()
