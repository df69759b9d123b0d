# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on an execution, against timelines recorded from real Harbors and against what they may do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.replication.failures import failure_line
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.replication.progress import (
    EMPTY,
    FAILED,
    INCOMPLETE,
    RUNNING,
    SKIPPED,
    STOPPED,
    SUCCEEDED,
    Assessment,
    Expectation,
    Observation,
    assess,
    is_active,
    parse_timestamp,
    possibly_active,
)

RECORDS = Path(__file__).resolve().parents[2] / "contract" / "records"
START = datetime(2026, 11, 20, 22, 0, 0, tzinfo=UTC)
ZERO = "0001-01-01T00:00:00.000Z"
VERSIONS = ("1.10.19", "2.9.5", "2.15.2")
ONE = Expectation({"nowhere/app": 709})


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def task(name: str, status: str, ended: float | None = None) -> dict[str, Any]:
    end = ZERO if ended is None else at(ended)
    return {"repository": name, "status": status, "start_time": at(0), "end_time": end}


def execution(status: str, tasks: list[dict[str, Any]], ended: float | None = None, text: str = "") -> dict[str, Any]:
    statuses = [one["status"] for one in tasks]
    return {
        "id": 12,
        "status": status,
        "status_text": text,
        "total": len(tasks),
        "succeed": statuses.count("Succeed"),
        "failed": statuses.count("Failed"),
        "stopped": statuses.count("Stopped"),
        "in_progress": sum(one not in ("Succeed", "Failed", "Stopped") for one in statuses),
        "start_time": at(0),
        "end_time": ZERO if ended is None else at(ended),
    }


def look(
    status: str,
    tasks: list[dict[str, Any]],
    seconds: float,
    expectation: Expectation | None = None,
    ended: float | None = None,
    text: str = "",
) -> Assessment:
    now = START + timedelta(seconds=seconds)
    return assess(Observation(execution(status, tasks, ended, text), tasks, now), expectation or Expectation())


class Timeline:
    """A recorded execution, which can be looked at at any time after its start."""

    def __init__(self, name: str) -> None:
        self.states = [
            one for one in json.loads((RECORDS / name).read_text(encoding="utf-8"))["states"] if "note" not in one
        ]
        first_end = next(parse_timestamp(one["end_time"]) for one in self.states if parse_timestamp(one["end_time"]))
        assert first_end is not None
        first_failure = next(one["t"] for one in self.states if "Failed" in one["tasks"])
        self.start = first_end - timedelta(seconds=first_failure)

    def look(self, seconds: float, expectation: Expectation) -> Assessment:
        seen = [one for one in self.states if one["t"] <= seconds]
        state, ended = seen[-1], seen[0]["t"]
        for before, after in pairwise(seen):
            if before["tasks"] != after["tasks"] or parse_timestamp(after["end_time"]) not in (
                None,
                parse_timestamp(before["end_time"]),
            ):
                ended = after["t"]
        end = (self.start + timedelta(seconds=ended)).isoformat()
        tasks = [
            {
                "repository": "nowhere/app",
                "status": status,
                "start_time": self.start.isoformat(),
                "end_time": end if status in ("Failed", "Succeed") else ZERO,
            }
            for status in state["tasks"]
        ]
        whole = {**state, "start_time": self.start.isoformat()}
        return assess(Observation(whole, tasks, self.start + timedelta(seconds=seconds)), expectation)

    def first(self, verdict: str, expectation: Expectation) -> float:
        for second in range(600):
            found = self.look(second, expectation)
            if found.finished:
                assert found.verdict == verdict, (second, found)
                return second
        raise AssertionError("never finished")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("expectation", [ONE, Expectation()], ids=["expected", "unexpected"])
def test_a_failure_that_heals_is_never_called_a_failure(version: str, expectation: Expectation) -> None:
    timeline = Timeline(f"timeline-healed-{version}.json")
    assert any(one["status"] == "Failed" for one in timeline.states), "Harbor itself said Failed"
    healed = next(one["t"] for one in timeline.states if one["tasks"] == ["Succeed"])
    first = timeline.first(SUCCEEDED, expectation)
    assert first >= healed
    if expectation is ONE:
        assert first <= healed + 1, "the tasks count before the status, which lags"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_failure_counts_when_nobody_will_retry_it(version: str) -> None:
    timeline = Timeline(f"timeline-failing-{version}.json")
    last = timeline.states[-1]["t"]
    assert last + 150 <= timeline.first(FAILED, ONE) <= last + 201


