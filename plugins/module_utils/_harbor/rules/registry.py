# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of registry endpoints, and rules that every version of Harbor needs but few check. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..._engine.fields import Field, text, url
from ..._engine.ownership import marker
from ..._errors import InvalidInput

MASKED_SECRET = "*****"
_CREDENTIAL = re.compile(r"; credential ([0-9A-Za-z-]+)")


def certificate(value: Any) -> str:
    """A PEM text compared without regard to the white space around its lines."""
    return "\n".join(line.strip() for line in text(value).split("\n") if line.strip())


def address(value: Any) -> str:
    """The address as every version of Harbor stores it: without spaces, query and trailing slash."""
    return urlsplit(text(value).strip())._replace(query="", fragment="").geturl().rstrip("/")


def endpoint_description(migration_id: str, credential_id: str) -> str:
    """The description of a migration's endpoint: the marker, and the credential that the endpoint holds."""
    return f"{marker(migration_id)}; credential {credential_id or 'to be created'}"


def stored_credential_id(description: str | None) -> str:
    """The credential that :func:`endpoint_description` names; empty when there is none."""
    found = _CREDENTIAL.search(description or "")
    return found[1] if found else ""


def check_endpoint(desired: Mapping[str, Any], redact: Callable[[str], str]) -> None:
    """Refuse an invalid address, and a secret that cannot be one.

    Harbor API: without a scheme Harbor takes http://, without a user it drops the secret, and asterisks sent back as
    the secret replace it.

    :param desired: ``name``, ``url``, ``access_key``, ``access_secret``.
    :raises InvalidInput: with the option, what was found and what to do.
    """
    name = desired["name"]
    if not _is_address(text(desired.get("url")).strip()):
        raise InvalidInput(
            f"url of the registry endpoint {name!r} must be http(s)://host[:port] without a user, "
            f"not {redact(text(desired.get('url')))!r}.",
            advice="For TCR it is https://<registry>.tencentcloudcr.com.",
        )
    if desired.get("access_secret") == MASKED_SECRET:
        raise InvalidInput(
            f"access_secret of the registry endpoint {name!r} is the mask that Harbor returns instead of a secret.",
            advice="Give the real secret, or leave it out to keep the stored one.",
        )
    if desired.get("access_secret") and not desired.get("access_key"):
        raise InvalidInput(
            f"access_secret of the registry endpoint {name!r} is given without access_key.",
            advice="Give both: Harbor drops a secret without a user.",
        )


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        usable = parts.port != 0
    except ValueError:
        return False
    return usable and parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def check_change(changed: frozenset[str], desired: Mapping[str, Any]) -> None:
    """Refuse to send an endpoint to another address, or as another user, with the secret of the old one.

    Harbor API: up to 2.15 the stored secret stays, later versions drop it when the address changes.

    :param changed: the names of the fields that change.
    :raises InvalidInput: the secret is not given.
    """
    if changed & {"url", "access_key"} and desired.get("access_key") and not desired.get("access_secret"):
        raise InvalidInput(
            f"url or access_key of the registry endpoint {desired['name']!r} changes, but access_secret is not given.",
            advice="Give access_secret too: the stored one belongs to the old address and user.",
        )


ENDPOINT_FIELDS = (
    Field("name"),
    Field("url", compare=url),
    Field("type", immutable=True),
    Field("description", compare=text),
    Field("insecure"),
    Field("access_key", compare=text),
    Field("access_secret", write_only=True),
    Field("ca_certificate", compare=certificate),
)
