# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of a registry's data plane, against a registry of a few lines on loopback."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    ApiError,
    AuthenticationFailed,
    PermissionDenied,
    RateLimited,
    ServerFault,
    Unreachable,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._oci.auth import Challenge
from ansible_collections.cloud_registry.migration.plugins.module_utils._oci.client import DistributionClient

INDEX = "application/vnd.oci.image.index.v1+json"
CONTENT = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}).encode()
DIGEST = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
PASSWORD = "correct-horse-battery"


class Registry(ThreadingHTTPServer):
    """Holds one index under ``demo/team/api:v1``; its ways can be changed by attributes."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "bearer"
        self.password = PASSWORD
        self.names_digest = True
        self.knows_head = True
        self.expires_in = 300
        self.throttled = 0
        self.refusal: tuple[int, bytes] | None = None
        self.blobs_are_at = ""
        self.realm = f"{self.url}/service/token"
        self.tags = [f"v{number}" for number in range(5)]
        self.valid: set[str] = set()
        self.gives_valid_tokens = True
        self.token_requests: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def client(self, password: str | None = PASSWORD, **options: Any) -> DistributionClient:
        settings = {"retry": Retry(attempts=1), "sleep": lambda seconds: None, **options}
        return DistributionClient(self.url, "user" if password else None, password, **settings)


class Handler(BaseHTTPRequestHandler):
    server: Registry
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        server, url = self.server, urlsplit(self.path)
        with server.lock:
            server.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        if url.path == "/service/token":
            return self._token(parse_qs(url.query))
        if server.refusal:
            return self._send(server.refusal[0], server.refusal[1])
        if server.throttled:
            server.throttled -= 1
            return self._send(429, b"slow down", {"Retry-After": "3"})
        authorisation = self.headers.get("Authorization", "")
        if server.scheme == "bearer" and authorisation.partition(" ")[2] not in server.valid:
            challenge = f'Bearer realm="{server.realm}",service="harbor-registry",scope="{self._scope(url.path)}"'
            return self._send(401, b"{}", {"WWW-Authenticate": challenge})
        if server.scheme == "basic" and authorisation != "Basic dXNlcjpjb3JyZWN0LWhvcnNlLWJhdHRlcnk=":
            return self._send(401, b"{}", {"WWW-Authenticate": 'Basic realm="registry"'})
        return self._content(url.path, parse_qs(url.query))

    do_GET = do_HEAD = _answer  # noqa: N815

    def _scope(self, path: str) -> str:
        repository = path[len("/v2/") :].partition("/manifests/")[0].partition("/tags/")[0]
        return f"repository:{repository}:pull" if repository else ""

    def _token(self, query: dict[str, list[str]]) -> None:
        with self.server.lock:
            self.server.token_requests.append(query)
            token = f"token-{len(self.server.token_requests)}"
        if self.headers.get("Authorization") and self.server.password != PASSWORD:
            return self._send(401, b'{"errors": [{"code": "UNAUTHORIZED", "message": "bad user"}]}')
        if self.server.gives_valid_tokens:
            self.server.valid.add(token)
        body = {"token": token, "expires_in": self.server.expires_in}
        return self._send(200, json.dumps(body).encode())

    def _content(self, path: str, query: dict[str, list[str]]) -> None:
        server = self.server
        if path == "/v2/":
            return self._send(200, b"{}")
        if path == "/v2/demo/team/api/tags/list":
            last = int(query.get("last", ["-1"])[0])
            page = server.tags[last + 1 : last + 3]
            more = last + 3 < len(server.tags)
            link = {"Link": f'</v2/demo/team/api/tags/list?n=2&last={last + 2}>; rel="next"'} if more else {}
            return self._send(200, json.dumps({"name": "demo/team/api", "tags": page}).encode(), link)
        if path in ("/v2/demo/team/api/manifests/v1", f"/v2/demo/team/api/manifests/{DIGEST}"):
            if self.command == "HEAD" and not server.knows_head:
                return self._send(405, b"")
            if INDEX not in self.headers.get("Accept", ""):
                return self._send(404, b"{}")
            return self._send(200, CONTENT, {"Docker-Content-Digest": DIGEST} if server.names_digest else {})
        if path == f"/v2/demo/team/api/blobs/{DIGEST}":
            elsewhere = {"Location": server.blobs_are_at} if server.blobs_are_at else {}
            return self._send(307 if elsewhere else 200, b"" if elsewhere else CONTENT, elsewhere)
        return self._send(404, b'{"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}')

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def registry() -> Iterator[Registry]:
    server = Registry()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_digest_of_an_index_is_that_of_the_index(registry: Registry) -> None:
    client = registry.client()
    assert client.digest("demo/team/api", "v1") == DIGEST
    assert client.digest("demo/team/api", DIGEST) == DIGEST
    assert client.digest("demo/team/api", "none") is None
    assert {method for method, path, _headers in registry.requests if "manifests" in path} == {"HEAD"}


@pytest.mark.parametrize("missing", ["names_digest", "knows_head"])
def test_without_the_header_the_manifest_itself_is_read(registry: Registry, missing: str) -> None:
    setattr(registry, missing, False)
    assert registry.client().digest("demo/team/api", "v1") == DIGEST
    assert registry.requests[-1][0] == "GET"


def test_a_token_is_fetched_once_for_each_scope(registry: Registry) -> None:
    client = registry.client()
    client.check()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _number: client.digest("demo/team/api", "v1"), range(32))) == {DIGEST}
    scopes = [query.get("scope") for query in registry.token_requests]
    assert scopes == [None, ["repository:demo/team/api:pull"]]
    assert all(query["service"] == ["harbor-registry"] for query in registry.token_requests)


def test_a_token_that_has_expired_is_renewed(registry: Registry) -> None:
    client = registry.client()
    client.digest("demo/team/api", "v1")
    registry.valid.clear()
    assert client.digest("demo/team/api", "v1") == DIGEST
    registry.expires_in = 0
    assert len(registry.token_requests) == 2


def test_basic_authentication(registry: Registry) -> None:
    registry.scheme = "basic"
    client = registry.client()
    assert client.digest("demo/team/api", "v1") == DIGEST
    assert client.digest("demo/team/api", "v1") == DIGEST
    assert len(registry.requests) == 3
    with pytest.raises(AuthenticationFailed, match="by user 'user' and answered HTTP 401") as caught:
        registry.client("wrong-password").check()
    assert "wrong-password" not in str(caught.value)


@pytest.mark.parametrize("path", ["check", "digest"])
@pytest.mark.parametrize("seconds", [1.5, 4])
@pytest.mark.parametrize("tokens", ["refused", "useless"])
def test_a_user_who_is_locked_for_a_moment_is_waited_for(
    registry: Registry, path: str, seconds: float, tokens: str
) -> None:
    locked = [0.0]

    def change() -> None:
        registry.password = PASSWORD if locked[0] <= 0 or tokens == "useless" else "another"
        registry.gives_valid_tokens = locked[0] <= 0 or tokens != "useless"

    def sleep(wait: float) -> None:
        locked[0] -= wait
        change()

    client = registry.client(locks_users=True, sleep=sleep)
    known = seconds > 1.6
    if known:
        client.check()
    registry.valid.clear()
    locked[0] = seconds
    change()
    if path == "check":
        client.check()
    else:
        assert client.digest("demo/team/api", "v1") == DIGEST


@pytest.mark.parametrize("locks_users", [False, True])
def test_a_wrong_password_is_tried_once_or_twice(registry: Registry, locks_users: bool) -> None:
    waits: list[float] = []
    registry.password = "another"
    with pytest.raises(AuthenticationFailed):
        registry.client(locks_users=locks_users, sleep=waits.append).check()
    assert len(registry.token_requests) == 1 + locks_users
    assert len(waits) == locks_users


def test_a_registry_that_wants_nothing(registry: Registry) -> None:
    registry.scheme = "none"
    assert registry.client(None).digest("demo/team/api", "v1") == DIGEST
    assert "authorization" not in registry.requests[-1][2]


def test_wrong_credentials_are_named_without_the_password(registry: Registry) -> None:
    registry.password = "another"
    with pytest.raises(AuthenticationFailed) as caught:
        registry.client().check()
    assert "token service" in str(caught.value) and "bad user" in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_token_that_is_not_accepted_ends_in_an_error(registry: Registry) -> None:
    registry.gives_valid_tokens = False
    with pytest.raises(AuthenticationFailed):
        registry.client().digest("demo/team/api", "v1")
    assert len(registry.token_requests) == 1


def test_all_pages_of_tags_are_read(registry: Registry) -> None:
    assert registry.client().tags("demo/team/api") == ["v0", "v1", "v2", "v3", "v4"]
    assert registry.client().tags("demo/nothing") == []


def test_throttling_is_waited_for(registry: Registry) -> None:
    pauses: list[float] = []
    registry.throttled = 2
    assert registry.client(sleep=pauses.append).digest("demo/team/api", "v1") == DIGEST
    assert pauses == [3.0, 3.0]
    registry.throttled = 99
    with pytest.raises(RateLimited):
        registry.client().check()


@pytest.mark.parametrize(
    ("refusal", "error", "text"),
    [
        ((403, b"<html>whitelist</html>"), PermissionDenied, "whitelist has this host's address"),
        ((500, b'{"errors": [{"code": "UNKNOWN", "message": "broken"}]}'), ServerFault, "UNKNOWN broken"),
        ((301, b""), ApiError, "redirects"),
        ((418, b"tea"), ApiError, "tea"),
    ],
)
def test_refusals(registry: Registry, refusal: tuple[int, bytes], error: type[Exception], text: str) -> None:
    registry.refusal = refusal
    with pytest.raises(error) as caught:
        registry.client().check()
    assert text in str(caught.value)


def test_connect_to_goes_to_the_address_but_keeps_the_name(registry: Registry) -> None:
    name = f"http://demo.registry.invalid:{registry.server_port}"
    registry.realm = f"{name}/service/token"
    client = DistributionClient(name, "user", PASSWORD, connect_to="127.0.0.1", retry=Retry(attempts=1))
    assert client.digest("demo/team/api", "v1") == DIGEST
    assert {headers["host"] for _method, _path, headers in registry.requests} == {
        f"demo.registry.invalid:{registry.server_port}"
    }


def test_nobody_there(registry: Registry) -> None:
    client = DistributionClient("http://127.0.0.1:1", "user", PASSWORD, retry=Retry(attempts=1))
    with pytest.raises(Unreachable):
        client.digest("demo/team/api", "v1")


@pytest.mark.parametrize(
    ("header", "scheme", "parameters"),
    [
        (
            'Bearer realm="https://a/b?c=d,e",service="s",scope="repository:x/y:pull,push"',
            "bearer",
            {"realm": "https://a/b?c=d,e", "service": "s", "scope": "repository:x/y:pull,push"},
        ),
        ("bearer realm=https://a", "bearer", {"realm": "https://a"}),
        ('Basic realm="x"', "basic", {"realm": "x"}),
        ('Basic realm="x", Bearer realm="y"', "bearer", {"realm": "y"}),
    ],
)
def test_challenges(header: str, scheme: str, parameters: dict[str, str]) -> None:
    assert Challenge.parse(header) == Challenge(scheme, parameters)


def test_no_usable_challenge() -> None:
    assert Challenge.parse("") is None and Challenge.parse("Negotiate") is None


def test_a_blob_is_read_where_the_registry_keeps_it_without_our_credentials(registry: Registry) -> None:
    client = registry.client()
    assert client.blob("demo/team/api", DIGEST) == CONTENT
    assert client.blob("demo/team/api", "sha256:" + "0" * 64) is None
    storage = Registry()
    storage.scheme = "none"
    thread = threading.Thread(target=storage.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        registry.blobs_are_at = f"{storage.url}/v2/demo/team/api/blobs/{DIGEST}?signature=very-secret"
        assert client.blob("demo/team/api", DIGEST) == CONTENT
        ((_method, path, headers),) = storage.requests
        assert path.endswith("?signature=very-secret") and "authorization" not in headers
        storage.refusal = (500, b"broken: very-secret")
        with pytest.raises(ServerFault) as caught:
            client.blob("demo/team/api", DIGEST)
        assert "very-secret" not in str(caught.value)
    finally:
        storage.shutdown()
        thread.join()
        storage.server_close()
