# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a TCR registry has room for what a migration adds, from listings of the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._engine.fields import cidr
from .rules.cam_policy import MigrationPath
from .rules.quotas import quota


@dataclass(frozen=True)
class CapacityRequest:
    """What shall be in the registry: repositories with their namespace, networks let in, the VPC that is linked."""

    repositories: Sequence[str] = ()
    cidrs: Sequence[str] = ()
    vpc_id: str = ""


def quotas(
    edition: str, path: MigrationPath, needed: CapacityRequest, listed: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The quotas of what is listed, see :func:`quota`.

    :param listed: action to what it answered, for the actions that did; ``None`` for a list that does not exist.
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
        if action in listed:
            present = [identity(one) for one in listed[action] or []]
            found.append(quota(name, edition, len(present), len(wanted - set(present))))
    return found
