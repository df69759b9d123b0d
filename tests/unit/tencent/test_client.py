# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transport of the Tencent API against a scripted server on loopback."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    ApiError,
    AuthenticationFailed,
    InvalidInput,
    MigrationError,
    OutcomeUnknown,
    RateLimited,
    ServerFault,
    Unreachable,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.client import TencentClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import Credential
from tests.sandbox.core.web import Drop
from tests.sandbox.tcr import tc3 as verifier
from tests.unit.tencent.tencent_support import CREDENTIAL, OK, Script, client, failure

DOMAIN = "tencentcloudapi.com"


def test_a_request_is_signed_as_it_is_sent(url: str, script: Script) -> None:
    answer = client(url).call(
        "DescribeThings", {"RegistryId": "tcr-1", "Skipped": None, "Text": "自建"}, "ap-guangzhou"
    )
    assert answer["Answer"] == 42
    (request,) = script.requests
    assert json.loads(request.data) == {"RegistryId": "tcr-1", "Text": "自建"}
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["X-TC-Action"] == "DescribeThings"
    assert request.headers["X-TC-Version"] == "2019-09-24"
    assert request.headers["X-TC-Region"] == "ap-guangzhou"
    assert request.headers["X-TC-Language"] == "en-US"
    assert request.headers["X-TC-Token"] == "the-session-token"
    assert re.fullmatch(r"[0-9a-zA-Z\-_,;.]{1,128}", request.headers["X-TC-RequestClient"])
    assert abs(int(request.headers["X-TC-Timestamp"]) - time.time()) < 5
    authorization = verifier.parse_authorization(request.headers["Authorization"], "tcr")
    headers = {name.lower(): value for name, value in request.headers}
    verifier.check_signature(authorization, CREDENTIAL.secret_key, "POST", "", headers, request.data)


def test_no_token_header_without_a_token(url: str, script: Script) -> None:
    client(url, Credential("AKIDEXAMPLE", "the-secret-key")).call("DescribeThings", {}, "ap-guangzhou")
    assert "X-TC-Token" not in script.requests[0].headers
    assert script.requests[0].data == b"{}"


def test_an_action_without_a_credential_is_not_signed(url: str, script: Script) -> None:
    TencentClient(None, "sts", "2018-08-13", url).call("AssumeRoleWithWebIdentity", {}, "ap-guangzhou")
    assert script.requests[0].headers["Authorization"] == "SKIP"
    assert "X-TC-Token" not in script.requests[0].headers


def test_the_credential_is_asked_for_its_key_at_each_attempt(url: str, script: Script) -> None:
    script.answers = [failure("RequestLimitExceeded"), failure("InvalidParameter", "Not secret-key-1 nor session-2")]
    keys = [Credential(f"id-{number}", f"secret-key-{number}", f"session-{number}") for number in (1, 2)]

    class Changing:
        region = None

        def current(self) -> Credential:
            return keys[len(script.requests)]

        def invalidate(self, key: Credential) -> bool:
            return True

    with pytest.raises(MigrationError) as caught:
        client(url, Changing()).call("CreateThing", {}, "ap-guangzhou")
    assert [request.headers["X-TC-Token"] for request in script.requests] == ["session-1", "session-2"]
    assert caught.value.message.count("********") == 2


@pytest.mark.parametrize("code", ["AuthFailure.SecretIdNotFound", "UnauthorizedOperation"])
def test_whose_key_was_refused_is_told(url: str, script: Script, code: str) -> None:
    script.answers = [failure(code)]
    with pytest.raises(MigrationError, match=r" The key comes from a file\.$"):
        client(url, Credential("id", "secret-key", source="a file")).call("DescribeThings", {}, "ap-guangzhou")


