# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of roles from the sandbox's security token service and from a metadata service on loopback."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Response

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    ApiError,
    AuthenticationFailed,
    InvalidInput,
    InvalidRequest,
    MigrationError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    ServerFault,
    Unreachable,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.api.client import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import (
    Credential,
    Role,
    TemporaryCredential,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.sts import (
    InstanceRole,
    SecurityTokenService,
    WebIdentity,
)
from tests.sandbox.core.web import serve
from tests.sandbox.tcr.metadata import PATH, MetadataService

QUICK = Retry(attempts=2, sleep=lambda seconds: None)
REGION = "ap-guangzhou"
TOKEN = "the-web-identity-token-of-the-pod"


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(**settings: Any) -> Any:
        return make_sandbox(harbor_version=None, rate_limits=False, **settings)

    return started


def sts_of(sandbox: Any) -> SecurityTokenService:
    return SecurityTokenService(sandbox.facts["tcr_endpoint"], timeout=10, retry=QUICK)


def base_of(sandbox: Any) -> Credential:
    facts = sandbox.facts
    return Credential(facts["tcr_secret_id"], facts["tcr_secret_key"], source="the test")


def client_of(sandbox: Any, credential: Any) -> TcrClient:
    return TcrClient(credential, REGION, sandbox.facts["tcr_endpoint"], timeout=10, retry=QUICK)


def registries(sandbox: Any, credential: Any) -> list[str]:
    return [one["RegistryName"] for one in client_of(sandbox, credential).instances()]


@pytest.mark.parametrize("site", ["", ".intl", ".internal", ".ap-shanghai-fsi"])
def test_the_service_of_the_same_site_is_asked(site: str) -> None:
    sts = SecurityTokenService(f"tcr{site}.tencentcloudapi.com")
    assert sts._client(None)._host == f"sts{site}.tencentcloudapi.com"


def test_a_role_is_assumed_with_a_key(start: Callable[..., Any]) -> None:
    sandbox = start()
    sandbox.tcr.role.external_id = "partner-7"
    role = Role(sandbox.tcr.role.arn, "nightly", 900, "partner-7")
    found = sts_of(sandbox).assume_role(base_of(sandbox), role)
    assert found.expires_at is not None
    assert abs(found.expires_at - time.time() - 900) < 10
    assert found.source == f"the role {role.arn}"
    assert registries(sandbox, found) == ["demo"]
    assert not sandbox.journal.writes()


@pytest.mark.parametrize("fault", ["drop_after", "status"])
def test_asking_for_a_role_is_repeated(start: Callable[..., Any], fault: str) -> None:
    sandbox = start()
    sandbox.faults.add(service="tcr", match="AssumeRole", kind=fault)
    assert sts_of(sandbox).assume_role(base_of(sandbox), Role(sandbox.tcr.role.arn)).token


def test_a_role_may_be_assumed_with_the_key_of_another(start: Callable[..., Any]) -> None:
    sandbox = start()
    sandbox.tcr.role.trusted.append(sandbox.tcr.role.id)
    sts, role = sts_of(sandbox), Role(sandbox.tcr.role.arn)
    first = TemporaryCredential(lambda: sts.assume_role(base_of(sandbox), role))
    assert registries(sandbox, sts.assume_role(first, role)) == ["demo"]


def test_a_key_that_ends_is_renewed_between_two_calls(start: Callable[..., Any]) -> None:
    sandbox = start()
    sts, role, now = sts_of(sandbox), Role(sandbox.tcr.role.arn), [time.time()]
    keys = TemporaryCredential(lambda: sts.assume_role(base_of(sandbox), role), clock=lambda: now[0])
    client = client_of(sandbox, keys)
    assert len(client.instances()) == 1
    old = keys.current()
    now[0] += 6901
    assert len(client.instances()) == 1
    new = keys.current()
    assert old.secret_id != new.secret_id
    assert client.redactor(f"{old.secret_key} {old.token} {new.secret_key} {new.token}") == " ".join(["********"] * 4)
    assert [entry.action for entry in sandbox.journal.entries].count("AssumeRole") == 2


@pytest.mark.parametrize("unknown", ["not_found", "get_role_error"])
@pytest.mark.parametrize(
    ("role", "trusted", "kind", "words"),
    [
        ({}, False, PermissionDenied, ("sts:AssumeRole", "trust policy", "tcr_role_external_id", "ap-guangzhou")),
        ({"arn": "migration"}, True, InvalidRequest, ("tcr_role_arn", "qcs::cam::uin/<account>:roleName/<name>")),
        ({"arn": "qcs::cam::uin/1:roleName/x"}, True, (NotFound, ServerFault), ("tcr_role_arn", "not exist")),
        ({"session_name": "a b"}, True, InvalidRequest, ("tcr_role_session_name",)),
        ({"duration": 7201}, True, InvalidRequest, ("tcr_role_duration", "7200")),
    ],
    ids=["not trusted", "no arn", "unknown", "session name", "duration"],
)
def test_what_the_service_refuses_is_told_in_words(
    start: Callable[..., Any], role: dict[str, Any], trusted: bool, kind: Any, words: tuple[str, ...], unknown: str
) -> None:
    sandbox = start(unknown_role=unknown)
    if not trusted:
        sandbox.tcr.role.trusted.clear()
    given = Role(**{"arn": sandbox.tcr.role.arn, **role})
    with pytest.raises(kind) as caught:
        sts_of(sandbox).assume_role(base_of(sandbox), given, REGION)
    message = str(caught.value)
    assert message.startswith(f"The role {given.arn} could not be assumed with the key from the test: AssumeRole in")
    assert all(word in message for word in words), message


def test_a_key_that_is_not_good_cannot_assume_a_role(start: Callable[..., Any]) -> None:
    sandbox = start()
    base = Credential(sandbox.facts["tcr_secret_id"], "not-the-right-key", source="the test")
    with pytest.raises(AuthenticationFailed) as caught:
        sts_of(sandbox).assume_role(base, Role(sandbox.tcr.role.arn))
    assert "does not belong to this tcr_secret_id" in str(caught.value)
    assert "not-the-right-key" not in str(caught.value)


@pytest.mark.parametrize("change", [{"token": None}, {"token": "another"}, {"ended": True}])
def test_a_session_is_good_only_with_its_token_and_in_time(start: Callable[..., Any], change: dict[str, Any]) -> None:
    sandbox = start()
    session = sts_of(sandbox).assume_role(base_of(sandbox), Role(sandbox.tcr.role.arn, duration=100))
    if "ended" in change:
        sandbox.tcr.clock.advance(101)
    token = change.get("token", session.token)
    with pytest.raises(AuthenticationFailed) as caught:
        registries(sandbox, Credential(session.secret_id, session.secret_key, token, source=session.source))
    message = str(caught.value)
    assert all(
        word in message for word in ("TokenFailure", "expired", "tcr_role_arn", f"The key comes from {session.source}")
    )
    assert session.secret_key not in message


@pytest.fixture
def identity(tmp_path: Path) -> WebIdentity:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    return WebIdentity("cls-1", tmp_path / "token", "qcs::cam::uin/100000000001:roleName/migration", REGION)


def test_a_pod_gets_the_key_of_its_role(start: Callable[..., Any], identity: WebIdentity) -> None:
    sandbox = start()
    sandbox.tcr.role.web_identities["cls-1"] = TOKEN
    assert registries(sandbox, sts_of(sandbox).assume_role_with_web_identity(identity)) == ["demo"]
    sandbox.tcr.role.web_identities["cls-1"] = "renewed-token"
    identity.token_file.write_text("renewed-token")
    assert sts_of(sandbox).assume_role_with_web_identity(identity).token


def test_a_pod_that_the_role_does_not_trust(start: Callable[..., Any], identity: WebIdentity) -> None:
    sandbox = start()
    with pytest.raises(PermissionDenied) as caught:
        sts_of(sandbox).assume_role_with_web_identity(identity)
    words = (identity.role_arn, "provider cls-1", "TKE_PROVIDER_ID", "trust policy")
    assert all(word in str(caught.value) for word in words), str(caught.value)
    sandbox.faults.add(service="tcr", match="AssumeRoleWith.*", kind="error", code="AuthFailure", message=f"No {TOKEN}")
    with pytest.raises(MigrationError) as quoted:
        sts_of(sandbox).assume_role_with_web_identity(identity)
    assert "No ********" in str(quoted.value)
    assert TOKEN not in f"{quoted.value} {quoted.value.args}"


def test_a_pod_without_its_token(start: Callable[..., Any], identity: WebIdentity) -> None:
    identity.token_file.unlink()
    with pytest.raises(InvalidInput, match=r"token cannot be read \(FileNotFoundError\)"):
        sts_of(start()).assume_role_with_web_identity(identity)


@pytest.mark.parametrize("lacking", ["Credentials", "ExpiredTime"])
def test_an_answer_that_lacks_something_is_not_quoted(lacking: str) -> None:
    keys = {"TmpSecretId": "id", "TmpSecretKey": "the-new-secret", "Token": "the-new-token"}
    content = {"Credentials": keys, "ExpiredTime": 1, "RequestId": "x"}
    content[lacking] = {**keys, "Token": ""} if lacking == "Credentials" else None
    server = serve(Response(json.dumps({"Response": content}), content_type="application/json"), "127.0.0.1")
    with pytest.raises(ServerFault) as caught:
        SecurityTokenService(server.url).assume_role(Credential("id", "key"), Role("arn"))
    server.close()
    assert "lacks" in str(caught.value)
    assert "the-new" not in str(caught.value)


@pytest.fixture
def machine(start: Callable[..., Any]) -> Iterator[tuple[Any, MetadataService, str]]:
    """A sandbox, the metadata service of a machine with its role, and the address of that."""
    sandbox = start()
    service = MetadataService(sandbox.tcr.state, sandbox.tcr.clock, sandbox.tcr.role)
    server = serve(service, "127.0.0.1")
    yield sandbox, service, server.url + PATH
    server.close()


def test_the_role_of_the_machine_gives_keys(
    machine: tuple[Any, MetadataService, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox, service, url = machine
    with monkeypatch.context() as patch:
        patch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        first = InstanceRole(url=url).fetch()
    assert registries(sandbox, first) == ["demo"]
    assert InstanceRole("migration", url).fetch().secret_id != first.secret_id
    assert [(one.method, one.path.removeprefix(PATH)) for one in service.requests] == [
        ("GET", ""),
        ("GET", "migration"),
        ("GET", "migration"),
    ]


@pytest.mark.parametrize(
    ("asked", "answer", "kind", "words"),
    [
        ("", Response("404 - Not Found", 404), NotFound, "this machine has no role"),
        ("", Response("<html>Log in</html>"), ServerFault, "did not answer with the name of a role"),
        ("", Response("", 302, headers={"Location": "http://portal/"}), ApiError, "answered HTTP 302"),
        ("migration", Response("<html>Log in</html>"), ServerFault, "did not answer with JSON"),
        ("migration", Response('["the-new-secret"]'), ServerFault, "did not answer with JSON"),
        ("migration", Response('{"Code": "Failed"}'), ServerFault, "answered 'Failed' instead of 'Success'"),
        ("migration", Response('{"Code": "Success", "Token": "the-new-secret"}'), ServerFault, "lacks TmpSecretId"),
    ],
)
def test_what_is_no_key_of_a_machine(
    machine: tuple[Any, MetadataService, str], asked: str, answer: Response, kind: Any, words: str
) -> None:
    service, url = machine[1:]
    service.answers[asked] = answer
    with pytest.raises(kind) as caught:
        InstanceRole(url=url).fetch()
    assert words in str(caught.value)
    assert "the-new-secret" not in str(caught.value)


def test_a_role_that_the_machine_does_not_have(machine: tuple[Any, MetadataService, str]) -> None:
    with pytest.raises(NotFound, match="this machine has no role other"):
        InstanceRole("other", machine[2]).fetch()


def test_nobody_waits_long_where_there_is_no_metadata_service(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    began = time.monotonic()
    with pytest.raises((Unreachable, OutcomeUnknown)):
        InstanceRole(url=f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}").fetch()
    listener.close()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_named: time.sleep(6))
    with pytest.raises((Unreachable, OutcomeUnknown), match="http://metadata.invalid/: .* within 2 seconds"):
        InstanceRole(url="http://metadata.invalid/").fetch()
    assert time.monotonic() - began < 4.5
