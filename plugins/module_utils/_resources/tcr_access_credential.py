# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The long-term access credentials of a TCR registry ("instance tokens")."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timezone
from typing import Any, ClassVar

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.tcr import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.fields import Field, State, text
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.marker import is_marked, stamped
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.resource import Resource
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    InvalidInput,
    MigrationError,
    NotFound,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.tcr_credential_creation import (
    certain,
    create_with_known_secret,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.tcr_instance import require_running

_LONGEST_DESCRIPTION = 255


def looked_up_as(credential_id: str | None, description: str | None, migration_id: str | None) -> str:
    """What identifies a credential: its id, else its description with the marker, else the marker."""
    return credential_id or (stamped(description, migration_id) if migration_id else description or "")


class TcrAccessCredential(Resource):
    """One credential, found by its id or by its description, which the user keeps unique.

    TCR API 2019-09-24: every creation makes a new credential, equal descriptions are allowed, and the secret is told
    once. Of several that match and have not expired, the newest is meant; the others are left alone. A removal means
    all that match, expired ones included, and without a description all that carry the marker of the migration.

    :param description: without the marker.
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
        credential_id: str | None = None,
        description: str | None = None,
        migration_id: str | None = None,
        rotate: bool = False,
        removing: bool = False,
        keep: Sequence[str] = (),
    ) -> None:
        self.name = looked_up_as(credential_id, description, migration_id)
        if not self.name:
            raise InvalidInput("The description is empty.", advice="Give a description, credential_id or migration_id.")
        described = looked_up_as(None, description, migration_id)
        if len(described) > _LONGEST_DESCRIPTION:
            raise InvalidInput(
                f"The description has {len(described)} characters with its marker, and TCR keeps {_LONGEST_DESCRIPTION}.",
                advice="Shorten it.",
            )
        if rotate and (credential_id or removing):
            raise InvalidInput(
                "rotate makes a new credential, which has no id yet.",
                advice="Use rotate with description or migration_id, and state: present only.",
            )
        self._client = client
        self._registry_id = registry_id
        self._credential_id = credential_id
        self._any_marked = migration_id if removing and not description else None
        self._removing = removing
        self._keep = frozenset(keep)
        self._rotate = rotate
        self._replaced: frozenset[str] | None = None
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The matching credentials, the newest first.

        :raises NotFound: there is none with the id that shall be present.
        """
        tokens = self._client.tokens(self._registry_id)
        if self._rotate and self._replaced is None:
            self._replaced = frozenset(str(one.get("Id")) for one in tokens)
        found = [self._state(one) for one in tokens if self._matches(one)]
        if self._credential_id and not found and not self._removing:
            raise NotFound(
                f"{self._registry_id} has no access credential with the id {self._credential_id!r}.",
                advice="Check credential_id, or give a description instead to have one made.",
            )
        return sorted(found, key=lambda one: (one["created_at"], one["credential_id"]), reverse=True)

    def create(self, wish: State) -> State:
        """Create a credential; returns its id, user name and secret."""
        created = create_with_known_secret(self._client, self._registry_id, wish["description"])
        token_id = str(created.get("TokenId") or "")
        if wish.get("enabled") is False:
            try:
                self._client.modify_token_enabled(self._registry_id, token_id, False)
            except MigrationError as error:
                self._client.delete_token(self._registry_id, token_id)
                raise certain(error) from None
        known = {"username": created.get("Username"), "secret": created.get("Token")}
        return {**known, "credential_id": token_id} if token_id else known

    def update(self, reality: State, wish: State, changed: frozenset[str]) -> None:
        """Change description or enabled; one call changes only one of them."""
        if "description" in changed:
            self._client.modify_token_description(self._registry_id, reality["credential_id"], wish["description"])
        if "enabled" in changed:
            self._client.modify_token_enabled(self._registry_id, reality["credential_id"], wish["enabled"])

    def delete(self, reality: State) -> None:
        """Delete a credential; whoever uses it is refused from then on."""
        self._client.delete_token(self._registry_id, reality["credential_id"])

    def _matches(self, token: dict[str, Any]) -> bool:
        token_id, description = str(token.get("Id")), str(token.get("Desc") or "")
        if self._removing and token_id in self._keep:
            return False
        if self._credential_id:
            return token_id == self._credential_id
        if self._any_marked:
            return is_marked(description, self._any_marked)
        excluded = not self._removing and (_expired(token) or token_id in (self._replaced or ()))
        return description == self.name and not excluded

    def _state(self, token: dict[str, Any]) -> State:
        expiry = int(token.get("ExpiredAt") or 0)
        return {
            "name": self.name,
            "credential_id": str(token.get("Id")),
            "description": token.get("Desc") or "",
            "enabled": bool(token.get("Enabled")),
            "created_at": str(token.get("CreatedAt") or ""),
            "expires_at": _moment(expiry).isoformat(timespec="seconds") if expiry else None,
        }


def _expired(token: dict[str, Any]) -> bool:
    expiry = int(token.get("ExpiredAt") or 0)
    return bool(expiry) and _moment(expiry) <= datetime.now(timezone.utc)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
