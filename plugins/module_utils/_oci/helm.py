# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Helm chart as an OCI artifact, with the bytes that ``helm push`` of Helm 3 makes of the same archive. Pure."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

try:
    import yaml

    YAML_IMPORT_ERROR: ImportError | None = None
except ImportError as _error:
    YAML_IMPORT_ERROR = _error

from .._errors import InvalidInput, MissingLibrary

MANIFEST_MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_MEDIA_TYPE = "application/vnd.cncf.helm.config.v1+json"
ARCHIVE_MEDIA_TYPE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
PROVENANCE_MEDIA_TYPE = "application/vnd.cncf.helm.chart.provenance.v1.prov"
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_ANNOTATION = "org.opencontainers.image."
# Helm 3, chart.Metadata and chart.Dependency: what is written, and in this order. Empty values are left out.
_METADATA = (
    *("name", "home", "sources", "version", "description", "keywords", "maintainers", "icon", "apiVersion"),
    *("condition", "tags", "appVersion", "deprecated", "annotations", "kubeVersion", "dependencies", "type"),
)
_MAINTAINER = ("name", "email", "url")
_DEPENDENCY = ("name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias")
_ALWAYS_IN_A_DEPENDENCY = ("name", "repository")


def tag_of(version: str) -> str:
    """The tag of a version: a tag cannot hold ``+``, for which Helm puts ``_``."""
    return version.replace("+", "_")


def tag_problem(version: str) -> str:
    """Why a version cannot become a tag; empty when it can (OCI distribution 1.1: 128 characters of a-z A-Z 0-9 . _ -)."""
    return "" if _TAG.fullmatch(tag_of(version)) else "a tag has at most 128 of a-z, A-Z, 0-9 and . _ -"


def read_metadata(archive: bytes) -> dict[str, Any]:
    """What Helm keeps of the Chart.yaml in an archive, in the order in which it writes it.

    In charts of ``apiVersion: v1`` the dependencies are in requirements.yaml.

    :raises InvalidInput: it is no archive of a chart.
    :raises MissingLibrary: PyYAML is not installed where the module runs.
    """
    if YAML_IMPORT_ERROR is not None:
        raise MissingLibrary("PyYAML")
    files = _files(archive, ("Chart.yaml", "requirements.yaml"))
    if "Chart.yaml" not in files:
        raise _broken("it has no Chart.yaml")
    chart = _mapping(files["Chart.yaml"], "Chart.yaml")
    if str(chart.get("apiVersion") or "v1") == "v1":
        chart["apiVersion"] = "v1"
        requirements = _mapping(files.get("requirements.yaml", b"{}"), "requirements.yaml")
        chart["dependencies"] = requirements.get("dependencies") or chart.get("dependencies")
    return _kept(chart, _METADATA)


def config_of(metadata: Mapping[str, Any]) -> bytes:
    """The configuration of the artifact: the metadata as Go writes JSON."""
    return _as_go_writes(metadata)


def manifest_of(
    metadata: Mapping[str, Any], config: bytes, archive: bytes, provenance: bytes | None, created: str
) -> bytes:
    """The manifest of the artifact; its layers are sorted by digest, as Helm sorts them.

    :param created: when the archive came to the source, in the form of RFC 3339; Helm takes the time of the file.
    """
    layers = [_descriptor(ARCHIVE_MEDIA_TYPE, archive)]
    if provenance is not None:
        layers.append(_descriptor(PROVENANCE_MEDIA_TYPE, provenance))
    return _as_go_writes(
        {
            "schemaVersion": 2,
            "config": _descriptor(CONFIG_MEDIA_TYPE, config),
            "layers": sorted(layers, key=lambda layer: layer["digest"]),
            "annotations": _annotations(metadata, created),
        }
    )


def layer_digests(manifest: bytes | str) -> dict[str, str]:
    """Media type to digest of the layers of a manifest; empty for what is no manifest of one image or artifact.

    The digest under :data:`ARCHIVE_MEDIA_TYPE` is the SHA-256 of the archive, so it tells whether a chart is the same.
    """
    try:
        layers = json.loads(manifest).get("layers") or ()
        return {str(layer["mediaType"]): str(layer["digest"]) for layer in layers}
    except (ValueError, AttributeError, KeyError, TypeError):
        return {}


def digest_of(content: bytes) -> str:
    """The digest of some bytes, with its algorithm in front."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _files(archive: bytes, names: tuple[str, ...]) -> dict[str, bytes]:
    """The files of these names at the top of the chart; subcharts have a Chart.yaml as well."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=BytesIO(archive), mode="r:gz") as tar:
            for entry in tar:
                parts = entry.name.removeprefix("./").split("/")
                content = tar.extractfile(entry) if len(parts) == 2 and parts[1] in names else None
                if content is not None:
                    found[parts[1]] = content.read()
    except (tarfile.TarError, OSError, EOFError) as error:
        raise _broken(f"it is no gzipped tar archive ({error})") from None
    return found


def _mapping(content: bytes, name: str) -> dict[str, Any]:
    try:
        read = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _broken(f"its {name} is no YAML ({error})") from None
    if not isinstance(read, dict):
        raise _broken(f"its {name} is no mapping")
    return read


def _broken(reason: str) -> InvalidInput:
    return InvalidInput(
        f"The archive is no Helm chart: {reason}.",
        advice="Upload the chart to Harbor again, or leave it out of the selection.",
    )


def _kept(values: Mapping[str, Any], names: tuple[str, ...], always: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values that are no empty ones, in this order; a number where Helm has text is written as Go writes it."""
    kept = {}
    for name in names:
        value = _normal(name, values.get(name))
        if value or name in always:
            kept[name] = value if value is not None else ""
    return kept


def _normal(name: str, value: Any) -> Any:
    if name == "maintainers":
        return [_kept(one, _MAINTAINER) for one in value or () if isinstance(one, Mapping)]
    if name == "dependencies":
        return [_kept(one, _DEPENDENCY, _ALWAYS_IN_A_DEPENDENCY) for one in value or () if isinstance(one, Mapping)]
    if name == "annotations":
        return {str(key): _text(value[key]) for key in sorted(value or {}, key=str)}
    if isinstance(value, list):
        return [_text(one) for one in value] if name != "import-values" else value
    return value if name in ("deprecated", "enabled") or value is None else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value)


def _annotations(metadata: Mapping[str, Any], created: str) -> dict[str, str]:
    authors = ", ".join(
        one.get("name", "") + (f" ({one['email']})" if one.get("email") else "")
        for one in metadata.get("maintainers", ())
    )
    told = {
        "description": metadata.get("description", ""),
        "title": metadata.get("name", ""),
        "version": metadata.get("version", ""),
        "url": metadata.get("home", ""),
        "created": created,
        "source": next(iter(metadata.get("sources", ())), ""),
        "authors": authors,
    }
    found = {_ANNOTATION + name: value for name, value in told.items() if value.strip()}
    fixed = {_ANNOTATION + "title", _ANNOTATION + "version"}
    found.update({key: value for key, value in metadata.get("annotations", {}).items() if key not in fixed})
    return dict(sorted(found.items()))


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}


def _as_go_writes(value: Any) -> bytes:
    """JSON without blanks; Go escapes what could end a script in a page."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode()
