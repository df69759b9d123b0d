# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TC3-HMAC-SHA256, the signature of the Tencent Cloud API v3. Pure, no I/O."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timezone

ALGORITHM = "TC3-HMAC-SHA256"


def canonical_request(headers: Mapping[str, str], body: bytes, method: str = "POST", query: str = "") -> str:
    """The request in the form that is signed.

    :param headers: the headers to sign, ``content-type`` and ``host`` at least, as they are sent.
    :param body: the bytes of the body; empty for GET.
    :param query: the encoded query string without question mark; empty for POST.
    """
    lines = {name.lower(): value.strip().lower() for name, value in headers.items()}
    canonical_headers = "".join(f"{name}:{lines[name]}\n" for name in sorted(lines))
    return "\n".join([method, "/", query, canonical_headers, ";".join(sorted(lines)), hashlib.sha256(body).hexdigest()])


def signing_key(secret_key: str, date: str, service: str) -> bytes:
    """The key of one day (``YYYY-MM-DD``, UTC) and one service, e.g. ``tcr``."""
    key = f"TC3{secret_key}".encode()
    for part in (date, service, "tc3_request"):
        key = _hmac(key, part)
    return key


def authorization(
    secret_id: str,
    secret_key: str,
    service: str,
    timestamp: int,
    headers: Mapping[str, str],
    body: bytes,
    method: str = "POST",
    query: str = "",
) -> str:
    """The value of the Authorization header.

    :param timestamp: Unix time in seconds, the same as in the header ``X-TC-Timestamp``.
    """
    date = datetime.fromtimestamp(timestamp, timezone.utc).strftime("%Y-%m-%d")
    scope = f"{date}/{service}/tc3_request"
    request_hash = hashlib.sha256(canonical_request(headers, body, method, query).encode()).hexdigest()
    text = "\n".join([ALGORITHM, str(timestamp), scope, request_hash])
    signature = _hmac(signing_key(secret_key, date, service), text).hex()
    names = ";".join(sorted(name.lower() for name in headers))
    return f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={names}, Signature={signature}"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
