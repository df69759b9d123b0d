# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of Harbor that gets its answers from the recordings of real servers, or from a script."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.client import HarborClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Response

RECORDS = Path(__file__).resolve().parents[2] / "contract" / "records"
VERSIONS = ("1.10.19", "2.9.5", "2.15.2")
# What the client adds to a request that the recorded scenario did not have; it does not change which call is meant.
_ADDED = ("page", "page_size", "sort", "with_detail", "q")
_HTML = b"<html><head><title>404 - Page Not Found</title></head><body></body></html>"


@dataclass
class Request:
    """One request as the client sent it."""

    method: str
    path: str
    params: dict[str, Any]
    json: Any
    headers: dict[str, str]
    timeout: float | None


@dataclass
class FakeHttp:
    """Stands in for `Http`: `answer(request)` gives status, headers and body (plain data, or bytes as they are)."""

    answer: Callable[[Request], tuple[int, dict[str, str], Any]]
    requests: list[Request] = field(default_factory=list)
    base_url: str = "http://harbor.example.com"

    def request(self, method: str, path: str, **options: Any) -> Response:
        parts = urlsplit(path)
        given = {**dict(parse_qsl(parts.query)), **(options.get("params") or {})}
        request = Request(
            method,
            parts.path,
            {key: str(value) for key, value in given.items()},
            options.get("json"),
            options["headers"],
            options.get("timeout"),
        )
        self.requests.append(request)
        status, headers, body = self.answer(request)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Response(status, headers, content, self.base_url + path)

    def sent(self, method: str) -> list[Request]:
        """The requests with that method."""
        return [request for request in self.requests if request.method == method]


class Recording:
    """The recorded calls of one version, answered in the order in which they were recorded."""

    def __init__(self, version: str, identity: str = "admin") -> None:
        document = json.loads((RECORDS / f"harbor-{version}.json").read_text(encoding="utf-8"))
        self._calls = [call for call in document["calls"] if "auth" in call and self._belongs(call, identity)]
        self._used: set[int] = set()

    @staticmethod
    def _belongs(call: dict[str, Any], identity: str) -> bool:
        note = call["note"]
        if identity == "robot":
            return note.startswith("as the robot: ") or note == "version"
        wrong = note.startswith("wrong password")
        return (
            call["auth"]
            and "robot" not in note
            and (wrong if identity == "wrong" and "users" in call["path"] else not wrong)
        )

    def __call__(self, request: Request) -> tuple[int, dict[str, str], Any]:
        matching = [index for index, call in enumerate(self._calls) if self._matches(call, request)]
        if not matching:
            return 404, {"Content-Type": "text/html"}, _HTML
        index = next((one for one in matching if one not in self._used), matching[-1])
        self._used.add(index)
        call = self._calls[index]
        body = call["response"]
        if isinstance(body, str) and body.startswith("(an HTML page"):
            return call["status"], call["headers"], _HTML
        is_json = "json" in call["headers"].get("Content-Type", "") or isinstance(body, (dict, list))
        return call["status"], call["headers"], body if is_json else str(body or "").encode()

    @staticmethod
    def _matches(call: dict[str, Any], request: Request) -> bool:
        def relevant(params: dict[str, Any] | None) -> dict[str, str]:
            return {
                name: str(value)
                for name, value in (params or {}).items()
                if name not in _ADDED and not name.startswith("with_")
            }

        same_path = call["method"] == request.method and call["path"] == request.path
        same_body = request.method == "GET" or call["request"] == request.json
        return same_path and same_body and relevant(call["params"]) == relevant(request.params)


def client_with(
    answer: Callable[[Request], tuple[int, dict[str, str], Any]], **options: Any
) -> tuple[HarborClient, FakeHttp]:
    """A client whose requests are answered by `answer`, and what it sent."""
    client = HarborClient("http://harbor.example.com", "admin", "Harbor12345", **options)
    http = FakeHttp(answer)
    client._connection._http = http  # type: ignore[assignment]
    client._connection._authentication._sleep = lambda seconds: None
    return client, http


def recorded(version: str, identity: str = "admin") -> tuple[HarborClient, FakeHttp]:
    """A client that talks to a recording."""
    return client_with(Recording(version, identity))
