# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The robot accounts of a Harbor: from 2.2 on of the whole system or of one project, before that tokens of a project."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from ..._engine.fields import Field, State, in_order, text
from ..._engine.once import Once
from ..._engine.resource import Resource
from ..._errors import AlreadyExists, Conflict, InvalidInput, MigrationError, OutcomeUnknown, ServerFault, Unsupported
from ..api.client import HarborClient
from ..api.robots import KIND
from ..rules.robot_permissions import check_available, check_permissions, desired_permissions, feature_of, rights
from ..rules.user import require_other_account

DEFAULT_DURATION = 30
_NEW_SECRET = "new"


def desired_robot(robot: Mapping[str, Any], project: str | None, rotate: bool) -> State:
    """The desired state of a robot account given by options.

    :param robot: ``name``, and perhaps ``description``, ``purpose`` or ``permissions``, ``duration``, ``disabled``.
    :param project: the project of the account, ``None`` for accounts of the system.
    :param rotate: renew its secret.
    """
    secret = _NEW_SECRET if rotate else None
    return {**robot, "permissions": desired_permissions(robot, project), "secret": secret}


class HarborRobotResource(Resource):
    """Robot accounts by name.

    The secret is returned when it comes into being: at the creation and when it is renewed.

    :param project: the name of the project whose accounts these are; ``None``: of the system.
    """

    kind: ClassVar[str] = KIND
    key: ClassVar[str] = "name"
    owner_field: ClassVar[str | None] = "description"
    default_duration: ClassVar[int | None] = DEFAULT_DURATION
    fields: ClassVar[Sequence[Field]] = (
        Field("name"),
        Field("description", compare=text),
        Field("duration"),
        Field("disabled"),
        Field("permissions", compare=rights, display=in_order),
        Field("secret", write_only=True),
    )

    def __init__(self, client: HarborClient, project: str | None) -> None:
        self._client = client
        self._project_name = project
        self._project = client.administration.project(project) if project else None
        # One call, whatever the number of accounts.
        self._catalogue = Once(client.robots.catalogue)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All accounts with one listing."""
        members: list[State] = self._client.robots.robots(self._project)
        return members

    def create(self, desired: State) -> State:
        """Create an account that does not exist; returns its id, login name and secret.

        An account whose secret got lost with the answer, or that cannot be disabled as desired, is removed again.

        :raises Conflict: somebody else created it meanwhile.
        :raises OutcomeUnknown: it does not exist, or no longer, and may be created again.
        """
        given = {name: value for name, value in desired.items() if value is not None}
        try:
            created: State = self._client.robots.create(self._project, {"duration": self.default_duration, **given})
        except AlreadyExists as error:
            raise Conflict(
                f"The robot account {desired['name']!r} was created by somebody else while this task ran.",
                advice="Run it again.",
                status=error.status,
            ) from None
        except (OutcomeUnknown, ServerFault):
            for robot in self._client.robots.robots(self._project):
                if robot["name"] == desired["name"]:
                    self._client.robots.delete(self._project, robot["robot_id"])
            raise
        if desired.get("disabled"):
            self._disable(created["robot_id"])
        return created

    def update(self, current: State, desired: State, changed: frozenset[str]) -> State | None:
        """Change what differs; returns the secret if it is renewed."""
        if changed - {"secret"}:
            self._client.robots.update(self._project, desired)
        return {"secret": self._client.robots.renew(current["robot_id"])} if "secret" in changed else None

    def delete(self, current: State) -> None:
        """Delete an account; whoever uses it is refused from then on."""
        self._client.robots.delete(self._project, current["robot_id"])

    def must_write_secret(self, current: State, desired: State) -> bool:
        """A new secret is desired only when the secrets are to be rotated."""
        return True

    def check(self, desired: State) -> None:
        """Refuse invalid rights or an invalid duration, and what this version of Harbor lacks.

        :raises InvalidInput: rights or duration are invalid.
        :raises Unsupported: this version of Harbor cannot give the rights.
        """
        account = f"robot account {desired['name']!r}"
        duration = desired.get("duration")
        if duration is not None and duration != -1 and duration < 1:
            raise InvalidInput(
                f"duration of the {account} must be a number of days from 1 on, or -1 for ever, not {duration}.",
                advice=f"Leave it out for {DEFAULT_DURATION} days.",
            )
        permissions = desired.get("permissions")
        if permissions is None:
            return
        check_permissions(desired, self._project_name)
        feature = feature_of(desired)
        if feature:
            self._require_or_administrator(feature)
        # Harbor API 2.10+: a catalogue says which rights there are; before, unknown ones are stored without effect.
        if self._client.system().capabilities.has("permissions_catalogue"):
            check_available(permissions, self._catalogue(), account)

    def check_create(self, desired: State) -> None:
        """Refuse a new account without rights."""
        if not desired.get("permissions"):
            raise InvalidInput(
                f"The robot account {desired['name']!r} does not exist, and to create it its rights must be given.",
                advice="Give purpose or permissions, or correct the name.",
            )

    def check_update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Refuse to change an account from before an upgrade to Harbor 2.2."""
        if not current.get("editable", True):
            raise Conflict(
                f"The robot account {current['name']!r} was created before Harbor was upgraded to 2.2; it cannot be changed.",
                advice="Delete it (state: absent) and create it again.",
            )

    def check_delete(self, current: State) -> None:
        """Refuse to delete the account with which this task logs in."""
        require_other_account(self._client.accounts.own_username, current["username"], "is not deleted")

    def _disable(self, robot_id: int) -> None:
        """Harbor API: an account begins enabled; one that cannot be disabled is not left behind."""
        try:
            stored = [one for one in self._client.robots.robots(self._project) if one["robot_id"] == robot_id]
            self._client.robots.update(self._project, {**stored[0], "disabled": True})
        except MigrationError as error:
            self._client.robots.delete(self._project, robot_id)
            raise MigrationError(error.message, error.advice, error.code, error.request_id, error.status) from None

    def _require_or_administrator(self, feature: str) -> None:
        """Require something that robot accounts cannot do in every version.

        :raises Unsupported: with the version that brings it, and what to do without it.
        """
        try:
            self._client.system().capabilities.require(feature)
        except Unsupported as error:
            raise Unsupported(
                error.message,
                advice="Use an administrator instead (harbor_user with admin: true), or upgrade Harbor.",
            ) from None


class HarborRobotTokenResource(HarborRobotResource):
    """Robot accounts up to Harbor 2.1: tokens of a project that hold their rights and their end, and return neither."""

    default_duration = None
    fields = (Field("name"), Field("description", compare=text, immutable=True), Field("disabled"))

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All accounts of the project; the system has none."""
        return super().find(keys) if self._project else []

    def check(self, desired: State) -> None:
        """As for all accounts, and refuse what came with 2.0 and 2.2."""
        super().check(desired)
        capabilities = self._client.system().capabilities
        if self._project is None:
            self._require_or_administrator("system_robots")
        if desired.get("secret"):
            capabilities.require("robot_renewal")
        if desired.get("duration") is not None:
            capabilities.require("robot_duration")


def robots(client: HarborClient, project: str | None) -> HarborRobotResource:
    """The robot accounts of the system (``project`` is ``None``) or of a project, as this version has them."""
    accounts = HarborRobotResource if client.system().capabilities.has("system_robots") else HarborRobotTokenResource
    return accounts(client, project)
