# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration needs of a TCR registry, compared with what is there: rights of the API key, and room."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from .._engine.fields import State
from .api.client import TcrClient
from .permissions import GRANTED, UNKNOWN, PermissionProbe, found_registry, probe_permission, reading_calls
from .quotas import CapacityRequest, quotas
from .rules.cam_policy import MigrationPath, access_policy, needed_actions
from .rules.quotas import quota_warnings

_WORKERS = 8


def policy_only(path: MigrationPath) -> dict[str, Any]:
    """What the module tcr_requirements_info returns without asking anybody: ``requirements``."""
    return {"requirements": _described(path, {}, [])}


def compared(client: TcrClient, path: MigrationPath, needed: CapacityRequest) -> dict[str, Any]:
    """What the module tcr_requirements_info returns: ``requirements``, and ``warnings`` about quotas."""
    found = requirements(client, path, needed)
    return {"requirements": found, "warnings": quota_warnings(path.registry_id, found["quotas"])}


def requirements(
    client: TcrClient, path: MigrationPath, needed: CapacityRequest, registry: State | None = None
) -> dict[str, Any]:
    """Compare: ``policy``, ``permissions`` (``action`` and ``state`` each) and ``quotas``.

    Every reading action is called once. Nobody can find out about a writing one without doing it, so it is unknown.

    :param registry: as :func:`find_registries` returned it, if that was asked before.

    :raises NotFound: there is no such registry.
    :raises Conflict: it is not Running.
    """
    answer = PermissionProbe(GRANTED)
    if registry is None:
        answer, registry = found_registry(client, path.registry_id)
    answers = {"tcr:DescribeInstances": answer}
    located = replace(path, region=str(registry.get("region") or client.region or ""))
    if not located.region:
        return _described(located, answers, [])
    calls = reading_calls(client, located, needed)
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        answers.update(zip(calls, pool.map(probe_permission, calls.values())))
    links = answers.get("tcr:DescribeInternalEndpoints", PermissionProbe(UNKNOWN)).content or []
    address = next((str(one.get("AccessIp") or "") for one in links if one.get("VpcId") == needed.vpc_id), "")
    if located.vpc_dns and address:
        answers["tcr:DescribeInternalEndpointDnsStatus"] = probe_permission(
            lambda: client.internal_endpoint_dns_status(path.registry_id, needed.vpc_id, address, True)
        )
    listed = {action: one.content for action, one in answers.items() if one.state == GRANTED}
    return _described(located, answers, quotas(str(registry.get("type") or ""), located, needed, listed))


def _described(
    path: MigrationPath, answers: Mapping[str, PermissionProbe], quotas_found: list[dict[str, Any]]
) -> dict[str, Any]:
    permissions = [
        {"action": action, "state": answers.get(action, PermissionProbe(UNKNOWN)).state}
        for action in needed_actions(path)
    ]
    return {"policy": access_policy(path), "permissions": permissions, "quotas": quotas_found}
