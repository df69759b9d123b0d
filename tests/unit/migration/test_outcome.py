# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way out of a run has one word, and only three of them let it end well."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.data import workflow_facts
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.evidence import Evidence
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.job import started_by
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.outcome import (
    OUTCOMES,
    Outcome,
    outcome_of,
    verdict_text,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.variables.known import OURS

WELL = {"equal", "planned", "cleaned"}
LEFT = {"action": "delete", "object": "whitelist entry", "key": "203.0.113.7/32"}


def compared(
    *verdicts: str, accepted: tuple[str, ...] = ("extra",), accessories: tuple[str, ...] = (), mode: str = "require"
) -> dict[str, Any]:
    """Evidence of a comparison with a tag for each verdict, and an accessory for each of the others."""
    deciding = [*verdicts, *(accessories if mode == "require" else ())]
    tags = [{"tag": str(number), "verdict": verdict} for number, verdict in enumerate(verdicts)]
    hanging = [{"digest": "sha256:s", "kind": "signature", "verdict": verdict} for verdict in accessories]
    comparison = {
        "equal": set(deciding) <= {"equal", "extra"},
        "accepted": set(deciding) <= {"equal", *accepted},
        "summary": "What was found.",
        "totals": {
            "tags": len(verdicts) - verdicts.count("extra"),
            "accessories": {"compared": len(accessories), "equal": accessories.count("equal")},
        },
        "repositories": [{"name": "shop/web", "target": "shop/web", "tags": tags, "accessories": hanging}],
    }
    return {"comparison": comparison, "accepted_verdicts": list(accepted), "accessories": mode}


def charts(*verdicts: str) -> dict[str, Any]:
    found = [{"name": "web", "verdict": verdict} for verdict in verdicts]
    return {"charts": {"equal": set(verdicts) <= {"equal"}, "charts": found, "summary": "Charts."}}


NOTHING = compared()
CASES = {
    "everything equal": (compared("equal", "equal"), "equal"),
    "an extra tag is accepted": (compared("equal", "extra"), "equal"),
    "an extra tag is not accepted": (compared("equal", "extra", accepted=()), "different"),
    "missing": (compared("equal", "missing"), "different"),
    "different": (compared("different"), "different"),
    "rewritten": (compared("rewritten"), "different"),
    "missing and unknown": (compared("missing", "unknown"), "different"),
    "unknown": (compared("equal", "unknown"), "not_compared"),
    "an unknown tag that is accepted": (compared("equal", "unknown", accepted=("unknown",)), "equal"),
    "missing is accepted, unknown is not": (compared("missing", "unknown", accepted=("missing",)), "not_compared"),
    "a signature is missing": (compared("equal", accessories=("missing",)), "different"),
    "a signature is unknown": (compared("equal", accessories=("unknown",)), "not_compared"),
    "a signature decides nothing": (compared("equal", accessories=("missing",), mode="report"), "equal"),
    "a chart is missing": ({**compared("equal"), **charts("equal", "missing")}, "different"),
    "a chart is unknown": ({**compared("equal"), **charts("unknown")}, "not_compared"),
    "only charts": ({**NOTHING, **charts("equal")}, "equal"),
    "nothing was selected": (NOTHING, "not_compared"),
    "only extra tags": (compared("extra"), "not_compared"),
    "nothing was compared": ({"comparison_problem": "no connection."}, "not_compared"),
    "it broke off after a comparison": ({**compared("equal"), "failure": "Harbor is gone."}, "failed"),
    "a verify that finds everything": ({**compared("equal"), "run": "verify"}, "equal"),
    "a cleanup": ({"run": "cleanup"}, "cleaned"),
    "a cleanup with a limit": ({"run": "cleanup", "not_looked_at": ["names on a"]}, "cleaned"),
    "a cleanup that leaves something": ({"run": "cleanup", "leftovers": [LEFT]}, "failed"),
    "a cleanup that cannot look": ({"run": "cleanup", "leftovers_problem": "Harbor is gone."}, "failed"),
    "a cleanup that fails": ({"run": "cleanup", "failure": "No."}, "failed"),
}
PREDICTED = {
    "a migration": ({}, "planned"),
    "a migration that has nothing to do": (compared("equal"), "planned"),
    "a migration that charts wait for": ({**compared("equal"), **charts("missing")}, "planned"),
    "a migration that will not be equal": (compared("extra", "equal", accepted=()), "planned"),
    "a refused migration": ({"failure": "No."}, "failed"),
    "a cleanup": ({"run": "cleanup", "leftovers": [LEFT]}, "planned"),
    "a verify compares as always": ({**compared("missing"), "run": "verify"}, "different"),
    "a verify with charts": ({**compared("equal"), **charts("missing"), "run": "verify"}, "different"),
}


@pytest.mark.parametrize(
    ("facts", "expected", "check"),
    [pytest.param(*case, False, id=name) for name, case in CASES.items()]
    + [pytest.param(*case, True, id=f"check mode: {name}") for name, case in PREDICTED.items()],
)
def test_each_way_out_has_its_word_and_only_good_ones_end_well(
    facts: dict[str, Any], expected: str, check: bool
) -> None:
    evidence = Evidence("spring", **facts)
    found = outcome_of(evidence, check)
    assert found.name == expected and found.name in OUTCOMES
    assert bool(found.problem) is (found.name not in WELL)
    said = verdict_text(evidence, found)
    if expected != "planned":
        assert ("Source and target are equal" in said) is (expected == "equal")


def test_what_is_accepted_is_said() -> None:
    evidence = Evidence("spring", **compared("equal", "missing", "missing", accepted=("missing", "extra")))
    outcome = outcome_of(evidence)
    assert outcome == Outcome("equal", "", (("missing", 2),))
    assert verdict_text(evidence, outcome) == (
        "Source and target are equal but for what is accepted (2 missing). What was found."
    )


def test_a_cleanup_names_what_is_left() -> None:
    left = [{**LEFT, "key": f"203.0.113.{number}/32"} for number in range(7)]
    problem = outcome_of(Evidence("spring", run="cleanup", leftovers=left)).problem
    assert "whitelist entry 203.0.113.0/32, " in problem and "203.0.113.5" not in problem
    assert problem.endswith(" and 2 more. Run cleanup again.")


def test_no_fact_for_a_workflow_has_the_name_of_a_variable() -> None:
    data = {"outcome": "equal", "verdict": "", "comparison": {}, "steps": [], "temporary_access": []}
    facts = workflow_facts(data, ["spring-report.md"])
    assert facts["cloud_registry_counts"] == {"steps": 0, "leftovers": 0}
    assert not [name for name in facts if name.startswith((*OURS, "tcr_", "harbor_", "registry_"))]


JOBS = {
    "AWX": (
        {"JOB_ID": "41", "AWX_HOST": "https://awx.example.com/"},
        {"awx_job_id": 41, "awx_user_name": "alice"},
        ("alice", "AWX", "41", "https://awx.example.com/#/jobs/playbook/41"),
    ),
    "Ansible Tower": ({}, {"tower_job_id": 7, "tower_user_name": "bob"}, ("bob", "Ansible Tower", "7", "")),
    "GitLab": (
        {"GITLAB_CI": "true", "CI_JOB_ID": "9", "CI_JOB_URL": "https://git/j/9", "GITLAB_USER_LOGIN": "carol"},
        {},
        ("carol", "GitLab", "9", "https://git/j/9"),
    ),
    "GitHub Actions": (
        {
            "GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "5", "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "shop/ops", "GITHUB_ACTOR": "dave",
        },
        {},
        ("dave", "GitHub Actions", "5", "https://github.com/shop/ops/actions/runs/5"),
    ),
    "Jenkins": (
        {"JENKINS_URL": "https://ci", "BUILD_TAG": "jenkins-copy-3", "BUILD_URL": "https://ci/job/copy/3/"},
        {},
        ("root", "Jenkins", "jenkins-copy-3", "https://ci/job/copy/3/"),
    ),
    "a person": ({"JOB_ID": "41"}, {}, ("root", "", "", "")),
}  # fmt: skip


@pytest.mark.parametrize(("environment", "variables", "expected"), JOBS.values(), ids=JOBS)
def test_a_report_says_who_or_which_job(
    environment: dict[str, str], variables: dict[str, Any], expected: tuple[str, ...]
) -> None:
    found = started_by(environment, variables, "root", "controller")
    assert (found["user"], *found["job"].values()) == expected
    assert (found["login"], found["host"]) == ("root", "controller")
