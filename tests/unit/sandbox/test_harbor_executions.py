# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replications that really run: retries, skips, stops, lags, and what their logs say."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.contract.target import Target
from tests.sandbox.content import DOCKER_LIST, DOCKER_MANIFEST, OCI_MANIFEST
from tests.sandbox.harbor import HarborServer
from tests.sandbox.images import Artifact, image, index, push_images
from tests.unit.sandbox.harbor_support import Client, put_image, running_harbor, running_target, wait

Start = Callable[..., tuple[HarborServer, Client]]


@pytest.fixture
def target() -> Iterator[Target]:
    """A target with the namespace `shop`."""
    with running_target("shop") as server:
        yield server


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a Harbor with the projects `shop` and `other`, and one image in each."""
    with ExitStack() as stack:

        def run(version: str = "2.15", **settings: Any) -> tuple[HarborServer, Client]:
            harbor = stack.enter_context(running_harbor(version, tmp_path, **settings))
            client = Client(harbor)
            for name in ("shop", "other"):
                client.make("projects", {"project_name": name})
                put_image(harbor.store, f"{name}/web", "v1")
            return harbor, client

        yield run


def _copied(target: Target) -> dict[str, list[str]]:
    return {name: list(target.store.tags(name)) for name in target.store.repositories()}


def _log(client: Client, execution: int, number: int = 0) -> str:
    task = client.tasks(execution)[number]["id"]
    answer = client.call("GET", f"replication/executions/{execution}/tasks/{task}/log")
    assert answer.headers["Content-Type"] == "text/plain"
    return answer.text


def _put(harbor: HarborServer, repository: str, artifact: Artifact, tag: str) -> None:
    for child in artifact.children:
        _put(harbor, repository, child, child.digest)
    for blob in artifact.blobs:
        harbor.store.put_blob(blob, repository)
    harbor.store.put_manifest(repository, tag, artifact.media_type, artifact.content)


@pytest.mark.parametrize("version", ["1.8", "1.10", "2.0", "2.9", "2.15"])
def test_a_failed_task_heals_when_the_target_does(version: str, start: Start, target: Target) -> None:
    _harbor, client = start(version, harbor_retry_scale=0.02)
    execution = client.start(client.policy(client.endpoint(target.url), "other/**"))
    assert client.finished(execution, "Failed")["failed"] == 1
    target.namespaces.add("other")
    wait(lambda: client.execution(execution)["succeed"] == 1)
    assert _copied(target) == {"other/web": ["v1"]}
    expected = "Failed" if version == "1.8" else "Succeed"
    assert client.finished(execution, expected)["status"] == expected
    assert "on the destination registry: http status code: 401" in _log(client, execution)


def test_there_are_three_runs(start: Start, target: Target) -> None:
    harbor, client = start()
    execution = client.start(client.policy(client.endpoint(target.url), "other/**"))
    wait(lambda: harbor.state.executions[execution].tasks != [])
    task = harbor.state.executions[execution].tasks[0]
    wait(lambda: task.runs == 3 and task.status == "Failed")
    time.sleep(0.4)
    assert [status for _when, status in task.history] == ["Pending", "InProgress", "Failed"] * 3
    assert client.execution(execution)["status"] == "Failed"


def test_one_failing_tag_does_not_stop_the_others(start: Start, target: Target) -> None:
    harbor, client = start("1.10")
    _put(harbor, "shop/web", image(["x"], media_type=OCI_MANIFEST), "oci")
    execution = client.start(client.policy(client.endpoint(target.url), "shop/web"))
    client.finished(execution, "Failed")
    assert _copied(target) == {"shop/web": ["v1"]}
    log = _log(client, execution)
    assert "failed to pull the manifest of image shop/web:oci" in log
    assert "mark the job failure" in log


def test_1_x_copies_one_platform_of_a_list(start: Start, target: Target) -> None:
    harbor, client = start("1.10")
    children = [image(["base"], cpu) for cpu in ("arm64", "amd64")]
    _put(harbor, "shop/multi", index(children, DOCKER_LIST), "latest")
    client.finished(client.start(client.policy(client.endpoint(target.url), "shop/multi")), "Succeed")
    assert target.store.tags("shop/multi") == {"latest": children[1].digest}


def test_2_x_copies_a_list_with_all_platforms(start: Start, target: Target) -> None:
    harbor, client = start("2.0")
    both = index([image(["base"], cpu) for cpu in ("arm64", "amd64")], DOCKER_LIST)
    _put(harbor, "shop/multi", both, "latest")
    client.finished(client.start(client.policy(client.endpoint(target.url), "shop/multi")), "Succeed")
    assert target.store.tags("shop/multi") == {"latest": both.digest}
    assert len(target.store.manifests("shop/multi")) == 3


def test_without_override_other_content_stays_and_counts_as_success(start: Start, target: Target) -> None:
    _harbor, client = start()
    put_image(target.store, "shop/web", "v1", content=b"something else")
    before = target.store.tags("shop/web")
    policy = client.policy(client.endpoint(target.url), "shop/**", override=False)
    execution = client.start(policy)
    assert client.finished(execution, "Succeed")["succeed"] == 1
    assert target.store.tags("shop/web") == before
    assert 'but the "override" is set to false, skip' in _log(client, execution)


def test_a_repetition_pushes_nothing(start: Start, target: Target) -> None:
    _harbor, client = start()
    policy = client.policy(client.endpoint(target.url), "shop/**")
    client.finished(client.start(policy), "Succeed")
    execution = client.start(policy)
    client.finished(execution, "Succeed")
    log = _log(client, execution)
    assert "the artifact shop/web:v1 already exists on the destination registry, skip" in log
    assert "pushing the manifest" not in log


def test_nothing_to_do_is_a_success_with_a_reason(start: Start, target: Target) -> None:
    _harbor, client = start()
    seen = client.finished(client.start(client.policy(client.endpoint(target.url), "missing/**")))
    assert (seen["status"], seen["total"]) == ("Succeed", 0)
    assert seen["status_text"] == "no resources need to be replicated"


def test_flattening_too_much_fails_before_any_task(start: Start, target: Target) -> None:
    _harbor, client = start()
    policy = client.policy(client.endpoint(target.url), "shop/**", dest_namespace="new", dest_namespace_replace_count=3)
    seen = client.finished(client.start(policy))
    assert (seen["status"], seen["total"]) == ("Failed", 0)
    assert "the destination namespace flattening level is 3" in seen["status_text"]


@pytest.mark.parametrize(("version", "status"), [("1.8", 400), ("1.10", 400), ("2.0", 400), ("2.9", 412)])
def test_a_disabled_policy_does_not_start(version: str, status: int, start: Start, target: Target) -> None:
    _harbor, client = start(version)
    number = client.policy(client.endpoint(target.url), enabled=False)
    assert client.refused("POST", "replication/executions", {"policy_id": number}) == (
        status,
        f"the policy {number} is disabled",
    )


def test_tasks_are_listed_before_the_counters_know_them(start: Start, target: Target) -> None:
    harbor, client = start(harbor_counter_lag_seconds=0.6, harbor_queue_seconds=2.0)
    execution = client.start(client.policy(client.endpoint(target.url), "shop/**"))
    wait(lambda: client.tasks(execution) != [])
    assert client.execution(execution)["total"] == 0
    assert client.tasks(execution)[0]["status"] == "Pending"
    wait(lambda: client.execution(execution)["total"] == 1)
    assert harbor.engine.waiting() == 1


def test_counters_end_before_the_status_does(start: Start, target: Target) -> None:
    _harbor, client = start("2.9", harbor_status_lag_seconds=1.5)
    execution = client.start(client.policy(client.endpoint(target.url), "shop/**"))
    wait(lambda: client.execution(execution)["succeed"] == 1)
    assert client.execution(execution)["status"] == "InProgress"
    assert client.finished(execution)["status"] == "Succeed"


@pytest.mark.parametrize(("version", "found"), [("1.8", 1), ("1.10", 0), ("2.0", 0), ("2.9", 1)])
def test_the_status_filter_misses_ends_that_were_never_stored(
    version: str, found: int, start: Start, target: Target
) -> None:
    _harbor, client = start(version)
    client.finished(client.start(client.policy(client.endpoint(target.url), "shop/**")), "Succeed")
    assert len(client.get("replication/executions", status="Succeed")) == found
    assert len(client.get("replication/executions")) == 1


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("1.8", "shop/many:[t0,t1,t2,t3,t4 ... 6 in total]"),
        ("1.10", "shop/many:[t0 ... 6 in total]"),
        ("2.0", "shop/many [6 item(s) in total]"),
        ("2.15", "shop/many [6 item(s) in total]"),
    ],
)
def test_tasks_name_their_content_as_the_version_does(version: str, text: str, start: Start, target: Target) -> None:
    harbor, client = start(version)
    put_image(harbor.store, "shop/many", *(f"t{number}" for number in range(6)))
    execution = client.start(client.policy(client.endpoint(target.url), "shop/many"))
    client.finished(execution, "Succeed")
    task = client.tasks(execution)[0]
    assert (task["src_resource"], task["dst_resource"], task["operation"]) == (text, text, "copy")
    assert task["resource_type"] == ("image" if version.startswith("1") else "artifact")
    assert ("StatusRevision" in task) is (version in ("1.10", "2.0"))


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
    _harbor, client = start(harbor_queue_seconds=0.3)
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


def test_an_unreachable_target_is_named_in_the_log(start: Start, target: Target) -> None:
    harbor, client = start("2.9")
    endpoint = client.endpoint(target.url)
    policy = client.policy(endpoint, "shop/**")
    harbor.state.registries[endpoint].url = "http://gone.example"
    execution = client.start(policy)
    client.finished(execution, "Failed")
    assert "dial tcp: lookup gone.example on 127.0.0.11:53: no such host" in _log(client, execution)


def test_destination_namespace_of_an_image(start: Start, target: Target) -> None:
    harbor, client = start()
    put_image(harbor.store, "other/team/api", "v1")
    policy = client.policy(
        client.endpoint(target.url), "other/**", dest_namespace="shop", dest_namespace_replace_count=1
    )
    client.finished(client.start(policy), "Succeed")
    assert _copied(target) == {"shop/team/api": ["v1"], "shop/web": ["v1"]}
    assert {item.media_type for item in target.store.manifests("shop/web")} == {DOCKER_MANIFEST}


@pytest.mark.parametrize("version", ["1.8", "1.10", "2.0"])
def test_charts_fail_at_a_docker_registry_unless_they_are_left_out(version: str, start: Start, target: Target) -> None:
    _harbor, client = start(version, harbor_charts={"shop": {"web": ["0.1.0", "0.2.0"]}})
    assert client.get("systeminfo")["with_chartmuseum"] is True
    endpoint = client.endpoint(target.url)
    execution = client.start(client.policy(endpoint, "shop/**", name="everything"))
    wait(lambda: client.execution(execution)["total"] == 3)
    assert client.finished(execution, "Failed")["failed"] == 2
    charts = [task for task in client.tasks(execution) if task["resource_type"] == "chart"]
    assert len(charts) == 2
    answer = client.call("GET", f"replication/executions/{execution}/tasks/{charts[0]['id']}/log")
    assert 'the adapter doesn\'t implement the "ChartRegistry" interface' in answer.text
    images = {"type": "resource", "value": "image"}
    names = {"type": "name", "value": "shop/**"}
    policy = client.policy(endpoint, name="images", filters=[names, images])
    assert client.finished(client.start(policy))["total"] == 1


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
    assert _copied(target) == {"shop/web": ["v2"]}
