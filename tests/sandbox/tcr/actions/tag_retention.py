# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tag retention: which tags of a namespace a periodic clean-up keeps. The clean-up itself does not run here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sandbox.tcr.dispatch import Call, action, page
from tests.sandbox.tcr.errors import ApiError, not_found
from tests.sandbox.tcr.members import RetentionRule
from tests.sandbox.tcr.state import Registry

_SCHEDULES = {"manual": None, "daily": 1, "weekly": 7, "monthly": 30}
_KEYS = ("latestPushedK", "nDaysSinceLastPush")
_TAG_DECORATIONS = ("matches", "excludes")
_REPOSITORY_DECORATIONS = ("repoMatches", "repoExcludes")
_NEVER = "0001-01-01T00:00:00Z"


@action()
def create_tag_retention_rule(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateTagRetentionRule: answers without the id of the rule."""
    registry = call.registry(running=True)
    namespace = registry.namespace_of(call["NamespaceId"])
    if namespace is None:
        raise not_found(f"The namespace {call['NamespaceId']}")
    if call["CronSetting"] not in _SCHEDULES:
        raise _invalid(f"The value of parameter `CronSetting` must be one of {', '.join(_SCHEDULES)}.")
    if call.settings.second_retention_rule == "conflict" and any(
        item.namespace_id == namespace.id for item in registry.retention_rules.values()
    ):
        raise ApiError("InternalError.ErrorConflict", f"{namespace.name} has a retention rule already.", "规则已存在。")
    basic, advanced = _content(call)
    call.state.rules_made += 1
    number = call.state.rules_made
    registry.retention_rules[number] = RetentionRule(
        number, namespace.id, call["CronSetting"], basic, advanced, call.get("Disabled", False)
    )
    return {}


@action(empty={"RetentionPolicyList": [], "TotalCount": 0})
def describe_tag_retention_rules(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeTagRetentionRules: Offset is a page from 1."""
    registry, wanted = call.registry(), call.get("NamespaceName", "")
    exact = call.settings.rule_namespace_filter == "exact"
    found = []
    for rule in registry.retention_rules.values():
        namespace = registry.namespace_of(rule.namespace_id)
        name = namespace.name if namespace else ""
        if not wanted or (name == wanted if exact else wanted in name):
            found.append(_shown(call, rule, name))
    return {"RetentionPolicyList": page(call, found), "TotalCount": len(found)}


@action()
def modify_tag_retention_rule(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifyTagRetentionRule: NamespaceId and CronSetting must be those that the rule has."""
    rule = _rule(call, call.registry(running=True))
    if (rule.namespace_id, rule.schedule) != (call["NamespaceId"], call["CronSetting"]):
        raise _invalid("`NamespaceId` and `CronSetting` of a rule cannot be changed.")
    rule.basic, rule.advanced = _content(call)
    rule.disabled = call.get("Disabled", rule.disabled)
    return {}


@action()
def delete_tag_retention_rule(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteTagRetentionRule."""
    registry = call.registry(running=True)
    del registry.retention_rules[_rule(call, registry).id]
    return {}


def _rule(call: Call, registry: Registry) -> RetentionRule:
    rule = registry.retention_rules.get(call["RetentionId"])
    if rule is None:
        raise not_found(f"The retention rule {call['RetentionId']}")
    return rule


def _content(call: Call) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The basic and the advanced part of a rule, of which the advanced one wins. One of them is needed."""
    basic, advanced = call.get("RetentionRule"), call.get("AdvancedRuleItems", [])
    if basic is None and not advanced:
        raise _invalid("One of `RetentionRule` and `AdvancedRuleItems` is needed.")
    for policy in [item.get("RetentionPolicy", {}) for item in advanced] + ([basic] if basic else []):
        if policy.get("Key") not in _KEYS or policy["Value"] < 1:
            raise _invalid(f"`Key` must be one of {', '.join(_KEYS)}, and `Value` at least 1.")
    for item in advanced:
        for name, decorations in (("TagFilter", _TAG_DECORATIONS), ("RepositoryFilter", _REPOSITORY_DECORATIONS)):
            chosen = item.get(name, {})
            if chosen.get("Decoration") not in decorations or not chosen.get("Pattern"):
                raise _invalid(f"`{name}` needs a `Decoration` ({', '.join(decorations)}) and a `Pattern`.")
    return basic, advanced


def _shown(call: Call, rule: RetentionRule, namespace: str) -> dict[str, Any]:
    basic, advanced = [rule.basic] if rule.basic else [], rule.advanced
    if call.settings.retention_echo == "mirrored":
        basic = [item["RetentionPolicy"] for item in advanced] or basic
        everything = {
            "TagFilter": {"Decoration": "matches", "Pattern": "**"},
            "RepositoryFilter": {"Decoration": "repoMatches", "Pattern": "**"},
        }
        advanced = advanced or [{"RetentionPolicy": item, **everything} for item in basic]
    days = _SCHEDULES[rule.schedule]
    following = datetime.fromtimestamp(call.now, UTC) + timedelta(days=days or 0)
    return {
        "RetentionId": rule.id,
        "NamespaceName": namespace,
        "RetentionRuleList": basic,
        "AdvancedRuleItems": advanced,
        "CronSetting": rule.schedule,
        "Disabled": rule.disabled,
        "NextExecutionTime": following.strftime("%Y-%m-%dT00:00:00Z") if days else _NEVER,
    }


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameter.ErrorTcrInvalidParameter", message, "参数不合法。")
