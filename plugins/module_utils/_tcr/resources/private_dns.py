# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of a TCR registry in the private DNS of a linked VPC ("VPC DNS")."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.history import DELETE, History
from ..._engine.ownership import other_owners
from ..._engine.resource import Resource
from ..._engine.wait import Readiness
from ..._errors import Conflict, MigrationError, NotFound, Unsupported
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.network_status import OFF, record_phase

NAMES = {"public": True, "internal": False}
_EXISTS, _GONE = "InternalError.CreatePrivateZoneRecord", "UnsupportedOperation.DeletePrivateZoneRecord"


class TcrPrivateDnsResource(Resource):
    """Records by name: ``public`` is the usual domain of the registry, ``internal`` its ``-vpc`` form.

    A record points to the address of the VPC's private link: without a link there is none, and it must be removed
    before the link.

    :param region: that of the replica to which the link belongs; none for the registry itself.
    :param address: the address of the records, if the link no longer has it; if not given, that of the link.
    """

    kind: ClassVar[str] = "VPC DNS record"
    key: ClassVar[str] = "name"
    fields = (Field("name"),)
    workers: ClassVar[int] = 1

    def __init__(
        self, client: TcrClient, registry_id: str, vpc_id: str, region: str | None = None, address: str | None = None
    ) -> None:
        self._client = client
        self._registry_id = registry_id
        self._vpc_id = vpc_id
        self._region = region
        self._given_address = address
        self._registry = require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The records that are on. Where the service for private DNS is not activated there are none."""
        address = self._address()
        found = []
        for name, public in NAMES.items() if address else ():
            try:
                status = self._client.internal_endpoint_dns_status(
                    self._registry_id, self._vpc_id, address, public, self._region
                )
            except Unsupported:
                return []
            if status != OFF:
                domain = self._registry["public_domain" if public else "internal_domain"]
                found.append({"name": name, "domain": domain, "access_ip": address, "status": status})
        return found

    def create(self, desired: State) -> None:
        """Begin to write a record.

        :raises Conflict: the VPC has no private link with an address.
        """
        name, address = desired["name"], self._address()
        if not address:
            raise Conflict(
                f"The VPC {self._vpc_id} has no private link to {self._registry_id} with an address.",
                advice="Create the link first (tcr_private_link).",
            )
        self._client.create_internal_endpoint_dns(self._registry_id, self._vpc_id, address, NAMES[name], self._region)

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Nothing about a record can be changed."""

    def delete(self, current: State) -> None:
        """Begin to remove a record.

        :raises NotFound: the API knows no such record, although it still reads as on for a while.
        """
        try:
            self._client.delete_internal_endpoint_dns(
                self._registry_id, self._vpc_id, current["access_ip"], NAMES[current["name"]], self._region
            )
        except Unsupported as error:
            if error.code != _GONE:
                raise
            raise NotFound(error.message, code=error.code, request_id=error.request_id) from None

    def readiness(self, current: State, history: History) -> Readiness:
        """Ready when on; a record that still reads so after its removal was requested is being deleted."""
        before = history.state_before if history.requested_action == DELETE else None
        return record_phase(current["status"], str(before["status"]) if before else None, history.refusal)

    def other_users(self, migration_id: str) -> list[str]:
        """The other migrations that have access to the registry: a record serves its whole VPC and names nobody.

        TCR API 2019-09-24: records and links have no description, so the markers of access credentials and whitelist
        entries tell.
        """
        found = [one.get("Desc") for one in self._client.tokens(self._registry_id)]
        # Not found: the public endpoint is closed, and there is no whitelist.
        with suppress(NotFound):
            found += [one.get("Description") for one in self._client.security_policies(self._registry_id)]
        return sorted({owner for text in found for owner in other_owners(text, migration_id)})

    def is_created(self, error: MigrationError) -> bool:
        """Whether the API refuses to create a record because it exists."""
        return super().is_created(error) or error.code == _EXISTS

    def _address(self) -> str:
        if self._given_address:
            return self._given_address
        links = self._client.internal_endpoints(self._registry_id)
        return next((str(one.get("AccessIp") or "") for one in links if one.get("VpcId") == self._vpc_id), "")
