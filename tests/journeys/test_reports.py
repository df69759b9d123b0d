# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of runs that fail half way, and of runs that join what another one has started."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.journeys.journey import Journey, assert_success, sentences
from tests.journeys.test_changes import after_the_call
from tests.sandbox.core.content import digest_of

MakeJourney = Callable[..., Journey]
SMALL = {"migration_projects": "library"}
REPORTS = "library/audit/reports"


def failed(journey: Journey, reason: str) -> dict[str, Any]:
    """Run ``migrate``, which fails for this reason, and return its report."""
    run = journey.run("migrate")
    assert run.status != 0 and reason in sentences(run), run.output
    report = journey.report()
    assert reason in report["failure"] and report["verdict"].startswith("The run failed: ")
    return report


def assert_kept_at_the_target(journey: Journey) -> None:
    """The report of each run is an artifact at the target, whole; its repository is nothing that only the target has."""
    for file in journey.output.glob("demo-migrate-20*.json"):
        manifest = json.loads(journey.registry.store.manifest(REPORTS, file.stem.removeprefix("demo-")).content)
        digests = {one["annotations"]["org.opencontainers.image.title"]: one["digest"] for one in manifest["layers"]}
        assert set(digests) == {f"{file.stem}.{ending}" for ending in ("html", "json", "md", "xml")}
        assert digests[file.name] == digest_of(file.read_bytes())
    assert len(journey.target_digests()[REPORTS]) == 2
    targets = [one["target"] for one in journey.report()["comparison"]["repositories"]]
    assert REPORTS not in targets and "library/base" in targets


def objects(steps: list[dict[str, Any]]) -> list[str]:
    return [step["object"] for step in steps]


def test_a_run_that_fails_before_it_copies_says_what_it_did(make_played_journey: MakeJourney) -> None:
    """First where the network path is opened, which is a play of its own, then in Harbor, after a secret was made."""
    journey = make_played_journey(variables=SMALL)
    journey.sandbox.faults.add(
        service="tcr", match="Create.*SecurityPolicy", kind="error", code="FailedOperation", message="No more entries."
    )
    report = failed(journey, "1 of 2 changes of the whitelist entries failed")
    assert objects(report["steps"]) == ["public endpoint", "whitelist entry"]
    assert objects(report["temporary_access"]) == ["whitelist entry"]
    assert (report["running"], report["comparison"], report["not_looked_at"]) == ([], {}, ["names on sandbox"])

    journey.sandbox.faults.add(service="harbor", match="POST /api/v2.0/replication/policies", kind="status", status=403)
    report = failed(journey, "The account of harbor_username lacks the right")
    done = ["whitelist entry", "namespace", "access credential", "Harbor endpoint"]
    assert objects(report["steps"]) == done
    assert set(objects(report["temporary_access"])) == {"whitelist entry", "access credential", "Harbor endpoint"}
    assert (report["executions"], report["running"], report["comparison"]) == ([], [], {})
    assert report["comparison_problem"] == "the run failed before that."
    text = journey.report_text()
    assert "Source and target were not compared: the run failed before that." in text
    assert "No replication of this migration." in text


def test_a_run_that_is_cut_off_says_what_runs_and_the_next_one_joins_it(make_played_journey: MakeJourney) -> None:
    stored = {**SMALL, "migration_report_repository": REPORTS}
    journey = make_played_journey(variables=stored, harbor_stuck=["library/base"])
    journey.sandbox.faults.add(service="harbor", match=r".*/executions/\d+/tasks", kind="status", status=403, call=2)
    cut_off = failed(journey, "The account of harbor_username lacks the right")
    assert objects(cut_off["steps"])[-1] == "replication execution"
    (execution,), (running,) = cut_off["executions"], cut_off["running"]
    assert (execution["origin"], execution["harbor"]["end_time"], running["id"]) == ("started", None, execution["id"])
    assert cut_off["comparison"]["equal"] is False

    def heal() -> None:
        journey.sandbox.settings.update(harbor_stuck=[])

    with after_the_call(journey, "GET", heal):
        joining = journey.run("migrate")
    assert_success(joining)
    joined = journey.report()
    assert (cut_off["outcome"], joined["outcome"]) == ("failed", "equal")
    assert joined["executions"][0]["samples"] and joined["access"] == {"mode": "lease", "hours": 72}
    assert [one["part"] for one in joined["selection"] if one["patterns"]] == ["projects"]
    assert_kept_at_the_target(journey)
    assert [one["origin"] for one in joined["executions"]] == ["joined"]
    assert (joined["steps"], joined["executions"][0]["id"]) == ([], execution["id"])
    assert "already running when this run came" in " ".join(joining.output.split())
    assert len(list(journey.output.glob("demo-migrate-20*.json"))) == 2
