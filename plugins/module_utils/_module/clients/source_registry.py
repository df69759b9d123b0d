# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of the registry behind a Harbor."""

from __future__ import annotations

from ..._oci.client import DistributionClient
from ..call import ModuleCall
from .harbor import harbor_client


def harbor_registry(call: ModuleCall) -> DistributionClient:
    """A client of the registry of the Harbor of a module's options."""
    options, harbor = call.parameters, harbor_client(call)
    return DistributionClient(
        harbor.base_url,
        options["harbor_username"],
        options["harbor_password"],
        validate_certs=options["harbor_validate_certs"],
        ca_path=options["harbor_ca_path"],
        timeout=options["harbor_timeout"],
        locks_users=harbor.user_can_be_locked,
    )
