# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the selected charts from the ChartMuseum of a Harbor, and where they go."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from ..._harbor.api.client import HarborClient
from ..source.selection import Selection
from .chart import Chart, plan_charts, select_charts

_WORKERS = 4


def read_charts(
    client: HarborClient, selection: Selection, namespace_map: Mapping[str, str], prefix: str
) -> list[Chart]:
    """The selected versions of charts with their places at the target; none where this Harbor has no ChartMuseum.

    All repositories of a project with charts are looked at, also those of which nothing is selected now: what is selected
    may change from run to run, and the place of a chart must not.

    :raises InvalidInput: a chart has no place, see :func:`plan_charts`.
    """
    if not client.system().with_chartmuseum:
        return []
    names = [one["name"] for one in client.projects() if one["chart_count"] and selection.has_project(one["name"])]
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        listed = dict(zip(names, pool.map(client.charts.versions, names)))
        selected = {project: found for project, found in select_charts(listed, selection).items() if found}
        repositories = [one["name"] for part in pool.map(client.repositories, selected) for one in part]
    images = {
        f"{namespace_map.get(project, project)}/{path}"
        for project, _slash, path in (name.partition("/") for name in repositories)
    }
    return plan_charts(selected, namespace_map, prefix, images)
