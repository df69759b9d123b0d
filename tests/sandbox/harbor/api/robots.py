# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Robot accounts: those of a project (until 2.12) and those of the system (2.2 and later)."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

from tests.sandbox.harbor.api import projects
from tests.sandbox.harbor.api.catalogue import PERMISSIONS
from tests.sandbox.harbor.api.query import matches, ordered, terms
from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.state import Project, Robot

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_DEFAULT_DAYS = 30
_DAY = 86400
_TOKEN_ACCESS = re.compile(r"/project/\d+/(?P<resource>[\w-]+)")


def document(call: Call, robot: Robot) -> dict[str, Any]:
    """A robot as the API shows it; never its secret."""
    return call.shown(
        call.flavour.robot_keys,
        {
            "id": robot.id,
            "name": robot.name,
            "token": "",
            "description": robot.description,
            "project_id": robot.project_id,
            "expires_at": robot.expires_at,
            "disabled": robot.disabled,
            "disable": robot.disabled,
            "duration": robot.duration,
            "editable": robot.editable,
            "level": robot.level,
            # Harbor's source, src/controller/robot: collected in a Go map.
            "permissions": call.service.unordered(("robot", robot.id), robot.permissions),
            "creator_ref": 1,
            "creator_type": "local",
            "creation_time": call.time(robot.creation_time),
            "update_time": call.time(robot.update_time),
        },
        always="disable duration editable expires_at permissions",
    )


def listing(call: Call) -> Answer:
    """GET /robots: system robots, or those of a project with q=Level=project,ProjectID=N."""
    wanted = terms(call)
    if wanted.get("level") == "project":
        call.values["project"], call.named = wanted.get("projectid", "0"), False
        project = projects.find(call, "list", "robot")
        found = [robot for robot in call.service.state.robots.values() if robot.project_id == project.id]
    else:
        call.service.access.require_system(call.identity, "robot", "list")
        found = [robot for robot in call.service.state.robots.values() if robot.level == "system"]
    return _page(call, [robot for robot in found if "name" not in wanted or matches(call, robot)])


def of_project(call: Call) -> Answer:
    """GET /projects/{project}/robots (until 2.12)."""
    project = projects.find(call, "list", "robot")
    return _page(call, [robot for robot in call.service.state.robots.values() if robot.project_id == project.id])


def read(call: Call) -> Answer:
    """GET /robots/{id} and /projects/{project}/robots/{id}."""
    return Answer(document(call, _find(call, "read")))


def create(call: Call) -> Answer:
    """POST /robots: the secret is in this answer and never again."""
    wanted = call.document("robot")
    level, project = wanted.get("level") or "", None
    permissions = wanted.get("permissions") or []
    if level not in ("system", "project"):
        raise Refusal("robot_level", level=level)
    if level == "project":
        call.values["project"] = permissions[0]["namespace"] if permissions else ""
        project = projects.find(call, "create", "robot")
    else:
        call.service.access.require_system(call.identity, "robot", "create")
    _check(call, wanted, permissions)
    days = wanted.get("duration") or 0
    if days < -1 or (days == 0 and call.flavour.robot_catalogue):
        raise Refusal("robot_duration", duration=days)
    return _stored(call, wanted, level, project, permissions, days or _DEFAULT_DAYS)


def create_in_project(call: Call) -> Answer:
    """POST /projects/{project}/robots (until 2.12): `access` names resources of the project by path."""
    project, wanted = projects.find(call, "create", "robot"), call.document("robot")
    access = []
    for item in wanted.get("access") or []:
        found = _TOKEN_ACCESS.fullmatch(str(item.get("resource", "")))
        access.append({"resource": found["resource"] if found else item.get("resource"), "action": item.get("action")})
    permissions = [{"kind": "project", "namespace": project.name, "access": access}] if access else []
    if not permissions:
        raise Refusal("robot_access")
    answer = _stored(call, wanted, "project", project, permissions, _DEFAULT_DAYS)
    if call.flavour.robot_expiry and wanted.get("expires_at"):
        max(call.service.state.robots.values(), key=lambda robot: robot.id).expires_at = int(wanted["expires_at"])
    return answer


