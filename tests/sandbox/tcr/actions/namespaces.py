# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces; the core behind the API is a Harbor, and its messages show it."""

from __future__ import annotations

import re
from typing import Any

from tests.sandbox.tcr.clock import zulu_time
from tests.sandbox.tcr.dispatch import Call, action, matches, page
from tests.sandbox.tcr.errors import ApiError, not_found
from tests.sandbox.tcr.members import Namespace
from tests.sandbox.tcr.state import Registry

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_SHORTEST, _LONGEST = 2, 30
_SEVERITIES = ("", "low", "medium", "high")
_FIRST_ID = 1000


@action()
def create_namespace(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateNamespace: 2 to 30 characters, separators neither first, last nor doubled."""
    registry, name = call.registry(running=True), call["NamespaceName"]
    if not _NAME.fullmatch(name) or not _SHORTEST <= len(name) <= _LONGEST:
        rule = f"{_SHORTEST} to {_LONGEST} characters of a-z, 0-9 and single separators `.`, `_`, `-`"
        message = f"The namespace name `{name}` is not valid: {rule}."
        raise ApiError("InvalidParameter.ErrorTcrInvalidParameter", message, "命名空间名称不合法。")
    if name in registry.namespaces:
        message = f"project named {name} already exists"
        raise ApiError("FailedOperation.ErrorTcrResourceConflict", message, f"命名空间 {name} 已存在。")
    if len(registry.namespaces) >= call.settings.namespace_quota:
        message = f"The registry may have {call.settings.namespace_quota} namespaces."
        raise ApiError("LimitExceeded.ErrNamespaceMaxLimit", message, "命名空间数量超过配额。")
    call.state.namespaces_made += 1
    namespace = Namespace(name, _FIRST_ID + call.state.namespaces_made, call["IsPublic"], call.now)
    _change(call, namespace)
    registry.namespaces[name] = namespace
    return {}


@action(empty={"NamespaceList": [], "TotalCount": 0})
def describe_namespaces(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeNamespaces: NamespaceName matches anywhere in the name; Offset is a page."""
    registry, fragment, filters = call.registry(), call.get("NamespaceName", ""), call.get("Filters", [])
    found = [
        item for _name, item in sorted(registry.namespaces.items()) if fragment in item.name and _tagged(item, filters)
    ]
    if not found and call.settings.empty_namespaces == "not_found":
        raise not_found("The namespace")
    shown = found if call.get("All", False) else page(call, found, first=call.settings.namespace_first_page)
    return {"NamespaceList": [_shown(item) for item in shown], "TotalCount": len(found)}


@action()
def modify_namespace(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifyNamespace: changes what is given."""
    namespace = find_namespace(call.registry(running=True), call["NamespaceName"])
    _change(call, namespace)
    namespace.public = call.get("IsPublic", namespace.public)
    return {}


@action()
def delete_namespace(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteNamespace: refused while it has repositories."""
    registry = call.registry(running=True)
    namespace = find_namespace(registry, call["NamespaceName"])
    repositories = registry.repositories(namespace.name)
    if repositories and call.settings.namespace_removal == "refuse":
        message = f"the project {namespace.name} contains repositories, can not be deleted"
        raise ApiError("FailedOperation.PreconditionFailed", message, "命名空间非空，无法删除。")
    for repository in repositories:
        registry.delete_repository(repository)
    del registry.namespaces[namespace.name]
    _forget_rules(registry, namespace)
    return {}


def find_namespace(registry: Registry, name: str) -> Namespace:
    """The namespace of exactly this name. Raises ResourceNotFound.TcrResourceNotFound."""
    namespace = registry.namespaces.get(name)
    if namespace is None:
        raise ApiError("ResourceNotFound.TcrResourceNotFound", f"project {name} not found", f"命名空间 {name} 不存在。")
    return namespace


def _forget_rules(registry: Registry, namespace: Namespace) -> None:
    """A namespace takes its rules and triggers along."""
    for number, rule in list(registry.retention_rules.items()):
        if rule.namespace_id == namespace.id:
            del registry.retention_rules[number]
    for number, immutable in list(registry.immutable_rules.items()):
        if immutable.namespace == namespace.name:
            del registry.immutable_rules[number]
    for number, trigger in list(registry.triggers.items()):
        if trigger.namespace_id == namespace.id:
            del registry.triggers[number]


def _change(call: Call, namespace: Namespace) -> None:
    severity = call.get("Severity", namespace.severity)
    if severity not in _SEVERITIES:
        message = f"The value of parameter `Severity` must be low, medium or high, not `{severity}`."
        raise ApiError("InvalidParameter.ErrorTcrInvalidParameter", message, "参数 `Severity` 不合法。")
    namespace.severity = severity
    namespace.auto_scan = call.get("IsAutoScan", namespace.auto_scan)
    namespace.prevent_vulnerable = call.get("IsPreventVUL", namespace.prevent_vulnerable)
    namespace.cve_whitelist = call.get("CVEWhitelistItems", namespace.cve_whitelist)
    namespace.tags = call.get("TagSpecification", {"Tags": namespace.tags})["Tags"]


def _tagged(namespace: Namespace, filters: list[dict[str, Any]]) -> bool:
    tags = {f"{tag['Key']}:{tag['Value']}" for tag in namespace.tags}
    return matches(filters, "Tags", lambda value: value in tags)


def _shown(namespace: Namespace) -> dict[str, Any]:
    flags = {"auto_scan": namespace.auto_scan, "prevent_vul": namespace.prevent_vulnerable, "public": namespace.public}
    return {
        "Name": namespace.name,
        "CreationTime": zulu_time(namespace.created_at),
        "Public": namespace.public,
        "NamespaceId": namespace.id,
        "TagSpecification": {"ResourceType": "namespace", "Tags": namespace.tags},
        "Metadata": [{"Key": key, "Value": str(value).lower()} for key, value in flags.items()],
        "CVEWhitelistItems": namespace.cve_whitelist,
        "AutoScan": namespace.auto_scan,
        "PreventVUL": namespace.prevent_vulnerable,
        "Severity": namespace.severity,
    }
