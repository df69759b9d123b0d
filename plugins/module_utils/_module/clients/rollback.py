# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What removes at a TCR registry what a migration made, from the options of module migration_target_removal."""

from __future__ import annotations

from ..._migration.rollback.removal import RemovalRequest, TargetRemoval
from ..._migration.rollback.rules import Made
from ..._oci.client import DistributionClient
from ..call import ModuleCall
from .tcr import connection_options, tcr_client


def target_removal(call: ModuleCall) -> TargetRemoval:
    """One removal."""
    options = call.parameters
    request = RemovalRequest(
        registry_id=options["registry_id"],
        repositories=[
            Made(one["name"], one["contents"], one["before"], one["existed"]) for one in options["repositories"]
        ],
        namespaces=options["namespaces"],
        registry_url=options["registry_url"] or "",
        connect_to=options["registry_connect_to"],
        predict=options["predict"],
    )
    connection = connection_options(options)
    return TargetRemoval(
        tcr_client(call),
        lambda url, user, password, address: DistributionClient(url, user, password, connect_to=address, **connection),
        request,
    )
