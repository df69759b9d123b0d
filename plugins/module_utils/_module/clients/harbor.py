# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of Harbor, from the options of the group HARBOR."""

from __future__ import annotations

from ..._harbor.api.client import HarborClient
from ..call import ModuleCall


def harbor_client(call: ModuleCall) -> HarborClient:
    """The client of Harbor, made once in a module run.

    :raises InvalidInput: ``harbor_url`` is no address, or ``harbor_detected`` is about another Harbor.
    """
    return call.once(_connect)


def _connect(call: ModuleCall) -> HarborClient:
    options = call.parameters
    return HarborClient(
        options["harbor_url"],
        options["harbor_username"],
        options["harbor_password"],
        validate_certs=options["harbor_validate_certs"],
        ca_path=options["harbor_ca_path"],
        timeout=options["harbor_timeout"],
        detected=options["harbor_detected"],
    )
