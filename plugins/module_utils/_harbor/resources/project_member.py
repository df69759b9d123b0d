# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The members of a Harbor project: users and groups, each with a role."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.once import Once
from ..._engine.resource import Resource
from ..._errors import ApiError, InvalidInput, InvalidRequest, NotFound, PermissionDenied, Unsupported
from ..api.accounts import GROUP_TYPES
from ..api.client import HarborClient


def desired_member(member: Mapping[str, Any]) -> State:
    """A member with what identifies it in ``member``, e.g. ``user alice``: a group may have the name of a user."""
    kind = "user" if member.get("user") else "group"
    return {**member, "member": f"{kind} {member[kind]}"}


class HarborProjectMemberResource(Resource):
    """Users and groups with their role in one project.

    :param project: its name.
    :param tolerant: a project that does not exist has no members, instead of being an error.
    :raises NotFound: there is no such project, and that is an error.
    """

    kind: ClassVar[str] = "project member"
    key: ClassVar[str] = "member"
    fields = (Field("member"), Field("role"))

    def __init__(self, client: HarborClient, project: str, tolerant: bool = False) -> None:
        self._client = client
        self._project_name = project
        self._project: dict[str, Any] = {}
        # One listing, whatever the number of groups that become members.
        self._known_groups = Once(self._list_groups)
        try:
            self._project = client.administration.project(project)
        except NotFound:
            if not tolerant:
                raise

    @property
    def kinds(self) -> str:
        """What several members are called in messages."""
        return f"members of the project {self._project_name!r}"

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All members with one listing."""
        found = self._client.accounts.members(self._project) if self._project else []
        return [desired_member(one) for one in found]

    def create(self, desired: State) -> None:
        """Make a user or a group member of the project.

        :raises NotFound: there is no such user or group.
        """
        body = {"member_user": {"username": desired["user"]}}
        if desired.get("group"):
            body = {"member_group": self._group(desired)}
        try:
            self._client.accounts.add_member(self._project, body, desired["role"])
        except (NotFound, InvalidRequest) as error:
            raise _unknown(desired, error) from None

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change the role."""
        self._client.accounts.set_role(self._project, current["id"], desired["role"])

    def delete(self, current: State) -> None:
        """Remove a member from the project; the user or the group stays."""
        self._client.accounts.remove_member(self._project, current["id"])

    def check(self, desired: State) -> None:
        """Refuse a member without a role, a role that this version of Harbor lacks, and groups where there are none."""
        if not desired.get("role"):
            raise InvalidInput(f"role of the {desired['member']} is missing.", advice="Give one for each member.")
        if desired["role"] == "limited_guest":
            self._client.system().capabilities.require("limited_guest")
        mode = self._client.system().auth_mode
        if desired.get("group") and mode not in GROUP_TYPES:
            raise Unsupported(
                f"The {desired['member']} cannot be a member: this Harbor has no groups (auth_mode {mode}).",
                advice="Groups come from LDAP, OIDC or an authentication proxy; give users instead.",
            )

    def _group(self, member: State) -> dict[str, Any]:
        """A group as Harbor wants it: by id if it knows the group, else so that it can look for it.

        Harbor API: it finds groups of LDAP by their distinguished name, all others by their name.

        :param member: ``group`` and perhaps ``ldap_group_dn``.
        """
        name, distinguished = member["group"], member.get("ldap_group_dn")
        for one in self._known_groups():
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

    def _list_groups(self) -> list[dict[str, Any]]:
        """The groups that Harbor knows; none for a user without permission to list them."""
        try:
            return self._client.accounts.groups()
        except PermissionDenied:
            return []


def _unknown(desired: State, error: ApiError) -> NotFound:
    return NotFound(
        f"The {desired['member']} cannot become {desired['role']}: {error.details.get('reason') or error.message}.",
        advice="Check the name. Harbor knows users that it created itself (harbor_user) or that it finds in its "
        "directory; with OIDC, those that logged in once.",
        code=error.code,
        request_id=error.request_id,
        status=error.status,
    )
