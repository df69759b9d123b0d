# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hangs on images: the sandbox's Harbor shows it as a real Harbor 2.15.2 did when it was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.contract.accessory_scenes import RECORD, in_names
from tests.sandbox.core.accessories import Push, later, scene
from tests.sandbox.core.network import Network
from tests.sandbox.core.web import Faults, Journal
from tests.sandbox.harbor import HarborServer
from tests.sandbox.harbor.demonstration import fill_with_accessories
from tests.sandbox.harbor.settings import HarborSettings

_TIMEOUT = 10
_CHOSEN = ("digest", "type", "media_type", "artifact_type", "manifest_media_type", "repository_name")
_ONE = ("digest", "type", "artifact_type", "manifest_media_type")


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarborServer]:
    """A Harbor with the recorded project as it was first."""
    yield from _filled(tmp_path_factory.mktemp("harbor"), scene())


@pytest.fixture(scope="module")
def signed_again(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarborServer]:
    """A Harbor with the recorded project as it was last."""
    yield from _filled(tmp_path_factory.mktemp("harbor"), scene(), later())


def _filled(directory: Path, *pushes: dict[str, Push]) -> Iterator[HarborServer]:
    server = HarborServer("2.15", Network(list), Journal(), Faults(), HarborSettings(), directory)
    server.start()
    for part in pushes:
        fill_with_accessories(server, part)
    yield server
    server.close()


def _get(harbor: HarborServer, path: str) -> requests.Response:
    answer = requests.get(harbor.url + path, auth=(harbor.username, harbor.password), timeout=_TIMEOUT)
    assert answer.status_code == 200, answer.text
    return answer


def _digests_for(path: str) -> str:
    """A recorded path with the digests of this run."""
    for name, push in scene().items():
        path = path.replace(f"<{name}>", push.digest)
    return path


def _address(recorded: str) -> str:
    """Where a recorded request goes: its path is that of the registry, of the API, or of something in the project."""
    path = _digests_for(recorded.removeprefix("GET "))
    if path.startswith("/v2/"):
        return path
    return "/api/v2.0/" + (path if path.startswith("projects/") else f"projects/acc/{path}")


def _reduced(artifact: dict[str, Any]) -> dict[str, Any]:
    """An artifact with the fields that were recorded: tags by name, of children what the index says."""
    children = [
        {name: child.get(name) for name in ("child_digest", "platform", "annotations")}
        for child in artifact["references"] or []
    ]
    return {
        **{name: artifact.get(name) for name in _CHOSEN},
        "tags": [tag["name"] for tag in artifact["tags"] or []],
        "references": children,
        "accessories": artifact["accessories"],
    }


def _kinds(value: Any) -> Any:
    """A value with numbers and times replaced by their type: they differ from run to run."""
    if isinstance(value, dict):
        return {
            name: type(item).__name__ if name.endswith(("id", "time", "size")) else _kinds(item)
            for name, item in value.items()
        }
    return [_kinds(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("request_line", [line for line in RECORD["inventory"] if "artifacts" in line])
def test_lists_of_artifacts_are_as_recorded(harbor: HarborServer, request_line: str) -> None:
    recorded = RECORD["inventory"][request_line]
    answer = _get(harbor, _address(request_line))
    found = [_reduced(artifact) for artifact in in_names(answer.json())]
    assert _kinds(found) == _kinds(recorded["body"])
    assert answer.headers["X-Total-Count"] == recorded["x_total"]


def test_repositories_are_counted_without_accessories(harbor: HarborServer) -> None:
    recorded = RECORD["inventory"]["GET projects/acc/repositories"]["body"]
    assert _kinds(_get(harbor, "/api/v2.0/projects/acc/repositories").json()) == _kinds(recorded)


@pytest.mark.parametrize("request_line", [line for line in RECORD["inventory"] if line.startswith("GET /v2/")])
def test_the_registry_lists_tags_and_referrers_as_recorded(harbor: HarborServer, request_line: str) -> None:
    recorded = RECORD["inventory"][request_line]
    answer = _get(harbor, _address(request_line))
    assert _kinds(in_names(answer.json())) == _kinds(recorded["body"])
    assert answer.headers["Content-Type"] == recorded.get("content_type", answer.headers["Content-Type"])


@pytest.mark.parametrize("name", RECORD["artifacts"])
def test_an_accessory_is_read_as_an_artifact_with_its_own_tags_and_accessories(
    signed_again: HarborServer, name: str
) -> None:
    push = {**scene(), **later()}[name]
    path = f"/api/v2.0/projects/acc/repositories/{push.repository.partition('/')[2]}/artifacts/{push.digest}"
    found = in_names(_get(signed_again, f"{path}?with_accessory=true&with_tag=true").json())
    found = {key: found.get(key) for key in (*_ONE, "size", "tags", "accessories")}
    assert _kinds(found) == _kinds(RECORD["artifacts"][name])


def test_the_whole_project_lists_replaced_signatures_beside_the_new_ones(signed_again: HarborServer) -> None:
    listed = _get(signed_again, f"/api/v2.0/projects/acc/artifacts?{RECORD['project']['query']}").json()
    found = [
        {
            "repository": item["repository_name"],
            "is": item["digest"],
            "tags": [tag["name"] for tag in item["tags"] or []],
            "accessories": [
                {"type": accessory["type"], "is": accessory["digest"]} for accessory in item["accessories"] or []
            ],
        }
        for item in in_names(listed)
    ]
    assert found == RECORD["project"]["body"]


def test_the_list_of_accessories_is_counted_and_paged(signed_again: HarborServer) -> None:
    path = f"/api/v2.0/projects/acc/repositories/app/artifacts/{scene()['image'].digest}/accessories"
    whole = _get(signed_again, path)
    second = _get(signed_again, f"{path}?page=2&page_size=3")
    assert whole.headers["X-Total-Count"] == second.headers["X-Total-Count"] == str(len(whole.json())) == "8"
    assert second.json() == whole.json()[3:6]
    assert {item["subject_artifact_digest"] for item in whole.json()} == {scene()["image"].digest}
