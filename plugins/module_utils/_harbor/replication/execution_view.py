# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at an execution of a replication policy."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..._errors import MigrationError
from ..api.client import HarborClient
from .progress import (
    FAILED,
    Assessment,
    Expectation,
    Observation,
    assess,
    is_active,
    is_skipped,
    parse_timestamp,
    telling_line,
)
from .progress_line import progress_line
from .watch import Result

_RECENT = 50
_LOG_WORKERS = 8
_MOST_LOGS = 25
_FRESH_SECONDS = 60.0
_FIELDS = ("id", "policy_id", "status", "status_text", "trigger", "start_time", "end_time")
_COUNTERS = ("total", "succeed", "failed", "stopped", "in_progress")


class ExecutionView:
    """Looks at executions.

    :param policy: the name of their policy, for the result.
    :param expectation: what the caller knows about what is to be copied.
    """

    def __init__(self, client: HarborClient, policy: str | None, expectation: Expectation) -> None:
        self._client = client
        self._policy = policy
        self._expectation = expectation

    def look(self, execution_id: int) -> Result:
        """The result for an execution; one that Harbor skipped leads to the one because of which it was."""
        execution = self._client.execution(execution_id)
        if is_skipped(execution):
            execution = self._instead_of(execution)
        tasks = self._client.tasks(execution["id"])
        observation = Observation(execution, tasks, self._client.server_time())
        assessment = assess(observation, self._expectation)
        return {
            "actions": [],
            "execution": self._described(observation, assessment),
            "verdict": assessment.verdict,
            "finished": assessment.finished,
            "reason": assessment.reason,
            "line": progress_line(execution["id"], assessment),
        }

    def _instead_of(self, skipped: dict[str, Any]) -> dict[str, Any]:
        """The execution that was active when another one was skipped: an active one, else the newest before it."""
        recent = self._client.executions(int(skipped["policy_id"]), limit=_RECENT)
        others = [one for one in recent if not is_skipped(one)]
        active = [one for one in others if is_active(one)]
        before = [one for one in others if one["id"] < skipped["id"]]
        return next(iter(active + before), skipped)

    def _described(self, observation: Observation, assessment: Assessment) -> dict[str, Any]:
        execution, progress = observation.execution, assessment.progress
        return {
            **{name: execution.get(name) for name in _FIELDS},
            **{name: int(execution.get(name) or 0) for name in _COUNTERS},
            "policy": self._policy,
            "repositories": progress.repositories,
            "repositories_done": progress.repositories_done,
            "bytes": progress.bytes,
            "bytes_done": progress.bytes_done,
            "seconds_left": None if progress.seconds_left is None else round(progress.seconds_left),
            "failed_repositories": self._failures(observation, assessment),
        }

    def _failures(self, observation: Observation, assessment: Assessment) -> list[dict[str, str]]:
        """The failed tasks with the telling line of their log, read while Harbor has it: at once, and at the end."""
        tasks = assessment.failed_tasks
        with ThreadPoolExecutor(max_workers=_LOG_WORKERS) as pool:
            lines = list(pool.map(lambda task: self._log_line(observation, assessment, task), tasks[:_MOST_LOGS]))
        lines += [""] * (len(tasks) - len(lines))
        return [{"repository": str(task["repository"]), "log_line": line} for task, line in zip(tasks, lines)]

    def _log_line(self, observation: Observation, assessment: Assessment, task: Mapping[str, Any]) -> str:
        ended = parse_timestamp(task.get("end_time"))
        fresh = ended is None or (observation.now - ended).total_seconds() <= _FRESH_SECONDS
        if not fresh and assessment.verdict != FAILED:
            return ""
        try:
            return telling_line(self._client.task_log(int(observation.execution["id"]), int(task["id"])))
        except MigrationError:
            return ""
