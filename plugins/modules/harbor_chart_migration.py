#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves the charts of ChartMuseum to a TCR registry."""

from __future__ import annotations

DOCUMENTATION = r"""
module: harbor_chart_migration
short_description: Moves Helm charts from the ChartMuseum of a Harbor to a TCR registry
version_added: 0.1.0
description:
  - Makes each selected version of a chart in ChartMuseum an OCI artifact at the target, as C(helm push) does. The archive
    is the layer, so that its digest at the target is the SHA-256 of the archive at the source; a provenance file is a
    second layer. A C(+) in a version becomes C(_) in the tag.
  - Harbor replicates no charts of ChartMuseum to another kind of registry. It had ChartMuseum from 1.8 to 2.7; where
    there is none the module does nothing. Charts that are OCI artifacts in Harbor are replicated like images.
  - A version whose archive is the same at the target is left alone. The module may be run again at any time, also after
    it was killed - it moves what is missing.
  - Archives go through the memory of the host on which the module runs, which must reach Harbor and the registry itself.
  - The credential for the registry is valid for one hour. In check mode none is made, and the TCR API is asked instead.
author:
  - cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.harbor
  - cloud_registry.migration.tcr
  - cloud_registry.migration.registry
  - cloud_registry.migration.data_plane
  - cloud_registry.migration.selection
attributes:
  check_mode: {support: full}
  diff_mode: {support: none, details: The result lists every version with its verdict.}
  idempotent: {support: full}
  action_group: {support: full, membership: [cloud_registry.migration.harbor, cloud_registry.migration.tcr]}
options:
  chart_prefix:
    description:
      - Put in front of the name of each chart, after the namespace. With V(charts/) the chart C(web) of project C(shop)
        becomes the repository C(shop/charts/web).
      - Needed where a chart would come into a repository that holds images.
    type: str
    default: ""
  override:
    description: Whether a version that is different at the target is replaced.
    type: bool
    default: true
notes:
  - A chart is selected by O(repositories) as a repository C(project/name) would be, and a version by O(tags) as the tag
    that it becomes.
"""

EXAMPLES = r"""
- name: Move the charts of two projects, each into repositories of their own
  cloud_registry.migration.harbor_chart_migration:
    harbor_url: https://harbor.example.com
    harbor_username: admin
    harbor_password: "{{ harbor_admin_password }}"
    registry_id: tcr-dg284imq
    projects: [shop, team.tools]
    namespace_map: {team.tools: tools}
    chart_prefix: charts/
"""

RETURN = r"""
equal:
  description: Whether every selected version has the same archive at the target; in check mode, whether it has it now.
  returned: when source and target could be read
  type: bool
  sample: true
charts:
  description:
    - The selected versions with their place at the target and the verdict - V(equal), V(missing), V(different) (another
      archive, or something else, has the tag) or V(unknown) (the target could not be asked). C(reason) says why. C(manifest) is the
      digest of the manifest where this run has made it.
  returned: when source and target could be read
  type: list
  elements: dict
  sample:
    - {project: shop, name: web, version: 1.0.0+5, digest: "sha256:9a1f...", target: "shop/charts/web:1.0.0_5", verdict: equal}
totals:
  description: How many C(charts) and C(versions) are selected, and how many versions have each verdict.
  returned: when source and target could be read
  type: dict
  sample: {charts: 1, versions: 1, equal: 1, different: 0, missing: 0, unknown: 0}
actions:
  description: What was done, or in check mode would be done.
  returned: when source and target could be read
  type: list
  elements: dict
  sample:
    - {action: create, object: chart version, key: "shop/web:1.0.0+5"}
summary:
  description: The outcome in words.
  returned: when source and target could be read
  type: str
  sample: "Versions of charts in ChartMuseum compared by the digest of their archive: 1 equal."
"""

from ..module_utils._module.clients.charts import chart_migration
from ..module_utils._module.options.common import ArgumentGroup
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.options.migration import SELECTION
from ..module_utils._module.options.tcr import DATA_PLANE, REGISTRY, TCR
from ..module_utils._module.run import run_action

OPTIONS = ArgumentGroup(
    {
        "chart_prefix": {"type": "str", "default": ""},
        "override": {"type": "bool", "default": True},
    }
)


def main() -> None:
    run_action(
        arguments=HARBOR.merge(TCR, REGISTRY, DATA_PLANE, SELECTION, OPTIONS),
        perform=lambda call: chart_migration(call).run(call.check_mode),
    )


if __name__ == "__main__":
    main()
