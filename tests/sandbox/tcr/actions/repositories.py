# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories: what was pushed through the data plane or made by the API, listed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.sandbox.tcr.actions.namespaces import find_namespace
from tests.sandbox.tcr.clock import repository_time
from tests.sandbox.tcr.dispatch import Call, action, page
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.state import Registry

_NEVER = datetime.fromtimestamp(0, UTC)


@action(empty={"RepositoryList": [], "TotalCount": 0})
def describe_repositories(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeRepositories: RepositoryName matches anywhere; Offset is a page from 1."""
    registry = call.registry()
    found = [name for name in registry.repositories() if _wanted(call, name)]
    if call.settings.repository_namespace_filter == "exact" and call.get("NamespaceName"):
        find_namespace(registry, call["NamespaceName"])
    if not found and call.settings.empty_repositories == "not_found":
        raise ApiError("ResourceNotFound.TcrResourceNotFound", "repositories not found", "仓库不存在。")
    found = _sorted(call, registry, found)
    shown = [_shown(registry, name) for name in page(call, found)]
    if call.settings.repository_names == "bare":
        shown = [{**one, "Name": one["Name"].partition("/")[2]} for one in shown]
    return {"RepositoryList": shown, "TotalCount": len(found)}


def check_repository(registry: Registry, name: str) -> None:
    """Raises ResourceNotFound.TcrResourceNotFound when a repository (full name) does not exist."""
    if name not in registry.repositories():
        raise ApiError("ResourceNotFound.TcrResourceNotFound", f"repository {name} not found", f"仓库 {name} 不存在。")


def _wanted(call: Call, full_name: str) -> bool:
    namespace, _separator, name = full_name.partition("/")
    wanted = call.get("NamespaceName", "")
    exact = call.settings.repository_namespace_filter == "exact"
    in_namespace = not wanted or (namespace == wanted if exact else wanted in namespace)
    return in_namespace and call.get("RepositoryName", "") in name


def _created(registry: Registry, name: str) -> datetime:
    record = registry.records.get(name)
    if record is not None:
        return datetime.fromtimestamp(record.created_at, UTC)
    return registry.store.created_at(name) or _NEVER


def _updated(registry: Registry, name: str) -> datetime:
    references = [*registry.store.tags(name), *(manifest.digest for manifest in registry.store.manifests(name))]
    times = [registry.store.pushed_at(name, reference) for reference in references]
    return max((time for time in times if time is not None), default=_created(registry, name))


def _sorted(call: Call, registry: Registry, names: list[str]) -> list[str]:
    order = call.get("SortBy", "")
    key = {
        "creation_time": lambda name: _created(registry, name),
        "update_time": lambda name: _updated(registry, name),
    }.get(order.lstrip("-"), lambda name: name)
    return sorted(names, key=key, reverse=order.startswith("-"))


def _shown(registry: Registry, name: str) -> dict[str, Any]:
    namespace = name.partition("/")[0]
    known, record = registry.namespaces.get(namespace), registry.records.get(name)
    return {
        "Name": name,
        "Namespace": namespace,
        "CreationTime": repository_time(_created(registry, name)),
        "Public": known is not None and known.public,
        "Description": record.description if record else "",
        "BriefDescription": record.brief_description if record else "",
        "UpdateTime": repository_time(_updated(registry, name)),
    }
