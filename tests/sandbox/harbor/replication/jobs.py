# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job service: runs the tasks of replications with a few workers, and runs failed ones again after a pause."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.api.health import session_to
from tests.sandbox.harbor.host.outbound import Outbound
from tests.sandbox.harbor.replication.execution_state import Execution, Task
from tests.sandbox.harbor.replication.push import PushClient
from tests.sandbox.harbor.replication.timers import Timers
from tests.sandbox.harbor.replication.transfer import Stopped, Transfer, Waits
from tests.sandbox.harbor.settings import HarborSettings
from tests.sandbox.harbor.state import HarborState, Policy, Registry

_RUNS = 3
_LOOK = 0.1
_LOCAL = Registry(0, "Local", "harbor", "http://core:8080", insecure=True)
_NO_CHARTS = 'the adapter doesn\'t implement the "ChartRegistry" interface'


@dataclass(frozen=True)
class Job:
    """What the job of a task was given: the policy and the endpoint as they were when the task was made."""

    execution: Execution
    task: Task
    policy: Policy
    target: Registry


def retry_pause(run: int, chance: Callable[[int], int] = random.randrange) -> float:
    """Real seconds from the end of a failed run (1 = the first) to the next one: n^4 + 15 + rand(30) * (n + 1)."""
    return float(run**4 + 15 + chance(30) * (run + 1))


class JobService:
    """Runs jobs in threads of its own until it is closed."""

    def __init__(self, flavour: Flavour, state: HarborState, settings: HarborSettings, outbound: Outbound) -> None:
        self._flavour = flavour
        self._state = state
        self._settings = settings
        self._outbound = outbound
        self.closing = threading.Event()
        self._workers = ThreadPoolExecutor(max(settings.harbor_workers, 1), "harbor-job")
        self._timers = Timers(self.closing)
        self._tasks: dict[str, list[int]] = {}

    def close(self) -> None:
        """Stop everything and wait for the threads."""
        self.closing.set()
        self._timers.close()
        self._workers.shutdown(cancel_futures=True)

    def queue(self, job: Job) -> None:
        """Let a job wait for a worker."""
        with self._state.lock:
            self._tasks.setdefault(job.task.source, []).append(job.task.id)
        self._timers.after(self._settings.harbor_queue_seconds, lambda: self._submit(job))

    def _submit(self, job: Job) -> None:
        if self._settings.harbor_queue_paused:
            self._timers.after(_LOOK, lambda: self._submit(job))
            return
        self._workers.submit(self._run, job)

    def _run(self, job: Job) -> None:
        """One run of a task; a failed one is repeated after a pause, three runs in all."""
        task = job.task
        with self._state.lock:
            if task.status != "Pending":
                return
            task.runs += 1
            task.enter("InProgress", time.time())
        begun = time.time()
        try:
            status = "Succeed" if self._copy(job) else "Failed"
            self._linger(job, begun + self._settings.harbor_task_seconds)
        except Stopped:
            status = "Stopped"
        with self._state.lock:
            task.enter(status, time.time())
        if status == "Failed" and task.runs < _RUNS:
            pause = retry_pause(task.runs) * self._settings.harbor_retry_scale
            self._timers.after(pause, lambda: self._again(job))

    def _linger(self, job: Job, end: float) -> None:
        """Let a run last until a time at least, as if its last blob were that large. Raises Stopped."""
        while (left := end - time.time()) > 0 and not self.closing.wait(min(left, _LOOK)):
            if _stopped(job):
                raise Stopped

    def _again(self, job: Job) -> None:
        with self._state.lock:
            job.task.enter("Pending", time.time())
        self._submit(job)

    def _copy(self, job: Job) -> bool:
        """Do the work of a task; whether it was done. Raises Stopped."""
        task, policy = job.task, job.policy
        transfer = Transfer(
            self._flavour,
            self._state.store,
            PushClient(session_to(self._outbound, job.target), task.destination, self._flavour.refusal_text),
            (task.source, task.destination),
            task.log,
            Waits(self._pause, self._upload, lambda: _stopped(job)),
        )
        for line, side, registry in ((140, "source", _LOCAL), (150, "destination", job.target)):
            kind = f"type: {registry.type}, URL: {registry.url}, insecure: {str(registry.insecure).lower()}"
            if side == "destination" and task.resource_type == "chart":
                transfer.say("ERROR", line, f"failed to create client for {side} registry: {_NO_CHARTS}")
                return False
            transfer.say("INFO", line, f"client for {side} registry [{kind}] created")
        while task.source in self._settings.harbor_stuck and not self.closing.is_set():
            self.closing.wait(_LOOK)
        first = self._tasks[task.source][: int(self._settings.harbor_failing_tasks.get(task.source, 0))]
        if task.id in first or task.runs <= int(self._settings.harbor_failing_runs.get(task.source, 0)):
            transfer.say("ERROR", 375, "failed to pushing the blob: write: connection reset by peer")
            return False
        speed = policy.speed if self._flavour.has("speed") else 0
        return transfer.run(task.references, policy.override, policy.copy_by_chunk, speed)

    def _pause(self, seconds: float) -> None:
        self.closing.wait(seconds * self._settings.harbor_retry_scale)

    def _upload(self, digest: str) -> None:
        """Wait as long as the upload of some content takes; a setting that is changed meanwhile counts at once."""
        begun = time.time()
        while time.time() - begun < float(self._settings.harbor_slow_content.get(digest, 0)):
            if self.closing.wait(_LOOK):
                return


def _stopped(job: Job) -> bool:
    """Whether a run must end because its execution was stopped: only the first run of a task looks."""
    return job.execution.stopping and job.task.runs == 1
