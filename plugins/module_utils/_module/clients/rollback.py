# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What removes at a TCR registry what a migration made, from the options of module migration_target_removal."""

from __future__ import annotations

from ..._migration.rollback.removal import RemovalRequest, TargetRemoval
from ..._migration.rollback.rules import Made
from ..._oci.client import DistributionClient
from ..call import ModuleCall
from .registries import target_registry


def target_removal(call: ModuleCall) -> TargetRemoval:
    """One removal."""
    options = call.parameters
    request = RemovalRequest(
        repositories=[
            Made(one["name"], one["contents"], one["before"], one["existed"]) for one in options["repositories"]
        ],
        namespaces=options["namespaces"],
    )
    return TargetRemoval(target_registry(call, DistributionClient), request)
