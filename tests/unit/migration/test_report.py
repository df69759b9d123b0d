# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan, report and summary of a migration as text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report import (
    Evidence,
    plan_text,
    report_data,
    report_text,
    summary,
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
EVIDENCE = Evidence(
    "spring",
    source="https://harbor.example.com",
    network="public",
    registry={"registry_id": "tcr-1", "public_domain": "demo.tencentcloudcr.com", "region": "ap-guangzhou"},
    harbor={"version_text": "v2.15.2"},
    inventory={"totals": {"projects": 1, "repositories": 2, "tags": 3, "bytes": 4096}},
    targets={"projects": {"shop": {"namespace": "store"}}, "doubtful": ["The map names a project that is not there."]},
    requirements={
        "policy": {"version": "2.0", "statement": []},
        "quotas": [{"name": "namespaces", "edition": "basic", "limit": 0, "used": 1, "needed": 2, "enough": False}],
    },
    steps=[{"action": "create", "object": "namespace", "key": "store"}],
    executions=[{"id": 7, "policy": "spring", "repositories": 2, "repositories_done": 2, "failed": 0}],
    comparison=DIFFERENT,
    leftovers=[{"action": "delete", "object": "whitelist entry", "key": "203.0.113.7/32"}],
    durations={"checks": 1.6, "copying": 61.2},
)


def test_a_plan_says_what_will_happen_and_no_time() -> None:
    text = plan_text(EVIDENCE)
    assert "| Selected | 1 projects, 2 repositories, 3 tags, 4096 bytes |" in text
    assert "1. create namespace: `store`" in text
    assert "| shop | store |" in text
    assert "Note: The map names a project that is not there." in text
    assert "| namespaces | basic | not known | 1 | 2 | **no** |" in text
    assert json.loads(text.partition("```json\n")[2].partition("```")[0]) == EVIDENCE.requirements["policy"]
    assert text == plan_text(EVIDENCE)
    assert "2026" not in text


def test_a_plan_says_what_is_selected_and_by_which_variable() -> None:
    selection = {"projects": [], "repositories": ["shop/**"], "tags": ["v1", "v2"]}
    evidence = replace(EVIDENCE, inventory={**EVIDENCE.inventory, "selection": selection})
    expected = {
        "Projects": "all projects: no migration_projects given",
        "Repositories": "repositories shop/**: given by migration_repositories",
        "Tags": "tags v1, v2: given by migration_tags",
    }
    assert all(f"| {kind} | {text} |" in plan_text(evidence) for kind, text in expected.items())
    assert summary(evidence, "Plan")[1:4] == [f"  {text}" for text in expected.values()]


def test_a_plan_says_what_of_harbor_is_away_for_a_moment() -> None:
    steps = [
        {"action": "create", "object": "container hosts", "key": "harbor-1"},
        {"action": "recreate", "object": "containers", "key": "harbor-1: core, jobservice"},
        {"action": "restart", "object": "containers", "key": "harbor-1: proxy"},
    ]
    text = plan_text(replace(EVIDENCE, steps=steps))
    interruption = text.partition("## Harbor is interrupted\n")[2].partition("\n## ")[0]
    assert "Logins, pushes and pulls fail meanwhile" in interruption
    assert "- recreate containers harbor-1: core, jobservice\n- restart containers harbor-1: proxy" in interruption
    said = "Harbor is interrupted: recreate containers harbor-1: core, jobservice; restart containers harbor-1: proxy"
    assert said in summary(replace(EVIDENCE, steps=steps), "Plan")
    assert "interrupted" not in plan_text(EVIDENCE)
    assert not [line for line in summary(EVIDENCE, "Plan") if "interrupted" in line]


@pytest.mark.parametrize(("robot", "costly"), [(False, True), (True, True), (False, False)])
def test_a_plan_recommends_a_robot_account_where_passwords_are_costly(robot: bool, costly: bool) -> None:
    harbor = {"user": {"name": "admin", "robot": robot}, "capabilities": {"costly_passwords": costly}}
    text = plan_text(replace(EVIDENCE, harbor={**EVIDENCE.harbor, **harbor}))
    assert ("each login of the user admin costs this Harbor" in text) is (costly and not robot)


def test_a_plan_without_a_step_says_so() -> None:
    assert "Nothing: everything is in place." in plan_text(replace(EVIDENCE, steps=()))


def test_a_report_shows_what_differs_and_why() -> None:
    text = report_text(EVIDENCE, WHEN)
    assert "**Source and target are not equal. 1 of 3 tags are not equal: shop/web:2 different.**" in text
    assert "| Written | 2026-11-29 03:04:05 UTC |" in text
    assert "Harbor's execution 7 of the policy `spring`: 2 of 2 repositories copied, 0 failed." in text
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
    assert "None that carries the marker" in report_text(replace(EVIDENCE, leftovers=()), WHEN)
    doubtful = report_text(replace(EVIDENCE, leftovers_problem="TCR did not answer."), WHEN)
    assert "This list may be incomplete: TCR did not answer." in doubtful


def test_the_verdict_is_never_better_than_what_is_known() -> None:
    assert verdict_text(replace(EVIDENCE, comparison=EQUAL)) == "Source and target are equal: 3 tags in 2 repositories."
    assert verdict_text(replace(EVIDENCE, comparison={})) == "Source and target were not compared."
    failed = replace(EVIDENCE, comparison=EQUAL, failure="Harbor replication 7: failed.")
    assert verdict_text(failed) == "The run failed: Harbor replication 7: failed."


def test_the_report_for_programs_holds_the_same() -> None:
    data = json.loads(report_data(EVIDENCE, WHEN))
    assert data["written"] == "2026-11-29T03:04:05Z"
    assert data["target"] == {name: EVIDENCE.registry[name] for name in ("registry_id", "region", "public_domain")}
    assert data["comparison"]["totals"] == TOTALS
    assert data["temporary_access"] == list(EVIDENCE.leftovers)
    assert data["durations"] == {"checks": 1.6, "copying": 61.2}


def test_the_summary_can_be_pasted_into_a_ticket() -> None:
    assert summary(EVIDENCE, "Run", ["/srv/spring-report.md"]) == [
        "Run of the migration spring",
        "  create namespace: store",
        "Durations: checks 2 s, copying 61 s",
        "Written: /srv/spring-report.md",
    ]
    assert summary(Evidence("spring"), "Cleanup") == ["Cleanup of the migration spring", "  nothing was left"]


def test_what_is_shared_names_the_other_owners() -> None:
    shared = {"action": "update", "object": "whitelist entry", "key": "203.0.113.7/32", "shared_with": ["two", "three"]}
    evidence = replace(EVIDENCE, steps=[shared], leftovers=[shared])
    text = report_text(evidence, WHEN)
    assert "1. update whitelist entry: `203.0.113.7/32` (shared with two, three)" in text
    assert "- whitelist entry: `203.0.113.7/32` (shared with two, three)" in text
    assert "  update whitelist entry: 203.0.113.7/32 (shared with two, three)" in summary(evidence, "Run")
