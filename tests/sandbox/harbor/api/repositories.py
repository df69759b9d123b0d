# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory: repositories, artifacts and tags, in the forms of 1.x and 2.x."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sandbox.core.content import DOCKER_MANIFEST
from tests.sandbox.harbor.accessories import delete_deeply
from tests.sandbox.harbor.api import projects
from tests.sandbox.harbor.api.artifacts import Artifact, accessory_documents, documents, listed, tag_documents
from tests.sandbox.harbor.api.query import fits, ordered, terms
from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.state import Project


@dataclass(frozen=True)
class Repository:
    """One row of a list of repositories."""

    id: int
    name: str
    project: Project
    creation_time: float


def _rows(call: Call, project: Project) -> list[Repository]:
    state = call.service.state
    rows = []
    for name in state.repositories_of(project):
        created = state.store.created_at(name)
        moment = created.timestamp() if created else call.now()
        rows.append(Repository(state.identifier("repository", name), name, project, moment))
    return rows


def _row(call: Call, row: Repository) -> dict[str, Any]:
    store = call.service.state.store
    created = call.time(row.creation_time)
    common = {"id": row.id, "name": row.name, "project_id": row.project.id, "pull_count": 0}
    if call.style.generated:
        count = len(listed(call, row.name))
        counted = {"artifact_count": count} if count else {}
        return {**counted, "creation_time": created, **common, "update_time": created}
    more = {"description": "", "star_count": 0, "tags_count": len(store.tags(row.name)), "labels": []}
    return {**common, **more, "creation_time": created, "update_time": created}


def _answer(call: Call, rows: list[Repository]) -> Answer:
    wanted = terms(call).get("name")
    if wanted is not None:
        rows = [row for row in rows if fits(row.name, wanted)]
    page, headers = call.page(ordered(call, rows, "repositories", "creation_time" if call.style.generated else "name"))
    return Answer([_row(call, row) for row in page], headers=headers)


def of_project(call: Call) -> Answer:
    """GET /projects/{project}/repositories (2.x)."""
    return _answer(call, _rows(call, projects.find(call, "list", "repository")))


def of_all(call: Call) -> Answer:
    """GET /repositories (2.3+): those of every project that the caller may see."""
    found = [row for project in projects.visible(call) for row in _rows(call, project)]
    return _answer(call, found)


def of_number(call: Call) -> Answer:
    """GET /repositories?project_id= (1.x)."""
    wanted = call.query.get("project_id", "")
    if not wanted.isdigit() or wanted == "0":
        raise Refusal("project_id_needed", value=wanted)
    call.values["project"] = wanted
    rows = _rows(call, projects.find(call, "list", "repository"))
    return _answer(call, [row for row in rows if call.query.get("q", "") in row.name])


def _find(call: Call, resource: str, action: str) -> str:
    """The full name of the repository of a 2.x path."""
    project = projects.find(call, action, resource)
    return f"{project.name}/{call.values['repository']}"


def read(call: Call) -> Answer:
    """GET /projects/{project}/repositories/{repository}."""
    name = _find(call, "repository", "read")
    for row in _rows(call, projects.find(call, "read", "repository")):
        if row.name == name:
            return Answer(_row(call, row))
    raise Refusal("repository_missing", name=name)


def delete(call: Call) -> Answer:
    """DELETE /projects/{project}/repositories/{repository}."""
    name = _find(call, "repository", "delete")
    if not call.service.state.store.delete_repository(name):
        raise Refusal("repository_missing", name=name)
    return Answer()


def artifacts(call: Call) -> Answer:
    """GET .../repositories/{repository}/artifacts: top-level ones only, newest push first; empty for an unknown name."""
    return _artifacts(call, listed(call, _find(call, "artifact", "list")))


def project_artifacts(call: Call) -> Answer:
    """GET /projects/{project}/artifacts (2.12+): all artifacts of a project in one list."""
    project = projects.find(call, "list", "artifact")
    names = call.service.state.repositories_of(project)
    return _artifacts(call, [item for name in names for item in listed(call, name)])


