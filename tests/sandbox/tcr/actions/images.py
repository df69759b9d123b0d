# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images: one row per tag. How an index is listed is not documented, so it is a switch."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.sandbox.core.content import Manifest
from tests.sandbox.tcr.actions.repositories import check_repository
from tests.sandbox.tcr.clock import image_time
from tests.sandbox.tcr.dispatch import Call, action, page
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.state import Registry


@action(empty={"ImageInfoList": [], "TotalCount": 0})
def describe_images(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeImages: ImageVersion matches anywhere unless ExactMatch; Offset is a page from 1."""
    registry, repository = call.registry(), f"{call['NamespaceName']}/{call['RepositoryName']}"
    check_repository(registry, repository)
    rows = []
    for tag in registry.store.tags(repository):
        manifest = _listed(call, registry, repository, tag)
        if manifest is not None and _wanted(call, tag, manifest):
            rows.append((tag, manifest))
    images = [_shown(registry, repository, tag, manifest) for tag, manifest in page(call, rows)]
    return {"ImageInfoList": images, "TotalCount": len(rows)}


@action()
def describe_image_manifests(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeImageManifests: manifest as text, configuration as text in a JSON text."""
    registry, repository = call.registry(), f"{call['NamespaceName']}/{call['RepositoryName']}"
    check_repository(registry, repository)
    manifest = _listed(call, registry, repository, call["ImageVersion"])
    if manifest is None:
        message = f"artifact {repository}:{call['ImageVersion']} not found"
        raise ApiError("ResourceNotFound.TcrResourceNotFound", message, "镜像版本不存在。")
    configuration = (
        "" if manifest.is_index else (registry.store.blob(manifest.document["config"]["digest"]) or b"").decode()
    )
    return {
        "Manifest": manifest.content.decode(),
        "Config": json.dumps(configuration),
        "Labels": _labels(configuration),
        "Size": registry.store.size(repository, manifest.digest),
    }


def _listed(call: Call, registry: Registry, repository: str, tag: str) -> Manifest | None:
    """What the listing knows of a tag: for an index the index itself, its first child, or nothing."""
    manifest = registry.store.manifest(repository, tag)
    if manifest is None or not manifest.is_index or call.settings.index_listing == "index":
        return manifest
    if call.settings.index_listing == "absent" or not manifest.children():
        return None
    return registry.store.manifest(repository, manifest.children()[0]["digest"])


def _wanted(call: Call, tag: str, manifest: Manifest) -> bool:
    version = call.get("ImageVersion", "")
    named = tag == version if call.get("ExactMatch", False) and version else version in tag
    return named and call.get("Digest", manifest.digest) == manifest.digest


def _shown(registry: Registry, repository: str, tag: str, manifest: Manifest) -> dict[str, Any]:
    pushed = registry.store.pushed_at(repository, tag) or datetime.now(UTC)
    return {
        "Digest": manifest.digest,
        "Size": registry.store.size(repository, manifest.digest),
        "ImageVersion": tag,
        "UpdateTime": image_time(pushed),
        "Kind": f"Artifact::{manifest.media_type}",
        "KmsSignature": "",
    }


def _labels(configuration: str) -> list[dict[str, str]]:
    try:
        labels = (json.loads(configuration).get("config") or {}).get("Labels") or {}
    except (ValueError, AttributeError):
        return []
    return [{"Key": key, "Value": value} for key, value in labels.items()]
