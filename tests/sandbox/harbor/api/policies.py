# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replication policies: /replication/policies. A PUT replaces everything that it does not repeat."""

from __future__ import annotations

import time
from typing import Any

from tests.sandbox.harbor.api import registries
from tests.sandbox.harbor.api.executions import running
from tests.sandbox.harbor.api.policy_rules import validate
from tests.sandbox.harbor.api.query import matches, ordered
from tests.sandbox.harbor.api.request import Answer, Call, Refusal
from tests.sandbox.harbor.state import Policy

_ALWAYS = (
    "id filters copy_by_chunk dest_namespace_replace_count speed single_active_replication src_registry dest_registry "
    "trigger creation_time update_time"
)


def document(call: Call, policy: Policy) -> dict[str, Any]:
    """A policy as the API shows it; both registries are expanded."""
    registry_call = Call(**{**vars(call), "family": "registries"})
    known = call.service.state.registries

    def side(identifier: int) -> dict[str, Any] | None:
        found = known.get(identifier) if identifier else registries.local(call)
        return registries.document(registry_call, found) if found else None

    cron = {"cron": policy.cron} if policy.cron else None
    trigger: dict[str, Any] = {"type": policy.trigger_type, "trigger_settings": cron}
    if call.style.generated and cron is None:
        del trigger["trigger_settings"]
    return call.shown(
        call.flavour.policy_keys,
        {
            "id": policy.id,
            "name": policy.name,
            "description": policy.description,
            "creator": policy.creator,
            "src_registry": side(policy.src_registry_id),
            "dest_registry": side(policy.dest_registry_id),
            "dest_namespace": policy.dest_namespace,
            "dest_namespace_replace_count": policy.dest_namespace_replace_count,
            "trigger": trigger,
            "filters": policy.filters or None,
            "override": policy.override,
            "enabled": policy.enabled,
            "deletion": policy.deletion,
            "replicate_deletion": policy.deletion,
            "speed": policy.speed,
            "copy_by_chunk": policy.copy_by_chunk,
            "single_active_replication": policy.single_active_replication,
            "creation_time": call.time(policy.creation_time),
            "update_time": call.time(policy.update_time),
        },
        always=_ALWAYS,
    )


def find(call: Call, identifier: int) -> Policy:
    """A policy by number. Raises Refusal when there is none."""
    found = call.service.state.policies.get(identifier)
    if found is None:
        raise Refusal("policy_missing", id=identifier)
    return found


def listing(call: Call) -> Answer:
    """GET /replication/policies."""
    call.service.access.require_system(call.identity, "replication-policy", "list")
    found = ordered(call, list(call.service.state.policies.values()), "policies")
    name = call.query.get("name", "").lower()
    items, headers = call.page([item for item in found if name in item.name.lower() and matches(call, item)])
    return Answer([document(call, item) for item in items], headers=headers)


def read(call: Call) -> Answer:
    """GET /replication/policies/{id}."""
    call.service.access.require_system(call.identity, "replication-policy", "read")
    return Answer(document(call, find(call, call.values["id"])))


def create(call: Call) -> Answer:
    """POST /replication/policies."""
    call.service.access.require_system(call.identity, "replication-policy", "create")
    wanted, state = call.document("policy"), call.service.state
    values = _values(call, wanted)
    with state.lock:
        if any(item.name == values["name"] for item in state.policies.values()):
            raise Refusal("policy_name_taken", name=values["name"])
        policy = Policy(state.next_id("policy"), creator=call.identity.name, **values)
        state.policies[policy.id] = policy
    return call.created(policy.id)


def update(call: Call) -> Answer:
    """PUT /replication/policies/{id}: everything that is not sent gets its zero value."""
    call.service.access.require_system(call.identity, "replication-policy", "update")
    if not call.style.generated:
        find(call, call.values["id"])
    wanted, state = call.document("policy"), call.service.state
    values = _values(call, wanted)
    with state.lock:
        old = find(call, call.values["id"])
        if any(item.name == values["name"] and item.id != old.id for item in state.policies.values()):
            raise Refusal("policy_name_taken", name=values["name"])
        state.policies[old.id] = Policy(old.id, creation_time=old.creation_time, update_time=time.time(), **values)
    return Answer()


def delete(call: Call) -> Answer:
    """DELETE /replication/policies/{id}: refused while an execution runs; from 2.2 on its executions go with it."""
    call.service.access.require_system(call.identity, "replication-policy", "delete")
    policy, state = find(call, call.values["id"]), call.service.state
    with state.lock:
        of_policy = [item for item in state.executions.values() if item.policy_id == policy.id]
        if any(running(call, item) for item in of_policy):
            raise Refusal("policy_running", id=policy.id)
        for execution in of_policy:
            state.executions.pop(execution.id, None)
        state.policies.pop(policy.id, None)
    return Answer()


def _values(call: Call, wanted: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a policy that a body asks for, with zero values for what it leaves out."""
    flavour, trigger = call.flavour, wanted.get("trigger") or {}
    filters = [dict(item) for item in wanted.get("filters") or []]
    if not flavour.has("decoration"):
        filters = [{"type": item.get("type"), "value": item.get("value")} for item in filters]
    filters = [{name: value for name, value in item.items() if value not in (None, "")} for item in filters]
    values = {
        "name": wanted.get("name") or "",
        "description": wanted.get("description") or "",
        "src_registry_id": (wanted.get("src_registry") or {}).get("id") or 0,
        "dest_registry_id": (wanted.get("dest_registry") or {}).get("id") or 0,
        "dest_namespace": wanted.get("dest_namespace") or "",
        "trigger_type": trigger.get("type") or "",
        "cron": (trigger.get("trigger_settings") or {}).get("cron") or "",
        "filters": filters,
        "override": bool(wanted.get("override")),
        "enabled": bool(wanted.get("enabled")),
        "deletion": bool(wanted.get("deletion")),
    }
    if flavour.has("dest_namespace_replace_count") and wanted.get("dest_namespace_replace_count") is not None:
        values["dest_namespace_replace_count"] = int(wanted["dest_namespace_replace_count"])
    if flavour.has("speed"):
        values["speed"] = max(int(wanted.get("speed") or 0), 0)
    if flavour.has("copy_by_chunk"):
        values["copy_by_chunk"] = bool(wanted.get("copy_by_chunk"))
    if flavour.has("single_active_replication"):
        values["single_active_replication"] = bool(wanted.get("single_active_replication"))
    validate(flavour, values, "trigger" in wanted and wanted["trigger"] is not None)
    for side in ("src_registry_id", "dest_registry_id"):
        if values[side] and values[side] not in call.service.state.registries:
            raise Refusal("policy_registry_missing", id=values[side])
    return values
