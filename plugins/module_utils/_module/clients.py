# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the clients from a module's options; the only place that knows which option goes where."""

from __future__ import annotations

from typing import Any

from .._harbor.api.client import HarborClient
from .._host.commands import Host, RunCommand
from .._oci.client import DistributionClient
from .._tcr.api.client import TcrClient
from .._tencent.credential_chain import find_credential
from .._tencent.credentials import Role
from .._tencent.sts import SecurityTokenService


class Clients:
    """Makes each client once, when it is first asked for.

    :param parameters: the options of the module, with the groups TCR and HARBOR as far as it has them.
    :param run_command: that of AnsibleModule.
    """

    def __init__(self, parameters: dict[str, Any], run_command: RunCommand) -> None:
        self._parameters = parameters
        self._run_command = run_command
        self._tcr: TcrClient | None = None
        self._harbor: HarborClient | None = None

    def host(self) -> Host:
        """The host on which the module runs."""
        return Host(self._run_command)

    def tcr(self) -> TcrClient:
        """The client of the TCR API."""
        if self._tcr is None:
            options = self._parameters
            connection = {name: options[f"tcr_{name}"] for name in ("validate_certs", "ca_path", "timeout")}
            role = {name: options[f"tcr_role_{name}"] for name in ("arn", "session_name", "duration", "external_id")}
            credential = find_credential(
                options["tcr_secret_id"],
                options["tcr_secret_key"],
                options["tcr_token"],
                Role(**role),
                SecurityTokenService(options["tcr_endpoint"], **connection),
                options["tcr_region"],
            )
            self._tcr = TcrClient(
                credential, region=options["tcr_region"], endpoint=options["tcr_endpoint"], **connection
            )
        return self._tcr

    def harbor(self) -> HarborClient:
        """The client of Harbor."""
        if self._harbor is None:
            options = self._parameters
            self._harbor = HarborClient(
                options["harbor_url"],
                options["harbor_username"],
                options["harbor_password"],
                validate_certs=options["harbor_validate_certs"],
                ca_path=options["harbor_ca_path"],
                timeout=options["harbor_timeout"],
            )
        return self._harbor

    def distribution(
        self, url: str, username: str | None, password: str | None, connect_to: str | None = None
    ) -> DistributionClient:
        """A client of the TCR data plane; certificates are checked as for the TCR API."""
        return DistributionClient(
            url,
            username,
            password,
            validate_certs=self._parameters["tcr_validate_certs"],
            ca_path=self._parameters["tcr_ca_path"],
            timeout=self._parameters["tcr_timeout"],
            connect_to=connect_to,
        )
