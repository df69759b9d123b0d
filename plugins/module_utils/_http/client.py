# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP for every client: one session a thread, no cookies, honest errors, retries only where they are safe.

The layer distinguishes three outcomes, because they need different reactions: the request was
certainly not executed (``Unreachable``), it may have been (``OutcomeUnknown``), or the server
answered (a :class:`Response`, whatever its status; the client of that API knows what a status means).
"""

from __future__ import annotations

import json as json_module
import random
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

try:
    import requests

    REQUESTS_IMPORT_ERROR: ImportError | None = None
except ImportError as _error:
    REQUESTS_IMPORT_ERROR = _error

from .._errors import CertificateRefused, InvalidInput, MissingLibrary, OutcomeUnknown, ServerFault
from .attempt import Adapter, Attempt, Worker
from .failures import Limits, failure_of
from .readable import readable
from .redaction import Redactor

TRANSIENT_STATUSES = frozenset({502, 503, 504})
# A server that sends a little now and then never lets the time for a part run out, so the whole is limited as well.
_WHOLE = 2


@dataclass(frozen=True)
class Response:
    """An answer of the server: status, headers (names in any case) and body.

    :param redactor: knows the secrets that the body may hold.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str
    redactor: Redactor = field(default_factory=Redactor, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.content.decode("utf-8", errors="replace")

    @property
    def shown(self) -> str:
        """The body as text without secrets: of one that is cut before, a part would remain."""
        return self.redactor(self.text)

    def json(self) -> Any:
        """The decoded JSON body.

        :raises ServerFault: when the body is no JSON, e.g. the HTML page of a proxy in between.
        """
        try:
            return json_module.loads(self.content)
        except (ValueError, RecursionError):
            raise ServerFault(
                f"{self.url} answered with HTTP {self.status} and something that is not JSON: {self.excerpt()}.",
                advice="Check that the address is that of the API and that no proxy or login page answers instead.",
                status=self.status,
            ) from None

    def excerpt(self) -> str:
        """The beginning of the body on one line, for messages; of an HTML page only its title."""
        return readable(self.shown) or "nothing"


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


class _ConnectTo(Adapter):
    """Connects to a given address while the URL's host stays the name for TLS and the Host header."""

    def __init__(self, host: str, address: str) -> None:
        self._host = host
        self._address = address
        super().__init__()

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
    :param timeout: seconds to wait for a connection and for each part of an answer; for all of it, twice as long.
    :param connect_to: an address to connect to instead of resolving the host of ``base_url``.
    :param use_proxies: whether the proxies of the environment are used.
    :param option: what the user calls ``base_url``, for advice.
    :param redactor: knows the secrets that no message may show.
    :raises MissingLibrary: requests is not installed where the module runs.
    :raises InvalidInput: ``base_url`` is not an http or https address, or contains a user; ``ca_path`` cannot be used.
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
        use_proxies: bool = True,
        option: str = "The address",
    ) -> None:
        if REQUESTS_IMPORT_ERROR is not None:
            raise MissingLibrary("requests")
        self.redactor = redactor or Redactor()
        host = _host_of(base_url)
        if host is None:
            raise InvalidInput(
                f"{option} is {self.redactor(base_url)!r}, which is not the address of a server.",
                advice="Give it as https://host or https://host:port, without a user.",
            )
        self.base_url = base_url.rstrip("/")
        self._host = host
        self._connect_to = connect_to
        self._option = option
        self._trust_environment = use_proxies and not connect_to
        if validate_certs and ca_path:
            _check_authorities(ca_path, option)
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
        :raises Unreachable: no connection; certainly not executed (``CertificateRefused``: nor will it be next time).
        :raises OutcomeUnknown: sent, but no answer (for a safe request: after all attempts).
        :raises InvalidInput: a header, the address or the proxy of the environment cannot be used; nothing was sent.
        """
        url = path if path.startswith(("http://", "https://")) else self.base_url + path
        repeatable = method in ("GET", "HEAD") if safe is None else safe
        part = timeout or self._timeout
        attempt = 0
        while True:
            attempt += 1
            send = partial(
                self._session().request,
                method,
                url,
                params=params,
                json=json,
                data=data,
                headers=dict(headers or {}),
                auth=auth or _no_authentication,
                timeout=part,
                verify=self._verify,
                allow_redirects=False,
            )
            this = Attempt()
            try:
                answer = this.run(send, part * _WHOLE, self._worker())
            except (OSError, ValueError) as error:
                if isinstance(error, requests.Timeout):  # the worker of the attempt may still use them
                    self._local.session = self._local.worker = None
                limits = Limits(part, part * _WHOLE)
                problem = failure_of(f"{method} {url}", error, this.sent, limits, self.redactor, self._option)
                lasting = isinstance(problem, (CertificateRefused, InvalidInput))
                unknown = isinstance(problem, OutcomeUnknown) and not repeatable
                if lasting or unknown or attempt >= self._retry.attempts:
                    raise problem from None
            else:
                if answer.status_code not in TRANSIENT_STATUSES or not repeatable or attempt >= self._retry.attempts:
                    return Response(
                        answer.status_code, answer.headers, answer.content, self.redactor(url), self.redactor
                    )
            self._retry.pause(attempt)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.trust_env = self._trust_environment
            adapter = _ConnectTo(self._host, self._connect_to) if self._connect_to else Adapter()
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._local.session = session
        return session

    def _worker(self) -> Worker:
        worker: Worker | None = getattr(self._local, "worker", None)
        if worker is None or not worker.alive:
            worker = self._local.worker = Worker()
        return worker


def _no_authentication(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No authentication of its own. Without this, requests would replace our header by that of ``~/.netrc``."""
    return request


def _host_of(url: str) -> str | None:
    """The host of an http or https address; ``None`` for another text, and for one with a user, which messages would show."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return None
    return parts.hostname or None if valid else None


def _check_authorities(path: str, option: str) -> None:
    """Refuse early what requests would report late or, for a file without certificates, wrongly.

    :raises InvalidInput: it is neither a directory nor a file with certificates that can be read.
    """
    name = {"harbor_url": "harbor_ca_path", "tcr_endpoint": "tcr_ca_path"}.get(option, "ca_path")
    advice = f"Set {name} to a PEM file, or to a directory prepared by 'openssl rehash', on the host of the module."
    try:
        if Path(path).is_dir():
            return
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        raise InvalidInput(f"{name}: {path!r} contains no certificate in PEM format.", advice=advice) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise InvalidInput(f"{name}: {path!r} cannot be read: {reason}.", advice=advice) from None
