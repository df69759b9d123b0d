# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replications over time: retries, stops, lags, and what is kept of them."""

from __future__ import annotations

import time

import pytest

from tests.contract.target import Target
from tests.sandbox.core.images import image, push_images
from tests.unit.sandbox.harbor_support import Start, copied, task_log, wait


@pytest.mark.parametrize("version", ["1.8", "1.10", "2.0", "2.9", "2.15"])
def test_a_failed_task_heals_when_the_target_does(version: str, start: Start, target: Target) -> None:
    _harbor, client = start(version, harbor_retry_scale=0.02)
    execution = client.start(client.policy(client.endpoint(target.url), "other/**"))
    client.finished(execution, "Failed")
    target.namespaces.add("other")
    wait(lambda: client.execution(execution)["succeed"] == 1)
    assert copied(target) == {"other/web": ["v1"]}
    expected = "Failed" if version == "1.8" else "Succeed"
    assert client.finished(execution, expected)["status"] == expected
    refusal = "http error: code 401, message" if version.startswith("1.") else "http status code: 401, body"
    assert f"on the destination registry: {refusal}" in task_log(client, execution)


def test_there_are_three_runs(start: Start, target: Target) -> None:
    harbor, client = start()
    execution = client.start(client.policy(client.endpoint(target.url), "other/**"))
    wait(lambda: harbor.state.executions[execution].tasks != [])
    task = harbor.state.executions[execution].tasks[0]
    wait(lambda: task.runs == 3 and task.status == "Failed")
    time.sleep(0.4)
    assert [status for _when, status in task.history] == ["Pending", "InProgress", "Failed"] * 3
    assert client.execution(execution)["status"] == "Failed"


def test_nothing_to_do_is_a_success_with_a_reason(start: Start, target: Target) -> None:
    _harbor, client = start()
    seen = client.finished(client.start(client.policy(client.endpoint(target.url), "missing/**")))
    assert (seen["status"], seen["total"]) == ("Succeed", 0)
    assert seen["status_text"] == "no resources need to be replicated"


@pytest.mark.parametrize(("version", "status"), [("1.8", 400), ("1.10", 400), ("2.0", 400), ("2.9", 412)])
def test_a_disabled_policy_does_not_start(version: str, status: int, start: Start, target: Target) -> None:
    _harbor, client = start(version)
    number = client.policy(client.endpoint(target.url), enabled=False)
    assert client.refused("POST", "replication/executions", {"policy_id": number}) == (
        status,
        f"the policy {number} is disabled",
    )


def test_tasks_are_listed_before_the_counters_know_them(start: Start, target: Target) -> None:
    harbor, client = start(harbor_counter_lag_seconds=1.5, harbor_status_lag_seconds=3600.0, harbor_queue_seconds=8.0)
    execution = client.start(client.policy(client.endpoint(target.url), "shop/**"))
    wait(lambda: client.tasks(execution) != [])
    assert client.execution(execution)["total"] == 0
    assert client.tasks(execution)[0]["status"] == "Pending"
    wait(lambda: client.execution(execution)["total"] == 1)
    assert harbor.engine.waiting() == 1


def test_counters_end_before_the_status_does(start: Start, target: Target) -> None:
    harbor, client = start("2.9", harbor_status_lag_seconds=3600.0)
    execution = client.start(client.policy(client.endpoint(target.url), "shop/**"))
    wait(lambda: client.execution(execution)["succeed"] == 1)
    assert client.execution(execution)["status"] == "InProgress"
    harbor.settings.harbor_status_lag_seconds = 0.0
    assert client.execution(execution)["status"] == "Succeed"


@pytest.mark.parametrize(("version", "found"), [("1.8", 1), ("1.10", 0), ("2.0", 0), ("2.9", 1)])
def test_the_status_filter_misses_ends_that_were_never_stored(
    version: str, found: int, start: Start, target: Target
) -> None:
    _harbor, client = start(version)
    client.finished(client.start(client.policy(client.endpoint(target.url), "shop/**")), "Succeed")
    assert len(client.get("replication/executions", status="Succeed")) == found
    assert len(client.get("replication/executions")) == 1


