# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, members, projects and robot accounts: what is sent to each version, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AlreadyExists,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    ServerFault,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.client import HarborClient
from tests.unit.harbor.harbor_replay import RECORDS, VERSIONS, FakeHttp, Request, client_with, recorded

BLUE = {"id": 7, "name": "blue"}
USER = {"username": "rec-user", "password": "Harbor12345", "email": "rec@example.com", "realname": "rec"}
every_version = pytest.mark.parametrize("version", VERSIONS)
Answers = dict[str, Any]


def harbor(version: str, answers: Answers | None = None) -> tuple[HarborClient, FakeHttp]:
    """A Harbor of any version. `answers`: path below the base to a body, or to a function of the request."""
    base = "/api" if version.startswith("1.") else "/api/v2.0"
    facts = {"harbor_version": f"v{version}-12345678", "auth_mode": "db_auth"}
    usual: Answers = {"/systeminfo": facts, "/users/current": {"username": "admin", "sysadmin_flag": True}}

    def answer(request: Request) -> tuple[int, dict[str, str], Any]:
        if request.path == "/api/version":
            return (404, {}, b"") if base == "/api" else (200, {}, {"version": "v2.0"})
        found = {**usual, **(answers or {})}.get(request.path.removeprefix(base), {})
        if callable(found):
            return found(request)  # type: ignore[no-any-return]
        return 201 if request.method == "POST" else 200, {"Location": f"{request.path}/5"}, found

    return client_with(answer)


def recorded_body(version: str, note: str) -> Any:
    calls = json.loads((RECORDS / f"harbor-{version}.json").read_text(encoding="utf-8"))["calls"]
    return next(call["response"] for call in calls if call["note"] == note)


def writes(server: FakeHttp) -> list[tuple[str, str, Any]]:
    sent = [(one.method, one.path.removeprefix("/api/v2.0").removeprefix("/api"), one.json) for one in server.requests]
    return [one for one in sent if one[0] != "GET"]


@every_version
def test_users_as_recorded(version: str) -> None:
    client, _server = recorded(version)
    assert client.accounts.users() == []
    assert client.accounts.create_user(USER) == 3
    with pytest.raises(AlreadyExists, match="create the user 'rec-user': .*already"):
        client.accounts.create_user(USER)
    with pytest.raises(InvalidRequest, match="at least 1 uppercase letter"):
        client.accounts.create_user(
            {"username": "rec-weak", "password": "abc", "email": "weak@example.com", "realname": "weak"}
        )


@every_version
def test_members_as_recorded(version: str) -> None:
    client, _server = harbor(
        version, {f"/projects/{place}/members": recorded_body(version, "members") for place in (7, "blue")}
    )
    assert client.accounts.members(BLUE) == [
        {"id": 2, "user": "admin", "group": None, "role": "project_admin"},
        {"id": 5, "user": "rec-user", "group": None, "role": "developer"},
    ]


@pytest.mark.parametrize(
    ("version", "flag"),
    [
        ("1.8.6", "has_admin_role"),
        ("1.10.19", "has_admin_role"),
        ("2.0.6", "sysadmin_flag"),
        ("2.15.2", "sysadmin_flag"),
    ],
)
def test_the_name_of_the_administrator_flag(version: str, flag: str) -> None:
    client, server = harbor(version)
    client.accounts.set_admin(3, True)
    assert writes(server) == [("PUT", "/users/3/sysadmin", {flag: True})]


def test_a_profile_is_written_whole() -> None:
    client, server = harbor("2.15.2")
    client.accounts.update_profile(
        {"user_id": 3, "username": "a", "email": "a@example.com", "realname": "A", "admin": True}
    )
    assert writes(server) == [("PUT", "/users/3", {"email": "a@example.com", "realname": "A", "comment": ""})]


@pytest.mark.parametrize(
    ("version", "project", "member"),
    [
        ("1.8.6", "7", "7"),
        ("1.10.19", "7", "7"),
        ("2.0.6", "7", "7"),
        ("2.1.6", "7", "7"),
        ("2.2.4", "blue", "7"),
        ("2.3.0", "blue", "blue"),
        ("2.15.2", "blue", "blue"),
    ],
)
def test_a_project_is_named_where_its_name_is_understood(version: str, project: str, member: str) -> None:
    client, server = harbor(version)
    client.administration.delete(BLUE)
    client.accounts.remove_member(BLUE, 3)
    assert [path for _method, path, _body in writes(server)] == [
        f"/projects/{project}",
        f"/projects/{member}/members/3",
    ]
    assert all(request.headers["X-Is-Resource-Name"] == "true" for request in server.requests)


