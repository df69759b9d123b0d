# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report and summary of a migration as text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report import data as report
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report import documents
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.charts import charts_advice
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.documents import (
    summary,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.evidence import Evidence
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.outcome import (
    outcome_of,
    verdict_text,
)

WHEN = datetime(2026, 11, 29, 3, 4, 5, tzinfo=UTC)
TOTALS = {"tags": 3, "equal": 1, "different": 1, "missing": 0, "extra": 1, "unknown": 0}


def repository(name: str, *tags: tuple[str, str], verdict: str = "equal") -> dict[str, Any]:
    reasons = {"different": {"reason": "another digest"}}
    found = [{"tag": tag, "verdict": said, **reasons.get(said, {})} for tag, said in tags]
    return {"name": name, "target": name, "verdict": verdict, "tags": found}


DIFFERENT = {
    "equal": False,
    "accepted": False,
    "summary": "1 of 3 tags are not equal: shop/web:2 different.",
    "totals": TOTALS,
    "repositories": [
        repository("shop/web", ("2", "different"), ("1", "equal"), verdict="different"),
        repository("shop/api", ("1", "equal")),
    ],
}
EQUAL = {**DIFFERENT, "equal": True, "accepted": True, "summary": "Source and target are equal."}
SEEN = {
    "id": 7, "policy": "spring", "status": "Succeed", "start_time": "2026-11-29T03:00:00Z", "end_time": "2026-11-29T03:03:00Z",
    "total": 2, "succeed": 2, "failed": 0, "stopped": 0, "in_progress": 0, "failed_repositories": [],
    "repositories": 2, "repositories_done": 2, "bytes": 40, "bytes_done": 40,
}  # fmt: skip
EXECUTION = {
    "execution": SEEN, "origin": "started", "verdict": "succeeded", "finished": True, "reason": "",
    "started": WHEN.timestamp() - 100, "ended": WHEN.timestamp(),
}  # fmt: skip
# What Harbor still says when the digests have proven that everything is there.
LAGGING = {
    **SEEN, "status": "InProgress", "end_time": None, "succeed": 1, "failed": 1, "repositories_done": 1, "bytes_done": 10,
    "failed_repositories": [{"repository": "shop/api", "log_line": "timeout"}],
}  # fmt: skip
RUNNING = {**EXECUTION, "execution": {**LAGGING, "id": 8}, "verdict": "running", "finished": False}
EVIDENCE = Evidence(
    "spring",
    started=WHEN.timestamp() - 245,
    source="https://harbor.example.com",
    network="public",
    registry={"registry_id": "tcr-1", "public_domain": "demo.tencentcloudcr.com", "region": "ap-guangzhou"},
    harbor={"version_text": "v2.15.2"},
    steps=[{"action": "create", "object": "namespace", "key": "store"}],
    executions=[EXECUTION],
    comparison=DIFFERENT,
    leftovers=[{"action": "delete", "object": "whitelist entry", "key": "203.0.113.7/32"}],
    parts=[
        {"name": "checks", "started": WHEN.timestamp() - 245, "ended": WHEN.timestamp() - 243.4},
        {"name": "copying", "started": WHEN.timestamp() - 240, "ended": WHEN.timestamp() - 178.8},
    ],
)


def report_text(evidence: Evidence, written: datetime) -> str:
    return documents.report_text(evidence, outcome_of(evidence), written)


def report_data(evidence: Evidence, written: datetime) -> dict[str, Any]:
    """What somebody reads from the file."""
    found: dict[str, Any] = json.loads(report.report_json(report.report_data(evidence, outcome_of(evidence), written)))
    return found


def verdict(evidence: Evidence) -> str:
    return verdict_text(evidence, outcome_of(evidence))


def test_a_report_shows_what_differs_and_why() -> None:
    text = report_text(EVIDENCE, WHEN)
    assert "**Source and target are not equal. 1 of 3 tags are not equal: shop/web:2 different.**" in text
    assert "| Run | migrate, 2026-11-29 03:00:00 UTC to 2026-11-29 03:04:05 UTC |" in text
    execution = "Harbor's execution 7 of the policy `spring` (started by this run)"
    assert f"{execution}: succeeded, 2 of 2 repositories copied, 0 failed." in text
    assert "## What still runs" not in text and "## Warnings" not in text
    assert "### shop/web\n\n- 2: different (another digest)" in text
    assert "### shop/api" not in text
    assert "- whitelist entry: `203.0.113.7/32`" in text
    assert "The public endpoint of the registry cannot carry a marker" in text


def test_a_note_is_in_reports_and_at_the_end_of_a_run() -> None:
    noted = replace(EVIDENCE, note="The robot account stays.")
    assert "\n\nThe robot account stays.\n\n" in report_text(noted, WHEN)
    assert "Note: The robot account stays." in summary(noted, "Cleanup")
    assert not [line for line in summary(EVIDENCE, "Cleanup") if line.startswith("Note:")]


def test_a_report_without_leftovers_says_so_and_an_incomplete_list_too() -> None:
    assert "Nothing was found that carries the marker" in report_text(replace(EVIDENCE, leftovers=()), WHEN)
    doubtful = report_text(replace(EVIDENCE, leftovers_problem="TCR did not answer."), WHEN)
    assert "This list may be incomplete: TCR did not answer." in doubtful


def test_the_verdict_is_never_better_than_what_is_known() -> None:
    assert verdict(replace(EVIDENCE, comparison=EQUAL)) == "Source and target are equal: 3 tags in 2 repositories."
    assert verdict(replace(EVIDENCE, comparison={})) == "Source and target were not compared."
    failed = replace(EVIDENCE, comparison=EQUAL, failure="Harbor replication 7: failed.")
    assert verdict(failed) == "The run failed: Harbor replication 7: failed."
    unknown = replace(EVIDENCE, comparison={}, comparison_problem="No connection.")
    assert verdict(unknown) == "Source and target were not compared: No connection."
    others = {"name": "", "target": "theirs/app", "verdict": "extra", "tags": []}
    extra = replace(EVIDENCE, comparison={**EQUAL, "repositories": [*EQUAL["repositories"], others]})
    assert "in 2 repositories" in verdict(extra)


def test_the_report_for_programs_holds_the_same() -> None:
    data = report_data(EVIDENCE, WHEN)
    assert data["written"] == "2026-11-29T03:04:05Z"
    assert data["target"] == {name: EVIDENCE.registry[name] for name in ("registry_id", "region", "public_domain")}
    assert data["comparison"]["totals"] == TOTALS
    assert data["temporary_access"] == list(EVIDENCE.leftovers)
    assert data["parts"][0] == {
        "name": "checks", "started": "2026-11-29T03:00:00Z", "ended": "2026-11-29T03:00:01Z", "seconds": 1.6,
    }  # fmt: skip
    assert (data["run"], data["started"]) == ("migrate", "2026-11-29T03:00:00Z")


@pytest.mark.parametrize("seen", [SEEN, LAGGING], ids=["in time", "lagging"])
def test_a_success_does_not_contradict_itself_and_harbors_own_words_are_apart(seen: dict[str, Any]) -> None:
    (one,) = report_data(replace(EVIDENCE, executions=[{**EXECUTION, "execution": seen}]), WHEN)["executions"]
    assert (one["verdict"], one["repositories"], one["repositories_done"], one["bytes_done"]) == ("succeeded", 2, 2, 40)
    assert (one["followed_from"], one["followed_until"]) == ("2026-11-29T03:02:25Z", "2026-11-29T03:04:05Z")
    assert one["failed_repositories"] == []
    assert not {"status", "end_time", "failed", "succeed", "in_progress"} & set(one)
    assert one["harbor"]["status"] == seen["status"] and one["harbor"]["end_time"] == seen["end_time"]
    assert one["harbor"]["tasks"]["failed"] == seen["failed"]
    assert one["harbor"]["failed_repositories"] == seen["failed_repositories"]


def test_a_status_of_harbor_that_lags_is_said_to_people_as_well() -> None:
    text = report_text(replace(EVIDENCE, executions=[{**EXECUTION, "execution": LAGGING}]), WHEN)
    said = "succeeded, 2 of 2 repositories copied, 0 failed, Harbor itself reports InProgress, but the digests decide."
    assert said in text
    failed = {**EXECUTION, "execution": LAGGING, "verdict": "failed", "reason": "1 of 2 failed"}
    text = report_text(replace(EVIDENCE, executions=[failed]), WHEN)
    assert "failed (1 of 2 failed), 1 of 2 repositories copied, 1 failed." in text


@pytest.mark.parametrize(
    ("origin", "words"), [("joined", "already running when this run came"), ("found", "ended before this run came")]
)
def test_an_execution_of_another_run_is_not_called_a_start(origin: str, words: str) -> None:
    evidence = replace(EVIDENCE, steps=[], executions=[{**EXECUTION, "origin": origin}])
    text = report_text(evidence, WHEN)
    assert words in text and "started by this run" not in text
    assert "Nothing was changed; what was to be copied was being copied already." in text
    assert report_data(evidence, WHEN)["executions"][0]["origin"] == origin
    assert any(words in line for line in summary(evidence, "Run"))


def test_a_failed_run_says_what_goes_on_and_that_nothing_was_compared() -> None:
    failed = replace(
        EVIDENCE, failure="No permission.", comparison={}, comparison_problem="no connection.", running=[RUNNING]
    )
    text = report_text(failed, WHEN)
    assert "**The run failed: No permission.**" in text
    assert "- Harbor's execution 8 of the policy spring, 1 of 2 repositories copied so far" in text
    assert "Run `migrate` again to follow it." in text
    assert "## Comparison by digest\n\nSource and target were not compared: no connection.\n" in text
    assert report_data(failed, WHEN)["running"][0]["id"] == 8
    assert "Still running: Harbor's execution 8 of the policy spring, 1 of 2 repositories copied so far" in summary(
        failed, "Run"
    )
    nothing = report_text(replace(failed, running=[], steps=[]), WHEN)
    assert (
        "## What still runs\n\nNo replication of this migration." in nothing and "\nNothing was changed.\n" in nothing
    )
    unknown = report_text(replace(failed, running=[], leftovers_problem="Harbor did not answer."), WHEN)
    assert "## What still runs\n\nNot known: Harbor did not answer." in unknown


def test_warnings_and_what_was_not_looked_at_are_in_the_report() -> None:
    evidence = replace(
        EVIDENCE, warnings=["A quota\n may be too small."], not_looked_at=["names on a, b"], leftovers=[]
    )
    text = report_text(evidence, WHEN)
    assert "## Warnings\n\n- A quota may be too small.\n" in text
    assert "Not looked at by this run: names on a, b." in text
    data = report_data(evidence, WHEN)
    assert (data["warnings"], data["not_looked_at"]) == (["A quota\n may be too small."], ["names on a, b"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"leftovers": []}, "No temporary access of this migration exists any more."),
        ({}, "Temporary access of this migration still exists: whitelist entry 203.0.113.7/32. Run cleanup again."),
        (
            {"leftovers": [], "not_looked_at": ["names on a"]},
            "What was found was removed, but not everything was looked at.",
        ),
        (
            {"leftovers": [], "leftovers_problem": "TCR!"},
            "What is left could not be listed completely: TCR! Run cleanup again.",
        ),
        ({"failure": "a: no space."}, "The run failed: a: no space."),
    ],
)
def test_a_cleanup_says_whether_anything_is_left(changes: dict[str, Any], said: str) -> None:
    evidence = replace(EVIDENCE, run="cleanup", comparison={}, executions=[], **changes)
    text = report_text(evidence, WHEN)
    assert f"**{said}**" in text
    assert "Comparison" not in text and "| Run | cleanup, " in text
    assert report_data(evidence, WHEN)["verdict"] == said


