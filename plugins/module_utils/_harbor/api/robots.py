# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The robot accounts of a Harbor: up to 2.1 tokens of a project, from 2.2 on accounts of the system or a project.

Rights have one form whatever the version: a list of ``project`` (a name, ``*`` for all, ``None`` for the system) and
``access`` (resource to list of actions).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

from ..._errors import PermissionDenied, ServerFault
from ..._http.client import Response
from .connection import HarborConnection

NEVER = -1
# What a robot account is called, in actions and messages.
KIND = "Harbor robot account"
_WORKERS = 8
# What the names of robot accounts begin with, unless an administrator of Harbor has changed it.
ROBOT_PREFIX = "robot$"
_SYSTEM = "/"
_DAY = 86400

Permissions = Sequence[Mapping[str, Any]]


class HarborRobotsApi:
    """Reads and changes robot accounts over a connection; thread-safe.

    A ``project`` is a mapping with ``id`` and ``name``, or ``None`` for accounts of the system,
    which need Harbor 2.2.
    """

    def __init__(self, connection: HarborConnection) -> None:
        self._connection = connection

    def robots(self, project: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """The robot accounts of the system, or of a project.

        Each with ``robot_id``, ``name`` (as it was given), ``username`` (for the login), ``description``,
        ``disabled``, ``expires_at`` (ISO 8601, ``None`` for never) and ``created_at``; from 2.2 on also ``duration``
        (days from the creation, -1 for never), ``permissions`` and ``editable`` (not those from before an upgrade).
        """
        if not self._has_system_robots:
            found = self._connection.listing(self._path(project), "list the robot accounts")
            return [_token(one) for one in found]
        query = {"q": f"Level=project,ProjectID={project['id']}"} if project else None
        found = self._connection.listing("/robots", "list the robot accounts", query)
        prefix = self._prefix(one["name"] for one in found)
        return [_robot(one, prefix, project) for one in found]

    def everywhere(self, projects: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The robot accounts of the system and of these projects, as :meth:`robots` gives them.

        Each also with the name of its ``project``, ``None`` for the system. Harbor API: no listing has them together.

        :raises PermissionDenied: the user may not list them.
        """
        system = [None] if self._has_system_robots else []
        # Who may not list the first ones is not asked for all of them.
        parts = [self.robots(one) for one in system]
        projects = list(projects)
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            parts += pool.map(self.robots, projects)
        names = [*system, *(project["name"] for project in projects)]
        return [{**robot, "project": name} for name, part in zip(names, parts) for robot in part]

    def create(self, project: Mapping[str, Any] | None, robot: Mapping[str, Any]) -> dict[str, Any]:
        """Create a robot account; returns ``robot_id``, ``username`` and ``secret``, which is never returned again.

        Harbor API: an account begins enabled whatever is requested.

        :param robot: ``name``, ``description``, ``permissions`` and ``duration`` (may be ``None`` up to 2.1).
        :raises AlreadyExists: the name is taken.
        """
        body = {"name": robot["name"], "description": robot.get("description") or ""}
        permissions, duration = robot["permissions"], robot.get("duration")
        if self._has_system_robots:
            level = "project" if project else "system"
            body.update(level=level, duration=duration, disable=False, permissions=_permissions_body(permissions))
        else:
            body.update(access=_token_access(permissions, project or {}), **_expiry(duration))
        task = f"create the robot account {robot['name']!r}"
        answer = self._connection.send("POST", self._path(project), task, json=body)
        created = answer.json()
        secret = str(created.get("secret") or created.get("token") or "")
        self._connection.redactor.add(secret)
        return {"robot_id": _id_of(answer, created), "username": created["name"], "secret": secret}

    def update(self, project: Mapping[str, Any] | None, robot: Mapping[str, Any]) -> None:
        """Change a robot account so that it is as ``robot``, the complete state as :meth:`robots` returns it.

        Harbor API: up to 2.1 only ``disabled`` can be changed; later all but name and level, and all must be sent.
        """
        body: dict[str, Any] = {"disabled": robot["disabled"]}
        if self._has_system_robots:
            body = {
                "name": robot["username"],
                "level": "project" if project else "system",
                "description": robot["description"],
                "disable": robot["disabled"],
                "duration": robot["duration"],
                "permissions": _permissions_body(robot["permissions"]),
            }
        path = f"{self._path(project)}/{robot['robot_id']}"
        self._connection.send("PUT", path, f"change the robot account {robot['username']!r}", json=body, safe=True)

    def renew(self, robot_id: int) -> str:
        """Replace the secret of a robot account and return the new one; needs Harbor 2.2."""
        task = f"renew the secret of the robot account {robot_id}"
        answer = self._connection.send("PATCH", f"/robots/{robot_id}", task, json={"secret": ""}, safe=True)
        secret = str(answer.json().get("secret") or "")
        self._connection.redactor.add(secret)
        return secret

    def delete(self, project: Mapping[str, Any] | None, robot_id: int) -> None:
        """Delete a robot account."""
        self._connection.send("DELETE", f"{self._path(project)}/{robot_id}", f"delete the robot account {robot_id}")

    def catalogue(self) -> dict[str, dict[str, list[str]]]:
        """The rights that a robot account can have: ``system`` and ``project``, each resource to actions; 2.10+."""
        offered = self._connection.get("/permissions", "list the rights that robot accounts can have")
        return {kind: _grouped(offered.get(kind) or ()) for kind in ("system", "project")}

    @property
    def _has_system_robots(self) -> bool:
        return self._connection.system.capabilities.has("system_robots")

    def _path(self, project: Mapping[str, Any] | None) -> str:
        return "/robots" if self._has_system_robots or project is None else f"/projects/{project['id']}/robots"

    def _prefix(self, usernames: Iterable[str]) -> str:
        """What stands in front of the names; an administrator of Harbor can change it."""
        if all(username.startswith(ROBOT_PREFIX) for username in usernames):
            return ROBOT_PREFIX
        try:
            settings = self._connection.get("/configurations", "report the prefix of robot accounts")
        except PermissionDenied:
            return ROBOT_PREFIX
        return str((settings.get("robot_name_prefix") or {}).get("value") or ROBOT_PREFIX)


def _robot(one: Mapping[str, Any], prefix: str, project: Mapping[str, Any] | None) -> dict[str, Any]:
    username, editable = one["name"], bool(one.get("editable"))
    name = username[len(prefix) :] if username.startswith(prefix) else username
    if project is not None and name.startswith(project["name"] + "+"):
        name = name[len(project["name"]) + 1 :]
    return {
        "robot_id": int(one["id"]),
        "name": name,
        "username": username,
        "description": one.get("description") or "",
        "disabled": bool(one.get("disable")),
        "duration": int(one.get("duration") or 0),
        "expires_at": _format_timestamp(one.get("expires_at")),
        "created_at": one.get("creation_time") or "",
        "permissions": [
            {
                "project": None if part.get("kind") == "system" else part.get("namespace"),
                "access": _grouped(part.get("access") or ()),
            }
            for part in one.get("permissions") or ()
        ],
        "editable": editable,
    }


def _token(one: Mapping[str, Any]) -> dict[str, Any]:
    username = one["name"]
    return {
        "robot_id": int(one["id"]),
        "name": username[len(ROBOT_PREFIX) :] if username.startswith(ROBOT_PREFIX) else username,
        "username": username,
        "description": one.get("description") or "",
        "disabled": bool(one.get("disabled")),
        "expires_at": _format_timestamp(one.get("expires_at")),
        "created_at": one.get("creation_time") or "",
    }


def _grouped(access: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for one in access:
        grouped.setdefault(one["resource"], []).append(one["action"])
    return grouped


def _pairs(access: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    return [(resource, action) for resource, actions in access.items() for action in actions]


def _permissions_body(permissions: Permissions) -> list[dict[str, Any]]:
    return [
        {
            "kind": "system" if part["project"] is None else "project",
            "namespace": part["project"] or _SYSTEM,
            "access": [{"resource": resource, "action": action} for resource, action in _pairs(part["access"])],
        }
        for part in permissions
    ]


def _token_access(permissions: Permissions, project: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"resource": f"/project/{project['id']}/{resource}", "action": action}
        for part in permissions
        for resource, action in _pairs(part["access"])
    ]


def _expiry(duration: int | None) -> dict[str, int]:
    """Harbor API 2.0 and 2.1: the end itself; left out, Harbor's setting for the duration of tokens counts."""
    if duration is None:
        return {}
    return {"expires_at": NEVER if duration == NEVER else int(time.time()) + duration * _DAY}


def _format_timestamp(seconds: Any) -> str | None:
    """A time as ISO 8601. Harbor API: seconds since 1970, -1 for never."""
    if int(seconds or NEVER) < 0:
        return None
    return datetime.fromtimestamp(int(seconds), timezone.utc).isoformat(timespec="seconds")


def _id_of(answer: Response, created: Mapping[str, Any]) -> int:
    text = str(created.get("id") or answer.headers.get("Location", "").rstrip("/").rpartition("/")[2])
    if not text.isdigit():
        raise ServerFault(
            f"Harbor created the robot account {created.get('name')!r}, but did not return its id.",
            advice="Check that no proxy in front of Harbor removes the header Location.",
            status=answer.status,
        )
    return int(text)
