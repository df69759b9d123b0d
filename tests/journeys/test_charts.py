# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts of ChartMuseum are a part of plan, migrate, verify and report."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.journey import Journey, assert_success, sentences
from tests.sandbox.core.helm_charts import chart_archive

CHARTS = {"library": {"tools": ["0.3.0"]}, "shop": {"front": ["1.1.0+build.7"]}}
SELECTED = {"migration_projects": ["library", "shop"], "migration_tags": ["12", "0.*", "1.1.0_*"]}
# What a comparison makes and TCR does not list.
TOKEN = "CreateInstanceToken"


def test_charts_are_planned_moved_compared_and_replaced(make_played_journey: Callable[..., Journey]) -> None:
    journey = make_played_journey(
        harbor_version="1.10",
        harbor_charts=CHARTS,
        variables={**SELECTED, "migration_chart_prefix": "charts/", "migration_accepted_verdicts": []},
    )
    assert_success(journey.run("plan"))
    planned = journey.planned_steps()
    assert planned[-2:] == [
        "create chart version: `library/tools:0.3.0`",
        "create chart version: `shop/front:1.1.0+build.7`",
    ]
    assert "| shop/front | shop/charts/front | 1 | 1 |" in journey.plan()
    journey.policy = journey.planned_policy()
    assert_success(journey.run("migrate"))
    assert journey.steps() == planned
    assert journey.target_digests().keys() == {"library/base", "library/charts/tools", "shop/charts/front"}
    assert "Source and target are equal: 1 tags and 2 charts" in journey.report_text()
    assert "`helm pull oci://demo.tencentcloudcr.com/shop/charts/front --version ...`" in journey.report_text()

    journey.sandbox.harbor.state.charts.put("shop", chart_archive("front", "1.1.0+build.7", values="replicas: 2\n"))
    verified = journey.run("verify")
    assert verified.status != 0
    assert "shop/front:1.1.0+build.7 different" in sentences(verified)
    assert journey.writes(TOKEN) == []
    assert_success(journey.run("migrate"))
    assert journey.steps() == ["replace chart version: `shop/front:1.1.0+build.7`"]


def test_a_selection_of_charts_alone_is_planned_moved_and_left_alone(
    make_played_journey: Callable[..., Journey],
) -> None:
    """No tag of an image is selected: nothing is left for Harbor to copy."""
    journey = make_played_journey(
        harbor_version="1.10",
        harbor_charts=CHARTS,
        variables={"migration_projects": ["library", "shop"], "migration_tags": ["0.3.0", "1.1.0_*"]},
    )
    assert_success(journey.run("plan"))
    planned = journey.planned_steps()
    assert len([step for step in planned if step.startswith("create chart version")]) == 2
    assert_success(journey.run("migrate"))
    assert journey.steps() == planned
    assert journey.target_digests().keys() == {"library/tools", "shop/front"}
    assert "Source and target are equal: 0 tags and 2 charts" in journey.report_text()
    assert_success(journey.run("migrate"))
    assert (journey.steps(), journey.writes(TOKEN)) == ([], [])
