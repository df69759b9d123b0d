# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata service of a CVM, as far as it hands out the key of the machine's role."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.sandbox.core.faults import StartResponse
from tests.sandbox.tcr.clock import Clock, zulu_time
from tests.sandbox.tcr.state import Role, State
from tests.sandbox.tcr.sts import open_session

PATH = "/latest/meta-data/cam/security-credentials/"


class MetadataService:
    """A WSGI application that knows the role of one machine, or that it has none.

    `requests` collects what was asked. `answers` are put in the place of the real ones, by the end of the path.
    """

    def __init__(self, state: State, clock: Clock, role: Role | None, seconds: float = 7200.0) -> None:
        self.requests: list[Request] = []
        self.answers: dict[str, Response] = {}
        self._state = state
        self._clock = clock
        self._role = role
        self._seconds = seconds

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Any:
        """Answer one request (WSGI)."""
        request = Request(environ)
        self.requests.append(request)
        asked = request.path.removeprefix(PATH)
        return self.answers.get(asked, self._answer(request.method, asked))(environ, start_response)

    def _answer(self, method: str, asked: str) -> Response:
        if method != "GET" or self._role is None or asked not in ("", self._role.name):
            return Response("404 - Not Found", 404)
        if not asked:
            return Response(self._role.name)
        ends = self._clock.now() + self._seconds
        account = open_session(self._state, self._role, ends)
        document = {
            "TmpSecretId": account.secret_id,
            "TmpSecretKey": account.secret_key,
            "ExpiredTime": int(ends),
            "Expiration": zulu_time(ends),
            "Token": account.session_token,
            "Code": "Success",
        }
        return Response(json.dumps(document), content_type="application/json")
