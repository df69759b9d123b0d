# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures and SBOMs in whole runs: planned, copied, compared, and copied again when they change."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.journey import Journey, assert_success
from tests.sandbox.core.accessories import later
from tests.sandbox.harbor.demonstration import fill_with_accessories


def test_what_hangs_on_images_is_part_of_a_migration(make_played_journey: Callable[..., Journey]) -> None:
    journey = make_played_journey(
        seed="accessories", variables={"migration_projects": ["acc"], "migration_referrers_tag": True}
    )
    assert_success(journey.run("plan"))
    assert "8 tags, 10 accessories, 2 untagged images" in journey.plan()
    assert "| acc/untagged | acc/untagged | 0 | 1 | 1 | missing |" in journey.plan()

    planned = journey.planned_steps()
    assert len([step for step in planned if step.startswith("create referrers tag")]) == 4
    assert_success(journey.run("migrate"))
    assert journey.steps() == planned
    comparison = journey.report()["comparison"]
    assert comparison["equal"] and comparison["totals"]["accessories"]["equal"] == 10
    assert "8 tags and 10 accessories in 6 repositories" in journey.report_text()
    assert "The registry has no referrers API" in journey.report_text()

    late = {name: later()[name] for name in ("cosign_sig_tag_2", "late_sbom_referrer")}
    fill_with_accessories(journey.sandbox.harbor, late)
    assert_success(journey.run("plan"))
    planned = journey.planned_steps()
    assert journey.writes() == []
    again = journey.run("migrate")
    assert_success(again)
    assert journey.report()["comparison"]["totals"]["accessories"]["equal"] == 12
    assert journey.steps() == planned
    assert planned[0] == "start replication execution: `demo`"
    assert [step.partition(":")[0] for step in planned[1:]] == ["update referrers tag"]