def update(call: Call) -> Answer:
    """PUT: 1.x to 2.1 switch a robot on and off, later ones replace everything but level and name."""
    robot, wanted = _find(call, "update"), call.document("robot")
    if call.flavour.robot_form == "token":
        robot.disabled = bool(wanted.get("disabled"))
        return Answer()
    if not robot.editable:
        raise Refusal("robot_legacy")
    if (wanted.get("name"), wanted.get("level")) != (robot.name, robot.level):
        raise Refusal("robot_immutable")
    permissions = wanted.get("permissions") or []
    _check(call, {**wanted, "name": "kept"}, permissions)
    robot.description = wanted.get("description") or ""
    robot.disabled = bool(wanted.get("disable"))
    robot.permissions = permissions
    days = wanted.get("duration") or robot.duration
    if days != robot.duration:
        robot.duration, robot.expires_at = days, -1 if days < 0 else int(robot.creation_time) + days * _DAY
    robot.update_time = time.time()
    return Answer()


def renew(call: Call) -> Answer:
    """PATCH /robots/{id}: a new secret, given or made."""
    robot = _find(call, "update")
    given = (call.document("robotSec") if call.body else {}).get("secret") or ""
    robot.secret = given or _secret()
    return Answer({"secret": "" if given else robot.secret})


def delete(call: Call) -> Answer:
    """DELETE of a robot."""
    call.service.state.robots.pop(_find(call, "delete").id, None)
    return Answer()


def _check(call: Call, wanted: dict[str, Any], permissions: list[dict[str, Any]]) -> None:
    if not _NAME.fullmatch(wanted.get("name") or ""):
        raise Refusal("robot_name", name=wanted.get("name"))
    if not permissions:
        raise Refusal("robot_access")
    if any(not permission.get("access") for permission in permissions):
        raise Refusal("robot_empty_access")
    if wanted.get("level") == "project" and len(permissions) > 1:
        raise Refusal("robot_permission")
    if not call.flavour.robot_catalogue:
        return
    for permission in permissions:
        known = PERMISSIONS.get(permission.get("kind", ""), {})
        for item in permission.get("access") or []:
            if item.get("action") not in known.get(item.get("resource"), "").split():
                raise Refusal("robot_scope", resource=item.get("resource"), action=item.get("action"))


def _stored(
    call: Call,
    wanted: dict[str, Any],
    level: str,
    project: Project | None,
    permissions: list[dict[str, Any]],
    days: int,
) -> Answer:
    state, name = call.service.state, wanted.get("name") or ""
    new_form = call.flavour.robot_form == "secret"
    prefix = call.service.settings.harbor_robot_prefix if new_form else "robot$"
    full = f"{prefix}{project.name}+{name}" if project is not None and new_form else f"{prefix}{name}"
    now = time.time()
    with state.lock:
        scope = project.id if project else 0
        if any(robot.name == full and (new_form or robot.project_id == scope) for robot in state.robots.values()):
            raise Refusal("robot_taken", name=full)
        robot = Robot(
            state.next_id("robot"),
            full,
            _secret(),
            level,
            permissions,
            scope,
            wanted.get("description") or "",
            duration=days,  # and enabled, whatever was asked for
            expires_at=-1 if days < 0 else int(now) + days * _DAY,
        )
        state.robots[robot.id] = robot
    answer = call.created(robot.id)
    answer.content_type = "application/json"
    if not new_form:
        answer.body = {"name": robot.name, "token": robot.secret}
        return answer
    created = call.time(robot.creation_time)
    answer.body = {
        "creation_time": created,
        "expires_at": robot.expires_at,
        "id": robot.id,
        "name": full,
        "secret": robot.secret,
    }
    if call.path.endswith("/robots") and "/projects/" in call.path:
        del answer.body["expires_at"]
    return answer


def _page(call: Call, robots: list[Robot]) -> Answer:
    page, headers = call.page(ordered(call, robots, "robots"))
    return Answer([document(call, robot) for robot in page], headers=headers)


def _find(call: Call, action: str) -> Robot:
    """The robot of the path. Raises Refusal when it is missing or out of reach."""
    found = call.service.state.robots.get(call.values["id"])
    if "project" in call.values:
        project = projects.find(call, action, "robot")
        if found is not None and found.project_id != project.id:
            found = None
    else:
        call.service.access.require_system(call.identity, "robot", action)
    if found is None:
        raise Refusal("robot_missing", id=call.values["id"])
    return found


def _secret() -> str:
    return secrets.token_urlsafe(24)
