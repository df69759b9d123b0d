# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rights of robot accounts as data: what a purpose needs, one form for all that options and Harbor say. Pure.

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


def completed(permissions: Iterable[Mapping[str, Any]], project: str | None, whose: str) -> list[State]:
    """Permissions as the option gives them, with the project to which the account belongs where none is named.

    :param project: that project, ``None`` for accounts of the system.
    :param whose: the account in words, for messages.
    :raises InvalidInput: they are empty, of another form, or for a project to which the account does not belong.
    """
    wanted: list[State] = []
    for part in permissions:
        access = part.get("access")
        if not isinstance(access, Mapping) or not all(_is_list_of_texts(actions) for actions in access.values()):
            raise InvalidInput(
                f"access in permissions of the {whose} must name resources, each with a list of actions: {access!r}.",
                advice="For example: access: {repository: [list, pull]}.",
            )
        actions_of = {str(resource): list(actions) for resource, actions in access.items()}
        wanted.append({"project": part.get("project") or project, "access": actions_of})
    if not rights(wanted):
        raise InvalidInput(f"permissions of the {whose} are empty.", advice="Harbor insists on at least one right.")
    others = sorted(repr(part["project"]) for part in wanted if project is not None and part["project"] != project)
    if others:
        raise InvalidInput(
            f"The {whose} belongs to the project {project!r} and cannot have rights for {', '.join(others)}.",
            advice="Leave project out of permissions, or make it a robot account of the system.",
        )
    return wanted


def check_existence(permissions: Iterable[Mapping[str, Any]], catalogue: Mapping[str, Any], whose: str) -> None:
    """Refuse rights that Harbor does not offer.

    :param catalogue: ``system`` and ``project``, each resource to actions.
    :raises InvalidInput: with what there is instead.
    """
    for place, resource, action in rights(permissions):
        known = catalogue["project" if place else "system"]
        if action in known.get(resource, ()):
            continue
        there_are = f"for {resource} there are {', '.join(known.get(resource, ()))}"
        if resource not in known:
            there_are = f"there are {', '.join(sorted(known))}"
        raise InvalidInput(
            f"permissions of the {whose}: this Harbor has no right {action!r} for {resource!r} of "
            f"{'projects' if place else 'the system'}; {there_are}.",
            advice="Correct it.",
        )


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)