def test_the_summary_can_be_pasted_into_a_ticket() -> None:
    execution = "Harbor's execution 7 of the policy spring (started by this run): succeeded, 2 of 2 repositories copied, 0 failed."
    assert summary(EVIDENCE, "Run", ["/srv/spring-report.md"]) == [
        "Run of the migration spring",
        "  create namespace: store",
        execution,
        "Durations: checks 2 s, copying 61 s",
        "Written: /srv/spring-report.md",
    ]
    assert summary(Evidence("spring"), "Prediction") == [
        "Prediction for the migration spring",
        "  nothing would be changed",
    ]
    assert summary(Evidence("spring"), "Cleanup") == ["Cleanup of the migration spring", "  nothing was left"]


def test_what_is_shared_names_the_other_owners() -> None:
    shared = {"action": "update", "object": "whitelist entry", "key": "203.0.113.7/32", "shared_with": ["two", "three"]}
    evidence = replace(EVIDENCE, steps=[shared], leftovers=[shared])
    text = report_text(evidence, WHEN)
    assert "1. update whitelist entry: `203.0.113.7/32` (shared with two, three)" in text
    assert "- whitelist entry: `203.0.113.7/32` (shared with two, three)" in text
    assert "  update whitelist entry: 203.0.113.7/32 (shared with two, three)" in summary(evidence, "Run")


