# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replication engine: core's flow that makes tasks, and the job service that runs and retries them."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.sandbox.harbor import machine
from tests.sandbox.harbor.flavour import Flavour
from tests.sandbox.harbor.health import AdapterError, session_to
from tests.sandbox.harbor.machine import Execution, Mark, Task, View
from tests.sandbox.harbor.outbound import Outbound
from tests.sandbox.harbor.push import PushClient
from tests.sandbox.harbor.selection import FlatteningError, Selected, destination, select
from tests.sandbox.harbor.settings import HarborSettings
from tests.sandbox.harbor.state import HarborState, Policy, Registry
from tests.sandbox.harbor.timers import Timers
from tests.sandbox.harbor.transfer import Stopped, Transfer

_RUNS = 3
_PAUSED_LOOK = 0.1
_NOTHING = "no resources need to be replicated"
_SKIPPED = "Execution skipped: active replication still in progress."


def retry_pause(run: int, chance: Callable[[int], int] = random.randrange) -> float:
    """Real seconds from the end of a failed run (1 = the first) to the next one: n^4 + 15 + rand(30) * (n + 1)."""
    return float(run**4 + 15 + chance(30) * (run + 1))


class Engine:
    """Runs executions in threads of its own until it is closed."""

    def __init__(self, flavour: Flavour, state: HarborState, settings: HarborSettings, outbound: Outbound) -> None:
        self._flavour = flavour
        self._state = state
        self._settings = settings
        self._outbound = outbound
        self._origin = time.time()
        self._closing = threading.Event()
        self._workers = ThreadPoolExecutor(max(settings.harbor_workers, 1), "harbor-job")
        self._flows = ThreadPoolExecutor(10, "harbor-flow")
        self._timers = Timers(self._closing)

    def close(self) -> None:
        """Stop everything and wait for the threads."""
        self._closing.set()
        self._timers.close()
        self._flows.shutdown(cancel_futures=True)
        self._workers.shutdown(cancel_futures=True)

    def view(self, execution: Execution, now: float | None = None) -> View:
        """How an execution looks now: 2.8+ bring its status up to date only every now and then."""
        now = time.time() if now is None else now
        refreshed = self._flavour.status_mode == "refreshed"
        lag = self._settings.harbor_status_lag_seconds if refreshed else 0.0
        counted = now - self._settings.harbor_counter_lag_seconds if self._flavour.counters_lag else now
        with self._state.lock:
            refresh = machine.last_refresh(now, self._origin, lag)
            return machine.view(execution, now, refresh, counted, freezes=self._flavour.status_mode == "frozen")

    def waiting(self) -> int:
        """How many tasks have not started."""
        with self._state.lock:
            return sum(task.status == "Pending" for item in self._state.executions.values() for task in item.tasks)

    def start(self, policy: Policy, trigger: str = "manual", selected: list[Selected] | None = None) -> Execution:
        """Begin an execution of a policy, of all that it selects or of something given; returns at once."""
        state = self._state
        with state.lock:
            of_policy = [item for item in state.executions.values() if item.policy_id == policy.id]
            blocked = policy.single_active_replication and any(
                self.view(item).status == "InProgress" for item in of_policy
            )
            execution = Execution(state.next_id("execution"), policy.id, trigger, time.time())
            state.executions[execution.id] = execution
            if self._flavour.retention:
                for old in of_policy[: max(len(of_policy) + 1 - self._settings.harbor_execution_retention, 0)]:
                    if not old.active:
                        state.executions.pop(old.id)
        if blocked:
            execution.mark = Mark(time.time(), "Failed", _SKIPPED)
            return execution
        self._flows.submit(self._flow, execution, replace(policy), selected)
        return execution

    def stop(self, execution: Execution) -> None:
        """Stop what has not begun at once, and running tasks at their next manifest or blob."""
        with self._state.lock:
            now = time.time()
            execution.stopping = True
            if not execution.tasks and execution.mark is None:
                execution.mark = Mark(now, "Stopped")
            for task in execution.tasks:
                if task.status in ("Initialized", "Pending"):
                    task.enter("Stopped", now)
            execution.refreshed_at = now

    def _flow(self, execution: Execution, policy: Policy, selected: list[Selected] | None) -> None:
        """Core's part: make the clients, list the source, name the targets, create the tasks."""
        if self._closing.wait(self._settings.harbor_flow_seconds):
            return
        try:
            target = self._target(policy)
            found = select(self._flavour, self._state, policy) if selected is None else selected
            named = [(item, destination(policy, item.repository)) for item in found]
        except (AdapterError, FlatteningError, LookupError) as problem:
            self._mark(execution, "Failed", str(problem).strip("'"))
            return
        if not named:
            self._mark(execution, "Succeed", _NOTHING)
            return
        for item, name in named:
            if execution.stopping or self._closing.wait(self._settings.harbor_task_creation_seconds):
                break
            self._create(execution, policy, target, item, name)
        with self._state.lock:
            execution.complete = True

    def _target(self, policy: Policy) -> Registry:
        """The endpoint of a policy as it is now: tasks keep these credentials. Raises AdapterError, LookupError."""
        identifier = policy.dest_registry_id
        if not identifier:
            raise LookupError("failed to fetch artifacts: replication into the sandbox's Harbor is not part of it")
        registry = self._state.registries.get(identifier)
        if registry is None:
            raise LookupError(f"registry {identifier} not found")
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
                self._flavour.resource_type,
                item.repository,
                name,
                item.references,
                [(now, self._flavour.first_task_status)],
                job_id=uuid.uuid4().hex[:24],
            )
            if task.status != "Pending":
                task.enter("Pending", now)
            execution.tasks.append(task)
        self._timers.after(self._settings.harbor_queue_seconds, lambda: self._submit(execution, policy, target, task))

    def _submit(self, execution: Execution, policy: Policy, target: Registry, task: Task) -> None:
        if self._settings.harbor_queue_paused:
            self._timers.after(_PAUSED_LOOK, lambda: self._submit(execution, policy, target, task))
            return
        self._workers.submit(self._run, execution, policy, target, task)

    def _run(self, execution: Execution, policy: Policy, target: Registry, task: Task) -> None:
        """One run of a task; a failed one is repeated after a pause, three runs in all."""
        with self._state.lock:
            if task.status != "Pending":
                return
            task.runs += 1
            task.enter("InProgress", time.time())
        retried = task.runs > 1
        transfer = Transfer(
            self._flavour,
            self._state.store,
            PushClient(session_to(self._outbound, target), task.destination),
            (task.source, task.destination),
            task.log,
            self._pause,
            lambda: execution.stopping and not retried,
        )
        for line, side, registry in ((140, "source", _LOCAL), (150, "destination", target)):
            kind = f"type: {registry.type}, URL: {registry.url}, insecure: {str(registry.insecure).lower()}"
            transfer.say("INFO", line, f"client for {side} registry [{kind}] created")
        begun = time.time()
        try:
            status = "Succeed" if transfer.run(task.references, policy.override, policy.copy_by_chunk) else "Failed"
        except Stopped:
            status = "Stopped"
        self._closing.wait(max(self._settings.harbor_task_seconds - (time.time() - begun), 0.0))
        with self._state.lock:
            task.enter(status, time.time())
        if status == "Failed" and task.runs < _RUNS:
            pause = retry_pause(task.runs) * self._settings.harbor_retry_scale
            self._timers.after(pause, lambda: self._again(execution, policy, target, task))

    def _again(self, execution: Execution, policy: Policy, target: Registry, task: Task) -> None:
        with self._state.lock:
            task.enter("Pending", time.time())
        self._submit(execution, policy, target, task)

    def _pause(self, seconds: float) -> None:
        self._closing.wait(seconds * self._settings.harbor_retry_scale)


_LOCAL = Registry(0, "Local", "harbor", "http://core:8080", insecure=True)
