# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public entry of a TCR registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.resource import Resource
from ..._engine.wait import READY, Phase, Readiness, Wait
from ..._errors import NotFound, Unsupported
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.network_status import CLOSED, CLOSING, OPENED, OPENING, entry_phase, entry_seen


class TcrPublicAccessResource(Resource):
    """The public entry: there when it is open or about to be, not there when it is closed.

    The API wants to be called from a stable state only; the engine waits for one. Whether a call for the state that
    is already there succeeds or is refused as unsupported is not known, so after a refusal the status decides.
    A change that fails leads back to where it began, with a reason.
    """

    kind: ClassVar[str] = "TCR public entry"
    key: ClassVar[str] = "registry_id"
    fields = (Field("registry_id"),)

    def __init__(self, client: TcrClient, registry_id: str) -> None:
        self._client = client
        self._registry_id = registry_id
        self._closed_by_us = False
        self._passed: set[str] = set()
        self._closed = CLOSED
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The entry with its status, or nothing when it is closed."""
        answer = self._client.external_endpoint(self._registry_id)
        status, reason = str(answer.get("Status") or ""), str(answer.get("Reason") or "")
        if status == CLOSED:
            self._closed = entry_seen(status, reason)
            return []
        self._passed.add(status)
        return [{"registry_id": self._registry_id, "status": status, "reason": reason}]

    def create(self, desired: State) -> None:
        """Begin to open the entry."""
        self._passed.clear()
        try:
            self._client.open_external_endpoint(self._registry_id)
        except Unsupported:
            if not self.find(None):
                raise

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Nothing about an entry can be changed."""

    def delete(self, current: State) -> None:
        """Begin to close the entry."""
        self._passed.clear()
        try:
            self._client.close_external_endpoint(self._registry_id)
        except Unsupported:
            if any(one["status"] not in CLOSING for one in self.find(None)):
                raise
        self._closed_by_us = True

    def ready(self, current: State) -> Readiness:
        """Ready when Opened; an entry that still reads Opened after it was told to close is leaving."""
        return entry_phase(current["status"], current["reason"], self._closed_by_us, self._passed)

    def readiness_of_missing(self, key: Any) -> Readiness:
        """A closed entry that was seen opening has failed to open."""
        return Readiness(Phase.FAILED if OPENING in self._passed else Phase.PENDING, self._closed)


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