class TestAccessories:
    HANGING = {"digest": "sha256:s", "kind": "signature.cosign", "subject": "sha256:w", "tags": ["sha256-w.sig"]}
    COUNTS = {"compared": 2, "equal": 1, "different": 1, "missing": 0, "extra": 0, "unknown": 0}

    def compared(self, equal: bool) -> dict[str, Any]:
        one = {
            **repository("shop/web", ("1", "equal")),
            "accessories": [
                {**self.HANGING, "verdict": "different", "reason": "sha256-w.sig: the target has another image"},
                {"digest": "sha256:b", "kind": "subject.accessory", "subject": "sha256:w", "verdict": "equal"},
            ],
            "untagged_images": [],
        }
        totals = {**TOTALS, "accessories": self.COUNTS, "untagged_images": dict.fromkeys(self.COUNTS, 0)}
        notes = ["shop/web: sha256-x.att is left behind: the filter has no room."]
        rule = "The immutable tag rule 'shop: **' keeps shop/web:sha256-w.sig."
        return {
            **EQUAL,
            "equal": equal,
            "repositories": [one],
            "totals": totals,
            "notes": notes,
            "immutable_advice": rule,
        }

    def test_are_counted_and_listed_in_the_report(self) -> None:
        text = report_text(replace(EVIDENCE, comparison=self.compared(False)), WHEN)
        assert "| Accessories | |\n|---|---|\n| compared | 2 |\n| equal | 1 |\n| different | 1 |" in text
        assert "| shop/web | shop/web | 1 | 2 | 0 | equal |" in text and "| Untagged images | |" not in text
        wanted = "- sha256-w.sig (signature.cosign) on sha256:w: different (sha256-w.sig: the target has another image)"
        assert wanted in text and "sha256:b" not in text
        assert (
            "Note: The immutable tag rule 'shop: **'" in text and "Note: shop/web: sha256-x.att is left behind" in text
        )

    def test_that_decide_nothing_are_not_hidden_by_the_verdict(self) -> None:
        said = verdict(replace(EVIDENCE, comparison=self.compared(True)))
        assert said == (
            "Source and target are equal: 3 tags and 1 accessories in 1 repositories. 1 accessories are not equal, which "
            "decides nothing."
        )


@pytest.mark.parametrize(
    ("verdicts", "told", "untold"),
    [
        (["equal", "missing"], "run migrate again", "run verify again"),
        (["equal", "unknown"], "run verify again", "run migrate again"),
        (["different", "unknown"], "run migrate again. A chart that is unknown", "nothing"),
    ],
)
def test_what_to_do_about_charts_depends_on_what_is_known(verdicts: list[str], told: str, untold: str) -> None:
    advice = charts_advice({"charts": [{"verdict": verdict} for verdict in verdicts]})
    assert told in advice
    assert untold not in advice
