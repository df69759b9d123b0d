# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCR of a sandbox: an account, its networks and registries, the API server and the data plane."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from tests.sandbox.core.network import CONTROLLER, PUBLIC_DATA_PLANE, Network
from tests.sandbox.core.web import Faults, Journal, Server, observe, on_demand, serve
from tests.sandbox.tcr.access import Access
from tests.sandbox.tcr.api import TcrApi
from tests.sandbox.tcr.clock import Clock
from tests.sandbox.tcr.data_plane import DataPlane, gate
from tests.sandbox.tcr.members import InstanceToken
from tests.sandbox.tcr.settings import TcrSettings
from tests.sandbox.tcr.state import Account, Registry, Role, State, Vpc

REGION, OTHER_REGION = "ap-guangzhou", "ap-shanghai"
VPC, OTHER_VPC, FOREIGN_VPC = "vpc-sandbox1", "vpc-sandbox2", "vpc-sandbox3"
SUBNET, SECOND_SUBNET, FULL_SUBNET = "subnet-sandbox1", "subnet-sandbox2", "subnet-sandbox3"
_DAY = 86400.0


class TcrServer:
    """Two registries of one account: `demo`, and in another region `demo-archive`, which has no data plane."""

    def __init__(self, network: Network, journal: Journal, faults: Faults, settings: TcrSettings) -> None:
        self.network = network
        self.settings = settings
        self.clock = Clock()
        self.api: Server | None = None
        now = self.clock.now()
        self.account = Account("AKIDEXAMPLEsandbox", "sandbox-key-for-tests-only", "100012345678", "100000000001")
        self.restricted = Account(
            "AKIDEXAMPLErestricted", "restricted-key-for-tests-only", "100012345679", self.account.owner_uin
        )
        self.access = Access(settings, self.restricted)
        self.role = Role("4611686018427397919", "migration", self.account.owner_uin, [self.account.uin])
        self.registry = Registry("tcr-sandbox1", "demo", REGION, now - 30 * _DAY)
        other = Registry("tcr-sandbox2", "demo-archive", OTHER_REGION, now - 60 * _DAY)
        self.state = State(
            accounts={item.secret_id: item for item in (self.account, self.restricted)},
            roles={self.role.arn: self.role},
            registries={item.id: item for item in (self.registry, other)},
            vpcs={
                VPC: Vpc(VPC, REGION, {SUBNET: 200, SECOND_SUBNET: 200, FULL_SUBNET: 0}),
                OTHER_VPC: Vpc(OTHER_VPC, REGION, {"subnet-sandbox4": 200}),
                FOREIGN_VPC: Vpc(FOREIGN_VPC, OTHER_REGION, {"subnet-sandbox5": 200}),
            },
        )
        self._listeners: dict[str, Server] = {}
        self._silenced: list[Server] = []
        plane = on_demand(DataPlane(self.registry, settings, self.clock, self.access).application)
        self._plane = observe(gate(plane, network, settings), "registry", journal, faults)
        self._api = observe(TcrApi(self.state, settings, self.clock, self, self.access), "tcr", journal, faults)

    def start(self) -> None:
        """Open the ports: the API on the controller's address, the data plane on the public one."""
        public = self._listeners[PUBLIC_DATA_PLANE] = serve(self._plane, PUBLIC_DATA_PLANE)
        self.port = public.port
        self.api = serve(self._api, CONTROLLER)
        self.url = self.api.url
        self.network.publish(self.registry.public_domain, PUBLIC_DATA_PLANE)
        self.network.guard(PUBLIC_DATA_PLANE, self._public_gate)
        self.network.serve_zone(self._zone)

    def close(self) -> None:
        """Close all ports and wait for their threads."""
        for server in (*([self.api] if self.api else []), *self._listeners.values(), *self._silenced):
            server.close()
        self._listeners.clear()
        self._silenced.clear()

    def listen(self, address: str) -> None:
        """Let the data plane answer on the address of a private link, to members of the VPC, once the link is ready."""
        self.network.guard(address, lambda source: self._private_gate(source, address))
        self._listeners[address] = serve(self._plane, address, self.port)

    def silence(self, address: str) -> None:
        """Stop answering on the address of a private link.

        The caller holds the lock of the state, for which connections may be waiting, so they are not waited for here.
        """
        self.network.guard(address, None)
        listener = self._listeners.pop(address)
        listener.close(wait=False)
        self._silenced.append(listener)

    def tokens(self) -> list[InstanceToken]:
        """All access credentials of the main registry."""
        with self.state.lock:
            return list(self.registry.tokens.values())

    def expire_tokens(self) -> int:
        """Let every access credential of the main registry run out now; how many there were."""
        now = self.clock.now()
        for token in self.tokens():
            token.expires_at = now
        return len(self.tokens())

    def _public_gate(self, source: str) -> bool:
        with self.state.lock:
            now = self.clock.now()
            status = self.registry.endpoint.status(now, self.settings)
            if status != "Opened" or self.registry.status(now, self.settings) != "Running":
                return False
            policies = self.registry.whitelist.policies
            if not policies:
                return self.settings.empty_whitelist == "allow"
            address = ipaddress.IPv4Address(source)
            return any(address in ipaddress.IPv4Network(item.cidr_block, strict=False) for item in policies)

    def _private_gate(self, source: str, address: str) -> bool:
        now = self.clock.now()
        with self.state.lock:
            ready = any(link.address == address and link.ready(now, self.settings) for link in self.registry.links)
            running = self.registry.status(now, self.settings) == "Running"
        return ready and running and self.network.in_vpc(source)

    def _zone(self) -> Mapping[str, str]:
        now = self.clock.now()
        with self.state.lock:
            names = {True: self.registry.public_domain, False: self.registry.private_domain}
            known = [record for record in self.registry.dns_records if record.known(now, self.settings)]
            return {names[record.public_domain]: record.address for record in known}
