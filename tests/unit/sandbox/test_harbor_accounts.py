# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts in the sandbox's Harbor: as strict as the real one, by the generation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.harbor import HarborServer
from tests.unit.sandbox.harbor_support import VERSIONS, Client

Start = Callable[..., tuple[HarborServer, Client]]
USER = {"username": "alice", "password": "Geheim-1234", "email": "alice@example.com", "realname": "Alice"}
OLD = ("1.8", "1.10", "2.0")
every_version = pytest.mark.parametrize("version", VERSIONS)


@every_version
def test_quotas_came_with_1_9_and_want_every_limit(start: Start, version: str) -> None:
    _harbor, client = start(version)
    if version == "1.8":
        assert client.call("GET", "quotas").status_code == 404
        return
    client.make("projects", {"project_name": "small", "storage_limit": 1024})
    quota = next(one for one in client.get("quotas", page_size=100) if one["ref"]["name"] == "small")
    count = {"count": -1} if version == "1.10" else {}
    assert quota["hard"] == {"storage": 1024, **count}
    path = f"quotas/{quota['id']}"
    assert client.refused("PUT", path, {"hard": {"storage": 0, **count}}) == (400, "invalid value for resource storage")
    assert client.refused("PUT", path, {"hard": count}) == (400, "resource storage not found")
    if count:
        assert client.refused("PUT", path, {"hard": {"storage": 5}}) == (400, "resource count not found")
    assert client.call("PUT", path, {"hard": {"storage": 2048, **count}}).status_code == 200
    assert client.get(path)["hard"]["storage"] == 2048


@every_version
def test_quotas_are_for_administrators(start: Start, version: str) -> None:
    harbor, client = start(version)
    client.make("users", USER)
    if version != "1.8":
        assert Client(harbor, "alice", "Geheim-1234").call("GET", "quotas").status_code == 403


@pytest.mark.parametrize("version", ["1.10", "2.0", "2.9"])
def test_a_change_of_a_project_empties_the_accepted_vulnerabilities_until_2_0(start: Start, version: str) -> None:
    harbor, client = start(version)
    project = harbor.state.project_named("shop")
    assert project is not None
    accepted = [{"cve_id": "CVE-2026-1"}]
    project.allowlist = accepted
    client.call("PUT", f"projects/{project.id}", {"metadata": {"public": "true"}})
    assert project.allowlist == (accepted if version == "2.9" else [])


@pytest.mark.parametrize("version", ["2.0", "2.9", "2.15"])
def test_a_number_is_a_name_when_it_is_said_so(start: Start, version: str) -> None:
    _harbor, client = start(version)
    named = {"headers": {"X-Is-Resource-Name": "true"}}
    assert client.call("GET", "projects/1").status_code == 200
    status = client.call("GET", "projects/1", **named).status_code
    assert status == (200 if version == "2.0" else 404), "2.0 does not know the header"


@every_version
def test_a_profile_is_replaced_and_checked(start: Start, version: str) -> None:
    harbor, client = start(version)
    for wrong in ({"email": ""}, {"realname": ""}, {"comment": "x" * 31}, {"password": "weak"}):
        assert client.call("POST", "users", {**USER, **wrong}).status_code == 400
    number = client.make("users", {**USER, "comment": "first"})
    assert client.call("PUT", f"users/{number}", {"email": "a@example.com"}).status_code == 400
    assert client.call("PUT", f"users/{number}", {"email": "a@example.com", "realname": "A"}).status_code == 200
    assert harbor.state.users[number].comment == ""
    same = {"new_password": "Geheim-1234"}
    assert client.call("PUT", f"users/{number}/password", same).status_code == 400
    assert client.call("PUT", "users/1/password", {"new_password": "Geheim-9999"}).status_code == 403, "one's own"
    assert client.call("DELETE", "users/1").status_code == 403


@every_version
def test_users_of_another_service_are_changed_there(start: Start, version: str) -> None:
    harbor, client = start(version)
    number = client.make("users", USER)
    harbor._service.settings.harbor_auth_mode = "oidc_auth"
    assert client.get("systeminfo")["auth_mode"] == "oidc_auth"
    assert client.call("POST", "users", {**USER, "username": "bob"}).status_code == 403
    profile = {"email": "a@example.com", "realname": "A"}
    assert client.call("PUT", f"users/{number}", profile).status_code == 403
    assert client.call("DELETE", f"users/{number}").status_code == (403 if version in OLD else 200)


@every_version
def test_robots_begin_enabled(start: Start, version: str) -> None:
    harbor, client = start(version)
    project = harbor.state.project_named("shop")
    assert project is not None
    if version in OLD:
        access = [{"resource": f"/project/{project.id}/repository", "action": "pull"}]
        body: dict[str, Any] = {"name": "one", "disabled": True, "access": access}
        number = client.make(f"projects/{project.id}/robots", body)
    else:
        right = {"kind": "project", "namespace": "shop", "access": [{"resource": "repository", "action": "pull"}]}
        body = {"name": "one", "level": "project", "duration": 3, "disable": True, "permissions": [right]}
        number = client.make("robots", body)
        assert client.refused("POST", "robots", {**body, "permissions": [right, right]}) == (
            400,
            "bad request permission",
        )
        empty = {**body, "name": "two", "permissions": [{**right, "access": []}]}
        assert client.refused("POST", "robots", empty) == (400, "bad request empty access")
        robot = harbor.state.robots[number]
        changed = {**body, "name": robot.name, "disable": False, "duration": -1}
        assert client.call("PUT", f"robots/{number}", changed).status_code == 200
        assert robot.expires_at == -1
    assert not harbor.state.robots[number].disabled


@every_version
def test_groups_become_known_as_members(start: Start, version: str) -> None:
    directory = "cn=developers,dc=example,dc=com"
    harbor, client = start(version, harbor_auth_mode="ldap_auth", harbor_directory_groups=[directory])
    project = harbor.state.project_named("shop")
    assert project is not None
    path = f"projects/{project.id}/members"
    assert client.get("usergroups") == []
    group = {"group_name": "developers", "ldap_group_dn": directory}
    number = client.make(path, {"role_id": 2, "member_group": group})
    assert client.call("POST", path, {"role_id": 2, "member_group": group}).status_code == 409
    known = client.get("usergroups")
    assert [(one["group_name"], one["group_type"], one["ldap_group_dn"]) for one in known] == [
        ("developers", 1, directory)
    ]
    member = next(one for one in client.get(path) if one["id"] == number)
    assert (member["entity_name"], member["entity_type"], member["entity_id"]) == ("developers", "g", known[0]["id"])
    unknown = {"role_id": 2, "member_group": {"ldap_group_dn": "cn=nobody"}}
    assert client.call("POST", path, unknown).status_code == 400
    assert client.call("PUT", f"{path}/{number}", {"role_id": 5}).status_code == (400 if version == "1.8" else 200)
