# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the collection's clients to a sandbox in the same process, without a connection: half the processor time.

For tests of thousands of calls that are not about HTTP itself. What Harbor's containers send still travels.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock
from urllib.parse import unquote, urlsplit

import requests
import urllib3

from ansible_collections.cloud_registry.migration.plugins.module_utils._http.attempt import Adapter, _thread
from tests.sandbox.core.network import CONTROLLER
from tests.sandbox.core.web import SERVERS, Drop, Server


@contextmanager
def direct_calls() -> Iterator[None]:
    """Within this, clients call the applications of sandboxes directly, as from the controller."""
    travel = Adapter.send

    def send(self: Adapter, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        server = SERVERS.get((parts.hostname or "", parts.port or 80))
        if server is None:
            return travel(self, request, *arguments, **options)
        _thread.attempt.begin(None)
        return self.build_response(request, _answer(server, request))

    with mock.patch.object(Adapter, "send", send):
        yield


def _answer(server: Server, request: requests.PreparedRequest) -> urllib3.HTTPResponse:
    """What the application answers.

    :raises requests.ConnectionError: it dropped the connection.
    """
    started: list[Any] = []
    try:
        body = b"".join(server.app(_environ(server, request), lambda *answer: started.extend(answer[:2])))
    except Drop as error:
        raise requests.ConnectionError("Connection aborted", request=request) from error
    status, headers = started
    headers = [("Date", formatdate(usegmt=True)), *headers]
    message = Message()
    for name, value in headers:
        message[name] = value
    return urllib3.HTTPResponse(
        io.BytesIO(b"" if request.method == "HEAD" else body),
        headers=urllib3.HTTPHeaderDict(headers),
        status=int(status.partition(" ")[0]),
        reason=status.partition(" ")[2],
        request_method=request.method,
        preload_content=False,
        # All that requests looks for there is cookies.
        original_response=cast(Any, SimpleNamespace(msg=message, isclosed=lambda: True, close=lambda: None)),
    )


def _environ(server: Server, request: requests.PreparedRequest) -> dict[str, Any]:
    path, _mark, query = (request.path_url or "/").partition("?")
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b"".join(body)
    headers = {f"HTTP_{name.upper().replace('-', '_')}": str(value) for name, value in request.headers.items()}
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": request.path_url,
        "SERVER_NAME": server.address,
        "SERVER_PORT": str(server.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": CONTROLLER,
        "HTTP_HOST": urlsplit(request.url or "").netloc,
        **headers,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
