# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP for every client: one session a thread, no cookies, honest errors, retries only where they are safe.

The layer tells three kinds of trouble apart, because they need different answers: the request was
certainly not executed (:class:`Unreachable`), it may have been (:class:`OutcomeUnknown`), or the server
answered (a :class:`Response`, whatever its status; the client of that API knows what a status means).
"""

from __future__ import annotations

import json as json_module
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit, urlunsplit

try:
    import requests
    from requests.adapters import HTTPAdapter

    REQUESTS_IMPORT_ERROR: ImportError | None = None
except ImportError as _error:
    HTTPAdapter = object  # type: ignore[assignment,misc]
    REQUESTS_IMPORT_ERROR = _error

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.redaction import Redactor
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    InvalidInput,
    MissingLibrary,
    OutcomeUnknown,
    ServerFault,
    Unreachable,
)

TRANSIENT_STATUSES = frozenset({502, 503, 504})
_POOL_SIZE = 32
_LONGEST_EXCERPT = 300


@dataclass(frozen=True)
class Response:
    """An answer of the server: status, headers (names in any case) and body."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The decoded JSON body.

        :raises ServerFault: when the body is no JSON, e.g. the HTML page of a proxy in between.
        """
        try:
            return json_module.loads(self.content)
        except ValueError:
            raise ServerFault(
                f"{self.url} answered with HTTP {self.status} and something that is not JSON: {self.excerpt()!r}.",
                advice="Check that the address is that of the API and that no proxy or login page answers instead.",
                status=self.status,
            ) from None

    def excerpt(self) -> str:
        """The beginning of the body on one line, for messages."""
        line = " ".join(self.text.split())
        return line if len(line) <= _LONGEST_EXCERPT else line[:_LONGEST_EXCERPT] + " ..."


@dataclass(frozen=True)
class Retry:
    """How often and after what pauses (seconds) a request is repeated.

    A request that is not ``safe`` (a write) is repeated only when it was certainly not executed.
    """

    attempts: int = 4
    first_pause: float = 0.5
    longest_pause: float = 8.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def pause(self, attempt: int) -> None:
        """Sleep before the attempt that follows number ``attempt`` (from 1), with jitter."""
        self.sleep(min(self.longest_pause, self.first_pause * 2 ** (attempt - 1)) * random.uniform(0.75, 1.25))


class _ConnectTo(HTTPAdapter):
    """Connects to a given address while the URL's host stays the name for TLS and the Host header."""

    def __init__(self, host: str, address: str) -> None:
        self._host = host
        self._address = address
        super().__init__(pool_connections=_POOL_SIZE, pool_maxsize=_POOL_SIZE)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        if parts.hostname == self._host:
            port = f":{parts.port}" if parts.port else ""
            address = f"[{self._address}]" if ":" in self._address else self._address
            request.headers["Host"] = parts.netloc
            request.url = urlunsplit(parts._replace(netloc=address + port))
            if parts.scheme == "https":
                self.poolmanager.connection_pool_kw.update(server_hostname=self._host, assert_hostname=self._host)
        return super().send(request, *args, **kwargs)


