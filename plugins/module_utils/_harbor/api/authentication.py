# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests to one Harbor say who asks: with user and password each, or with a session where passwords are costly.

A session is what Harbor's portal has: the password is checked once, and a cookie stands for it afterwards. Harbor's source,
2.0 to 2.15: src/core/controllers/base.go (the login), src/server/middleware/csrf (the token of writes),
src/server/middleware/security (an Authorization header comes before a session). Robot accounts have no sessions.

Harbor's source, 1.8 to 2.15, src/core/auth/authenticator.go: after a wrong password for a user, whoever sent it, Harbor
locks that user for 1.5 seconds. A locked user is refused at once and unchecked, and that does not extend the lock; a wrong
password is refused after 1.5 seconds. Robot accounts and sessions are never locked.

Nothing is sent here. An exchange says which request is next, is given the answer, or the error that there was none, and has an
outcome at last; the connection carries it out.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlencode

from ..._errors import OutcomeUnknown, Unreachable
from ..._http.client import Response
from ..._http.redaction import Redactor

# Seconds for which Harbor locks a user.
LOCK = 1.5
_PAUSE = 1.6
_REPETITIONS = 4
# So often a password is tried that was checked and refused, by all threads together.
_MOST_WRONG = 2
_HEADERS = {"Accept": "*/*", "X-Is-Resource-Name": "true"}
_CURRENT_USER = "/api/v2.0/users/current"
# What robot accounts get there.
_NO_USER = 412
# A session that Harbor forgets is opened once more.
_SESSIONS = 2
_LOGIN = "/c/login"
# Cheap and public. It is answered with a CSRF token because the request carries a session cookie, whatever that says.
_PUBLIC = "/api/v2.0/ping"
_LOGIN_TIMEOUT = 30.0
_SESSION, _CSRF, _TOKEN = "sid", "_gorilla_csrf", "X-Harbor-CSRF-Token"
_COOKIE = re.compile(rf"(?:^|,\s*)({_SESSION}|{_CSRF})=([^;,\s]*)")
_READS = ("GET", "HEAD")


@dataclass(frozen=True)
class Request:
    """A request that is to be sent; ``options`` are those of :meth:`Http.request`."""

    method: str
    path: str
    options: Mapping[str, Any] = field(repr=False)


Outcome = TypeVar("Outcome")
Exchange = Generator[Request, Response, Outcome]


class LoginRefused(Exception):
    """Harbor does not accept the password, or has locked the user for a moment and did not look at it."""


@dataclass(frozen=True)
class Session:
    """A login that is kept.

    :param headers: what a request carries instead of the password. They are as secret as the password.
    """

    identifier: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    def is_lost(self, method: str, answer: Response) -> bool:
        """Whether Harbor did not know the session, or not the CSRF token, and did nothing for that reason.

        Harbor API: whoever has no session gets a new one with the answer, and the public part of some lists. Of a
        write only a refusal says that it was not executed.
        """
        if answer.status == 401:
            return True
        if method in _READS:
            return _cookies(answer).get(_SESSION, self.identifier) != self.identifier
        return answer.status == 403 and "csrf" in answer.text.lower()


def open_session(auth: tuple[str, str], redactor: Redactor) -> Exchange[Session | None]:
    """Log in; ``None`` where there are no such logins: single sign-on, or a proxy that drops cookies or the path.

    :param auth: user and password, as :class:`Authentication` has them.
    :param redactor: gets what is secret from now on.
    :raises LoginRefused: with HTTP 401.
    """
    username, password = auth
    try:
        first = yield _request("GET", _PUBLIC, headers={"Cookie": f"{_SESSION}=none"}, timeout=_LOGIN_TIMEOUT)
        token, given = first.headers.get(_TOKEN, ""), _cookies(first)
        if not token or _CSRF not in given:
            return None
        _hide(redactor, token, given)
        form = urlencode({"principal": username.encode("latin-1"), "password": password.encode("latin-1")}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **_carried(token, given)}
        answer = yield _request("POST", _LOGIN, data=form, headers=headers, timeout=_LOGIN_TIMEOUT)
    except (Unreachable, OutcomeUnknown):
        return None
    if answer.status == 401:
        raise LoginRefused
    identifier = _cookies(answer).get(_SESSION)
    if answer.status != 200 or not identifier:
        return None
    cookies = {**given, **_cookies(answer)}
    _hide(redactor, token, cookies)
    return Session(identifier, _carried(token, cookies))


def _request(method: str, path: str, headers: Mapping[str, str] = MappingProxyType({}), **options: Any) -> Request:
    return Request(method, path, {"headers": {**_HEADERS, **headers}, **options})


def _carried(token: str, cookies: Mapping[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in sorted(cookies.items())), _TOKEN: token}


