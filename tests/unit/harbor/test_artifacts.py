# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects, repositories and artifacts in one form for all generations, and paging as each generation does it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import NotFound
from tests.unit.harbor.harbor_replay import VERSIONS, FakeHttp, Recording, Request, client_with, recorded

every_version = pytest.mark.parametrize("version", VERSIONS)


def paged(version: str, items: list[Any], size: int, counted: bool = True, pages: bool = True) -> tuple[Any, FakeHttp]:
    """A recorded Harbor with a list of registries of its own that caps pages at `size`."""
    recording = Recording(version)

    def answer(request: Request) -> tuple[int, dict[str, str], Any]:
        if not request.path.endswith("/registries"):
            return recording(request)
        asked, page = min(int(request.params["page_size"]), size), int(request.params["page"])
        part = items[(page - 1) * asked : page * asked] if pages else items
        return 200, {"X-Total-Count": str(len(items))} if counted else {}, part

    return client_with(answer)


def registries(count: int) -> list[dict[str, Any]]:
    return [{"id": number + 1, "name": f"r{number}"} for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 250])
@pytest.mark.parametrize(
    ("version", "size", "counted", "pages"),
    [
        ("2.15.2", 100, True, True),
        ("2.15.2", 10, True, True),
        ("2.9.5", 100, False, True),
        ("2.9.5", 100, False, False),
        ("1.10.19", 500, True, True),
        ("1.10.19", 500, False, False),
    ],
)
def test_paging(version: str, size: int, counted: bool, pages: bool, count: int) -> None:
    client, http = paged(version, registries(count), size, counted, pages)
    assert [one["id"] for one in client.registries()] == [number + 1 for number in range(count)]
    sizes = {request.params["page_size"] for request in http.requests if request.path.endswith("/registries")}
    assert sizes == {"500" if version == "1.10.19" else "100"}


def test_items_that_vanish_between_two_pages_do_not_hang() -> None:
    client, http = paged("2.15.2", registries(3), 100)
    real = http.answer

    def more(request: Request) -> tuple[int, dict[str, str], Any]:
        status, headers, body = real(request)
        return status, {**headers, "X-Total-Count": "5"} if "X-Total-Count" in headers else headers, body

    http.answer = more
    assert len(client.registries()) == 3


@every_version
def test_projects(version: str) -> None:
    client, _server = recorded(version)
    projects = {project["name"]: project for project in client.projects()}
    assert sorted(projects) == ["library", "nowhere", "tcr-sync"]
    assert [projects[name]["public"] for name in ("library", "tcr-sync")] == [True, False]
    assert all(not project["proxy_cache"] for project in projects.values())


@every_version
def test_repositories_have_their_project_in_front(version: str) -> None:
    client, _server = recorded(version)
    repositories = client.repositories("tcr-sync")
    assert sorted((one["name"], one["artifact_count"]) for one in repositories) == [
        ("tcr-sync/nginx", 2),
        ("tcr-sync/redis", 1),
        ("tcr-sync/team/api", 1),
    ]


@every_version
@pytest.mark.parametrize("name", ["nginx", "tcr-sync/nginx"])
def test_artifacts(version: str, name: str) -> None:
    client, _server = recorded(version)
    artifacts = {tag: artifact for artifact in client.artifacts("tcr-sync", name) for tag in artifact["tags"]}
    assert sorted(artifacts) == ["latest", "v1.0"]
    latest = artifacts["latest"]
    assert latest["digest"] == "sha256:eb7f3447d7d77fc0b3f247d9bfaaf658b9bf5479b5b9e2817dde9fcbcf786cde"
    assert (latest["repository"], latest["size"], latest["children"], latest["type"]) == (
        "tcr-sync/nginx",
        708,
        0,
        "IMAGE",
    )


@every_version
def test_nested_repositories_are_encoded_as_the_generation_wants(version: str) -> None:
    client, http = recorded(version)
    assert [artifact["tags"] for artifact in client.artifacts("tcr-sync", "tcr-sync/team/api")] == [["v2"]]
    path = http.requests[-1].path
    assert path.endswith("/tcr-sync/team/api/tags" if version == "1.10.19" else "/team%252Fapi/artifacts")


def test_a_whole_project_is_one_listing_where_the_version_has_it() -> None:
    client, http = recorded("2.15.2", identity="robot")
    artifacts = client.project_artifacts("tcr-sync")
    assert sorted(tag for artifact in artifacts for tag in artifact["tags"]) == ["latest", "v1.0", "v2", "v7"]
    assert {artifact["repository"] for artifact in artifacts} >= {"tcr-sync/team/api"}
    assert [request.path for request in http.requests if "artifacts" in request.path] == [
        "/api/v2.0/projects/tcr-sync/artifacts"
    ]
    assert http.requests[-1].params["sort"] == "id"


def test_before_that_each_repository_is_listed() -> None:
    client, http = client_with(lambda request: (200, {}, []))
    recording = Recording("2.9.5")

    def answer(request: Request) -> tuple[int, dict[str, str], Any]:
        if request.path.endswith("/artifacts") and "/repositories/" in request.path:
            digest = "sha256:" + request.path.rpartition("/repositories/")[2].partition("/")[0]
            return 200, {"X-Total-Count": "1"}, [{"digest": digest, "tags": None, "references": [{}, {}]}]
        return recording(request)

    http.answer = answer
    artifacts = client.project_artifacts("tcr-sync")
    assert sorted((one["repository"], one["digest"], one["children"], one["tags"]) for one in artifacts) == [
        ("tcr-sync/nginx", "sha256:nginx", 2, []),
        ("tcr-sync/redis", "sha256:redis", 2, []),
        ("tcr-sync/team/api", "sha256:team%252Fapi", 2, []),
    ]


def test_an_index_on_1_x_has_no_digest() -> None:
    recording = Recording("1.10.19")
    tags = [
        {"name": "multi", "digest": "", "size": 0},
        {"name": "another", "digest": "", "size": 0},
        {"name": "1", "digest": "sha256:a", "size": 5},
        {"name": "latest", "digest": "sha256:a", "size": 5},
    ]
    client, _server = client_with(lambda request: (200, {}, tags) if "/tags" in request.path else recording(request))
    found = [(one["digest"], one["tags"], one["type"]) for one in client.artifacts("tcr-sync", "nginx")]
    assert found == [("", ["multi"], ""), ("", ["another"], ""), ("sha256:a", ["1", "latest"], "IMAGE")]


def test_an_unknown_project() -> None:
    client, _server = recorded("1.10.19")
    with pytest.raises(NotFound, match="no project 'nope'"):
        client.repositories("nope")
    with pytest.raises(NotFound):
        recorded("2.9.5")[0].repositories("nope")


def test_a_project_of_digits_is_a_name() -> None:
    client, http = client_with(Recording("2.9.5"))
    with pytest.raises(NotFound):
        client.repositories("2024")
    assert http.requests[-1].headers["X-Is-Resource-Name"] == "true"
