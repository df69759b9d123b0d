#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets clients find copied signatures and SBOMs in a TCR registry without a referrers API."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_referrers_tag
short_description: Lets clients find copied signatures and SBOMs in a TCR registry without a referrers API
version_added: 0.1.0
description:
  - Signatures, SBOMs and other accessories without a tag of their own are found through the referrers API of a registry
    (OCI distribution 1.1). Where a registry does not have it, clients look for an index of them under the tag
    C(sha256-<digest>) of their image. The module writes these indexes, or adds to them what they lack.
  - What such an index lists already stays, also what others have attached. Where the source has such an index itself, it is
    copied with the images, and the module leaves it as it is.
  - Where the registry has the API, nothing is done.
  - The credential for the registry is valid for one hour. In check mode the registry is asked as well; where it cannot be
    asked, the module predicts what a registry without the API and without such indexes needs.
author:
  - cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.data_plane
attributes:
  check_mode: {support: full, details: What a comparison calls V(missing) counts as copied.}
  diff_mode: {support: none}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  repositories:
    description: The verdicts, as M(cloud_registry.migration.migration_verify) returned them as RV(ignore:repositories).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Compare source and target
  cloud_registry.migration.migration_verify:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    registry_id: tcr-dg284imq
    projects: [shop]
  register: comparison

- name: Let clients find what hangs on the images
  cloud_registry.migration.migration_referrers_tag:
    registry_id: tcr-dg284imq
    repositories: "{{ comparison.repositories }}"
"""

RETURN = r"""
referrers_api:
  description: Whether the registry has the referrers API; null where nothing hangs on an image, or that could not be asked.
  returned: success
  type: bool
  sample: false
actions:
  description: What was done, or in check mode would be done.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, object: referrers tag, key: "shop/web:sha256-4d1c..."}
"""

from ..module_utils._module.clients.referrers import referrers_tags
from ..module_utils._module.options.common import ArgumentGroup
from ..module_utils._module.options.tcr import DATA_PLANE, REGISTRY, TCR
from ..module_utils._module.run import run_action

OPTIONS = ArgumentGroup({"repositories": {"type": "list", "elements": "dict", "required": True}})


def main() -> None:
    run_action(
        arguments=TCR.merge(REGISTRY, DATA_PLANE, OPTIONS),
        perform=lambda call: referrers_tags(call).run(call.check_mode),
    )


if __name__ == "__main__":
    main()
