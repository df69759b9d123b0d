# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real result of an execution of a replication policy: verdict and progress of one observation. Pure.

Harbor's own status is a hint only. It says Succeed before all tasks exist and for nothing at all, it says Failed
while a retry is pending, and it lags behind the tasks by up to 30 seconds (2.8 and later). The verdict is therefore
computed from the tasks, their times and the server's clock; nothing has to be remembered between observations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from ..._http.readable import readable
from ..api.client import ENDED_TASK

RUNNING = "running"
SUCCEEDED = "succeeded"
FAILED = "failed"
STOPPED = "stopped"
EMPTY = "nothing matched"
SKIPPED = "skipped"
INCOMPLETE = "incomplete"

SETTLE_SECONDS = 200.0
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_QUIET_SECONDS = 60.0
_RECENT = 10
_SKIPPED_TEXT = "skipped"
_NOTHING_TEXT = "no resources need to be replicated"
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")


@dataclass(frozen=True)
class Expectation:
    """What the caller knows about the execution.

    :param repositories: source repository to bytes, for every task that must come into being; empty when unknown.
    :param allow_empty: whether an execution that finds nothing to copy is a success.
    :param settle_seconds: how long a failed task must stay failed until it is certain that Harbor no longer retries it. Harbor runs a
        task up to three times and waits 16 to 74, then 31 to 118 seconds in between.
    """

    repositories: Mapping[str, int] = field(default_factory=dict)
    allow_empty: bool = False
    settle_seconds: float = SETTLE_SECONDS

    @property
    def quiet_seconds(self) -> float:
        """How long nothing must have happened until no further task is expected."""
        return min(_QUIET_SECONDS, self.settle_seconds)


@dataclass(frozen=True)
class Observation:
    """An execution at one time: as the Harbor client returns it, the tasks read after it, and the server's clock."""

    execution: Mapping[str, Any]
    tasks: Sequence[Mapping[str, Any]]
    now: datetime


@dataclass(frozen=True)
class Progress:
    """How far an execution is. Bytes are ``None`` when the expectation does not have them.

    :param seconds_left: estimated from the share that is done; ``None`` when there is no ground for an estimate.
    """

    repositories: int
    repositories_done: int
    failed: int
    bytes: int | None = None
    bytes_done: int | None = None
    seconds_left: float | None = None


@dataclass(frozen=True)
class Assessment:
    """What follows from one observation.

    :param verdict: one of the constants of this module.
    :param reason: why, in words; empty when there is nothing to add.
    """

    verdict: str
    reason: str
    progress: Progress
    failed_tasks: tuple[Mapping[str, Any], ...] = ()

    @property
    def finished(self) -> bool:
        """Whether looking again cannot change the verdict."""
        return self.verdict != RUNNING


def assess(observation: Observation, expectation: Expectation) -> Assessment:
    """Judge one observation; see the module's description."""
    verdict, reason = _verdict(observation, expectation)
    failed = tuple(task for task in observation.tasks if task.get("status") == "Failed")
    return Assessment(verdict, reason, _progress(observation, expectation), failed)


def is_active(execution: Mapping[str, Any], tasks: Sequence[Mapping[str, Any]] = ()) -> bool:
    """Whether Harbor is at work on it: tasks wait or run, or its tasks are still being created."""
    if int(execution.get("in_progress") or 0) or any(task.get("status") not in ENDED_TASK for task in tasks):
        return True
    return execution.get("status") == "InProgress" and not int(execution.get("total") or 0) and not tasks


