# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observes executions of a replication policy; starts, follows and stops them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timezone
from typing import Any

from ..._engine.wait import READY, Phase, Readiness, Wait
from ..._errors import InvalidInput, MigrationError, NotFound, OutcomeUnknown, ServerFault, WaitFailed
from ..._http.readable import readable
from ..api.client import HarborClient
from .early_verification import Compare
from .failures import failure_line
from .progress import (
    FAILED,
    Assessment,
    Expectation,
    Observation,
    assess,
    is_active,
    is_skipped,
    parse_timestamp,
    possibly_active,
    progress_line,
)
from .retries import Retries
from .temporary_policies import TemporaryPolicies, policy_action
from .watch import ExecutionWatcher, Result

KIND = "replication execution"
EVENT_BASED = "event_based"
# One page of Harbor's listing; other runs of the policy may have been started and ended since ours.
_LISTED = 100
_RECENT = 50
_LOG_WORKERS = 8
_MOST_LOGS = 25
_FRESH_SECONDS = 60.0
_FIELDS = ("id", "policy_id", "status", "status_text", "trigger")
_TIMES = ("start_time", "end_time")
_COUNTERS = ("total", "succeed", "failed", "stopped", "in_progress")
# How an execution came about, seen from the call that returns it.
STARTED, JOINED, FOUND = "started", "joined", "found"


