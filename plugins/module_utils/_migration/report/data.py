# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run for programs. ``docs/schemas/report-1.json`` describes it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..variables.access import MODES, PERMANENT
from .evidence import Evidence, Facts
from .executions import execution_data, utc
from .outcome import Outcome, verdict_text

SCHEMA_VERSION = 1
# What an index says of a report.
LISTED = ("migration_id", "run", "outcome", "verdict", "started", "written")
# What Ansible adds to the result of a module, and what is said elsewhere in the report.
_NOISE = ("changed", "failed", "invocation", "warnings", "ended", "inventory", "msg", "error", "deprecations")
_PARTS_OF_A_SELECTION = ("projects", "repositories", "tags")


def report_data(evidence: Evidence, outcome: Outcome, written: datetime) -> dict[str, Any]:
    """The report as plain data.

    :param written: when it is written, which is the end of the run.
    """
    ended = written.timestamp()
    return {
        "schema_version": SCHEMA_VERSION,
        "migration_id": evidence.migration_id,
        "run": evidence.run,
        "outcome": outcome.name,
        "verdict": verdict_text(evidence, outcome),
        "problem": outcome.problem,
        "failure": evidence.failure,
        "started": utc(evidence.started),
        "written": utc(ended),
        "seconds": None if evidence.started is None else round(max(ended - evidence.started, 0.0), 1),
        "started_by": dict(evidence.started_by),
        "versions": {**evidence.versions, "harbor": evidence.harbor.get("version_text", "")},
        "source": {"url": evidence.source, "version": evidence.harbor.get("version_text", "")},
        "target": {name: evidence.registry.get(name, "") for name in ("registry_id", "region", "public_domain")},
        "network": evidence.network,
        "access": access_of(evidence.access),
        "selection": _selection(evidence.inventory.get("selection", {})),
        "projects": projects_of(evidence.inventory, evidence.targets),
        "tolerances": {
            "accepted_verdicts": list(evidence.accepted_verdicts),
            "accessories": evidence.accessories,
            "accepted": dict(outcome.accepted),
        },
        "parts": [_part(one) for one in evidence.parts],
        "steps": list(evidence.steps),
        "executions": [execution_data(one) for one in evidence.executions],
        "running": [execution_data(one) for one in evidence.running],
        "comparison": {key: value for key, value in evidence.comparison.items() if key not in _NOISE},
        "comparison_problem": evidence.comparison_problem,
        "charts": dict(evidence.charts),
        "continuous": dict(evidence.continuous),
        "lag": dict(evidence.lag),
        "source_changes": dict(evidence.source_changes),
        "copied": list(evidence.copied),
        "kept_at_target": list(evidence.kept_at_target),
        "warnings": list(evidence.warnings),
        "temporary_access": list(evidence.leftovers),
        "temporary_access_problem": evidence.leftovers_problem,
        "not_looked_at": list(evidence.not_looked_at),
        "note": evidence.note,
    }


def report_json(data: Mapping[str, Any]) -> str:
    """The report as the text of its file."""
    return json.dumps(data, indent=4, sort_keys=True, default=str) + "\n"


def workflow_facts(data: Mapping[str, Any], files: Sequence[str]) -> dict[str, Any]:
    """What a workflow decides by: few, small, and under names that no variable of the collection has.

    :param files: the names of the files that were written.
    """
    totals = data["comparison"].get("totals", {})
    counted = {name: totals[name] for name in ("tags", "equal", "different", "missing", "extra", "unknown") if totals}
    return {
        "cloud_registry_outcome": data["outcome"],
        "cloud_registry_verdict": data["verdict"],
        "cloud_registry_counts": {**counted, "steps": len(data["steps"]), "leftovers": len(data["temporary_access"])},
        "cloud_registry_report_files": list(files),
    }


def projects_of(inventory: Facts, targets: Facts) -> list[dict[str, Any]]:
    """What is selected of each project of the source, by name: ``repositories``, ``tags``, ``bytes`` and its ``namespace``."""
    found: dict[str, dict[str, Any]] = {}
    for one in inventory.get("repositories", ()):
        name = str(one["project"])
        namespace = targets.get("projects", {}).get(name, {}).get("namespace", name)
        new = {"name": name, "namespace": namespace, "repositories": 0, "tags": 0, "bytes": 0}
        project = found.setdefault(name, new)
        project["repositories"] += 1
        project["tags"] += len(one["tags"])
        project["bytes"] += int(one.get("size") or 0)
    return [found[name] for name in sorted(found)]


def _selection(selected: Facts) -> list[dict[str, Any]]:
    """Each part of a selection with the variable that gives it; without a pattern everything is selected."""
    return [
        {"part": name, "variable": f"migration_{name}", "patterns": list(selected[name])}
        for name in _PARTS_OF_A_SELECTION
        if name in selected
    ]


def access_of(access: Facts) -> dict[str, Any]:
    """How long temporary access stays: ``mode``, and the ``hours`` after which it counts as expired; empty where the mode is none."""
    mode, hours = access.get("mode"), str(access.get("hours", ""))
    if mode not in MODES:
        return {}
    return {"mode": mode, "hours": int(hours)} if mode != PERMANENT and hours.isdigit() else {"mode": mode}


def selection_lines(selected: Facts) -> list[tuple[str, str]]:
    """Each part of a selection for people, with what is selected of it and by which variable."""
    return [
        (
            one["part"].capitalize(),
            f"{', '.join(one['patterns'])} ({one['variable']})"
            if one["patterns"]
            else f"all (no {one['variable']} given)",
        )
        for one in _selection(selected)
    ]


def _part(part: Facts) -> dict[str, Any]:
    seconds = round(max(float(part["ended"]) - float(part["started"]), 0.0), 1)
    return {"name": part["name"], "started": utc(part["started"]), "ended": utc(part["ended"]), "seconds": seconds}


def is_report(data: Any) -> bool:
    """Whether something that was read is a report of this version."""
    return isinstance(data, dict) and data.get("schema_version") == SCHEMA_VERSION and data.keys() >= set(LISTED)
