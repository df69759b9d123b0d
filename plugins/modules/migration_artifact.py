#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the files of a plan or a report in a TCR registry."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_artifact
short_description: Stores the files of a plan or a report in a TCR registry
version_added: 0.1.0
description:
  - Stores files as one OCI artifact of the type C(application/vnd.cloud-registry.migration.files.v1), one layer per file
    with its name as title, reads it back and compares it by digest. Meant for places where files do not last, such as AWX.
  - A tag is written once. The same files under the same tag are left alone, others are refused.
  - Files come back with any client of OCI artifacts, for example C(oras pull).
  - The files go through the host on which the module runs, which must reach the registry itself. The credential is valid
    for one hour.
author:
  - cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.data_plane
attributes:
  check_mode: {support: full, details: The registry is not asked. A change is predicted in any case.}
  diff_mode: {support: none}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  repository:
    description: Where to store them, as namespace/repository. The namespace must exist.
    type: str
    required: true
  tag:
    description: The tag of the artifact.
    type: str
    required: true
  files:
    description: The files, on the host on which the module runs.
    type: list
    elements: path
    required: true
  required:
    description: Whether to fail when they cannot be stored. Without it the module warns.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Write the report of a cleanup
  cloud_registry.migration.migration_report:
    kind: cleanup
    migration_id: spring
    directory: /tmp/migration-output
  register: report

- name: Keep it beside what was migrated
  cloud_registry.migration.migration_artifact:
    registry_id: tcr-dg284imq
    repository: shared/reports
    tag: cleanup-20261129T030405Z
    files: "{{ report.files }}"
"""

RETURN = r"""
stored:
  description: Whether the files are stored, and what was read back has the same digests.
  returned: success
  type: bool
  sample: true
reference:
  description: Repository and tag.
  returned: success
  type: str
  sample: shared/reports:cleanup-20261129T030405Z
digest:
  description: The digest of the artifact; empty when it was not stored.
  returned: success
  type: str
  sample: sha256:4d1c...
"""

from ..module_utils._module.clients.storage import store_files
from ..module_utils._module.options.common import ArgumentGroup
from ..module_utils._module.options.tcr import DATA_PLANE, REGISTRY, TCR
from ..module_utils._module.run import run_action

OPTIONS = ArgumentGroup(
    {
        "repository": {"type": "str", "required": True},
        "tag": {"type": "str", "required": True},
        "files": {"type": "list", "elements": "path", "required": True},
        "required": {"type": "bool", "default": True},
    }
)


def main() -> None:
    run_action(arguments=TCR.merge(REGISTRY, DATA_PLANE, OPTIONS), perform=store_files)


if __name__ == "__main__":
    main()
