# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The long-term access credentials of a TCR registry ("instance tokens")."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from ..._engine.fields import Field, State, text
from ..._engine.resource import Resource
from ..._errors import InvalidInput, NotFound
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.credential_selector import CredentialIdentity, is_expired, parse_timestamp
from .credential_creation import create_with_known_secret


class TcrAccessCredentialResource(Resource):
    """One credential, found by its id or by its description, which the user keeps unique.

    TCR API 2019-09-24: every creation makes a new credential, equal descriptions are allowed, and the secret is told
    once. Of several that match and have not expired, the newest is meant; the others are left alone. A removal means
    all that match, expired ones included, and without a description all that carry the marker of the migration.

    :param rotate: do not accept a credential that exists already; make a new one beside it.
    :param removing: the state asked for is ``absent``.
    :param keep: ids that a removal leaves alone.
    """

    kind: ClassVar[str] = "TCR access credential"
    key: ClassVar[str] = "name"
    fields = (Field("name"), Field("description", text), Field("enabled"))
    owner_field: ClassVar[str | None] = "description"

    def __init__(
        self,
        client: TcrClient,
        registry_id: str,
        identity: CredentialIdentity,
        rotate: bool = False,
        removing: bool = False,
        keep: Sequence[str] = (),
    ) -> None:
        identity.check()
        if rotate and (identity.credential_id or removing):
            raise InvalidInput(
                "rotate makes a new credential, which has no id yet.",
                advice="Use rotate with description or migration_id, and state: present only.",
            )
        self._client = client
        self._registry_id = registry_id
        self._identity = identity
        self._removing = removing
        self._rotate = rotate
        self._kept = frozenset(keep) if removing else frozenset()
        self._replaced: frozenset[str] | None = None if rotate else frozenset()
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The matching credentials, the newest first.

        :raises NotFound: there is none with the id that shall be present.
        """
        credentials = [self._state(one) for one in self._client.tokens(self._registry_id)]
        if self._replaced is None:
            self._replaced = frozenset(one["credential_id"] for one in credentials)
        excluded = self._kept | self._replaced
        found = [
            one
            for one in credentials
            if self._identity.matches(one, self._removing)
            and one["credential_id"] not in excluded
            and (self._removing or self._identity.credential_id or not is_expired(one))
        ]
        if self._identity.credential_id and not found and not self._removing:
            raise NotFound(
                f"{self._registry_id} has no access credential with the id {self._identity.credential_id!r}.",
                advice="Check credential_id, or give a description instead to have one made.",
            )
        return sorted(found, key=lambda one: (one["created_at"], one["credential_id"]), reverse=True)

    def create(self, desired: State) -> State:
        """Create a credential; returns its id, user name and secret."""
        enabled = desired.get("enabled") is not False
        created = create_with_known_secret(self._client, self._registry_id, desired["description"], enabled)
        token_id = str(created.get("TokenId") or "")
        known = {"username": created.get("Username"), "secret": created.get("Token")}
        return {**known, "credential_id": token_id} if token_id else known

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change description or enabled; one call changes only one of them."""
        if "description" in changed:
            self._client.modify_token_description(self._registry_id, current["credential_id"], desired["description"])
        if "enabled" in changed:
            self._client.modify_token_enabled(self._registry_id, current["credential_id"], desired["enabled"])

    def delete(self, current: State) -> None:
        """Delete a credential; whoever uses it is refused from then on."""
        self._client.delete_token(self._registry_id, current["credential_id"])

    def _state(self, token: dict[str, Any]) -> State:
        return {
            "name": self._identity.name,
            "credential_id": str(token.get("Id")),
            "description": token.get("Desc") or "",
            "enabled": bool(token.get("Enabled")),
            "created_at": str(token.get("CreatedAt") or ""),
            "expires_at": parse_timestamp(int(token.get("ExpiredAt") or 0)),
        }
