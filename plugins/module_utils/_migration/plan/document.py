# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a migration as data: what is approved, and what a run then does or refuses to do. Pure.

The same state gives the same document on any controller. It holds no time, no path, nothing measured, no name of the controller,
and no number that changes while nothing of the migration does, such as how much of a quota others use.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..._engine.history import RENEW
from ..variables.access import PERMANENT
from .estimate import estimate
from .facts import PlanFacts
from .identity import sha256_of_text, with_sha256
from .risks import interruptions, near_limit, risks
from .tags import ACCESSORY, CHART, TAG, UNTAGGED, Contents, Summaries, contents_of, summaries, summary_of, text_of

Facts = Mapping[str, Any]
SCHEMA_VERSION = 1
_WANTING = ("missing", "different")
_COUNTED = ("projects", "repositories", "tags", "charts", "accessories", "untagged_copied")
_SELECTING = ("projects", "repositories", "tags")
# The end of a lease, in the marker that a description holds.
_LEASE_END = re.compile(r" until \d{4}-\d\d-\d\dT[\d:.]+Z")


@dataclass(frozen=True)
class Plan:
    """A plan: the document, every tag of it, and these as the lines of a file."""

    document: dict[str, Any]
    contents: Contents
    lines: str

    @property
    def sha256(self) -> str:
        """By what it is approved."""
        return str(self.document["sha256"])


def make_plan(facts: PlanFacts) -> Plan:
    """The plan for these facts."""
    charts = facts.charts.get("charts", ())
    contents = contents_of(facts.inventory, charts)
    lines, counted = text_of(contents), summaries(contents)
    transfer = _transfer(facts)
    # Whether a lease is due for renewal depends on the hour, and a plan of the same state must be the same later too.
    steps = [_step(one) for one in facts.steps if one["action"] != RENEW]
    document = {
        "schema_version": SCHEMA_VERSION,
        "migration_id": facts.migration_id,
        "source": {"url": facts.source, "version": facts.harbor.get("version_text", "")},
        "target": {
            **{name: facts.registry.get(name) or "" for name in ("registry_id", "region", "public_domain")},
            "edition": facts.registry.get("type") or "",
        },
        "access": _access(facts),
        "selection": _selection(facts),
        "totals": {name: facts.inventory.get("totals", {}).get(name, 0) for name in _COUNTED},
        "steps": steps,
        "interruptions": interruptions(steps),
        "names": _names(facts),
        "repositories": list(_repositories(facts, counted)),
        "charts": list(_charts(charts, counted)),
        "contents": {"lines": len(contents), "sha256": sha256_of_text(lines)},
        "left_out": list(_left_out(facts)),
        "quotas": [_quota(one) for one in facts.requirements.get("quotas", ())],
        "permissions": facts.requirements.get("policy", {}),
        "transfer": transfer,
        "risks": risks(facts, transfer),
    }
    return Plan(with_sha256(document), contents, lines)


def _access(facts: PlanFacts) -> dict[str, Any]:
    public = facts.network == "public"
    return {
        "network": facts.network,
        "mode": facts.access,
        "lease_hours": None if facts.access == PERMANENT else facts.lease_hours,
        "public_cidrs": sorted({str(one).strip() for one in facts.public_cidrs}) if public else [],
        "vpc_id": "" if public else facts.vpc_id,
        "subnet_id": "" if public else facts.subnet_id,
    }


def _selection(facts: PlanFacts) -> dict[str, Any]:
    """What is selected, and the variable that each part comes from; an empty list selects everything."""
    selected = facts.inventory.get("selection", {})
    parts = {name: {"variable": f"migration_{name}", "values": sorted(selected.get(name, ()))} for name in _SELECTING}
    renamed = [f"{one['project']}={one['namespace']}" for one in _projects(facts) if one["renamed"]]
    return {
        **parts,
        "namespace_map": {"variable": "migration_namespace_map", "values": renamed},
        "accessories": {"variable": "migration_accessories", "values": [facts.accessories]},
        "charts": {"variable": "migration_charts", "values": [facts.charts_mode.lower()]},
    }


def _step(step: Facts) -> dict[str, Any]:
    """A step without what is not the same in every plan: the end of a lease, and the directory of a file of the controller."""
    key = _LEASE_END.sub("", str(step["key"]))
    found = {
        "action": str(step["action"]),
        "object": str(step["object"]),
        "key": posixpath.basename(key) if step["object"] == "credential file" else key,
    }
    others = sorted(step.get("shared_with", ()))
    return {**found, "shared_with": others} if others else found


