# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhook triggers of a namespace. Nothing is sent to their targets."""

from __future__ import annotations

import re
from typing import Any

from tests.sandbox.tcr.actions.namespaces import find_namespace
from tests.sandbox.tcr.dispatch import Call, action, page, portion
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.members import Trigger
from tests.sandbox.tcr.state import Registry

EVENT_TYPES = ("pushImage", "pullImage", "deleteImage", "uploadChart", "downloadChart", "deleteChart")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_PARTS = ("Name", "Targets", "EventTypes", "Condition", "Enabled", "Description")
_NO_HEADERS = [{"Key": "", "Values": ["undefined"]}]


@action()
def create_webhook_trigger(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateWebhookTrigger: answers with the trigger and its id."""
    registry = call.registry(running=True)
    namespace = find_namespace(registry, call["Namespace"])
    content = _content(call, registry, namespace.id, None)
    if len(registry.triggers) >= call.settings.trigger_quota:
        message = f"The registry may have {call.settings.trigger_quota} triggers."
        raise ApiError("LimitExceeded.ErrTriggerMaxLimit", message, "触发器数量超过配额。")
    call.state.rules_made += 1
    trigger = Trigger(call.state.rules_made, namespace.id, content)
    registry.triggers[trigger.id] = trigger
    return {"Trigger": _shown(call, registry, trigger)}


@action(empty={"Triggers": [], "TotalCount": 0})
def describe_webhook_trigger(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeWebhookTrigger: whether Offset counts items or pages is not documented."""
    registry, wanted = call.registry(), call.get("Namespace", "")
    exact = call.settings.rule_namespace_filter == "exact"
    if wanted and exact:
        find_namespace(registry, wanted)
    named = {item.id: item.name for item in registry.namespaces.values()}
    found = [
        item
        for item in registry.triggers.values()
        if not wanted or (named[item.namespace_id] == wanted if exact else wanted in named[item.namespace_id])
    ]
    chosen = portion(call, found) if call.settings.trigger_offset == "item" else page(call, found)
    return {"TotalCount": len(found), "Triggers": [_shown(call, registry, item) for item in chosen]}


@action()
def modify_webhook_trigger(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifyWebhookTrigger: replaces the trigger that Trigger.Id names."""
    registry = call.registry(running=True)
    trigger = _trigger(call, registry, call["Trigger"].get("Id"))
    trigger.content = _content(call, registry, trigger.namespace_id, trigger)
    return {}


@action()
def delete_webhook_trigger(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteWebhookTrigger."""
    registry = call.registry(running=True)
    del registry.triggers[_trigger(call, registry, call["Id"]).id]
    return {}


def _trigger(call: Call, registry: Registry, number: int | None) -> Trigger:
    namespace = find_namespace(registry, call["Namespace"])
    trigger = registry.triggers.get(number or 0)
    if trigger is None or trigger.namespace_id != namespace.id:
        message = f"the trigger {number} is not found"
        raise ApiError("ResourceNotFound.TcrResourceNotFound", message, "触发器不存在。")
    return trigger


def _content(call: Call, registry: Registry, namespace_id: int, trigger: Trigger | None) -> dict[str, Any]:
    given = call["Trigger"]
    content = {name: given.get(name, "") for name in _PARTS}
    for other in registry.triggers.values():
        if other is not trigger and (other.namespace_id, other.name) == (namespace_id, content["Name"]):
            message = f"the trigger {content['Name']} already exists"
            raise ApiError("InvalidParameter.ErrTriggerExist", message, "触发器已存在。")
    if not content["Name"] or not content["EventTypes"] or set(content["EventTypes"]) - set(EVENT_TYPES):
        raise _invalid(f"A trigger needs a name and event types out of {', '.join(EVENT_TYPES)}.")
    if not content["Targets"] or not all(_ADDRESS.fullmatch(item["Address"]) for item in content["Targets"]):
        raise _invalid("A trigger needs targets, each with the address of a web server.")
    return content


def _shown(call: Call, registry: Registry, trigger: Trigger) -> dict[str, Any]:
    undefined = call.settings.trigger_empty_headers == "undefined"
    targets = [
        {"Address": item["Address"], "Headers": item.get("Headers") or (_NO_HEADERS if undefined else [])}
        for item in trigger.content["Targets"]
    ]
    shown = {**trigger.content, "Targets": targets, "Id": trigger.id, "NamespaceId": trigger.namespace_id}
    if call.settings.trigger_namespace_name != "absent":
        names = {item.id: item.name for item in registry.namespaces.values()}
        given = call.settings.trigger_namespace_name == "given"
        shown.update(NamespaceName=names[trigger.namespace_id] if given else None, Product=None, PreheatRegion=None)
    return shown


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameter.ErrorTcrInvalidParameter", message, "参数不合法。")
