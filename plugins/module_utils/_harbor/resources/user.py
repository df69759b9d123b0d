# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of a Harbor."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State, text
from ..._engine.resource import Resource
from ..._errors import OutcomeUnknown, ServerFault, Unsupported
from ..api.accounts import DATABASE
from ..api.client import HarborClient
from ..rules.user import check_new_user, check_user, require_other_account

_PROFILE = frozenset({"email", "realname", "comment"})


class HarborUserResource(Resource):
    """Users by name. Where another service does the login (LDAP, OIDC), they come from there, and only their rights
    can be managed.

    :param update_password: ``on_create``, or ``always``: also that of users who cannot log in with it.
    """

    kind: ClassVar[str] = "Harbor user"
    key: ClassVar[str] = "username"
    fields = (
        Field("username"),
        Field("email", compare=text),
        Field("realname", compare=text),
        Field("comment", compare=text),
        Field("admin"),
        Field("password", write_only=True),
    )

    def __init__(self, client: HarborClient, update_password: str = "on_create") -> None:
        self._client = client
        self._accounts = client.accounts
        self._update_password = update_password

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All users with one listing."""
        members: list[State] = self._accounts.users()
        return members

    def create(self, desired: State) -> None:
        """Create a user, and make it administrator if that is desired."""
        names = ("username", "password", "email", "comment")
        body = {name: desired[name] for name in names if desired.get(name) is not None}
        try:
            user_id = self._accounts.create_user({**body, "realname": desired.get("realname") or desired["username"]})
        except (OutcomeUnknown, ServerFault):
            made = [one["user_id"] for one in self._accounts.users() if one["username"] == desired["username"]]
            if not made:
                raise
            user_id = made[0]
        if desired.get("admin"):
            self._accounts.set_admin(user_id, True)

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change what differs. Harbor refuses a password that the user has already, so that a right one is not written."""
        if changed & _PROFILE:
            self._accounts.update_profile(desired)
        if "admin" in changed:
            self._accounts.set_admin(current["user_id"], desired["admin"])
        if "password" in changed and not self._accounts.accepts_password(desired["username"], desired["password"]):
            self._accounts.set_password(current["user_id"], desired["password"])

    def delete(self, current: State) -> None:
        """Delete a user."""
        self._accounts.delete_user(current["user_id"])

    def check_delete(self, current: State) -> None:
        """Refuse to delete the user of this task, and before Harbor 2.4 users from another service."""
        require_other_account(self._accounts.own_username, current["username"], "is not deleted")
        if self._client.system().auth_mode != DATABASE:
            self._client.system().capabilities.require("external_user_deletion")

    def must_write_secret(self, current: State, desired: State) -> bool:
        """Whether the user cannot log in with the password given; asked only if that is kept up to date.

        Harbor takes 1.5 seconds to refuse a wrong password.
        """
        if self._update_password != "always":
            return False
        return not self._accounts.accepts_password(desired["username"], desired["password"])

    def check(self, desired: State) -> None:
        """Refuse what no version of Harbor accepts."""
        check_user(desired)

    def check_create(self, desired: State) -> None:
        """Refuse a new user where users come from another service, and one that lacks something that Harbor requires."""
        self._require_local(f"The user {desired['username']!r} does not exist")
        check_new_user(desired)

    def check_update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Refuse what another service decides about a user, and to change the password of this task's own user."""
        if changed & (_PROFILE | {"password"}):
            self._require_local(f"{', '.join(sorted(changed))} of the user {desired['username']!r} must change")
        if "password" in changed:
            require_other_account(self._accounts.own_username, desired["username"], "keeps its password")

    def _require_local(self, situation: str) -> None:
        mode = self._client.system().auth_mode
        if mode != DATABASE:
            raise Unsupported(
                f"{situation}, but this Harbor takes its users from another service (auth_mode {mode}).",
                advice="Change it there; Harbor knows a user from the first login on. Here only admin can be managed.",
            )
