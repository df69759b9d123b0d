# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds out what the tags are of which a Harbor 1.x tells no digest."""

from __future__ import annotations

from dataclasses import replace

from ..._errors import MigrationError
from ..._harbor.api.client import HarborClient
from ..._oci.client import DistributionClient
from .inventory import INDEX_MEDIA_TYPES, Inventory

_OCI = "application/vnd.oci."


def identify(inventory: Inventory, client: HarborClient, registry: DistributionClient) -> None:
    """Ask Harbor's own registry what the tags are of which Harbor's API tells no digest.

    Harbor API 1.x: it tells none of what is no Docker image. It copies no OCI content; of other multi-arch images one
    platform. Where the registry cannot be asked the digests stay empty, and whatever is compared with them is unknown.

    :param registry: Harbor's own.
    """
    for repository in inventory.planned():
        for tag, image in list(repository.tags.items()):
            if image.digest:
                continue
            try:
                found = registry.manifest_kind(repository.name, tag)
            except MigrationError:
                return
            if found:
                digest, media_type = found
                oci = client.system().generation == 1 and media_type.startswith(_OCI)
                index = media_type in INDEX_MEDIA_TYPES
                repository.tags[tag] = replace(image, digest=digest, index=index, copied=not oci)
