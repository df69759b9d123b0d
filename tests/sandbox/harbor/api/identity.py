# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks: accounts, robots and anonymous callers, and what each of them may do."""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass

from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.api.request import Refusal
from tests.sandbox.harbor.state import HarborState, Project, Robot, User

_READERS = {1, 2, 3, 4, 5}
_PUSHERS = {1, 2, 4}
_WRITES = frozenset({"create", "update", "delete", "push", "stop"})
_OPEN_TO_GUESTS = frozenset({"project", "repository", "artifact", "tag", "accessory"})


@dataclass(frozen=True)
class Identity:
    """The caller of one request; neither user nor robot: anonymous."""

    user: User | None = None
    robot: Robot | None = None

    @property
    def anonymous(self) -> bool:
        """Whether nobody is logged in."""
        return self.user is None and self.robot is None

    @property
    def name(self) -> str:
        """The login name."""
        return self.user.username if self.user else self.robot.name if self.robot else ""

    @property
    def admin(self) -> bool:
        """Whether this is a system administrator."""
        return self.user is not None and self.user.admin


def robot_with(state: HarborState, name: str, secret: str) -> Robot | None:
    """The robot with this login name and secret, if it works."""
    for robot in state.robots.values():
        if robot.name == name and hmac.compare_digest(robot.secret.encode(), secret.encode()):
            return robot if robot.works(time.time()) else None
    return None


class Access:
    """The permission rules of one generation."""

    def __init__(self, flavour: Flavour, state: HarborState) -> None:
        self._flavour = flavour
        self._state = state

    def require_login(self, identity: Identity) -> None:
        """Refuse anonymous callers."""
        if identity.anonymous:
            raise Refusal("unauthorized")

    def require_system(self, identity: Identity, resource: str, action: str) -> None:
        """Refuse callers that may not do something to the whole Harbor."""
        self.require_login(identity)
        if not self.may_system(identity, resource, action):
            raise Refusal("forbidden", who=identity.name)

    def may_system(self, identity: Identity, resource: str, action: str) -> bool:
        """Whether a caller may do something to the whole Harbor: administrators, and robots that were given it."""
        if identity.admin:
            return True
        return (
            identity.robot is not None
            and self._flavour.rbac
            and _granted(identity.robot, "system", "/", resource, action)
        )

    def require_project(self, identity: Identity, project: Project, resource: str, action: str) -> None:
        """Refuse callers that may not do something in a project."""
        if self.may_project(identity, project, resource, action):
            return
        self.require_login(identity)
        raise Refusal("forbidden", who=identity.name)

    def may_project(self, identity: Identity, project: Project, resource: str, action: str) -> bool:
        """Whether a caller may do something in a project."""
        if identity.admin:
            return True
        if project.public and resource in _OPEN_TO_GUESTS and action not in _WRITES:
            return True
        if identity.robot is not None:
            return self._robot_may(identity.robot, project, resource, action)
        if identity.user is None:
            return False
        role = self._state.role_in(project.id, identity.user.id)
        if resource in ("member", "robot", "project") and action in _WRITES:
            return role == 1
        return role in (_PUSHERS if action in _WRITES else _READERS)

    def _robot_may(self, robot: Robot, project: Project, resource: str, action: str) -> bool:
        if robot.project_id and robot.project_id != project.id:
            return False
        kinds = {permission["kind"] for permission in robot.permissions}
        if self._flavour.system_permissions_cancel_project and "system" in kinds:
            return False
        if resource == "repository" and action == "pull" and _granted(robot, "project", project.name, resource, "push"):
            return True
        return _granted(robot, "project", project.name, resource, action)


def _granted(robot: Robot, kind: str, namespace: str, resource: str, action: str) -> bool:
    for permission in robot.permissions:
        if permission["kind"] != kind or permission["namespace"] not in (namespace, "*"):
            continue
        if any(
            (item["resource"], item["action"]) in ((resource, action), (resource, "*")) for item in permission["access"]
        ):
            return True
    return False
