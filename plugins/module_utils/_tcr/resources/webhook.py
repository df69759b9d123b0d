# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The webhook triggers of a namespace of a TCR registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State, as_set, text
from ..._engine.resource import Resource
from ..._errors import NotFound
from ..api.client import TcrClient
from ..instances import require_running
from ..rules import webhook

_EVERYTHING = ".*"


class TcrWebhookResource(Resource):
    """Triggers by name. Their targets are compared by fingerprints of the headers' values, which may be secrets."""

    kind: ClassVar[str] = "webhook trigger"
    key: ClassVar[str] = "name"
    fields = (
        Field("name"),
        Field("description", text),
        Field("enabled"),
        Field("event_types", as_set),
        Field("condition", text),
        Field("targets", as_set),
    )
    owner_field: ClassVar[str | None] = "description"

    def __init__(self, client: TcrClient, registry_id: str, namespace: str) -> None:
        self._client = client
        self._registry_id = registry_id
        self._namespace = namespace
        self._known_id: int | None = None
        self._wishes: dict[str, State] = {}
        self._wished_targets: dict[str, list[State]] = {}
        self._stored_targets: dict[int, list[State]] = {}
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All triggers of the namespace; none if it does not exist.

        :raises InvalidInput: a trigger that is yet to be created lacks something.
        """
        namespace_id = self._namespace_id()
        listed: list[dict[str, Any]] = []
        if namespace_id is not None:
            listed = self._client.webhook_triggers(self._registry_id, self._namespace, namespace_id)
        for one in listed:
            self._stored_targets[int(one["Id"])] = webhook.targets_from_api(one.get("Targets") or ())
        members = [webhook.described(one) for one in listed]
        webhook.require_content(self._wishes.values(), {one["name"] for one in members})
        return members

    def create(self, desired: State) -> None:
        """Create a trigger, enabled and for everything in the namespace unless asked otherwise."""
        if self._namespace_id() is None:
            raise NotFound(
                f"{self._registry_id} has no namespace {self._namespace!r}.",
                advice="Create it first (tcr_namespace).",
            )
        given = {name: value for name, value in desired.items() if value is not None}
        trigger = self._content({"enabled": True, "condition": _EVERYTHING, "description": "", **given}, [])
        self._client.create_webhook_trigger(self._registry_id, self._namespace, trigger)

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Replace a trigger; targets that were not given stay as they are."""
        trigger = self._content(desired, self._stored_targets[current["trigger_id"]])
        self._client.modify_webhook_trigger(self._registry_id, self._namespace, current["trigger_id"], trigger)

    def delete(self, current: State) -> None:
        """Delete a trigger."""
        self._client.delete_webhook_trigger(self._registry_id, self._namespace, current["trigger_id"])

    def check(self, desired: State) -> None:
        """Refuse what TCR does not take, and put fingerprints into the desired state in place of the values of headers."""
        webhook.check_trigger(desired)
        if desired.get("targets") is not None:
            self._wished_targets[desired["name"]] = desired["targets"]
            desired["targets"] = webhook.shown_targets(desired["targets"])
        self._wishes[desired["name"]] = desired

    def _namespace_id(self) -> int | None:
        for one in self._client.namespaces(self._registry_id) if self._known_id is None else ():
            if one.get("Name") == self._namespace:
                self._known_id = int(one["NamespaceId"])
        return self._known_id

    def _content(self, trigger: State, stored: list[State]) -> dict[str, Any]:
        targets = self._wished_targets.get(trigger["name"], stored)
        return {
            "Name": trigger["name"],
            "Description": trigger["description"],
            "Enabled": trigger["enabled"],
            "EventTypes": trigger["event_types"],
            "Condition": trigger["condition"],
            "Targets": webhook.targets_to_api(targets),
        }
