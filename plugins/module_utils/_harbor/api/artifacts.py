# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Harbor holds: projects, repositories, artifacts; in one form whatever the generation of the API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from ..._errors import NotFound
from .connection import HarborConnection

_WORKERS = 8
_ARTIFACT_DETAILS = {"with_tag": "true", "with_label": "false", "with_scan_overview": "false"}
# Harbor API 2.1+: ``base=*`` also lists the children of an index, which may have accessories too. One listing then
# tells what would otherwise take a call for each child. Accessories themselves are in no listing.
_ACCESSORIES = {"with_accessory": "true", "q": "base=*"}


class HarborArtifactsApi:
    """Reads what Harbor holds over a connection; thread-safe."""

    def __init__(self, connection: HarborConnection) -> None:
        self._connection = connection
        self._project_ids: dict[str, int] = {}

    def projects(self) -> list[dict[str, Any]]:
        """All projects that the user may see: ``id``, ``name``, ``public``, ``proxy_cache``, ``chart_count``."""
        capabilities = self._connection.system.capabilities
        lean = capabilities.has("lean_projects") and not capabilities.has("charts")
        found = self._connection.listing("/projects", "list the projects", {"with_detail": "false"} if lean else None)
        projects = [_project(one) for one in found]
        self._project_ids = {project["name"]: project["id"] for project in projects}
        return projects

    def repositories(self, project: str) -> list[dict[str, Any]]:
        """The repositories of a project: ``name`` (with the project in front) and ``artifact_count`` (1.x: of tags).

        Harbor API 1.x: /repositories?project_id=; 2.x: /projects/{name}/repositories.

        :raises NotFound: there is no such project.
        """
        task = f"list the repositories of project {project!r}"
        if self._connection.system.generation == 1:
            found = self._connection.listing("/repositories", task, {"project_id": self._project_id(project)})
        else:
            found = self._connection.listing(f"/projects/{_encoded(project)}/repositories", task, self._stable_order())
        return [
            {"name": one["name"], "artifact_count": int(one.get("artifact_count") or one.get("tags_count") or 0)}
            for one in found
        ]

    def artifacts(self, project: str, repository: str, accessories: bool = True) -> list[dict[str, Any]]:
        """The artifacts of a repository; not those that are only part of an index, and no accessories.

        Each with ``repository`` (project in front), ``digest``, ``media_type``, ``size`` (in bytes), ``tags``,
        ``children`` (manifests in an index), ``references`` (their digests) and ``type``. Untagged artifacts come with
        2.x only. On 1.x what is no Docker image has no digest, the media type is unknown (empty), and each of its tags is
        an entry of its own.

        Harbor API 2.5+: ``accessories`` (``digest``, ``subject``, ``kind``, ``size``) hang on the artifact or on a child
        of it; what hangs on an accessory, and its tags, only :meth:`artifact` tells. ``unlisted`` are children that the
        listing does not show.

        :param repository: its name with or without the project in front.
        :param accessories: whether to ask for accessories.
        """
        name = repository[len(project) + 1 :] if repository.startswith(project + "/") else repository
        details = self._details(accessories)
        found = self._listed(project, name, details)
        if self._connection.system.generation == 1:
            return _by_digest(f"{project}/{name}", found)
        return _top_level([_artifact(f"{project}/{name}", one) for one in found], "q" in details)

    def push_times(self, repository: str) -> dict[str, str]:
        """When each tag, and each artifact by its digest, came to Harbor, in the form of the API.

        Harbor API: 1.8 and 1.9 do not tell; what hangs on an artifact has a time from 2.5 on.

        :param repository: its name with the project in front.
        :raises NotFound: it is not there.
        """
        project, _slash, name = repository.partition("/")
        times: dict[str, str] = {}
        for one in self._listed(project, name, self._details(accessories=True)):
            times[one["digest"]] = one.get("push_time") or ""
            times.update((tag["name"], tag.get("push_time") or "") for tag in one.get("tags") or ())
            times.update((part["digest"], part.get("creation_time") or "") for part in one.get("accessories") or ())
            if "name" in one:
                times[one["name"]] = one.get("push_time") or ""
        return {name: time for name, time in times.items() if name and time}

    def _listed(self, project: str, name: str, details: dict[str, str]) -> list[dict[str, Any]]:
        """The artifacts of a repository as the API gives them; 1.x gives tags."""
        task = f"list the artifacts of {project}/{name}"
        if self._connection.system.generation == 1:
            return self._connection.get(f"/repositories/{quote(f'{project}/{name}')}/tags", task) or []
        path = f"/projects/{_encoded(project)}/repositories/{_encoded_twice(name)}/artifacts"
        return self._connection.listing(path, task, details)

    def artifact(self, repository: str, digest: str) -> dict[str, Any]:
        """One artifact with its tags and what hangs on it, also an accessory; in the form of :meth:`artifacts`.

        Harbor API 2.5+: GET on the artifact, with ``with_accessory``.

        :param repository: its name with the project in front.
        :raises NotFound: it is not there.
        """
        project, _slash, name = repository.partition("/")
        path = f"/projects/{_encoded(project)}/repositories/{_encoded_twice(name)}/artifacts/{digest}"
        params = {**_ARTIFACT_DETAILS, "with_accessory": "true"}
        return _artifact(repository, self._connection.get(path, f"read the artifact {repository}@{digest}", params))

    def project_artifacts(self, project: str, accessories: bool = True) -> list[dict[str, Any]]:
        """The artifacts of all repositories of a project, as :meth:`artifacts` gives them.

        Harbor API 2.12+: one listing for the project; before: one for each repository, several at a time.
        """
        if self._connection.system.capabilities.has("project_artifacts"):
            path = f"/projects/{_encoded(project)}/artifacts"
            task = f"list the artifacts of project {project!r}"
            details = self._details(accessories)
            found = self._connection.listing(path, task, details)
            return _top_level([_artifact(one["repository_name"], one) for one in found], "q" in details)
        names = [repository["name"] for repository in self.repositories(project)]
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            parts = list(pool.map(lambda name: self.artifacts(project, name, accessories), names))
        return [artifact for part in parts for artifact in part]

    def _details(self, accessories: bool) -> dict[str, str]:
        known = accessories and self._connection.system.capabilities.has("accessories")
        return {**_ARTIFACT_DETAILS, **(_ACCESSORIES if known else {}), **self._stable_order()}

    def _stable_order(self) -> dict[str, str]:
        """Pages stay stable while somebody pushes when they are sorted by id."""
        return {"sort": "id"} if self._connection.system.capabilities.has("stable_order") else {}

    def _project_id(self, name: str) -> int:
        if name not in self._project_ids:
            self.projects()
        if name not in self._project_ids:
            raise NotFound(
                f"Harbor at {self._connection.base_url} has no project {name!r}, or the user may not see it.",
                advice="Correct the name.",
                status=404,
            )
        return self._project_ids[name]