class Http:
    """A thread-safe HTTP client for one base URL.

    :param base_url: ``https://host[:port][/path]``; paths of requests are appended.
    :param validate_certs: verify the server's certificate.
    :param ca_path: a file or directory with the certificate authorities to trust instead of the default.
    :param timeout: seconds to wait for a connection and for each part of an answer.
    :param connect_to: an address to connect to instead of resolving the host of ``base_url``.
    :param redactor: knows the secrets that no message may show.
    :raises MissingLibrary: requests is not installed where the module runs.
    :raises InvalidInput: ``base_url`` is no http or https address, or holds a user.
    """

    def __init__(
        self,
        base_url: str,
        validate_certs: bool = True,
        ca_path: str | None = None,
        timeout: float = 60,
        connect_to: str | None = None,
        redactor: Redactor | None = None,
        retry: Retry | None = None,
    ) -> None:
        if REQUESTS_IMPORT_ERROR is not None:
            raise MissingLibrary("requests")
        self.redactor = redactor or Redactor()
        host = _host_of(base_url)
        if host is None:
            raise InvalidInput(
                f"{self.redactor(base_url)!r} is no address of a server.",
                advice="Give it as https://host or https://host:port, without a user.",
            )
        self.base_url = base_url.rstrip("/")
        self._host = host
        self._connect_to = connect_to
        self._verify: bool | str = (ca_path or True) if validate_certs else False
        self._timeout = timeout
        self._retry = retry or Retry()
        self._local = threading.local()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        safe: bool | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Send one request and return the answer, whatever its status.

        :param path: below the base URL, or an absolute URL.
        :param safe: whether repeating cannot do harm; default: GET and HEAD are safe.
        :raises Unreachable: no connection; certainly not executed.
        :raises OutcomeUnknown: sent, but no answer (for a safe request: after all attempts).
        :raises InvalidInput: a header cannot be sent, because there is a line break in it; nothing was sent.
        """
        url = path if path.startswith(("http://", "https://")) else self.base_url + path
        repeatable = method in ("GET", "HEAD") if safe is None else safe
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self._session().request(
                    method,
                    url,
                    params=params,
                    json=json,
                    data=data,
                    headers=dict(headers or {}),
                    auth=auth or _as_it_is,
                    timeout=timeout or self._timeout,
                    verify=self._verify,
                    allow_redirects=False,
                )
            except requests.exceptions.InvalidHeader:
                # The message of requests quotes the header, which may be a secret in a form that no redactor knows.
                raise InvalidInput(
                    f"{method} {self.redactor(url)}: not sent, because a user name, key or token holds a line break.",
                    advice="Correct the credentials; perhaps they were read from a file with an empty line in it.",
                ) from None
            except requests.RequestException as error:
                trouble = self._trouble(method, url, error, timeout or self._timeout)
                if attempt >= self._retry.attempts or (isinstance(trouble, OutcomeUnknown) and not repeatable):
                    raise trouble from None
            else:
                if answer.status_code not in TRANSIENT_STATUSES or not repeatable or attempt >= self._retry.attempts:
                    return Response(answer.status_code, answer.headers, answer.content, self.redactor(url))
            self._retry.pause(attempt)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            if self._connect_to:
                session.trust_env = False
                adapter: HTTPAdapter = _ConnectTo(self._host, self._connect_to)
            else:
                adapter = HTTPAdapter(pool_connections=_POOL_SIZE, pool_maxsize=_POOL_SIZE)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._local.session = session
        return session

    def _trouble(
        self, method: str, url: str, error: requests.RequestException, timeout: float
    ) -> Unreachable | OutcomeUnknown:
        where = self.redactor(f"{method} {url}")
        reason = self.redactor(_root_cause(error))
        if isinstance(error, requests.exceptions.SSLError):
            return Unreachable(
                f"{where}: the TLS certificate was not accepted: {reason}.",
                advice="Give the certificate authority that signed it, or correct the host name.",
            )
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return Unreachable(
                f"{where}: no connection within {timeout:g} seconds.",
                advice="Check address, route and firewall between this host and the server.",
            )
        if isinstance(error, requests.exceptions.ProxyError):
            return Unreachable(
                f"{where}: the proxy refused or failed: {reason}.",
                advice="Check HTTPS_PROXY and NO_PROXY here.",
            )
        if isinstance(error, requests.exceptions.ReadTimeout):
            return OutcomeUnknown(
                f"{where}: no answer within {timeout:g} seconds.",
                advice="Raise the time-out, or check the server's load.",
            )
        if isinstance(error, requests.exceptions.ConnectionError) and _not_connected(error):
            return Unreachable(
                f"{where}: no connection: {reason}.",
                advice="Check that the name resolves and that a server listens there.",
            )
        return OutcomeUnknown(f"{where}: the connection ended before an answer came: {reason}.")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No authentication of its own. Without any, requests would put that of ``~/.netrc`` in place of our header."""
    return request


def _host_of(url: str) -> str | None:
    """The host of an http or https address; ``None`` when it is none, or holds a user, which messages would show."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return None
    return parts.hostname or None if valid else None


def _chain(error: BaseException) -> list[BaseException]:
    """The error and its causes, outermost first, through the wrappers of requests and urllib3."""
    chain: list[BaseException] = []
    current: Any = error
    while isinstance(current, BaseException) and current not in chain:
        chain.append(current)
        inner = getattr(current, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((argument for argument in current.args if isinstance(argument, BaseException)), None)
        current = inner or current.__cause__ or current.__context__
    return chain


def _not_connected(error: BaseException) -> bool:
    return any(type(cause).__name__ in ("NewConnectionError", "NameResolutionError") for cause in _chain(error))


def _root_cause(error: BaseException) -> str:
    last = _chain(error)[-1]
    text = str(last) or type(last).__name__
    return text.rsplit(">: ", maxsplit=1)[-1].rstrip(".")
