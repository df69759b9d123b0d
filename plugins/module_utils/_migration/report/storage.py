# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The repository of a TCR registry in which plans and reports are kept, reached with a credential of one hour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..._errors import InvalidInput, MigrationError
from ..._oci.push import DistributionWriter
from ..._tcr.api.client import TcrClient
from ..target.listing import registry_address, require_login
from ..target.names import report_repository_problem
from .artifact import Stored, read_artifact, write_artifact

# Makes a client of the registry from address, user, password and the address to connect to.
Connect = Callable[[str, str, str, "str | None"], DistributionWriter]


@dataclass(frozen=True)
class StorageRequest:
    """Where plans and reports are kept.

    :param registry_id: the registry.
    :param repository: with its namespace.
    :param registry_url: the address of the registry; empty: ``https://`` and its public domain.
    :param connect_to: the address to connect to instead of resolving the name.
    """

    registry_id: str
    repository: str
    registry_url: str = ""
    connect_to: str | None = None


class ArtifactStorage:
    """Writes and reads the artifacts of one repository."""

    def __init__(self, tcr: TcrClient, connect: Connect, request: StorageRequest) -> None:
        self._tcr = tcr
        self._connect = connect
        self._request = request

    def write(self, tag: str, files: Mapping[str, bytes]) -> Stored:
        """Store files, see :func:`write_artifact`.

        :raises InvalidInput: the name of the repository is not legal at the target.
        :raises Unreachable: the registry cannot be reached from here, or does not let this host in.
        :raises MigrationError: whatever else went wrong; what was stored before is still there.
        """
        return write_artifact(self._registry(), self._request.repository, tag, files)

    def read(self, reference: str) -> dict[str, bytes]:
        """The files of an artifact by name, see :func:`read_artifact`.

        :param reference: a tag or a digest.
        :raises InvalidInput: the name of the repository is not legal at the target.
        :raises Unreachable: the registry cannot be reached from here, or does not let this host in.
        """
        return read_artifact(self._registry(), self._request.repository, reference)

    def keep(self, tag: str, paths: Sequence[str], required: bool, check_mode: bool) -> dict[str, Any]:
        """Store files of this host, and return plain data: ``changed``, ``stored``, ``reference``, ``digest``, ``warnings``.

        :param required: whether it is an error when they cannot be stored; else it is a warning.
        :raises InvalidInput: a file cannot be read.
        :raises MigrationError: they could not be stored, and are required.
        """
        files = {Path(path).name: _content(path) for path in paths}
        reference = f"{self._request.repository}:{tag}"
        result = {"changed": True, "stored": False, "reference": reference, "digest": "", "warnings": []}
        if check_mode:
            return result
        try:
            stored = self.write(tag, files)
        except MigrationError as error:
            if required:
                raise
            warning = f"{', '.join(files)} could not be stored at the target as {reference}: {error}"
            return {**result, "changed": False, "warnings": [warning]}
        return {**result, "changed": stored.changed, "stored": True, "digest": stored.digest}

    def _registry(self) -> DistributionWriter:
        request = self._request
        problem = report_repository_problem(request.repository)
        if problem:
            raise InvalidInput(problem)
        address = request.registry_url or registry_address(self._tcr, request.registry_id)
        made = self._tcr.create_token(request.registry_id, long_term=False)
        registry = self._connect(address, made["Username"], made["Token"], request.connect_to)
        require_login(registry)
        return registry


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"files: {path} cannot be read: {error.strerror or error}.", advice="Name files of this host."
        ) from None
