# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rights that are meant for a robot account, if this version of Harbor can give them."""

from __future__ import annotations

from typing import Any

from ..._engine.fields import State
from ..._errors import InvalidInput, Unsupported
from ..api.client import HarborClient
from ..rules.robot_permissions import PURPOSES, check_existence, completed


def require_or_administrator(client: HarborClient, feature: str) -> None:
    """Insist on something that robot accounts cannot do in every version.

    :raises Unsupported: with the version that brings it, and what to do without it.
    """
    try:
        client.system().capabilities.require(feature)
    except Unsupported as error:
        raise Unsupported(
            error.message,
            advice="Use a user who is administrator instead (harbor_user with admin: true), or upgrade Harbor.",
        ) from None


class RobotRights:
    """The rights of robot accounts of the system, or of one project.

    :param project: the name of that project.
    """

    def __init__(self, client: HarborClient, project: str | None) -> None:
        self._client = client
        self._project = project
        self._catalogue: dict[str, Any] | None = None

    def wanted(self, desired: State) -> list[State] | None:
        """The permissions that ``purpose`` or ``permissions`` of a desired state mean; ``None`` when it says neither.

        :raises InvalidInput: they contradict each other, or name rights that do not exist.
        :raises Unsupported: this version of Harbor cannot give them.
        """
        purpose, permissions, whose = (
            desired.get("purpose"),
            desired.get("permissions"),
            f"robot account {desired['name']!r}",
        )
        if purpose and permissions:
            raise InvalidInput(f"The {whose} has both purpose and permissions.", advice="Give one of them.")
        if purpose:
            wanted = self._for_purpose(purpose, whose)
        elif permissions is None:
            return None
        else:
            wanted = completed(permissions, self._project, whose)
            places = {part["project"] for part in wanted}
            if None in places and len(places) > 1:
                require_or_administrator(self._client, "migration_robots")
        self._check_existence(wanted, whose)
        return wanted

    def _for_purpose(self, purpose: str, whose: str) -> list[State]:
        feature, permissions = PURPOSES[purpose]
        if self._project is not None:
            raise InvalidInput(
                f"purpose {purpose!r} of the {whose} needs rights for the system, but project is {self._project!r}.",
                advice="Leave project out, or give permissions instead of a purpose.",
            )
        require_or_administrator(self._client, feature)
        return permissions

    def _check_existence(self, permissions: list[State], whose: str) -> None:
        """Harbor API 2.10+: a catalogue says which rights there are; before, unknown ones are stored without effect."""
        if not self._client.system().capabilities.has("permissions_catalogue"):
            return
        if self._catalogue is None:
            self._catalogue = self._client.robots.catalogue()
        check_existence(permissions, self._catalogue, whose)
