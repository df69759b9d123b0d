# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCR API 2019-09-24, rules for the namespaces of a registry: retention, immutable tags, webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._tencent.client import collect_pages
from .base import PAGE, Item, TcrBase


class TcrRulesApi(TcrBase):
    """The calls for rules and triggers. A retention rule knows its namespace by number, the others by name."""

    def retention_rules(self, registry_id: str) -> list[Item]:
        """DescribeTagRetentionRules: ``{RetentionId, NamespaceName, RetentionRuleList, AdvancedRuleItems, ...}`` each."""
        return collect_pages(
            lambda offset: self._call("DescribeTagRetentionRules", registry_id, {"Limit": PAGE, "Offset": offset}),
            "RetentionPolicyList",
            key=lambda one: one.get("RetentionId"),
            offsets=lambda pages, count: [pages + 1],
            first=1,
        )

    def create_retention_rule(self, registry_id: str, rule: Mapping[str, Any]) -> None:
        """CreateTagRetentionRule: ``NamespaceId``, ``CronSetting``, ``RetentionRule`` or ``AdvancedRuleItems``,
        ``Disabled``. Does not return the id."""
        self._call("CreateTagRetentionRule", registry_id, rule)

    def modify_retention_rule(self, registry_id: str, retention_id: int, rule: Mapping[str, Any]) -> None:
        """ModifyTagRetentionRule: replace a rule; ``NamespaceId`` and ``CronSetting`` must stay as they are."""
        self._call("ModifyTagRetentionRule", registry_id, {"RetentionId": retention_id, **rule})

    def delete_retention_rule(self, registry_id: str, retention_id: int) -> None:
        """DeleteTagRetentionRule."""
        self._call("DeleteTagRetentionRule", registry_id, {"RetentionId": retention_id})

    def immutable_rules(self, registry_id: str) -> list[Item]:
        """DescribeImmutableTagRules: those of all namespaces, ``{RuleId, NsName, RepositoryPattern, TagPattern, ...}``."""

        def fetch(page: int | None) -> Item:
            answer = self._call("DescribeImmutableTagRules", registry_id, {"PageSize": PAGE, "Page": page})
            return {**answer, "TotalCount": answer.get("Total")}

        return collect_pages(
            fetch, "Rules", key=lambda one: one.get("RuleId"), offsets=lambda pages, count: [pages + 1], first=1
        )

    def create_immutable_rule(self, registry_id: str, namespace: str, rule: Mapping[str, Any]) -> None:
        """CreateImmutableTagRules: ``RepositoryPattern``, ``TagPattern``, their decorations, ``Disabled``."""
        self._call("CreateImmutableTagRules", registry_id, {"NamespaceName": namespace, "Rule": dict(rule)})

    def modify_immutable_rule(self, registry_id: str, namespace: str, rule_id: int, rule: Mapping[str, Any]) -> None:
        """ModifyImmutableTagRules: replace a rule."""
        given = {"NamespaceName": namespace, "RuleId": rule_id, "Rule": dict(rule)}
        self._call("ModifyImmutableTagRules", registry_id, given)

    def delete_immutable_rule(self, registry_id: str, namespace: str, rule_id: int) -> None:
        """DeleteImmutableTagRules: one rule."""
        self._call("DeleteImmutableTagRules", registry_id, {"NamespaceName": namespace, "RuleId": rule_id})

    def webhook_triggers(self, registry_id: str, namespace: str, namespace_id: int) -> list[Item]:
        """DescribeWebhookTrigger: ``{Id, Name, Targets, EventTypes, Condition, Enabled, NamespaceId, ...}`` each.

        The sources do not agree whether ``Offset`` counts items or pages, nor whether the namespace must fit exactly.
        """
        found = collect_pages(
            lambda offset: self._call(
                "DescribeWebhookTrigger", registry_id, {"Namespace": namespace, "Limit": PAGE, "Offset": offset}
            ),
            "Triggers",
            key=lambda one: one.get("Id"),
            offsets=lambda pages, count: [count, pages + 1, pages],
        )
        return [one for one in found if one.get("NamespaceId") == namespace_id]

    def create_webhook_trigger(self, registry_id: str, namespace: str, trigger: Mapping[str, Any]) -> None:
        """CreateWebhookTrigger: ``Name``, ``Targets``, ``EventTypes``, ``Condition``, ``Enabled``, ``Description``."""
        self._call("CreateWebhookTrigger", registry_id, {"Namespace": namespace, "Trigger": dict(trigger)})

    def modify_webhook_trigger(
        self, registry_id: str, namespace: str, trigger_id: int, trigger: Mapping[str, Any]
    ) -> None:
        """ModifyWebhookTrigger: replace a trigger."""
        given = {"Namespace": namespace, "Trigger": {"Id": trigger_id, **trigger}}
        self._call("ModifyWebhookTrigger", registry_id, given)

    def delete_webhook_trigger(self, registry_id: str, namespace: str, trigger_id: int) -> None:
        """DeleteWebhookTrigger."""
        self._call("DeleteWebhookTrigger", registry_id, {"Namespace": namespace, "Id": trigger_id})
