# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine of an execution: what it looks like at a moment, computed from what happened until then.

Harbor computes the status of an execution over the tasks created so far (any unfinished: InProgress, else any failed:
Failed, else any stopped: Stopped, else Succeed) and, from 2.8 on, only every now and then; counters are always live.
That is why an execution can say Failed and later Succeed, and why its status lags behind its counters.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

UNFINISHED = frozenset({"Initialized", "Pending", "InProgress"})
FINAL = ("Failed", "Stopped", "Succeed")


@dataclass
class Task:
    """The copy of one repository. `history` holds (time, status), oldest first."""

    id: int
    execution_id: int
    resource_type: str
    source: str
    destination: str
    references: list[str]
    history: list[tuple[float, str]]
    operation: str = "copy"
    job_id: str = ""
    started: float | None = None
    ended: float | None = None
    runs: int = 0
    log: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        """The newest status."""
        return self.history[-1][1]

    def enter(self, status: str, now: float) -> None:
        """Record a change of status."""
        self.history.append((now, status))
        if status == "InProgress":
            self.started = now
        if status not in UNFINISHED:
            self.ended = now

    def status_at(self, moment: float) -> str | None:
        """The status at a moment, None before the task existed."""
        index = bisect.bisect_right(self.history, moment, key=lambda entry: entry[0])
        return self.history[index - 1][1] if index else None

    def ended_by(self, moment: float) -> float | None:
        """When the last run that was over at a moment had ended."""
        ends = [when for when, status in self.history if status not in UNFINISHED and when <= moment]
        return ends[-1] if ends else None


@dataclass
class Mark:
    """A status that Harbor wrote itself and at once: nothing to do, skipped, failed to start, stopped early."""

    when: float
    status: str
    text: str = ""


@dataclass
class Execution:
    """One run of a policy. `complete` once all its tasks exist; `stopping` once it was asked to stop."""

    id: int
    policy_id: int
    trigger: str
    start_time: float
    tasks: list[Task] = field(default_factory=list)
    mark: Mark | None = None
    frozen: tuple[str, float] | None = None
    refreshed_at: float | None = None  # a refresh outside of the rhythm
    complete: bool = False
    stopping: bool = False

    @property
    def active(self) -> bool:
        """Whether something still happens, whatever the status says."""
        if self.mark is not None:
            return False
        return not self.complete or any(task.status in UNFINISHED for task in self.tasks)


@dataclass(frozen=True)
class View:
    """An execution as a reader sees it."""

    status: str
    status_text: str
    counters: dict[str, int]
    end_time: float | None


def status_of(statuses: list[str]) -> str:
    """The status of an execution whose tasks have these statuses."""
    if not statuses or any(status in UNFINISHED for status in statuses):
        return "InProgress"
    return next(status for status in FINAL if status in statuses)


def count(statuses: list[str]) -> dict[str, int]:
    """The counters of an execution whose tasks have these statuses."""
    return {
        "total": len(statuses),
        "failed": statuses.count("Failed"),
        "succeed": statuses.count("Succeed"),
        "in_progress": sum(status in UNFINISHED for status in statuses),
        "stopped": statuses.count("Stopped"),
    }


def statuses_at(execution: Execution, moment: float) -> list[str]:
    """The statuses of the tasks that existed at a moment."""
    found = (task.status_at(moment) for task in execution.tasks)
    return [status for status in found if status is not None]


def last_refresh(now: float, origin: float, lag: float) -> float:
    """The last moment at which the status of executions was brought up to date: every `lag` seconds since `origin`."""
    return now if lag <= 0 else origin + (now - origin) // lag * lag


def view(execution: Execution, now: float, refresh: float, counted: float, freezes: bool = False) -> View:
    """How an execution looks.

    `refresh` is the moment of the last refresh of statuses, `counted` that of the counters, which are never older. With `freezes` (1.8) a
    final status stays once it was read.
    """
    moment = max(refresh, execution.refreshed_at or 0.0)
    counters = count(statuses_at(execution, max(counted, moment)))
    if execution.mark is not None:
        return View(execution.mark.status, execution.mark.text, counters, execution.mark.when)
    if execution.frozen is not None:
        return View(execution.frozen[0], "", counters, execution.frozen[1])
    status = status_of(statuses_at(execution, moment))
    if status == "InProgress":
        return View(status, "", counters, None)
    ends = [end for end in (task.ended_by(moment) for task in execution.tasks) if end is not None]
    if freezes:
        execution.frozen = (status, max(ends))
    return View(status, "", counters, max(ends))
