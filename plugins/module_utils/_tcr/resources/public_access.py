# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public endpoint of a TCR registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.history import DELETE, History
from ..._engine.resource import Resource
from ..._engine.wait import Phase, Readiness
from ..._errors import Unsupported
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.network_status import CLOSED, CLOSING, OPENING, endpoint_phase, endpoint_status


class TcrPublicAccessResource(Resource):
    """The public endpoint: there when it is open or about to be, not there when it is closed.

    The API wants to be called from a stable status only; the engine waits for one. Whether a call for the status that
    is already there succeeds or is refused as unsupported is not known, so after a refusal the status decides.
    A change that fails leads back to where it began, with a reason.
    """

    kind: ClassVar[str] = "public endpoint"
    key: ClassVar[str] = "registry_id"
    fields = (Field("registry_id"),)

    def __init__(self, client: TcrClient, registry_id: str) -> None:
        self._client = client
        self._registry_id = registry_id
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The endpoint with its status, or nothing when it is closed."""
        status, reason = self._status()
        return [] if status == CLOSED else [{"registry_id": self._registry_id, "status": status, "reason": reason}]

    def create(self, desired: State) -> None:
        """Begin to open the endpoint."""
        try:
            self._client.open_external_endpoint(self._registry_id)
        except Unsupported:
            if not self.find(None):
                raise

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Nothing about the endpoint can be changed."""

    def delete(self, current: State) -> None:
        """Begin to close the endpoint."""
        try:
            self._client.close_external_endpoint(self._registry_id)
        except Unsupported:
            if any(one["status"] not in CLOSING for one in self.find(None)):
                raise

    def readiness(self, current: State, history: History) -> Readiness:
        """Ready when Opened; an endpoint that still reads Opened after closing was requested is being closed."""
        closing = history.requested_action == DELETE
        return endpoint_phase(current["status"], current["reason"], closing, [one["status"] for one in history.seen])

    def readiness_of_missing(self, key: Any, history: History) -> Readiness:
        """A closed endpoint that was seen opening has failed to open; the API has the reason."""
        if any(one["status"] == OPENING for one in history.seen):
            return Readiness(Phase.FAILED, endpoint_status(*self._status()))
        return Readiness(Phase.PENDING, CLOSED)

    def _status(self) -> tuple[str, str]:
        answer = self._client.external_endpoint(self._registry_id)
        return str(answer.get("Status") or ""), str(answer.get("Reason") or "")
