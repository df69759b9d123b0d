# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of TC3-HMAC-SHA256 signatures, independent of the collection's own signer."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.sandbox.tcr.errors import ApiError

ALGORITHM = "TC3-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
TOLERANCE = 300
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/\s,]+)/(?P<date>\d{4}-\d{2}-\d{2})/(?P<service>[a-z0-9]+)/tc3_request, ?"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Authorization:
    """The parts of an Authorization header."""

    secret_id: str
    date: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


def parse_authorization(header: str, service: str) -> Authorization:
    """Take an Authorization header apart. Raises AuthFailure.InvalidAuthorization."""
    match = _AUTHORIZATION.fullmatch(header.strip())
    if match is None:
        raise _invalid("The format of request header `Authorization` is not valid.")
    names = tuple(match["headers"].split(";"))
    if not {"content-type", "host"} <= set(names) or list(names) != sorted(names):
        raise _invalid("`SignedHeaders` must contain `content-type` and `host` and be sorted.")
    if match["service"] != service:
        raise _invalid(f"The service in the credential scope must be `{service}`.")
    return Authorization(match["id"], match["date"], match["service"], names, match["signature"])


def check_time(authorization: Authorization, timestamp: str, now: float) -> None:
    """Check X-TC-Timestamp against the server's time and the date of the scope.

    Raises AuthFailure.SignatureExpire or AuthFailure.InvalidAuthorization.
    """
    if not timestamp.isdigit():
        raise _invalid("The request header `X-TC-Timestamp` is not valid.")
    if abs(now - int(timestamp)) > TOLERANCE:
        raise ApiError(
            "AuthFailure.SignatureExpire",
            "The provided credentials could not be validated because of exceeding request time limit, the difference "
            f"between `X-TC-Timestamp` {timestamp} and server time {int(now)} is greater than {TOLERANCE} seconds.",
            "签名过期，请检查本地时间是否与标准时间同步。",
        )
    if datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d") != authorization.date:
        raise _invalid("The date in the credential scope is not the UTC date of `X-TC-Timestamp`.")


def sign(
    authorization: Authorization, secret_key: str, method: str, query: str, headers: Mapping[str, str], body: bytes
) -> str:
    """The hex signature of a request; `headers` has lower-case names and contains x-tc-timestamp."""
    canonical_headers = "".join(
        f"{name}:{headers.get(name, '').strip().lower()}\n" for name in authorization.signed_headers
    )
    canonical = "\n".join(
        [
            method,
            "/",
            query,
            canonical_headers,
            ";".join(authorization.signed_headers),
            _payload_hash(method, headers, body),
        ]
    )
    scope = f"{authorization.date}/{authorization.service}/tc3_request"
    text = "\n".join([ALGORITHM, headers["x-tc-timestamp"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"TC3{secret_key}".encode()
    for part in (authorization.date, authorization.service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _payload_hash(method: str, headers: Mapping[str, str], body: bytes) -> str:
    if headers.get("x-tc-content-sha256") == UNSIGNED_PAYLOAD:
        body = UNSIGNED_PAYLOAD.encode()
    elif method == "GET":
        body = b""
    return hashlib.sha256(body).hexdigest()


def check_signature(
    authorization: Authorization, secret_key: str, method: str, query: str, headers: Mapping[str, str], body: bytes
) -> None:
    """Compare the signature of a request with the right one. Raises AuthFailure.SignatureFailure."""
    if not hmac.compare_digest(sign(authorization, secret_key, method, query, headers, body), authorization.signature):
        raise ApiError(
            "AuthFailure.SignatureFailure",
            "The provided credentials could not be validated. Please check your signature is correct.",
            "签名验证失败，请检查 SecretId 与 SecretKey 是否正确。",
        )


def _invalid(message: str) -> ApiError:
    return ApiError("AuthFailure.InvalidAuthorization", message, "请求头部的 Authorization 不符合标准。")
