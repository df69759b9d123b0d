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


def charts_advice(charts: Mapping[str, Any]) -> str:
    """What to do about charts that are not equal.

    :param charts: what module harbor_chart_migration returned.
    """
    unknown = [one for one in charts["charts"] if one["verdict"] == "unknown"]
    wanting = [one for one in charts["charts"] if one["verdict"] not in ("unknown", "equal")]
    sentences = []
    if wanting:
        sentences.append("Correct the reasons that are given, if any, and run migrate again.")
    if unknown:
        sentences.append(
            "A chart that is unknown could not be asked for and may be there: remove the reason that is given with it, and run "
            "verify again."
        )
    return " ".join(sentences)
