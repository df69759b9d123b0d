# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be used is said without a request and without a secret: proxies, authorities, headers; and the causes."""

from __future__ import annotations

import importlib.util
import queue
import socket
import threading
from pathlib import Path

import pytest
import requests

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    InvalidInput,
    OutcomeUnknown,
    Unreachable,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Http, Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.failures import Limits, failure_of
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.redaction import Redactor
from tests.support.encrypted import authority


def client(url: str = "https://localhost:1", ca_path: str | None = None) -> tuple[Http, list[float]]:
    """A client, and the pauses that it makes before it repeats a request."""
    pauses: list[float] = []
    return Http(url, ca_path=ca_path, timeout=2, retry=Retry(attempts=3, sleep=pauses.append)), pauses


@pytest.mark.parametrize(
    "proxy",
    [
        "http://user:s3cr3t/pw@proxy.invalid:8080",
        "http://user:s3cr3t#x@proxy.invalid:8080",
        "http://user:s3cr3t@proxy.invalid:80x80",
        "http://user:s3cr3t@[proxy:8080",
        pytest.param(
            "socks5://user:s3cr3t@proxy.invalid:1",
            marks=pytest.mark.skipif(importlib.util.find_spec("socks") is not None, reason="PySocks is installed"),
        ),
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused_and_not_shown(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", proxy)
    http, pauses = client()
    with pytest.raises(InvalidInput, match="Correct HTTPS_PROXY or HTTP_PROXY") as caught:
        http.request("POST", "/")
    assert "s3cr3t" not in str(caught.value) and pauses == []


@pytest.mark.parametrize("value", ["t\u201d-very-secret", "\uff29D-very-secret"])
def test_a_header_that_is_not_latin_is_refused_and_not_shown(value: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        http, pauses = client(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(InvalidInput, match="a character that is not Latin") as caught:
            http.request("POST", "/", headers={"X-TC-Token": value})
    assert "very-secret" not in str(caught.value) and pauses == []


def test_a_header_that_only_http_client_refuses_is_not_shown() -> None:
    error = ValueError("Invalid header value b'very-secret\\n'")
    problem = failure_of("GET /", error, False, Limits(1, 2), Redactor(), "harbor_url")
    assert isinstance(problem, InvalidInput)
    assert "contains a line break" in str(problem) and "very-secret" not in str(problem)


def test_authorities_that_cannot_be_used_are_told_before_any_request(tmp_path: Path) -> None:
    text = tmp_path / "authorities.pem"
    text.write_text("no certificate")
    for option, name in (
        ("harbor_url", "harbor_ca_path"),
        ("tcr_endpoint", "tcr_ca_path"),
        ("registry_url", "ca_path"),
    ):
        with pytest.raises(InvalidInput, match=rf"^{name}: '.*absent' cannot be read: No such file") as caught:
            Http("https://localhost:1", ca_path=str(tmp_path / "absent"), option=option)
        assert f"Set {name} to a PEM file" in caught.value.advice
        with pytest.raises(InvalidInput, match=rf"^{name}: '.*authorities\.pem' contains no certificate"):
            Http("https://localhost:1", ca_path=str(text), option=option)
    Http("https://localhost:1", ca_path=str(text), validate_certs=False)
    Http("https://localhost:1", ca_path=str(tmp_path))
    Http("https://localhost:1", ca_path=str(authority(tmp_path, "Loopback")))


def test_authorities_of_the_environment_that_are_absent_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent"))
    http, pauses = client()
    with pytest.raises(InvalidInput, match="Set REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE to a PEM file"):
        http.request("POST", "/")
    assert pauses == []


def test_a_wrong_header_of_the_answer_is_not_blamed_on_the_request() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _client = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n{}")

        answering = threading.Thread(target=answer)
        answering.start()
        http, pauses = client(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(OutcomeUnknown):
            http.request("POST", "/")
        answering.join()
    assert pauses == []


def cause_said(error: requests.ConnectionError) -> str:
    problem = failure_of("GET /", error, False, Limits(1, 2), Redactor(), "harbor_url")
    assert isinstance(problem, Unreachable)
    return problem.message.removeprefix("GET /: no connection: ")


def test_only_what_led_to_a_failure_is_called_its_cause() -> None:
    unrelated, told, hidden = requests.ConnectionError("refused"), requests.ConnectionError("x"), OSError("y")
    unrelated.__context__ = queue.Empty("wrong cause")
    assert cause_said(unrelated) == "refused."
    told.__context__ = hidden
    assert cause_said(told) == "y."
    hidden.__context__, hidden.__suppress_context__ = OSError("wrong cause"), True
    assert cause_said(told) == "y."
    hidden.__cause__ = OSError("right cause")
    assert cause_said(told) == "right cause."
