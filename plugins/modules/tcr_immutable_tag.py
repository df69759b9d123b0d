#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_immutable_tag."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_immutable_tag
short_description: Manage the rules on immutable tags of a TCR registry
version_added: 0.1.0
description:
  - Creates, switches and deletes the rules by which a Tencent Container Registry (TCR) protects tags. A tag to which a
    rule applies can be neither overwritten nor deleted.
  - A rule for tags that are still being migrated lets Harbor's replication fail when it copies them again.
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.set_state
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.tcr]}
options:
  rules:
    description:
      - The rules. A rule has no name; it is found by what it says.
      - With O(state=exact), all other rules of the registry are deleted.
    type: list
    elements: dict
    required: true
    suboptions:
      namespace: {description: [The name of the namespace.], type: str, required: true}
      repositories: {description: [A pattern of the repositories without namespace.], type: str, default: "**"}
      exclude_repositories: {description: [Apply to the repositories that do not match instead.], type: bool, default: false}
      tags: {description: [A pattern of the tags.], type: str, default: "**"}
      exclude_tags: {description: [Apply to the tags that do not match instead.], type: bool, default: false}
      disabled:
        description:
          - Whether the rule is off. If not given, a new one is on and an existing one stays unchanged.
        type: bool
seealso:
  - module: cloud_registry.migration.tcr_tag_retention
"""

EXAMPLES = r"""
- name: Protect the releases
  cloud_registry.migration.tcr_immutable_tag:
    registry_id: tcr-dg284imq
    rules:
      - namespace: team-a
        tags: "v*"

- name: Switch the rule off
  cloud_registry.migration.tcr_immutable_tag:
    registry_id: tcr-dg284imq
    rules:
      - namespace: team-a
        tags: "v*"
        disabled: true

- name: Remove all rules
  cloud_registry.migration.tcr_immutable_tag:
    registry_id: tcr-dg284imq
    rules: []
    state: exact
"""

RETURN = r"""
rules:
  description:
    - The rules asked for, as they are now or in check mode would be. With O(state=exact) all of the registry, with
      O(state=absent) none.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: What identifies the rule., type: str, sample: "team-a: **, tags v*"}
    namespace: {description: The namespace., type: str, sample: team-a}
    repositories: {description: The pattern of the repositories., type: str, sample: "**"}
    exclude_repositories: {description: Whether it applies to the others., type: bool, sample: false}
    tags: {description: The pattern of the tags., type: str, sample: v*}
    exclude_tags: {description: Whether it applies to the others., type: bool, sample: false}
    disabled: {description: Whether it is off., type: bool, sample: false}
    rule_id: {description: The number that TCR gave it; missing in check mode if yet to be created., type: int, sample: 19}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: immutable tag rule, key: "team-a: **, tags v*"}]
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import SET_STATE, ArgumentGroup
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.immutable_tag import TcrImmutableTagResource, desired_rule

PATTERN = {"type": "str", "default": "**"}
FLAG = {"type": "bool", "default": False}
RULE = {
    "namespace": {"type": "str", "required": True},
    "repositories": PATTERN,
    "exclude_repositories": FLAG,
    "tags": PATTERN,
    "exclude_tags": FLAG,
    "disabled": {"type": "bool"},
}
OPTIONS = ArgumentGroup(
    {
        "rules": {"type": "list", "elements": "dict", "required": True, "options": RULE},
    }
)


def main() -> None:
    run_resource(
        arguments=TCR.merge(REGISTRY, SET_STATE, OPTIONS),
        build=lambda call: TcrImmutableTagResource(tcr_client(call), call.parameters["registry_id"]),
        desired_members=lambda call: [desired_rule(rule) for rule in call.parameters["rules"]],
        returns="rules",
    )


if __name__ == "__main__":
    main()
