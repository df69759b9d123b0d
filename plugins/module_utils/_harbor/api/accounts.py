# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of a Harbor, and the users and groups that are members of its projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from .connection import HarborConnection

DATABASE = "db_auth"
ROLES: Mapping[str, int] = {"project_admin": 1, "maintainer": 4, "developer": 2, "guest": 3, "limited_guest": 5}
GROUP_TYPES: Mapping[str, int] = {"ldap_auth": 1, "http_auth": 2, "oidc_auth": 3}
_ROLE_NAMES = {number: name for name, number in ROLES.items()}
_PROFILE = ("email", "realname", "comment")


class HarborAccountsApi:
    """Reads and changes accounts over a connection; thread-safe."""

    def __init__(self, connection: HarborConnection) -> None:
        self._connection = connection
        self.accepts_password = connection.accepts_password

    @property
    def own_username(self) -> str:
        """The user of the requests."""
        return self._connection.username

    def users(self) -> list[dict[str, Any]]:
        """All users but the built-in administrator.

        Each with ``user_id``, ``username``, ``email``, ``realname``, ``comment``, ``admin`` and ``created_at``.
        """
        return [_user(one) for one in self._connection.listing("/users", "list the users")]

    def create_user(self, body: Mapping[str, Any]) -> int:
        """Create a user and return its id.

        :param body: ``username``, ``password``, ``email``, ``realname`` and perhaps ``comment``.
        :raises AlreadyExists: user name or email are taken.
        """
        self._connection.redactor.add(body["password"])
        return self._connection.create("/users", body, f"create the user {body['username']!r}")

    def update_profile(self, user: Mapping[str, Any]) -> None:
        """Write email, real name and comment. Harbor API: whatever is left out becomes empty."""
        task = f"change the user {user['username']!r}"
        profile = {name: user.get(name) or "" for name in _PROFILE}
        self._connection.send("PUT", f"/users/{user['user_id']}", task, json=profile, safe=True)

    def set_admin(self, user_id: int, admin: bool) -> None:
        """Give or take a user the rights of an administrator.

        Harbor API 1.x: ``has_admin_role``; 2.x: ``sysadmin_flag``; a name that is not known counts as false.
        """
        flag = "has_admin_role" if self._connection.system.generation == 1 else "sysadmin_flag"
        task = f"change the administrator rights of the user {user_id}"
        self._connection.send("PUT", f"/users/{user_id}/sysadmin", task, json={flag: admin}, safe=True)

    def set_password(self, user_id: int, password: str) -> None:
        """Write the password of another user.

        :raises InvalidRequest: it is too weak, or the one that the user has.
        """
        self._connection.redactor.add(password)
        task = f"change the password of the user {user_id}"
        self._connection.send("PUT", f"/users/{user_id}/password", task, json={"new_password": password})

    def delete_user(self, user_id: int) -> None:
        """Delete a user."""
        self._connection.send("DELETE", f"/users/{user_id}", f"delete the user {user_id}")

    def groups(self) -> list[dict[str, Any]]:
        """The groups that Harbor knows, with ``id``, ``group_name``, ``group_type`` and ``ldap_group_dn``."""
        return [
            {
                "id": int(one["id"]),
                "group_name": one.get("group_name") or "",
                "group_type": int(one.get("group_type") or 0),
                "ldap_group_dn": one.get("ldap_group_dn") or "",
            }
            for one in self._connection.listing("/usergroups", "list the user groups")
        ]

    def members(self, project: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The members of a project: ``id``, ``user`` or ``group`` (the other one is ``None``) and ``role``.

        :param project: its ``id`` and ``name``.
        """
        found = self._connection.listing(self._path(project), f"list the members of project {project['name']!r}")
        return [_member(one) for one in found]

    def add_member(self, project: Mapping[str, Any], member: Mapping[str, Any], role: str) -> int:
        """Make a user or a group member of a project and return the member's id.

        :param member: ``member_user`` with a ``username``, or ``member_group`` with an ``id``, an ``ldap_group_dn``
            or a ``group_name`` and ``group_type``, as Harbor's API names them.
        :raises AlreadyExists: it is a member already.
        """
        return self._connection.create(
            self._path(project),
            {"role_id": ROLES[role], **member},
            f"make {_member_in_words(member)} {role} of project {project['name']!r}",
        )

    def set_role(self, project: Mapping[str, Any], member_id: int, role: str) -> None:
        """Change the role of a member."""
        task = f"change the role of the member {member_id} of project {project['name']!r}"
        path = f"{self._path(project)}/{member_id}"
        self._connection.send("PUT", path, task, json={"role_id": ROLES[role]}, safe=True)

    def remove_member(self, project: Mapping[str, Any], member_id: int) -> None:
        """Remove a member from a project."""
        task = f"remove the member {member_id} of project {project['name']!r}"
        self._connection.send("DELETE", f"{self._path(project)}/{member_id}", task)

    def _path(self, project: Mapping[str, Any]) -> str:
        """Harbor API: up to 2.2 this path takes the number of the project only; from 2.3 on, as we ask, its name."""
        named = self._connection.system.capabilities.has("member_project_names")
        return f"/projects/{quote(project['name'], safe='') if named else project['id']}/members"


def _user(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "user_id": int(one["user_id"]),
        "username": one["username"],
        "email": one.get("email") or "",
        "realname": one.get("realname") or "",
        "comment": one.get("comment") or "",
        "admin": bool(one.get("sysadmin_flag") or one.get("has_admin_role")),
        "created_at": one.get("creation_time") or "",
    }


def _member(one: Mapping[str, Any]) -> dict[str, Any]:
    name, is_user = one.get("entity_name") or "", one.get("entity_type") == "u"
    role = int(one.get("role_id") or 0)
    return {
        "id": int(one["id"]),
        "user": name if is_user else None,
        "group": None if is_user else name,
        "role": _ROLE_NAMES.get(role, str(one.get("role_name") or role)),
    }


def _member_in_words(member: Mapping[str, Any]) -> str:
    if "member_user" in member:
        return f"the user {member['member_user']['username']!r}"
    group = member["member_group"]
    return f"the group {group.get('group_name') or group.get('ldap_group_dn') or group.get('id')!r}"
