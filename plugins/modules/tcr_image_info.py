#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_image_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_image_info
short_description: List the images of a repository of a TCR registry
version_added: 0.1.0
description:
  - Lists the tags of a repository of a Tencent Container Registry (TCR) with the digest of each.
  - To find out whether a migration is complete, use M(cloud_registry.migration.migration_verify), which also asks the
    registry itself. How the API lists an image for several platforms is not documented.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.query
attributes:
  check_mode: {support: full}
  diff_mode: {support: N/A, details: The module changes nothing.}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  namespace: {description: [The name of the namespace.], type: str, required: true}
  repository: {description: [The name of the repository without the namespace.], type: str, required: true}
seealso:
  - module: cloud_registry.migration.tcr_repository_info
  - module: cloud_registry.migration.migration_verify
"""

EXAMPLES = r"""
- name: List the tags of a repository
  cloud_registry.migration.tcr_image_info:
    registry_id: tcr-dg284imq
    namespace: shop
    repository: team/api
  register: found

- name: Get one digest
  cloud_registry.migration.tcr_image_info:
    registry_id: tcr-dg284imq
    namespace: shop
    repository: team/api
    query: "[?tag=='stable'] | [0].digest"
  register: digest
"""

RETURN = r"""
images:
  description: The images, one for each tag, or what O(query) makes of them.
  returned: success
  type: list
  elements: dict
  contains:
    tag: {description: The tag., type: str, sample: "1.0"}
    digest:
      description: The digest.
      type: str
      sample: sha256:7ac7819e1523911399b798309025935a9968b277d86d50e5255465d6592c0266
    size: {description: The size in bytes., type: int, sample: 5312000}
    kind: {description: What it is., type: str, sample: "Artifact::application/vnd.oci.image.manifest.v1+json"}
    updated_at: {description: When the tag was pushed last., type: str, sample: "2026-01-31T07:31:01.207374Z"}
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import QUERY, ArgumentGroup
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_info
from ..module_utils._tcr.repositories import images

WHERE = ("registry_id", "namespace", "repository")
OPTIONS = ArgumentGroup({name: {"type": "str", "required": True} for name in WHERE[1:]})


def main() -> None:
    run_info(
        arguments=TCR.merge(REGISTRY, QUERY, OPTIONS),
        collect=lambda call: {"images": images(tcr_client(call), *(call.parameters[name] for name in WHERE))},
        returns="images",
    )


if __name__ == "__main__":
    main()
