# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The repository of a TCR registry in which plans and reports are kept, reached with a credential of one hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..._errors import InvalidInput, MigrationError
from ..._oci.push import DistributionWriter
from ..target.listing import TargetRegistry
from ..target.names import report_repository_problem
from .artifact import Stored, read_artifact, write_artifact


class ArtifactStorage:
    """Writes and reads the artifacts of one repository.

    :param repository: with its namespace.
    """

    def __init__(self, target: TargetRegistry[DistributionWriter], repository: str) -> None:
        self._target = target
        self._repository = repository

    def write(self, tag: str, files: Mapping[str, bytes]) -> Stored:
        """Store files, see :func:`write_artifact`.

        :raises InvalidInput: the name of the repository is not legal at the target.
        :raises Unreachable: the registry cannot be reached from here, or does not let this host in.
        :raises MigrationError: whatever else went wrong; what was stored before is still there.
        """
        return write_artifact(self._registry(), self._repository, tag, files)

    def read(self, reference: str) -> dict[str, bytes]:
        """The files of an artifact by name, see :func:`read_artifact`.

        :param reference: a tag or a digest.
        :raises InvalidInput: the name of the repository is not legal at the target.
        :raises Unreachable: the registry cannot be reached from here, or does not let this host in.
        """
        return read_artifact(self._registry(), self._repository, reference)

    def keep(self, tag: str, paths: Sequence[str], required: bool, check_mode: bool) -> dict[str, Any]:
        """Store files of this host, and return plain data: ``changed``, ``stored``, ``reference``, ``digest``, ``warnings``.

        :param required: whether it is an error when they cannot be stored; else it is a warning.
        :raises InvalidInput: a file cannot be read.
        :raises MigrationError: they could not be stored, and are required.
        """
        files = {Path(path).name: _content(path) for path in paths}
        reference = f"{self._repository}:{tag}"
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
        problem = report_repository_problem(self._repository)
        if problem:
            raise InvalidInput(problem)
        return self._target.log_in()


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"files: {path} cannot be read: {error.strerror or error}.", advice="Name files of this host."
        ) from None
