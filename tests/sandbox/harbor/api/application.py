# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WSGI application of Harbor's API: proxy, sessions and CSRF, read-only mode, login, routing, envelopes."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote

from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response

from tests.sandbox.harbor.api.health import GatewayTimeout
from tests.sandbox.harbor.api.identity import identify
from tests.sandbox.harbor.api.messages import message
from tests.sandbox.harbor.api.request import (
    Answer,
    Call,
    Refusal,
    envelope,
    error_answer,
    gateway_page,
    html_page,
    page_not_found,
)
from tests.sandbox.harbor.api.routes import ROUTES
from tests.sandbox.harbor.api.routing import find
from tests.sandbox.harbor.api.service import Service

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TOKEN_HEADER = "HTTP_X_HARBOR_CSRF_TOKEN"


class Sessions:
    """Cookies: every answer sets a session; a request that brings one back needs the CSRF token for changes."""

    def __init__(self, service: Service) -> None:
        self._flavour = service.flavour
        self._token = secrets.token_urlsafe(24)

    def refusal(self, environ: dict[str, Any]) -> Answer | None:
        """The refusal of a change that brings a session but no token."""
        flavour = self._flavour
        guarded = any(environ["PATH_INFO"].startswith(path) for path in flavour.csrf_paths.split())
        if environ["REQUEST_METHOD"] in _SAFE or not guarded or not self._has_session(environ):
            return None
        if environ.get(_TOKEN_HEADER) == self._token:
            return None
        if flavour.csrf_message:
            return envelope(flavour, flavour.csrf_status, flavour.csrf_message)
        return html_page("Unprocessable Entity" if flavour.csrf_status == 422 else "Forbidden", flavour.csrf_status)

    def headers(self, environ: dict[str, Any]) -> list[tuple[str, str]]:
        """The cookies of an answer, the id of the request, and the token for those that came with a session."""
        names = self._flavour.session_cookies.split()
        found = []
        if self._flavour.dialect != "1":
            found.append(("X-Request-Id", environ.get("HTTP_X_REQUEST_ID") or str(uuid.uuid4())))
        if self._has_session(environ) and self._flavour.csrf_cookies:
            names += self._flavour.csrf_cookies.split()
            found.append(("X-Harbor-CSRF-Token", self._token))
        return found + [("Set-Cookie", f"{name}={secrets.token_hex(16)}; Path=/; HttpOnly") for name in names]

    def around(
        self, app: Callable[..., Iterable[bytes]], gate: Callable[[], Answer | None]
    ) -> Callable[..., Iterable[bytes]]:
        """An application with the same proxy and session rules in front."""

        def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            refused = gate() or self.refusal(environ)
            if refused is not None:
                return response_of(refused)(environ, start_response)

            def dressed(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                return start_response(status, headers + self.headers(environ), *rest)

            return app(environ, dressed)

        return guarded

    @staticmethod
    def _has_session(environ: dict[str, Any]) -> bool:
        return "sid" in parse_cookie(environ.get("HTTP_COOKIE"))


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
        answer = self._sessions.refusal(environ) or self._answer(environ)
        response = response_of(answer)
        response.headers.extend(self._sessions.headers(environ))
        return response(environ, start_response)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        flavour = self._service.flavour
        raw = environ["RAW_URI"].split("?", 1)[0]
        path = unquote(raw).replace(" ", "%20") if self._service.settings.harbor_front_proxy else raw
        if path == "/api/version" and flavour.version_endpoint:
            return Answer('{"version":"v2.0"}\n', content_type="text/plain; charset=utf-8")
        try:
            return self._dispatch(environ, path)
        except Refusal as refusal:
            environ["sandbox.code"] = refusal.case
            return error_answer(flavour, refusal)
        except GatewayTimeout:
            return gateway_page("504 Gateway Time-out", 504)

    def _dispatch(self, environ: dict[str, Any], path: str) -> Answer:
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
            identify(service.state, environ.get("HTTP_AUTHORIZATION")),
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


def response_of(answer: Answer) -> Response:
    """An answer as an HTTP response; without a content type when it has no body."""
    body, content_type = answer.body, answer.content_type
    if isinstance(body, (dict, list)):
        body, content_type = json.dumps(body), content_type or "application/json"
    response = Response(body or b"", answer.status, answer.headers)
    response.headers.pop("Content-Type", None)
    if content_type is not None:
        response.headers["Content-Type"] = content_type
    return response


def denied(service: Service) -> tuple[int, str]:
    """Status and text of the read-only refusal of a push."""
    return message("read_only", service.flavour.dialect)
