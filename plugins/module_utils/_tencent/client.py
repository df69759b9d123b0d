# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transport of the Tencent Cloud API v3: signed calls, error answers as errors, safe retries, rate limits, paging.

The API knows no idempotency key, so a write is repeated only when it was certainly not executed: no
connection was made, or the rate limiter refused it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any

from .._errors import (
    ApiError,
    AuthenticationFailed,
    CertificateRefused,
    MigrationError,
    OutcomeUnknown,
    PermissionDenied,
    RateLimited,
    ServerFault,
    Unreachable,
)
from .._http.client import Http, Response, Retry
from .._http.redaction import Redactor
from .credentials import Credential, CredentialSource
from .endpoints import endpoint_url, host_header
from .errors import REFUSED_KEY, Call, api_error
from .signature import authorization

_CONTENT_TYPE = "application/json"
_READS = ("Describe", "Check")
_DEFAULT_LIMIT = 20.0
_MARGIN = 1.05
_RATE_LIMIT_ATTEMPTS = 10


class RateLimiter:
    """Spaces the calls of each action so that all threads together stay below its limit.

    :param limits: calls per second of an action; 20 for those not named.
    """

    def __init__(
        self,
        limits: Mapping[str, float],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, action: str) -> None:
        """Return when the action may be called."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next.get(action, now))
            self._next[action] = turn + _MARGIN / self._limits.get(action, _DEFAULT_LIMIT)
        if turn > now:
            self._sleep(turn - now)


class TencentClient:
    """Calls actions of one service of the Tencent Cloud API v3; thread-safe.

    :param credential: gives its key for each call; ``None`` for an action that is not signed.
    :param endpoint: host, ``host:port`` or URL; without a scheme it is https.
    :param limits: calls per second of an action, where it is not 20.
    :param clock: the time in Unix seconds.
    :raises InvalidInput: the endpoint is not an address.
    """

    def __init__(
        self,
        credential: CredentialSource | None,
        service: str,
        version: str,
        endpoint: str,
        *,
        validate_certs: bool = True,
        ca_path: str | None = None,
        timeout: float = 60,
        limits: Mapping[str, float] | None = None,
        retry: Retry | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.redactor = Redactor()
        self._credential = credential
        self._service = service
        self._version = version
        self._clock = clock
        self._retry = retry or Retry()
        self._limiter = RateLimiter(limits or {}, sleep=self._retry.sleep)
        url = endpoint_url(endpoint)
        self._host = host_header(url)
        self._http = Http(
            url,
            validate_certs,
            ca_path,
            timeout,
            redactor=self.redactor,
            retry=Retry(attempts=1, sleep=self._retry.sleep),
            option="tcr_endpoint",
        )

    def call(self, action: str, parameters: Mapping[str, Any], region: str, safe: bool | None = None) -> dict[str, Any]:
        """Call an action and return the content of ``Response`` with the API's field names.

        :param parameters: those that are ``None`` are not sent.
        :param safe: whether repeating cannot do harm; default: actions named Describe... or Check... are safe.
        :raises MigrationError: the class says what happened; for a write, ``OutcomeUnknown`` and ``ServerFault`` mean
            that it may have been executed.
        """
        repeatable = action.startswith(_READS) if safe is None else safe
        source, attempt, renewed = self._credential, 0, False
        while True:
            attempt += 1
            self._limiter.wait(action)
            key = source.current() if source else None
            try:
                return self._send_once(action, parameters, region, key)
            except AuthenticationFailed as error:
                # A key is checked before anything is done, so not even a write was executed.
                if renewed or error.code not in REFUSED_KEY or not (key and source and source.invalidate(key)):
                    raise
                renewed = True
                continue
            except RateLimited:
                if attempt >= _RATE_LIMIT_ATTEMPTS:
                    raise
            except Unreachable as error:
                if attempt >= self._retry.attempts or isinstance(error, CertificateRefused):
                    raise
            except (OutcomeUnknown, ServerFault):
                if not repeatable or attempt >= self._retry.attempts:
                    raise
            self._retry.pause(attempt)

    def _send_once(
        self, action: str, parameters: Mapping[str, Any], region: str, key: Credential | None
    ) -> dict[str, Any]:
        sent = {name: value for name, value in parameters.items() if value is not None}
        body = json.dumps(sent).encode()
        headers = self._headers(action, region, body, key)
        answer = self._http.request("POST", "/", data=body, headers=headers, safe=False)
        self._compare_clocks(answer)
        call = Call(action, self._service, region, _registry_of(sent), key is not None and key.is_session_key)
        try:
            return self._content(call, answer)
        except MigrationError as error:
            error.message, error.advice = self.redactor(error.message), self.redactor(error.advice)
            error.args = (error.message,)
            if key is not None and key.source and isinstance(error, (AuthenticationFailed, PermissionDenied)):
                error.advice += f" The key comes from {key.source}."
            raise

    def _compare_clocks(self, answer: Response) -> None:
        """Note how far the API's clock (header Date, whole seconds) is ahead; an answer without one changes nothing."""
        with suppress(TypeError, ValueError):
            self.clock_offset = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp() - time.time()

    def _headers(self, action: str, region: str, body: bytes, key: Credential | None) -> dict[str, str]:
        timestamp = int(self._clock())
        signed = {"Content-Type": _CONTENT_TYPE, "Host": self._host}
        headers = {
            **signed,
            "Authorization": "SKIP",
            "X-TC-Action": action,
            "X-TC-Version": self._version,
            "X-TC-Timestamp": str(timestamp),
            "X-TC-Region": region,
            "X-TC-Language": "en-US",
            "X-TC-RequestClient": "cloud_registry.migration",
        }
        if key is not None:
            for secret in (key.secret_key, key.token):
                self.redactor.add(secret)
            headers["Authorization"] = authorization(
                key.secret_id, key.secret_key, self._service, timestamp, signed, body
            )
            if key.token:
                headers["X-TC-Token"] = key.token
        return headers

    def _content(self, call: Call, answer: Response) -> dict[str, Any]:
        """The content of the envelope; the API answers errors with HTTP 200 too, so another status is not its own."""
        if answer.status >= 500:
            raise ServerFault(
                f"{call} failed: {answer.url} answered HTTP {answer.status}: {answer.excerpt()}.",
                advice="Run again later.",
                status=answer.status,
            )
        if answer.status != 200:
            raise ApiError(
                f"{call} failed: {answer.url} answered HTTP {answer.status} instead of an answer of the API: {answer.excerpt()}.",
                advice="Check tcr_endpoint, and whether a proxy answers in its place.",
                status=answer.status,
            )
        envelope = answer.json()
        content = envelope.get("Response") if isinstance(envelope, dict) else None
        if isinstance(content, dict) and isinstance(content.get("Error"), dict):
            raise api_error(call, content["Error"], str(content.get("RequestId") or ""), answer.headers, self._clock())
        if not isinstance(content, dict):
            raise ServerFault(
                f"{call} failed: the answer of {answer.url} is not one of the Tencent Cloud API: {answer.excerpt()}.",
                advice="Check tcr_endpoint.",
                status=answer.status,
            )
        return content


