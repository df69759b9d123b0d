# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much projects may hold: /quotas (1.9+). A quota has the number of its project."""

from __future__ import annotations

from typing import Any

from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.state import Project

UNLIMITED = -1


def is_limit(value: Any) -> bool:
    """Whether a number can be a limit."""
    return isinstance(value, int) and (value > 0 or value == UNLIMITED)


def listing(call: Call) -> Answer:
    """GET /quotas?reference=project, for administrators."""
    call.service.access.require_system(call.identity, "quota", "list")
    found = [project for project in call.service.state.projects.values() if project.limited]
    wanted = call.query.get("reference_id", "")
    page, headers = call.page([project for project in found if wanted in ("", str(project.id))])
    return Answer([_document(call, project) for project in page], headers=headers)


def read(call: Call) -> Answer:
    """GET /quotas/{id}."""
    call.service.access.require_system(call.identity, "quota", "read")
    return Answer(_document(call, _find(call)))


def update(call: Call) -> Answer:
    """PUT /quotas/{id}: every resource that is limited must be given."""
    call.service.access.require_system(call.identity, "quota", "update")
    project, hard = _find(call), call.document("hard").get("hard") or {}
    for name, value in hard.items():
        if name not in call.flavour.quotas.split():
            raise Refusal("quota_resource", name=name)
        if not is_limit(value):
            raise Refusal("quota_value", name=name)
    for name in call.flavour.quotas.split():
        if name not in hard:
            raise Refusal("quota_resource", name=name)
    project.storage_limit, project.count_limit = hard["storage"], hard.get("count", UNLIMITED)
    return Answer()


def _find(call: Call) -> Project:
    found = call.service.state.projects.get(call.values["id"])
    if found is None or not found.limited:
        raise Refusal("quota_missing", id=call.values["id"])
    return found


def _document(call: Call, project: Project) -> dict[str, Any]:
    state = call.service.state
    limits = {"count": project.count_limit, "storage": project.storage_limit}
    repositories = state.repositories_of(project)
    used = {
        "count": sum(len(state.store.manifests(name)) for name in repositories),
        "storage": sum(
            state.store.size(name, item.digest) for name in repositories for item in state.store.manifests(name)
        ),
    }
    names = call.flavour.quotas.split()
    return {
        "id": project.id,
        "ref": {"id": project.id, "name": project.name, "owner_name": project.owner_name},
        "creation_time": call.time(project.creation_time),
        "update_time": call.time(project.update_time),
        "hard": {name: limits[name] for name in names},
        "used": {name: used[name] for name in names},
    }
