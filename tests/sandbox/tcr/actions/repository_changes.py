# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories made, described and deleted, and images deleted."""

from __future__ import annotations

import re
from typing import Any

from tests.sandbox.tcr.actions.immutable_tags import is_immutable
from tests.sandbox.tcr.actions.namespaces import find_namespace
from tests.sandbox.tcr.actions.repositories import check_repository
from tests.sandbox.tcr.dispatch import Call, action
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.members import RepositoryRecord
from tests.sandbox.tcr.state import Registry

_LEVEL = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_SHORTEST, _LONGEST = 2, 244
_MOST_TAGS = 20


@action()
def create_repository(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateRepository: an empty one; a push makes those that are missing by itself."""
    registry = call.registry(running=True)
    find_namespace(registry, call["NamespaceName"])
    name, full_name = call["RepositoryName"], _full_name(call)
    levels = name.split("/")
    legal = all(_LEVEL.fullmatch(level) for level in levels) and _SHORTEST <= len(name) <= _LONGEST
    if not legal or (len(levels) > 1 and call.settings.repository_levels == "one"):
        raise ApiError(
            "InvalidParameter.ErrorTcrInvalidParameter", f"The repository name `{name}` is not valid.", "名称不合法。"
        )
    if full_name in registry.repositories():
        message = f"repository {full_name} already exists"
        raise ApiError("InternalError.ErrorTcrResourceConflict", message, f"仓库 {full_name} 已存在。")
    registry.records[full_name] = RepositoryRecord(
        call.now, call.get("BriefDescription", ""), call.get("Description", "")
    )
    return {}


@action()
def modify_repository(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifyRepository: replaces both descriptions."""
    registry, name = call.registry(running=True), _full_name(call)
    check_repository(registry, name)
    created = registry.store.created_at(name)
    record = registry.records.setdefault(name, RepositoryRecord(created.timestamp() if created else call.now))
    record.brief_description, record.description = call["BriefDescription"], call["Description"]
    return {}


@action()
def delete_repository(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteRepository: ForceDelete, which is the default, takes the images along."""
    registry, name = call.registry(running=True), _full_name(call)
    check_repository(registry, name)
    if not call.get("ForceDelete", True) and registry.store.tags(name):
        raise ApiError(
            "FailedOperation.PreconditionFailed", f"the repository {name} contains images", "仓库非空，无法删除。"
        )
    registry.delete_repository(name)
    return {}


@action()
def delete_image(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteImage: of a tag; whether others of the same image go with it is not documented."""
    registry, repository = call.registry(running=True), _full_name(call)
    _delete_tags(call, registry, repository, [call["ImageVersion"]], "OperationDenied")
    return {}


@action()
def delete_repository_tags(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteRepositoryTags: at most 20 tags a call, all of them or none."""
    registry, repository = call.registry(running=True), _full_name(call)
    if not 0 < len(call["Tags"]) <= _MOST_TAGS:
        message = f"`Tags` must name 1 to {_MOST_TAGS} tags, not {len(call['Tags'])}."
        raise ApiError("InvalidParameter.ErrorTcrInvalidParameter", message, "Tag 数量超过限制。")
    _delete_tags(call, registry, repository, call["Tags"], "FailedOperation.PreconditionFailed")
    return {}


def _full_name(call: Call) -> str:
    return f"{call['NamespaceName']}/{call['RepositoryName']}"


def _delete_tags(call: Call, registry: Registry, repository: str, tags: list[str], refusal: str) -> None:
    check_repository(registry, repository)
    held = registry.store.tags(repository)
    for tag in tags:
        if tag not in held:
            message = f"artifact {repository}:{tag} not found"
            raise ApiError("ResourceNotFound.TcrResourceNotFound", message, "镜像版本不存在。")
        if is_immutable(registry, repository, tag):
            raise ApiError(refusal, f"the tag {repository}:{tag} is configured as immutable", "镜像版本不可变。")
    for tag in tags:
        held = registry.store.tags(repository)
        if tag in held:
            shared = list(held.values()).count(held[tag]) > 1
            tag_only = shared and call.settings.image_removal == "tag"
            registry.store.delete_manifest(repository, tag if tag_only else held[tag])
