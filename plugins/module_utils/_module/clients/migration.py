# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What compares a Harbor with a TCR registry, over the clients of both and of the registries behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._migration.comparison.verification import Verification, VerificationRequest
from ..._oci.client import DistributionClient
from ..call import ModuleCall
from ..options.verification import verification_request, verify_options
from .harbor import harbor_client
from .source_registry import harbor_registry
from .tcr import connection_options, tcr_client


def verification(call: ModuleCall, request: VerificationRequest) -> Verification:
    """One comparison of the Harbor and the TCR of a module's options."""
    connection = connection_options(call.parameters)
    return Verification(
        harbor_client(call),
        call.once(harbor_registry),
        tcr_client(call),
        lambda url, user, password, address: DistributionClient(url, user, password, connect_to=address, **connection),
        request,
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
    request = verification_request(options)
    return lambda: verification(call, request).run(check_mode=False)
