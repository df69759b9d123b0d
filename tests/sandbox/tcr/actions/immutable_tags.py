# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Immutable tags: the rules, and what they forbid (as the Harbor behind the API does it)."""

from __future__ import annotations

from typing import Any

from tests.sandbox.harbor.replication.patterns import match
from tests.sandbox.tcr.dispatch import Call, action, page
from tests.sandbox.tcr.errors import ApiError, not_found
from tests.sandbox.tcr.members import ImmutableRule
from tests.sandbox.tcr.state import Registry

_PARTS = ("RepositoryPattern", "TagPattern", "RepositoryDecoration", "TagDecoration")


@action()
def create_immutable_tag_rules(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateImmutableTagRules: one rule; answers without its id."""
    registry = call.registry(running=True)
    _check_namespace(registry, call["NamespaceName"])
    content = _content(call, registry, None)
    call.state.rules_made += 1
    number = call.state.rules_made
    disabled = call["Rule"].get("Disabled", False)
    registry.immutable_rules[number] = ImmutableRule(number, call["NamespaceName"], content, disabled)
    return {}


@action(empty={"Rules": [], "EmptyNs": [], "Total": 0})
def describe_immutable_tag_rules(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeImmutableTagRules: those of the whole registry, in pages from 1."""
    registry = call.registry()
    rules = list(registry.immutable_rules.values())
    used = {rule.namespace for rule in rules}
    return {
        "Rules": [_shown(rule) for rule in page(call, rules, number_in="Page", limit_in="PageSize")],
        "EmptyNs": sorted(set(registry.namespaces) - used),
        "Total": len(rules),
    }


@action()
def modify_immutable_tag_rules(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifyImmutableTagRules: replaces a rule."""
    registry = call.registry(running=True)
    rule = _rule(call, registry)
    rule.content = _content(call, registry, rule)
    rule.disabled = call["Rule"].get("Disabled", False)
    return {}


@action()
def delete_immutable_tag_rules(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteImmutableTagRules: one rule."""
    registry = call.registry(running=True)
    del registry.immutable_rules[_rule(call, registry).id]
    return {}


def is_immutable(registry: Registry, repository: str, tag: str) -> bool:
    """Whether a tag that exists may be neither overwritten nor deleted. `repository` is a full name."""
    namespace, _separator, name = repository.partition("/")
    if tag not in registry.store.tags(repository):
        return False
    return any(
        not rule.disabled
        and rule.namespace == namespace
        and match(rule.content["RepositoryPattern"], name) == (rule.content["RepositoryDecoration"] == "repoMatches")
        and match(rule.content["TagPattern"], tag) == (rule.content["TagDecoration"] == "matches")
        for rule in registry.immutable_rules.values()
    )


def _check_namespace(registry: Registry, name: str) -> None:
    if name not in registry.namespaces:
        raise not_found(f"The namespace {name}")


def _rule(call: Call, registry: Registry) -> ImmutableRule:
    _check_namespace(registry, call["NamespaceName"])
    rule = registry.immutable_rules.get(call["RuleId"])
    if rule is None or rule.namespace != call["NamespaceName"]:
        raise not_found(f"The immutable tag rule {call['RuleId']}")
    return rule


def _content(call: Call, registry: Registry, rule: ImmutableRule | None) -> dict[str, Any]:
    content = {name: call["Rule"][name] for name in _PARTS}
    repository, tag = content["RepositoryDecoration"], content["TagDecoration"]
    if repository not in ("repoMatches", "repoExcludes") or tag not in ("matches", "excludes"):
        raise ApiError("FailedOperation", "The decorations of the rule are not valid.", "规则不合法。")
    if not content["RepositoryPattern"] or not content["TagPattern"]:
        raise ApiError("FailedOperation", "The patterns of the rule must not be empty.", "规则不合法。")
    for other in registry.immutable_rules.values():
        if other is not rule and (other.namespace, other.content) == (call["NamespaceName"], content):
            message = "an equal immutable tag rule already exists"
            raise ApiError("InternalError.ErrorTcrResourceConflict", message, "规则已存在。")
    return content


def _shown(rule: ImmutableRule) -> dict[str, Any]:
    return {**rule.content, "Disabled": rule.disabled, "RuleId": rule.id, "NsName": rule.namespace}
