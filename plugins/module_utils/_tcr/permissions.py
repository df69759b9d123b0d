# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the identity behind an API key has the right to an action, found out by calling it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .._engine.fields import State
from .._errors import ApiError, Conflict, NotFound, PermissionDenied, Unsupported
from .api.client import TcrClient
from .instances import require_running
from .quotas import CapacityRequest
from .rules.cam_policy import MigrationPath

GRANTED, MISSING, UNKNOWN = "granted", "missing", "unknown"


@dataclass(frozen=True)
class PermissionProbe:
    """What calling an action told: the state of the right, and what it answered (``None`` when nothing)."""

    state: str
    content: Any = None


def found_registry(client: TcrClient, registry_id: str) -> tuple[PermissionProbe, State]:
    """The right to DescribeInstances, and the registry, empty without that right.

    :raises NotFound: there is no such registry.
    :raises Conflict: it is not Running.
    """
    try:
        return PermissionProbe(GRANTED), require_running(client, registry_id)
    except PermissionDenied as error:
        return PermissionProbe(_refused(error)), {}


def probe_permission(call: Callable[[], Any]) -> PermissionProbe:
    """Call a reading action.

    Rights are checked before anything else, so whoever is told that something is absent was allowed to ask.
    """
    try:
        return PermissionProbe(GRANTED, call())
    except PermissionDenied as error:
        return PermissionProbe(_refused(error))
    except (NotFound, Conflict, Unsupported):
        return PermissionProbe(GRANTED)
    except ApiError:
        return PermissionProbe(UNKNOWN)


def reading_calls(client: TcrClient, path: MigrationPath, needed: CapacityRequest) -> dict[str, Callable[[], Any]]:
    """For each reading action of a path a call, as far as it needs no other's answer.

    It asks for as little as serves: what quotas count is listed completely, repositories on all pages.
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


def _refused(error: PermissionDenied) -> str:
    """The state of an action that was refused; rules for the addresses of callers are no matter of actions.

    :raises PermissionDenied: it was such a rule.
    """
    if error.code.startswith("Ip"):
        raise error
    return MISSING
