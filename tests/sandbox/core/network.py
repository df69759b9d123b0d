# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network between the roles of the sandbox: who resolves which name to what, and who may connect to which address.

Loopback addresses stand for machines, because a loopback client is free to choose the address it comes from.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Mapping

CONTROLLER = "127.0.0.1"
PUBLIC_DATA_PLANE = "127.0.10.1"
HARBOR_CONTAINERS = "127.0.20.1"
PROXY = "127.0.40.1"
PRIVATE_LINK_PREFIX = "127.0.30."

CLIENTS = ("public", "vpc", "harbor")


class Network:
    """Public DNS, the VPC's private DNS, the `extra_hosts` of Harbor's containers, and the gates of addresses."""

    def __init__(self, vpc_members: Callable[[], list[str]]) -> None:
        self._lock = threading.Lock()
        self._public: dict[str, str] = {}
        self._zone: Callable[[], Mapping[str, str]] = dict
        self._container_hosts: dict[str, str] = {}
        self._gates: dict[str, Callable[[str], bool]] = {}
        self._vpc_members = vpc_members

    def publish(self, name: str, address: str) -> None:
        """Add a name to public DNS."""
        with self._lock:
            self._public[name.lower()] = address

    def serve_zone(self, zone: Callable[[], Mapping[str, str]]) -> None:
        """Let `zone()` answer for the private DNS of the VPC: name to address at the moment of the question."""
        self._zone = zone

    def recreate_containers(self, extra_hosts: Mapping[str, str]) -> None:
        """Harbor's containers were recreated with these `extra_hosts` (name to address); earlier ones are gone."""
        with self._lock:
            self._container_hosts = {name.lower(): address for name, address in extra_hosts.items()}

    def resolve(self, name: str, client: str) -> str | None:
        """The address of a host name for a client: "public", "vpc", or "harbor" (its containers); None = not found.

        The hosts file of the Harbor host plays no part: containers do not read it. Addresses resolve to themselves.
        Raises ValueError for an unknown client.
        """
        if client not in CLIENTS:
            raise ValueError(f"client {client!r} is not one of {', '.join(CLIENTS)}")
        if is_address(name):
            return name
        name = name.lower()
        zone = self._zone() if client != "public" else {}
        with self._lock:
            hosts = self._container_hosts if client == "harbor" else {}
            return hosts.get(name) or zone.get(name) or self._public.get(name)

    def in_vpc(self, source: str) -> bool:
        """Whether a source address belongs to a machine in the VPC (setting `vpc_members`)."""
        return source in self._vpc_members()

    def guard(self, address: str, gate: Callable[[str], bool] | None) -> None:
        """Let `gate(source)` decide who may connect to an address; None removes the gate."""
        with self._lock:
            self._gates.pop(address, None)
            if gate is not None:
                self._gates[address] = gate

    def may_connect(self, source: str, address: str) -> bool:
        """Whether a connection from a source is let through to an address. Addresses without a gate are open."""
        with self._lock:
            gate = self._gates.get(address)
        return gate is None or gate(source)


def is_address(name: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
