# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of another service: /usergroups, and how they come to be known when they become members of a project."""

from __future__ import annotations

from typing import Any

from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.state import Group

KINDS = {"ldap_auth": 1, "http_auth": 2, "oidc_auth": 3}


def listing(call: Call) -> Answer:
    """GET /usergroups: those that Harbor knows already; paged by the generated handlers only."""
    call.service.access.require_login(call.identity)
    if call.flavour.rbac:
        call.service.access.require_system(call.identity, "user-group", "list")
    found = sorted(call.service.state.groups.values(), key=lambda group: group.id)
    if not call.style.generated:
        return Answer([_document(group) for group in found])
    page, headers = call.page(found)
    return Answer([_document(group) for group in page], headers=headers)


def for_member(call: Call, given: dict[str, Any]) -> Group:
    """The group that `member_group` of a new member means, brought in from the directory if it is new."""
    state, settings = call.service.state, call.service.settings
    if given.get("id"):
        if given["id"] not in state.groups:
            raise Refusal("member_unknown_group")
        return state.groups[given["id"]]
    name, distinguished = given.get("group_name") or "", (given.get("ldap_group_dn") or "").strip()
    kind = 1 if distinguished else int(given.get("group_type") or 0)
    if not distinguished and (not name or str(kind) not in call.flavour.group_types_by_name.split()):
        raise Refusal("member_no_entity")
    with state.lock:
        for group in state.groups.values():
            if group.kind == kind and (group.ldap_group_dn == distinguished if distinguished else group.name == name):
                return group
        sought = distinguished or name
        if kind != KINDS.get(settings.harbor_auth_mode) or sought not in settings.harbor_directory_groups:
            raise Refusal("member_unknown_group")
        group = Group(
            state.next_id("group"), name or distinguished.split(",")[0].partition("=")[2], kind, distinguished
        )
        state.groups[group.id] = group
        return group


def _document(group: Group) -> dict[str, Any]:
    document = {"id": group.id, "group_name": group.name, "group_type": group.kind}
    return document | ({"ldap_group_dn": group.ldap_group_dn} if group.ldap_group_dn else {})
