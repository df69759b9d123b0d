# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The projects of a Harbor as things to create, change and delete, and how much they may store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ..._errors import NotFound
from .connection import HarborConnection


class HarborProjectsApi:
    """Reads and changes projects over a connection; thread-safe."""

    def __init__(self, connection: HarborConnection) -> None:
        self._connection = connection

    def projects(self) -> list[dict[str, Any]]:
        """All projects that the user may see.

        Each with ``id``, ``name``, ``public``, ``auto_scan``, ``repository_count`` and ``created_at``.
        """
        return [_project(one) for one in self._connection.listing("/projects", "list the projects")]

    def project(self, name: str) -> dict[str, Any]:
        """The project of that name, as :meth:`projects` gives it.

        :raises NotFound: there is none.
        """
        found = self._connection.listing("/projects", f"find the project {name!r}", {"name": name})
        for one in found:
            if one["name"] == name:
                return _project(one)
        raise NotFound(
            f"Harbor at {self._connection.base_url} has no project {name!r}, or the user may not see it.",
            advice="Create it first (harbor_project), or correct the name.",
            status=404,
        )

    def create(self, name: str, metadata: Mapping[str, str], storage_limit: int | None = None) -> int:
        """Create a project and return its id.

        :param metadata: as Harbor's API names and writes it, e.g. ``{"public": "true"}``.
        :param storage_limit: bytes, -1 for no limit; needs Harbor 1.9.
        :raises AlreadyExists: the name is taken.
        """
        limit = {} if storage_limit is None else {"storage_limit": storage_limit}
        body = {"project_name": name, "metadata": dict(metadata), **limit}
        return self._connection.create("/projects", body, f"create the project {name!r}")

    def update(self, project: Mapping[str, Any], metadata: Mapping[str, str]) -> None:
        """Change what ``metadata`` names and keep the rest.

        Harbor API 1.9 to 2.0: a change without the list of accepted vulnerabilities empties that list.
        """
        path, task = self._path(project), f"change the project {project['name']!r}"
        body: dict[str, Any] = {"metadata": dict(metadata)}
        if not self._connection.system.capabilities.has("kept_allowlist"):
            stored = self._connection.get(path, f"read the project {project['name']!r}")
            body.update({name: stored[name] for name in ("cve_whitelist",) if stored.get(name)})
        self._connection.send("PUT", path, task, json=body, safe=True)

    def delete(self, project: Mapping[str, Any]) -> None:
        """Delete an empty project.

        :raises Conflict: it holds repositories or charts.
        """
        self._connection.send("DELETE", self._path(project), f"delete the project {project['name']!r}")

    def quotas(self) -> dict[int, dict[str, Any]]:
        """The quotas of all projects, by the id of the project: ``id`` and ``hard`` (``storage`` in bytes, -1: none).

        Harbor API: since 1.9; 1.9 and 1.10 also limit the ``count`` of artifacts. Empty where quotas are switched off.
        """
        found = self._connection.listing("/quotas", "list the storage limits of the projects", {"reference": "project"})
        return {
            int(one["ref"]["id"]): {"id": int(one["id"]), "hard": dict(one.get("hard") or {})}
            for one in found
            if one.get("ref")
        }

    def set_storage_limit(self, quota: Mapping[str, Any], storage_limit: int) -> None:
        """Change the storage limit in a quota that :meth:`quotas` has given. Harbor API: the other limits go along."""
        hard = {**quota["hard"], "storage": storage_limit}
        self._connection.send(
            "PUT", f"/quotas/{quota['id']}", "change the storage limit of a project", json={"hard": hard}, safe=True
        )

    def _path(self, project: Mapping[str, Any]) -> str:
        """Harbor API: up to 2.1 this path takes the number of the project only; from 2.2 on, as we ask, its name."""
        named = self._connection.system.capabilities.has("project_names")
        return f"/projects/{quote(project['name'], safe='') if named else project['id']}"


def _project(one: Mapping[str, Any]) -> dict[str, Any]:
    metadata = one.get("metadata") or {}
    return {
        "id": int(one["project_id"]),
        "name": one["name"],
        "public": _is_true(metadata.get("public")),
        "auto_scan": _is_true(metadata.get("auto_scan")),
        "repository_count": int(one.get("repo_count") or 0),
        "created_at": one.get("creation_time") or "",
    }


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"
