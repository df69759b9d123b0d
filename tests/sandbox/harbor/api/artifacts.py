# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An artifact of 2.x: a manifest with its tags, as the inventory shows it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.sandbox.core.content import INDEX_TYPES, Manifest
from tests.sandbox.harbor.accessories import Accessory, by_subject, listed_artifacts, tags_by_digest
from tests.sandbox.harbor.api.query import terms
from tests.sandbox.harbor.api.request import Call

_HELM = "application/vnd.cncf.helm.config.v1+json"
_UNKNOWN = "UNKNOWN"
_IMAGE_TYPES = INDEX_TYPES | {
    "application/vnd.docker.container.image.v1+json",
    "application/vnd.oci.image.config.v1+json",
}
_OTHER_TYPE = re.compile(r"application/vnd\.[^.]*\.(.*)\.config\.[^.]*\+json")
_ICONS = {
    "IMAGE": "sha256:0048162a053eef4d4ce3fe7518615bef084403614f8bca43b40ae2e762e11e06",
    "CHART": "sha256:61cf3a178ff0f75bf08a25d96b75cf7355dc197749a9f128ed3ef34b0df05518",
}
_OTHER_ICON = "sha256:da834479c923584f4cbcdecc0dac61f32bef1d51e8aae598cf16bd154efab49f"


@dataclass(frozen=True)
class Artifact:
    """One artifact of one repository."""

    id: int
    repository: str
    manifest: Manifest
    tags: list[str]
    push_time: float
    configuration: dict[str, Any]
    typed: bool  # whether the artifactType of OCI 1.1 counts

    @classmethod
    def of(cls, call: Call, repository: str, manifest: Manifest, tags: list[str] | None = None) -> Artifact:
        """The artifact of a manifest."""
        state = call.service.state
        if tags is None:
            tags = tags_by_digest(call.flavour, state.store, repository).get(manifest.digest, [])
        pushed = state.store.pushed_at(repository, manifest.digest)
        number = state.store.number(repository, manifest.digest)
        configuration: dict[str, Any] = {}
        if not manifest.is_index:
            content = state.store.blob(manifest.document["config"]["digest"]) or b"{}"
            configuration = _json(content)
        moment = pushed.timestamp() if pushed else 0.0
        typed = call.flavour.accessories == "artifact_type"
        return cls(number, repository, manifest, tags, moment, configuration, typed)

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
        """Harbor's word for it; 2.15 looks at the artifactType of OCI 1.1 first."""
        kind = self.manifest.artifact_type if self.typed else self.media_type
        if (self.manifest.is_index and not kind) or kind in _IMAGE_TYPES:
            return "IMAGE"
        if kind == _HELM:
            return "CHART"
        other = _OTHER_TYPE.fullmatch(self.media_type)
        return other[1].upper() if other else _UNKNOWN


def listed(call: Call, repository: str) -> list[Artifact]:
    """The artifacts of a repository that Harbor lists, with `q=base=*` also those that are only part of an index."""
    store = call.service.state.store
    shown = listed_artifacts(call.flavour, store, repository, terms(call).get("base") == "*")
    found = ((store.manifest(repository, digest), tags) for digest, tags in shown.items())
    return [Artifact.of(call, repository, manifest, tags) for manifest, tags in found if manifest is not None]


def documents(call: Call, artifacts: list[Artifact]) -> list[dict[str, Any]]:
    """Artifacts as the API shows them."""
    hanging: dict[str, dict[str, list[Accessory]]] = {}
    if call.query.get("with_accessory", "false") == "true":
        store = call.service.state.store
        hanging = {name: by_subject(call.flavour, store, name) for name in {item.repository for item in artifacts}}
    return [_document(call, item, hanging.get(item.repository, {}).get(item.digest, [])) for item in artifacts]


