# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hangs on an artifact (Harbor 2.5+): which manifests are accessories, of what, and of which type.

Two pushes make an accessory: of a cosign signature under the tag `sha256-<hex>.sig`, and (2.8+) of a manifest with a
`subject`. It stays one when the tag moves to another signature. An accessory is in no list of artifacts, from 2.8 on even
if its subject is not there. Source: goharbor/harbor v2.7.4, v2.9.5 and v2.15.2, src/server/middleware/{cosign,subject} and
src/pkg/artifact/dao.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.sandbox.core.content import ContentStore, Manifest
from tests.sandbox.harbor.api.flavour import Flavour

_SIGNATURE_TAG = re.compile(r"sha256-([0-9a-f]{64})\.sig")
_SIGNED = "application/vnd.dev.cosign.simplesigning.v1+json"
_COSIGN, _NOTATION, _SBOM, _ANY = "signature.cosign", "signature.notation", "sbom.harbor", "subject.accessory"
_TYPES = {
    "config": {"application/vnd.cncf.notary.signature": _NOTATION},
    "artifact_type": {
        "application/vnd.cncf.notary.signature": _NOTATION,
        "application/vnd.dev.cosign.artifact.sig.v1+json": _COSIGN,
        "application/vnd.dev.sigstore.bundle.v0.3+json": _COSIGN,
        "application/vnd.goharbor.harbor.sbom.v1": _SBOM,
    },
}
_ICONS = {
    _COSIGN: "sha256:20401d5b3a0f6dbc607c8d732eb08471af4ae6b19811a4efce8c6a724aed2882",
    _NOTATION: "sha256:3ac706e102bbe9362b400aa162df58135d35e66b9c3bee2165de92022d25fe34",
    _SBOM: "sha256:c19f80c357cd7e90d2a01b9ae3e2eb62ce447a2662bb590a19177d72d550bdae",
}


@dataclass(frozen=True)
class Accessory:
    """That one manifest of a repository hangs on another one, which need not be there."""

    repository: str
    digest: str
    subject: str
    type: str

    @property
    def icon(self) -> str:
        """The digest of the picture that the portal shows; other types have none."""
        return _ICONS.get(self.type, "")


def accessories(flavour: Flavour, store: ContentStore, repository: str) -> list[Accessory]:
    """All accessories of a repository in the order in which they were pushed."""
    if not flavour.accessories:
        return []
    return [
        Accessory(repository, manifest.digest, subject, kind)
        for manifest in store.manifests(repository)
        for subject, kind in _links(flavour, store, repository, manifest).items()
    ]


def by_subject(flavour: Flavour, store: ContentStore, repository: str) -> dict[str, list[Accessory]]:
    """Digest to what hangs on it directly, in the order in which it was pushed."""
    found: dict[str, list[Accessory]] = {}
    for item in accessories(flavour, store, repository):
        found.setdefault(item.subject, []).append(item)
    return found


def tags_by_digest(flavour: Flavour, store: ContentStore, repository: str) -> dict[str, list[str]]:
    """Digest to its tags, the newest first where Harbor lists them so, else by name."""
    found: dict[str, list[str]] = {}
    for tag, digest in store.tags(repository).items():
        found.setdefault(digest, []).append(tag)
    if "tags" in flavour.newest_first.split():
        for tags in found.values():
            tags.sort(key=lambda tag: str(store.pushed_at(repository, tag)), reverse=True)
    return found


def listed_artifacts(
    flavour: Flavour, store: ContentStore, repository: str, children_too: bool = False
) -> dict[str, list[str]]:
    """Digest to tags of the artifacts that Harbor lists: no accessory, and of the children of indexes the tagged ones.

    With `children_too` (`q=base=*`, 2.1+) all children are listed. Source: goharbor/harbor v2.5.0 and v2.15.2,
    src/pkg/artifact/dao/dao.go, setBaseQuery and setAccessoryQuery.
    """
    tags = tags_by_digest(flavour, store, repository)
    manifests = store.manifests(repository)
    children = {child["digest"] for manifest in manifests for child in manifest.children()}
    hidden = {item.digest for item in accessories(flavour, store, repository)}
    return {
        item.digest: tags.get(item.digest, [])
        for item in manifests
        if item.digest not in hidden and (children_too or item.digest in tags or item.digest not in children)
    }


def delete_deeply(flavour: Flavour, store: ContentStore, repository: str, digest: str) -> None:
    """Remove a manifest with everything that hangs on it."""
    for item in by_subject(flavour, store, repository).get(digest, []):
        delete_deeply(flavour, store, repository, item.digest)
    store.delete_manifest(repository, digest)


def _links(flavour: Flavour, store: ContentStore, repository: str, manifest: Manifest) -> dict[str, str]:
    """The subjects of a manifest, each with the type that it makes of the manifest."""
    found = {}
    if manifest.subject is not None and flavour.knows_subjects:
        kind = manifest.artifact_type
        if flavour.accessories == "config":
            kind = str((manifest.document.get("config") or {}).get("mediaType", ""))
        found[manifest.subject] = _TYPES[flavour.accessories].get(kind, _ANY)
    for tag in store.names(repository, manifest.digest):
        signed = _SIGNATURE_TAG.fullmatch(tag)
        if signed is None or not any(blob.get("mediaType") == _SIGNED for blob in manifest.blobs()):
            continue
        subject = f"sha256:{signed[1]}"
        if flavour.knows_subjects or store.manifest(repository, subject) is not None:
            found.setdefault(subject, _COSIGN)
    return found
