# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults at every moment of a request, on loopback: a write is repeated only if nothing of it was sent."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    CertificateRefused,
    MigrationError,
    OutcomeUnknown,
    Unreachable,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Http, Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.client import TencentClient
from tests.support.encrypted import authority

QUICK = Retry(attempts=3, sleep=lambda seconds: None)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
Behaviour = Callable[["Server", socket.socket], None]


class Server:
    """Listens on loopback, does with each connection what it is told, and remembers the requests that it read."""

    def __init__(self, behaviour: Behaviour, certificate: Path | None = None) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self._behaviour = behaviour
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if certificate is not None:
            self._context.load_cert_chain(certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _client = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                self._behaviour(self, connection)

    def read(self, connection: socket.socket) -> None:
        """Read one request and remember its first line; a connection that ends before is no request."""
        with connection.makefile("rb") as file:
            first = file.readline().decode().strip()
            length = 0
            for line in iter(file.readline, b"\r\n"):
                if not line:
                    return
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            file.read(length)
        self.requests.append(first)

    def encrypt(self, connection: socket.socket) -> ssl.SSLSocket:
        return self._context.wrap_socket(connection, server_side=True)


def close_after_request(server: Server, connection: socket.socket) -> None:
    server.read(connection)


def reset_after_request(server: Server, connection: socket.socket) -> None:
    server.read(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer(server: Server, connection: socket.socket) -> None:
    server.read(connection)
    connection.sendall(ANSWER)


def encrypted(then: Behaviour) -> Behaviour:
    def behave(server: Server, connection: socket.socket) -> None:
        with server.encrypt(connection) as inside:
            then(server, inside)

    return behave


def tunnel(then: Behaviour) -> Behaviour:
    """A proxy that grants CONNECT, and the server behind it in one; the CONNECT is not remembered."""

    def behave(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        assert server.requests.pop().startswith("CONNECT localhost:1 ")
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        encrypted(then)(server, connection)

    return behave


def broken_record(server: Server, connection: socket.socket) -> None:
    """Behind TLS: clear text as the answer, as by a middlebox."""
    with server.encrypt(connection) as inside:
        server.read(inside)
        with socket.socket(fileno=os.dup(inside.fileno())) as clear:
            clear.sendall(b"HTTP/1.1 502 Bad gateway, in clear\r\n\r\n")


def refuse(server: Server, connection: socket.socket) -> None:
    server.read(connection)
    connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return authority(tmp_path_factory.mktemp("authority"), "Loopback")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    yield


def failure(client: Http, method: str = "POST") -> MigrationError:
    with pytest.raises(MigrationError) as caught:
        client.request(method, "/", json={})
    return caught.value


@pytest.mark.parametrize(
    ("url", "behaviour"),
    [
        ("http://tcr.invalid", close_after_request),
        ("http://tcr.invalid", reset_after_request),
        ("https://localhost:1", tunnel(close_after_request)),
        ("https://localhost:1", tunnel(reset_after_request)),
    ],
)
def test_a_write_that_a_proxy_passed_on_is_not_repeated(
    url: str, behaviour: Behaviour, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(behaviour, certificate) as proxy:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        error = failure(Http(url, validate_certs=False, timeout=2, retry=QUICK))
    assert isinstance(error, OutcomeUnknown) and "before an answer came" in str(error)
    assert len(proxy.requests) == 1 and proxy.requests[0].startswith("POST ")


@pytest.mark.parametrize("behaviour", [refuse, close_after_request])
def test_a_proxy_that_makes_no_tunnel_executes_nothing(behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(behaviour) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        error = failure(Http("https://localhost:1", timeout=2, retry=QUICK))
    assert isinstance(error, Unreachable)
    assert [request.split()[0] for request in proxy.requests] == ["CONNECT"] * 3


def test_a_write_is_repeated_until_its_tunnel_is_made(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_once(server: Server, connection: socket.socket) -> None:
        (tunnel(answer) if server.requests else refuse)(server, connection)

    with Server(refuse_once, certificate) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        client = Http("https://localhost:1", ca_path=str(certificate), timeout=2, retry=QUICK)
        assert client.request("POST", "/x").status == 200
    assert [request.split()[0] for request in proxy.requests] == ["CONNECT", "POST"]


def test_a_tls_fault_after_the_request_is_an_unknown_outcome(certificate: Path) -> None:
    with Server(broken_record, certificate) as server:
        error = failure(Http(f"https://localhost:{server.port}", ca_path=str(certificate), timeout=2, retry=QUICK))
    assert isinstance(error, OutcomeUnknown) and "certificate" not in str(error)
    assert server.requests == ["POST / HTTP/1.1"]


def test_a_tls_fault_of_the_handshake_executes_nothing() -> None:
    with Server(lambda server, connection: connection.sendall(ANSWER)) as server:
        error = failure(Http(f"https://127.0.0.1:{server.port}", timeout=2, retry=QUICK))
    assert isinstance(error, Unreachable) and not isinstance(error, CertificateRefused)
    assert "certificate" not in str(error) and server.connections == 3


@pytest.mark.parametrize("trusted", [False, True])
def test_a_certificate_that_is_not_accepted_is_met_once(trusted: bool, certificate: Path) -> None:
    with Server(encrypted(answer), certificate) as server:
        url, authorities = f"https://other.invalid:{server.port}", str(certificate) if trusted else None
        error = failure(Http(url, ca_path=authorities, connect_to="127.0.0.1", timeout=2, retry=QUICK))
    assert isinstance(error, CertificateRefused) and "the TLS certificate was not accepted" in str(error)
    assert ("other.invalid" in error.message.rpartition("accepted")[2]) == trusted
    assert server.requests == [] and server.connections == 1


def test_the_client_of_tencent_cloud_meets_such_a_certificate_once(certificate: Path) -> None:
    with Server(encrypted(answer), certificate) as server:
        client = TencentClient(None, "tcr", "2019-09-24", f"https://localhost:{server.port}", retry=QUICK)
        with pytest.raises(CertificateRefused):
            client.call("DescribeInstances", {}, "ap-guangzhou")
    assert server.connections == 1


def test_what_was_given_up_before_it_was_sent_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve, resolved = socket.getaddrinfo, threading.Event()

    def slow(*arguments: object, **options: object) -> object:
        resolved.wait(5)
        return resolve(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with Server(answer) as server:
        before = set(threading.enumerate())
        error = failure(Http(f"http://127.0.0.1:{server.port}", timeout=0.1, retry=QUICK))
        assert isinstance(error, Unreachable) and "no connection within 0.2 seconds" in str(error)
        abandoned = set(threading.enumerate()) - before
        resolved.set()
        for thread in abandoned:
            thread.join(5)
    assert len(abandoned) == 3 and server.requests == []


def test_the_connection_of_an_answer_that_is_not_waited_for_ends() -> None:
    ended = threading.Event()

    def drip(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
        connection.settimeout(0.02)
        for _drop in range(100):
            connection.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                if connection.recv(1) == b"":
                    ended.set()
                    return

    with Server(drip) as server:
        error = failure(Http(f"http://127.0.0.1:{server.port}", timeout=0.2, retry=QUICK))
        assert ended.wait(1)
    assert isinstance(error, OutcomeUnknown) and len(server.requests) == 1
