# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replication engine: the flow in core that lists the source and makes the tasks, and how executions look."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.sandbox.harbor.api.charts import selected_charts
from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.api.health import AdapterError
from tests.sandbox.harbor.host.outbound import Outbound
from tests.sandbox.harbor.replication import execution_state
from tests.sandbox.harbor.replication.execution_state import Execution, Mark, Task, View
from tests.sandbox.harbor.replication.jobs import Job, JobService
from tests.sandbox.harbor.replication.selection import FlatteningError, Selected, destination, select, selects_push
from tests.sandbox.harbor.settings import HarborSettings
from tests.sandbox.harbor.state import HarborState, Policy, Registry

_FLOWS = 10
_NOTHING = "no resources need to be replicated"
_SKIPPED = "Execution skipped: active replication still in progress."
_WAITING = ("Initialized", "Pending")


class Engine:
    """Runs executions in threads of its own until it is closed."""

    def __init__(self, flavour: Flavour, state: HarborState, settings: HarborSettings, outbound: Outbound) -> None:
        self._flavour = flavour
        self._state = state
        self._settings = settings
        self._origin = time.time()
        self._flows = ThreadPoolExecutor(_FLOWS, "harbor-flow")
        self._jobs = JobService(flavour, state, settings, outbound)

    def close(self) -> None:
        """Stop everything and wait for the threads."""
        self._jobs.close()
        self._flows.shutdown(cancel_futures=True)

    def view(self, execution: Execution) -> View:
        """How an execution looks now: 2.8+ bring its status up to date only every now and then."""
        now, settings = time.time(), self._settings
        lag = settings.harbor_status_lag_seconds if self._flavour.status_mode == "refreshed" else 0.0
        counted = now - settings.harbor_counter_lag_seconds if self._flavour.counters_lag else now
        with self._state.lock:
            refresh = execution_state.last_refresh(now, self._origin, lag)
            return execution_state.view(execution, now, refresh, counted, freezes=self._flavour.status_mode == "frozen")

    def waiting(self) -> int:
        """How many tasks have not started."""
        with self._state.lock:
            return sum(task.status in _WAITING for item in self._state.executions.values() for task in item.tasks)

    def start(self, policy: Policy, trigger: str = "manual", given: list[Selected] | None = None) -> Execution:
        """Begin an execution of a policy, of all that it selects or of something given; returns at once."""
        state = self._state
        with state.lock:
            earlier = [item for item in state.executions.values() if item.policy_id == policy.id]
            active = any(self.view(item).status == "InProgress" for item in earlier)
            execution = Execution(state.next_id("execution"), policy.id, trigger, time.time())
            state.executions[execution.id] = execution
            if self._flavour.retention:
                self._forget(earlier)
        if policy.single_active_replication and active:
            execution.mark = Mark(time.time(), "Failed", _SKIPPED)
        else:
            self._flows.submit(self._flow, execution, replace(policy), given)
        return execution

    def pushed(self, repository: str, tag: str) -> None:
        """Something was pushed to this Harbor: start the policies that wait for it, for this tag only."""
        for policy in list(self._state.policies.values()):
            if policy.trigger_type != "event_based" or not policy.enabled or policy.src_registry_id:
                continue
            if selects_push(self._flavour, self._state, policy, repository, tag):
                self.start(policy, "event_based", [Selected(repository, [tag])])

    def stop(self, execution: Execution) -> None:
        """Stop what has not begun at once, and running tasks at their next manifest or blob."""
        with self._state.lock:
            now = time.time()
            execution.stopping = True
            if not execution.tasks and execution.mark is None:
                execution.mark = Mark(now, "Stopped")
            for task in execution.tasks:
                if task.status in _WAITING:
                    task.enter("Stopped", now)
            execution.refreshed_at = now

    def _forget(self, earlier: list[Execution]) -> None:
        """Drop the oldest executions of a policy beyond the number that is kept, but none that is active."""
        for old in earlier[: max(len(earlier) + 1 - self._settings.harbor_execution_retention, 0)]:
            if not old.active:
                self._state.executions.pop(old.id)

    def _flow(self, execution: Execution, policy: Policy, given: list[Selected] | None) -> None:
        """Make the clients, list the source, name the targets, create the tasks."""
        if self._jobs.closing.wait(self._settings.harbor_flow_seconds):
            return
        try:
            target = self._target(policy)
            found = self._selected(policy) if given is None else given
            named = [(item, destination(policy, item.repository)) for item in found]
        except (AdapterError, FlatteningError) as problem:
            self._mark(execution, "Failed", str(problem))
            return
        if not named:
            self._mark(execution, "Succeed", _NOTHING)
            return
        for item, name in named:
            if execution.stopping or self._jobs.closing.wait(self._settings.harbor_task_creation_seconds):
                break
            self._create(execution, policy, target, item, name)
        with self._state.lock:
            execution.complete = True

    def _selected(self, policy: Policy) -> list[Selected]:
        charts = selected_charts(self._flavour, self._state, policy)
        return select(self._flavour, self._state, policy) + charts

    def _target(self, policy: Policy) -> Registry:
        """The endpoint of a policy as it is now: tasks keep these credentials. Raises AdapterError."""
        registry = self._state.registries.get(policy.dest_registry_id)
        if registry is None:
            raise AdapterError("failed to fetch artifacts: the sandbox's Harbor only pushes")
        if registry.type not in self._flavour.kinds.split():
            raise AdapterError(f"failed to get adapter factory for registry type {registry.type}")
        return replace(registry)

    def _mark(self, execution: Execution, status: str, text: str) -> None:
        with self._state.lock:
            execution.complete = True
            if execution.mark is None:
                execution.mark = Mark(time.time(), status, text)

    def _create(self, execution: Execution, policy: Policy, target: Registry, item: Selected, name: str) -> None:
        now = time.time()
        with self._state.lock:
            if execution.stopping:
                return
            task = Task(
                self._state.next_id("task"),
                execution.id,
                item.kind or self._flavour.resource_type,
                item.repository,
                name,
                item.references,
                [(now, self._flavour.first_task_status)],
                job_id=uuid.uuid4().hex[:24],
            )
            if task.status != "Pending":
                task.enter("Pending", now)
            execution.tasks.append(task)
        self._jobs.queue(Job(execution, task, policy, target))