def items(content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of an answer, which for "none" may be empty, null or missing."""
    return list(content.get(name) or [])


def collect_pages(
    fetch: Callable[[int | None], Mapping[str, Any]],
    name: str,
    key: Callable[[Mapping[str, Any]], Any],
    offsets: Callable[[int, int], Sequence[int]],
    first: int | None = None,
    most_pages: int = 10_000,
) -> list[dict[str, Any]]:
    """All items of a paged listing, each once, in the order of the server.

    The API's actions do not agree on what ``Offset`` means. The walk ends when ``TotalCount`` items are there, or
    when none of the offsets that may be the next page brings anything new.

    :param fetch: calls the action with an offset, ``None`` for none.
    :param name: the field of the answer with the list.
    :param key: what identifies an item.
    :param offsets: from the number of pages and of items read so far, the offsets that may be the next page, the
        likelier one first.
    :param first: the offset of the first page.
    """
    found: dict[Any, dict[str, Any]] = {}

    def read(offset: int | None) -> tuple[bool, Any]:
        content = fetch(offset)
        before = len(found)
        for item in items(content, name):
            found.setdefault(key(item), item)
        return len(found) > before, content.get("TotalCount")

    progress, total = read(first)
    pages = 1
    while progress and pages < most_pages and not (isinstance(total, int) and len(found) >= total):
        progress = False
        for offset in offsets(pages, len(found)):
            progress, total = read(offset)
            if progress:
                break
        pages += 1
    return list(found.values())


def _registry_of(parameters: Mapping[str, Any]) -> str:
    for name in ("RegistryId", "InstanceId"):
        if isinstance(parameters.get(name), str):
            return str(parameters[name])
    several = parameters.get("Registryids")
    return ", ".join(several) if isinstance(several, list) else ""
