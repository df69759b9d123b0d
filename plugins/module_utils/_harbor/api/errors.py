# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns what Harbor, or the proxy in front of it, answers instead of a success into one error tree.

Harbor API 1.x: ``{"code": 400, "message": "..."}`` as text/plain, some plain texts. Harbor API 2.x:
``{"errors": [{"code": "BAD_REQUEST", "message": "..."}]}``; from 500 on the message is always the same and the
cause only in core.log. Both: HTML pages of nginx (502, 504, 413) and of the web framework (404, CSRF).
"""

from __future__ import annotations

import json
import re

from ..._errors import (
    AlreadyExists,
    ApiError,
    AuthenticationFailed,
    Conflict,
    InvalidRequest,
    MigrationError,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerFault,
)
from ..._http.client import Response
from ..._http.readable import code_and_message, readable
from ..._http.redaction import Redactor

UNHEALTHY = "UNHEALTHY"
GATEWAY_TIMEOUT = "GATEWAY_TIMEOUT"
_READ_ONLY = re.compile(r"read.?only", re.IGNORECASE)
_CLASSES: dict[int, type[ApiError]] = {
    400: InvalidRequest,
    401: AuthenticationFailed,
    403: PermissionDenied,
    404: NotFound,
    405: InvalidRequest,
    409: AlreadyExists,
    412: Conflict,
    413: InvalidRequest,
    415: InvalidRequest,
    422: InvalidRequest,
    429: RateLimited,
}
_ADVICE: dict[int, str] = {
    401: "Check harbor_username and harbor_password: Harbor treats a wrong password as no login at all.",
    403: "The account of harbor_username lacks the right for this. Users, registry endpoints, replication and the list of all "
    "projects need a system administrator (members and robots of one project: its administrator); a robot of the system needs "
    "the right by name, for a migration registry, replication-policy and replication.",
    429: "Harbor, or what stands in front of it, limits the rate: run again later.",
    500: "The cause is only in the log of Harbor's core container (core.log).",
    502: "Its proxy answers, but not the core container behind it: check that all containers of Harbor run, and "
    "restart the proxy container if core was created again.",
    503: "It is not up: check that all containers of Harbor run.",
    504: "Its core container took longer than the proxy in front of it waits: check the load and the log of core.",
}


def code_and_reason(response: Response) -> tuple[str, str]:
    """The code (2.x only, else empty) and the reason in an answer that is an error, whatever form it has."""
    try:
        body = json.loads(response.shown)
    except (ValueError, RecursionError):
        return "", readable(response.shown)
    return code_and_message(body)


def error_for(response: Response, task: str, base_url: str, redactor: Redactor) -> ApiError:
    """The error for an answer that is not a success.

    :param task: the request in words that follow "could not", e.g. ``list the projects``.
    :param redactor: keeps secrets out of what Harbor quotes.
    """
    code, reason = code_and_reason(response)
    reason = redactor(reason)
    status = response.status
    if 300 <= status < 400:
        return ApiError(
            f"{base_url} does not {task} but redirects to {response.headers.get('Location', 'another address')!r}.",
            advice="Set harbor_url to the address to which it redirects (often https:// instead of http://).",
            status=status,
        )
    kind = _CLASSES.get(status, ServerFault if status >= 500 else ApiError)
    advice = _ADVICE.get(status, _ADVICE[500] if status >= 500 else "")
    if status in (403, 503) and _READ_ONLY.search(reason):
        kind = Conflict
        advice = "Harbor is in read-only mode: switch that off under Administration, Configuration, System Settings."
    status_and_code = f"HTTP {status} {code}".rstrip()
    return kind(
        f"Harbor at {base_url} could not {task}: {reason or 'it gives no reason'} ({status_and_code}).",
        advice=advice,
        code=code,
        request_id=response.headers.get("X-Request-Id", ""),
        status=status,
        details={"reason": reason},
    )


def has_path(response: Response) -> bool:
    """Whether an answer proves that this Harbor has the path, even if it refuses the request or lacks the object.

    Harbor API 2.x: "path /api/v2.0/... was not found" or an HTML page; 1.x: an HTML page.
    """
    return response.status != 404 or code_and_reason(response)[1].startswith("project ")


def unusable_target(error: MigrationError, target: str, consequence: str) -> ApiError:
    """The error of a call in which Harbor itself tried to use a registry, with where to look for the cause.

    Harbor API: 400 "the registry is unhealthy" (2.x), "registry URL is unhealthy" (1.x), 400 with an empty message
    (ping on 1.x); nginx answers 504 when core waits for the registry for more than a minute.

    :param error: the refusal, or what came instead of an answer in time.
    :param target: the registry in words, e.g. ``https://demo.tencentcloudcr.com as user 'robot'``.
    :param consequence: what follows, e.g. ``Nothing was stored.``; left out when a time-out hides the outcome.
    """
    refused = error.status == 400
    reason = (error.details.get("reason") or "it gives no reason") if refused else "no answer in time"
    return ApiError(
        f"Harbor's core container tried to use {target} and failed: {reason}."
        + (f" {consequence}" if refused and consequence else ""),
        advice="The connection was made from inside Harbor, not from this host. Check that the registry's whitelist lists "
        "the address from which Harbor connects, that the name resolves inside Harbor's containers (they do not read "
        "/etc/hosts of their host: core and jobservice need extra_hosts), that a proxy lets it pass, and the user name and "
        "password.",
        code=UNHEALTHY if refused else GATEWAY_TIMEOUT,
        request_id=error.request_id,
        status=error.status,
        details=error.details,
    )


def is_unhealthy(error: ApiError) -> bool:
    """Whether a refusal means that Harbor could not use the registry, and not that the request was wrong."""
    reason = str(error.details.get("reason") or "")
    return error.status == 504 or (
        error.status == 400 and (not reason or "unhealthy" in reason or "health check" in reason)
    )
