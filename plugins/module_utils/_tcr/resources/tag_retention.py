# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tag retention rules of a TCR registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.resource import Resource
from ..._errors import InvalidInput, NotFound
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.tags import check_kept, kept, kept_from_api, kept_to_api

_BY_HAND = "manual"


class TcrTagRetentionResource(Resource):
    """Retention rules by namespace.

    TCR API 2019-09-24: whether a namespace can have several is not documented. Where one has, nothing says which of
    them to change, so only ``exact`` accepts that, and keeps one.
    """

    kind: ClassVar[str] = "tag retention rule"
    key: ClassVar[str] = "namespace"
    fields = (Field("namespace"), Field("schedule", immutable=True), Field("keep", kept), Field("disabled"))
    accepts_duplicates: ClassVar[bool] = False

    def __init__(self, client: TcrClient, registry_id: str) -> None:
        self._client = client
        self._registry_id = registry_id
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All rules."""
        return [
            {
                "namespace": one.get("NamespaceName"),
                "schedule": one.get("CronSetting"),
                "keep": kept_from_api(one),
                "disabled": bool(one.get("Disabled")),
                "retention_id": one.get("RetentionId"),
                "next_execution": one.get("NextExecutionTime"),
            }
            for one in self._client.retention_rules(self._registry_id)
        ]

    def create(self, desired: State) -> None:
        """Create a rule, which is only executed manually unless a schedule is given."""
        rule = {"CronSetting": desired.get("schedule") or _BY_HAND, **kept_to_api(desired["keep"], new=True)}
        self._client.create_retention_rule(
            self._registry_id,
            {"NamespaceId": self._namespace_id(desired), **rule, "Disabled": bool(desired.get("disabled"))},
        )

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Replace a rule; namespace and schedule must be given as they are."""
        rule = {"CronSetting": current["schedule"], **kept_to_api(desired["keep"], new=False)}
        self._client.modify_retention_rule(
            self._registry_id,
            current["retention_id"],
            {"NamespaceId": self._namespace_id(desired), **rule, "Disabled": bool(desired["disabled"])},
        )

    def delete(self, current: State) -> None:
        """Delete a rule; from then on no tag is deleted."""
        self._client.delete_retention_rule(self._registry_id, current["retention_id"])

    def check(self, desired: State) -> None:
        """Refuse what TCR does not accept."""
        if desired.get("keep") is not None:
            check_kept(desired["namespace"], desired["keep"])

    def check_create(self, desired: State) -> None:
        """Refuse a new rule that does not say what is kept."""
        if desired.get("keep") is None:
            raise InvalidInput(
                f"The namespace {desired['namespace']!r} has no tag retention rule, and to create one keep must be given.",
                advice="Give which tags are kept.",
            )

    def _namespace_id(self, desired: State) -> int:
        for one in self._client.namespaces(self._registry_id):
            if one.get("Name") == desired["namespace"]:
                return int(one["NamespaceId"])
        raise NotFound(
            f"{self._registry_id} has no namespace {desired['namespace']!r}.", advice="Create it first (tcr_namespace)."
        )
