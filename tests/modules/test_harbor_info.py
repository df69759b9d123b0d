# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_info against every flavour of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import requests

from tests.modules.harbor_connection import FLAVOURS, connection
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

run = partial(run_module, "harbor_info")
every_flavour = pytest.mark.parametrize("version", FLAVOURS)
RIGHTS = [
    {"resource": resource, "action": action}
    for resource in ("registry", "replication-policy", "replication")
    for action in ("create", "read", "list")
]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    return lambda version="2.15", **settings: make_sandbox(harbor_version=version, seed="none", **settings)


def create(sandbox: Any, path: str, body: dict[str, Any]) -> dict[str, Any]:
    facts = sandbox.facts
    base = "/api" if is_old(sandbox) else "/api/v2.0"
    answer = requests.post(
        facts["harbor_url"] + base + path,
        json=body,
        auth=(facts["harbor_username"], facts["harbor_password"]),
        timeout=10,
    )
    answer.raise_for_status()
    sandbox.journal.clear()
    return answer.json() if answer.content else {}


def is_old(sandbox: Any) -> bool:
    return requests.get(sandbox.facts["harbor_url"] + "/api/version", timeout=10).status_code == 404


@every_flavour
def test_what_is_found(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    options = connection(sandbox, require_admin=True, require_writable=True)
    for check in (True, False):
        found = succeed(run, options, check=check)["harbor"]
        assert ".".join(map(str, found["version"])).startswith(version + ".")
        assert found["version"] == found["proven_version"]
        assert found["generation"] == (1 if version.startswith("1.") else 2)
        assert found["user"] == {"name": "admin", "admin": True, "robot": False, "may_replicate": True}
        assert (found["read_only"], found["auth_mode"]) == (False, "db_auth")
        assert found["health"]["status"] == "healthy"
        assert found["capabilities"]["project_artifacts"] is (version == "2.15")
    assert not sandbox.journal.writes()


@pytest.mark.parametrize(
    ("version", "proven"), [("1.8", [1, 8]), ("1.10", [1, 10]), ("2.0", [2, 0]), ("2.9", [2, 9]), ("2.15", [2, 12])]
)
def test_a_build_without_a_version(start: Callable[..., Any], version: str, proven: list[int]) -> None:
    found = succeed(run, connection(start(version, harbor_version_shown=False)))["harbor"]
    assert found["version"] is None
    assert found["proven_version"] == [*proven, 0]
    assert found["capabilities"]["copy_by_chunk"] is (proven >= [2, 6])


@every_flavour
def test_a_wrong_password(start: Callable[..., Any], version: str) -> None:
    result = fail(run, connection(start(version), harbor_password="not this one"))
    assert "does not accept user 'admin' with this password" in result["msg"]
    assert result["error"]["kind"] == "AuthenticationFailed"
    assert "not this one" not in str(result)


@every_flavour
def test_a_user_without_rights(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    person = {"username": "dev", "password": "Harbor12345", "email": "dev@example.com", "realname": "dev"}
    create(sandbox, "/users", person)
    options = connection(sandbox, harbor_username="dev", harbor_password="Harbor12345")
    assert succeed(run, options)["harbor"]["user"]["may_replicate"] is False
    result = fail(run, {**options, "require_admin": True})
    assert "User 'dev' of Harbor" in result["msg"]
    assert "has no permission to manage registry endpoints" in result["msg"]
    refused = fail(partial(run_module, "harbor_registry_info"), options)
    assert refused["error"]["kind"] == "PermissionDenied"
    assert "system administrator" in refused["msg"]


@pytest.mark.parametrize("version", ["2.9", "2.15"])
@pytest.mark.parametrize(("access", "may"), [(RIGHTS, True), ([{"resource": "catalog", "action": "read"}], False)])
def test_a_robot(start: Callable[..., Any], version: str, access: list[dict[str, str]], may: bool) -> None:
    sandbox = start(version)
    permissions = [{"kind": "system", "namespace": "/", "access": access}]
    body = {"name": "migration", "level": "system", "duration": 7, "disable": False, "permissions": permissions}
    robot = create(sandbox, "/robots", body)
    options = connection(sandbox, harbor_username=robot["name"], harbor_password=robot["secret"])
    user = succeed(run, options)["harbor"]["user"]
    assert user == {"name": robot["name"], "admin": False, "robot": True, "may_replicate": may}
    assert run({**options, "require_admin": True})["failed"] is not may
    wrong = fail(run, {**options, "harbor_password": "not the secret"})
    assert "does not accept user" in wrong["msg"]


@every_flavour
def test_read_only_mode(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version, harbor_read_only=True)
    assert succeed(run, connection(sandbox))["harbor"]["read_only"] is True
    result = fail(run, connection(sandbox, require_writable=True))
    assert "read-only mode" in result["msg"]
    assert result["error"]["kind"] == "Conflict"


def test_a_refused_write_in_read_only_mode(start: Callable[..., Any]) -> None:
    sandbox = start(harbor_read_only=True)
    options = connection(sandbox, name="tcr", url="http://127.0.0.1:9")
    result = fail(partial(run_module, "harbor_registry"), options)
    assert "Harbor is in read-only mode" in result["msg"]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_harbor_that_is_not_up(start: Callable[..., Any], status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sandbox = start()
    sandbox.faults.add(service="harbor", match="/api", kind="status", status=status, times=10)
    result = fail(run, connection(sandbox))
    assert f"HTTP {status}" in result["msg"]
    assert "container" in result["msg"]


@pytest.mark.parametrize("path", ["/", "/api", "/api/v2.0/"])
def test_the_address_may_have_the_path_of_the_api(start: Callable[..., Any], path: str) -> None:
    sandbox = start()
    succeed(run, connection(sandbox, harbor_url=sandbox.facts["harbor_url"] + path))


def test_something_that_is_no_harbor(start: Callable[..., Any]) -> None:
    sandbox = start()
    result = fail(run, connection(sandbox, harbor_url=sandbox.facts["control_url"]))
    assert "There is no Harbor at" in result["msg"]
    other = fail(run, connection(sandbox, harbor_url=sandbox.facts["tcr_endpoint"]))
    assert "There is no Harbor at" in other["msg"]


def test_a_query(start: Callable[..., Any]) -> None:
    assert succeed(run, connection(start(), query="version[0]"))["harbor"] == 2