def test_a_project_is_found_by_its_whole_name() -> None:
    found = [{"project_id": 1, "name": "blue-2"}, {"project_id": 7, "name": "blue", "metadata": {"public": "TRUE"}}]
    client, _server = harbor("2.15.2", {"/projects": found})
    assert client.administration.project("blue")["id"] == 7
    assert client.administration.project("blue")["public"] is True
    with pytest.raises(NotFound, match="has no project 'blu'"):
        client.administration.project("blu")


@pytest.mark.parametrize("version", ["1.8.6", "1.9.0", "1.10.19", "2.0.6", "2.1.0", "2.15.2"])
def test_accepted_vulnerabilities_go_along_where_they_would_be_lost(version: str) -> None:
    kept = {"items": [{"cve_id": "CVE-2026-1"}], "project_id": 7}
    project = {"project_id": 7, "name": "blue", **({} if version == "1.8.6" else {"cve_whitelist": kept})}
    client, server = harbor(version, {"/projects/7": project})
    client.administration.update(BLUE, {"public": "true"})
    _method, _path, body = writes(server)[0]
    assert body["metadata"] == {"public": "true"}
    assert body.get("cve_whitelist") == (kept if version in ("1.9.0", "1.10.19", "2.0.6") else None)


def test_other_limits_go_along_with_a_storage_limit() -> None:
    quota = {"id": 4, "ref": {"id": 7, "name": "blue"}, "hard": {"count": 100, "storage": -1}}
    client, server = harbor("1.10.19", {"/quotas": [quota, {"id": 5, "ref": None, "hard": {}}]})
    quotas = client.administration.quotas()
    assert quotas == {7: {"id": 4, "hard": {"count": 100, "storage": -1}}}
    client.administration.set_storage_limit(quotas[7], 1024)
    assert writes(server) == [("PUT", "/quotas/4", {"hard": {"count": 100, "storage": 1024}})]


def test_tokens_as_recorded() -> None:
    client, server = harbor(
        "1.10.19",
        {"/projects/7/robots": _robots_1_10},
    )
    robot = client.robots.robots(BLUE)[0]
    assert (robot["name"], robot["username"], robot["disabled"]) == ("rec", "robot$rec", False)
    assert robot["expires_at"] == "2026-12-20T22:55:30+00:00"
    right = [{"project": "blue", "access": {"repository": ["pull"]}}]
    made = client.robots.create(BLUE, {"name": "rec", "permissions": right, "duration": None})
    assert made == {"robot_id": 1, "username": "robot$rec", "secret": "<secret>"}
    client.robots.update(BLUE, {**robot, "disabled": True})
    access = [{"resource": "/project/7/repository", "action": "pull"}]
    assert writes(server) == [
        ("POST", "/projects/7/robots", {"name": "rec", "description": "", "access": access}),
        ("PUT", "/projects/7/robots/1", {"disabled": True}),
    ]


def _robots_1_10(request: Request) -> tuple[int, dict[str, str], Any]:
    if request.method == "POST":
        return 201, {"Location": f"{request.path}/1"}, recorded_body("1.10.19", "robot create (v1 form)")
    return 200, {}, recorded_body("1.10.19", "robots (project)")


@pytest.mark.parametrize("version", ["2.9.5", "2.15.2"])
def test_robots_as_recorded(version: str) -> None:
    made = {**recorded_body(version, "robot create (system form)")}
    client, server = harbor(
        version,
        {
            "/robots": lambda request: (
                (201, {}, made) if request.method == "POST" else (200, {}, recorded_body(version, "robots"))
            )
        },
    )
    robot = client.robots.robots(None)[0]
    assert (robot["name"], robot["username"], robot["duration"], robot["expires_at"]) == (
        "rec-sys",
        "robot$rec-sys",
        -1,
        None,
    )
    assert robot["permissions"] == [{"project": "tcr-sync", "access": {"repository": ["pull"]}}]
    result = client.robots.create(None, {"name": "rec-sys", "permissions": robot["permissions"], "duration": -1})
    assert result == {"robot_id": robot["robot_id"], "username": "robot$rec-sys", "secret": "<secret>"}
    client.robots.update(None, {**robot, "disabled": True})
    permissions = [
        {"kind": "project", "namespace": "tcr-sync", "access": [{"resource": "repository", "action": "pull"}]}
    ]
    common = {"level": "system", "duration": -1, "description": "", "permissions": permissions}
    assert writes(server) == [
        ("POST", "/robots", {**common, "name": "rec-sys", "disable": False}),
        ("PUT", f"/robots/{robot['robot_id']}", {**common, "name": "robot$rec-sys", "disable": True}),
    ]


