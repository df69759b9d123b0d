# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions and CSRF: who brings no session that Harbor knows gets one, anonymous until a login; changes in one need a token.

Harbor's source: src/server/middleware/{session,csrf} and gorilla/csrf (2.x), beego's sessions and XSRF (1.x). 1.x lets
nobody log in without a token of its pages; that part of it is not here.
"""

from __future__ import annotations

import base64
import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from werkzeug.http import parse_cookie

from tests.sandbox.harbor.api.identity import Identity
from tests.sandbox.harbor.api.request import HTML, Answer, envelope, html_page, page_not_found, response_of
from tests.sandbox.harbor.api.service import Service
from tests.sandbox.harbor.state import User

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_COOKIE, _CSRF_COOKIE, _TOKEN = "sid", "_gorilla_csrf", "X-Harbor-CSRF-Token"
_TOKEN_HEADER = "HTTP_" + _TOKEN.upper().replace("-", "_")
_LENGTH = 32
_GUARDED_WITH_SESSION = ("/api/", "/v2/", "/service/")


@dataclass
class _Session:
    user: User | None
    used: float


class Sessions:
    """The sessions of one Harbor; thread-safe."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._flavour = service.flavour
        self._lock = Lock()
        self._known: dict[str, _Session] = {}
        self._csrf: dict[str, bytes] = {}

    def clear(self) -> None:
        """Forget all sessions, as when their store starts again."""
        with self._lock:
            self._known.clear()

    def caller(self, environ: dict[str, Any]) -> Identity:
        """Who asks: a robot, or a user by password or, without a right one, by session."""
        identity = self._service.logins.identify(environ.get("HTTP_AUTHORIZATION"))
        if not identity.anonymous:
            return identity
        session = self._session(environ)
        return Identity(user=session.user if session else None)

    def answer(self, environ: dict[str, Any]) -> Answer | None:
        """What is answered before the API: the refusal of a change without token, the login, and the logout."""
        self._behind_proxy(environ)
        refused = self._refusal(environ)
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if refused is not None or not path.startswith("/c/"):
            return refused
        if self._service.settings.harbor_login == "not routed" or self._flavour.dialect == "1":
            return page_not_found()
        if self._service.settings.harbor_login == "elsewhere":
            return Answer(status=302, headers={"Location": "https://login.example.com/start"}, content_type=HTML)
        if (method, path) == ("POST", "/c/login"):
            return self._log_in(environ)
        if (method, path) == ("GET", "/c/log_out"):
            with self._lock:
                self._known.pop(_cookies(environ).get(_COOKIE, ""), None)
            return Answer()
        return page_not_found()

    def headers(self, environ: dict[str, Any]) -> list[tuple[str, str]]:
        """The cookies of an answer, the id of the request, and the token for those that came with a session."""
        found = []
        if self._flavour.dialect != "1":
            found.append(("X-Request-Id", environ.get("HTTP_X_REQUEST_ID") or str(uuid.uuid4())))
        if self._service.settings.harbor_login == "no cookies":
            return found
        given = {name: secrets.token_hex(16) for name in self._flavour.session_cookies.split() if name != _COOKIE}
        identifier = environ.get("sandbox.session") or (None if self._session(environ) else self._begin(None))
        if identifier:
            given[_COOKIE] = identifier
        if self._guarded(environ) and self._flavour.csrf_cookies:
            cookie = _cookies(environ).get(_CSRF_COOKIE, "")
            if cookie not in self._csrf:
                cookie = secrets.token_hex(16)
                self._csrf[cookie] = secrets.token_bytes(_LENGTH)
                given.update(dict.fromkeys(self._flavour.csrf_cookies.split(), cookie))
            found.append((_TOKEN, _masked(self._csrf[cookie])))
        return found + [("Set-Cookie", f"{name}={value}; Path=/; HttpOnly") for name, value in given.items()]

    def around(
        self, app: Callable[..., Iterable[bytes]], gate: Callable[[], Answer | None]
    ) -> Callable[..., Iterable[bytes]]:
        """An application with the same proxy and session rules in front."""

        def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            refused = gate() or self.answer(environ)
            if refused is not None:
                return response_of(refused)(environ, start_response)

            def dressed(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                return start_response(status, headers + self.headers(environ), *rest)

            return app(environ, dressed)

        return guarded

    def _log_in(self, environ: dict[str, Any]) -> Answer:
        """POST /c/login: principal and password in a form."""
        form = parse_qs(environ["wsgi.input"].read().decode(), keep_blank_values=True)
        name, password = (form.get(key, [""])[0] for key in ("principal", "password"))
        if self._service.logins.single_sign_on(name):
            return Answer({"redirect_location": f"{self._service.url}/c/oidc/login"}, 403)
        user = self._service.logins.user(name, password)
        if user is None:
            return Answer(status=401)
        with self._lock:
            self._known.pop(_cookies(environ).get(_COOKIE, ""), None)
        environ["sandbox.session"] = self._begin(user)
        return Answer()

    def _begin(self, user: User | None) -> str:
        identifier = secrets.token_hex(16)
        with self._lock:
            self._known[identifier] = _Session(user, time.monotonic())
        return identifier

    def _session(self, environ: dict[str, Any]) -> _Session | None:
        with self._lock:
            session = self._known.get(_cookies(environ).get(_COOKIE, ""))
            now = time.monotonic()
            if session is None or now - session.used > self._service.settings.harbor_session_seconds:
                return None
            session.used = now
            return session

    def _guarded(self, environ: dict[str, Any]) -> bool:
        """Whether CSRF is looked at: always, but for clients of the API and of the registry that bring no session."""
        return _COOKIE in _cookies(environ) or not environ["PATH_INFO"].startswith(_GUARDED_WITH_SESSION)

    def _refusal(self, environ: dict[str, Any]) -> Answer | None:
        flavour, path = self._flavour, environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] in _SAFE or not self._guarded(environ):
            return None
        if flavour.dialect == "1":
            if not path.startswith(tuple(flavour.csrf_paths.split())):
                return None
            return html_page("Unprocessable Entity" if flavour.csrf_status == 422 else "Forbidden", flavour.csrf_status)
        real, given = self._csrf.get(_cookies(environ).get(_CSRF_COOKIE, "")), environ.get(_TOKEN_HEADER)
        if real is not None and given and _unmasked(given) == real:
            return None
        return envelope(flavour, flavour.csrf_status, "CSRF token invalid" if given else flavour.csrf_message)

    def _behind_proxy(self, environ: dict[str, Any]) -> None:
        if self._service.settings.harbor_login == "no cookies":
            environ.pop("HTTP_COOKIE", None)


def _cookies(environ: dict[str, Any]) -> dict[str, str]:
    return dict(parse_cookie(environ.get("HTTP_COOKIE")))


def _masked(token: bytes) -> str:
    """A token as it is handed out: never twice the same."""
    pad = secrets.token_bytes(_LENGTH)
    return base64.b64encode(pad + _xor(pad, token)).decode()


def _unmasked(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return _xor(raw[:_LENGTH], raw[_LENGTH:]) if len(raw) == 2 * _LENGTH else None


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))
