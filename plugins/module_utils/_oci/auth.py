# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication at a registry: basic, or with bearer tokens that are kept for each scope."""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from .._errors import ApiError, AuthenticationFailed, PermissionDenied, ServerFault
from .._http.client import Http
from .._http.redaction import Redactor

_SHORTEST_LIFE = 60.0
_MARGIN = 10.0
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


@dataclass(frozen=True)
class Challenge:
    """The authentication that a registry requires with HTTP 401 (header WWW-Authenticate): scheme and parameters."""

    scheme: str
    parameters: Mapping[str, str]

    @classmethod
    def parse(cls, header: str) -> Challenge | None:
        """Read the header; ``None`` when it requires neither Bearer nor Basic."""
        for scheme in ("bearer", "basic"):
            found = re.search(rf"(?:^|,\s*){scheme}\b(.*)", header, re.IGNORECASE | re.DOTALL)
            if found:
                pairs = _PARAMETER.findall(found.group(1))
                return cls(scheme, {name.lower(): quoted or bare for name, quoted, bare in pairs})
        return None


class Tokens:
    """The authorization for each scope; thread-safe, and each token is fetched once, whatever the number of threads."""

    def __init__(self, http: Http, username: str | None, password: str | None, redactor: Redactor) -> None:
        self._http = http
        self._username = username
        self._password = password
        self._redactor = redactor
        self._lock = threading.Lock()
        self._fetching: dict[str, threading.Lock] = {}
        self._basic = False
        self._bearer: dict[str, tuple[str, float]] = {}

    def authorization(self, scope: str) -> dict[str, str]:
        """The header to send for a scope: what is known to be required, or nothing."""
        with self._lock:
            if self._basic:
                raw = f"{self._username}:{self._password}".encode()
                return {"Authorization": "Basic " + base64.b64encode(raw).decode("ascii")}
            token, expires = self._bearer.get(scope, ("", 0.0))
            return {"Authorization": f"Bearer {token}"} if time.monotonic() < expires else {}

    def authenticate(self, challenge: Challenge, scope: str, refused: Mapping[str, str]) -> None:
        """Get what the registry requires, so that :meth:`authorization` has it.

        :param refused: the header with which the registry did not agree.
        :raises AuthenticationFailed: the credentials are not accepted, or there are none.
        """
        with self._lock:
            lock = self._fetching.setdefault(scope, threading.Lock())
        with lock:
            if self.authorization(scope) not in ({}, dict(refused)):
                return
            if challenge.scheme == "basic":
                self._use_basic(refused)
                return
            token, life = self._fetch(challenge, scope)
            self._redactor.add(token)
            with self._lock:
                self._bearer[scope] = (token, time.monotonic() + max(life - _MARGIN, life / 2))

    def _use_basic(self, refused: Mapping[str, str]) -> None:
        if not self._username or not self._password or refused:
            refused_user = (
                f"the user {self._username!r} with this password" if self._username else "requests without a user"
            )
            raise AuthenticationFailed(
                f"The registry {self._http.base_url} does not accept {refused_user}.",
                advice="Check user name and password: the credential may have been disabled or deleted.",
                status=401,
            )
        with self._lock:
            self._basic = True

    def _fetch(self, challenge: Challenge, scope: str) -> tuple[str, float]:
        """Ask the realm for a token; returns it and its life in seconds.

        Docker registry v2 authentication: GET realm?service=...&scope=... gives ``token`` or ``access_token``, and
        ``expires_in``.
        """
        realm = urljoin(self._http.base_url + "/", challenge.parameters.get("realm", ""))
        where = self._redactor(realm)
        if urlsplit(self._http.base_url).scheme == "https" and urlsplit(realm).scheme != "https":
            raise ApiError(
                f"The registry {self._http.base_url} wants the password to be sent unencrypted to {where}.",
                advice="Correct the address of the registry's token service.",
            )
        wanted = challenge.parameters.get("scope") or scope
        parameters = {"service": challenge.parameters.get("service", ""), "scope": wanted}
        credentials = (self._username, self._password) if self._username and self._password else None
        answer = self._http.request(
            "GET", realm, params={name: value for name, value in parameters.items() if value}, auth=credentials
        )
        if answer.status in (401, 403):
            kind = AuthenticationFailed if answer.status == 401 else PermissionDenied
            raise kind(
                f"The token service {where} was asked for {wanted or 'a login'} by "
                f"{self._username or 'nobody (no user given)'} and answered HTTP {answer.status}: "
                f"{self._redactor(answer.excerpt())}",
                advice="Check user name and password: the credential may have been disabled or deleted.",
                status=answer.status,
            )
        body = answer.json() if answer.status == 200 else {}
        token = (body.get("token") or body.get("access_token")) if isinstance(body, dict) else None
        if not token:
            raise ServerFault(
                f"The token service {where} answered HTTP {answer.status} without a token: "
                f"{self._redactor(answer.excerpt()) if answer.status != 200 else 'the field token is missing'}.",
                advice="Check that the address of the registry is right.",
                status=answer.status,
            )
        return str(token), float(body.get("expires_in") or _SHORTEST_LIFE)
