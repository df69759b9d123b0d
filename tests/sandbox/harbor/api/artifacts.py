# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An artifact of 2.x: a manifest with its tags, as the inventory shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.sandbox.core.content import Manifest
from tests.sandbox.harbor.api.request import Call
from tests.sandbox.harbor.replication.selection import top_level

_HELM = "application/vnd.cncf.helm.config.v1+json"
_IMAGE_CONFIGS = frozenset(
    {"application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json"}
)
_ICON = "sha256:0048162a053eef4d4ce3fe7518615bef084403614f8bca43b40ae2e762e11e06"


@dataclass(frozen=True)
class Artifact:
    """One artifact of one repository."""

    id: int
    repository: str
    manifest: Manifest
    tags: list[str]
    push_time: float
    configuration: dict[str, Any]

    @classmethod
    def of(cls, call: Call, repository: str, manifest: Manifest, tags: list[str] | None = None) -> Artifact:
        """The artifact of a manifest."""
        state = call.service.state
        if tags is None:
            tags = [tag for tag, digest in state.store.tags(repository).items() if digest == manifest.digest]
        pushed = state.store.pushed_at(repository, manifest.digest)
        number = state.identifier("artifact", (repository, manifest.digest))
        configuration: dict[str, Any] = {}
        if not manifest.is_index:
            content = state.store.blob(manifest.document["config"]["digest"]) or b"{}"
            configuration = _json(content)
        return cls(number, repository, manifest, tags, pushed.timestamp() if pushed else 0.0, configuration)

    @property
    def digest(self) -> str:
        """The digest of the manifest."""
        return self.manifest.digest

    @property
    def media_type(self) -> str:
        """What the artifact is: the type of its configuration, or that of the index itself."""
        if self.manifest.is_index:
            return self.manifest.media_type
        return str(self.manifest.document["config"].get("mediaType", ""))

    @property
    def type(self) -> str:
        """Harbor's word for it."""
        if self.manifest.is_index or self.media_type in _IMAGE_CONFIGS:
            return "IMAGE"
        return "CHART" if self.media_type == _HELM else "UNKNOWN"


def listed(call: Call, repository: str) -> list[Artifact]:
    """The artifacts of a repository that Harbor lists."""
    store = call.service.state.store
    found = ((store.manifest(repository, digest), tags) for digest, tags in top_level(store, repository).items())
    return [Artifact.of(call, repository, manifest, tags) for manifest, tags in found if manifest is not None]


def document(call: Call, artifact: Artifact) -> dict[str, Any]:
    """An artifact as the API shows it."""
    state, repository = call.service.state, artifact.repository
    project, _separator, rest = repository.partition("/")
    owner = state.project_named(project)
    labels = [{"name": label} for label in sorted(state.labels.get((repository, artifact.digest), ()))]
    href = f"{call.flavour.base}/projects/{project}/repositories/{quote(quote(rest, safe=''), safe='')}/artifacts/"
    addition = {"absolute": False, "href": f"{href}{artifact.digest}/additions/build_history"}
    with_tags = call.query.get("with_tag", "true") != "false"
    return call.shown(
        call.flavour.artifact_keys,
        {
            "id": artifact.id,
            "type": artifact.type,
            "media_type": artifact.media_type,
            "manifest_media_type": artifact.manifest.media_type,
            "artifact_type": artifact.media_type,
            "project_id": owner.id if owner else 0,
            "repository_id": state.identifier("repository", repository),
            "repository_name": repository,
            "digest": artifact.digest,
            "size": state.store.size(repository, artifact.digest),
            "icon": _ICON,
            "push_time": call.time(artifact.push_time),
            "pull_time": call.time(None),
            "extra_attrs": _attributes(artifact),
            "references": [_reference(artifact, child, state.identifier) for child in artifact.manifest.children()]
            or None,
            "tags": (tag_documents(call, artifact) or None) if with_tags else None,
            "addition_links": {} if artifact.manifest.is_index else {"build_history": addition},
            "labels": labels or None,
            "accessories": None,
        },
        always="accessories labels references tags extra_attrs addition_links",
    )


def tag_documents(call: Call, artifact: Artifact) -> list[dict[str, Any]]:
    """The tags of an artifact, by name."""
    state = call.service.state
    result = []
    for tag in artifact.tags:
        pushed = state.store.pushed_at(artifact.repository, tag)
        result.append(
            {
                "artifact_id": artifact.id,
                "id": state.identifier("tag", (artifact.repository, tag)),
                "immutable": False,
                "name": tag,
                "pull_time": call.time(None),
                "push_time": call.time(pushed.timestamp() if pushed else None),
                "repository_id": state.identifier("repository", artifact.repository),
            }
        )
    return result


def _attributes(artifact: Artifact) -> dict[str, Any]:
    if artifact.manifest.is_index:
        return {}
    details = artifact.configuration
    if artifact.type != "IMAGE":
        return details
    return {
        "architecture": details.get("architecture", ""),
        "author": details.get("author", ""),
        "config": details.get("config") or {},
        "created": details.get("created"),
        "os": details.get("os", ""),
    }


def _reference(artifact: Artifact, child: dict[str, Any], identifier: Any) -> dict[str, Any]:
    return {
        "child_digest": child["digest"],
        "child_id": identifier("artifact", (artifact.repository, child["digest"])),
        "parent_id": artifact.id,
        "platform": {"OsFeatures": None, **child.get("platform", {})},
        "urls": None,
    }


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
