# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The charts in the ChartMuseum of a Harbor (1.8 to 2.7, where it was installed). Later ones have OCI charts only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from ..._errors import InvalidRequest, NotFound
from .connection import HarborConnection

_WORKERS = 8
# Harbor API: this prefix never has the /v2.0 of 2.x.
_API = "/api/chartrepo"
_FILES = "/chartrepo"


class HarborChartsApi:
    """Reads charts over a connection; thread-safe."""

    def __init__(self, connection: HarborConnection) -> None:
        self._connection = connection

    def versions(self, project: str) -> list[dict[str, Any]]:
        """All versions of all charts of a project; only where Harbor has ChartMuseum.

        Each with ``name``, ``version``, ``digest`` (SHA-256 of the archive, as ``sha256:...``), ``file`` (the name of the
        archive), ``created`` (RFC 3339). Harbor API until 2.7: the list of charts, which has no digests, then one list of
        versions for each chart, neither of them in pages.
        """
        listed = self._get(f"{_API}/{quote(project, safe='')}/charts", f"list the charts of project {project!r}")
        names = [str(one["name"]) for one in listed or ()]
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            parts = list(pool.map(lambda name: self._versions_of(project, name), names))
        return [version for part in parts for version in part]

    def archive(self, project: str, file: str) -> bytes:
        """The bytes of an archive.

        :raises NotFound: there is no such file any more.
        """
        return self._download(project, file, f"download the chart {file} of project {project!r}")

    def provenance(self, project: str, file: str) -> bytes | None:
        """The bytes of the provenance file of an archive; ``None`` when it has none, which no list tells."""
        try:
            return self._download(project, f"{file}.prov", f"download the provenance file of {file} of {project!r}")
        except NotFound:
            return None

    def _versions_of(self, project: str, name: str) -> list[dict[str, Any]]:
        path = f"{_API}/{quote(project, safe='')}/charts/{quote(name, safe='')}"
        try:
            found = self._get(path, f"list the versions of chart {name!r} of project {project!r}")
        except NotFound:
            return []
        return [
            {
                "name": name,
                "version": str(one["version"]),
                "digest": f"sha256:{one['digest']}",
                "file": _file_of(one),
                "created": str(one.get("created") or ""),
            }
            for one in found or ()
            if not one.get("removed")
        ]

    def _get(self, path: str, task: str) -> Any:
        return self._connection.send("GET", path, task, base="").json()

    def _download(self, project: str, file: str, task: str) -> bytes:
        path = f"{_FILES}/{quote(project, safe='')}/charts/{quote(file, safe='')}"
        return self._connection.send("GET", path, task, base="").content


def _file_of(version: dict[str, Any]) -> str:
    """The name of the archive: addresses are relative, or whole ones of a host that need not be reachable from here."""
    addresses = version.get("urls") or ()
    name = unquote(urlsplit(str(addresses[0])).path).rpartition("/")[2] if addresses else ""
    if not name:
        raise InvalidRequest(
            f"Harbor lists version {version.get('version')!r} of chart {version.get('name')!r} without the address of "
            "its archive.",
            advice="Delete this version in Harbor and upload it again.",
        )
    return name
