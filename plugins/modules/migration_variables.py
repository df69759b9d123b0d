#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action migration_variables."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_variables
short_description: Check the variables of a migration
version_added: 0.1.0
description:
  - Refuses variables that begin like those of this collection but are none of them, so that a mistake in a name does not widen
    what is selected.
  - Refuses values that cannot be meant, for example a tag that YAML has read as a number with a point, and files that cannot be
    written on the controller, before any call is made.
  - What is known, and what each variable may hold, is read from the argument specifications of the roles.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
attributes:
  check_mode: {support: full}
  diff_mode: {support: none}
  idempotent: {support: full}
  action_group: {support: none, membership: []}
options:
  hosts:
    description: Hosts whose variables are checked beside those of C(localhost).
    type: list
    elements: str
    default: []
  output_directory:
    description: A directory in which files must be possible; it may be missing.
    type: path
  credential_file:
    description: A file that must be possible; its directory must exist.
    type: path
  rollback:
    description: Whether what the migration made at the target is removed, where the variables ask for it. The reports of its runs
      must then tell what that is.
    type: bool
    default: false
  approved_plan:
    description:
      - The plan that was approved, as O(cloud_registry.migration.migration_plan#module:approved). It must be readable, of the same
        migration, and as M(cloud_registry.migration.migration_plan) wrote it. Empty is none.
    type: raw
  unchanged_since:
    description: A report in JSON of the same migration, of a run that did not fail and that compared source and target.
    type: path
seealso:
  - module: cloud_registry.migration.migration_plan
  - module: cloud_registry.migration.migration_state_info
"""

EXAMPLES = r"""
- name: Check the variables
  cloud_registry.migration.migration_variables:
    hosts: "{{ groups['harbor'] | default([]) }}"
"""

RETURN = r"""
msg:
  description: All that is wrong, with the name of each variable.
  returned: failure
  type: str
  sample: migration_project is not a variable of this collection. Did you mean migration_projects?
"""