@pytest.mark.parametrize(
    ("endpoint", "url", "host"),
    [
        ("tcr.tencentcloudapi.com", "https://tcr.tencentcloudapi.com", "tcr.tencentcloudapi.com"),
        (" TCR.Intl.tencentcloudapi.com ", "https://tcr.intl.tencentcloudapi.com", "tcr.intl.tencentcloudapi.com"),
        (f"tcr.internal.{DOMAIN}", f"https://tcr.internal.{DOMAIN}", f"tcr.internal.{DOMAIN}"),
        (f"tcr.ap-guangzhou.{DOMAIN}", f"https://tcr.ap-guangzhou.{DOMAIN}", f"tcr.ap-guangzhou.{DOMAIN}"),
        ("https://tcr.tencentcloudapi.com/", "https://tcr.tencentcloudapi.com", "tcr.tencentcloudapi.com"),
        ("https://tcr.tencentcloudapi.com:443", "https://tcr.tencentcloudapi.com:443", "tcr.tencentcloudapi.com"),
        ("tcr.example.org:8443", "https://tcr.example.org:8443", "tcr.example.org:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://127.0.0.1:80", "http://127.0.0.1:80", "127.0.0.1"),
        ("http://[::1]:8080", "http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_endpoints(endpoint: str, url: str, host: str) -> None:
    made = client(endpoint)
    assert made._http.base_url == url
    assert made._host == host
    assert EnvironBuilder(base_url=url).host in (host, f"{host}:443", f"{host}:80")
    headers = {name.lower(): value for name, value in made._headers("A", "r", b"{}", CREDENTIAL).items()}
    assert headers["host"] == host
    authorization = verifier.parse_authorization(headers["authorization"], "tcr")
    verifier.check_signature(authorization, CREDENTIAL.secret_key, "POST", "", headers, b"{}")


@pytest.mark.parametrize(
    "endpoint", ["", "https://", "ftp://tcr.tencentcloudapi.com", "host/path", "host:port", "u:p@host", "host?a=b"]
)
def test_an_endpoint_that_is_none(endpoint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        client(endpoint)
    assert "tcr_endpoint" in str(caught.value)
    assert repr(endpoint) in str(caught.value)


@pytest.mark.parametrize("kind", [Drop, Response("<html>Bad gateway</html>", 502), failure("InternalError.DbError")])
def test_reads_are_repeated(url: str, script: Script, kind: Any) -> None:
    script.answers = [kind, kind, OK]
    assert client(url).call("DescribeThings", {}, "ap-guangzhou")["Answer"] == 42
    script.answers = [kind]
    script.requests.clear()
    with pytest.raises((OutcomeUnknown, ServerFault)):
        client(url).call("CheckThing", {}, "ap-guangzhou")
    assert len(script.requests) == 3


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (Drop, OutcomeUnknown),
        (Response("<html>Bad gateway</html>", 502), ServerFault),
        (failure("InternalError"), ServerFault),
        (failure("FailedOperation.DependenceError"), ServerFault),
    ],
)
def test_writes_of_unknown_outcome_are_not_repeated(
    url: str, script: Script, kind: Any, error: type[MigrationError]
) -> None:
    script.answers = [kind]
    with pytest.raises(error):
        client(url).call("CreateThing", {}, "ap-guangzhou")
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "code",
    [
        "RequestLimitExceeded",
        "RequestLimitExceeded.UinLimitExceeded",
        "RequestLimitExceeded.IPLimitExceeded",
        "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
    ],
)
def test_what_the_limiter_refused_is_repeated_always_but_not_for_ever(url: str, script: Script, code: str) -> None:
    script.answers = [failure(code), failure(code), failure(code), failure(code), OK]
    assert client(url).call("CreateThing", {}, "ap-guangzhou")["Answer"] == 42
    script.answers = [failure(code)]
    script.requests.clear()
    with pytest.raises(RateLimited):
        client(url).call("CreateThing", {}, "ap-guangzhou")
    assert len(script.requests) == 10


def test_what_found_no_server_is_repeated() -> None:
    pauses: list[float] = []
    made = TencentClient(
        CREDENTIAL, "tcr", "2019-09-24", "http://127.0.0.1:9", retry=Retry(attempts=3, sleep=pauses.append)
    )
    with pytest.raises(Unreachable):
        made.call("CreateThing", {}, "ap-guangzhou")
    assert len([pause for pause in pauses if pause > 0.3]) == 2


def test_each_attempt_is_signed_again(url: str, script: Script) -> None:
    script.answers = [Drop, OK]
    moments = iter([1_700_000_000.0, 1_700_000_700.0])
    client(url, clock=lambda: next(moments)).call("DescribeThings", {}, "ap-guangzhou")
    assert [request.headers["X-TC-Timestamp"] for request in script.requests] == ["1700000000", "1700000700"]
    assert len({request.headers["Authorization"] for request in script.requests}) == 2


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (
            Response("<html><title>Login please</title><p>Password</p></html>", 403),
            ApiError,
            ("HTTP 403", "Login please", "proxy"),
        ),
        (Response("", 302), ApiError, ("HTTP 302", "tcr_endpoint")),
        (Response("<html>hello</html>", 200), ServerFault, ("not JSON", "an HTML page without a title")),
        ({"Other": {}}, ServerFault, ("not one of the Tencent Cloud API", "tcr_endpoint")),
        (Response("[]", 200), ServerFault, ("not one of the Tencent Cloud API",)),
    ],
)
def test_what_is_no_answer_of_the_api(
    url: str, script: Script, answer: Any, error: type[MigrationError], words: tuple[str, ...]
) -> None:
    script.answers = [answer]
    with pytest.raises(error) as caught:
        client(url).call("CreateThing", {}, "ap-guangzhou")
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_unknown_fields_and_deprecation_are_ignored(url: str, script: Script) -> None:
    script.answers = [{"Response": {"New": {"Deep": []}, "DeprecatedWarning": "soon", "RequestId": "x"}}]
    assert client(url).call("DescribeThings", {}, "ap-guangzhou")["New"] == {"Deep": []}