def _artifacts(call: Call, found: list[Artifact]) -> Answer:
    wanted = terms(call)
    tags = wanted.get("tags")
    if tags == "*":
        found = [item for item in found if item.tags]
    elif tags == "nil":
        found = [item for item in found if not item.tags]
    elif tags is not None:
        found = [item for item in found if any(fits(tag, tags) for tag in item.tags)]
    for name in ("digest", "type"):
        if name in wanted:
            found = [item for item in found if fits(getattr(item, name), wanted[name])]
    page, headers = call.page(ordered(call, found, "artifacts", "push_time"))
    return Answer(documents(call, page), headers=headers)


def _artifact(call: Call, action: str, resource: str = "artifact") -> Artifact:
    name, reference = _find(call, resource, action), call.values["reference"]
    manifest = call.service.state.store.manifest(name, reference)
    if manifest is None:
        raise Refusal("artifact_missing", name=f"{name}{'@' if ':' in reference else ':'}{reference}")
    return Artifact.of(call, name, manifest)


def artifact(call: Call) -> Answer:
    """GET .../artifacts/{reference}, by digest or tag."""
    return Answer(documents(call, [_artifact(call, "read")])[0])


def delete_artifact(call: Call) -> Answer:
    """DELETE .../artifacts/{reference}."""
    found = _artifact(call, "delete")
    delete_deeply(call.flavour, call.service.state.store, found.repository, found.digest)
    return Answer()


def accessories(call: Call) -> Answer:
    """GET .../artifacts/{reference}/accessories: what hangs on an artifact directly (2.5+)."""
    page, headers = call.page(accessory_documents(call, _artifact(call, "list", "accessory")))
    return Answer(page, headers=headers)


def artifact_tags(call: Call) -> Answer:
    """GET .../artifacts/{reference}/tags."""
    page, headers = call.page(tag_documents(call, _artifact(call, "list")))
    return Answer(page, headers=headers)


def tags(call: Call) -> Answer:
    """GET /repositories/{name}/tags (1.x): not paged, in the order in which its workers end; `detail=false`: names only."""
    name, store = call.values["repository"], call.service.state.store
    call.values["project"] = name.split("/", 1)[0]
    project = call.service.state.project_named(call.values["project"])
    if project is None:
        raise Refusal("project_missing", id=call.values["project"])
    call.service.access.require_project(call.identity, project, "repository", "list")
    if call.query.get("detail") == "false":
        return Answer([{"name": tag} for tag in store.tags(name)])
    return Answer(call.service.state.shuffled(_tag(call, name, tag) for tag in store.tags(name)))


def _tag(call: Call, repository: str, tag: str) -> dict[str, Any]:
    """A tag of 1.x, which knows Docker images only: anything else has no digest, no size and no configuration."""
    store = call.service.state.store
    manifest = store.manifest(repository, tag)
    assert manifest is not None
    known = manifest.media_type == DOCKER_MANIFEST
    details = Artifact.of(call, repository, manifest).configuration if known else {}
    labels = [{"name": label} for label in sorted(call.service.state.labels.get((repository, manifest.digest), ()))]
    pushed = store.pushed_at(repository, tag)
    shown = {
        "digest": manifest.digest if known else "",
        "name": tag,
        "size": store.size(repository, manifest.digest) if known else 0,
        "architecture": details.get("architecture", ""),
        "os": details.get("os", ""),
        "os.version": "",
        "docker_version": "",
        "author": "",
        "created": details.get("created") or call.time(None),
        "config": {"labels": (details.get("config") or {}).get("Labels")} if known else None,
        "immutable": False,
        "signature": None,
        "labels": labels,
        "push_time": call.time(pushed.timestamp() if pushed else None),
        "pull_time": call.time(None),
    }
    return call.shown(call.flavour.tag_keys, shown)


def delete_tag(call: Call) -> Answer:
    """DELETE /repositories/{name}/tags/{tag} (1.x)."""
    name = call.values["repository"]
    project = call.service.state.project_named(name.split("/", 1)[0])
    if project is None or not call.service.state.store.tags(name).get(call.values["tag"]):
        raise Refusal("artifact_missing", name=f"{name}:{call.values['tag']}")
    call.service.access.require_project(call.identity, project, "repository", "delete")
    call.service.state.store.delete_manifest(name, call.values["tag"])
    return Answer()
