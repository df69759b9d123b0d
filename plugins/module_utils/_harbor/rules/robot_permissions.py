# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rights of robot accounts as data: what a purpose needs, one form for options and for Harbor. Pure.

Permissions are a list of ``project`` (a name, ``*`` for all, ``None`` for the system) and ``access`` (resource to list
of actions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..._engine.fields import State
from ..._errors import InvalidInput

_EVERYTHING = ["create", "read", "update", "delete", "list"]
_REPLICATION: State = {
    "project": None,
    "access": {
        "registry": _EVERYTHING,
        "replication-policy": _EVERYTHING,
        "replication": ["create", "read", "list"],
        "replication-adapter": ["list"],
        "project": ["list"],
    },
}
_READING: State = {
    "project": "*",
    "access": {
        "project": ["read"],
        "repository": ["list", "read", "pull"],
        "artifact": ["list", "read"],
        "tag": ["list"],
    },
}
# For each purpose the feature of Harbor that it needs, and the permissions.
PURPOSES: Mapping[str, tuple[str, list[State]]] = {
    "replication": ("replication_robots", [_REPLICATION]),
    "migration": ("migration_robots", [_REPLICATION, _READING]),
}


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


def desired_permissions(robot: Mapping[str, Any], project: str | None) -> list[State] | None:
    """The permissions of an account as its options give them, by ``permissions`` or by ``purpose``; ``None`` for neither.

    Where they name no project they hold for the project of the account. Nothing is refused here.

    :param project: the project of the account, ``None`` for accounts of the system.
    """
    permissions, purpose = robot.get("permissions"), robot.get("purpose")
    if purpose and not permissions:
        return PURPOSES[purpose][1]
    if permissions is None:
        return None
    return [{"project": part.get("project") or project, "access": part.get("access")} for part in permissions]


def check_permissions(robot: Mapping[str, Any], project: str | None) -> None:
    """Refuse permissions that are empty, of another form, or for a project to which the account does not belong.

    :param robot: ``name``, perhaps ``purpose``, and ``permissions`` as :func:`desired_permissions` gives them.
    :param project: the project of the account, ``None`` for accounts of the system.
    :raises InvalidInput: with the option, what was found and what to do.
    """
    account, purpose, permissions = f"robot account {robot['name']!r}", robot.get("purpose"), robot["permissions"]
    if purpose:
        if permissions != PURPOSES[purpose][1]:
            raise InvalidInput(f"The {account} has both purpose and permissions.", advice="Give one of them.")
        if project is not None:
            raise InvalidInput(
                f"purpose {purpose!r} of the {account} needs rights for the system, but project is {project!r}.",
                advice="Leave project out, or give permissions instead of a purpose.",
            )
    for part in permissions:
        access = part["access"]
        if not isinstance(access, Mapping) or not all(_is_list_of_texts(actions) for actions in access.values()):
            raise InvalidInput(
                f"access in permissions of the {account} must name resources, each with a list of actions: {access!r}.",
                advice="For example: access: {repository: [list, pull]}.",
            )
    if not rights(permissions):
        raise InvalidInput(f"permissions of the {account} are empty.", advice="Harbor requires at least one right.")
    others = sorted(repr(part["project"]) for part in permissions if project is not None and part["project"] != project)
    if others:
        raise InvalidInput(
            f"The {account} belongs to the project {project!r} and cannot have rights for {', '.join(others)}.",
            advice="Leave project out of permissions, or make it a robot account of the system.",
        )


def feature_of(robot: Mapping[str, Any]) -> str | None:
    """The feature of Harbor that the rights of an account of the system need; ``None`` if every version can give them.

    :param robot: perhaps ``purpose``, and ``permissions`` as :func:`desired_permissions` gives them.
    """
    if robot.get("purpose"):
        return PURPOSES[robot["purpose"]][0]
    places = {part["project"] for part in robot["permissions"]}
    return "migration_robots" if None in places and len(places) > 1 else None


def check_available(permissions: Iterable[Mapping[str, Any]], catalogue: Mapping[str, Any], account: str) -> None:
    """Refuse rights that Harbor does not offer.

    :param catalogue: ``system`` and ``project``, each resource to actions.
    :param account: the account in words, for messages.
    :raises InvalidInput: with what there is instead.
    """
    for place, resource, action in rights(permissions):
        known = catalogue["project" if place else "system"]
        if action in known.get(resource, ()):
            continue
        available = f"for {resource} there are {', '.join(known.get(resource, ()))}"
        if resource not in known:
            available = f"there are {', '.join(sorted(known))}"
        raise InvalidInput(
            f"permissions of the {account}: this Harbor has no right {action!r} for {resource!r} of "
            f"{'projects' if place else 'the system'}; {available}.",
            advice="Correct it.",
        )


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)
