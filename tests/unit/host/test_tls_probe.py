# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether containers trust a certificate, asked of real curl and openssl about real servers on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._host import tls_probe
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.commands import Host
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.tls_probe import (
    ProbeStatus,
    probe_registry_access,
)
from tests.support.encrypted import encrypted

CLOSED = "https://127.0.0.1:9/v2/"
pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="curl or openssl is not installed"
)


class Silent(BaseHTTPRequestHandler):
    """Answers 401, as a registry does without a token."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Two servers, by whether the containers trust them; ``bundle`` is the list of authorities of the containers."""
    directory = tmp_path_factory.mktemp("authorities")
    with encrypted(directory, "trusted", Silent) as trusted, encrypted(directory, "untrusted", Silent) as untrusted:
        found = {"trusted": f"{trusted}/v2/", "untrusted": f"{untrusted}/v2/"}
        yield {**found, "bundle": str(directory / "trusted.pem")}


@pytest.fixture
def look(
    servers: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[tuple[str, str]]]:
    """Look from a container whose image lacks some programs: the problems as pairs of kind and sentence."""
    monkeypatch.setenv("CURL_CA_BUNDLE", servers["bundle"])
    monkeypatch.setenv("SSL_CERT_FILE", servers["bundle"])

    def run_command(command: Sequence[str], environ_update: dict[str, str], **_more: Any) -> tuple[int, str, str]:
        environment = {**os.environ, **environ_update}
        ended = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stdout, ended.stderr

    def looked(url: str, public: str | None = None, lacking: str = "none", bundle: int = 0) -> list[tuple[str, str]]:
        engine = tmp_path / "docker"
        engine.write_text(f'#!/bin/sh\nshift 2\ncase $1 in sh) exit {bundle};; {lacking}) exit 127;; esac\nexec "$@"\n')
        engine.chmod(0o755)
        inside = [str(engine), "exec", "harbor-core"]
        return [
            (one["kind"], one["text"]) for one in probe_registry_access(Host(run_command), inside, "core", url, public)
        ]

    return looked


PROGRAMS = pytest.mark.parametrize("lacking", ["none", "curl"], ids=["curl", "openssl"])


@PROGRAMS
def test_a_registry_that_is_trusted(
    look: Callable[..., list[tuple[str, str]]], servers: dict[str, str], lacking: str
) -> None:
    assert look(servers["trusted"], lacking=lacking) == []


@PROGRAMS
def test_a_registry_that_is_not_trusted(
    look: Callable[..., list[tuple[str, str]]], servers: dict[str, str], lacking: str
) -> None:
    ((kind, text),) = look(servers["untrusted"], servers["trusted"], lacking=lacking)
    assert kind == "trust"
    assert f"core does not trust the certificate of {servers['untrusted']}" in text
    assert "common/config/shared/trust-certificates" in text


@PROGRAMS
def test_before_the_registry_is_reached_a_public_address_tells(
    look: Callable[..., list[tuple[str, str]]], servers: dict[str, str], lacking: str
) -> None:
    assert [kind for kind, _text in look(CLOSED, servers["trusted"], lacking=lacking)] == ["connection"]
    (_connection, (kind, text)) = look(CLOSED, servers["untrusted"], lacking=lacking)
    assert kind == "trust"
    assert servers["untrusted"] in text


@PROGRAMS
@pytest.mark.parametrize("public", [None, CLOSED.replace(":9", ":7"), "http://localhost:7"])
def test_where_nothing_is_reached_that_is_said(
    look: Callable[..., list[tuple[str, str]]], public: str | None, lacking: str
) -> None:
    (_connection, (kind, text)) = look(CLOSED, public, lacking=lacking)
    assert kind == "untested"
    assert f"Whether core trusts the certificate of {CLOSED} could not be tested: it " in text
    assert (public in text) is public.startswith("https") if public else "it is not reached" in text


@pytest.fixture
def reset() -> Iterator[str]:
    """A registry that resets connections of those who are not in its whitelist, once they begin to speak."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _address = listener.accept()
                    connection.recv(1)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://localhost:{listener.getsockname()[1]}/v2/"


@PROGRAMS
def test_a_registry_that_resets_is_not_taken_for_one_that_is_not_trusted(
    look: Callable[..., list[tuple[str, str]]], servers: dict[str, str], reset: str, lacking: str
) -> None:
    ((kind, text),) = look(reset, servers["trusted"], lacking=lacking)
    assert kind == "connection"
    assert f"the whitelist lacks its address, at the host of {reset}" in text
    assert [one[0] for one in look(reset, reset, lacking=lacking)] == ["connection", "untested"]


@pytest.mark.parametrize(
    ("errors", "status"),
    [
        ("curl: (35) OpenSSL/3.0.8: error:0A000086:SSL routines::certificate verify failed", ProbeStatus.UNTRUSTED),
        ("curl: (35) error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca", ProbeStatus.UNTRUSTED),
        ("curl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to demo:443", ProbeStatus.UNREACHED),
        ("curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to demo:443", ProbeStatus.UNREACHED),
        ("curl: (35) error:0A00010B:SSL routines::wrong version number", ProbeStatus.UNKNOWN),
    ],
)
def test_a_handshake_that_failed_is_about_trust_only_when_it_says_so(errors: str, status: ProbeStatus) -> None:
    assert tls_probe.parse_curl_result(35, errors).status is status


def test_an_image_without_programs_is_said(look: Callable[..., list[tuple[str, str]]], servers: dict[str, str]) -> None:
    ((kind, text),) = look(servers["untrusted"], servers["trusted"], lacking="curl|openssl")
    assert kind == "untested"
    assert "its image has neither curl nor openssl" in text


def test_a_container_without_a_list_of_authorities(
    look: Callable[..., list[tuple[str, str]]], servers: dict[str, str]
) -> None:
    ((kind, text),) = look(servers["trusted"], bundle=tls_probe.NO_BUNDLE)
    assert kind == "trust"
    assert "/etc/pki/tls/certs/ca-bundle.crt" in text
    assert look(servers["trusted"], bundle=127) == []


def test_the_list_is_looked_for_with_a_shell(tmp_path: Path) -> None:
    """A shell as in the image: a file that is empty is none."""
    file = tmp_path / "ca-bundle.crt"
    program = [*tls_probe.FIND_BUNDLE[:2], tls_probe.FIND_BUNDLE[2].replace(tls_probe.BUNDLES[1], str(file))]
    for name in (tls_probe.BUNDLES[0], *tls_probe.BUNDLES[2:]):
        program[2] = program[2].replace(name, str(tmp_path / "missing"))
    for content, status in ((None, tls_probe.NO_BUNDLE), ("", tls_probe.NO_BUNDLE), ("authority", 0)):
        if content is not None:
            file.write_text(content)
        assert subprocess.run(program, check=False).returncode == status


def test_without_encryption_there_is_nothing_to_trust(look: Callable[..., list[tuple[str, str]]]) -> None:
    problems = look(CLOSED.replace("https", "http"), bundle=tls_probe.NO_BUNDLE)
    assert [kind for kind, _text in problems] == ["connection"]