class ExecutionView:
    """Observes executions.

    :param policy: the name of their policy, for the result.
    :param expectation: what the caller knows about what is to be copied.
    """

    def __init__(self, client: HarborClient, policy: str | None, expectation: Expectation) -> None:
        self._client = client
        self._policy = policy
        self._expectation = expectation

    def observe(self, execution_id: int) -> Result:
        """The result for an execution; for one that Harbor skipped, that of the one that was active instead."""
        execution = self._client.execution(execution_id)
        if is_skipped(execution):
            execution = self._blocking_execution(execution)
        tasks = self._client.tasks(execution["id"])
        observation = Observation(execution, tasks, self._client.server_time())
        assessment = assess(observation, self._expectation)
        return {
            "actions": [],
            "execution": self._to_result(observation, assessment),
            "verdict": assessment.verdict,
            "finished": assessment.finished,
            "reason": assessment.reason,
            "line": progress_line(execution["id"], assessment),
        }

    def _blocking_execution(self, skipped: dict[str, Any]) -> dict[str, Any]:
        """The execution that was active when another one was skipped: an active one, else the newest before it."""
        recent = self._client.executions(int(skipped["policy_id"]), limit=_RECENT)
        others = [one for one in recent if not is_skipped(one)]
        active = [one for one in others if is_active(one)]
        before = [one for one in others if one["id"] < skipped["id"]]
        return next(iter(active + before), skipped)

    def _to_result(self, observation: Observation, assessment: Assessment) -> dict[str, Any]:
        execution, progress = observation.execution, assessment.progress
        return {
            **{name: execution.get(name) for name in _FIELDS},
            **execution_times(execution),
            "status_text": readable(str(execution.get("status_text") or "")),
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
        """The failed tasks with the decisive line of their log, read while Harbor has it: at once, and at the end."""
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
            return failure_line(self._client.task_log(int(observation.execution["id"]), int(task["id"])))
        except MigrationError:
            return ""


@dataclass(frozen=True)
class ReplicationRequest:
    """What is to happen with the executions of a policy, and what is known about what is copied.

    :param policy: its name.
    :param execution_id: the execution that is followed or stopped, instead of starting one or stopping all.
    :param stop: stop instead of start.
    :param expected_repositories: names of the source with their bytes; none: nothing is known.
    :param allow_empty: that there is nothing to copy is not a failure.
    :param settle_seconds: for how long a final state must stand before it is believed.
    :param restarts: how often to start again when tasks failed for good.
    :param patience: seconds without any movement after which source and target are compared.
    :param retry_limit: how often to copy only what failed or differs again, after tasks failed for good.
    :param only: start (or stop) temporary policies that copy these repositories and tags, instead of the policy itself.
    """

    policy: str | None
    execution_id: int | None = None
    stop: bool = False
    expected_repositories: Mapping[str, int] = field(default_factory=dict)
    allow_empty: bool = False
    settle_seconds: float = 200
    restarts: int = 0
    patience: float = 30
    retry_limit: int = 0
    only: Mapping[str, Sequence[str]] | None = None


class ReplicationExecutions:
    """The executions of one policy; ``compare`` is that of :class:`ExecutionWatcher`."""

    def __init__(self, client: HarborClient, request: ReplicationRequest, compare: Compare | None = None) -> None:
        self._client = client
        self._request = request
        self._compare = compare
        self._policy = request.policy
        self._execution_id = request.execution_id
        expectation = Expectation(request.expected_repositories, request.allow_empty, request.settle_seconds)
        self.view = ExecutionView(client, self._policy, expectation)

    def perform(self, wait: Wait, check_mode: bool) -> Result:
        """Do what is requested, and return what the module returns."""
        if self._request.only is not None:
            result = self._remove_restricted(check_mode) if self._request.stop else self._start_restricted(check_mode)
        else:
            result = self.stop(wait, check_mode) if self._request.stop else self.run(wait, check_mode)
        return {**result, "changed": bool(result["actions"])}

    def run(self, wait: Wait, check_mode: bool) -> Result:
        """Start, or follow what is running, to the end if ``wait`` says so."""
        for name in ("restarts", "retry_limit"):
            if getattr(self._request, name) and not self._policy:
                raise InvalidInput(f"{name} needs the policy that is to be started again.", advice="Give policy.")
        first = self._found(self._execution_id) if self._execution_id else self.start(check_mode)
        if check_mode or not wait.enabled:
            return first
        watcher = self._watcher(wait, self._request.restarts)
        try:
            return watcher.run(first)
        except WaitFailed as failure:
            return Retries(
                self._request.retry_limit,
                lambda only: list(self._of_part(only)._start_restricted(False)["temporary"]),
                lambda begun: self._of_part(None, begun)._watcher(wait, 0).run(begun),
                lambda: list(self._remove_restricted(False)["actions"]),
                self._compare,
            ).run(failure, watcher.comparison)

    def _watcher(self, wait: Wait, restarts: int) -> ExecutionWatcher:
        patience = self._request.patience
        return ExecutionWatcher(self.start, self.view.observe, wait, restarts, None, patience, self._compare)

    def _of_part(
        self, only: Mapping[str, Sequence[str]] | None, begun: Mapping[str, Any] | None = None
    ) -> ReplicationExecutions:
        """The executions of a part of the policy, or of one of its temporary policies.

        :param begun: what :meth:`_start_restricted` returned for that.
        """
        changes: dict[str, Any] = {"only": only}
        if begun:
            changes.update(policy=begun["policy"], expected_repositories=begun["expected_repositories"])
        return ReplicationExecutions(self._client, replace(self._request, **changes), self._compare)

    def _start_restricted(self, check_mode: bool) -> Result:
        """Start temporary policies that copy only what is requested; returns them as ``temporary``, none in check mode."""
        only = self._request.only or {}
        if not self._policy:
            raise InvalidInput("only needs the policy that is restricted.", advice="Give policy.")
        if check_mode or not only:
            return {**_no_execution("temporary policies would be started", False), "temporary": []}
        started = []
        for name, part in TemporaryPolicies(self._client, self._policy).create(only).items():
            expected = {one: int(self._request.expected_repositories.get(one, 0)) for one in part.repositories}
            begun = {"policy": name, "expected_repositories": expected}
            first = self._of_part(None, begun).start()
            started.append({**first, **begun, "actions": [policy_action("create", name), *first["actions"]]})
        actions = [action for one in started for action in one["actions"]]
        return {**started[0], "temporary": started, "actions": actions}

    def _remove_restricted(self, check_mode: bool) -> Result:
        """Stop and remove the temporary policies that there are."""
        removed = [] if check_mode or not self._policy else TemporaryPolicies(self._client, self._policy).remove()
        return {**_no_execution("no temporary policy is left", True), "temporary": [], "actions": removed}

    def start(self, check_mode: bool = False) -> Result:
        """Start an execution, unless one is active: that one is followed instead.

        :raises NotFound: there is no such policy (in check mode it is taken to be created before).
        """
        policy_id = self._policy_id()
        if policy_id is None and not check_mode:
            raise NotFound(
                f"Harbor at {self._client.base_url} has no replication policy {self._policy!r}.",
                advice="Create it with harbor_replication_policy first, or correct the name.",
            )
        listed = self._listed(policy_id)
        # What a push has started copies one tag, and tells nothing about the rest.
        active = next((one for one in listed if is_active(one) and one.get("trigger") != EVENT_BASED), None)
        if active is not None:
            return {**self.view.observe(active["id"]), "origin": JOINED}
        action = {"actions": [{"action": "start", "object": KIND, "key": self._policy}]}
        if policy_id is None or check_mode:
            return {**_no_execution(f"the replication policy {self._policy!r} would be started", False), **action}
        started = self._start(policy_id, max((one["id"] for one in listed), default=0))
        try:
            observed = self.view.observe(started)
        except MigrationError as error:
            known = {"execution": {"id": started, "policy": self._policy}, "origin": STARTED, **action}
            error.details = {**error.details, **known}
            raise
        # Harbor (2.14 and later) starts nothing while an execution is active, which another run may have started meanwhile.
        if observed["execution"]["id"] != started:
            return {**observed, "origin": JOINED}
        return {**observed, **action, "origin": STARTED}

    def _found(self, execution_id: int) -> Result:
        """The result for an execution that somebody has started before."""
        observed = self.view.observe(execution_id)
        return {**observed, "origin": FOUND if observed["finished"] else JOINED}

    def stop(self, wait: Wait, check_mode: bool) -> Result:
        """Stop the execution, or all active ones of the policy, and wait until no task can come back.

        :raises WaitTimeout: a task still runs; Harbor ends a task only between two blobs.
        """
        listed = [self._client.execution(self._execution_id)] if self._execution_id else self._listed(self._policy_id())
        unfinished = [one for one in possibly_active(listed) if not _is_at_rest(self.view.observe(one["id"]))]
        active = [one["id"] for one in unfinished if is_active(one)]
        if not check_mode:
            for one in active:
                self._client.stop_execution(one)
            if wait.enabled:
                wait.until("the replication to stop", lambda: self._stopped([one["id"] for one in unfinished]))
        newest = (unfinished or listed)[:1]
        last = (
            self.view.observe(newest[0]["id"]) if newest else _no_execution(f"{self._policy!r} has no execution", True)
        )
        actions = [{"action": "stop", "object": KIND, "key": one} for one in active]
        return {**last, "finished": _is_at_rest(last), "actions": actions}

    def _stopped(self, unfinished: Sequence[int]) -> Readiness:
        for one in unfinished:
            found = self.view.observe(one)
            if not _is_at_rest(found):
                return Readiness(Phase.PENDING, found["line"])
        return READY

    def _listed(self, policy_id: int | None) -> list[dict[str, Any]]:
        return [] if policy_id is None else self._client.executions(policy_id, limit=_LISTED)

    def _policy_id(self) -> int | None:
        found = [one for one in self._client.policies() if one["name"] == self._policy]
        return int(found[0]["id"]) if found else None

    def _start(self, policy_id: int, newest: int) -> int:
        """Start; when the answer got lost, find out whether there is a new execution instead of starting another one."""
        try:
            return self._client.start_execution(policy_id)
        except (OutcomeUnknown, ServerFault):
            for one in self._client.executions(policy_id, limit=1):
                if one["id"] > newest:
                    return int(one["id"])
            raise


def _is_at_rest(result: Result) -> bool:
    """Whether no task can come back, and Harbor itself calls the execution ended.

    Harbor brings the status of an execution up to date some seconds after its last task has ended, and deletes no policy
    before (412, "executions that aren't in final status").
    """
    return bool(result["finished"]) and (result["execution"] or {}).get("status") != "InProgress"


def unfinished_executions(client: HarborClient, policies: Sequence[Mapping[str, Any]]) -> list[Result]:
    """The executions of those policies whose tasks may still need the target, as they are now.

    :param policies: with ``id`` and ``name``, as Harbor lists them.
    """
    found = []
    for policy in policies:
        view = ExecutionView(client, policy["name"], Expectation({}, True))
        suspects = possibly_active(client.executions(int(policy["id"]), limit=_LISTED))
        found += [view.observe(one["id"]) for one in suspects if is_active(one)]
    return [one for one in found if not one["finished"]]


def execution_times(execution: Mapping[str, Any]) -> dict[str, str | None]:
    """``start_time`` and ``end_time`` of an execution in UTC; ``None`` where Harbor has none yet."""
    return {name: _time(execution.get(name)) for name in _TIMES}


def _no_execution(line: str, finished: bool) -> Result:
    nothing = {"execution": None, "origin": "", "verdict": "none", "reason": ""}
    return {"actions": [], **nothing, "line": line, "finished": finished}


def _time(text: Any) -> str | None:
    """A time of Harbor's API in UTC; ``None`` for the zero time (0001-01-01), which means "not yet"."""
    found = parse_timestamp(text)
    return f"{found.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}" if found else None
