# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The robot accounts of a Harbor from 2.2 on, of the whole system or of one project."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from ..._engine.fields import Field, State, text
from ..._engine.resource import Resource
from ..._errors import Conflict, InvalidInput
from ..api.client import HarborClient
from ..rules.robot_permissions import rights
from .password import require_other
from .robot_creation import RobotCreation
from .robot_rights import RobotRights

DEFAULT_DURATION = 30


class HarborRobotResource(Resource):
    """Robot accounts by name.

    The secret is told when it comes into being: at the creation and when it is renewed.

    :param project: the name of the project whose accounts these are; ``None``: of the system.
    :param rotate: renew the secret of accounts that exist.
    """

    kind: ClassVar[str] = "Harbor robot account"
    key: ClassVar[str] = "name"
    owner_field: ClassVar[str | None] = "description"
    default_duration: ClassVar[int | None] = DEFAULT_DURATION
    fields: ClassVar[Sequence[Field]] = (
        Field("name"),
        Field("description", compare=text),
        Field("duration"),
        Field("disabled"),
        Field("permissions", compare=rights),
        Field("rotate"),
    )

    def __init__(self, client: HarborClient, project: str | None, rotate: bool = False) -> None:
        self._client = client
        self._rights = RobotRights(client, project)
        self._project = client.administration.identify(project) if project else None
        self._rotate = rotate
        self._renewed: set[str] = set()
        self._without_rights: set[str] = set()

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All accounts with one listing.

        :raises InvalidInput: an account that is yet to be created has no rights.
        """
        members: list[State] = self._client.robots.robots(self._project)
        for name in sorted(self._without_rights - {one["name"] for one in members}):
            raise InvalidInput(
                f"The robot account {name!r} does not exist, and to create it its rights must be given.",
                advice="Give purpose or permissions, or correct the name.",
            )
        return [{**one, "rotate": True} if one["name"] in self._renewed else one for one in members]

    def create(self, desired: State) -> State:
        """Create an account; returns its id, login name and secret."""
        given = {name: value for name, value in desired.items() if value is not None}
        made = RobotCreation(self._client, self._project).create({"duration": self.default_duration, **given})
        if self._rotate:
            self._renewed.add(desired["name"])
        return made

    def update(self, current: State, desired: State, changed: frozenset[str]) -> State | None:
        """Change what differs; returns the secret if it is renewed."""
        if not current.get("editable", True):
            raise Conflict(
                f"The robot account {current['name']!r} was made before Harbor was upgraded to 2.2; it stays as it is.",
                advice="Delete it (state: absent) and create it anew.",
            )
        if changed - {"rotate"}:
            self._client.robots.update(self._project, desired)
        if "rotate" not in changed:
            return None
        secret = self._client.robots.renew(current["robot_id"])
        self._renewed.add(current["name"])
        return {"secret": secret}

    def delete(self, current: State) -> None:
        """Delete an account; whoever uses it is refused from then on."""
        self._client.robots.delete(self._project, current["robot_id"])

    def check_delete(self, current: State) -> None:
        """Refuse to delete the account as which this task works."""
        require_other(
            self._client.accounts, current["username"], "is not deleted: it is the one as whom this task logs in"
        )

    def check(self, desired: State) -> None:
        """Put the rights that are meant into the desired state, and refuse what this version of Harbor lacks.

        :raises InvalidInput: rights or duration are none.
        :raises Unsupported: this version cannot give the rights.
        """
        duration = desired.get("duration")
        if duration is not None and duration != -1 and duration < 1:
            raise InvalidInput(
                f"duration of the robot account {desired['name']!r} must be a number of days from 1 on, or -1 for ever, "
                f"not {duration}.",
                advice=f"Leave it out for {DEFAULT_DURATION} days.",
            )
        desired["permissions"] = self._rights.wanted(desired)
        if not desired["permissions"]:
            self._without_rights.add(desired["name"])
        if self._rotate:
            desired["rotate"] = True