def _document(call: Call, artifact: Artifact, hanging: list[Accessory]) -> dict[str, Any]:
    state, repository = call.service.state, artifact.repository
    project, _separator, rest = repository.partition("/")
    owner = state.project_named(project)
    labels = [{"name": label} for label in sorted(state.labels.get((repository, artifact.digest), ()))]
    href = f"{call.flavour.base}/projects/{project}/repositories/{quote(quote(rest, safe=''), safe='')}/artifacts/"
    addition = {"absolute": False, "href": f"{href}{artifact.digest}/additions/build_history"}
    with_tags = call.query.get("with_tag", "true") != "false"
    built = artifact.type == "IMAGE" and not artifact.manifest.is_index
    return call.shown(
        call.flavour.artifact_keys,
        {
            "id": artifact.id,
            "type": artifact.type,
            "media_type": artifact.media_type,
            "manifest_media_type": artifact.manifest.media_type,
            "artifact_type": artifact.manifest.artifact_type,
            "annotations": artifact.manifest.document.get("annotations") or {},
            "project_id": owner.id if owner else 0,
            "repository_id": state.identifier("repository", repository),
            "repository_name": repository,
            "digest": artifact.digest,
            "size": state.store.size(repository, artifact.digest),
            "icon": _ICONS.get(artifact.type, _OTHER_ICON),
            "push_time": call.time(artifact.push_time),
            "pull_time": call.time(None),
            "extra_attrs": _attributes(artifact),
            "references": [_reference(call, artifact, child) for child in artifact.manifest.children()] or None,
            "tags": (tag_documents(call, artifact) or None) if with_tags else None,
            "addition_links": {"build_history": addition} if built else {},
            "labels": labels or None,
            "accessories": [_accessory(call, artifact, item) for item in hanging] or None,
        },
        always="accessories labels references tags extra_attrs addition_links",
    )


def tag_documents(call: Call, artifact: Artifact) -> list[dict[str, Any]]:
    """The tags of an artifact, in its order."""
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


def accessory_documents(call: Call, artifact: Artifact) -> list[dict[str, Any]]:
    """What hangs on an artifact directly, without tags, oldest first."""
    found = by_subject(call.flavour, call.service.state.store, artifact.repository)
    return [_accessory(call, artifact, item) for item in found.get(artifact.digest, [])]


def _accessory(call: Call, subject: Artifact, item: Accessory) -> dict[str, Any]:
    state = call.service.state
    pushed = state.store.pushed_at(item.repository, item.digest)
    shown = {
        "artifact_id": state.store.number(item.repository, item.digest),
        "creation_time": call.time(pushed.timestamp() if pushed else None),
        "digest": item.digest,
        "icon": item.icon,
        "id": state.identifier("accessory", item),
        "size": state.store.size(item.repository, item.digest),
        "subject_artifact_id": subject.id,
        "type": item.type,
    }
    if call.flavour.knows_subjects:
        shown |= {"subject_artifact_digest": subject.digest, "subject_artifact_repo": item.repository}
    return shown


def _attributes(artifact: Artifact) -> dict[str, Any]:
    if artifact.manifest.is_index:
        return {}
    details = artifact.configuration
    if artifact.type == _UNKNOWN:
        return {}
    if artifact.type != "IMAGE":
        return details
    return {
        "architecture": details.get("architecture", ""),
        "author": details.get("author", ""),
        "config": details.get("config") or {},
        "created": details.get("created"),
        "os": details.get("os", ""),
    }


def _reference(call: Call, artifact: Artifact, child: dict[str, Any]) -> dict[str, Any]:
    """A child of an index; what the index does not say about it is left out."""
    shown = {
        "child_digest": child["digest"],
        "child_id": call.service.state.store.number(artifact.repository, child["digest"]),
        "parent_id": artifact.id,
        "urls": None,
    }
    if child.get("platform"):
        shown["platform"] = {"OsFeatures": None, **child["platform"]}
    if child.get("annotations"):
        shown["annotations"] = child["annotations"]
    return shown


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