def test_an_error_names_action_registry_region_code_and_request(url: str, script: Script) -> None:
    script.answers = [failure("InvalidParameter", "The  thing\nis wrong.")]
    with pytest.raises(MigrationError) as caught:
        client(url).call("CreateThing", {"RegistryId": "tcr-1"}, "ap-guangzhou")
    assert str(caught.value) == (
        "CreateThing for tcr-1 in ap-guangzhou failed: The thing is wrong (InvalidParameter). (request id id-2)"
    )
    assert (caught.value.code, caught.value.request_id, caught.value.status) == ("InvalidParameter", "id-2", 200)


@pytest.mark.parametrize(("ahead", "direction"), [(400, "ahead of"), (-7200, "behind")])
def test_a_wrong_clock_is_measured(url: str, script: Script, ahead: int, direction: str) -> None:
    script.answers = [failure("AuthFailure.SignatureExpire")]
    with pytest.raises(AuthenticationFailed) as caught:
        client(url, clock=lambda: time.time() + ahead).call("DescribeThings", {}, "ap-guangzhou")
    found = re.search(r"The clock of this host is (\d+) seconds (ahead of|behind) the server's", str(caught.value))
    assert found is not None, str(caught.value)
    assert abs(int(found[1]) - abs(ahead)) < 10
    assert found[2] == direction


def test_secrets_are_in_no_message(url: str, script: Script) -> None:
    message = f"Not {CREDENTIAL.secret_key} nor {CREDENTIAL.token}"
    for answer in (failure("InvalidParameter", message), Response(message, 404), Response(message, 200)):
        script.answers = [answer]
        with pytest.raises(MigrationError) as caught:
            client(url).call("CreateThing", {}, "ap-guangzhou")
        shown = f"{caught.value} {caught.value.args} {caught.value.as_result()}"
        assert CREDENTIAL.secret_key not in shown
        assert str(CREDENTIAL.token) not in shown
    assert CREDENTIAL.secret_key not in repr(CREDENTIAL)
