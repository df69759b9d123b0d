# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The groups of another service that can become members of a Harbor project."""

from __future__ import annotations

from typing import Any

from ..._engine.fields import State
from ..._errors import InvalidInput, PermissionDenied, Unsupported
from ..api.accounts import GROUP_TYPES
from ..api.client import HarborClient


class HarborGroups:
    """Tells Harbor which group is meant."""

    def __init__(self, client: HarborClient) -> None:
        self._client = client
        self._known: list[dict[str, Any]] | None = None

    def check(self, member: State) -> None:
        """Refuse a group where there are none.

        :raises Unsupported: all users of this Harbor are local.
        """
        mode = self._client.system().auth_mode
        if mode not in GROUP_TYPES:
            raise Unsupported(
                f"The {member['member']} cannot be a member: this Harbor has no groups (auth_mode {mode}).",
                advice="Groups come from LDAP, OIDC or an authentication proxy; give users instead.",
            )

    def described(self, member: State) -> dict[str, Any]:
        """A group as Harbor wants it: by id if it knows the group, else so that it can look for it.

        Harbor API: it finds groups of LDAP by their distinguished name, all others by their name.

        :param member: ``group`` and perhaps ``ldap_group_dn``.
        """
        name, distinguished = member["group"], member.get("ldap_group_dn")
        for one in self._all():
            if name == one["group_name"] and distinguished in (None, one["ldap_group_dn"]):
                return {"id": one["id"], "group_name": name}
        mode = self._client.system().auth_mode
        if mode != "ldap_auth":
            return {"group_name": name, "group_type": GROUP_TYPES[mode]}
        if not distinguished:
            raise InvalidInput(
                f"Harbor does not know the {member['member']} yet.",
                advice="Give ldap_group_dn too, so that Harbor can find it in the directory.",
            )
        return {"group_name": name, "group_type": GROUP_TYPES[mode], "ldap_group_dn": distinguished}

    def _all(self) -> list[dict[str, Any]]:
        """The groups that Harbor knows, asked for once; to who may not list them they are unknown."""
        if self._known is None:
            try:
                self._known = self._client.accounts.groups()
            except PermissionDenied:
                self._known = []
        return self._known
