# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""By what an access credential is found: TCR gives it an id, but no name. Pure."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timezone

from ..._engine.fields import State
from ..._engine.lease import LONGEST_END
from ..._engine.ownership import is_marked, with_marker, without_ends
from ..._errors import InvalidInput

_LONGEST_DESCRIPTION = 255


@dataclass(frozen=True)
class CredentialIdentity:
    """An id, or a description that the user keeps unique, or just the marker of a migration.

    :param description: without the marker.
    """

    credential_id: str | None = None
    description: str | None = None
    migration_id: str | None = None

    @property
    def name(self) -> str:
        """The id, else the description with the marker, else the marker."""
        return self.credential_id or self.stored_description

    @property
    def stored_description(self) -> str:
        """The description with the marker."""
        return with_marker(self.description, self.migration_id) if self.migration_id else self.description or ""

    def check(self) -> None:
        """Refuse what finds nothing or cannot be stored.

        :raises InvalidInput: the description is empty or too long.
        """
        if not self.name:
            raise InvalidInput("The description is empty.", advice="Give a description, credential_id or migration_id.")
        # With room for an end in any case, so that a description that fits does so whatever the lease is.
        stored = self.stored_description
        length = len(with_marker(stored, self.migration_id, LONGEST_END) if self.migration_id else stored)
        if length > _LONGEST_DESCRIPTION:
            raise InvalidInput(
                f"The description has {length} characters with its marker and the end of a lease, and TCR keeps {_LONGEST_DESCRIPTION}.",
                advice="Shorten it.",
            )

    def matches(self, credential: State, removing: bool) -> bool:
        """Whether this is the credential; a removal without a description means all that carry the marker."""
        if self.credential_id:
            return bool(credential["credential_id"] == self.credential_id)
        if removing and self.migration_id and not self.description:
            return is_marked(credential["description"], self.migration_id)
        return without_ends(credential["description"]) == self.stored_description


def credential_id_from_jwt(secret: str) -> str:
    """The id of the credential to which a secret belongs, which the claims of the secret name as ``tokenId``.

    :raises InvalidInput: the secret carries none.
    """
    parts = secret.split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        token_id = claims.get("tokenId") if isinstance(claims, dict) else None
    except (IndexError, ValueError):
        token_id = None
    if not isinstance(token_id, str) or not token_id:
        raise InvalidInput(
            "The secret does not carry the id of its credential.",
            advice="Give credential_id or description instead. Secrets of temporary credentials carry none.",
        )
    return token_id


def format_timestamp(milliseconds: int) -> str | None:
    """A time of the TCR API (milliseconds since 1970, 0 is none) as ISO 8601."""
    if not milliseconds:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat(timespec="seconds")


def is_expired(credential: State) -> bool:
    """Whether the time of a credential is over."""
    end = credential["expires_at"]
    return bool(end) and datetime.fromisoformat(end) <= datetime.now(timezone.utc)
