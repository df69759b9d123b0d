# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a registry may hold in each edition, and whether that is enough for a migration. Pure.

The numbers are third-hand, and an account can have been given more. So they only warn; what counts is what the API
answers when the limit is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._engine.fields import cidr
from .cam_policy import MigrationPath

EDITIONS = ("basic", "standard", "premium")
_LIMITS: dict[str, tuple[int | None, int | None, int | None]] = {
    "namespaces": (50, 100, 500),
    "repositories": (1000, 3000, 5000),
    "private links": (5, 10, 20),
    "whitelist entries": (5, None, None),
}


@dataclass(frozen=True)
class CapacityRequest:
    """What a registry must hold: repositories with their namespace, whitelisted networks, the VPC that is linked."""

    repositories: Sequence[str] = ()
    cidrs: Sequence[str] = ()
    vpc_id: str = ""


def limit_of(name: str, edition: str) -> int | None:
    """The limit of an edition, ``None`` when none is known."""
    return _LIMITS[name][EDITIONS.index(edition)] if edition in EDITIONS else None


def quota(name: str, edition: str, used: int, needed: int) -> dict[str, Any]:
    """One line of the comparison: ``name``, ``edition``, ``limit``, ``used``, ``needed`` and ``enough``.

    :param needed: how many will be added.
    """
    limit = limit_of(name, edition)
    enough = not needed or limit is None or used + needed <= limit
    return {"name": name, "edition": edition, "limit": limit, "used": used, "needed": needed, "enough": enough}


def quotas(
    edition: str, path: MigrationPath, needed: CapacityRequest, answers: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The quotas of everything that could be listed, see :func:`quota`.

    :param answers: by action the list that it returned, for the actions that did; ``None`` for a list that does not
        exist.
    """
    kinds: list[tuple[str, str, Callable[[Mapping[str, Any]], Any], set[Any]]] = [
        ("namespaces", "tcr:DescribeNamespaces", lambda one: one.get("Name"), set(path.namespaces)),
        ("repositories", "tcr:DescribeRepositories", lambda one: one.get("Name"), set(needed.repositories)),
    ]
    if path.network == "private":
        vpcs = {needed.vpc_id} - {""}
        kinds.append(("private links", "tcr:DescribeInternalEndpoints", lambda one: one.get("VpcId"), vpcs))
    else:
        sources = {cidr(one) for one in needed.cidrs}
        kinds.append(("whitelist entries", "tcr:DescribeSecurityPolicies", lambda one: cidr(one["CidrBlock"]), sources))
    found = []
    for name, action, identity, wanted in kinds:
        if action in answers:
            present = [identity(one) for one in answers[action] or []]
            found.append(quota(name, edition, len(present), len(wanted - set(present))))
    return found


def quota_warnings(registry_id: str, compared: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each quota that will probably not be enough."""
    return [
        f"The registry {registry_id} holds {one['used']} {one['name']} and the migration adds {one['needed']}, but the "
        f"edition {one['edition']} usually allows {one['limit']}. If the API refuses that, ask for a higher quota or "
        "choose a larger edition in the Tencent Cloud console, or select less."
        for one in compared
        if not one["enough"]
    ]
