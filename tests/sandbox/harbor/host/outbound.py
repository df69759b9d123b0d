# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections from Harbor's containers to the outside: their names, their address, their tokens."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

from tests.sandbox.core.network import PROXY, Network
from tests.sandbox.harbor.settings import HarborSettings

_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DEFAULT_TOKEN_SECONDS = 60
_READ_TIMEOUT = 60.0


class Unreachable(Exception):
    """No connection came about; the text is what Go's HTTP client says."""


class Dropped(Unreachable):
    """Nobody answered, not even with a refusal: a closed whitelist, or no route."""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Outbound:
    """HTTP from the address of Harbor's containers, with names resolved as one of them resolves them."""

    def __init__(
        self, network: Network, source: str, resolve: Callable[[str], str | None], settings: HarborSettings
    ) -> None:
        self._network = network
        self._resolve = resolve
        self._source = source
        self._settings = settings
        self._pools: dict[tuple[str, str, str, int, bool, str], urllib3.HTTPConnectionPool] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def request(
        self,
        method: str,
        url: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        insecure: bool = False,
    ) -> Reply:
        """One request without redirects. Raises Unreachable."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)
        address, source = self.route(host)
        shown = f'{method.capitalize()} "{url}": '
        if address is None:
            raise Unreachable(f"{shown}dial tcp: lookup {host} on 127.0.0.11:53: no such host")
        if not self._network.may_connect(source, address):
            time.sleep(self._settings.harbor_drop_seconds)
            raise Dropped(f"{shown}dial tcp {address}:{port}: i/o timeout")
        pool = self._pool(parts.scheme, host, address, port, insecure, source)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            answer = pool.urlopen(
                method,
                target,
                body=body,
                headers={"Host": parts.netloc, "User-Agent": "harbor-registry-client", **(headers or {})},
                redirect=False,
                retries=False,
                assert_same_host=False,
                preload_content=True,
            )
        except urllib3.exceptions.HTTPError as problem:
            raise Unreachable(f"{shown}dial tcp {address}:{port}: {_reason(problem)}") from problem
        return Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data)

    def route(self, host: str) -> tuple[str | None, str]:
        """The address to which a connection to a host goes, and the one from which: a proxy resolves names itself."""
        if self._settings.harbor_proxy and not any(
            host == name.lstrip(".") or host.endswith(f".{name.lstrip('.')}") for name in self._settings.harbor_no_proxy
        ):
            return self._network.resolve(host, "public"), PROXY
        return self._resolve(host), self._source

    def _pool(
        self, scheme: str, host: str, address: str, port: int, insecure: bool, source: str
    ) -> urllib3.HTTPConnectionPool:
        key = (scheme, host, address, port, insecure, source)
        with self._lock:
            if key not in self._pools:
                timeout = urllib3.Timeout(connect=self._settings.harbor_connect_timeout, read=_READ_TIMEOUT)
                common: dict[str, Any] = {
                    "source_address": (source, 0),
                    "timeout": timeout,
                    "maxsize": 10,
                    "block": False,
                }
                if scheme == "https":
                    verify = "CERT_NONE" if insecure else "CERT_REQUIRED"
                    self._pools[key] = urllib3.HTTPSConnectionPool(
                        address,
                        port,
                        cert_reqs=verify,
                        assert_hostname=False if insecure else host,
                        server_hostname=host,
                        **common,
                    )
                else:
                    self._pools[key] = urllib3.HTTPConnectionPool(address, port, **common)
            return self._pools[key]


class TokenSession:
    """Requests to one registry with basic credentials, which are exchanged for bearer tokens where it asks for those."""

    def __init__(self, outbound: Outbound, url: str, username: str, password: str, insecure: bool) -> None:
        self._outbound = outbound
        self.url = url.rstrip("/")
        self._username = username
        self._password = password
        self._insecure = insecure
        self._challenge: tuple[str, dict[str, str]] | None = None
        self._tokens: dict[str, tuple[str, float]] = {}

    def request(
        self,
        method: str,
        location: str,
        scope: str = "",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """One authorised request; `location` is a path or the Location of an answer. Raises Unreachable."""
        if self._challenge is None:
            self._challenge = self._ask()
        kind, parts = self._challenge
        given = dict(headers or {})
        if kind == "bearer":
            token = self._token(parts, scope)
            if isinstance(token, Reply):
                return token
            given["Authorization"] = f"Bearer {token}"
        elif kind == "basic" and self._username:
            given.update(self._basic())
        return self._send(method, urljoin(f"{self.url}/", location), given, body)

    def _ask(self) -> tuple[str, dict[str, str]]:
        """The challenge with which the registry answers an unauthenticated /v2/."""
        answer = self._send("GET", f"{self.url}/v2/", {}, None)
        header = answer.headers.get("www-authenticate", "")
        if answer.status != 401 or not header:
            return "none", {}
        kind, _separator, rest = header.partition(" ")
        return kind.lower(), dict(_CHALLENGE.findall(rest))

    def _token(self, parts: dict[str, str], scope: str) -> str | Reply:
        """A token for a scope, cached for its life; the refusal of the token service as it came."""
        token, until = self._tokens.get(scope, ("", 0.0))
        if token and time.time() < until:
            return token
        query = {"service": parts.get("service", "")} | ({"scope": scope} if scope else {})
        realm = parts.get("realm", "")
        url = f"{realm}{'&' if '?' in realm else '?'}{urlencode(query)}"
        answer = self._send("GET", url, self._basic() if self._username else {}, None)
        if answer.status != 200:
            return answer
        found = json.loads(answer.body)
        token = found.get("token") or found.get("access_token") or ""
        self._tokens[scope] = (token, time.time() + float(found.get("expires_in") or _DEFAULT_TOKEN_SECONDS))
        return str(token)

    def _basic(self) -> dict[str, str]:
        return dict(urllib3.make_headers(basic_auth=f"{self._username}:{self._password}"))

    def _send(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Reply:
        return self._outbound.request(method, url, headers, body, self._insecure)


def _reason(problem: Exception) -> str:
    if isinstance(problem, urllib3.exceptions.ConnectTimeoutError):
        return "i/o timeout"
    if isinstance(problem, urllib3.exceptions.NewConnectionError):
        return "connect: connection refused"
    if isinstance(problem, urllib3.exceptions.SSLError):
        return f"tls: {problem}"
    return "EOF"
