# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The webhook triggers of a namespace of a TCR registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State, as_set, in_order, text
from ..._engine.once import Once
from ..._engine.resource import Resource
from ..._errors import NotFound
from ..api.client import TcrClient
from ..instances import require_running
from ..rules import webhook

_EVERYTHING = ".*"


class TcrWebhookResource(Resource):
    """Triggers by name. Results and diffs show fingerprints of the headers' values, which may be secrets."""

    kind: ClassVar[str] = "webhook trigger"
    key: ClassVar[str] = "name"
    fields = (
        Field("name"),
        Field("description", text),
        Field("enabled"),
        Field("event_types", as_set, display=in_order),
        Field("condition", text),
        Field("targets", webhook.target_set, display=webhook.displayed_targets),
    )
    owner_field: ClassVar[str | None] = "description"

    def __init__(self, client: TcrClient, registry_id: str, namespace: str) -> None:
        self._client = client
        self._registry_id = registry_id
        self._namespace = namespace
        # A number that does not change during a run, and that every write needs.
        self._namespace_id = Once(self._find_namespace_id)
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All triggers of the namespace; none if it does not exist."""
        namespace_id = self._namespace_id()
        if namespace_id is None:
            return []
        triggers = self._client.webhook_triggers(self._registry_id, self._namespace, namespace_id)
        return [webhook.from_api(one) for one in triggers]

    def create(self, desired: State) -> None:
        """Create a trigger, enabled and for everything in the namespace unless desired otherwise."""
        if self._namespace_id() is None:
            raise NotFound(
                f"{self._registry_id} has no namespace {self._namespace!r}.",
                advice="Create it first (tcr_namespace).",
            )
        given = {name: value for name, value in desired.items() if value is not None}
        trigger = webhook.to_api({"enabled": True, "condition": _EVERYTHING, "description": "", **given})
        self._client.create_webhook_trigger(self._registry_id, self._namespace, trigger)

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Replace a trigger; targets that were not given stay as they are."""
        trigger_id = current["trigger_id"]
        self._client.modify_webhook_trigger(self._registry_id, self._namespace, trigger_id, webhook.to_api(desired))

    def delete(self, current: State) -> None:
        """Delete a trigger."""
        self._client.delete_webhook_trigger(self._registry_id, self._namespace, current["trigger_id"])

    def check(self, desired: State) -> None:
        """Refuse what TCR does not accept."""
        webhook.check_trigger(desired)

    def check_create(self, desired: State) -> None:
        """Refuse a new trigger without targets or event types."""
        webhook.check_new_trigger(desired)

    def _find_namespace_id(self) -> int | None:
        for one in self._client.namespaces(self._registry_id):
            if one.get("Name") == self._namespace:
                return int(one["NamespaceId"])
        return None
