# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private access links of a TCR registry ("internal endpoints"): one address of the registry in a VPC each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.engine import Engine
from ..._engine.fields import Field, State
from ..._engine.history import CREATE, DELETE, History
from ..._engine.resource import Resource
from ..._engine.wait import Phase, Readiness, Wait
from ..._errors import Conflict, InvalidInput
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.network_status import link_phase
from .private_dns import TcrPrivateDnsResource


class TcrPrivateLinkResource(Resource):
    """Links by VPC. The subnet only decides where the address comes from, and cannot be changed.

    :param region: that of the replica to which the links belong; none for the registry itself.
    :param remove_dns: turn VPC DNS records of a link off before the link is removed, instead of refusing.
    :param wait: how to wait for such records to be off.
    """

    kind: ClassVar[str] = "private link"
    key: ClassVar[str] = "vpc_id"
    fields = (Field("vpc_id"), Field("subnet_id", immutable=True))

    def __init__(self, client: TcrClient, registry_id: str, region: str | None, remove_dns: bool, wait: Wait) -> None:
        self._client = client
        self._registry_id = registry_id
        self._region = region
        self._remove_dns = remove_dns
        self._wait = wait
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All links with status and address; the address comes later than the status."""
        return [
            {
                "vpc_id": one.get("VpcId"),
                "subnet_id": one.get("SubnetId"),
                "status": one.get("Status") or "",
                "access_ip": one.get("AccessIp") or "",
            }
            for one in self._client.internal_endpoints(self._registry_id)
        ]

    def create(self, desired: State) -> None:
        """Begin to link a VPC. A new link is listed only after a while."""
        self._client.create_internal_endpoint(self._registry_id, desired["vpc_id"], desired["subnet_id"], self._region)

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Nothing about a link can be changed."""

    def delete(self, current: State) -> None:
        """Begin to remove a link, after its VPC DNS records: without the link they could not be removed any more."""
        Engine(self._dns_records(current), [], state="exact", wait=self._wait).run()
        self._client.delete_internal_endpoint(self._registry_id, current["vpc_id"], current["subnet_id"], self._region)

    def check_delete(self, current: State) -> None:
        """Refuse to delete a link whose name is resolved by VPC DNS, unless that may be turned off.

        :raises Conflict: such records are on.
        """
        records = [] if self._remove_dns else self._dns_records(current).find(None)
        if records:
            domains = " and ".join(str(one["domain"]) for one in records)
            raise Conflict(
                f"The private link of {current['vpc_id']} is not removed, because VPC DNS resolves {domains} to its "
                f"address {current['access_ip']}.",
                advice="Turn that off first (tcr_private_dns with state: absent), or set remove_dns: true.",
            )

    def check(self, desired: State) -> None:
        """Refuse a link without a subnet."""
        if not desired.get("subnet_id"):
            raise InvalidInput("subnet_id is empty.", advice="Give the subnet from which the link gets its address.")

    def readiness(self, current: State, history: History) -> Readiness:
        """Ready means Running and a usable address."""
        before = history.state_before if history.requested_action == DELETE else None
        return link_phase(current["status"], current["access_ip"], str(before["status"]) if before else None)

    def readiness_of_missing(self, key: Any, history: History) -> Readiness:
        """A link that was listed after its creation and is no longer listed has failed."""
        if history.requested_action == CREATE and history.seen:
            last = history.seen[-1]["status"] or "no status"
            return Readiness(Phase.FAILED, f"it was listed ({last}), and has vanished")
        return super().readiness_of_missing(key, history)

    def _dns_records(self, link: State) -> TcrPrivateDnsResource:
        return TcrPrivateDnsResource(self._client, self._registry_id, link["vpc_id"], self._region)
