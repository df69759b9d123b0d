#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module tcr_tag_retention."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tcr_tag_retention
short_description: Manage the tag retention rules of a TCR registry
version_added: 0.1.0
description:
  - Creates, changes and deletes the rules by which a Tencent Container Registry (TCR) cleans up its namespaces.
  - B(A rule deletes images.) When it is executed, all tags of the namespace go that none of its items keeps.
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
      - The rules, one for each namespace. Options that are not given stay unchanged.
      - With O(state=exact), the rules of all other namespaces are deleted.
    type: list
    elements: dict
    required: true
    suboptions:
      namespace: {description: [The name of the namespace.], type: str, required: true}
      schedule:
        description:
          - When the rule is executed. If not given, a new rule is executed by hand only.
          - TCR cannot change it. To do so, delete the rule first.
        type: str
        choices: [manual, daily, weekly, monthly]
      keep:
        description: [What is kept. A tag stays if one of the items keeps it. A new rule needs this.]
        type: list
        elements: dict
        suboptions:
          latest_pushed: {description: ["Keep this many tags, those that were pushed last."], type: int}
          pushed_within_days: {description: [Keep the tags that were pushed within this many days.], type: int}
          tags: {description: [A pattern of the tags to which the item applies.], type: str, default: "**"}
          exclude_tags: {description: [Apply to the tags that do not match instead.], type: bool, default: false}
          repositories: {description: [The same for names of repositories without namespace.], type: str, default: "**"}
          exclude_repositories: {description: [Apply to the repositories that do not match.], type: bool, default: false}
      disabled: {description: ["Whether the rule is off. If not given, a new one is on."], type: bool}
seealso:
  - module: cloud_registry.migration.tcr_immutable_tag
"""

EXAMPLES = r"""
- name: Keep the last ten releases and everything of the last month
  cloud_registry.migration.tcr_tag_retention:
    registry_id: tcr-dg284imq
    rules:
      - namespace: team-a
        schedule: weekly
        keep:
          - {latest_pushed: 10, tags: "v*"}
          - {pushed_within_days: 30}

- name: Keep everything
  cloud_registry.migration.tcr_tag_retention:
    registry_id: tcr-dg284imq
    rules: [{namespace: team-a}]
    state: absent
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
    namespace: {description: The namespace., type: str, sample: team-a}
    schedule: {description: When it is executed., type: str, sample: weekly}
    keep:
      description: What is kept.
      type: list
      elements: dict
      sample: [{latest_pushed: 10, tags: v*, exclude_tags: false, repositories: "**", exclude_repositories: false}]
    disabled: {description: Whether it is off., type: bool, sample: false}
    retention_id: {description: The number that TCR gave it; missing in check mode if yet to be created., type: int, sample: 2}
    next_execution: {description: When it is executed next; missing like that., type: str, sample: "2026-02-07T00:00:00Z"}
actions:
  description: The writes that were made, or would be made in check mode.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, object: tag retention rule, key: "team-a"}]
"""

from ..module_utils._module.clients.tcr import tcr_client
from ..module_utils._module.options.common import SET_STATE, ArgumentGroup
from ..module_utils._module.options.tcr import REGISTRY, TCR
from ..module_utils._module.run import run_resource
from ..module_utils._tcr.resources.tag_retention import TcrTagRetentionResource

PATTERN = {"type": "str", "default": "**"}
FLAG = {"type": "bool", "default": False}
KEEP = {
    **{name: {"type": "int"} for name in ("latest_pushed", "pushed_within_days")},
    "tags": PATTERN,
    "exclude_tags": FLAG,
    "repositories": PATTERN,
    "exclude_repositories": FLAG,
}
RULE = {
    "namespace": {"type": "str", "required": True},
    "schedule": {"type": "str", "choices": ["manual", "daily", "weekly", "monthly"]},
    "keep": {"type": "list", "elements": "dict", "options": KEEP},
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
        build=lambda call: TcrTagRetentionResource(tcr_client(call), call.parameters["registry_id"]),
        desired_members=lambda call: call.parameters["rules"],
        returns="rules",
    )


if __name__ == "__main__":
    main()
