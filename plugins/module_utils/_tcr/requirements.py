# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration needs of a TCR registry, compared with what exists: permissions of the API key, and capacity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from .._engine.fields import State
from .._errors import ApiError, Conflict, NotFound, PermissionDenied, Unsupported
from .api.client import TcrClient
from .instances import require_running
from .rules.cam_policy import MigrationPath, access_policy, needed_actions
from .rules.quotas import CapacityRequest, quota_warnings, quotas

GRANTED, MISSING, UNKNOWN = "granted", "missing", "unknown"
_WORKERS = 8


@dataclass(frozen=True)
class PermissionProbe:
    """The result of calling an action: the state of the permission, and the answer (``None`` when there is none)."""

    state: str
    content: Any = None


def policy_without_registry(path: MigrationPath) -> dict[str, Any]:
    """What the module tcr_requirements_info returns without any call: ``requirements``."""
    return {"requirements": _to_result(path, {}, [])}


def compare_with_registry(client: TcrClient, path: MigrationPath, needed: CapacityRequest) -> dict[str, Any]:
    """What the module tcr_requirements_info returns: ``requirements``, and ``warnings`` about quotas."""
    found = requirements(client, path, needed)
    return {"requirements": found, "warnings": quota_warnings(path.registry_id, found["quotas"])}


def requirements(
    client: TcrClient, path: MigrationPath, needed: CapacityRequest, registry: State | None = None
) -> dict[str, Any]:
    """Compare: ``policy``, ``permissions`` (``action`` and ``state`` each) and ``quotas``.

    Every reading action is called once. Whether a writing one is permitted shows only when it is called, so its
    state is unknown.

    :param registry: as :func:`find_registries` returned it, if that was asked before.

    :raises NotFound: there is no such registry.
    :raises Conflict: it is not Running.
    """
    instances = PermissionProbe(GRANTED)
    if registry is None:
        instances, registry = probe_registry(client, path.registry_id)
    probes = {"tcr:DescribeInstances": instances}
    located = replace(path, region=str(registry.get("region") or client.region or ""))
    if not located.region:
        return _to_result(located, probes, [])
    calls = reading_calls(client, located, needed)
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        probes.update(zip(calls, pool.map(probe_permission, calls.values())))
    links = probes.get("tcr:DescribeInternalEndpoints", PermissionProbe(UNKNOWN)).content or []
    address = next((str(one.get("AccessIp") or "") for one in links if one.get("VpcId") == needed.vpc_id), "")
    if located.vpc_dns and address:
        probes["tcr:DescribeInternalEndpointDnsStatus"] = probe_permission(
            lambda: client.internal_endpoint_dns_status(path.registry_id, needed.vpc_id, address, True)
        )
    answers = {action: one.content for action, one in probes.items() if one.state == GRANTED}
    return _to_result(located, probes, quotas(str(registry.get("type") or ""), located, needed, answers))


def probe_registry(client: TcrClient, registry_id: str) -> tuple[PermissionProbe, State]:
    """The permission for DescribeInstances, and the registry, empty without that permission.

    :raises NotFound: there is no such registry.
    :raises Conflict: it is not Running.
    """
    try:
        return PermissionProbe(GRANTED), require_running(client, registry_id)
    except PermissionDenied as error:
        return PermissionProbe(_state_of(error)), {}


def probe_permission(call: Callable[[], Any]) -> PermissionProbe:
    """Find out whether a reading action is permitted, by calling it.

    Permissions are checked before anything else, so an answer that something does not exist shows that asking is
    permitted.
    """
    try:
        return PermissionProbe(GRANTED, call())
    except PermissionDenied as error:
        return PermissionProbe(_state_of(error))
    except (NotFound, Conflict, Unsupported):
        return PermissionProbe(GRANTED)
    except ApiError:
        return PermissionProbe(UNKNOWN)


def reading_calls(client: TcrClient, path: MigrationPath, needed: CapacityRequest) -> dict[str, Callable[[], Any]]:
    """For each reading action of a path a call, as far as it needs no other's answer.

    It reads as little as possible: only what quotas count is listed completely, repositories on all pages.
    """
    registry_id = path.registry_id
    calls: dict[str, Callable[[], Any]] = {
        "tcr:DescribeInstanceToken": lambda: client.probe_token_access(registry_id),
        "tcr:DescribeNamespaces": lambda: client.namespaces(registry_id),
        "tcr:DescribeRepositories": lambda: client.repositories(registry_id),
        "tcr:DescribeExternalEndpointStatus": lambda: client.external_endpoint(registry_id),
        "tcr:DescribeSecurityPolicies": lambda: client.security_policies(registry_id),
    }
    if needed.repositories:
        namespace, _slash, repository = needed.repositories[0].partition("/")
        calls["tcr:DescribeImages"] = lambda: client.image_count(registry_id, namespace, repository)
    if path.network == "private":
        calls["tcr:DescribeInternalEndpoints"] = lambda: client.internal_endpoints(registry_id)
    return calls


def _state_of(error: PermissionDenied) -> str:
    """The state of an action that was refused; rules about the addresses of callers do not concern actions.

    :raises PermissionDenied: it was such a rule.
    """
    if error.code.startswith("Ip"):
        raise error
    return MISSING


def _to_result(
    path: MigrationPath, probes: Mapping[str, PermissionProbe], quotas_found: list[dict[str, Any]]
) -> dict[str, Any]:
    permissions = [
        {"action": action, "state": probes.get(action, PermissionProbe(UNKNOWN)).state}
        for action in needed_actions(path)
    ]
    return {"policy": access_policy(path), "permissions": permissions, "quotas": quotas_found}
