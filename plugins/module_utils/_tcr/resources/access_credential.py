# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access credentials of a TCR registry ("instance tokens"): long-term ones, and temporary ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from ..._engine.fields import Field, State, text
from ..._engine.resource import Resource
from ..._errors import InvalidInput, MigrationError, NotFound, OutcomeUnknown, ServerFault
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.credential_selector import (
    CredentialIdentity,
    credential_id_from_jwt,
    format_timestamp,
    is_expired,
)

TEMPORARY = "temporary credential"
_ATTEMPTS = 3


@dataclass(frozen=True)
class CredentialRequest:
    """The options of module tcr_access_credential, under their names; the defaults are those of the module."""

    registry_id: str
    temporary: bool = False
    credential_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    description: str | None = None
    migration_id: str | None = None
    enabled: bool | None = None
    keep_credential_ids: Sequence[str] = ()
    rotate: bool = False
    state: str = "present"

    @property
    def identity(self) -> CredentialIdentity:
        """By what a long-term credential is found.

        :raises InvalidInput: the secret carries no id.
        """
        token_id = credential_id_from_jwt(self.secret) if self.secret else self.credential_id
        return CredentialIdentity(token_id, self.description, self.migration_id)

    def check_temporary(self) -> None:
        """Refuse options that a temporary credential does not have.

        :raises InvalidInput: with the first of them.
        """
        long_term = [one for one in fields(self) if one.name not in ("registry_id", "temporary")]
        given = [one.name for one in long_term if getattr(self, one.name) not in (one.default, [])]
        if given:
            option = "state: absent" if given == ["state"] else given[0]
            raise InvalidInput(
                f"temporary: a temporary credential cannot be combined with {option}.",
                advice="It has no id and no description, cannot be changed, and expires by itself: leave that out.",
            )


def build(client: TcrClient, request: CredentialRequest) -> Resource:
    """The resource for a request.

    :raises InvalidInput: the request contradicts itself, or its secret carries no id.
    """
    if request.temporary:
        request.check_temporary()
        return TcrTemporaryCredentialResource(client, request.registry_id)
    return TcrAccessCredentialResource(
        client,
        request.registry_id,
        request.identity,
        rotate=request.rotate,
        removing=request.state == "absent",
        keep=request.keep_credential_ids,
    )


def desired_members(request: CredentialRequest) -> list[State]:
    """The desired credential of a request."""
    if request.temporary:
        return [{"name": TEMPORARY}]
    return [{"name": request.identity.name, "description": request.description, "enabled": request.enabled}]


class TcrAccessCredentialResource(Resource):
    """One long-term credential, found by its id or by its description, which the user keeps unique.

    TCR API 2019-09-24: every creation makes a new credential, equal descriptions are allowed, and the secret is
    returned once. Of several that match and have not expired, the newest is managed; the others are left alone. A
    removal deletes all that match, expired ones included, and without a description all that carry the marker of the
    migration.

    :param rotate: make a new credential beside those that exist.
    :param removing: the state asked for is ``absent``.
    :param keep: ids that a removal leaves alone.
    """

    kind: ClassVar[str] = "access credential"
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
        self._kept = frozenset(keep) if removing else frozenset()
        self.creates_always = rotate
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The matching credentials, the newest first.

        :raises NotFound: there is none with the id that must be present.
        """
        found = [
            one
            for one in self._listing()
            if self._identity.matches(one, self._removing)
            and one["credential_id"] not in self._kept
            and (self._removing or self._identity.credential_id or not is_expired(one))
        ]
        if self._identity.credential_id and not found and not self._removing:
            raise NotFound(
                f"{self._registry_id} has no access credential with the id {self._identity.credential_id!r}.",
                advice="Check credential_id, or give a description instead to create one.",
            )
        return sorted(found, key=lambda one: (one["created_at"], one["credential_id"]), reverse=True)

    def create(self, desired: State) -> State:
        """Create a credential; returns its user name and secret, and its state as far as the API returns it.

        A credential whose secret got lost with the answer is removed before the next attempt, so that none is left
        whose secret nobody knows.

        :raises MigrationError: no attempt gave an answer; nothing is left behind.
        """
        before = {one["credential_id"] for one in self._listing()}
        created = self._create(desired["description"], before)
        token_id = str(created.get("TokenId") or "")
        if desired.get("enabled") is False:
            self._disable(token_id)
        known: State = {"username": created.get("Username"), "secret": created.get("Token")}
        if token_id:
            known["credential_id"] = token_id
        return {**self._new_state(desired, token_id, before), **known} if self.creates_always else known

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change description or enabled; one call changes only one of them."""
        if "description" in changed:
            self._client.modify_token_description(self._registry_id, current["credential_id"], desired["description"])
        if "enabled" in changed:
            self._client.modify_token_enabled(self._registry_id, current["credential_id"], desired["enabled"])

    def delete(self, current: State) -> None:
        """Delete a credential; whoever uses it is refused from then on."""
        self._client.delete_token(self._registry_id, current["credential_id"])

    def _listing(self) -> list[State]:
        return [
            {
                "name": self._identity.name,
                "credential_id": str(one.get("Id")),
                "description": one.get("Desc") or "",
                "enabled": bool(one.get("Enabled")),
                "created_at": str(one.get("CreatedAt") or ""),
                "expires_at": format_timestamp(int(one.get("ExpiredAt") or 0)),
            }
            for one in self._client.tokens(self._registry_id)
        ]

    def _new_state(self, desired: State, token_id: str, before: Collection[str]) -> State:
        """The credential that was just created, as it is listed; empty if it is not listed yet."""
        for one in self._listing():
            if one["credential_id"] == token_id or (
                not token_id and one["credential_id"] not in before and one["description"] == desired["description"]
            ):
                return one
        return {}

    def _create(self, description: str, before: Collection[str]) -> State:
        """The answer of CreateInstanceToken (TCR API 2019-09-24): ``Username``, ``Token``, ``TokenId``."""
        lost: MigrationError | None = None
        for _attempt in range(_ATTEMPTS):
            try:
                created = self._client.create_token(self._registry_id, description)
            except (OutcomeUnknown, ServerFault) as error:
                lost = error
                self._remove_orphans(description, before)
                continue
            if lost and created.get("TokenId"):
                self._remove_orphans(description, {*before, created["TokenId"]})
            return created
        raise _cleared_up(lost or MigrationError("no attempt was made"))

    def _remove_orphans(self, description: str, others: Collection[str]) -> None:
        for one in self._listing():
            if one["credential_id"] not in others and one["description"] == description:
                self._client.delete_token(self._registry_id, one["credential_id"])

    def _disable(self, token_id: str) -> None:
        try:
            self._client.modify_token_enabled(self._registry_id, token_id, False)
        except MigrationError as error:
            self._client.delete_token(self._registry_id, token_id)
            raise _cleared_up(error) from None


