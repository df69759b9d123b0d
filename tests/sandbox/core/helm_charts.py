# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helm charts as archives: made with deterministic bytes, and read as Helm reads them."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from typing import Any

import yaml

# The order in which Helm writes the fields of Chart.yaml as JSON (chart.Metadata of Helm 3).
_FIELDS = (
    "name home sources version description keywords maintainers icon apiVersion condition tags appVersion deprecated "
    "annotations kubeVersion dependencies type"
)
# The parser in C where PyYAML has it: some tests hold thousands of charts.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PROVENANCE = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

name: {name}
version: {version}

...
files:
  {name}-{version}.tgz: sha256:{digest}
-----BEGIN PGP SIGNATURE-----

c2FuZGJveA==
-----END PGP SIGNATURE-----
"""


class BrokenArchive(Exception):
    """What was given is no chart; the message is that of ChartMuseum."""


def chart_archive(name: str, version: str, values: str = "replicas: 1\n", **fields: Any) -> bytes:
    """The archive of a chart: equal arguments give equal bytes.

    :param values: the content of values.yaml, so that a version can get another content.
    :param fields: further fields of Chart.yaml.
    """
    metadata = {"apiVersion": "v2", "name": name, "version": version, "description": "made for the sandbox", **fields}
    files = {
        "Chart.yaml": yaml.safe_dump(metadata, sort_keys=False),
        "values.yaml": values,
        "templates/configuration.yaml": "kind: ConfigMap\n",
    }
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(archive.getvalue(), mtime=0)


def chart_metadata(archive: bytes) -> dict[str, Any]:
    """Chart.yaml of an archive, its known fields in Helm's order; empty ones are left out.

    :raises BrokenArchive: it is no archive, or has no Chart.yaml.
    """
    try:
        content = gzip.decompress(archive)
    except (OSError, EOFError):
        raise BrokenArchive("gzip: invalid header") from None
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for entry in tar:
            found = (
                tar.extractfile(entry) if entry.name.count("/") == 1 and entry.name.endswith("/Chart.yaml") else None
            )
            if found is not None:
                read = yaml.load(found.read(), _LOADER)
                return {field: read[field] for field in _FIELDS.split() if read.get(field)}
    raise BrokenArchive("Chart.yaml file is missing")


def chart_file(archive: bytes, name: str) -> str | None:
    """A text file at the top of a chart; ``None`` when it has none of this name."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for entry in tar:
            found = tar.extractfile(entry) if entry.name.partition("/")[2] == name else None
            if found is not None:
                return found.read().decode()
    return None


def provenance_of(archive: bytes) -> bytes:
    """A provenance file in the form that ``helm package --sign`` writes; its signature is none."""
    metadata = chart_metadata(archive)
    digest = hashlib.sha256(archive).hexdigest()
    return _PROVENANCE.format(name=metadata["name"], version=metadata["version"], digest=digest).encode()