def test_the_catalogue_as_recorded() -> None:
    client, _server = harbor("2.15.2", {"/permissions": recorded_body("2.15.2", "permissions a robot can have")})
    catalogue = client.robots.catalogue()
    assert sorted(catalogue["system"]["replication"]) == ["create", "list", "read"]
    assert "push" in catalogue["project"]["repository"]


@pytest.mark.parametrize(
    ("version", "project", "path", "query"),
    [
        ("1.8.6", BLUE, "/projects/7/robots", None),
        ("2.1.6", BLUE, "/projects/7/robots", None),
        ("2.2.0", BLUE, "/robots", "Level=project,ProjectID=7"),
        ("2.15.2", BLUE, "/robots", "Level=project,ProjectID=7"),
        ("2.15.2", None, "/robots", None),
    ],
)
def test_where_robots_are(version: str, project: Any, path: str, query: str | None) -> None:
    client, server = harbor(version, {path: []})
    assert client.robots.robots(project) == []
    assert server.requests[-1].path.endswith(path)
    assert server.requests[-1].params.get("q") == query


def test_the_prefix_of_robots_is_asked_for_when_it_is_another() -> None:
    def robots(*names: str) -> Answers:
        return {"/robots": [{"id": number, "name": name, "editable": True} for number, name in enumerate(names, 1)]}

    told = {"/configurations": {"robot_name_prefix": {"value": "bot-", "editable": True}}}
    client, server = harbor("2.15.2", {**robots("bot-a", "bot-blue+b"), **told})
    assert [one["name"] for one in client.robots.robots(None)] == ["a", "blue+b"]
    assert [one["name"] for one in client.robots.robots(BLUE)] == ["a", "b"]
    client, server = harbor("2.15.2", {**robots("robot$a"), **told})
    assert [one["name"] for one in client.robots.robots(None)] == ["a"]
    assert not [request for request in server.requests if "configurations" in request.path]
    refused: Callable[[Request], Any] = lambda request: (403, {}, {"errors": [{"code": "FORBIDDEN", "message": "no"}]})  # noqa: E731
    client, server = harbor("2.15.2", {**robots("bot-a"), "/configurations": refused})
    assert [one["name"] for one in client.robots.robots(None)] == ["bot-a"]


def test_secrets_are_kept_out_of_messages() -> None:
    told = {"id": 1, "name": "robot$a", "secret": "very-secret-1A"}
    client, _server = harbor("2.15.2", {"/robots": told, "/robots/1": {"secret": "also-secret-1A"}})
    client.robots.create(None, {"name": "a", "permissions": [], "duration": 1})
    client.robots.renew(1)
    client.accounts.set_password(3, "Geheim-1234")
    assert client.redactor("very-secret-1A also-secret-1A Geheim-1234") == " ".join(["********"] * 3)


def test_a_robot_without_an_id_is_told() -> None:
    client, _server = harbor(
        "1.10.19", {"/projects/7/robots": lambda request: (201, {}, {"name": "robot$a", "token": "x"})}
    )
    with pytest.raises(ServerFault, match="did not return its id"):
        client.robots.create(BLUE, {"name": "a", "permissions": []})


def test_who_may_log_in() -> None:
    client, server = harbor("2.15.2")
    assert client.accounts.accepts_password("alice", "Geheim-1234")
    client, server = harbor("2.15.2", {"/users/current": {"username": "admin"}})
    assert client.accounts.own_username == "admin"
    assert server.requests == []


def test_groups_have_one_form() -> None:
    refused = (403, {}, {"errors": [{"code": "FORBIDDEN", "message": "alice"}]})
    client, _server = harbor("2.15.2", {"/usergroups": [{"id": 3, "group_name": "team", "group_type": 3}]})
    assert client.accounts.groups() == [{"id": 3, "group_name": "team", "group_type": 3, "ldap_group_dn": ""}]
    client, _server = harbor("2.15.2", {"/usergroups": lambda request: refused})
    with pytest.raises(PermissionDenied):
        client.accounts.groups()
