#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares source and target of a migration by digest."""

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_verify
short_description: Tells by digest whether a TCR registry has what a Harbor has
version_added: 0.1.0
description:
  - Compares every selected tag of a Harbor with the target registry, by digest, and fails unless they are equal.
  - The target is listed through the TCR API. The registry itself is asked for the tags that the listing shows with
    another digest, without a digest or not at all; its word counts. Where it cannot be asked and the listing does not show
    the same digest, the verdict is V(unknown) or V(missing), never V(equal). It is also asked for what is inside multi-arch
    images, see O(platforms).
  - Signatures, SBOMs and whatever else hangs on the selected images is compared by digest as well, see O(accessories).
  - Nothing is changed. To ask the registry itself, a credential that is valid for one hour is created, unless O(registry_username) is
    given. In check mode none is created, and only the listing counts.
author:
  - cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.data_plane
  - cloud_registry.migration.selection
  - cloud_registry.migration.accessories
  - cloud_registry.migration.platforms
attributes:
  check_mode: {support: full}
  diff_mode: {support: N/A, details: The module changes nothing.}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.harbor, cloud_registry.migration.tcr]}
options:
  registry_username:
    description: Whom to ask the registry itself as, instead of with a credential of one hour.
    type: str
  registry_password:
    description: The password of O(registry_username).
    type: str
  accepted_verdicts:
    description:
      - The verdicts about a tag that are accepted beside V(equal).
      - V(different) - the target has another image under this tag. V(missing) - the target lacks it. V(extra) - only the
        target has it, or it is not selected at the source. V(unknown) - nothing returned the digest.
    type: list
    elements: str
    choices: [different, missing, extra, unknown]
    default: [extra]
  allow_empty:
    description: Whether it is right when nothing is selected at the source.
    type: bool
    default: false
  fail_unless_equal:
    description: Whether to fail when a tag has a verdict that is neither V(equal) nor in O(accepted_verdicts).
    type: bool
    default: true
  inventory:
    description:
      - What M(cloud_registry.migration.harbor_inventory_info) (or this module) returned as RV(inventory) just before, so
        that the source is not read again.
      - It must be that of the same Harbor with the same O(projects), O(repositories) and O(tags).
    type: dict
  charts:
    description:
      - The charts of ChartMuseum that are moved too, as RV(cloud_registry.migration.migration_state_info#module:charts). Their
        repositories at the target are not V(extra); M(cloud_registry.migration.harbor_chart_migration) compares them.
    type: list
    elements: dict
    default: []
  report_repository:
    description:
      - A repository of the target, as namespace/repository, that holds plans and reports of M(cloud_registry.migration.migration_artifact).
        It is not V(extra). The migration must not copy into it.
    type: str
    default: ""
  untagged:
    description:
      - Whether every image without a tag must be at the target too, as far as Harbor copies them with the selection.
      - Without it, they are compared where something hangs on them, and in repositories where nothing has a tag.
    type: bool
    default: false
  lag:
    description:
      - Whether to read when the source got what is missing or different at the target, with one call for each repository
        that lags.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Prove that everything has arrived
  cloud_registry.migration.migration_verify:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    registry_id: tcr-dg284imq
    projects: [shop, team.tools]
    namespace_map: {team.tools: tools}
"""

RETURN = r"""
equal:
  description: Whether everything of the source that decides has the same digest at the target.
  returned: when source and target could be read
  type: bool
  sample: true
copied:
  description: Whether everything that this Harbor can copy is equal. Harbor 1.x copies no OCI content.
  returned: when source and target could be read
  type: bool
  sample: true
accepted:
  description: Whether every verdict is V(equal) or in O(accepted_verdicts).
  returned: when source and target could be read
  type: bool
  sample: true
selection:
  description: What was compared - the address of the C(source), O(projects), O(repositories), O(tags) and O(accessories).
  returned: when source and target could be read
  type: dict
  sample: {source: "https://harbor.example.com", projects: [shop], repositories: [], tags: [], accessories: require}
lag:
  description:
    - What is missing or different at the target. C(name) and C(kind) (V(tag), or what an accessory is), C(target), C(verdict), and
      when it was C(pushed) to the source, in UTC; null where Harbor does not tell, as 1.8 and 1.9.
  returned: when source and target could be read, and O(lag=true)
  type: list
  elements: dict
  sample: [{name: "shop/web:v2", kind: tag, target: "shop/web:v2", verdict: missing, pushed: "2026-11-21T09:16:13Z"}]
repositories:
  description:
    - The verdict about each repository, which is that of its worst tag, with all tags. C(name) is empty for a repository
      that only the target has, whose tags are not listed; C(target_digest) and C(reason) are there when they add something.
    - C(listed) says whether the target has the repository, be it empty.
    - C(wanting) says whether something lacks at the target, or differs there, that Harbor can copy.
    - C(accessories) and C(untagged_images) have C(digest), C(kind) and C(verdict), and C(subject) (the digest on which they
      hang), C(tags) and C(reason) where there are any.
    - C(copied) is there, and false, where this Harbor cannot copy what is wanting.
  returned: when source and target could be read
  type: list
  elements: dict
  sample:
    - name: shop/web
      target: shop/web
      verdict: equal
      listed: true
      tags: [{tag: v1, verdict: equal, digest: "sha256:4d1c..."}]
      accessories: [{digest: "sha256:9a3e...", kind: signature.cosign, verdict: equal, subject: "sha256:4d1c..."}]
      untagged_images: []
totals:
  description:
    - C(repositories) and C(tags) selected at the source, the number of tags with each verdict,
      C(repository_verdicts), and all C(untagged) artifacts of the source.
    - C(accessories), C(untagged_images) and C(platforms) (the images inside multi-arch images, each digest of a repository
      once) have C(compared) and the numbers with each verdict.
  returned: when source and target could be read
  type: dict
  sample:
    repositories: 1
    tags: 2
    equal: 1
    different: 1
    missing: 0
    extra: 0
    unknown: 0
    accessories: {compared: 1, equal: 1, different: 0, missing: 0, extra: 0, unknown: 0}
    platforms: {compared: 2, equal: 2, different: 0, missing: 0, extra: 0, unknown: 0}
    untagged: 0
immutable_tags:
  description:
    - The tags at the target that differ and that a rule of TCR keeps as they are, with the name of the C(rule). Empty where
      the API key may not list the rules (C(tcr:DescribeImmutableTagRules)).
  returned: when source and target could be read
  type: list
  elements: dict
  sample: [{repository: shop/web, tag: v1, rule: "shop: **, tags v*"}]
immutable_advice:
  description: What to do about them, in sentences.
  returned: when source and target could be read
  type: str
  sample: ""
advice:
  description: What puts right whatever is neither equal nor accepted, where another replication does not, in sentences.
  returned: when source and target could be read
  type: str
  sample: ""
referrers_api:
  description:
    - Whether the registry can list what refers to an image. It is asked only where an accessory without a tag of its own is
      at the target; otherwise this is null.
  returned: when source and target could be read
  type: bool
  sample: true
notes:
  description: What an operator must know beside the verdicts, such as what is left behind.
  returned: when source and target could be read
  type: list
  elements: str
  sample: []
summary:
  description: The outcome in two sentences.
  returned: when source and target could be read
  type: str
  sample: "Tags of source and target compared by digest: 2 equal."
ended:
  description: When both had been read, in seconds since 1970.
  returned: when source and target could be read
  type: float
  sample: 1790000004.2
inventory:
  description: The source as it was read, as M(cloud_registry.migration.harbor_inventory_info) returns it.
  returned: when source and target could be read, and O(inventory) was not given
  type: dict
  sample:
    repositories:
      - {name: shop/web, project: shop, tags: {v1: "sha256:4d1c..."}, indexes: [], charts: [], size: 31457280, untagged: 0}
    source: https://harbor.example.com
    selection: {projects: [shop], repositories: [], tags: []}
    proxy_projects: []
    totals: {projects: 1, repositories: 1, tags: 1, indexes: 0, charts: 0, untagged: 0, bytes: 31457280}
"""

from ..module_utils._module.clients.migration import verification
from ..module_utils._module.options.common import ArgumentGroup
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.options.migration import ACCESSORIES, SELECTION
from ..module_utils._module.options.tcr import DATA_PLANE, REGISTRY, TCR
from ..module_utils._module.options.verification import PLATFORMS
from ..module_utils._module.run import run_action

VERDICTS = ["different", "missing", "extra", "unknown"]
OPTIONS = ArgumentGroup(
    {
        "registry_username": {"type": "str"},
        "registry_password": {"type": "str", "no_log": True},
        "accepted_verdicts": {"type": "list", "elements": "str", "choices": VERDICTS, "default": ["extra"]},
        "allow_empty": {"type": "bool", "default": False},
        "fail_unless_equal": {"type": "bool", "default": True},
        "inventory": {"type": "dict"},
        "charts": {"type": "list", "elements": "dict", "default": []},
        "report_repository": {"type": "str", "default": ""},
        **dict.fromkeys(("untagged", "lag"), {"type": "bool", "default": False}),
    },
    required_together=[["registry_username", "registry_password"]],
)


def main() -> None:
    run_action(
        arguments=HARBOR.merge(TCR, REGISTRY, DATA_PLANE, SELECTION, ACCESSORIES, PLATFORMS, OPTIONS),
        perform=lambda call: verification(call, call.parameters).run(call.check_mode),
    )


if __name__ == "__main__":
    main()
