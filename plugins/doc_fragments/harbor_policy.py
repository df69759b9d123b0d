# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the policy, unique in Harbor.
    type: str
  description:
    description:
      - The description. With O(migration_id), its marker is added.
    type: str
  enabled:
    description:
      - Whether the policy can be started. If not given, a new one can.
    type: bool
  registry:
    description:
      - The name of the registry endpoint to which, or from which, is copied. Needed unless O(state=absent).
    type: str
  direction:
    description:
      - Whether to copy from Harbor to the endpoint (V(push)) or the other way. If not given, a new policy pushes.
    type: str
    choices: [push, pull]
  filters:
    description:
      - What is copied. All filters must match; without any, everything is copied. Their order does not matter.
    type: list
    elements: dict
    suboptions:
      type:
        description:
          - What the filter applies to. V(label) needs Harbor 1.9.
        type: str
        choices: [name, tag, label, resource]
        required: true
      value:
        description:
          - For V(name) a pattern of the whole name with the project, for V(tag) a pattern of the tag. V(*) stops at a
            slash, V(**) does not; V(?) and V({a,b}) are known too.
          - For V(label) a list of labels, all of which must be there.
          - For V(resource) V(image), V(chart) (before Harbor 2.8) or V(artifact) (from 2.0 on). From 2.8 on it has no
            effect. Before, a policy without it fails for charts in ChartMuseum, unless the target is a Harbor.
        type: raw
        required: true
      decoration:
        description:
          - Whether a filter of type V(tag) or V(label) names what is copied, or what is not. V(excludes) needs Harbor
            2.4.
        type: str
        choices: [matches, excludes]
  dest_namespace:
    description:
      - What replaces the beginning of each name. Empty or not given, names stay as they are.
      - Refused where two names would become one.
    type: str
  dest_namespace_replace_count:
    description:
      - How many components of a name O(dest_namespace) replaces. V(1) replaces the project, V(0) puts the namespace in
        front. Needed with O(dest_namespace) from Harbor 2.3 on.
      - Older versions always replace everything but the last component, as V(-1) does.
    type: int
  trigger:
    description:
      - What starts the policy. If not given, a new one is started by hand.
    type: dict
    suboptions:
      type:
        description:
          - By hand, at the times of O(trigger.cron), or by each push and deletion in this Harbor.
        type: str
        choices: [manual, scheduled, event_based]
        required: true
      cron:
        description:
          - When a V(scheduled) policy starts, in UTC. Six fields, seconds first. From Harbor 2.9 on seconds must be
            V(0) and minutes not V(*).
        type: str
  override:
    description:
      - Whether a tag that exists at the target with other content is replaced. V(false) skips it, and Harbor still
        reports success. If not given, a new policy replaces it.
    type: bool
  deletion:
    description:
      - Whether deletions are copied too. No registry but Harbor can delete single tags, so for all others these
        executions fail, or remove more than was deleted. If not given, a new policy does not.
    type: bool
  speed:
    description:
      - The limit for each task; V(0) or less for none. Harbor calls the unit kilobytes a second, and takes it for kilobits. Needs
        Harbor 2.4.
    type: int
  copy_by_chunk:
    description:
      - Whether blobs are copied in chunks. The target must be able to take them. Needs Harbor 2.6.2.
    type: bool
  single_active_replication:
    description:
      - Whether a start is skipped while an execution of the policy runs. Needs Harbor 2.14.
    type: bool
  policies:
    description:
      - Several policies, each with the options above, instead of O(name).
      - What is given beside this list holds for each item that does not say otherwise.
      - With O(state=exact), all others are deleted; with O(migration_id), only others of that migration.
    type: list
    elements: dict
    suboptions:
      name: {description: [As O(name).], type: str, required: true}
      description: {description: [As O(description).], type: str}
      enabled: {description: [As O(enabled).], type: bool}
      registry: {description: [As O(registry).], type: str}
      direction: {description: [As O(direction).], type: str, choices: [push, pull]}
      filters:
        description: [As O(filters).]
        type: list
        elements: dict
        suboptions:
          type: {description: ["As O(filters[].type)."], type: str, choices: [name, tag, label, resource], required: true}
          value: {description: ["As O(filters[].value)."], type: raw, required: true}
          decoration: {description: ["As O(filters[].decoration)."], type: str, choices: [matches, excludes]}
      dest_namespace: {description: [As O(dest_namespace).], type: str}
      dest_namespace_replace_count: {description: [As O(dest_namespace_replace_count).], type: int}
      trigger:
        description: [As O(trigger).]
        type: dict
        suboptions:
          type: {description: [As O(trigger.type).], type: str, choices: [manual, scheduled, event_based], required: true}
          cron: {description: [As O(trigger.cron).], type: str}
      override: {description: [As O(override).], type: bool}
      deletion: {description: [As O(deletion).], type: bool}
      speed: {description: [As O(speed).], type: int}
      copy_by_chunk: {description: [As O(copy_by_chunk).], type: bool}
      single_active_replication: {description: [As O(single_active_replication).], type: bool}
"""
