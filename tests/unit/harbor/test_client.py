# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of Harbor against what real servers answered, and against answers made for the purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AlreadyExists,
    ApiError,
    Conflict,
    InvalidRequest,
    MigrationError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimited,
    ServerFault,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.client import HarborClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.payloads import repository_of
from tests.unit.harbor.harbor_replay import VERSIONS, FakeHttp, Recording, Request, client_with, recorded

URL = "http://127.0.0.1:15001"
KEYS = {"access_key": "tcruser", "access_secret": "tcrpass"}
ENDPOINT = {"type": "docker-registry", "url": URL, "insecure": True, **KEYS}
POLICY = {
    "name": "to-tcr",
    "dest_namespace": "",
    "filters": [],
    "trigger": {"type": "manual"},
    "override": True,
    "enabled": True,
    "deletion": False,
}
every_version = pytest.mark.parametrize("version", VERSIONS)
Answer = Callable[[Request], tuple[int, dict[str, str], Any]]


def endpoint_id(version: str) -> int:
    return 2 if version == "1.10.19" else 1


def scripted(version: str, path: str, answer: Answer) -> tuple[HarborClient, FakeHttp]:
    """A recorded Harbor, but with other answers below one path."""
    recording = Recording(version)
    return client_with(lambda request: answer(request) if path in request.path else recording(request))


@every_version
def test_endpoints_are_listed_flat(version: str) -> None:
    client, _server = recorded(version)
    registry = next(one for one in client.registries() if one["name"] == "tcr")
    assert {key: registry[key] for key in ("id", "url", "type", "access_key", "has_secret", "insecure")} == {
        "id": endpoint_id(version),
        "url": URL,
        "type": "docker-registry",
        "access_key": "tcruser",
        "has_secret": True,
        "insecure": True,
    }


@every_version
def test_the_test_of_an_endpoint_sends_the_flat_form(version: str) -> None:
    client, http = recorded(version)
    client.test_registry(ENDPOINT)
    assert http.requests[-1].json == {**ENDPOINT, "credential_type": "basic"}
    client.test_registry({"id": endpoint_id(version)})
    with pytest.raises(ApiError, match="Harbor's core container tried to use http://127.0.0.1:15001 as user") as caught:
        client.test_registry({**ENDPOINT, "access_secret": "wrong"})
    assert (caught.value.code, caught.value.status) == ("UNHEALTHY", 400)
    assert caught.type is ApiError


@every_version
def test_creation_sends_the_nested_form(version: str) -> None:
    client, http = recorded(version)
    assert client.create_registry({"name": "tcr", "description": "TCR", **ENDPOINT}) == endpoint_id(version)
    assert http.requests[-1].json["credential"] == {"type": "basic", **KEYS}
    assert http.requests[-1].timeout == 120
    with pytest.raises(AlreadyExists):
        client.create_registry({"name": "tcr", **ENDPOINT})
    with pytest.raises(ApiError, match="Nothing was stored") as caught:
        client.create_registry({"name": "bad", **ENDPOINT, "access_secret": "wrong"})
    assert caught.value.code == "UNHEALTHY"


@every_version
def test_a_change_sends_the_flat_form(version: str) -> None:
    client, http = recorded(version)
    client.update_registry(endpoint_id(version), KEYS)
    assert http.requests[-1].json == {**KEYS, "credential_type": "basic"}
    with pytest.raises(ApiError, match="was left as it was") as caught:
        client.update_registry(endpoint_id(version), {"access_key": "tcruser", "access_secret": "wrong"})
    assert caught.value.code == "UNHEALTHY"
    with pytest.raises(NotFound):
        client.update_registry(99999, {"description": "x"})


@every_version
def test_a_used_endpoint_is_not_deleted(version: str) -> None:
    client, _server = recorded(version)
    with pytest.raises(Conflict) as caught:
        client.delete_registry(endpoint_id(version))
    assert caught.value.status == 412


@pytest.mark.parametrize(("given", "used"), [(30, 90), (300, 300)])
def test_harbor_has_time_to_wait_for_a_registry(given: float, used: float) -> None:
    client, http = client_with(Recording("2.9.5"), timeout=given)
    client.test_registry({"id": 1})
    assert http.requests[-1].timeout == used


def test_a_gateway_time_out_is_told_as_an_unreachable_target() -> None:
    page = b"<html><head><title>504 Gateway Time-out</title></head></html>"
    client, _server = scripted("1.10.19", "/registries", lambda request: (504, {}, page))
    with pytest.raises(ApiError, match="no answer in time") as caught:
        client.create_registry({"name": "tcr", **ENDPOINT})
    assert caught.value.code == "GATEWAY_TIMEOUT"
    assert "Nothing was stored" not in str(caught.value), "nobody knows"
    assert not isinstance(caught.value, ServerFault), "must not be repeated"


