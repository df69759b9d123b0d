# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the files of a plan or a report in a registry, as one OCI artifact of a type of our own.

Its manifest (OCI image specification 1.1) has one layer per file, with the name of the file as its title, so that other
clients (``oras pull``) write them under the same names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from ..._errors import Conflict, InvalidInput, NotFound, ServerFault
from ..._oci.client import DistributionClient
from ..._oci.push import DistributionWriter

ARTIFACT_TYPE = "application/vnd.cloud-registry.migration.files.v1"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
_EMPTY = b"{}"
_TITLE = "org.opencontainers.image.title"
_MEDIA_TYPES = {
    ".gz": "application/gzip",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".xml": "application/xml",
}
# What is read was perhaps written by somebody else.
_MOST_FILES = 100
_MOST_BYTES = 256 * 1024 * 1024


class Stored(NamedTuple):
    """The digest of an artifact that is stored, and whether it was not stored before."""

    digest: str
    changed: bool


def media_type_of(name: str) -> str:
    """The media type of a file, by the ending of its name."""
    return _MEDIA_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")


def write_artifact(registry: DistributionWriter, repository: str, tag: str, files: Mapping[str, bytes]) -> Stored:
    """Store files under a tag, and read them back.

    The same files give the same digest.

    :param repository: with its namespace, which must exist.
    :param files: the content by name.
    :raises InvalidInput: there is no file, or a name is that of no file.
    :raises Conflict: the tag exists with other files: what is stored is never replaced.
    :raises ServerFault: what was read back is not what was stored.
    :raises ApiError: (its subclass for the status) the registry refuses it.
    :raises OutcomeUnknown: there was no answer.
    """
    if not files:
        raise InvalidInput("There is no file to store.", advice="Name at least one.")
    layers = [
        {
            "mediaType": media_type_of(_checked(name)),
            "digest": _digest(content),
            "size": len(content),
            "annotations": {_TITLE: name},
        }
        for name, content in sorted(files.items())
    ]
    manifest = _manifest(layers)
    present = registry.digest(repository, tag)
    if present not in (None, _digest(manifest)):
        raise Conflict(
            f"The registry {registry.base_url} has other files under {repository}:{tag} already.",
            advice="Give another tag: what is stored there is never replaced.",
        )
    if present is None:
        for content in (_EMPTY, *files.values()):
            registry.push_blob(repository, content)
        registry.push_manifest(repository, tag, _MANIFEST, manifest)
    if read_artifact(registry, repository, tag) != dict(files):
        raise ServerFault(
            f"The registry {registry.base_url} was given {len(files)} files as {repository}:{tag} and returns others.",
            advice="Keep the files on the controller, and report this to the operator of the registry.",
        )
    return Stored(_digest(manifest), present is None)


def read_artifact(registry: DistributionClient, repository: str, reference: str) -> dict[str, bytes]:
    """The files of an artifact that :func:`write_artifact` stored, by name. Each is checked against its digest.

    :param reference: a tag or a digest.
    :raises NotFound: there is no such artifact, or a file of it is gone.
    :raises Conflict: it is something else, or larger than plans and reports are.
    :raises ServerFault: a file has another content than its digest says.
    :raises ApiError: (its subclass for the status) the registry refuses it.
    """
    place = f"{repository}@{reference}" if ":" in reference else f"{repository}:{reference}"
    content = registry.manifest(repository, reference)
    if content is None:
        raise NotFound(f"The registry {registry.base_url} has no {place}.", advice="Look which tags it has.")
    files = {}
    for name, layer in _layers(content, f"{registry.base_url} has {place}").items():
        blob = registry.blob(repository, layer["digest"])
        if blob is None:
            raise NotFound(f"The registry {registry.base_url} lost {name} of {place}.", advice="Store it again.")
        if _digest(blob) != layer["digest"]:
            raise ServerFault(
                f"The registry {registry.base_url} returns another {name} of {place} than its digest says.",
                advice="Do not use it. Something between here and the registry changes what is sent: look for a proxy.",
            )
        files[name] = blob
    return files


def _layers(content: bytes, described: str) -> dict[str, Any]:
    """The layers of a manifest by the name of their file.

    :raises Conflict: it is none of ours.
    """
    advice = "Give the repository and the tag under which a plan or a report was stored."
    try:
        manifest = json.loads(content)
        layers = {_checked(one["annotations"][_TITLE]): one for one in manifest["layers"]}
        ours = manifest["artifactType"] == ARTIFACT_TYPE and len(layers) == len(manifest["layers"])
        size = sum(int(one["size"]) for one in layers.values())
    except (ValueError, KeyError, TypeError, RecursionError, InvalidInput):
        ours, layers, size = False, {}, 0
    if not ours:
        raise Conflict(f"{described}, which is no plan and no report of a migration.", advice=advice)
    if len(layers) > _MOST_FILES or size > _MOST_BYTES:
        raise Conflict(f"{described}, with {len(layers)} files and {size} bytes: too many to be read.", advice=advice)
    return layers


def _checked(name: Any) -> str:
    """The name of a file without a directory.

    :raises InvalidInput: it is none.
    """
    if (
        not isinstance(name, str)
        or not name
        or name != PurePosixPath(name).name
        or name.startswith(".")
        or "\\" in name
    ):
        raise InvalidInput(f"{name!r} is not the name of a file.", advice="Give a name without a directory.")
    return name


def _manifest(layers: list[dict[str, Any]]) -> bytes:
    document = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "artifactType": ARTIFACT_TYPE,
        "config": {"mediaType": _EMPTY_TYPE, "digest": _digest(_EMPTY), "size": len(_EMPTY)},
        "layers": layers,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
