# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan is approved, and the run does that or refuses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.journeys.journey import Journey, assert_success, sentences
from tests.journeys.test_changes import push_late
from tests.sandbox.core.images import image

# Over the private link hosts are changed as well, and Harbor is interrupted.
SMALL = {"migration_projects": "library", "migration_accepted_verdicts": []}
FILES = ["demo-plan-tags.jsonl.gz", "demo-plan.json", "demo-plan.md"]


def approve(journey: Journey, directory: Path) -> str:
    """Plan, and put the files where no later plan replaces them; returns the one that a run is given."""
    assert_success(journey.run("plan"))
    assert journey.writes() == []
    shutil.copytree(journey.output, directory)
    assert sorted(path.name for path in directory.iterdir()) == FILES
    return str(directory / "demo-plan.json")


def test_a_run_refuses_what_was_not_approved_and_does_what_was(
    make_played_journey: Callable[..., Journey], tmp_path: Path
) -> None:
    planning = make_played_journey(network="private", variables=SMALL)
    journey = Journey(planning.sandbox, planning.core, tmp_path / "run", "private", SMALL)
    hosts = journey.sandbox.harbor.hosts_file
    before = hosts.read_text()
    first = approve(planning, tmp_path / "first")
    late = image(["late"])
    push_late(journey, {"library/late": {"1": late}})

    refused = journey.run("migrate", migration_approved_plan=first)
    assert refused.status == 2
    said = sentences(refused)
    assert f"library/late: tag 1 was pushed since the approval ({late.digest})" in said
    assert said.endswith("Nothing was changed. Run plan, and have its result approved.")
    assert journey.writes() == [] and hosts.read_text() == before
    report = journey.report()
    assert (report["outcome"], report["steps"], report["executions"], report["comparison"]) == ("failed", [], [], {})
    assert f"library/late: tag 1 was pushed since the approval ({late.digest})" in report["failure"]

    second = approve(planning, tmp_path / "second")
    planned = planning.planned_steps()
    migrated = journey.run("migrate", migration_approved_plan=json.loads(Path(second).read_text())["sha256"])
    assert_success(migrated)
    report = journey.report()
    assert "prediction" in [one["name"] for one in report["parts"]]
    assert journey.steps() == planned and len(planned) > 5
    assert report["comparison"]["equal"] is True
    assert journey.target_digests()["library/late"] == {"1": late.digest}


def test_what_was_predicted_is_not_reported_as_done_when_the_run_fails(
    make_played_journey: Callable[..., Journey], tmp_path: Path
) -> None:
    journey = make_played_journey(network="private", variables=SMALL)
    approved = approve(journey, tmp_path / "approved")
    journey.sandbox.faults.add(service="harbor", match="POST /api/v2.0/registries", kind="status", status=403)
    failed = journey.run("migrate", migration_approved_plan=approved)
    assert failed.status != 0
    *done, discarded = journey.steps()
    planned = journey.planned_steps()
    assert done == planned[: planned.index("create Harbor endpoint: `demo`")]
    assert discarded.startswith("delete access credential: ")
