#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_repository_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_repository_info
short_description: List the repositories of a TCR registry
version_added: 0.1.0
description:
  - Lists the repositories of a Tencent Container Registry (TCR), or of one of its namespaces.
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
  namespace:
    description:
      - The name of the namespace. Without it, the repositories of all namespaces are listed.
      - A namespace that does not exist has no repositories.
    type: str
seealso:
  - module: cloud_registry.migration.tcr_image_info
"""

EXAMPLES = r"""
- name: List the repositories of a namespace
  cloud_registry.migration.tcr_repository_info:
    registry_id: tcr-dg284imq
    namespace: team-a
  register: found

- name: List the names of the public repositories of the registry
  cloud_registry.migration.tcr_repository_info:
    registry_id: tcr-dg284imq
    query: "[?public].name"
  register: public
"""

RETURN = r"""
repositories:
  description: The repositories in the order of their names, or what O(query) makes of them.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: The name with the namespace., type: str, sample: team-a/web/api}
    namespace: {description: The namespace., type: str, sample: team-a}
    repository: {description: The name without the namespace., type: str, sample: web/api}
    public: {description: Whether everybody can pull from it., type: bool, sample: false}
    description: {description: The description., type: str, sample: ""}
    brief_description: {description: The short description., type: str, sample: ""}
    created_at: {description: When it was created., type: str, sample: "2026-01-31 14:30:36.806284 +0000 UTC"}
    updated_at: {description: When something was pushed last., type: str, sample: "2026-01-31 14:30:36.806284 +0000 UTC"}
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import QUERY, ArgumentGroup
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_info
from ..module_utils._tcr.repositories import repositories

OPTIONS = ArgumentGroup({"namespace": {"type": "str"}})


def main() -> None:
    run_info(
        arguments=TCR.merge(REGISTRY, QUERY, OPTIONS),
        collect=lambda call: {
            "repositories": repositories(tcr_client(call), call.parameters["registry_id"], call.parameters["namespace"])
        },
        returns="repositories",
    )


if __name__ == "__main__":
    main()
