# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms in which Harbor returns and takes objects, brought to one form for all versions.

Newer versions leave out members that are false, zero or empty; older ones print everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LOCAL_ID = 0
_NOT_REPLACED = ("id", "creation_time", "update_time", "creator", "replicate_deletion")
_REPOSITORY = re.compile(r"^(.+?)(?: \[|:\[)")


def repository_of(resource: str) -> str:
    """The repository in a task's resource: ``repo:[v1,v2]`` (1.x) or ``repo [2 item(s) in total]`` (2.x)."""
    found = _REPOSITORY.match(resource)
    return found[1] if found else resource


def flat_registry(body: Mapping[str, Any]) -> dict[str, Any]:
    """Harbor API: update and test read the credential flat; nested it would be ignored."""
    return {**body, "credential_type": "basic"} if body.get("access_key") else dict(body)


def nested_registry(body: Mapping[str, Any]) -> dict[str, Any]:
    """Harbor API: creation reads the credential nested; without an access key Harbor drops the secret too."""
    nested = {name: value for name, value in body.items() if name not in ("access_key", "access_secret")}
    if body.get("access_key"):
        secret = body.get("access_secret") or ""
        nested["credential"] = {"type": "basic", "access_key": body["access_key"], "access_secret": secret}
    return nested


def registry_state(one: Mapping[str, Any]) -> dict[str, Any]:
    """An endpoint as :meth:`HarborClient.registries` gives it."""
    credential = one.get("credential") or {}
    return {
        "id": int(one["id"]),
        "name": one.get("name") or "",
        "description": one.get("description") or "",
        "type": one.get("type") or "",
        "url": one.get("url") or "",
        "access_key": credential.get("access_key") or "",
        "has_secret": bool(credential.get("access_secret")),
        "insecure": bool(one.get("insecure")),
        "ca_certificate": one.get("ca_certificate") or "",
        "status": one.get("status") or "",
        "creation_time": one.get("creation_time") or "",
        "update_time": one.get("update_time") or "",
    }


def policy_state(one: Mapping[str, Any]) -> dict[str, Any]:
    """A policy as :meth:`HarborClient.policies` gives it."""
    trigger = one.get("trigger") or {}
    return {
        "id": int(one["id"]),
        "name": one.get("name") or "",
        "description": one.get("description") or "",
        "enabled": bool(one.get("enabled")),
        "override": bool(one.get("override")),
        "deletion": _deletion(one),
        "filters": list(one.get("filters") or ()),
        "trigger": {
            "type": trigger.get("type") or "manual",
            "cron": (trigger.get("trigger_settings") or {}).get("cron") or "",
        },
        "dest_namespace": one.get("dest_namespace") or "",
        "src_registry": _side(one.get("src_registry")),
        "dest_registry": _side(one.get("dest_registry")),
        "dest_namespace_replace_count": one.get("dest_namespace_replace_count"),
        "speed": one.get("speed"),
        "copy_by_chunk": one.get("copy_by_chunk"),
        "single_active_replication": one.get("single_active_replication"),
        "creation_time": one.get("creation_time") or "",
        "update_time": one.get("update_time") or "",
    }


def merged_policy(stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a PUT that changes a policy and keeps the rest.

    Harbor API: PUT replaces the whole policy; it reads ``deletion`` where answers of 2.3+ say ``replicate_deletion``.
    """
    kept = {name: value for name, value in stored.items() if name not in _NOT_REPLACED}
    kept["deletion"] = _deletion(stored)
    for side in ("src_registry", "dest_registry"):
        if kept.get(side):
            kept[side] = {"id": kept[side].get("id") or LOCAL_ID}
    return {**kept, **changes}


def _deletion(policy: Mapping[str, Any]) -> bool:
    return bool(policy.get("deletion") or policy.get("replicate_deletion"))


def _side(registry: Mapping[str, Any] | None) -> dict[str, Any]:
    one = registry or {}
    return {"id": int(one.get("id") or LOCAL_ID), "name": one.get("name") or "", "type": one.get("type") or ""}