def test_stopping_ends_waiting_tasks_at_once(start: Start, target: Target) -> None:
    _harbor, client = start(harbor_queue_seconds=5.0, harbor_status_lag_seconds=30.0)
    policy = client.policy(client.endpoint(target.url))
    execution = client.start(policy)
    wait(lambda: len(client.tasks(execution)) == 2)
    assert client.refused("DELETE", f"replication/policies/{policy}")[0] == 412
    assert client.call("PUT", f"replication/executions/{execution}").status_code == 200
    wait(lambda: client.execution(execution)["stopped"] == 2)
    assert client.execution(execution)["status"] == "Stopped"
    assert client.call("DELETE", f"replication/policies/{policy}").status_code == 200
    assert client.refused("GET", f"replication/executions/{execution}")[0] == 404


def test_stopping_before_the_first_task(start: Start, target: Target) -> None:
    _harbor, client = start(harbor_flow_seconds=0.5)
    execution = client.start(client.policy(client.endpoint(target.url)))
    client.call("PUT", f"replication/executions/{execution}")
    assert client.execution(execution)["status"] == "Stopped"
    time.sleep(0.7)
    assert client.tasks(execution) == []


def test_only_one_active_replication(start: Start, target: Target) -> None:
    _harbor, client = start(harbor_queue_seconds=1.0)
    policy = client.policy(client.endpoint(target.url), "shop/**", single_active_replication=True)
    first, second = client.start(policy), client.start(policy)
    skipped = client.execution(second)
    assert (skipped["status"], skipped["total"]) == ("Failed", 0)
    assert skipped["status_text"] == "Execution skipped: active replication still in progress."
    assert client.finished(first)["status"] == "Succeed"


def test_only_the_newest_executions_are_kept(start: Start, target: Target) -> None:
    _harbor, client = start(harbor_execution_retention=3)
    policy = client.policy(client.endpoint(target.url), "missing/**")
    numbers = []
    for _round in range(5):
        numbers.append(client.start(policy))
        client.finished(numbers[-1])
    assert [item["id"] for item in client.get("replication/executions")] == numbers[:1:-1]


def test_tasks_keep_the_credentials_with_which_they_were_made(start: Start, target: Target) -> None:
    harbor, client = start(harbor_queue_seconds=0.5)
    endpoint = client.endpoint(target.url)
    execution = client.start(client.policy(endpoint, "shop/**"))
    wait(lambda: client.tasks(execution) != [])
    harbor.state.registries[endpoint].access_secret = "changed since"
    assert client.finished(execution)["status"] == "Succeed"


def test_a_paused_queue_keeps_tasks_waiting(start: Start, target: Target) -> None:
    _harbor, client = start()
    client.call("PUT", "jobservice/queues/REPLICATION", {"action": "pause"})
    execution = client.start(client.policy(client.endpoint(target.url), "shop/**"))
    wait(lambda: client.tasks(execution) != [])
    time.sleep(0.3)
    assert client.tasks(execution)[0]["status"] == "Pending"
    queue = next(item for item in client.get("jobservice/queues") if item["job_type"] == "REPLICATION")
    assert (queue["paused"], queue["count"]) == (True, 1)
    client.call("PUT", "jobservice/queues/REPLICATION", {"action": "resume"})
    assert client.finished(execution)["status"] == "Succeed"


def test_a_run_can_be_made_to_fail_and_heals(start: Start, target: Target) -> None:
    _harbor, client = start("1.10", harbor_failing_runs={"shop/web": 2}, harbor_retry_scale=0.02)
    execution = client.start(client.policy(client.endpoint(target.url), "shop/**"))
    assert client.finished(execution)["status"] == "Failed"
    assert client.finished(execution, "Succeed")["succeed"] == 1


def test_a_stuck_task_stays_in_progress(start: Start, target: Target) -> None:
    _harbor, client = start(harbor_stuck=["shop/web"])
    execution = client.start(client.policy(client.endpoint(target.url)))
    wait(lambda: client.execution(execution)["failed"] == 1)
    client.call("PUT", f"replication/executions/{execution}")
    time.sleep(0.5)
    seen = client.execution(execution)
    assert (seen["status"], seen["in_progress"]) == ("InProgress", 1)


def test_a_push_starts_policies_that_wait_for_it(start: Start, target: Target) -> None:
    harbor, client = start()
    client.policy(client.endpoint(target.url), "shop/**", trigger={"type": "event_based"})
    account = (harbor.username, harbor.password)
    pushed = {name: {"v2": image(["new"])} for name in ("shop/web", "other/web")}
    push_images(harbor.url, *account, pushed)
    wait(lambda: len(client.get("replication/executions")) == 1)
    found = client.get("replication/executions")[0]
    assert found["trigger"] == "event_based"
    client.finished(found["id"], "Succeed")
    assert copied(target) == {"shop/web": ["v2"]}
