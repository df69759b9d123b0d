# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP layer on loopback: what is repeated, what is not, and what the messages say."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    InvalidInput,
    MissingLibrary,
    OutcomeUnknown,
    ServerFault,
    Unreachable,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.errors import code_and_reason
from ansible_collections.cloud_registry.migration.plugins.module_utils._http import client as http_client
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Http, Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.redaction import Redactor

QUICK = Retry(attempts=3, sleep=lambda seconds: None)


class Answers(ThreadingHTTPServer):
    """Answers from a list: a status with a body, or ``None`` for a connection that is closed without an answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, bytes] | None] = []
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Answers
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        answer = self.server.answers.pop(0) if self.server.answers else (200, b"{}")
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer[0])
        self.send_header("Content-Length", str(len(answer[1])))
        self.send_header("Set-Cookie", "sid=abc; Path=/")
        self.end_headers()
        self.wfile.write(answer[1])

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Answers]:
    server = Answers()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_reads_are_repeated_and_the_answer_comes_through(server: Answers) -> None:
    server.answers = [None, (502, b"<html>"), (200, b'{"a": 1}')]
    assert Http(server.url, retry=QUICK).request("GET", "/x", params={"q": "1"}).json() == {"a": 1}
    assert [request[1] for request in server.requests] == ["/x?q=1"] * 3


def test_a_write_that_was_sent_is_never_repeated(server: Answers) -> None:
    server.answers = [None]
    with pytest.raises(OutcomeUnknown, match="the connection ended before an answer came"):
        Http(server.url, retry=QUICK).request("POST", "/x", json={})
    assert len(server.requests) == 1
    server.answers = [(502, b"<html>")]
    assert Http(server.url, retry=QUICK).request("POST", "/x", json={}).status == 502
    assert len(server.requests) == 2


def test_a_write_declared_safe_is_repeated(server: Answers) -> None:
    server.answers = [None]
    assert Http(server.url, retry=QUICK).request("POST", "/x", json={}, safe=True).status == 200


def test_no_connection_is_certainly_not_executed() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        pauses: list[float] = []
        client = Http(url, retry=Retry(attempts=3, sleep=pauses.append))
        with pytest.raises(Unreachable, match="Connection refused"):
            client.request("POST", "/x")
    assert len(pauses) == 2 and pauses[1] > pauses[0]
    with pytest.raises(Unreachable):
        Http("http://no-such-host.invalid", retry=Retry(attempts=1)).request("GET", "/")


def test_no_answer_in_time_is_an_unknown_outcome() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Http(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.1, retry=QUICK)
        with pytest.raises(OutcomeUnknown, match=r"no answer within 0\.1 seconds"):
            client.request("POST", "/x")


@pytest.mark.parametrize(
    "beginning", [b"HTTP/1.1 200 OK\r\nX-Padding: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"]
)
def test_an_answer_that_comes_in_drops_is_not_waited_for(beginning: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def drip() -> None:
            connection, _client = listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(beginning)
                for _drop in range(60):
                    if stop.wait(0.05):
                        return
                    connection.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        client = Http(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=0.2, retry=QUICK)
        begin = time.monotonic()
        try:
            with pytest.raises(OutcomeUnknown, match=r"no complete answer within 0\.4 seconds"):
                client.request("POST", "/x")
            assert time.monotonic() - begin < 2
        finally:
            stop.set()
            dripping.join()


def test_cookies_are_never_sent(server: Answers) -> None:
    client = Http(server.url)
    for _attempt in range(2):
        client.request("GET", "/")
    assert all("cookie" not in request[2] for request in server.requests)


def test_the_netrc_file_replaces_no_header(server: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    Http(server.url).request("GET", "/", headers={"Authorization": "Bearer ours"})
    Http(server.url).request("GET", "/")
    assert [request[2].get("authorization") for request in server.requests] == ["Bearer ours", None]


def test_a_header_with_a_line_break_is_refused_and_not_shown(server: Answers) -> None:
    client = Http(server.url, redactor=Redactor(["very-secret\n"]), retry=QUICK)
    with pytest.raises(InvalidInput, match="contains a line break") as caught:
        client.request("POST", "/", headers={"X-TC-Token": "very-secret\n"})
    assert "very-secret" not in str(caught.value) and server.requests == []


def test_connect_to_keeps_the_name_in_the_host_header(server: Answers) -> None:
    client = Http(f"http://demo.invalid:{server.server_port}", connect_to="127.0.0.1")
    assert client.request("GET", "/v2/").status == 200
    assert server.requests[0][2]["host"] == f"demo.invalid:{server.server_port}"


def test_something_that_is_not_json_is_shown(server: Answers) -> None:
    server.answers = [(200, b"<html><title>\n please log in </title><p>Password:</html>")]
    with pytest.raises(ServerFault, match="not JSON: an HTML page with the title 'please log in'\\. Check"):
        Http(server.url).request("GET", "/x").json()


def test_secrets_are_masked_everywhere() -> None:
    redactor = Redactor(["pass-word-1", None, "x"])
    redactor.add("issued-later")
    shown = redactor("pass-word-1 issued-later http://user:pw@host/ Authorization: Bearer abcdefghijk x")
    assert shown == "******** ******** http://********@host/ Authorization: Bearer ******** x"
    with pytest.raises(Unreachable) as caught:
        Http("http://127.0.0.1:1", redactor=redactor, retry=Retry(attempts=1)).request("GET", "/?k=pass-word-1")
    assert "pass-word-1" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["demo", "ftp://demo", "https://", "http://[demo", "http://demo:99999", "http://demo:x", "https://me:hush@demo"],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput, match="is not the address of a server") as caught:
        Http(address)
    assert "hush" not in str(caught.value)


def test_missing_requests_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "REQUESTS_IMPORT_ERROR", ImportError("No module named 'requests'"))
    with pytest.raises(MissingLibrary, match=r"library 'requests' is missing for .* Install it there"):
        Http("https://demo.example.com")


def test_a_secret_at_the_end_of_what_is_shown_is_masked_before_the_rest_is_cut(server: Answers) -> None:
    secret = "s" * 40
    server.answers = [(500, b"x" * 280 + secret.encode())]
    answer = Http(server.url, redactor=Redactor([secret]), retry=QUICK).request("POST", "/")
    assert "s" not in answer.excerpt()
    assert "s" not in code_and_reason(answer)[1]
