# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: the next matching request is dropped, delayed, throttled or answered by a broken gateway."""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.core.journal import Journal, JournalEntry, action_of, is_write

KINDS = ("drop_before", "drop_after", "delay", "status", "throttle", "error")
_GATEWAY_PAGE = (
    "<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center><hr>nginx</body></html>"
)

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Drop(Exception):
    """Raised through the WSGI stack: the server closes the connection without an answer."""


@dataclass
class Fault:
    """One fault. `call` counts matching requests from now (1 = the next), `times` how many of them are hit.

    Kinds: drop_before (not executed), drop_after (executed, answer lost), delay (`seconds`, then executed),
    status (`status`, default 502, an HTML page; executed only with `executed=True`), throttle (not executed),
    error (`code`, default InternalError, and `message`; executed only with `executed=True`).
    """

    service: str | None
    match: str
    kind: str
    call: int = 1
    times: int = 1
    detail: dict[str, Any] = field(default_factory=dict)
    seen: int = 0

    def concerns(self, service: str, action: str, path: str) -> bool:
        """Whether a request is one that this fault counts."""
        if self.service not in (None, service):
            return False
        return (
            self.match == action
            or re.search(self.match, path) is not None
            or re.fullmatch(self.match, action) is not None
        )


class Faults:
    """The faults that are waiting for their request."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(
        self, *, kind: str, match: str = ".*", service: str | None = None, call: int = 1, times: int = 1, **detail: Any
    ) -> Fault:
        """Arm a fault. `match` is an action name, or a regular expression for the action or the path.

        Raises ValueError for an unknown kind.
        """
        if kind not in KINDS:
            raise ValueError(f"fault kind {kind!r} is not one of {', '.join(KINDS)}")
        fault = Fault(service, match, kind, call, times, detail)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Disarm everything."""
        with self._lock:
            self._faults.clear()

    def take(self, service: str, action: str, path: str) -> Fault | None:
        """Count a request; the first fault that it triggers, or None."""
        triggered = None
        with self._lock:
            for fault in list(self._faults):
                if not fault.concerns(service, action, path):
                    continue
                fault.seen += 1
                if fault.seen >= fault.call + fault.times - 1:
                    self._faults.remove(fault)
                if triggered is None and fault.seen >= fault.call:
                    triggered = fault
        return triggered


def on_demand(build: Callable[[], Application]) -> Application:
    """An application that is built when its first request arrives: Flask compiles its routes, which costs more than the rest
    of a sandbox's start, and most tests ask few of its applications.
    """
    lock = threading.Lock()
    built: list[Application] = []

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        with lock:
            if not built:
                built.append(build())
        return built[0](environ, start_response)

    return answer


def observe(app: Application, service: str, journal: Journal, faults: Faults) -> Application:
    """Wrap a WSGI application: requests are journalled and may meet a fault.

    The application tells the journal its error code in `environ["sandbox.code"]`, and in `environ["sandbox.login"]` that a
    request only logs in.
    """

    def observed(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        action, method, path = action_of(environ), environ["REQUEST_METHOD"], environ["PATH_INFO"]
        write = is_write(service, method, path, action)
        answered = {"status": 0}

        def remember(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            answered["status"] = int(status.split(" ", 1)[0])
            return start_response(status, headers, *rest)

        fault = faults.take(service, action, path)
        code = ""
        try:
            if fault is None:
                return _complete(app, environ, remember)
            code = f"fault.{fault.kind}"
            return _faulty(app, environ, remember, fault, service)
        except Drop:
            answered["status"] = 0
            raise
        finally:
            source = environ.get("REMOTE_ADDR", "")
            code = code or environ.get("sandbox.code", "")
            login = environ.get("sandbox.login", False)
            journal.record(JournalEntry(service, action, method, path, source, write, answered["status"], code, login))

    return observed


def _complete(app: Application, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    """Run an application to its end, so that what it did is done before the journal says so."""
    result = app(environ, start_response)
    try:
        return list(result)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()


def _faulty(
    app: Application, environ: dict[str, Any], start_response: StartResponse, fault: Fault, service: str
) -> list[bytes]:
    if fault.kind == "drop_before":
        raise Drop
    if fault.kind == "delay":
        time.sleep(float(fault.detail.get("seconds", 1.0)))
        return _complete(app, environ, start_response)
    if fault.kind == "drop_after" or fault.detail.get("executed"):
        _complete(app, environ, lambda status, headers, *rest: None)
    if fault.kind == "drop_after":
        raise Drop
    status, content_type, body = _answer(fault, service)
    start_response(f"{status} Fault", [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def _answer(fault: Fault, service: str) -> tuple[int, str, bytes]:
    """Status, content type and body with which a fault answers in the format of a service."""
    if fault.kind == "status":
        status = int(fault.detail.get("status", 502))
        page = fault.detail.get("body", _GATEWAY_PAGE.format(status=status))
        return status, "text/html", page.encode()
    throttled = fault.kind == "throttle"
    if service == "tcr":
        code = fault.detail.get("code", "RequestLimitExceeded" if throttled else "InternalError")
        default = (
            "Your current request times exceed the frequency limit." if throttled else "An internal error has occurred."
        )
        error = {"Code": code, "Message": fault.detail.get("message", default)}
        return (
            200,
            "application/json",
            json.dumps({"Response": {"Error": error, "RequestId": str(uuid.uuid4())}}).encode(),
        )
    status = int(fault.detail.get("status", 429 if throttled else 500))
    code = fault.detail.get("code", "TOOMANYREQUESTS" if throttled else "UNKNOWN")
    message = fault.detail.get("message", "too many requests" if throttled else "internal server error")
    return status, "application/json", json.dumps({"errors": [{"code": code, "message": message}]}).encode()
