# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What replications copy, skip and cannot copy, and what their logs say."""

from __future__ import annotations

import re

import pytest

from tests.contract.target import Target
from tests.sandbox.core.content import DOCKER_LIST, DOCKER_MANIFEST, OCI_MANIFEST
from tests.sandbox.core.images import Artifact, image, index
from tests.sandbox.harbor import HarborServer
from tests.unit.sandbox.harbor_support import Start, copied, put_image, task_log, wait


def _put(harbor: HarborServer, repository: str, artifact: Artifact, tag: str) -> None:
    for child in artifact.children:
        _put(harbor, repository, child, child.digest)
    for blob in artifact.blobs:
        harbor.store.put_blob(blob, repository)
    harbor.store.put_manifest(repository, tag, artifact.media_type, artifact.content)


def test_one_failing_tag_does_not_stop_the_others(start: Start, target: Target) -> None:
    harbor, client = start("1.10")
    _put(harbor, "shop/web", image(["x"], media_type=OCI_MANIFEST), "oci")
    execution = client.start(client.policy(client.endpoint(target.url), "shop/web"))
    client.finished(execution, "Failed")
    assert copied(target) == {"shop/web": ["v1"]}
    log = task_log(client, execution)
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
    assert 'but the "override" is set to false, skip' in task_log(client, execution)


def test_a_repetition_pushes_nothing(start: Start, target: Target) -> None:
    _harbor, client = start()
    policy = client.policy(client.endpoint(target.url), "shop/**")
    client.finished(client.start(policy), "Succeed")
    execution = client.start(policy)
    client.finished(execution, "Succeed")
    log = task_log(client, execution)
    assert "the artifact shop/web:v1 already exists on the destination registry, skip" in log
    assert "pushing the manifest" not in log


def test_flattening_too_much_fails_before_any_task(start: Start, target: Target) -> None:
    _harbor, client = start()
    policy = client.policy(client.endpoint(target.url), "shop/**", dest_namespace="new", dest_namespace_replace_count=3)
    seen = client.finished(client.start(policy))
    assert (seen["status"], seen["total"]) == ("Failed", 0)
    assert "the destination namespace flattening level is 3" in seen["status_text"]


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("1.8", r"shop/many:\[(t\d,){4}t\d ... 6 in total\]"),
        ("1.10", r"shop/many:\[t\d ... 6 in total\]"),
        ("2.0", r"shop/many \[6 item\(s\) in total\]"),
        ("2.15", r"shop/many \[6 item\(s\) in total\]"),
    ],
)
def test_tasks_name_their_content_as_the_version_does(version: str, text: str, start: Start, target: Target) -> None:
    harbor, client = start(version)
    put_image(harbor.store, "shop/many", *(f"t{number}" for number in range(6)))
    execution = client.start(client.policy(client.endpoint(target.url), "shop/many"))
    client.finished(execution, "Succeed")
    task = client.tasks(execution)[0]
    assert re.fullmatch(text, task["src_resource"])
    assert (task["dst_resource"], task["operation"]) == (task["src_resource"], "copy")
    assert task["resource_type"] == ("image" if version.startswith("1") else "artifact")
    assert ("StatusRevision" in task) is (version in ("1.10", "2.0"))


def test_an_unreachable_target_is_named_in_thetask_log(start: Start, target: Target) -> None:
    harbor, client = start("2.9")
    endpoint = client.endpoint(target.url)
    policy = client.policy(endpoint, "shop/**")
    harbor.state.registries[endpoint].url = "http://gone.example"
    execution = client.start(policy)
    client.finished(execution, "Failed")
    assert "dial tcp: lookup gone.example on 127.0.0.11:53: no such host" in task_log(client, execution)


def test_destination_namespace_of_an_image(start: Start, target: Target) -> None:
    harbor, client = start()
    put_image(harbor.store, "other/team/api", "v1")
    policy = client.policy(
        client.endpoint(target.url), "other/**", dest_namespace="shop", dest_namespace_replace_count=1
    )
    client.finished(client.start(policy), "Succeed")
    assert copied(target) == {"shop/team/api": ["v1"], "shop/web": ["v1"]}
    assert {item.media_type for item in target.store.manifests("shop/web")} == {DOCKER_MANIFEST}


@pytest.mark.parametrize("version", ["1.8", "1.10", "2.0"])
def test_charts_fail_at_a_docker_registry_unless_they_are_left_out(version: str, start: Start, target: Target) -> None:
    _harbor, client = start(version, harbor_charts={"shop": {"web": ["0.1.0", "0.2.0"]}})
    assert client.get("systeminfo")["with_chartmuseum"] is True
    endpoint = client.endpoint(target.url)
    execution = client.start(client.policy(endpoint, "shop/**", name="everything"))
    wait(lambda: client.execution(execution)["total"] == 3)
    wait(lambda: client.execution(execution)["failed"] == 2)
    client.finished(execution, "Failed")
    charts = [task for task in client.tasks(execution) if task["resource_type"] == "chart"]
    assert len(charts) == 2
    answer = client.call("GET", f"replication/executions/{execution}/tasks/{charts[0]['id']}/log")
    assert 'the adapter doesn\'t implement the "ChartRegistry" interface' in answer.text
    images = {"type": "resource", "value": "image"}
    names = {"type": "name", "value": "shop/**"}
    policy = client.policy(endpoint, name="images", filters=[names, images])
    assert client.finished(client.start(policy))["total"] == 1
