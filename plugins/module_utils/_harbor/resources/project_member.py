# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The members of a Harbor project: users and groups, each with a role."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.resource import Resource
from ..._errors import ApiError, InvalidInput, InvalidRequest, NotFound
from ..api.client import HarborClient
from .group import HarborGroups


def named(member: Mapping[str, Any]) -> State:
    """A member with what identifies it in ``member``, e.g. ``user alice``: a group may be called as a user is."""
    kind = "user" if member.get("user") else "group"
    return {**member, "member": f"{kind} {member[kind]}"}


class HarborProjectMemberResource(Resource):
    """Users and groups with their role in one project.

    :param project: its name.
    :param tolerant: a project that does not exist has no members, instead of being an error.
    """

    kind: ClassVar[str] = "member of the Harbor project"
    key: ClassVar[str] = "member"
    fields = (Field("member"), Field("role"))

    def __init__(self, client: HarborClient, project: str, tolerant: bool = False) -> None:
        self._client = client
        self._project_name = project
        self._tolerant = tolerant
        self._project: dict[str, Any] | None = None
        self._groups = HarborGroups(client)

    @property
    def kinds(self) -> str:
        """What several members are called in messages."""
        return f"members of the Harbor project {self._project_name!r}"

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All members with one listing."""
        try:
            found = self._client.accounts.members(self._where())
        except NotFound:
            if self._tolerant:
                return []
            raise
        return [named(one) for one in found]

    def create(self, desired: State) -> None:
        """Make a user or a group member of the project.

        :raises NotFound: there is no such user or group.
        """
        body = {"member_user": {"username": desired["user"]}}
        if desired.get("group"):
            body = {"member_group": self._groups.described(desired)}
        try:
            self._client.accounts.add_member(self._where(), body, desired["role"])
        except (NotFound, InvalidRequest) as error:
            raise _unknown(desired, error) from None

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change the role."""
        self._client.accounts.set_role(self._where(), current["id"], desired["role"])

    def delete(self, current: State) -> None:
        """Remove a member from the project; the user or the group stays."""
        self._client.accounts.remove_member(self._where(), current["id"])

    def check(self, desired: State) -> None:
        """Refuse a member without a role, a role that this version of Harbor lacks, and groups where there are none."""
        if not desired.get("role"):
            raise InvalidInput(f"role of the {desired['member']} is missing.", advice="Give one for each member.")
        if desired["role"] == "limited_guest":
            self._client.system().capabilities.require("limited_guest")
        if desired.get("group"):
            self._groups.check(desired)

    def _where(self) -> dict[str, Any]:
        if self._project is None:
            self._project = self._client.administration.identify(self._project_name)
        return self._project


def _unknown(desired: State, error: ApiError) -> NotFound:
    return NotFound(
        f"The {desired['member']} cannot become {desired['role']}: {error.details.get('reason') or error.message}.",
        advice="Check the name. Harbor knows users that it created itself (harbor_user) or that it finds in its "
        "directory; with OIDC, those that logged in once.",
        code=error.code,
        request_id=error.request_id,
        status=error.status,
    )
