# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  verify:
    description:
      - What to compare by digest, as M(cloud_registry.migration.migration_verify) does, while waiting. As soon as every
        tag, what hangs on it, and every image without a tag is equal at the target, the wait ends, whatever status Harbor
        reports.
      - It is compared when all tasks have ended and Harbor's word is not enough, before the task fails, and when nothing
        has moved for O(progress_interval) seconds, each time twice as many.
    type: dict
    suboptions:
      registry_id:
        description: The id of the target registry.
        type: str
        required: true
      registry_url:
        description: The address of the registry itself. Without it, C(https://) and the registry's public domain.
        type: str
      registry_connect_to:
        description: The address to connect to instead of resolving the name, for example that of a private link.
        type: str
      registry_username:
        description: Whom to ask the registry itself as, instead of with a credential of one hour.
        type: str
      registry_password:
        description: The password of O(verify.registry_username).
        type: str
      projects:
        description: The projects that are compared. Without this and O(verify.repositories), O(expected_repositories) are.
        type: list
        elements: str
      repositories:
        description: Patterns of the repositories that are compared.
        type: list
        elements: str
      tags:
        description: Patterns of the tags that are compared; without any, all.
        type: list
        elements: str
      namespace_map:
        description: Which namespace of the target a Harbor project goes to, where it is not that of its own name.
        type: dict
      accessories:
        description: As the option of M(cloud_registry.migration.migration_verify).
        type: str
        choices: [require, report, ignore]
        default: require
      platforms:
        description: As the option of M(cloud_registry.migration.migration_verify).
        type: str
        choices: [sample, require, ignore]
        default: sample
"""
