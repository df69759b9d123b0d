# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects: /projects."""

from __future__ import annotations

import re
from typing import Any

from tests.sandbox.harbor.api import quotas
from tests.sandbox.harbor.api.query import matches, ordered
from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.state import Project

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")


def document(call: Call, project: Project) -> dict[str, Any]:
    """A project as the API shows it to the caller."""
    identity, state = call.identity, call.service.state
    role = 0
    if identity.user is not None:
        role = state.role_in(project.id, identity.user.id) or (1 if identity.admin else 0)
    never = call.time(None)
    allowlist = {"id": project.id, "project_id": project.id, "items": [], "creation_time": never, "update_time": never}
    return call.shown(
        call.flavour.project_keys,
        {
            "project_id": project.id,
            "owner_id": project.owner_id,
            "owner_name": project.owner_name if call.style.generated else "",
            "name": project.name,
            "creation_time": call.time(project.creation_time),
            "update_time": call.time(project.update_time),
            "deleted": False,
            "togglable": role == 1,
            "current_user_role_id": role,
            "current_user_role_ids": [role] if role else None,
            "repo_count": len(state.repositories_of(project)),
            "chart_count": len(state.charts.charts(project.name)),
            "metadata": dict(project.metadata),
            "cve_allowlist": allowlist,
            "cve_whitelist": {**allowlist, "id": 0, "project_id": 0, "items": project.allowlist or None},
            "registry_id": project.registry_id,
        },
        always="project_id repo_count metadata cve_allowlist current_user_role_ids",
    )


def find(call: Call, action: str, resource: str = "project") -> Project:
    """The project of the path, by number or (2.2+) by name. Raises Refusal when it is missing or out of reach."""
    state, wanted = call.service.state, str(call.values["project"])
    by_name = call.flavour.project_by_name and call.style.generated
    found = None
    if wanted.isdigit() and not (by_name and call.named):
        found = state.projects.get(int(wanted))
    elif by_name or call.family in ("repositories", "charts"):
        found = state.project_named(wanted)
    if found is None:
        if call.identity.anonymous and call.flavour.dialect != "2":
            raise Refusal("unauthorized")
        raise Refusal("project_missing", id=wanted)
    call.service.access.require_project(call.identity, found, resource, action)
    return found


def visible(call: Call) -> list[Project]:
    """The projects that the caller may see."""
    access, identity = call.service.access, call.identity
    lists_all = access.may_system(identity, "project", "list")
    projects = call.service.state.projects.values()
    return [item for item in projects if lists_all or access.may_project(identity, item, "project", "read")]


def listing(call: Call) -> Answer:
    """GET /projects: anonymous callers get the public ones."""
    found = ordered(call, visible(call), "projects", "name")
    name, public, owner = (call.query.get(key, "") for key in ("name", "public", "owner"))
    found = [item for item in found if name.lower() in item.name.lower() and matches(call, item)]
    if public:
        found = [item for item in found if item.public == (public.lower() in ("true", "1"))]
    if owner:
        found = [item for item in found if item.owner_name == owner]
    page, headers = call.page(found)
    return Answer([document(call, item) for item in page], headers=headers)


def head(call: Call) -> Answer:
    """HEAD /projects?project_name=: whether a project exists."""
    call.service.access.require_login(call.identity)
    name = call.query.get("project_name", "")
    if not name:
        raise Refusal("project_name_needed")
    if call.service.state.project_named(name) is None:
        raise Refusal("project_missing", id=name)
    return Answer()


def read(call: Call) -> Answer:
    """GET /projects/{project}."""
    return Answer(document(call, find(call, "read")))


def create(call: Call) -> Answer:
    """POST /projects."""
    call.service.access.require_login(call.identity)
    if call.identity.robot is not None:
        call.service.access.require_system(call.identity, "project", "create")
    wanted, state = call.document("project"), call.service.state
    name = wanted.get("project_name") or ""
    if not _NAME.fullmatch(name) or len(name) > 255:
        raise Refusal("project_name")
    metadata = {key: str(value) for key, value in (wanted.get("metadata") or {}).items()}
    if wanted.get("public") is not None:
        metadata.setdefault("public", str(bool(wanted["public"])).lower())
    metadata.setdefault("public", "false")
    with state.lock:
        if state.project_named(name) is not None:
            raise Refusal("project_taken", name=name)
        more = {"registry_id": int(wanted.get("registry_id") or 0)} if call.style.generated else {}
        limited = bool(call.flavour.quotas) and call.service.settings.harbor_quotas
        if limited and call.identity.admin and wanted.get("storage_limit"):
            more["storage_limit"] = int(wanted["storage_limit"])
            if not quotas.is_limit(more["storage_limit"]):
                raise Refusal("quota_value", name="storage")
        owner = call.identity.user or state.users[1]
        project = state.add_project(name, metadata, owner, limited=limited, **more)
    return call.created(project.id)


def update(call: Call) -> Answer:
    """PUT /projects/{project}: metadata; 1.9 to 2.0 also replace the list of accepted vulnerabilities."""
    project, wanted = find(call, "update"), call.document("project")
    project.metadata.update({key: str(value) for key, value in (wanted.get("metadata") or {}).items()})
    if call.flavour.dialect != "2" and call.flavour.quotas:
        project.allowlist = (wanted.get("cve_whitelist") or {}).get("items") or []
    project.update_time = call.now()
    return Answer()


def delete(call: Call) -> Answer:
    """DELETE /projects/{project}: refused while it has repositories."""
    project, state = find(call, "delete"), call.service.state
    if state.repositories_of(project):
        raise Refusal("project_not_empty")
    with state.lock:
        state.projects.pop(project.id, None)
        state.members = {key: item for key, item in state.members.items() if item.project_id != project.id}
        state.robots = {key: item for key, item in state.robots.items() if item.project_id != project.id}
    return Answer()
