# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of the Tencent Cloud API: as users give them, as requests need them, and of a sibling service."""

from __future__ import annotations

from urllib.parse import urlsplit

from .._errors import InvalidInput


def sibling_endpoint(endpoint: str, service: str, other: str) -> str:
    """The endpoint of another service that goes with that of a service: ``tag.intl...`` with ``tcr.intl...``.

    One that is not named after the service is taken to serve both.
    """
    scheme, separator, host = endpoint.strip().rpartition("://")
    if not host.lower().startswith(f"{service}."):
        return endpoint
    return f"{scheme}{separator}{other}{host[len(service) :]}"


def endpoint_url(endpoint: str) -> str:
    """The URL of an endpoint given as a host, ``host:port`` or URL; without a scheme it is https.

    :raises InvalidInput: it is not an address.
    """
    url = endpoint.strip() if "://" in endpoint else f"https://{endpoint.strip()}"
    parts = urlsplit(url)
    try:
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or parts.path.strip("/") or parts.query or parts.username:
        raise InvalidInput(
            f"tcr_endpoint: {endpoint!r} is not an address of the API.",
            advice="Give a host such as tcr.tencentcloudapi.com, or a URL such as https://tcr.ap-guangzhou.tencentcloudapi.com.",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def host_header(url: str) -> str:
    """The Host header as HTTP clients send it and as it is signed: without the default port."""
    parts = urlsplit(url)
    default = {"http": ":80", "https": ":443"}[parts.scheme]
    return parts.netloc[: -len(default)] if parts.netloc.endswith(default) else parts.netloc