def possibly_active(executions: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of a policy's executions, newest first, in which a task may still run or come back.

    Harbor starts a failed task again by itself, but only for a while: of the failed ones the newest are enough.
    """
    return [
        one
        for position, one in enumerate(executions)
        if is_active(one) or one.get("status") == "InProgress" or (one.get("failed") and position < _RECENT)
    ]


def is_skipped(execution: Mapping[str, Any]) -> bool:
    """Whether Harbor (2.14 and later) refused to run it because another execution of the policy was active."""
    text = str(execution.get("status_text") or "").lower()
    return execution.get("status") == "Failed" and not int(execution.get("total") or 0) and _SKIPPED_TEXT in text


def parse_timestamp(text: Any) -> datetime | None:
    """A time of Harbor's API; ``None`` for the zero time, which means "not yet", and for other text."""
    found = _TIME.fullmatch(str(text or "").strip())
    if not found or found.group(1) == "0001":
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    microsecond = int(((found.group(7) or ".0")[1:] + "000000")[:6])
    zone = (found.group(8) or "Z").replace(":", "")
    offset = timedelta(0)
    if zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * (-1 if zone[0] == "-" else 1)
    return datetime(year, month, day, hour, minute, second, microsecond, timezone(offset))


def _verdict(observation: Observation, expectation: Expectation) -> tuple[str, str]:
    execution, tasks = observation.execution, observation.tasks
    status, text = str(execution.get("status") or ""), readable(str(execution.get("status_text") or ""))
    if is_skipped(execution):
        return SKIPPED, text
    if is_active(execution, tasks):
        return RUNNING, ""
    counts = _counts(observation)
    if not counts["total"]:
        return _verdict_without_tasks(observation, expectation, status, text)
    if counts["ended"] < counts["total"]:
        return RUNNING, ""
    if counts["failed"]:
        waited = _quiet_seconds(observation, only_failed=True)
        if waited < expectation.settle_seconds:
            return RUNNING, "Harbor may still retry the failed ones"
        if not counts["stopped"]:
            return FAILED, _failure(counts, text)
    if counts["stopped"] or status == "Stopped":
        return STOPPED, text or "it was stopped"
    return _verdict_of_success(observation, expectation, counts, text if status == "Failed" else "")


def _verdict_without_tasks(
    observation: Observation, expectation: Expectation, status: str, text: str
) -> tuple[str, str]:
    if status == "Stopped":
        return STOPPED, text or "it was stopped before it had anything to copy"
    if status == "Failed":
        return FAILED, text or "Harbor gives no reason; see the log of its core component"
    if _NOTHING_TEXT not in text and _quiet_seconds(observation) < expectation.quiet_seconds:
        return RUNNING, ""
    reason = text or "Harbor found nothing to copy"
    return (SUCCEEDED if expectation.allow_empty else EMPTY), reason


def _verdict_of_success(
    observation: Observation, expectation: Expectation, counts: Mapping[str, int], complaint: str
) -> tuple[str, str]:
    """All tasks that exist have succeeded; a complaint is why Harbor could not make all of them."""
    quiet = _quiet_seconds(observation) >= expectation.quiet_seconds
    if complaint and (not expectation.repositories or _missing(observation, expectation, counts)):
        return FAILED, complaint
    if not expectation.repositories:
        return (SUCCEEDED, "") if quiet else (RUNNING, "all tasks have ended; waiting for further ones")
    missing = _missing(observation, expectation, counts)
    if not missing:
        return SUCCEEDED, ""
    if not quiet:
        return RUNNING, f"waiting for the tasks of {len(missing)} more repositories"
    some = ", ".join(missing[:5]) + (" ..." if len(missing) > 5 else "")
    return INCOMPLETE, f"Harbor made no task for {len(missing)} of {len(expectation.repositories)} repositories: {some}"


def _missing(observation: Observation, expectation: Expectation, counts: Mapping[str, int]) -> list[str]:
    """The expected repositories without a task; by count when Harbor names its tasks in an unknown form."""
    seen = {str(task.get("repository")) for task in observation.tasks}
    missing = sorted(set(expectation.repositories) - seen)
    unknown_names = len(missing) == len(expectation.repositories)
    return [] if unknown_names and counts["total"] >= len(expectation.repositories) else missing


def _counts(observation: Observation) -> dict[str, int]:
    """Tasks by result, from the tasks themselves when all are known, else from the execution's counters."""
    execution, tasks = observation.execution, observation.tasks
    counters = {name: int(execution.get(name) or 0) for name in ("total", "succeed", "failed", "stopped")}
    if len(tasks) >= counters["total"]:
        statuses = [task.get("status") for task in tasks]
        counters = {
            "total": len(tasks),
            "succeed": statuses.count("Succeed"),
            "failed": statuses.count("Failed"),
            "stopped": statuses.count("Stopped"),
        }
    return {**counters, "ended": counters["succeed"] + counters["failed"] + counters["stopped"]}


def _failure(counts: Mapping[str, int], text: str) -> str:
    return f"{counts['failed']} of {counts['total']} repositories failed permanently" + (f": {text}" if text else "")


def _quiet_seconds(observation: Observation, only_failed: bool = False) -> float:
    """Seconds since the last sign of life; with ``only_failed`` since the last task failed, if a task has that time."""
    tasks = [task for task in observation.tasks if not only_failed or task.get("status") == "Failed"]
    times = [parse_timestamp(task.get("end_time")) for task in tasks]
    if not only_failed or not any(times):
        times += [parse_timestamp(observation.execution.get(name)) for name in ("start_time", "end_time")]
    if not only_failed:
        times += [parse_timestamp(task.get("start_time")) for task in tasks]
    known = [time for time in times if time is not None]
    return (observation.now - max(known)).total_seconds() if known else 0.0


def _progress(observation: Observation, expectation: Expectation) -> Progress:
    counts = _counts(observation)
    weights = expectation.repositories
    total = max(counts["total"], len(weights))
    done = counts["succeed"]
    bytes_total: int | None = None
    bytes_done: int | None = None
    if weights:
        bytes_total = sum(weights.values())
        copied = {task.get("repository") for task in observation.tasks if task.get("status") == "Succeed"}
        bytes_done = sum(weights.get(str(name), 0) for name in copied)
    share = bytes_done / bytes_total if bytes_total and bytes_done is not None else (done / total if total else 0.0)
    start = parse_timestamp(observation.execution.get("start_time"))
    elapsed = (observation.now - start).total_seconds() if start else 0.0
    left = elapsed * (1 - share) / share if share > 0 and elapsed > 0 else None
    return Progress(total, done, counts["failed"], bytes_total, bytes_done, left)


def progress_line(execution_id: Any, assessment: Assessment) -> str:
    """One line, e.g. ``harbor replication 12: 37/50 repositories, 1.2 of 3.4 GB, 0 failed, about 2 min left``."""
    progress = assessment.progress
    parts = [] if assessment.verdict == RUNNING else [assessment.verdict]
    if progress.repositories:
        parts.append(f"{progress.repositories_done}/{progress.repositories} repositories")
    else:
        parts.append("no repositories yet" if assessment.verdict == RUNNING else "no repositories")
    if progress.bytes and progress.bytes_done is not None:
        parts.append(bytes_of(progress.bytes_done, progress.bytes))
    parts.append(f"{progress.failed} failed")
    if assessment.verdict == RUNNING:
        parts += [assessment.reason] if assessment.reason else _time_left(progress)
    return f"harbor replication {execution_id}: {', '.join(parts)}"


def bytes_of(done: int, total: int) -> str:
    """Two amounts in the unit of the larger one, e.g. ``1.2 of 3.4 GB``."""
    power = 0
    while total >= 1000 ** (power + 1) and power < len(_UNITS) - 1:
        power += 1
    digits = 0 if power == 0 else 1
    return f"{done / 1000**power:.{digits}f} of {total / 1000**power:.{digits}f} {_UNITS[power]}"


def _time_left(progress: Progress) -> list[str]:
    seconds = progress.seconds_left
    if seconds is None or progress.repositories_done >= progress.repositories:
        return []
    if seconds < 60:
        return ["less than 1 min left"]
    if seconds < 5400:
        return [f"about {round(seconds / 60)} min left"]
    return [f"about {seconds / 3600:.1f} h left"]
