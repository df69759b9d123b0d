# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts in ChartMuseum (until 2.7): their listing, and how replications pick them up.

They exist as the setting `harbor_charts`: project to chart to list of versions. Endpoints of the kind docker-registry
cannot take them, so a policy that does not leave them out fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sandbox.harbor.api import projects
from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.api.request import Answer, Call
from tests.sandbox.harbor.replication.patterns import match
from tests.sandbox.harbor.replication.selection import Selected
from tests.sandbox.harbor.state import HarborState, Policy

Charts = Mapping[str, Mapping[str, list[str]]]


def offered(flavour: Flavour) -> bool:
    """Whether a generation can have ChartMuseum."""
    return "chart" in flavour.resource_values.split()


def selected_charts(flavour: Flavour, state: HarborState, charts: Charts, policy: Policy) -> list[Selected]:
    """The charts that a policy selects, one entry for each version: those of a policy without a filter for images."""
    wanted = [item["value"] for item in policy.filters if item["type"] == "resource"]
    if not offered(flavour) or (wanted and "chart" not in wanted):
        return []
    names = [item["value"] for item in policy.filters if item["type"] == "name"]
    tags = [item["value"] for item in policy.filters if item["type"] == "tag"]
    return [
        Selected(f"{project}/{name}", [version], "chart")
        for project, listed in charts.items()
        if state.project_named(project) is not None
        for name, versions in listed.items()
        if all(match(pattern, f"{project}/{name}") for pattern in names)
        for version in versions
        if all(match(pattern, version) for pattern in tags)
    ]


def listing(call: Call) -> Answer:
    """GET /api/chartrepo/{project}/charts."""
    charts = _of_project(call)
    never = call.time(None)
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "total_versions": len(versions),
            "latest_version": versions[-1],
            "created": never,
            "updated": never,
            "icon": "",
            "home": "",
            "deprecated": False,
        }
        for name, versions in charts.items()
    ]
    return Answer(rows)


def versions(call: Call) -> Answer:
    """GET /api/chartrepo/{project}/charts/{name}."""
    name = call.values["name"]
    found = _of_project(call).get(name, [])
    return Answer(
        [{"name": name, "version": item, "urls": [f"charts/{name}-{item}.tgz"], "labels": []} for item in found]
    )


def _of_project(call: Call) -> Mapping[str, list[str]]:
    project = projects.find(call, "list", "repository")
    return dict(call.service.settings.harbor_charts.get(project.name, {}))
