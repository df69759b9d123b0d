# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: /users."""

from __future__ import annotations

import re
from typing import Any

from tests.sandbox.harbor.api.query import matches, ordered
from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.state import User

_LOCAL = "db_auth"
_LONGEST_COMMENT = 30
_STRONG = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{8,128}")


def document(call: Call, user: User) -> dict[str, Any]:
    """An account as the API shows it; never its password."""
    return call.shown(
        call.flavour.user_keys,
        {
            "user_id": user.id,
            "username": user.username,
            "email": user.email,
            "password": "",
            "password_version": "sha256",
            "realname": user.realname,
            "comment": user.comment,
            "deleted": False,
            "role_name": "",
            "role_id": 0,
            "has_admin_role": user.admin,
            "sysadmin_flag": user.admin,
            "admin_role_in_auth": False,
            "reset_uuid": "",
            "creation_time": call.time(user.creation_time),
            "update_time": call.time(user.update_time),
        },
        always="sysadmin_flag admin_role_in_auth",
    )


def current(call: Call) -> Answer:
    """GET /users/current: 401 for a wrong password, 412 for robots."""
    if call.identity.anonymous:
        raise Refusal("not_logged_in")
    if call.identity.user is None:
        raise Refusal("robot_has_no_user", who=call.identity.name)
    return Answer(document(call, call.identity.user))


def listing(call: Call) -> Answer:
    """GET /users, without the built-in administrator."""
    call.service.access.require_system(call.identity, "user", "list")
    found = ordered(call, [user for user in call.service.state.users.values() if user.id != 1], "users", "username")
    name = call.query.get("username", "")
    page, headers = call.page([user for user in found if name in user.username and matches(call, user)])
    return Answer([document(call, user) for user in page], headers=headers)


def search(call: Call) -> Answer:
    """GET /users/search?username=, for every account that is logged in."""
    call.service.access.require_login(call.identity)
    name = call.query.get("username", "")
    if not name:
        raise Refusal("user_search_needs_name")
    found = [user for user in call.service.state.users.values() if name in user.username]
    page, headers = call.page(ordered(call, found, "users", "username"))
    return Answer([{"user_id": user.id, "username": user.username} for user in page], headers=headers)


def read(call: Call) -> Answer:
    """GET /users/{id}."""
    return Answer(document(call, _find(call, "read")))


def create(call: Call) -> Answer:
    """POST /users."""
    call.service.access.require_system(call.identity, "user", "create")
    wanted, state = call.document("userReq"), call.service.state
    if _mode(call) != _LOCAL:
        raise Refusal("user_external", mode=_mode(call))
    if not _STRONG.fullmatch(wanted.get("password") or ""):
        raise Refusal("user_password")
    _check_profile(wanted)
    name, email = wanted.get("username") or "", wanted["email"]
    with state.lock:
        if any(user.username == name or (email and user.email == email) for user in state.users.values()):
            raise Refusal("user_taken", name=name, email=email)
        user = User(
            state.next_id("user"),
            name,
            wanted["password"],
            email,
            wanted.get("realname") or "",
            wanted.get("comment") or "",
        )
        state.users[user.id] = user
    return call.created(user.id)


def update(call: Call) -> Answer:
    """PUT /users/{id}: email, real name and comment, all of them."""
    user, wanted = _find(call, "update"), call.document("profile")
    _require_modifiable(call, user)
    _check_profile(wanted)
    if any(other is not user and other.email == wanted["email"] for other in call.service.state.users.values()):
        raise Refusal("user_taken", name=user.username, email=wanted["email"])
    user.email, user.realname, user.comment = wanted["email"], wanted["realname"], wanted.get("comment") or ""
    user.update_time = call.now()
    return Answer()


def delete(call: Call) -> Answer:
    """DELETE /users/{id}."""
    user, state = _find(call, "delete"), call.service.state
    external = _mode(call) != _LOCAL and not call.flavour.external_deletion
    if user.id == 1 or user is call.identity.user or external:
        own = call.identity.user.id if call.identity.user else 0
        raise Refusal("user_not_deletable", id=user.id, mode=_mode(call), own=own)
    with state.lock:
        state.users.pop(user.id, None)
        state.members = {key: item for key, item in state.members.items() if item.user_id != user.id}
    return Answer()


def toggle_admin(call: Call) -> Answer:
    """PUT /users/{id}/sysadmin: `has_admin_role` in 1.x, `sysadmin_flag` in 2.x; another name counts as false."""
    call.service.access.require_system(call.identity, "user", "update")
    user = _find(call, "update")
    user.admin = bool(call.document("sysadmin_flag").get(call.flavour.admin_key))
    user.update_time = call.now()
    return Answer()


def change_password(call: Call) -> Answer:
    """PUT /users/{id}/password: who changes his own needs the old one."""
    user, wanted = _find(call, "update"), call.document("password")
    _require_modifiable(call, user)
    new = wanted.get("new_password") or ""
    if not _STRONG.fullmatch(new):
        raise Refusal("user_password")
    if user is call.identity.user and wanted.get("old_password") != user.password:
        raise Refusal("forbidden", who=call.identity.name)
    if user.password == new:
        raise Refusal("user_same_password")
    user.password = new
    user.update_time = call.now()
    return Answer()


def _mode(call: Call) -> str:
    return call.service.settings.harbor_auth_mode


def _check_profile(wanted: dict[str, Any]) -> None:
    if not wanted.get("email"):
        raise Refusal("user_email_missing")
    if not 1 <= len(wanted.get("realname") or "") <= 255:
        raise Refusal("user_realname")
    if len(wanted.get("comment") or "") > _LONGEST_COMMENT:
        raise Refusal("user_comment")


def _require_modifiable(call: Call, user: User) -> None:
    """Users of another service are changed there; the built-in administrator is local always."""
    if _mode(call) != _LOCAL and user.id != 1:
        raise Refusal("user_not_modifiable", id=user.id)


def _find(call: Call, action: str) -> User:
    """The account of the path, for administrators and for itself. Raises Refusal."""
    found = call.service.state.users.get(call.values["id"])
    call.service.access.require_login(call.identity)
    if found is None or found is not call.identity.user:
        call.service.access.require_system(call.identity, "user", action)
    if found is None:
        raise Refusal("user_missing", id=call.values["id"])
    return found