def test_a_shorter_settle_time_would_have_been_fooled() -> None:
    timeline = Timeline("timeline-healed-2.15.2.json")
    assert timeline.look(100, Expectation(settle_seconds=60)).verdict == FAILED
    assert timeline.look(100, ONE).verdict == RUNNING


def test_tasks_that_have_ended_count_before_a_status_that_lags() -> None:
    names = [f"p/r{number}" for number in range(50)]
    tasks = [task(name, "Succeed", 9) for name in names]
    assert look("InProgress", tasks, 9.5, Expectation(dict.fromkeys(names, 1))).verdict == SUCCEEDED
    assert look("InProgress", tasks, 9.5).verdict == RUNNING
    assert look("Succeed", tasks, 34).verdict == RUNNING
    assert look("Succeed", tasks, 70).verdict == SUCCEEDED


def test_succeed_before_all_tasks_exist_is_no_success() -> None:
    expectation = Expectation({"p/a": 1, "p/b": 1, "p/c": 1})
    some = [task("p/a", "Succeed", 2)]
    early = look("Succeed", some, 3, expectation, ended=2)
    assert early.verdict == RUNNING and "2 more repositories" in early.reason
    late = look("Succeed", some, 63, expectation, ended=2)
    assert late.verdict == INCOMPLETE and "2 of 3 repositories: p/b, p/c" in late.reason
    assert look("Succeed", [task(name, "Succeed", 5) for name in expectation.repositories], 6, expectation).verdict == (
        SUCCEEDED
    )


def test_tasks_named_in_an_unknown_way_are_counted_instead() -> None:
    tasks = [{**task("x", "Succeed", 2), "repository": f"strange-{number}"} for number in range(2)]
    assert look("Succeed", tasks, 3, Expectation({"p/a": 1, "p/b": 1})).verdict == SUCCEEDED
    assert look("Succeed", tasks, 3, Expectation({"p/a": 1, "p/b": 1, "p/c": 1})).verdict == RUNNING


def test_nothing_matched_is_an_error_unless_allowed() -> None:
    text = "no resources need to be replicated"
    assert look("Succeed", [], 1, ended=1, text=text).verdict == EMPTY
    assert look("Succeed", [], 1, ended=1, text=text).reason == text
    assert look("Succeed", [], 1, Expectation(allow_empty=True), ended=1, text=text).verdict == SUCCEEDED


def test_succeed_without_tasks_and_without_a_reason_is_waited_for() -> None:
    assert look("Succeed", [], 1, ended=1).verdict == RUNNING
    assert look("Succeed", [], 62, ended=1).verdict == EMPTY


def test_a_failure_before_any_task_shows_its_reason() -> None:
    found = look("Failed", [], 1, ended=1, text="unable to get the source registry adapter")
    assert found.verdict == FAILED and found.reason == "unable to get the source registry adapter"


def test_a_failure_while_tasks_were_made_shows_its_reason() -> None:
    tasks = [task("p/a", "Succeed", 1)]
    found = look("Failed", tasks, 2, Expectation({"p/a": 1, "p/b": 1}), ended=1, text="database is gone")
    assert (found.verdict, found.reason) == (FAILED, "database is gone")
    assert look("Failed", tasks, 2, Expectation({"p/a": 1}), ended=1, text="").verdict == SUCCEEDED


def test_an_execution_that_harbor_skips_is_told_apart() -> None:
    text = "Execution skipped: active replication still in progress."
    assert look("Failed", [], 1, ended=0, text=text).verdict == SKIPPED


def test_stopped() -> None:
    assert look("Stopped", [], 1, ended=1).verdict == STOPPED
    tasks = [task("p/a", "Succeed", 1), task("p/b", "Stopped", 2)]
    assert look("Stopped", tasks, 3).verdict == STOPPED
    assert look("Stopped", [*tasks, task("p/c", "InProgress")], 3).verdict == RUNNING


def test_a_stopped_execution_with_failed_tasks_may_come_back() -> None:
    tasks = [task("p/a", "Failed", 1), task("p/b", "Stopped", 2)]
    assert look("Stopped", tasks, 3).verdict == RUNNING
    assert look("Stopped", tasks, 300).verdict == STOPPED


