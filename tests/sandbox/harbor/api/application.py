# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WSGI application of Harbor's API: proxy, sessions, read-only mode, routing, envelopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.sandbox.harbor.api.health import GatewayTimeout
from tests.sandbox.harbor.api.identity import Identity
from tests.sandbox.harbor.api.messages import message
from tests.sandbox.harbor.api.request import (
    Answer,
    Call,
    Refusal,
    error_answer,
    gateway_page,
    page_not_found,
    response_of,
)
from tests.sandbox.harbor.api.routes import ROUTES
from tests.sandbox.harbor.api.routing import find
from tests.sandbox.harbor.api.service import Service
from tests.sandbox.harbor.api.sessions import Sessions

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Application:
    """Answers requests for one Harbor; `gate` may answer instead of it (nginx without its core)."""

    def __init__(self, service: Service, sessions: Sessions, gate: Callable[[], Answer | None]) -> None:
        self._service = service
        self._sessions = sessions
        self._gate = gate

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        blocked = self._gate()
        if blocked is not None:
            return response_of(blocked)(environ, start_response)
        answer = self._sessions.answer(environ) or self._answer(environ)
        response = response_of(answer)
        response.headers.extend(self._sessions.headers(environ))
        return response(environ, start_response)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        flavour = self._service.flavour
        raw = environ["RAW_URI"].split("?", 1)[0]
        # As in Harbor, the password is checked whatever is asked for.
        identity = self._sessions.caller(environ)
        path = unquote(raw).replace(" ", "%20") if self._service.settings.harbor_front_proxy else raw
        if path == "/api/version" and flavour.version_endpoint:
            return Answer('{"version":"v2.0"}\n', content_type="text/plain; charset=utf-8")
        try:
            return self._dispatch(environ, path, identity)
        except Refusal as refusal:
            environ["sandbox.code"] = refusal.case
            return error_answer(flavour, refusal)
        except GatewayTimeout:
            return gateway_page("504 Gateway Time-out", 504)

    def _dispatch(self, environ: dict[str, Any], path: str, identity: Identity) -> Answer:
        service, method, base = self._service, environ["REQUEST_METHOD"], f"{self._service.flavour.base}/"
        match = find(ROUTES, service.flavour, method, path.rstrip("/"))
        if match is None:
            if service.flavour.dialect == "1" or not path.startswith(base):
                return page_not_found()
            raise Refusal("route_missing", path=path)
        self._check_read_only(method, path.removeprefix(base))
        content_type = environ["CONTENT_TYPE"].split(";")[0].strip().lower()
        generated = service.flavour.style(match.route.family).generated
        if generated and environ["CONTENT_LENGTH"] != "0" and content_type != "application/json":
            raise Refusal("media_type", given=content_type)
        call = Call(
            service,
            identity,
            method,
            path,
            dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
            environ["wsgi.input"].read(),
            match.route.family,
            match.values,
            environ.get("HTTP_X_IS_RESOURCE_NAME", "").lower() == "true",
        )
        answer = match.route.handler(call)
        if isinstance(answer.body, (dict, list)) and answer.content_type is None:
            answer.content_type = call.style.content_type
        return answer

    def _check_read_only(self, method: str, below: str) -> None:
        """2.x refuses every change but that of the configuration; 1.x only the deletion of tags."""
        if not self._service.read_only or method in _SAFE or below == "configurations":
            return
        if self._service.flavour.read_only_everywhere:
            raise Refusal("read_only")
        if method == "DELETE" and below.startswith("repositories/"):
            raise Refusal("read_only_old")


def denied(service: Service) -> tuple[int, str]:
    """Status and text of the read-only refusal of a push."""
    return message("read_only", service.flavour.dialect)