def _names(facts: PlanFacts) -> dict[str, Any]:
    """Where everything goes, and which repositories at the target hold something already."""
    return {
        "namespaces": sorted(facts.targets.get("namespaces", ())),
        "projects": _projects(facts),
        "collisions": list(_collisions(facts)),
        "doubtful": sorted(facts.targets.get("doubtful", ())),
    }


def _projects(facts: PlanFacts) -> list[dict[str, Any]]:
    projects = facts.targets.get("projects", {})
    return [
        {"project": name, "namespace": projects[name]["namespace"], "renamed": projects[name]["namespace"] != name}
        for name in sorted(projects)
    ]


def _collisions(facts: PlanFacts) -> Iterator[dict[str, Any]]:
    """The target repositories that hold other content: tags that are replaced, that a rule keeps, that are extra."""
    kept: dict[str, int] = {}
    for one in facts.comparison.get("immutable_tags", ()):
        kept[one["repository"]] = kept.get(one["repository"], 0) + 1
    for one in sorted(facts.comparison.get("repositories", ()), key=lambda one: str(one["target"])):
        verdicts = [tag["verdict"] for tag in one["tags"]]
        counts = {
            "replaced": verdicts.count("different"),
            "kept_by_rules": kept.get(one["target"], 0),
            "extra": verdicts.count("extra"),
        }
        if one["name"] and any(counts.values()):
            yield {"name": one["name"], "target": one["target"], **counts}


def _repositories(facts: PlanFacts, counted: Summaries) -> Iterator[dict[str, Any]]:
    verdicts = facts.verdicts
    for one in facts.repositories:
        name = one["name"]
        compared = verdicts.get(name, {"verdict": "unknown", "tags": ()})
        yield {
            "name": name,
            "project": one["project"],
            "target": facts.targets.get("repositories", {}).get(name, name),
            "bytes": int(one["size"] or 0),
            "verdict": compared["verdict"],
            "copied": _is_copied(compared),
            "tags": summary_of(counted, name, TAG),
            "accessories": summary_of(counted, name, ACCESSORY),
            "untagged_images": summary_of(counted, name, UNTAGGED),
        }


def _is_copied(compared: Facts) -> bool:
    """Whether Harbor makes a task for this repository; the rule by which a run starts its executions."""
    return bool(compared.get("wanting", compared["verdict"] in _WANTING))


def _charts(charts: Any, counted: Summaries) -> Iterator[dict[str, Any]]:
    by_name: dict[tuple[str, str], list[Any]] = {}
    for one in charts:
        by_name.setdefault((one["project"], one["name"]), []).append(one)
    for (project, name), versions in sorted(by_name.items()):
        yield {
            "name": f"{project}/{name}",
            "project": project,
            "target": versions[0]["target"].rpartition(":")[0],
            "versions": summary_of(counted, f"{project}/{name}", CHART),
            "moved": sum(one["verdict"] in _WANTING for one in versions),
        }


def _left_out(facts: PlanFacts) -> Iterator[dict[str, str]]:
    """What is selected and cannot travel, or is left out on purpose, with the reason."""
    for one in facts.repositories:
        for tag in one.get("uncopied", ()):
            yield {"object": "tag", "name": f"{one['name']}:{tag}", "reason": "Harbor 1.x copies no OCI content"}
    for one in sorted(facts.inventory.get("left_behind", ()), key=lambda one: (one["repository"], one["reference"])):
        yield {
            "object": "accessory",
            "name": f"{one['repository']}: {one['reference']}",
            "reason": one["reason"],
        }
    for project in sorted(facts.inventory.get("proxy_projects", ())):
        yield {
            "object": "project",
            "name": project,
            "reason": "it is a proxy cache, and migration_projects does not name it",
        }


def _quota(quota: Facts) -> dict[str, Any]:
    return {
        **{name: quota[name] for name in ("name", "edition", "limit", "needed", "enough")},
        "near_limit": near_limit(quota),
    }


def _transfer(facts: PlanFacts) -> dict[str, Any]:
    verdicts = facts.verdicts
    copied = [one for one in facts.repositories if _is_copied(verdicts.get(one["name"], {"verdict": "unknown"}))]
    sizes = [int(one["size"] or 0) for one in copied]
    told = estimate(sizes, sum(len(one["tags"]) for one in copied), facts.speed)
    return {"selected_bytes": sum(int(one["size"] or 0) for one in facts.repositories), **told}
