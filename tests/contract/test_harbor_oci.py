# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Harbor 1.x takes OCI content, and does not know it: the sandbox answers as a real 1.8.6 did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from tests.contract.comparison import Given, differences
from tests.contract.replay_harbor import load
from tests.contract.target import Target
from tests.sandbox.core.content import DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST
from tests.sandbox.core.images import image, multi_platform, put_artifact
from tests.sandbox.harbor import HarborServer
from tests.unit.sandbox.harbor_support import Client, running_harbor, task_log

_CALLS = load("oci-1.8.6.json")["calls"]
_CONTENT = {
    "ocip/only": {"1": image(["only"], media_type=OCI_MANIFEST)},
    "ocip/multi": {"1.0": multi_platform("multi")},
    "ocip/mixed": {
        "docker": image(["mixed"], media_type=DOCKER_MANIFEST),
        "oci": image(["mixed"], media_type=OCI_MANIFEST),
        "index": multi_platform("mixed"),
    },
}


@pytest.fixture(scope="module", params=["1.8", "1.10"])
def harbor(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[HarborServer]:
    """A Harbor 1.x with the recorded project; what of 1.10 was not recorded is the same in its source."""
    with running_harbor(request.param, tmp_path_factory.mktemp("harbor")) as server:
        server.state.add_project("ocip", {"public": "false"}, server.state.users[1])
        for repository, tags in _CONTENT.items():
            for tag, artifact in tags.items():
                put_artifact(server.store, repository, artifact, tag)
        yield server


def _answer(harbor: HarborServer, call: dict[str, Any]) -> Given:
    project = harbor.state.project_named("ocip")
    assert project is not None
    answer = requests.request(
        call["method"],
        harbor.url + call["path"].replace("<ocip>", str(project.id)),
        auth=(harbor.username, harbor.password),
        headers=call.get("request_headers"),
        data="{}" if call["method"] == "PUT" else None,
        timeout=10,
    )
    return Given(answer.status_code, dict(answer.headers), answer.json())


def _known(tags: list[dict[str, Any]]) -> dict[str, tuple[bool, bool, str, bool]]:
    """Tag to what is known of it: a digest, a size, the architecture, a configuration."""
    return {
        tag["name"]: (bool(tag["digest"]), bool(tag["size"]), tag["architecture"], tag["config"] is not None)
        for tag in tags
    }


def test_a_repository_is_listed_once_it_holds_a_docker_image(harbor: HarborServer) -> None:
    given = _answer(harbor, _CALLS[0])
    assert list(differences(_CALLS[0], given)) == []
    assert [(item["name"], item["tags_count"]) for item in given.body] == [("ocip/mixed", 3)]
    assert Client(harbor).get(f"projects/{given.body[0]['project_id']}")["repo_count"] == 1


@pytest.mark.parametrize("call", _CALLS[1:3], ids=["listed", "unlisted"])
def test_tags_of_oci_content_have_no_digest_and_no_size(harbor: HarborServer, call: dict[str, Any]) -> None:
    given = _answer(harbor, call)
    assert _known(given.body) == _known(call["response"])
    if harbor.flavour.name == "1.8":
        found = [{**tag, "config": tag["config"] and {"labels": None}} for tag in given.body]
        assert list(differences(call, replace(given, body=found))) == []


def test_a_docker_list_is_refused(harbor: HarborServer) -> None:
    assert list(differences(_CALLS[3], _answer(harbor, _CALLS[3]))) == []


def test_replications_copy_the_docker_images_only(harbor: HarborServer) -> None:
    target, client = Target("ocip"), Client(harbor)
    try:
        execution = client.start(client.policy(client.endpoint(target.url), "ocip/**"))
        assert client.finished(execution, "Failed")["total"] == 1
        assert target.store.tags("ocip/mixed") == {"docker": _CONTENT["ocip/mixed"]["docker"].digest}
        assert target.store.repositories() == ["ocip/mixed"]
        log = task_log(client, execution)
        assert "http error: code 404, message" in log
        assert "OCI manifest found, but accept header does not support OCI manifests" in log
        assert "OCI index found, but accept header does not support OCI indexes" in log
    finally:
        target.close()


def test_oci_content_can_be_pulled_all_the_same(harbor: HarborServer) -> None:
    answer = requests.get(
        f"{harbor.url}/v2/ocip/multi/manifests/1.0",
        auth=(harbor.username, harbor.password),
        headers={"Accept": OCI_INDEX},
        timeout=10,
    )
    assert answer.headers["Docker-Content-Digest"] == _CONTENT["ocip/multi"]["1.0"].digest
    assert answer.headers["Content-Type"] == OCI_INDEX
