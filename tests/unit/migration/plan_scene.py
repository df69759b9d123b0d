# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A migration to plan: two repositories with images, a signature, an image without a tag and two versions of a chart."""

from __future__ import annotations

import copy
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.document import Plan, make_plan
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.facts import PlanFacts

TOTALS = {
    "projects": 2, "repositories": 2, "tags": 3, "indexes": 1, "charts": 0, "accessories": 1, "untagged": 1, "uncopied": 0,
    "untagged_copied": 1, "bytes": 40_000_000,
}  # fmt: skip
CAPABILITIES = {"costly_passwords": False, "index_copy": True}


def digest(letter: str) -> str:
    return f"sha256:{letter * 64}"


def repository(name: str, tags: dict[str, str], **other: Any) -> dict[str, Any]:
    """A repository of the inventory."""
    plain: dict[str, Any] = {"uncopied": [], "accessories": [], "untagged_digests": [], "indexes": [], "charts": []}
    return {"name": name, "project": name.partition("/")[0], "tags": tags, "size": 20_000_000, **plain, **other}


def compared(name: str, verdicts: dict[str, str], **other: Any) -> dict[str, Any]:
    """What a comparison says about a repository: verdict by tag."""
    tags = [{"tag": tag, "verdict": verdict} for tag, verdict in verdicts.items()]
    worst = next((one for one in ("different", "missing", "unknown") if one in verdicts.values()), "equal")
    return {"name": name, "target": name, "verdict": worst, "tags": tags, "wanting": worst != "equal", **other}


def chart(version: str) -> dict[str, str]:
    place = {"project": "shop", "name": "front", "version": version, "target": f"shop/charts/front:{version}"}
    return {**place, "digest": digest("c"), "verdict": "missing"}


def options(**changes: Any) -> dict[str, Any]:
    """The facts as a mapping, of which the arguments replace some."""
    signature = {"digest": digest("5"), "subject": digest("a"), "kind": "signature.cosign", "size": 9, "tags": []}
    inventory = {
        "repositories": [
            repository("shop/web", {"1": digest("a"), "2": digest("b")}, accessories=[signature]),
            repository("tools/cli", {"1": digest("d")}, untagged_digests=[digest("e")]),
        ],
        "selection": {"projects": [], "repositories": ["shop/**", "tools/*"], "tags": []},
        "proxy_projects": [],
        "left_behind": [],
        "totals": TOTALS,
    }
    policy = {"version": "2.0", "statement": [{"effect": "allow", "action": ["tcr:Create"], "resource": ["*"]}]}
    facts: dict[str, Any] = {
        "migration_id": "spring",
        "source": "https://harbor.example.com",
        "network": "public",
        "access": "lease",
        "lease_hours": 72,
        "public_cidrs": ["203.0.113.7/32"],
        "accessories": "require",
        "charts_mode": "auto",
        "registry": {
            "registry_id": "tcr-1",
            "public_domain": "demo.tencentcloudcr.com",
            "region": "ap-guangzhou",
            "type": "basic",
            "created_at": "2026-10-30T23:32:22+08:00",
        },
        "harbor": {
            "version_text": "v2.15.2",
            "user": {"name": "admin", "robot": False},
            "capabilities": CAPABILITIES,
        },
        "inventory": inventory,
        "targets": {
            "repositories": {"shop/web": "store/web", "tools/cli": "tools/cli"},
            "namespaces": ["store", "tools"],
            "projects": {"shop": {"namespace": "store"}, "tools": {"namespace": "tools"}},
            "doubtful": [],
        },
        "requirements": {"policy": policy, "quotas": [quota()]},
        "comparison": {
            "repositories": [
                compared("shop/web", {"1": "missing", "2": "missing"}, target="store/web"),
                compared("tools/cli", {"1": "equal"}),
            ],
            "notes": [],
            "immutable_tags": [],
            "ended": 1_795_966_345.5,
        },
        "charts": {"equal": False, "charts": [chart("1.0.0"), chart("1.1.0")], "summary": ""},
        "steps": [
            {"action": "create", "object": "namespace", "key": "store"},
            {"action": "start", "object": "replication execution", "key": "spring"},
        ],
    }
    return {**copy.deepcopy(facts), **changes}


def quota(**changes: Any) -> dict[str, Any]:
    return {"name": "namespaces", "edition": "basic", "limit": 50, "used": 4, "needed": 2, "enough": True, **changes}


def plan(**changes: Any) -> Plan:
    """The plan for the facts, of which the arguments replace some."""
    return make_plan(PlanFacts(**options(**changes)))
