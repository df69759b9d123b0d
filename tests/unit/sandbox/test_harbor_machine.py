# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine of executions against what was seen on real Harbors, second by second."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.replay_harbor import load
from tests.sandbox.harbor.replication.execution_state import Execution, Mark, Task, count, last_refresh, status_of, view
from tests.sandbox.harbor.replication.jobs import retry_pause

# When the status of executions was brought up to date in a record: one such moment, and the seconds between two.
_REFRESHES = {
    "failing-1.10.19": (0.0, 0.0),
    "failing-2.9.5": (21.7, 30.0),
    "failing-2.15.2": (28.3, 30.0),
    "healed-1.10.19": (0.0, 0.0),
    "healed-2.9.5": (21.2, 30.0),
    "healed-2.15.2": (7.5, 30.0),
}
_POLL = 1.0  # between two looks
_ASKED_AFTER = 0.01  # the tasks were asked for after the execution


def _task(*history: tuple[float, str], number: int = 1) -> Task:
    return Task(number, 1, "artifact", "a/b", "a/b", ["v1"], list(history))


def _execution(*tasks: Task, **more: Any) -> Execution:
    return Execution(1, 1, "manual", 0.0, list(tasks), complete=True, **more)


@pytest.mark.parametrize("name", _REFRESHES)
def test_recorded_timeline_follows_from_the_history_of_its_task(name: str) -> None:
    states = [state for state in load(f"timeline-{name}.json")["states"] if "status" in state]
    history: list[tuple[float, str]] = []
    for state in states:
        for status in state["tasks"]:
            if not history or history[-1][1] != status:
                history.append((state["t"] + _ASKED_AFTER, status))
    execution = _execution(_task(*history)) if history else _execution()
    known, lag = _REFRESHES[name]
    for state in states:
        moment = state["t"]
        looks = (moment, moment + 2 * _ASKED_AFTER)
        seen = {view(execution, when, last_refresh(when, known - 10 * lag, lag), when).status for when in looks}
        assert state["status"] in seen, f"at {moment} s"
        recorded = {key: state[key] for key in ("total", "failed", "succeed", "in_progress", "stopped")}
        possible = [count(_statuses(execution, when)) for when in (moment, moment - _POLL, moment + _POLL)]
        assert recorded in [*possible, _pending_only(execution)], f"at {moment} s"


def _statuses(execution: Execution, moment: float) -> list[str]:
    return [status for status in (task.status_at(moment) for task in execution.tasks) if status]


def _pending_only(execution: Execution) -> dict[str, int]:
    return count(["Pending"] * len(execution.tasks))


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], "InProgress"),
        (["Succeed", "Pending"], "InProgress"),
        (["Succeed", "Initialized"], "InProgress"),
        (["Failed", "InProgress"], "InProgress"),
        (["Succeed", "Stopped", "Failed"], "Failed"),
        (["Succeed", "Stopped"], "Stopped"),
        (["Succeed", "Succeed"], "Succeed"),
    ],
)
def test_status_rule(statuses: list[str], expected: str) -> None:
    assert status_of(statuses) == expected


def test_counters_are_live_while_the_status_lags() -> None:
    execution = _execution(_task((0.5, "Pending"), (1.0, "InProgress"), (7.1, "Succeed")))
    seen = view(execution, 8.0, last_refresh(8.0, 0.0, 30.0), 8.0)
    assert (seen.status, seen.counters["succeed"], seen.end_time) == ("InProgress", 1, None)
    seen = view(execution, 30.1, last_refresh(30.1, 0.0, 30.0), 30.1)
    assert (seen.status, seen.end_time) == ("Succeed", 7.1)


def test_succeed_is_said_while_tasks_are_still_being_created() -> None:
    execution = _execution(_task((0.0, "Pending"), (1.0, "Succeed")), _task((2.0, "Pending"), number=2))
    assert view(execution, 1.5, 1.5, 1.5).status == "Succeed"
    assert view(execution, 2.5, 2.5, 2.5).status == "InProgress"


def test_final_status_of_1_8_stays_once_it_was_read() -> None:
    execution = _execution(_task((0.0, "Pending"), (1.0, "Failed"), (20.0, "Pending"), (21.0, "Succeed")))
    assert view(execution, 2.0, 2.0, 2.0, freezes=True).status == "Failed"
    seen = view(execution, 22.0, 22.0, 22.0, freezes=True)
    assert (seen.status, seen.counters["succeed"], seen.end_time) == ("Failed", 1, 1.0)


def test_a_mark_counts_before_everything_else() -> None:
    execution = _execution(mark=Mark(1.0, "Succeed", "no resources need to be replicated"))
    seen = view(execution, 1.1, 0.0, 1.1)
    assert (seen.status, seen.status_text, seen.end_time) == ("Succeed", "no resources need to be replicated", 1.0)


def test_pauses_between_runs_are_those_of_harbor() -> None:
    assert (retry_pause(1, lambda _limit: 0), retry_pause(1, lambda limit: limit - 1)) == (16.0, 74.0)
    assert (retry_pause(2, lambda _limit: 0), retry_pause(2, lambda limit: limit - 1)) == (31.0, 118.0)
