# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where plans and reports are kept at the target, from the options of a module."""

from __future__ import annotations

from typing import Any

from ..._migration.report.storage import ArtifactStorage
from ..._oci.push import DistributionWriter
from ..call import ModuleCall
from .registries import target_registry


def artifact_storage(call: ModuleCall) -> ArtifactStorage:
    """The storage that the options ``repository``, ``registry_id`` and those of the group DATA_PLANE mean."""
    return ArtifactStorage(target_registry(call, DistributionWriter), call.parameters["repository"])


def store_files(call: ModuleCall) -> dict[str, Any]:
    """What module migration_artifact does and returns.

    :raises InvalidInput: a file cannot be read, or the repository has no legal name.
    :raises MigrationError: the files could not be stored, and are ``required``.
    """
    options = call.parameters
    storage = artifact_storage(call)
    return storage.keep(options["tag"], options["files"], options["required"], call.check_mode)
