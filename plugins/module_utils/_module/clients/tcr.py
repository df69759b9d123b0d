# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of the TCR API, from the options of the group TCR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._tcr.api.client import TcrClient
from ..._tencent.credential_chain import find_credential
from ..._tencent.credentials import Role
from ..._tencent.sts import SecurityTokenService
from ..call import ModuleCall


def tcr_client(call: ModuleCall) -> TcrClient:
    """The client of the TCR API, made once in a module run.

    :raises InvalidInput: no key was found, or the endpoint is no address.
    """
    return call.once(_connect)


def connection_options(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """How to connect to the API and to the registry itself: ``validate_certs``, ``ca_path`` and ``timeout``."""
    return {name: parameters[f"tcr_{name}"] for name in ("validate_certs", "ca_path", "timeout")}


def _connect(call: ModuleCall) -> TcrClient:
    options = call.parameters
    connection = connection_options(options)
    role = {name: options[f"tcr_role_{name}"] for name in ("arn", "session_name", "duration", "external_id")}
    credential = find_credential(
        options["tcr_secret_id"],
        options["tcr_secret_key"],
        options["tcr_token"],
        Role(**role),
        SecurityTokenService(options["tcr_endpoint"], **connection),
        options["tcr_region"],
    )
    return TcrClient(
        credential,
        region=options["tcr_region"],
        endpoint=options["tcr_endpoint"],
        known_registry=options["tcr_registry"],
        **connection,
    )
