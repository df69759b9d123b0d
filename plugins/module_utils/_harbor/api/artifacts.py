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


class HarborArtifactsApi:
    """Reads the inventory over a connection; thread-safe."""

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

    def artifacts(self, project: str, repository: str) -> list[dict[str, Any]]:
        """The artifacts of a repository.

        Each with ``repository`` (project in front), ``digest``, ``media_type``, ``size`` (in bytes), ``tags``,
        ``children`` (manifests in an index) and ``type``. Untagged artifacts come with 2.x only. On 1.x the digest of
        an index is empty, the media type unknown (empty), and each of its tags is an entry of its own.

        :param repository: its name with or without the project in front.
        """
        name = repository[len(project) + 1 :] if repository.startswith(project + "/") else repository
        task = f"list the artifacts of {project}/{name}"
        if self._connection.system.generation == 1:
            path = f"/repositories/{quote(f'{project}/{name}')}/tags"
            return _by_digest(f"{project}/{name}", self._connection.get(path, task) or [])
        path = f"/projects/{_encoded(project)}/repositories/{_encoded_twice(name)}/artifacts"
        found = self._connection.listing(path, task, {**_ARTIFACT_DETAILS, **self._stable_order()})
        return [_artifact(f"{project}/{name}", one) for one in found]

    def project_artifacts(self, project: str) -> list[dict[str, Any]]:
        """The artifacts of all repositories of a project, as :meth:`artifacts` gives them.

        Harbor API 2.12+: one listing for the project; before: one for each repository, several at a time.
        """
        if self._connection.system.capabilities.has("project_artifacts"):
            path = f"/projects/{_encoded(project)}/artifacts"
            task = f"list the artifacts of project {project!r}"
            found = self._connection.listing(path, task, {**_ARTIFACT_DETAILS, **self._stable_order()})
            return [_artifact(one["repository_name"], one) for one in found]
        names = [repository["name"] for repository in self.repositories(project)]
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            parts = list(pool.map(lambda name: self.artifacts(project, name), names))
        return [artifact for part in parts for artifact in part]

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
        "type": one.get("type") or "",
    }


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