def test_a_time_out_of_ours_is_told_as_an_unreachable_target(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    def wait(request: Request) -> tuple[int, dict[str, str], Any]:
        now[0] += request.timeout or 0
        raise OutcomeUnknown("no answer within 120 seconds.")

    client, _server = scripted("2.9.5", "/registries", wait)
    with pytest.raises(ApiError, match="no answer in time"):
        client.create_registry({"name": "tcr", **ENDPOINT})

    def drop(request: Request) -> tuple[int, dict[str, str], Any]:
        raise OutcomeUnknown("the connection ended.")

    client, _server = scripted("2.9.5", "/registries", drop)
    with pytest.raises(OutcomeUnknown):
        client.create_registry({"name": "tcr", **ENDPOINT})


@every_version
def test_policies_have_all_members(version: str) -> None:
    client, _server = recorded(version)
    policy = next(one for one in client.policies() if one["name"] == "p-speed")
    newer = version != "1.10.19"
    assert policy["speed"] == (1024 if newer else None)
    assert policy["copy_by_chunk"] is (False if newer else None)
    assert policy["dest_namespace_replace_count"] == (-1 if newer else None)
    assert policy["single_active_replication"] is (False if version == "2.15.2" else None)
    assert (policy["filters"], policy["dest_namespace"], policy["description"]) == ([], "", "")
    assert policy["trigger"] == {"type": "manual", "cron": ""}
    assert policy["src_registry"]["id"] == 0
    assert policy["dest_registry"] == {"id": endpoint_id(version), "name": "tcr", "type": "docker-registry"}


@every_version
def test_a_policy_is_replaced_by_what_it_was_and_what_is_new(version: str) -> None:
    client, http = scripted(version, "/none", lambda request: (200, {}, {}))
    path = "/api/replication/policies/1" if version == "1.10.19" else "/api/v2.0/replication/policies/1"
    read = Recording(version)(Request("GET", path, {}, None, {}, None))[2]
    with pytest.raises(NotFound):
        client.update_policy(1, {"description": "second"})
    sent = http.requests[-1].json
    assert sent["description"] == "second"
    assert sent["dest_registry"] == {"id": endpoint_id(version)}
    assert sent["src_registry"] == {"id": 0}
    assert sent["deletion"] is False
    for key in ("name", "filters", "trigger", "override", "enabled"):
        assert sent[key] == read[key]
    assert not sent.keys() & {"id", "creation_time", "update_time", "creator", "replicate_deletion"}


def test_deletion_survives_the_other_name_of_newer_answers() -> None:
    stored = {"id": 7, "name": "p", "replicate_deletion": True, "dest_registry": {"id": 1, "name": "tcr"}}
    client, http = scripted("2.15.2", "/policies/7", lambda request: (200, {}, stored))
    client.update_policy(7, {"enabled": True})
    assert http.requests[-1].json["deletion"] is True
    assert "replicate_deletion" not in http.requests[-1].json


@every_version
def test_creating_a_policy(version: str) -> None:
    client, _server = recorded(version)
    body = {**POLICY, "dest_registry": {"id": endpoint_id(version)}}
    with pytest.raises(AlreadyExists):
        client.create_policy(body)
    wanted = {**body, "filters": [{"type": "name", "value": "tcr-sync/**"}], "description": "all of tcr-sync"}
    assert client.create_policy(wanted) == 1


@every_version
def test_executions(version: str) -> None:
    client, http = recorded(version)
    execution_id = client.start_execution(1)
    first = client.execution(execution_id)
    assert first["status"] == "InProgress"
    client.tasks(execution_id)
    assert client.execution(execution_id)["status"] == "Succeed"
    tasks = client.tasks(execution_id)
    assert sorted(task["repository"] for task in tasks) == ["tcr-sync/nginx", "tcr-sync/redis", "tcr-sync/team/api"]
    assert "client for source registry" in client.task_log(execution_id, tasks[0]["id"])
    assert [one["policy_id"] for one in client.executions(1)] == [1, 1]
    assert len(client.executions(1, limit=1)) == 1
    assert http.requests[-1].params["page_size"] == "1"
    with pytest.raises(NotFound):
        client.execution(99999)
    with pytest.raises(NotFound):
        client.start_execution(99999)
    with pytest.raises(NotFound):
        client.stop_execution(99999)


@every_version
def test_a_disabled_policy_is_not_started(version: str) -> None:
    client, _server = recorded(version)
    with pytest.raises((InvalidRequest, Conflict), match="the policy 1 is disabled"):
        for _attempt in range(4):
            client.start_execution(1)


@pytest.mark.parametrize(
    ("resource", "repository"),
    [
        ("tcr-sync/nginx:[v1,latest]", "tcr-sync/nginx"),
        ("tcr-sync/nginx:[v1 ... 7 in total]", "tcr-sync/nginx"),
        ("tcr-sync/team/api [2 item(s) in total]", "tcr-sync/team/api"),
        ("tcr-sync/nginx", "tcr-sync/nginx"),
    ],
)
def test_the_repository_of_a_task(resource: str, repository: str) -> None:
    assert repository_of(resource) == repository


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (400, {"code": 400, "message": "one thing \n"}, InvalidRequest, "one thing (HTTP 400)"),
        (400, {"errors": [{"code": "BAD_REQUEST", "message": "a"}, {"message": "b"}]}, InvalidRequest, "a; b"),
        (400, b"register error:too short\n", InvalidRequest, "register error:too short"),
        (401, {"code": 401, "message": "UnAuthorized"}, MigrationError, "harbor_password"),
        (403, {"errors": [{"code": "FORBIDDEN", "message": "forbidden"}]}, PermissionDenied, "system administrator"),
        (403, {"errors": [{"code": "DENIED", "message": "The system is in read only mode."}]}, Conflict, "read-only"),
        (422, b"<html><head><title>Unprocessable&nbsp;Entity</title></head></html>", InvalidRequest, "Unprocessable"),
        (429, b"", RateLimited, "run again later"),
        (500, {"errors": [{"code": "UNKNOWN", "message": "internal server error"}]}, ServerFault, "core.log"),
        (502, b"<html><title>502 Bad Gateway</title></html>", ServerFault, "core container"),
        (503, b"The system is in read only mode. Any modification is prohibited.", Conflict, "read-only mode"),
        (503, b"<html><title>503</title></html>", ServerFault, "It is not up"),
        (504, b"<html></html>", ServerFault, "an HTML page without a title (HTTP 504)"),
    ],
)
def test_every_form_of_error(status: int, body: Any, kind: type[MigrationError], said: str) -> None:
    client, _server = scripted("2.9.5", "/policies", lambda request: (status, {"X-Request-Id": "abc"}, body))
    with pytest.raises(kind) as caught:
        client.policies()
    assert said in str(caught.value)
    assert "could not list the replication policies" in caught.value.message
    assert (caught.value.status, caught.value.request_id) == (status, "abc")


