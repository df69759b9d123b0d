#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action migration_rollback."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_rollback
short_description: Remove at the target what a migration made, as its reports tell
version_added: 0.1.0
description:
  - Reads the reports of C(migrate) on the controller, prints what it is going to remove at the target and what stays, and then
    removes it with M(cloud_registry.migration.migration_target_removal).
  - What was at the target before these runs stays, and so does each repository into which anything else was pushed since.
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
  migration_id:
    description: Name of the migration.
    type: str
    required: true
  confirm:
    description: The name of the migration once more, because images are deleted.
    type: str
    required: true
  directory:
    description: The directory with the reports of the migration; all of C(migrate) count unless O(reports) names others.
    type: path
  reports:
    description: The reports in JSON that say what was made.
    type: list
    elements: path
    default: []
  fail_on_refusal:
    description: Whether the task fails when the removal of something was refused; otherwise RV(problem) says so.
    type: bool
    default: true
seealso:
  - module: cloud_registry.migration.migration_target_removal
"""

EXAMPLES = r"""
- name: Remove at the target what the migration made
  cloud_registry.migration.migration_rollback:
    registry_id: tcr-dg284imq
    migration_id: spring
    confirm: spring
    directory: /var/lib/migration-output
"""

RETURN = r"""
actions:
  description: As RV(cloud_registry.migration.migration_target_removal#module:actions).
  returned: when the registry could be read
  type: list
  elements: dict
  sample: [{action: delete, object: repository, key: shop/web}]
kept:
  description: As RV(cloud_registry.migration.migration_target_removal#module:kept).
  returned: when the registry could be read
  type: list
  elements: dict
  sample: [{object: namespace, key: shop, reason: it holds shop/api, failed: false}]
problem:
  description: Why the removal of something was refused; empty when nothing was.
  returned: when the registry could be read
  type: str
  sample: ""
summary:
  description: The outcome in words.
  returned: when the registry could be read
  type: str
  sample: "Removed at the target: 1 repositories."
"""