def test_some_failed_while_others_run() -> None:
    tasks = [task("p/a", "Failed", 1), task("p/b", "InProgress")]
    found = look("Failed", tasks, 1000)
    assert found.verdict == RUNNING and found.failed_tasks == (tasks[0],)


def test_each_failed_task_gets_its_own_time() -> None:
    tasks = [task("p/a", "Failed", 1), task("p/b", "Failed", 150)]
    assert look("Failed", tasks, 210, ended=1).verdict == RUNNING
    assert look("Failed", tasks, 351, ended=1).verdict == FAILED


def test_counters_that_know_more_tasks_than_were_read_count() -> None:
    tasks = [task("p/a", "Succeed", 1)]
    state = {**execution("InProgress", tasks), "total": 3, "succeed": 2, "in_progress": 0}
    assert assess(Observation(state, tasks, START + timedelta(hours=1)), Expectation()).verdict == RUNNING


def test_while_harbor_makes_the_list_of_tasks_it_is_running_however_long_that_takes() -> None:
    assert look("InProgress", [], 3600).verdict == RUNNING
    tasks = [task("p/a", "Succeed", 1)]
    state = {**execution("InProgress", tasks), "in_progress": 1}
    assert assess(Observation(state, tasks, START + timedelta(hours=1)), Expectation({"p/a": 1})).verdict == RUNNING


def test_what_is_active() -> None:
    assert is_active({"status": "InProgress", "total": 0})
    assert is_active({"status": "Failed", "total": 1, "in_progress": 1})
    assert is_active({"status": "Failed", "total": 1}, [{"status": "Pending"}])
    assert not is_active({"status": "InProgress", "total": 1, "in_progress": 0}, [{"status": "Succeed"}])
    assert not is_active({"status": "Succeed", "total": 0})


def test_progress_is_weighed_by_bytes() -> None:
    expectation = Expectation({"p/a": 900, "p/b": 100, "p/c": 0})
    progress = look("InProgress", [task("p/a", "Succeed", 9), task("p/b", "InProgress")], 90, expectation).progress
    assert (progress.repositories, progress.repositories_done, progress.failed) == (3, 1, 0)
    assert (progress.bytes, progress.bytes_done) == (1000, 900)
    assert progress.seconds_left == pytest.approx(10)


def test_progress_without_weights_counts_repositories() -> None:
    progress = look("InProgress", [task("p/a", "Succeed", 9), task("p/b", "Pending")], 10).progress
    assert progress.bytes is None and progress.seconds_left == pytest.approx(10)
    assert look("InProgress", [], 10).progress.seconds_left is None


def test_times_in_all_forms() -> None:
    assert parse_timestamp("2026-11-20T22:55:23.306688Z") == datetime(2026, 11, 20, 22, 55, 23, 306688, tzinfo=UTC)
    assert parse_timestamp("2026-11-21T06:55:23+08:00") == datetime(2026, 11, 20, 22, 55, 23, tzinfo=UTC)
    assert (
        parse_timestamp("0001-01-01T00:00:00Z") is None
        and parse_timestamp("") is None
        and parse_timestamp(None) is None
    )


def test_the_telling_line_is_the_first_error_of_the_last_run() -> None:
    begin = "2026-11-21T09:17:09Z [INFO] [/x/transfer.go:140]: client for source registry [type: harbor] created"
    log = "\n".join(
        [
            begin,
            "2026-11-21T09:17:10Z [ERROR] [/x/transfer.go:300]: an old error",
            begin,
            "2026-11-21T09:18:09Z [ERROR] [/x/transfer.go:312]: failed to push: code 404, namespace unknown",
            "2026-11-21T09:18:09Z [ERROR] [/x/transfer.go:400]: got errors",
            "",
        ]
    )
    assert failure_line(log) == "failed to push: code 404, namespace unknown"
    assert failure_line("2026-11-21T09:17:09Z [INFO] [/x/y.go:1]: trapped") == "trapped"
    assert failure_line("") == ""


def test_what_may_still_run_is_found_behind_many_later_executions() -> None:
    ended = [{"id": number, "status": "Succeed", "total": 1} for number in range(90)]
    active = {"id": 90, "status": "InProgress", "total": 1, "in_progress": 1}
    failed = {"id": 91, "status": "Failed", "total": 1, "failed": 1}
    assert possibly_active([*ended, active, failed]) == [active]
    assert possibly_active([failed, *ended]) == [failed]
    assert possibly_active(ended) == []
