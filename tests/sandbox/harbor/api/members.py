# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of projects: /projects/{project}/members."""

from __future__ import annotations

from typing import Any

from tests.sandbox.harbor.api import groups, projects
from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.state import ROLES, Member


def document(call: Call, member: Member) -> dict[str, Any]:
    """A member as the API shows it."""
    state = call.service.state
    old = "master" if call.flavour.dialect == "1" and member.role_id == 4 else ROLES[member.role_id]
    values = {
        "id": member.id,
        "project_id": member.project_id,
        "entity_name": _name(call, member),
        "role_name": old,
        "role_id": member.role_id,
        "entity_id": member.group_id or state.users[member.user_id].id,
        "entity_type": "g" if member.group_id else "u",
    }
    return dict(sorted(values.items())) if call.style.generated else values


def listing(call: Call) -> Answer:
    """GET /projects/{project}/members; paged by the generated handlers only."""
    project, state = projects.find(call, "list", "member"), call.service.state
    name = call.query.get("entityname", "")
    found = [item for item in state.members.values() if item.project_id == project.id]
    found = [item for item in sorted(found, key=lambda item: item.id) if name in _name(call, item)]
    if not call.style.generated:
        return Answer([document(call, item) for item in found])
    page, headers = call.page(found)
    return Answer([document(call, item) for item in page], headers=headers)


def read(call: Call) -> Answer:
    """GET /projects/{project}/members/{id}."""
    return Answer(document(call, _find(call, "read")))


def create(call: Call) -> Answer:
    """POST /projects/{project}/members."""
    project, state, wanted = projects.find(call, "create", "member"), call.service.state, call.document("projectMember")
    given, group_id, user_id = wanted.get("member_user") or {}, 0, 0
    if given:
        user = state.users.get(given.get("user_id") or 0) or state.user_named(given.get("username") or "")
        if user is None:
            raise Refusal("member_unknown_user", name=given.get("username", ""))
        user_id = user.id
    else:
        group_id = groups.for_member(call, wanted.get("member_group") or {}).id
    with state.lock:
        if any(
            (item.project_id, item.user_id, item.group_id) == (project.id, user_id, group_id)
            for item in state.members.values()
        ):
            raise Refusal("member_taken")
        member = state.add_member(project.id, user_id, _role(call, wanted.get("role_id")), group_id)
    return call.created(member.id)


def update(call: Call) -> Answer:
    """PUT /projects/{project}/members/{id}: the role."""
    member, role = _find(call, "update"), call.document("role").get("role_id")
    member.role_id = _role(call, role)
    return Answer()


def delete(call: Call) -> Answer:
    """DELETE /projects/{project}/members/{id}."""
    call.service.state.members.pop(_find(call, "delete").id, None)
    return Answer()


def _name(call: Call, member: Member) -> str:
    state = call.service.state
    return state.groups[member.group_id].name if member.group_id else state.users[member.user_id].username


def _role(call: Call, role: Any) -> int:
    if role not in ROLES or role > call.flavour.highest_role:
        raise Refusal("member_role", role=role)
    return int(role)


def _find(call: Call, action: str) -> Member:
    project = projects.find(call, action, "member")
    found = call.service.state.members.get(call.values["id"])
    if found is None or found.project_id != project.id:
        raise Refusal("member_missing", id=call.values["id"], project=project.id)
    return found
