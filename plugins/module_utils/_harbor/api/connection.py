# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection to one Harbor: the generation of its API, the current user, requests, paging and errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any, cast

from ..._errors import ServerFault
from ..._http.client import Http, Response
from ..._http.redaction import Redactor
from .authentication import LOCK, Authentication, Exchange, Outcome
from .detection import BASES, Detection, HarborSystem, handed_over
from .errors import error_for

SHORTEST_TARGET_TIMEOUT = 90.0
_PAGE_SIZE = {1: 500, 2: 100}
# Harbor API: whoever is not logged in, because the password is wrong or the user locked, gets the public part of these
# lists and no error.
_PARTLY_PUBLIC = ("/projects",)
_ATTEMPTS_AT_A_PAGE = 3


class HarborConnection:
    """Requests to one Harbor; thread-safe. What Harbor is and whether it accepts the user is found out with the first one.

    :param url: ``https://host[:port]``; a trailing ``/api`` or ``/api/v2.0`` is dropped.
    :param timeout: seconds; where Harbor itself waits for a registry it is at least 90.
    :param detected: what an earlier detection found, see :func:`handed_over`.
    """

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        validate_certs: bool = True,
        ca_path: str | None = None,
        timeout: float = 120,
        detected: Mapping[str, Any] | None = None,
    ) -> None:
        self.redactor = Redactor([password])
        self.timeout = timeout
        self._http = Http(
            _without_api_path(url),
            validate_certs=validate_certs,
            ca_path=ca_path,
            timeout=timeout,
            redactor=self.redactor,
            option="harbor_url",
        )
        self.base_url = self._http.base_url
        self.username = username
        self._auth = _as_utf_8(username, password)
        self._authentication = Authentication(self._auth, self.redactor)
        self._lock = threading.RLock()
        self._confirmed: float | None = None
        self._system = handed_over(detected, self.base_url, username)
        if self._system is not None:
            self._choose_authentication(self._system)

    @property
    def system(self) -> HarborSystem:
        """What this Harbor is, the current user, and what it can do; read once, or not at all if it was handed over.

        :raises AuthenticationFailed: Harbor does not know the user or the password.
        :raises Unsupported: older than 1.8.
        """
        with self._lock:
            return self._system or self.detect()

    def detect(self) -> HarborSystem:
        """As :attr:`system`, but read now."""
        with self._lock:
            started = time.monotonic()
            self._system = self._detection.system()
            self._confirmed = started
            self._choose_authentication(self._system)
            return self._system

    @property
    def _detection(self) -> Detection:
        return Detection(
            lambda path: self._carry_out(self._authentication.send("GET", path)),
            lambda path: self._carry_out(self._authentication.send_publicly("GET", path)),
            self.base_url,
            self.username,
            self.redactor,
        )

    def _choose_authentication(self, system: HarborSystem) -> None:
        if system.capabilities.has("costly_passwords") and not system.current_user["robot"]:
            self._authentication.use_sessions()

    def get(self, path: str, task: str, params: Mapping[str, Any] | None = None) -> Any:
        """The decoded answer to a GET of ``path`` below the API's base."""
        return self.send("GET", path, task, params=params).json()

    def listing(
        self, path: str, task: str, params: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> list[dict[str, Any]]:
        """All items of a paged list, or the first ``limit`` of them.

        Harbor API: ``page`` from 1, ``page_size`` at most 500 (1.x) or 100 (2.x), X-Total-Count. Lists without that
        header are complete at once, whatever page was requested (registries up to 2.2).
        """
        size = min(_PAGE_SIZE[self.system.generation], limit or _PAGE_SIZE[1])
        items: list[dict[str, Any]] = []
        page = 0
        while True:
            page += 1
            answer = self._page(path, task, {**(params or {}), "page": page, "page_size": size})
            part: list[dict[str, Any]] = answer.json() or []
            if page > 1 and part and part[0] == items[0]:
                return items
            items += part
            total = answer.headers.get("X-Total-Count")
            complete = not part or (len(part) != size if total is None else len(items) >= int(total))
            if complete or (limit is not None and len(items) >= limit):
                return items[:limit]

    def _page(self, path: str, task: str, params: Mapping[str, Any]) -> Response:
        """One page of a list, and not that for an anonymous user."""
        if path not in _PARTLY_PUBLIC or self._carry_out(self._authentication.in_session()):
            return self.send("GET", path, task, params=params)
        known = self._confirmed or self._confirm_login()
        for _attempt in range(_ATTEMPTS_AT_A_PAGE):
            answer = self.send("GET", path, task, params=params)
            if self.system.current_user["robot"] or _has_private_items(answer):
                break
            now = self._confirm_login()
            # A lock that began after the user was known last has not ended yet, hence there was none.
            if time.monotonic() - known < LOCK:
                break
            known = now
        return answer

    def _confirm_login(self) -> float:
        """Have Harbor confirm user and password; returns a time at which it knew them.

        :raises AuthenticationFailed: Harbor does not know the user or the password.
        """
        started = time.monotonic()
        self._detection.current_user(BASES[self.system.generation])
        self._confirmed = started
        return started

    def create(self, path: str, body: Mapping[str, Any], task: str, timeout: float | None = None) -> int:
        """POST and return the id in the header Location."""
        answer = self.send("POST", path, task, json=body, timeout=timeout)
        identifier = answer.headers.get("Location", "").rstrip("/").rpartition("/")[2]
        if not identifier.isdigit():
            raise ServerFault(
                f"Harbor at {self.base_url} was to {task} and answered HTTP {answer.status}, but without the id of a new object.",
                advice="Check that no proxy in front of Harbor removes the header Location.",
                status=answer.status,
            )
        return int(identifier)

    def send(
        self,
        method: str,
        path: str,
        task: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        timeout: float | None = None,
        safe: bool | None = None,
        base: str | None = None,
    ) -> Response:
        """One request below the API's base; the answer is a success.

        :param task: the request in words that follow "could not", for messages.
        :param safe: whether repeating a write cannot do harm.
        :param base: what stands before ``path`` instead of the API's base.
        :raises ApiError: (its subclass for the status) Harbor's reason and what to do.
        :raises Unreachable: no connection; certainly not executed.
        :raises OutcomeUnknown: no answer came; a write may have been executed.
        """
        before = BASES[self.system.generation] if base is None else base
        options = {"params": params, "json": json, "timeout": timeout, "safe": safe}
        answer = self._carry_out(self._authentication.send(method, before + path, **options))
        return self._success(answer, task)

    def get_public(self, path: str, task: str) -> Response:
        """The answer to a GET below the API's base that needs no user, as :meth:`send` returns it."""
        exchange = self._authentication.send_publicly("GET", BASES[self.system.generation] + path)
        return self._success(self._carry_out(exchange), task)

    def accepts_password(self, username: str, password: str) -> bool:
        """Whether a user can log in with this password. Harbor locks the user for 1.5 seconds when it is wrong."""
        self.redactor.add(password)
        path = f"{BASES[self.system.generation]}/users/current"
        return self._carry_out(self._authentication.accepts(path, _as_utf_8(username, password)))

    def _success(self, answer: Response, task: str) -> Response:
        if 200 <= answer.status < 300:
            return answer
        raise error_for(answer, self.redactor(task), self.redactor(self.base_url), self.redactor)

    def _carry_out(self, exchange: Exchange[Outcome]) -> Outcome:
        """Send the requests of an exchange until it has its outcome."""
        try:
            request = next(exchange)
            while True:
                try:
                    answer = self._http.request(request.method, request.path, **request.options)
                except BaseException as error:  # whatever it is, the exchange must let its lock go
                    request = exchange.throw(error)
                else:
                    request = exchange.send(answer)
        except StopIteration as end:
            return cast(Outcome, end.value)


def _has_private_items(answer: Response) -> bool:
    """Whether a list of projects has one that anonymous users do not see."""
    return any(str((one.get("metadata") or {}).get("public")).lower() != "true" for one in answer.json() or ())


def _without_api_path(url: str) -> str:
    url = url.strip().rstrip("/")
    for suffix in ("/api/v2.0", "/api"):
        if url.endswith(suffix):
            return url[: -len(suffix)]
    return url


def _as_utf_8(username: str, password: str) -> tuple[str, str]:
    """Credentials that arrive as UTF-8, which Harbor expects, although requests encodes them as Latin-1."""
    return username.encode("utf-8").decode("latin-1"), password.encode("utf-8").decode("latin-1")
