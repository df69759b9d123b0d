# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a registry holds: blobs, manifests and tags in memory, the same store for Harbor and for TCR."""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEX_TYPES = frozenset({OCI_INDEX, DOCKER_LIST})
MANIFEST_TYPES = frozenset({OCI_MANIFEST, DOCKER_MANIFEST}) | INDEX_TYPES


@dataclass(frozen=True)
class Manifest:
    """A manifest as it was pushed: `content` is the exact bytes over which `digest` was computed."""

    digest: str
    media_type: str
    content: bytes

    @cached_property
    def document(self) -> dict[str, Any]:
        """The content as JSON."""
        return json.loads(self.content)  # type: ignore[no-any-return]

    @property
    def is_index(self) -> bool:
        """Whether this manifest lists other manifests (one per platform)."""
        return self.media_type in INDEX_TYPES

    def children(self) -> list[dict[str, Any]]:
        """Descriptors of the manifests that an index lists."""
        return list(self.document.get("manifests", [])) if self.is_index else []

    def blobs(self) -> list[dict[str, Any]]:
        """Descriptors of the blobs that an image or artifact needs: configuration and layers."""
        if self.is_index:
            return []
        return [self.document["config"], *self.document.get("layers", [])]

    @property
    def subject(self) -> str | None:
        """The digest of the manifest that this one refers to (OCI 1.1), None when it stands for itself."""
        if b'"subject"' not in self.content:
            return None
        return (self.document.get("subject") or {}).get("digest")

    @property
    def artifact_type(self) -> str:
        """What an OCI 1.1 listing says this is: its artifactType, or that of its configuration; empty for a plain index."""
        configuration = self.document.get("config") or {}
        return str(self.document.get("artifactType") or configuration.get("mediaType", ""))


@dataclass
class _Repository:
    manifests: dict[str, Manifest] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    blobs: set[str] = field(default_factory=set)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    pushed: dict[str, datetime] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)


def digest_of(content: bytes) -> str:
    """The sha256 digest of some bytes, in the form `sha256:<hex>`."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


class ContentStore:
    """Blobs, manifests and tags of one registry. Thread-safe. Repository names contain their namespace or project."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._blobs: dict[str, bytes] = {}
        self._repositories: dict[str, _Repository] = {}
        self._numbers = itertools.count(1)

    def put_blob(self, content: bytes, repository: str | None = None) -> str:
        """Store a blob and return its digest; with a repository, make it visible there too."""
        digest = digest_of(content)
        with self._lock:
            self._blobs[digest] = content
            if repository is not None:
                self._repositories.setdefault(repository, _Repository()).blobs.add(digest)
        return digest

    def blob(self, digest: str) -> bytes | None:
        """The bytes of a blob, whichever repository it was pushed to."""
        return self._blobs.get(digest)

    def has_blob(self, repository: str, digest: str) -> bool:
        """Whether a blob was pushed to, or mounted into, this repository."""
        with self._lock:
            held = self._repositories.get(repository)
            return held is not None and digest in held.blobs

    def mount_blob(self, repository: str, digest: str) -> bool:
        """Make a blob that the registry has visible in a repository; False when it has no such blob."""
        with self._lock:
            if digest not in self._blobs:
                return False
            self._repositories.setdefault(repository, _Repository()).blobs.add(digest)
            return True

    def put_manifest(self, repository: str, reference: str, media_type: str, content: bytes) -> str:
        """Store a manifest under a tag or its digest; returns the digest. What it references is not checked here."""
        manifest = Manifest(digest_of(content), media_type, content)
        with self._lock:
            held = self._repositories.setdefault(repository, _Repository())
            held.manifests[manifest.digest] = manifest
            now = datetime.now(UTC)
            held.pushed.setdefault(manifest.digest, now)
            if manifest.digest not in held.numbers:
                held.numbers[manifest.digest] = next(self._numbers)
            if not reference.startswith("sha256:"):
                held.tags[reference] = manifest.digest
                held.pushed[reference] = now
                names = held.names.setdefault(manifest.digest, [])
                if reference not in names:
                    names.append(reference)
        return manifest.digest

    def manifest(self, repository: str, reference: str) -> Manifest | None:
        """The manifest of a tag or digest, None when the repository has none."""
        with self._lock:
            held = self._repositories.get(repository)
            if held is None:
                return None
            return held.manifests.get(held.tags.get(reference, reference))

    def missing(self, repository: str, manifest: Manifest) -> list[str]:
        """Digests that a manifest references and that its repository does not hold."""
        with self._lock:
            held = self._repositories.get(repository, _Repository())
            blobs = [item["digest"] for item in manifest.blobs() if item["digest"] not in held.blobs]
            return blobs + [item["digest"] for item in manifest.children() if item["digest"] not in held.manifests]

    def delete_manifest(self, repository: str, reference: str) -> bool:
        """Remove a tag, or a manifest with all its tags; False when there was nothing."""
        with self._lock:
            held = self._repositories.get(repository)
            if held is None:
                return False
            if not reference.startswith("sha256:"):
                held.pushed.pop(reference, None)
                return held.tags.pop(reference, None) is not None
            held.tags = {tag: digest for tag, digest in held.tags.items() if digest != reference}
            for known in (held.pushed, held.numbers, held.names):
                known.pop(reference, None)
            return held.manifests.pop(reference, None) is not None

    def delete_repository(self, repository: str) -> bool:
        """Remove a repository with everything in it; False when there was none."""
        with self._lock:
            return self._repositories.pop(repository, None) is not None

    def repositories(self) -> list[str]:
        """Names of the repositories that hold at least one manifest, sorted."""
        with self._lock:
            return sorted(name for name, held in self._repositories.items() if held.manifests)

    def tags(self, repository: str) -> dict[str, str]:
        """Tag to digest of one repository, sorted by tag; empty when there is no such repository."""
        with self._lock:
            held = self._repositories.get(repository)
            return dict(sorted(held.tags.items())) if held else {}

    def manifests(self, repository: str) -> list[Manifest]:
        """All manifests of one repository, tagged or not."""
        with self._lock:
            held = self._repositories.get(repository)
            return list(held.manifests.values()) if held else []

    def number(self, repository: str, digest: str) -> int:
        """The number of a manifest: in the order in which manifests first came to the registry; 0 for an unknown one."""
        with self._lock:
            held = self._repositories.get(repository)
            return held.numbers.get(digest, 0) if held else 0

    def names(self, repository: str, digest: str) -> list[str]:
        """Every tag under which a manifest was ever pushed, also those that name another one by now."""
        with self._lock:
            held = self._repositories.get(repository)
            return list(held.names.get(digest, ())) if held else []

    def pushed_at(self, repository: str, reference: str) -> datetime | None:
        """When a tag was pushed last, or a digest first (UTC)."""
        with self._lock:
            held = self._repositories.get(repository)
            return held.pushed.get(reference) if held else None

    def created_at(self, repository: str) -> datetime | None:
        """When the first piece of a repository arrived (UTC)."""
        with self._lock:
            held = self._repositories.get(repository)
            return held.created if held else None

    def size(self, repository: str, reference: str) -> int:
        """Bytes of a manifest with everything below it: configuration, layers, and the children of an index."""
        manifest = self.manifest(repository, reference)
        if manifest is None:
            return 0
        below = sum(int(item.get("size", 0)) for item in manifest.blobs())
        return (
            len(manifest.content) + below + sum(self.size(repository, item["digest"]) for item in manifest.children())
        )
