# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public entry of a TCR registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.tcr import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.fields import Field, State
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.resource import Resource
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.wait import READY, Phase, Readiness, Wait
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import NotFound, Unsupported
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.tcr_instance import require_running

OPENED, OPENING, CLOSED = "Opened", "Opening", "Closed"
LEAVING = ("Deleting", "Closing")


class TcrPublicAccess(Resource):
    """The public entry: there when it is open or about to be, not there when it is closed.

    The API wants to be called from a stable state only; the engine waits for one. Whether a call for the state that
    is already there succeeds or is refused as unsupported is not known, so after a refusal the status decides.
    """

    kind: ClassVar[str] = "TCR public entry"
    key: ClassVar[str] = "registry_id"
    fields = (Field("registry_id"),)

    def __init__(self, client: TcrClient, registry_id: str) -> None:
        self._client = client
        self._registry_id = registry_id
        self._closed_by_us = False
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The entry with its status, or nothing when it is closed."""
        answer = self._client.external_endpoint(self._registry_id)
        status = str(answer.get("Status") or "")
        if status == CLOSED:
            return []
        return [{"registry_id": self._registry_id, "status": status, "reason": answer.get("Reason") or ""}]

    def create(self, wish: State) -> None:
        """Begin to open the entry."""
        try:
            self._client.open_external_endpoint(self._registry_id)
        except Unsupported:
            if not self.find(None):
                raise

    def update(self, reality: State, wish: State, changed: frozenset[str]) -> None:
        """Nothing about an entry can be changed."""

    def delete(self, reality: State) -> None:
        """Begin to close the entry."""
        try:
            self._client.close_external_endpoint(self._registry_id)
        except Unsupported:
            if any(one["status"] not in LEAVING for one in self.find(None)):
                raise
        self._closed_by_us = True

    def ready(self, reality: State) -> Readiness:
        """Ready when Opened; an entry that still reads Opened after it was told to close is leaving."""
        status = str(reality.get("status") or "")
        seen = ": ".join(part for part in (status or "no status", reality.get("reason")) if part)
        if status in LEAVING or self._closed_by_us:
            return Readiness(Phase.LEAVING, seen)
        return READY if status == OPENED else Readiness(Phase.PENDING, seen)


def read_whitelist(client: TcrClient, registry_id: str, wait: Wait) -> tuple[str, list[State]]:
    """The status of the public entry and, when it is open, its whitelist in order; waits while it is being opened.

    :returns: entries with ``cidr``, ``description``, ``index`` and ``version``, the last two void after any change.
    """
    status = ""
    policies: list[dict[str, Any]] = []

    def look() -> Readiness:
        nonlocal status, policies
        status = str(client.external_endpoint(registry_id).get("Status") or "unknown")
        if status == OPENING:
            return Readiness(Phase.PENDING, status)
        if status == OPENED:
            try:
                policies = client.security_policies(registry_id)
            except NotFound as error:
                return Readiness(Phase.PENDING, error.message)
        return READY

    wait.until(f"the whitelist of {registry_id} to become available", look)
    return status, [
        {
            "cidr": one.get("CidrBlock"),
            "description": one.get("Description") or "",
            "index": one.get("PolicyIndex"),
            "version": one.get("PolicyVersion"),
        }
        for one in policies
    ]