class TcrMarkedCredentialsResource(Resource):
    """All long-term credentials by their ids, to remove those that migrations have marked.

    :param kept: ids that are left alone.
    """

    kind: ClassVar[str] = TcrAccessCredentialResource.kind
    key: ClassVar[str] = "credential_id"
    fields = (Field("credential_id"), Field("description", text))
    owner_field: ClassVar[str | None] = "description"

    def __init__(self, client: TcrClient, registry_id: str, kept: Collection[str] = ()) -> None:
        self._client = client
        self._registry_id = registry_id
        self._kept = kept

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All credentials with one listing."""
        listed = [(str(one["Id"]), one.get("Desc") or "") for one in self._client.tokens(self._registry_id)]
        return [{"credential_id": one, "description": words} for one, words in listed if one not in self._kept]

    def create(self, desired: State) -> None:
        """The id of a credential is not chosen, so there is nothing to create."""

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change the description."""
        self._client.modify_token_description(self._registry_id, current["credential_id"], desired["description"])

    def delete(self, current: State) -> None:
        """Delete a credential; whoever uses it is refused from then on."""
        self._client.delete_token(self._registry_id, current["credential_id"])


def usable_credential_ids(client: TcrClient, registry_id: str, migration_id: str) -> list[str]:
    """The credentials of a migration that are enabled and have not expired, the newest first."""
    found = TcrAccessCredentialResource(client, registry_id, CredentialIdentity(migration_id=migration_id)).find(None)
    return [one["credential_id"] for one in found if one["enabled"]]


class TcrTemporaryCredentialResource(Resource):
    """A new credential with every run, which expires after an hour.

    TCR API 2019-09-24: a temporary credential has no id and no description, is not listed, and can neither be changed
    nor deleted. One whose secret got lost with the answer does no harm, so its creation can be repeated.
    """

    kind: ClassVar[str] = "temporary access credential"
    key: ClassVar[str] = "name"
    fields = (Field("name"),)

    def __init__(self, client: TcrClient, registry_id: str) -> None:
        self._client = client
        self._registry_id = registry_id
        self.creates_always = True
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """None: they are not listed."""
        return []

    def create(self, desired: State) -> State:
        """Create a credential; returns its user name and secret, and when it expires."""
        created = self._client.create_token(self._registry_id, long_term=False)
        return {
            "expires_at": format_timestamp(int(created.get("ExpTime") or 0)),
            "username": created.get("Username"),
            "secret": created.get("Token"),
        }

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Nothing about it can be changed."""

    def delete(self, current: State) -> None:
        """It cannot be deleted."""


def _cleared_up(error: MigrationError) -> MigrationError:
    """The same error as one whose consequences have been cleared up, so that the engine does not take the write for done."""
    return MigrationError(error.message, error.advice, error.code, error.request_id, error.status)
