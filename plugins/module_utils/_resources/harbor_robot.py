# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The robot accounts of a Harbor, of the whole system or of one project."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.harbor import HarborClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.fields import Field, State, text
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.resource import Resource
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    MigrationError,
    OutcomeUnknown,
    ServerFault,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.harbor_rights import (
    RobotRights,
    require_or_administrator,
    rights,
)

DEFAULT_DURATION = 30


def robots(client: HarborClient, project: str | None, rotate: bool = False) -> HarborRobots:
    """The robot accounts of the system (``project`` is ``None``) or of a project, as this version has them."""
    accounts = HarborRobots if client.system().capabilities.has("system_robots") else HarborTokens
    return accounts(client, project, rotate)


class HarborRobots(Resource):
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

    def create(self, wish: State) -> State:
        """Create an account; returns its id, login name and secret."""
        given = {name: value for name, value in wish.items() if value is not None}
        made = self._created({"duration": self.default_duration, **given})
        if wish.get("disabled"):
            self._disable(made)
        if self._rotate:
            self._renewed.add(wish["name"])
        return made

    def update(self, reality: State, wish: State, changed: frozenset[str]) -> State | None:
        """Change what differs; returns the secret if it is renewed."""
        if not reality.get("editable", True):
            raise Conflict(
                f"The robot account {reality['name']!r} was made before Harbor was upgraded to 2.2 and cannot be changed.",
                advice="Delete it (state: absent) and create it anew.",
            )
        if changed - {"rotate"}:
            self._client.robots.update(self._project, wish)
        if "rotate" not in changed:
            return None
        secret = self._client.robots.renew(reality["robot_id"])
        self._renewed.add(reality["name"])
        return {"secret": secret}

    def delete(self, reality: State) -> None:
        """Delete an account; whoever uses it is refused from then on."""
        self._client.robots.delete(self._project, reality["robot_id"])

    def check(self, wish: State) -> None:
        """Put the rights that are meant into the wish, and refuse what this version of Harbor lacks.

        :raises InvalidInput: rights or duration are none.
        :raises Unsupported: this version cannot give the rights.
        """
        duration = wish.get("duration")
        if duration is not None and duration != -1 and duration < 1:
            raise InvalidInput(
                f"duration of the robot account {wish['name']!r} must be a number of days from 1 on, or -1 for ever, "
                f"not {duration}.",
                advice=f"Leave it out for {DEFAULT_DURATION} days.",
            )
        wish["permissions"] = self._rights.wanted(wish)
        if not wish["permissions"]:
            self._without_rights.add(wish["name"])
        if self._rotate:
            wish["rotate"] = True

    def _created(self, wish: State) -> State:
        """Create an account with a secret that is known, also when the answer to the creation got lost."""
        try:
            return self._client.robots.create(self._project, wish)
        except AlreadyExists as error:
            raise Conflict(
                f"The robot account {wish['name']!r} came into being while this task ran.",
                advice="Run it again.",
                status=error.status,
            ) from None
        except (OutcomeUnknown, ServerFault) as error:
            lost = [one for one in self._client.robots.robots(self._project) if one["name"] == wish["name"]]
            if not lost:
                raise
            return self._recovered(lost[0], error)

    def _recovered(self, robot: State, error: MigrationError) -> State:
        secret = self._client.robots.renew(robot["robot_id"])
        return {"robot_id": robot["robot_id"], "username": robot["username"], "secret": secret}

    def _disable(self, made: State) -> None:
        """Harbor API: an account begins enabled; one that cannot be disabled is not left behind."""
        try:
            stored = [one for one in self._client.robots.robots(self._project) if one["robot_id"] == made["robot_id"]]
            self._client.robots.update(self._project, {**stored[0], "disabled": True})
        except MigrationError as error:
            self._client.robots.delete(self._project, made["robot_id"])
            raise MigrationError(error.message, error.advice, error.code, error.request_id, error.status) from None


class HarborTokens(HarborRobots):
    """Robot accounts up to Harbor 2.1: tokens of a project that hold their rights and their end, and tell neither."""

    default_duration = None
    fields = (Field("name"), Field("description", compare=text, immutable=True), Field("disabled"))

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All accounts of the project; the system has none."""
        return super().find(keys) if self._project else []

    def check(self, wish: State) -> None:
        """As for all accounts, and refuse what came with 2.0 and 2.2."""
        super().check(wish)
        capabilities = self._client.system().capabilities
        if self._project is None:
            require_or_administrator(self._client, "system_robots")
        if self._rotate:
            capabilities.require("robot_renewal")
        if wish.get("duration") is not None:
            capabilities.require("robot_duration")

    def _recovered(self, robot: State, error: MigrationError) -> State:
        """A token whose answer got lost is of no use: it is removed, and the engine tries again."""
        self._client.robots.delete(self._project, robot["robot_id"])
        raise error