def _cookies(answer: Response) -> dict[str, str]:
    """The cookies of Harbor that an answer sets; several headers of that name arrive as one."""
    return dict(_COOKIE.findall(str(answer.headers.get("Set-Cookie") or "")))


def _hide(redactor: Redactor, token: str, cookies: Mapping[str, str]) -> None:
    for secret in (token, *cookies.values()):
        redactor.add(secret)


class Authentication:
    """The exchanges of one user; thread-safe, where each is carried out by one thread.

    A request that is refused with HTTP 401 is sent again while the user may be locked: once before the password was
    ever accepted, so that a wrong one is tried twice and not more, and for some seconds afterwards. Harbor does nothing
    for a request that it refuses so, hence a write may be sent again as well.

    Cookies and tokens are for the connection to Harbor and go nowhere else.

    :param auth: user and password, so that they arrive as UTF-8.
    :param redactor: gets what is secret.
    """

    def __init__(
        self,
        auth: tuple[str, str],
        redactor: Redactor,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._auth = auth
        self._redactor = redactor
        self._sleep = sleep
        self._lock = threading.RLock()
        self._accepted = False
        self._wrong = 0
        self._session: Session | None = None
        self._sessions_left = 0
        self._refusal: Response | None = None

    def use_sessions(self) -> None:
        """Use a session from the next request on: checking the password is costly, and this is no robot account."""
        with self._lock:
            if self._session is None:
                self._sessions_left = _SESSIONS

    def in_session(self) -> Exchange[bool]:
        """Whether requests are sent in a session, so that no answer is that for an anonymous user by mistake."""
        yield from self._log_in()
        return self._session is not None

    def send(self, method: str, path: str, **options: Any) -> Exchange[Response]:
        """A request as the user.

        :param options: as for :meth:`Http.request`.
        """
        while True:
            refusal = yield from self._log_in()
            session = self._session
            if refusal is not None:
                return refusal
            if session is None:
                repetitions = _REPETITIONS if self._accepted else 1
                return (yield from self._send_with_password(method, path, options, repetitions))
            answer = yield _request(method, path, headers=session.headers, **options)
            if not session.is_lost(method, answer):
                return answer
            with self._lock:
                if self._session is session:
                    self._session = None

    def send_publicly(self, method: str, path: str, **options: Any) -> Exchange[Response]:
        """A request that needs no user, so that no password is checked, and no wrong one counted."""
        answer = yield _request(method, path, **options)
        # Not Harbor's refusal, but perhaps that of a proxy which checks the same password.
        return (yield from self.send(method, path, **options)) if answer.status == 401 else answer

    def accepts(self, path: str, auth: tuple[str, str]) -> Exchange[bool]:
        """Whether another user can log in with a password.

        :param path: that of the current user.
        :param auth: as for this class.
        """
        for repetitions in reversed(range(_REPETITIONS + 1)):
            started = time.monotonic()
            answer = yield _request("GET", path, auth=auth)
            if answer.status != 401 or time.monotonic() - started >= LOCK or not repetitions:
                break
            self._sleep(_PAUSE)
        return answer.status == 200

    def _log_in(self) -> Exchange[Response | None]:
        """Open the session if there should be one; returns the refusal of a wrong password, which is not sent again.

        Who is refused may be locked, or the refusal not be Harbor's. So the password has a second chance without a
        session, and if that is right the session has.
        """
        with self._lock:
            while self._session is None and self._sessions_left and self._refusal is None:
                self._sessions_left -= 1
                started = time.monotonic()
                try:
                    self._session = yield from open_session(self._auth, self._redactor)
                except LoginRefused:
                    self._wrong += time.monotonic() - started >= LOCK
                    self._sleep(_PAUSE)
                    repetitions = _REPETITIONS - 1 if self._accepted else 0
                    answer = yield from self._send_with_password("GET", _CURRENT_USER, {}, repetitions)
                    self._refusal = answer if answer.status == 401 else None
                else:
                    if self._session is None:
                        self._sessions_left = 0
            self._accepted = self._accepted or self._session is not None
            return self._refusal

    def _send_with_password(
        self, method: str, path: str, options: dict[str, Any], repetitions: int
    ) -> Exchange[Response]:
        """A request with the password, and so often again while the user may be locked."""
        while True:
            started = time.monotonic()
            answer = yield _request(method, path, auth=self._auth, **options)
            if answer.status != 401:
                self._wrong = 0
                if path.endswith("/users/current") and answer.status in (200, _NO_USER):
                    self._accepted = True
                return answer
            self._wrong += time.monotonic() - started >= LOCK
            if self._wrong >= _MOST_WRONG:
                self._refusal = answer
            if not repetitions or self._refusal is not None:
                return answer
            repetitions -= 1
            self._sleep(_PAUSE)
