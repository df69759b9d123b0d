# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permissions that a migration needs for its API key, and the CAM policy that grants them. Pure.

Sources: CAM's description of its policy syntax (version "2.0", lower-case keys, resources of six segments of which an
empty region means all and an empty account that of the policy's creator), TCR's list of the actions known to CAM
(resources of instances, credentials, namespaces, repositories and images), and TCR's notice of 2025 that other actions
are checked too. That those belong to the resource "instance" is concluded from how that list names similar ones. Whose
rights TCR uses towards VPC and Private DNS is third-hand, so the policy gives them; CAM knows their actions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

# Characters of a policy without white space that CAM accepts (third-hand).
LONGEST_POLICY = 6144

_ALL = "*"
_REGISTRY, _CONTENT, _NAMESPACE, _REPOSITORIES = "registry", "content", "namespace", "repositories"
# In the order in which a run needs them; what belongs to one resource becomes one statement.
_RIGHTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "always": (
        (_ALL, ("tcr:DescribeInstances",)),
        (
            _REGISTRY,
            (
                "tcr:DescribeInstanceToken",
                "tcr:CreateInstanceToken",
                # The end of a lease is in the description.
                "tcr:ModifyInstanceToken",
                "tcr:DeleteInstanceToken",
            ),
        ),
        (_CONTENT, ("tcr:DescribeNamespaces", "tcr:DescribeRepositories")),
        (_NAMESPACE, ("tcr:CreateNamespace",)),
        (
            _REPOSITORIES,
            ("tcr:DescribeImages", "tcr:PullRepository", "tcr:PushRepository", "tcr:CreateRepository"),
        ),
        # A tag that the target keeps as it is, is named with the rule that does so.
        (_REGISTRY, ("tcr:DescribeImmutableTagRules",)),
        # The report lists whitelist entries of this migration on both network paths.
        (_REGISTRY, ("tcr:DescribeExternalEndpointStatus", "tcr:DescribeSecurityPolicies")),
    ),
    # In check mode the manifests of charts are read through the API.
    "charts": ((_REPOSITORIES, ("tcr:DescribeImageManifests",)),),
    # Deletes images, and is therefore in no policy that nobody has asked for it.
    "target_removal": (
        (_REPOSITORIES, ("tcr:DeleteRepositoryTags", "tcr:DeleteRepository")),
        (_NAMESPACE, ("tcr:DeleteNamespace",)),
    ),
    "public": (
        (
            _REGISTRY,
            (
                "tcr:ManageExternalEndpoint",
                "tcr:CreateMultipleSecurityPolicy",
                # An entry that another migration uses too is not removed: it loses one of its owners.
                "tcr:ModifySecurityPolicy",
                "tcr:DeleteSecurityPolicy",
            ),
        ),
    ),
    "private": (
        (_REGISTRY, ("tcr:DescribeInternalEndpoints", "tcr:ManageInternalEndpoint")),
        (_ALL, ("vpc:DescribeVpcs", "vpc:DescribeSubnets")),
    ),
    "vpc_dns": (
        (
            _REGISTRY,
            (
                "tcr:DescribeInternalEndpointDnsStatus",
                "tcr:CreateInternalEndpointDns",
                "tcr:DeleteInternalEndpointDns",
            ),
        ),
        (
            _ALL,
            (
                "privatedns:CreatePrivateZone",
                "privatedns:DescribePrivateZoneList",
                "privatedns:ModifyPrivateZoneVpc",
                "privatedns:CreatePrivateZoneRecord",
                "privatedns:DescribePrivateZoneRecordList",
                "privatedns:ModifyPrivateZoneRecord",
                "privatedns:DeletePrivateZoneRecord",
            ),
        ),
    ),
}


@dataclass(frozen=True)
class MigrationPath:
    """What a migration does with a registry, as far as permissions depend on it.

    :param network: ``public`` or ``private``.
    :param vpc_dns: whether VPC DNS records are made; only with ``private``.
    :param registry_id: empty when it is not known yet: the policy is then for all registries.
    :param region: of the registry; empty for all regions.
    :param charts: whether charts of ChartMuseum are moved.
    :param target_removal: whether what the migration made at the target is removed again.
    :param namespaces: the target namespaces; none when they are not known yet: the policy is then for all.
    """

    network: str
    vpc_dns: bool = False
    registry_id: str = ""
    region: str = ""
    namespaces: Sequence[str] = ()
    charts: bool = False
    target_removal: bool = False


def needed_actions(path: MigrationPath) -> list[str]:
    """Every action that ``plan``, ``migrate``, ``verify`` and ``cleanup`` use on this path, with its service in front."""
    return [action for _scope, actions in _rights(path) for action in actions]


def access_policy(path: MigrationPath) -> dict[str, Any]:
    """The smallest policy for a path, as the document that CAM's editor takes.

    When its namespaces would make it longer than CAM accepts, it names the whole registry instead.
    """
    document = _document(path)
    if len(json.dumps(document, separators=(",", ":"))) > LONGEST_POLICY:
        return _document(replace(path, namespaces=()))
    return document


def _document(path: MigrationPath) -> dict[str, Any]:
    actions: dict[str, list[str]] = {}
    for scope, names in _rights(path):
        actions.setdefault(scope, []).extend(names)
    statements = [
        {"effect": "allow", "action": names, "resource": _resources(scope, path)} for scope, names in actions.items()
    ]
    return {"version": "2.0", "statement": statements}


def _rights(path: MigrationPath) -> Iterable[tuple[str, tuple[str, ...]]]:
    yield from _RIGHTS["always"]
    if path.charts:
        yield from _RIGHTS["charts"]
    if path.target_removal:
        yield from _RIGHTS["target_removal"]
    yield from _RIGHTS[path.network]
    if path.network == "private" and path.vpc_dns:
        yield from _RIGHTS["vpc_dns"]


def _resources(scope: str, path: MigrationPath) -> list[str]:
    registry = path.registry_id or "*"
    namespaces = sorted(set(path.namespaces)) or ["*"]
    if scope == _ALL:
        return ["*"]
    if scope == _REGISTRY:
        return [f"qcs::tcr:{path.region}::instance/{registry}"]
    content = f"qcs::tcr:{path.region}::repository/{registry}"
    if scope == _CONTENT:
        return [f"{content}/*"]
    if scope == _NAMESPACE:
        return [f"{content}/{namespace}" for namespace in namespaces]
    return [f"{content}/{namespace}/*" for namespace in namespaces]
