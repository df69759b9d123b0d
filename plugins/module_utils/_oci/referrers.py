# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of referrers that clients keep where a registry has no referrers API (OCI distribution 1.1). Pure.

It lies under the tag of the subject's digest ("referrers tag schema"), and lists what the API would list.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from .._errors import Conflict

INDEX_MEDIA_TYPE = "application/vnd.oci.image.index.v1+json"
_MANIFEST_MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json"


def referrer_descriptor(manifest: bytes, subject: str) -> dict[str, Any] | None:
    """How a manifest is listed among the referrers of a digest; ``None`` when it does not refer to that digest.

    OCI distribution 1.1: ``artifactType`` is that of the manifest, or the media type of its config; annotations are copied.
    """
    try:
        document = json.loads(manifest)
        if document["subject"]["digest"] != subject:
            return None
    except (ValueError, KeyError, TypeError):
        return None
    kind = document.get("artifactType") or (document.get("config") or {}).get("mediaType")
    described = {
        "mediaType": document.get("mediaType") or _MANIFEST_MEDIA_TYPE,
        "digest": "sha256:" + hashlib.sha256(manifest).hexdigest(),
        "size": len(manifest),
    }
    more = {"artifactType": kind, "annotations": document.get("annotations")}
    return {**described, **{name: value for name, value in more.items() if value}}


def listed_digests(index: bytes | None, place: str) -> frozenset[str]:
    """What an index lists; nothing when there is none.

    :param place: repository and tag, for the message.
    :raises Conflict: it is no index.
    """
    if index is None:
        return frozenset()
    return frozenset(str(one.get("digest")) for one in _parsed(index, place)["manifests"])


def merged_index(index: bytes | None, descriptors: Iterable[Mapping[str, Any]], place: str) -> bytes:
    """An index with these descriptors added. What it lists already, and whatever else it says, stays.

    :raises Conflict: what is there is no index.
    """
    empty: dict[str, Any] = {"schemaVersion": 2, "mediaType": INDEX_MEDIA_TYPE, "manifests": []}
    document = empty if index is None else _parsed(index, place)
    known = {one.get("digest") for one in document["manifests"]}
    added = [dict(one) for one in descriptors if one["digest"] not in known]
    return json.dumps({**document, "manifests": [*document["manifests"], *added]}, separators=(",", ":")).encode()


def _parsed(index: bytes, place: str) -> dict[str, Any]:
    try:
        document = json.loads(index)
        if isinstance(document["manifests"], list) and all(isinstance(one, dict) for one in document["manifests"]):
            return dict(document)
    except (ValueError, KeyError, TypeError):
        pass
    raise Conflict(
        f"{place} is no index of referrers, although its tag is the one that clients keep for that.",
        advice="Find out what it is, and remove it; or set migration_referrers_tag to false.",
    )
