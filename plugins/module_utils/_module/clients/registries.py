# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registries behind a Harbor and behind the TCR API, from the options of a module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._migration.target.listing import Client, TargetRegistry
from ..._oci.client import DistributionClient
from ..call import ModuleCall
from .harbor import harbor_client
from .tcr import connection_options, tcr_client


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


def target_registry(
    call: ModuleCall, kind: type[Client], place: Mapping[str, Any] | None = None
) -> TargetRegistry[Client]:
    """The registry of the options of the groups TCR, REGISTRY and DATA_PLANE.

    :param kind: the clients of the registry itself: whether they can write.
    :param place: the options of the groups REGISTRY and DATA_PLANE, where they are not those of the module.
    """
    options = call.parameters if place is None else place
    connection = connection_options(call.parameters)
    return TargetRegistry(
        tcr_client(call),
        lambda url, user, password, address: kind(url, user, password, connect_to=address, **connection),
        options["registry_id"],
        options["registry_url"] or "",
        options["registry_connect_to"],
    )
