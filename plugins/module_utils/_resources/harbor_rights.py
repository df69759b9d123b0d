# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rights of robot accounts: what a purpose needs, and what a version of Harbor can give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.harbor import HarborClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._api.harbor_robots import ALL_PROJECTS
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.fields import State
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput, Unsupported

Access = dict[str, list[str]]
_EVERYTHING = ["create", "read", "update", "delete", "list"]
_REPLICATION: Access = {
    "registry": _EVERYTHING,
    "replication-policy": _EVERYTHING,
    "replication": ["create", "read", "list"],
    "replication-adapter": ["list"],
    "project": ["list"],
}
_READING: Access = {
    "project": ["read"],
    "repository": ["list", "read", "pull"],
    "artifact": ["list", "read"],
    "tag": ["list"],
}
# For each purpose the feature of Harbor that it needs, and the rights.
PURPOSES: Mapping[str, tuple[str, list[State]]] = {
    "replication": ("replication_robots", [{"project": None, "access": _REPLICATION}]),
    "migration": (
        "migration_robots",
        [{"project": None, "access": _REPLICATION}, {"project": ALL_PROJECTS, "access": _READING}],
    ),
}
_ALTERNATIVE = "Use a user who is administrator instead (harbor_user with admin: true), or upgrade Harbor."


def rights(permissions: Any) -> list[tuple[str, str, str]]:
    """Permissions as a sorted list of where (empty: the system), resource and action, to compare them."""
    return sorted(
        {
            (part["project"] or "", resource, action)
            for part in permissions or ()
            for resource, actions in part["access"].items()
            for action in actions
        }
    )


def require_or_administrator(client: HarborClient, feature: str) -> None:
    """Insist on something that robot accounts cannot do in every version.

    :raises Unsupported: with the version that brings it, and what to do without it.
    """
    try:
        client.system().capabilities.require(feature)
    except Unsupported as error:
        raise Unsupported(error.message, advice=_ALTERNATIVE) from None


class RobotRights:
    """The rights that are meant for robot accounts of the system, or of one project.

    :param project: the name of that project.
    """

    def __init__(self, client: HarborClient, project: str | None) -> None:
        self._client = client
        self._project = project
        self._catalogue: dict[str, Access] | None = None

    def wanted(self, wish: State) -> list[State] | None:
        """The permissions that ``purpose`` or ``permissions`` of a wish mean; ``None`` when it says neither.

        :raises InvalidInput: they contradict each other, or name rights that do not exist.
        :raises Unsupported: this version of Harbor cannot give them.
        """
        purpose, permissions, whose = wish.get("purpose"), wish.get("permissions"), f"robot account {wish['name']!r}"
        if purpose and permissions:
            raise InvalidInput(f"The {whose} has both purpose and permissions.", advice="Give one of them.")
        if purpose:
            return self._for_purpose(purpose, whose)
        if permissions is None:
            return None
        wanted = [self._complete(part, whose) for part in permissions]
        if not rights(wanted):
            raise InvalidInput(f"permissions of the {whose} are empty.", advice="Harbor insists on at least one right.")
        self._check_places({part["project"] for part in wanted}, whose)
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
        self._check_existence(permissions, whose)
        return permissions

    def _complete(self, part: Mapping[str, Any], whose: str) -> State:
        access = part.get("access")
        if not isinstance(access, Mapping) or not all(_is_list_of_texts(actions) for actions in access.values()):
            raise InvalidInput(
                f"access in permissions of the {whose} must name resources, each with a list of actions, not {access!r}.",
                advice="For example: access: {repository: [list, pull]}.",
            )
        return {
            "project": part.get("project") or self._project,
            "access": {str(resource): list(actions) for resource, actions in access.items()},
        }

    def _check_places(self, places: set[str | None], whose: str) -> None:
        if self._project is not None and places != {self._project}:
            others = ", ".join(sorted(repr(place) for place in places - {self._project}))
            raise InvalidInput(
                f"The {whose} belongs to the project {self._project!r} and cannot have rights for {others}.",
                advice="Leave project out of permissions, or make it a robot account of the system.",
            )
        if None in places and len(places) > 1:
            require_or_administrator(self._client, "migration_robots")

    def _check_existence(self, permissions: Iterable[State], whose: str) -> None:
        """Harbor API 2.10+: a catalogue says which rights there are; before, unknown ones are stored without effect."""
        if not self._client.system().capabilities.has("permissions_catalogue"):
            return
        if self._catalogue is None:
            self._catalogue = self._client.robots.catalogue()
        for place, resource, action in rights(permissions):
            known = self._catalogue["project" if place else "system"]
            if action in known.get(resource, ()):
                continue
            found = (
                f"for {resource} there are {', '.join(known[resource])}"
                if resource in known
                else "there are " + (", ".join(sorted(known)))
            )
            raise InvalidInput(
                f"permissions of the {whose}: this Harbor has no right {action!r} for {resource!r} of "
                f"{'projects' if place else 'the system'}; {found}.",
                advice="Correct it.",
            )


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)