def _project(one: dict[str, Any]) -> dict[str, Any]:
    metadata = one.get("metadata") or {}
    return {
        "id": int(one["project_id"]),
        "name": one["name"],
        "public": str(metadata.get("public")).lower() == "true",
        "proxy_cache": int(one.get("registry_id") or 0) > 0,
        "chart_count": int(one.get("chart_count") or 0),
    }


def _artifact(repository: str, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "repository": repository,
        "digest": one["digest"],
        "media_type": one.get("manifest_media_type") or one.get("media_type") or "",
        "size": int(one.get("size") or 0),
        "tags": [tag["name"] for tag in one.get("tags") or ()],
        "children": len(one.get("references") or ()),
        "references": [child["child_digest"] for child in one.get("references") or () if child.get("child_digest")],
        "accessories": [_accessory(one["digest"], accessory) for accessory in one.get("accessories") or ()],
        "type": one.get("type") or "",
    }


def _accessory(subject: str, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "digest": one["digest"],
        "subject": one.get("subject_artifact_digest") or subject,
        "kind": one.get("type") or "",
        "size": int(one.get("size") or 0),
    }


def _top_level(listed: list[dict[str, Any]], everything: bool) -> list[dict[str, Any]]:
    """The artifacts that have a tag or are part of no index, each also with the accessories of its children.

    :param everything: whether the children were to be listed too.
    """
    by_digest = {(one["repository"], one["digest"]): one for one in listed}
    parts = {(one["repository"], child) for one in listed for child in one["references"]}
    found = []
    for one in listed:
        if one["tags"] or (one["repository"], one["digest"]) not in parts:
            inside = _inside(one, by_digest)
            accessories = [accessory for part in [one, *inside.values()] if part for accessory in part["accessories"]]
            unlisted = [digest for digest, part in inside.items() if part is None and everything]
            found.append({**one, "references": list(inside), "accessories": accessories, "unlisted": unlisted})
    return found


def _inside(
    artifact: dict[str, Any], by_digest: dict[tuple[str, str], dict[str, Any]]
) -> dict[str, dict[str, Any] | None]:
    """Everything below an index by digest; ``None`` for what is not listed."""
    found: dict[str, dict[str, Any] | None] = {}
    waiting = list(artifact["references"])
    while waiting:
        digest = waiting.pop(0)
        if digest not in found:
            found[digest] = by_digest.get((artifact["repository"], digest))
            waiting += (found[digest] or {}).get("references", ())
    return found


def _by_digest(repository: str, tags: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tags of 1.x as artifacts: tags of one digest together, those without a digest each alone."""
    artifacts: dict[str, dict[str, Any]] = {}
    for tag in tags:
        digest = tag.get("digest") or ""
        artifact = artifacts.setdefault(
            digest or f"tag {tag['name']}",
            {
                "repository": repository,
                "digest": digest,
                "media_type": "",
                "size": int(tag.get("size") or 0),
                "tags": [],
                "children": 0,
                "references": [],
                "accessories": [],
                "unlisted": [],
                "type": "IMAGE" if digest else "",
            },
        )
        artifact["tags"].append(tag["name"])
    return list(artifacts.values())


def _encoded(name: str) -> str:
    return quote(name, safe="")


def _encoded_twice(name: str) -> str:
    """Harbor API 2.x: nginx in front of Harbor decodes once, so that a slash in a repository must be encoded twice."""
    return quote(quote(name, safe=""), safe="")
