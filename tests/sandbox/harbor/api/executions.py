# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Executions and tasks of replications: /replication/executions."""

from __future__ import annotations

from typing import Any

from tests.sandbox.harbor.api.query import ordered
from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.replication.execution_state import Execution, Task, View

_LOG_ROWS = "text/plain"


def document(call: Call, execution: Execution, seen: View) -> dict[str, Any]:
    """An execution as the API shows it; zero counters are always printed."""
    marked = execution.mark is not None
    values = {
        "id": execution.id,
        "policy_id": execution.policy_id,
        "status": seen.status,
        "status_text": seen.status_text,
        **seen.counters,
        "trigger": execution.trigger,
        "start_time": call.time(execution.start_time),
        "end_time": call.time(seen.end_time, whole=not marked),
    }
    return dict(sorted(values.items())) if call.style.generated else values


def task_document(call: Call, task: Task) -> dict[str, Any]:
    """A task as the API shows it."""
    text = _TASK_TEXTS[call.flavour.task_text]
    final = task.status in ("Succeed", "Failed", "Stopped")
    return call.shown(
        call.flavour.task_keys,
        {
            "id": task.id,
            "execution_id": task.execution_id,
            "resource_type": task.resource_type,
            "src_resource": text(task.source, task.references),
            "dst_resource": text(task.destination, task.references),
            "operation": task.operation,
            "job_id": task.job_id,
            "status": task.status,
            "StatusRevision": int(task.history[0][0]),
            "start_time": call.time(task.started, whole=True),
            "end_time": call.time(task.ended if final else None, whole=True),
        },
        always="start_time end_time",
    )


def five_tags(repository: str, references: list[str]) -> str:
    """1.8: up to five tags by name."""
    shown = ",".join(references[:5])
    return (
        f"{repository}:[{shown}]" if len(references) <= 5 else f"{repository}:[{shown} ... {len(references)} in total]"
    )


def first_tag(repository: str, references: list[str]) -> str:
    """1.9 and 1.10: the first tag by name."""
    return (
        f"{repository}:[{references[0]}]"
        if len(references) == 1
        else f"{repository}:[{references[0]} ... {len(references)} in total]"
    )


def items(repository: str, references: list[str]) -> str:
    """2.x: a number."""
    return f"{repository} [{len(references)} item(s) in total]"


_TASK_TEXTS = {"five_tags": five_tags, "first_tag": first_tag, "items": items}


def running(call: Call, execution: Execution) -> bool:
    """Whether Harbor takes an execution for a running one."""
    return call.service.engine.view(execution).status == "InProgress"


def find(call: Call) -> Execution:
    """The execution of the path. Raises Refusal when there is none."""
    found = call.service.state.executions.get(call.values["id"])
    if found is None:
        raise Refusal("execution_missing", id=call.values["id"])
    return found


def _find_task(call: Call) -> Task:
    for task in find(call).tasks:
        if task.id == call.values["task"]:
            return task
    raise Refusal("task_missing", id=call.values["task"])


def listing(call: Call) -> Answer:
    """GET /replication/executions, newest first."""
    call.service.access.require_system(call.identity, "replication", "list")
    found = ordered(call, list(call.service.state.executions.values()), "executions")
    seen = {item.id: call.service.engine.view(item) for item in found}
    policy, status, trigger = (call.query.get(name) for name in ("policy_id", "status", "trigger"))
    if policy:
        found = [item for item in found if str(item.policy_id) == policy]
    if status:
        found = [item for item in found if _stored_status(call, item, seen[item.id]) == status]
    if trigger:
        found = [item for item in found if item.trigger == trigger]
    page, headers = call.page(found)
    return Answer([document(call, item, seen[item.id]) for item in page], headers=headers)


def start(call: Call) -> Answer:
    """POST /replication/executions: the answer comes before anything was fetched."""
    call.service.access.require_system(call.identity, "replication", "create")
    wanted = call.document("execution")
    identifier = wanted.get("policy_id") or 0
    policy = call.service.state.policies.get(identifier)
    if policy is None:
        raise Refusal("policy_missing", id=identifier)
    if not policy.enabled:
        raise Refusal("policy_disabled", id=policy.id)
    return call.created(call.service.engine.start(policy).id)


def read(call: Call) -> Answer:
    """GET /replication/executions/{id}."""
    call.service.access.require_system(call.identity, "replication", "read")
    execution = find(call)
    return Answer(document(call, execution, call.service.engine.view(execution)))


def stop(call: Call) -> Answer:
    """PUT /replication/executions/{id}: asks it to stop."""
    call.service.access.require_system(call.identity, "replication", "create")
    call.service.engine.stop(find(call))
    return Answer("null", content_type="application/json") if call.style.generated else Answer()


def tasks(call: Call) -> Answer:
    """GET /replication/executions/{id}/tasks, newest first."""
    call.service.access.require_system(call.identity, "replication", "list")
    found = ordered(call, list(find(call).tasks), "tasks")
    for name, value in (("status", call.query.get("status")), ("resource_type", call.query.get("resource_type"))):
        if value:
            found = [task for task in found if getattr(task, name) == value]
    page, headers = call.page(found)
    return Answer([task_document(call, task) for task in page], headers=headers)


def log(call: Call) -> Answer:
    """GET /replication/executions/{id}/tasks/{task}/log: what the job of the task wrote."""
    call.service.access.require_system(call.identity, "replication", "read")
    return Answer("".join(f"{line}\n" for line in _find_task(call).log), content_type=_LOG_ROWS)


def _stored_status(call: Call, execution: Execution, seen: View) -> str:
    """The status that the filter of the list sees; 1.9 to 2.1 never store the end of an execution that had tasks."""
    if call.flavour.stored_execution_status == "forgotten" and execution.mark is None:
        return "InProgress"
    return seen.status
