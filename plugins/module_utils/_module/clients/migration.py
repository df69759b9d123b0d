# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What compares a Harbor with a TCR registry, over the clients of both and of the registries behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..._migration.comparison.verification import Verification
from ..._oci.client import DistributionClient
from ..call import ModuleCall
from ..options.verification import verification_request, verify_options
from .harbor import harbor_client
from .registries import harbor_registry, target_registry


def verification(call: ModuleCall, options: Mapping[str, Any]) -> Verification:
    """One comparison of the Harbor of a module's options with the registry that ``options`` of migration_verify mean.

    :raises InvalidInput: a pattern is no pattern.
    """
    return Verification(
        harbor_client(call),
        call.once(harbor_registry),
        target_registry(call, DistributionClient, options),
        verification_request(options),
    )


def comparison_asked_for(call: ModuleCall) -> Callable[[], dict[str, Any]] | None:
    """Compares source and target as ``verify`` of harbor_replication_execution asks; ``None`` without.

    The client of the TCR API is made with the first comparison: a look at an execution needs none.
    """
    if not call.parameters["verify"]:
        return None
    options = {
        **verify_options(call.parameters),
        "accepted_verdicts": (),
        "allow_empty": False,
        "inventory": None,
        "charts": (),
        "report_repository": "",
        "lag": False,
    }
    return lambda: verification(call, options).run(check_mode=False)
