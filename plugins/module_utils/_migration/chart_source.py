# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the selected charts from the ChartMuseum of a Harbor."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._harbor.api.client import HarborClient
from .charts import select_charts
from .selection import Selection

_WORKERS = 4


def read_charts(client: HarborClient, selection: Selection) -> dict[str, list[dict[str, Any]]]:
    """The selected versions of charts, by project; empty where this Harbor has no ChartMuseum.

    :returns: see :meth:`HarborChartsApi.versions`.
    """
    if not client.system().with_chartmuseum:
        return {}
    names = [one["name"] for one in client.projects() if one["chart_count"] and selection.has_project(one["name"])]
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        listed = dict(zip(names, pool.map(client.charts.versions, names)))
    return {project: versions for project, versions in select_charts(listed, selection).items() if versions}
