# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whitelist of the public entry of a TCR registry ("security policies")."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Any, ClassVar

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.tcr import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.fields import Field, State, cidr, text
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.resource import Resource
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.wait import (
    READY,
    Phase,
    Readiness,
    Wait,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    NotFound,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.tcr_instance import require_running
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.tcr_public_access import (
    OPENED,
    OPENING,
)

_DESCRIPTION = "cloud_registry.migration"


class TcrPublicWhitelist(Resource):
    """Entries by network.

    TCR API 2019-09-24: an entry has no id, only a position and a version of the whole list, both void after the
    next change, and equal entries are accepted silently. So every write reads first, and only one runs at a time.
    While the public entry is closed there is no list.

    :param allow_any_source: permit an entry for all addresses.
    :param wait: how to wait for a public entry that is being opened.
    """

    kind: ClassVar[str] = "whitelist entry"
    key: ClassVar[str] = "cidr"
    fields = (Field("cidr", cidr), Field("description", text))
    workers: ClassVar[int] = 1
    owner_field: ClassVar[str | None] = "description"
    keeps_foreign: ClassVar[bool] = True

    def __init__(self, client: TcrClient, registry_id: str, allow_any_source: bool, wait: Wait) -> None:
        self._client = client
        self._registry_id = registry_id
        self._allow_any_source = allow_any_source
        self._wait = wait
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The list in its order; empty while the public entry is closed."""
        return self._read()[1]

    def create(self, wish: State) -> None:
        """Append an entry, unless the network is listed already.

        :raises Conflict: the public entry is not open.
        """
        status, entries = self._read()
        if status != OPENED:
            raise Conflict(
                f"The public entry of {self._registry_id} is {status}, but its whitelist exists only while it is open.",
                advice="Open it first (tcr_public_access with state: present).",
            )
        if any(cidr(one["cidr"]) == cidr(wish["cidr"]) for one in entries):
            raise AlreadyExists(f"The whitelist of {self._registry_id} lists {wish['cidr']} already.")
        description = wish.get("description") or _DESCRIPTION
        self._client.create_security_policies(self._registry_id, [(cidr(wish["cidr"]), description)])

    def update(self, reality: State, wish: State, changed: frozenset[str]) -> None:
        """Change the description of an entry where it stands now."""
        entry = self._locate(reality)
        self._client.modify_security_policy(self._registry_id, entry["index"], entry["cidr"], wish["description"])

    def delete(self, reality: State) -> None:
        """Delete an entry where it stands now."""
        entry = self._locate(reality)
        self._client.delete_security_policy(self._registry_id, entry["index"], entry["version"])

    def check(self, wish: State) -> None:
        """Refuse what is no network, and the network of all addresses unless it is permitted."""
        given = wish["cidr"].strip()
        try:
            network = ipaddress.ip_network(given)
        except ValueError as error:
            raise InvalidInput(f"entries: cidr {given!r} is no network: {error}.", advice=_correction(given)) from None
        if network.prefixlen == 0 and not self._allow_any_source:
            raise InvalidInput(
                f"entries: cidr {given!r} would open the registry to every address of the internet.",
                advice="List the addresses that need it, or set allow_any_source: true if that is really meant.",
            )
        if wish.get("description") == "":
            raise InvalidInput(
                f"entries: the description of {given!r} is empty, which TCR may refuse.",
                advice="Say what the entry is for, or leave the description out.",
            )

    def _read(self) -> tuple[str, list[State]]:
        """The status of the public entry and the list; waits while the entry is being opened."""
        status = ""
        policies: list[dict[str, Any]] = []

        def look() -> Readiness:
            nonlocal status, policies
            status = str(self._client.external_endpoint(self._registry_id).get("Status") or "unknown")
            if status == OPENING:
                return Readiness(Phase.PENDING, status)
            if status == OPENED:
                try:
                    policies = self._client.security_policies(self._registry_id)
                except NotFound as error:
                    return Readiness(Phase.PENDING, error.message)
            return READY

        self._wait.until(f"the whitelist of {self._registry_id} to become available", look)
        return status, [
            {
                "cidr": one.get("CidrBlock"),
                "description": one.get("Description") or "",
                "index": one.get("PolicyIndex"),
                "version": one.get("PolicyVersion"),
            }
            for one in policies
        ]

    def _locate(self, reality: State) -> State:
        """The entry as it is listed now; of several equal ones the last, whose removal moves no other."""
        wanted = (cidr(reality["cidr"]), text(reality["description"]))
        equal = [one for one in self._read()[1] if (cidr(one["cidr"]), text(one["description"])) == wanted]
        if not equal:
            raise NotFound(f"The whitelist entry {reality['cidr']!r} is gone: something else changes the list as well.")
        return max(equal, key=lambda one: int(one["index"] or 0))


def _correction(given: str) -> str:
    try:
        network, address = ipaddress.ip_network(given, strict=False), given.partition("/")[0]
        return f"Did you mean {network}, or the single address {address}?"
    except ValueError:
        return "Give a network such as 203.0.113.0/24, or an address such as 203.0.113.7."
