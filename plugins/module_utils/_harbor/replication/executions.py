# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts, follows and stops executions of a replication policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._engine.wait import READY, Phase, Readiness, Wait
from ..._errors import InvalidInput, NotFound, OutcomeUnknown, ServerFault
from ..api.client import HarborClient
from .execution_view import ExecutionView
from .progress import Expectation, doubtful, is_active
from .watch import ExecutionWatcher, Result

# One page of Harbor's listing; other runs of the policy may have been started and ended since ours.
_LISTED = 100


@dataclass(frozen=True)
class ReplicationRequest:
    """What is to happen with the executions of a policy, and what is known about what is copied.

    :param policy: its name.
    :param execution_id: the execution that is followed or stopped, instead of starting one or stopping all.
    :param stop: stop instead of start.
    :param expected_repositories: names of the source with their bytes; none: nothing is known.
    :param allow_empty: that there is nothing to copy is no failure.
    :param settle_seconds: for how long a final state must stand before it is believed.
    :param restarts: how often to start again when tasks failed for good.
    :param patience: seconds without any movement after which source and target are compared.
    """

    policy: str | None
    execution_id: int | None = None
    stop: bool = False
    expected_repositories: Mapping[str, int] = field(default_factory=dict)
    allow_empty: bool = False
    settle_seconds: float = 200
    restarts: int = 0
    patience: float = 30


class ReplicationExecutions:
    """The executions of one policy; ``prove`` is that of :class:`ExecutionWatcher`."""

    def __init__(
        self, client: HarborClient, request: ReplicationRequest, prove: Callable[[], bool] | None = None
    ) -> None:
        self._client = client
        self._request = request
        self._prove = prove
        self._policy = request.policy
        self._execution_id = request.execution_id
        expectation = Expectation(request.expected_repositories, request.allow_empty, request.settle_seconds)
        self.view = ExecutionView(client, self._policy, expectation)

    def perform(self, wait: Wait, check_mode: bool) -> Result:
        """Do what is requested, and return what the module returns."""
        result = self.stop(wait, check_mode) if self._request.stop else self.run(wait, check_mode)
        return {**result, "changed": bool(result["actions"])}

    def run(self, wait: Wait, check_mode: bool) -> Result:
        """Start, or follow what is running, to the end if ``wait`` says so."""
        restarts, patience = self._request.restarts, self._request.patience
        if restarts and not self._policy:
            raise InvalidInput("restarts needs the policy that is to be started again.", advice="Give policy.")
        first = self.view.look(self._execution_id) if self._execution_id else self.start(check_mode)
        if check_mode or not wait.enabled:
            return first
        return ExecutionWatcher(self.start, self.view.look, wait, restarts, None, patience, self._prove).run(first)

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
        active = next((one for one in listed if is_active(one)), None)
        if active is not None:
            return self.view.look(active["id"])
        action = {"actions": [{"action": "start", "key": self._policy}]}
        if policy_id is None or check_mode:
            return {**_nothing(f"the replication policy {self._policy!r} would be started", False), **action}
        started = self._start(policy_id, max((one["id"] for one in listed), default=0))
        return {**self.view.look(started), **action}

    def stop(self, wait: Wait, check_mode: bool) -> Result:
        """Stop the execution, or all active ones of the policy, and wait until no task can come back.

        :raises WaitTimeout: a task still runs; Harbor ends a task only between two blobs.
        """
        listed = [self._client.execution(self._execution_id)] if self._execution_id else self._listed(self._policy_id())
        unfinished = [one for one in doubtful(listed) if not self.view.look(one["id"])["finished"]]
        active = [one["id"] for one in unfinished if is_active(one)]
        if not check_mode:
            for one in active:
                self._client.stop_execution(one)
            if wait.enabled:
                wait.until("the replication to stop", lambda: self._stopped([one["id"] for one in unfinished]))
        shown = (unfinished or listed)[:1]
        last = self.view.look(shown[0]["id"]) if shown else _nothing(f"{self._policy!r} has no execution", True)
        return {**last, "actions": [{"action": "stop", "key": one} for one in active]}

    def _stopped(self, unfinished: Sequence[int]) -> Readiness:
        for one in unfinished:
            found = self.view.look(one)
            if not found["finished"]:
                return Readiness(Phase.PENDING, found["line"])
        return READY

    def _listed(self, policy_id: int | None) -> list[dict[str, Any]]:
        return [] if policy_id is None else self._client.executions(policy_id, limit=_LISTED)

    def _policy_id(self) -> int | None:
        found = [one for one in self._client.policies() if one["name"] == self._policy]
        return int(found[0]["id"]) if found else None

    def _start(self, policy_id: int, newest: int) -> int:
        """Start; when the answer got lost, look whether there is a new execution instead of starting another one."""
        try:
            return self._client.start_execution(policy_id)
        except (OutcomeUnknown, ServerFault):
            for one in self._client.executions(policy_id, limit=1):
                if one["id"] > newest:
                    return int(one["id"])
            raise


def _nothing(line: str, finished: bool) -> Result:
    return {"actions": [], "execution": None, "verdict": "none", "reason": "", "line": line, "finished": finished}
