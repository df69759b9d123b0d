# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service accounts of a TCR registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State, in_order, text
from ..._engine.resource import Resource
from ..._errors import MigrationError, OutcomeUnknown, ServerFault
from ..api.client import TcrClient
from ..instances import require_running
from ..rules import service_account as accounts


class TcrServiceAccountResource(Resource):
    """Accounts by name. A password is chosen by the user, or a random one that is returned once.

    :param update_password: ``on_create``, or ``always``: TCR has no call that checks a password.
    """

    kind: ClassVar[str] = "service account"
    key: ClassVar[str] = "name"
    fields = (
        Field("name", accounts.without_prefix),
        Field("description", text),
        Field("permissions", accounts.rights, display=in_order),
        Field("expires_at", accounts.format_timestamp),
        Field("disabled"),
        Field("password", write_only=True),
    )
    owner_field: ClassVar[str | None] = "description"

    def __init__(self, client: TcrClient, registry_id: str, update_password: str = "on_create") -> None:
        self._client = client
        self._registry_id = registry_id
        self._update_password = update_password
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All accounts with their rights."""
        return [accounts.to_result(one) for one in self._client.service_accounts(self._registry_id)]

    def create(self, desired: State) -> State:
        """Create an account, and give it the password chosen; returns the random one if none was.

        An account with a password that nobody knows is useless: it is removed when the password cannot be set.
        """
        name = accounts.without_prefix(desired["name"])
        secret = self._create(name, desired)
        if desired.get("password") is None and secret:
            return {"secret": secret}
        try:
            given = self._client.set_service_account_password(self._registry_id, name, desired.get("password"))
        except MigrationError as error:
            self._client.delete_service_account(self._registry_id, name)
            raise MigrationError(error.message, error.advice, error.code, error.request_id, error.status) from None
        return {} if desired.get("password") else {"secret": given}

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change what differs."""
        named = {"description": "Description", "disabled": "Disable"}
        changes = {named[field]: desired[field] for field in changed if field in named}
        if "permissions" in changed:
            changes["Permissions"] = accounts.to_api(desired["permissions"])
        if "expires_at" in changed:
            changes["ExpiresAt"] = accounts.to_milliseconds(desired["expires_at"])
        if changes:
            self._client.modify_service_account(self._registry_id, current["name"], changes)
        if "password" in changed:
            self._client.set_service_account_password(self._registry_id, current["name"], desired["password"])

    def delete(self, current: State) -> None:
        """Delete an account; whoever uses it is refused from then on."""
        self._client.delete_service_account(self._registry_id, current["name"])

    def must_write_secret(self, current: State, desired: State) -> bool:
        """Whether the password is written without knowing whether that is needed."""
        return self._update_password == "always"

    def check(self, desired: State) -> None:
        """Refuse what TCR does not accept."""
        accounts.check_account(desired)

    def check_create(self, desired: State) -> None:
        """Refuse a new account without rights."""
        accounts.check_new_account(desired)

    def _create(self, name: str, desired: State) -> str:
        """The random password of a new account, empty when it got lost with the answer."""
        expires_at = accounts.to_milliseconds(desired["expires_at"]) if desired.get("expires_at") else None
        try:
            created = self._client.create_service_account(
                self._registry_id, name, accounts.to_api(desired["permissions"]), desired.get("description"), desired.get("disabled"),
                desired.get("valid_days"), expires_at,
            )  # fmt: skip
        except (OutcomeUnknown, ServerFault):
            if not any(
                accounts.without_prefix(one.get("Name")) == name
                for one in self._client.service_accounts(self._registry_id)
            ):
                raise
            return ""
        return str(created.get("Password") or "")
