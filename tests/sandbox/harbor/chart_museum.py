# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ChartMuseum in a Harbor until 2.7 keeps. An upload of a version that exists replaces it without a word."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.core.helm_charts import chart_metadata

_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


@dataclass(frozen=True)
class Package:
    """A version of a chart: its archive, its provenance file if it has one, and what its Chart.yaml says."""

    content: bytes
    metadata: dict[str, Any]
    provenance: bytes | None = None
    created: float = field(default_factory=time.time)

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.metadata['name']}-{self.metadata['version']}.tgz"

    @property
    def digest(self) -> str:
        """SHA-256 of the archive, without ``sha256:`` as ChartMuseum gives it."""
        return hashlib.sha256(self.content).hexdigest()


class ChartMuseum:
    """The packages of all projects."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._packages: dict[str, dict[str, Package]] = {}

    def put(self, project: str, content: bytes, provenance: bytes | None = None) -> Package:
        """Store a version, in place of one that is there; its provenance file stays when none is given.

        :raises BrokenArchive: it is no chart.
        """
        metadata = chart_metadata(content)
        with self._lock:
            packages = self._packages.setdefault(project, {})
            new = Package(content, metadata, provenance)
            known = packages.get(new.file)
            if known is not None and provenance is None:
                new = Package(content, metadata, known.provenance)
            packages[new.file] = new
            return new

    def file(self, project: str, name: str) -> bytes | None:
        """The content of a file as it is downloaded: an archive or a provenance file."""
        package = self._packages.get(project, {}).get(name.removesuffix(".prov"))
        if package is None:
            return None
        return package.provenance if name.endswith(".prov") else package.content

    def charts(self, project: str) -> dict[str, list[Package]]:
        """Name to versions, highest first, of the charts of a project."""
        found: dict[str, list[Package]] = {}
        with self._lock:
            packages = list(self._packages.get(project, {}).values())
        for package in packages:
            found.setdefault(package.metadata["name"], []).append(package)
        for versions in found.values():
            versions.sort(key=lambda package: _order(package.metadata["version"]), reverse=True)
        return {name: found[name] for name in sorted(found)}

    def projects(self) -> list[str]:
        """The projects that have charts."""
        return sorted(self._packages)


def _order(version: str) -> tuple[Any, ...]:
    """The order of semantic versions: a pre-release comes before its release; what is no version comes first."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return (-1,)
    numbers = tuple(int(part or 0) for part in found.group(1, 2, 3))
    parts = (found.group(4) or "").split(".")
    before = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
    return (*numbers, found.group(4) is None, before)