def test_secrets_are_not_told() -> None:
    quoted = {"errors": [{"code": "BAD_REQUEST", "message": "user admin with Harbor12345, key s3cret-key unhealthy"}]}
    client, _server = scripted("2.9.5", "/registries", lambda request: (400, {}, quoted))
    with pytest.raises(ApiError) as caught:
        client.create_registry({"name": "tcr", **ENDPOINT, "access_secret": "s3cret-key"})
    everything = str(caught.value) + str(caught.value.as_result())
    assert "Harbor12345" not in everything
    assert "s3cret-key" not in everything


def test_an_answer_without_a_new_id() -> None:
    client, _server = scripted("2.9.5", "/policies", lambda request: (201, {}, b""))
    with pytest.raises(ServerFault, match="without the id of a new object"):
        client.create_policy({"name": "p"})


def test_a_component_of_harbor_quotes_no_page() -> None:
    page = "unexpected status 502: <html><head><title>502 Bad Gateway</title></head><body>\x1b[31mnginx</body></html>"
    components = [{"name": "portal", "status": "unhealthy", "error": page}, {"name": "core", "status": "healthy"}]
    health = {"status": "unhealthy", "components": components}
    client, _server = scripted("2.9.5", "/health", lambda request: (200, {}, health))
    portal, core = client.health()["components"]
    assert portal["error"] == "unexpected status 502: an HTML page with the title '502 Bad Gateway'"
    assert core == {"name": "core", "status": "healthy"}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            502,
            b"<html><title>502 Bad Gateway</title><body>nginx 1.2</body></html>",
            "title '502 Bad Gateway' (HTTP 502)",
        ),
        (403, b"<HTML><BODY>Blocked, ticket 123</BODY></HTML>", "an HTML page without a title (HTTP 403)"),
        (400, b'{"errors": "\\u001b[31mno\\u001b[0m"}', "policies: no (HTTP 400)"),
        (400, b'{"errors": 5}', "policies: 5 (HTTP 400)"),
        (400, b'{"errors": [{"message": {"deep": "x"}}]}', 'policies: {"deep": "x"} (HTTP 400)'),
        (500, b"[" * 5000, "[[[ ... (HTTP 500)"),
        (413, b"x" * 5000, "xxx ... (HTTP 413)"),
    ],
    ids=["page", "page without a title", "text", "number", "mapping", "nesting", "length"],
)
def test_whatever_answers_is_said_in_one_short_sentence(status: int, body: bytes, said: str) -> None:
    client, _server = scripted("2.9.5", "/policies", lambda request: (status, {}, body))
    with pytest.raises(MigrationError) as caught:
        client.policies()
    assert said in caught.value.message
    assert caught.value.message.startswith(
        "Harbor at http://harbor.example.com could not list the replication policies: "
    )
    assert len(caught.value.message) < 500 and caught.value.message.isprintable()
    assert "nginx" not in str(caught.value) and "ticket" not in str(caught.value)
