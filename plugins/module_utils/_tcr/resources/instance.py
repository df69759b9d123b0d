# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCR registries ("instances"): creation, change and deletion."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.history import DELETE, UPDATE, History
from ..._engine.resource import Resource
from ..._engine.wait import Readiness
from ..._errors import InvalidInput
from ..api.client import TcrClient
from ..instances import status_with_reason, to_result
from ..rules import instance as rules


class TcrInstanceResource(Resource):
    """One registry by its name, which is unique among all customers and cannot be changed.

    TCR API 2019-09-24: a creation costs money and cannot be tested. The edition can only become larger. Cloud tags of a
    registry that exists are changed by another service.

    :param may_delete: whether it may be deleted, with all that it holds.
    :param delete_bucket: delete its storage too.
    """

    kind: ClassVar[str] = "registry instance"
    key: ClassVar[str] = "name"
    fields = (Field("name"), Field("type"), Field("deletion_protection"), Field("tags", rules.tag_map))

    def __init__(self, client: TcrClient, may_delete: bool = False, delete_bucket: bool = False) -> None:
        self._client = client
        self._may_delete = may_delete
        self._delete_bucket = delete_bucket

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The registry."""
        return [to_result(one) for name in keys or () for one in self._client.instances(name=name)]

    def create(self, desired: State) -> None:
        """Begin to create the registry; it costs money from then on."""
        region, protected = str(self._client.region), bool(desired.get("deletion_protection"))
        tags = rules.tag_map(desired.get("tags"))
        self._client.create_instance(desired["name"], desired["type"], region, tags, protected)

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change protection, tags and edition, each with a call of its own."""
        registry_id = current["registry_id"]
        if "deletion_protection" in changed:
            self._client.modify_instance_protection(registry_id, desired["deletion_protection"])
        if "tags" in changed:
            self._client.modify_instance_tags(registry_id, *rules.tag_changes(desired["tags"], current["tags"]))
        if "type" in changed:
            self._client.modify_instance_edition(registry_id, desired["type"])

    def delete(self, current: State) -> None:
        """Begin to delete the registry."""
        self._client.delete_instance(current["registry_id"], self._delete_bucket)

    def check_delete(self, current: State) -> None:
        """Refuse to delete a registry without permission, or one that is protected or in use."""
        held = self._client.namespaces(current["registry_id"]) if current["status"] == "Running" else []
        rules.check_deletion(current, self._may_delete, [str(one.get("Name")) for one in held])

    def check(self, desired: State) -> None:
        """Refuse more cloud tags than a registry may have."""
        rules.check_tags(desired)

    def readiness(self, current: State, history: History) -> Readiness:
        """Ready when Running and changed as requested."""
        changing: State = {}
        if history.requested and history.requested_action == UPDATE:
            desired = history.requested.desired or {}
            changing = {name: desired[name] for name in ("type", "tags") if name in history.requested.fields}
        return rules.registry_readiness(current, changing, history.requested_action == DELETE)

    def failure_reason(self, current: State, seen: str) -> str:
        """The status with the reason that the API gives for it."""
        return status_with_reason(self._client, current["registry_id"], seen)

    def check_update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Refuse a smaller edition."""
        rules.check_change(desired, current)

    def check_create(self, desired: State) -> None:
        """Refuse to create a registry without edition or region, or with a name that it cannot have."""
        name, region = desired["name"], self._client.region
        rules.check_creation(desired, region)
        problem = self._client.name_problem(name, str(region))
        if problem:
            raise InvalidInput(
                f"There is no registry {name!r} in {region}, and it cannot be created: its name {problem}.",
                advice="Choose another name; if the registry is yours, set tcr_region to its region.",
            )
