# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says about the charts of ChartMuseum, in Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .markdown import table


def charts_section(charts: Sequence[Mapping[str, Any]], registry: str) -> Iterator[str]:
    """The lines about charts; none when there are no charts.

    :param charts: as module harbor_chart_migration returns them: ``project``, ``name``, ``version``, ``target``,
        ``verdict`` and perhaps ``reason`` each.
    :param registry: the host of the registry, for the commands of those who use the charts.
    """
    if not charts:
        return
    yield from ("", "## Charts of ChartMuseum", "")
    rows = (
        (
            f"{one['project']}/{one['name']}",
            one["version"],
            one["target"],
            one["verdict"],
            " ".join(one.get("reason", "").split()),
        )
        for one in charts
    )
    yield from table(("Chart", "Version", "Target", "Verdict", "Reason"), rows)
    yield from ("", "Who uses them replaces `helm repo add` and the name of the chart by its address:", "")
    repositories = sorted({one["target"].rpartition(":")[0] for one in charts})
    yield from (f"- `helm pull oci://{registry}/{repository} --version ...`" for repository in repositories)
