# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replication that copies each push at once: its health, its lag, and what reports say about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.client import HarborClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.lag import (
    lag_of_charts,
    lag_summary,
    read_lag,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison.verdicts import (
    Comparison,
    ContentVerdict,
    RepositoryVerdict,
    TagVerdict,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.continuous.health import (
    policy_health,
    problems_of,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.continuous import (
    continuous_lines,
    continuous_section,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.record import (
    migration_record,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.accessories import (
    Accessory,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.variables.settings import (
    continuous_problems,
)

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ENDPOINT = {"name": "spring", "status": "healthy"}


def policy(**changes: Any) -> dict[str, Any]:
    return {"name": "spring", "enabled": True, "trigger": {"type": "event_based"}, **changes}


def execution(number: int, status: str = "Succeed", **changes: Any) -> dict[str, Any]:
    moment = f"2026-11-29T10:00:{number:02}Z"
    times = {"start_time": moment, "end_time": moment}
    return {"id": number, "status": status, "status_text": "", "trigger": "event_based", **times, **changes}


def entry(name: str, pushed: str | None) -> dict[str, Any]:
    return {"name": name, "kind": "tag", "target": name, "verdict": "missing", "pushed": pushed}


def test_the_last_executions_and_the_last_that_failed_are_told() -> None:
    executions = [execution(number, "Failed" if number % 2 else "Succeed") for number in range(20, 0, -1)]
    found = policy_health(policy(), executions)
    assert [one["id"] for one in found["executions"]] == [20, 19, 18, 17, 16]
    assert [one["id"] for one in found["failed"]] == [19, 17, 15, 13, 11]
    assert (found["failed_total"], found["looked_at"]) == (10, 20)
    assert found["failed"][0]["start_time"] == "2026-11-29T10:00:19Z"


@pytest.mark.parametrize(
    ("changed", "endpoint", "words"),
    [
        ({}, ENDPOINT, None),
        ({"name": "other"}, ENDPOINT, "has no replication policy spring"),
        ({"enabled": False}, ENDPOINT, "spring is disabled"),
        ({"trigger": {"type": "manual"}}, ENDPOINT, "The trigger of the replication policy spring is manual"),
        ({}, {"name": "spring", "status": "unhealthy"}, "the endpoint spring as unhealthy"),
    ],
)
def test_what_keeps_pushes_from_being_copied_is_a_problem(
    changed: dict[str, Any], endpoint: dict[str, str], words: str | None
) -> None:
    found = problems_of(["spring"], [policy_health(policy(**changed), [])], [endpoint])
    assert [words in one for one in found] == [True] if words else found == []


def test_lag_is_told_oldest_first_and_what_has_no_time_last() -> None:
    entries = [entry("a:1", None), entry("b:1", "2026-11-29T11:59:00Z"), entry("c:1", "2026-11-29T11:00:00Z")]
    found = lag_summary(entries, NOW)
    assert [one["name"] for one in found["entries"]] == ["c:1", "b:1", "a:1"]
    assert (found["total"], found["oldest"], found["seconds"]) == (3, "2026-11-29T11:00:00Z", 3600)
    assert lag_summary([entry("a:1", None)], NOW)["seconds"] is None
    assert lag_summary([], NOW) == {"total": 0, "oldest": None, "seconds": None, "entries": []}


def test_a_long_lag_is_cut_and_its_total_is_not() -> None:
    found = lag_summary([entry(f"a:{number}", None) for number in range(500)], NOW)
    assert (found["total"], len(found["entries"])) == (500, 100)
    assert "and 400 more" in list(continuous_section({}, found))


class Harbor:
    """A Harbor that tells when what it holds was pushed."""

    def push_times(self, repository: str) -> dict[str, str]:
        return {"sha256:s": "2026-11-29T10:00:00Z", "sha256-1.sig": "2026-11-29T09:00:00Z", "1": ""}


@pytest.mark.parametrize(
    ("tags", "name", "pushed"),
    [
        ((), "shop/web@sha256:s", "2026-11-29T10:00:00Z"),
        (("sha256-1.sig",), "shop/web:sha256-1.sig", "2026-11-29T09:00:00Z"),
    ],
)
def test_signatures_lag_too_where_they_decide(tags: tuple[str, ...], name: str, pushed: str) -> None:
    signature = Accessory("sha256:s", "sha256:1", "signature.cosign", tags=tags)
    for decides in (True, False):
        content = ContentVerdict(signature, "missing", decides=decides)
        tag = TagVerdict("1", "different", "sha256:1", "sha256:2")
        repository = RepositoryVerdict("shop/web", "store/web", (tag,), (content,))
        found = read_lag(cast(HarborClient, Harbor()), Comparison((repository,)))
        assert [(one["name"], one["pushed"]) for one in found] == [
            ("shop/web:1", None),
            *([(name, pushed)] if decides else []),
        ]
        assert found[-1]["target"].startswith("store/web")


def test_charts_lag_since_their_upload() -> None:
    chart = {"project": "shop", "name": "web", "version": "1.0.0", "target": "shop/charts/web:1.0.0"}
    found = lag_of_charts(
        [{**chart, "verdict": "missing", "created": "2026-11-29T11:00:00.5Z"}, {**chart, "verdict": "equal"}]
    )
    assert [(one["name"], one["kind"], one["pushed"]) for one in found] == [
        ("shop/web:1.0.0", "chart", "2026-11-29T11:00:00Z")
    ]


def test_a_report_shows_health_failures_and_lag() -> None:
    failed = policy_health(policy(), [execution(2), execution(1, "Failed", status_text="no credential")])
    health = {"healthy": False, "problems": ["It is bad."], "policies": [failed], "endpoints": [ENDPOINT]}
    lag = lag_summary([entry("shop/web:2", "2026-11-29T11:00:00Z")], NOW)
    text = "\n".join(continuous_section(health, lag))
    assert "- It is bad." in text
    assert "| spring | yes | event_based | Succeed (2026-11-29T10:00:02Z) | 1 of 2 |" in text
    assert "- Execution 1 of spring failed at 2026-11-29T10:00:01Z: no credential" in text
    assert "| 2026-11-29T11:00:00Z | tag | shop/web:2 | missing |" in text
    assert continuous_lines(health, lag) == [
        "Continuous replication: not healthy, see the warnings",
        "Of what was pushed to the source, 1 have not arrived at the target; the oldest was pushed at 2026-11-29T11:00:00Z, "
        "3600 s before.",
    ]
    assert list(continuous_section({}, {})) == continuous_lines({}, {}) == []


def test_a_predicted_policy_is_created_once_and_gets_its_trigger() -> None:
    created = {"action": "create", "object": "replication policy", "key": "spring"}
    local = {"harbor_replication": {"actions": [created]}, "harbor_replication_triggers": {"actions": [created]}}
    found = migration_record({"localhost": local}, [], False)["actions"]
    assert found == [created, {"action": "create", "object": "event-based trigger", "key": "spring"}]


def test_what_was_copied_after_the_change_of_the_policies_is_in_the_record() -> None:
    started = {"action": "start", "object": "replication execution", "key": "spring"}
    later = {"execution": {"id": 8}, "actions": [started]}
    local = {
        "harbor_replication": {"executions": [{"execution": {"id": 7}}]},
        "harbor_replication_caught_up": {"results": [later]},
    }
    found = migration_record({"localhost": local}, [], False)
    assert [one["execution"]["id"] for one in found["executions"]] == [7, 8]
    assert found["actions"] == [started]


def test_lag_in_the_record_is_that_of_tags_and_charts() -> None:
    chart = {"project": "shop", "name": "web", "version": "1", "target": "shop/web:1", "verdict": "missing"}
    verified = {"equal": False, "ended": NOW.timestamp(), "lag": [entry("a:1", "2026-11-29T11:00:00Z")]}
    local = {"migration_verify": verified, "harbor_charts": {"charts": [chart]}}
    found = migration_record({"localhost": local}, [], False)["lag"]
    assert (found["total"], found["seconds"]) == (2, 3600)
    assert (
        migration_record({"localhost": {"migration_verify": {**verified, "lag": []}}}, [], False)["lag"]["total"] == 0
    )
    del verified["lag"]
    assert migration_record({"localhost": local}, [], False)["lag"] == {}


def test_access_for_one_run_and_pushes_at_any_time_exclude_each_other() -> None:
    (problem,) = continuous_problems(True, "run")
    assert "migration_access is run" in problem
    assert not [
        *continuous_problems(False, "run"),
        *continuous_problems(True, "lease"),
        *continuous_problems(True, "permanent"),
    ]
