# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a migration as text: Markdown for people, JSON for programs, and a summary for a ticket. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ..continuous.source_changes import changes_text
from .charts import charts_section
from .comparison import comparison_section
from .continuous import continuous_lines, continuous_section, source_changes_section
from .executions import execution_data, execution_line, progress_line, utc
from .markdown import table as _table

Facts = Mapping[str, Any]
_NOTHING = {
    "Prediction": "nothing would be changed",
    "Run": "nothing was changed",
    "Cleanup": "nothing was left",
}
_CLEANUP = "cleanup"
# What Ansible adds to the result of a module.
_NOISE = ("changed", "failed", "invocation", "warnings", "ended")
_NOT_COMPARED = "Source and target were not compared"


@dataclass(frozen=True)
class Evidence:
    """What is known about a migration when its report is written.

    :param run: the playbook that ran: ``migrate``, ``verify`` or ``cleanup``.
    :param started: when it began, in seconds since 1970; ``None``: not known.
    :param source: address of Harbor.
    :param steps: what was or would be done: ``action``, ``object`` and ``key`` each.
    :param executions: what harbor_replication_execution returned for each execution of this run.
    :param running: the same for executions of the migration that had not ended when the report was written.
    :param comparison: what migration_verify returned; empty when nothing was compared.
    :param comparison_problem: why nothing was compared, where there is more to say.
    :param charts: what harbor_chart_migration returned about the charts of ChartMuseum: ``equal``, ``charts``, ``summary``;
        empty when there are none.
    :param continuous: the health of the replication that copies each push at once, as migration_state_info returned it; empty
        when it was not looked at.
    :param lag: what has not arrived, as :func:`..comparison.lag.lag_summary` made it; empty when it was not read.
    :param source_changes: what :func:`..continuous.source_changes.source_changes` returned, and the ``report`` since which that is;
        empty when it was not asked.
    :param failure: why the run failed; empty when it did not.
    :param leftovers: temporary access that still exists, as steps that would remove it, or take only the marker of this
        migration out of it where it is ``shared_with`` others.
    :param leftovers_problem: why that list may be incomplete.
    :param not_looked_at: where this run did not look for temporary access.
    :param warnings: what the modules warned of.
    :param note: what else is to be done.
    :param durations: seconds that each part of the run took, in their order.
    """

    migration_id: str
    run: str = "migrate"
    started: float | None = None
    source: str = ""
    network: str = ""
    registry: Facts = field(default_factory=dict)
    harbor: Facts = field(default_factory=dict)
    steps: Sequence[Facts] = ()
    executions: Sequence[Facts] = ()
    running: Sequence[Facts] = ()
    comparison: Facts = field(default_factory=dict)
    comparison_problem: str = ""
    charts: Facts = field(default_factory=dict)
    continuous: Facts = field(default_factory=dict)
    lag: Facts = field(default_factory=dict)
    source_changes: Facts = field(default_factory=dict)
    failure: str = ""
    leftovers: Sequence[Facts] = ()
    leftovers_problem: str = ""
    not_looked_at: Sequence[str] = ()
    warnings: Sequence[str] = ()
    note: str = ""
    durations: Mapping[str, float] = field(default_factory=dict)


def step_text(step: Facts) -> str:
    """One step as a line: ``create namespace: `shop```, and with whom its object is shared."""
    return f"{step['action']} {step['object']}: `{step['key']}`{_shared(step)}"


def _shared(step: Facts) -> str:
    """The other migrations that own an object, which stays until the last of them is cleaned up."""
    return f" (shared with {', '.join(step['shared_with'])})" if step.get("shared_with") else ""


def report_text(evidence: Evidence, written: datetime) -> str:
    """The report in Markdown: what a run did, what the comparison found, and what temporary access is left."""
    begin = f"{_shown(evidence.started)} to " if evidence.started is not None else ""
    lines = [
        f"# Report of the migration {evidence.migration_id}",
        "",
        f"**{' '.join(verdict_text(evidence).split())}**",
        "",
        *_head(evidence, ("Run", f"{evidence.run}, {begin}{_shown(written.timestamp())}")),
        "",
        "## What this run did",
        "",
        *_numbered(evidence.steps, _nothing_done(evidence)),
        *(line for one in evidence.executions for line in ("", execution_line(one))),
        *_running(evidence),
        *_comparison(evidence),
        *charts_section(evidence.charts.get("charts", ()), evidence.registry.get("public_domain", "")),
        *continuous_section(evidence.continuous, evidence.lag),
        *source_changes_section(evidence.source_changes),
    ]
    if evidence.warnings:
        lines += ["", "## Warnings", "", *(f"- {' '.join(one.split())}" for one in evidence.warnings)]
    lines += ["", "## Temporary access that still exists", "", *_leftovers(evidence)]
    return "\n".join(lines) + "\n"


def report_data(evidence: Evidence, written: datetime) -> str:
    """The report in JSON."""
    return _json(
        {
            "migration_id": evidence.migration_id,
            "run": evidence.run,
            "started": utc(evidence.started),
            "written": utc(written.timestamp()),
            "verdict": verdict_text(evidence),
            "failure": evidence.failure,
            "source": {"url": evidence.source, "version": evidence.harbor.get("version_text", "")},
            "target": {name: evidence.registry.get(name, "") for name in ("registry_id", "region", "public_domain")},
            "network": evidence.network,
            "steps": list(evidence.steps),
            "executions": [execution_data(one) for one in evidence.executions],
            "running": [execution_data(one) for one in evidence.running],
            "comparison": {key: value for key, value in evidence.comparison.items() if key not in _NOISE},
            "comparison_problem": evidence.comparison_problem,
            "charts": dict(evidence.charts),
            "continuous": dict(evidence.continuous),
            "lag": dict(evidence.lag),
            "source_changes": dict(evidence.source_changes),
            "warnings": list(evidence.warnings),
            "temporary_access": list(evidence.leftovers),
            "temporary_access_problem": evidence.leftovers_problem,
            "not_looked_at": list(evidence.not_looked_at),
            "note": evidence.note,
            "durations": dict(evidence.durations),
        }
    )


def summary(evidence: Evidence, heading: str, files: Sequence[str] = ()) -> list[str]:
    """The lines with which a run ends, to be pasted into a ticket: what was done, durations and files.

    :param heading: ``Prediction``, ``Run`` or ``Cleanup``.
    """
    lines = [f"{heading} {'for' if heading == 'Prediction' else 'of'} the migration {evidence.migration_id}"]
    lines += [f"  {step['action']} {step['object']}: {step['key']}{_shared(step)}" for step in evidence.steps] or [
        f"  {_NOTHING[heading]}"
    ]
    lines += [execution_line(one).replace("`", "") for one in evidence.executions]
    lines += [f"Still running: {progress_line(one)}" for one in evidence.running]
    lines += continuous_lines(evidence.continuous, evidence.lag)
    lines += [changes_text(evidence.source_changes)] if evidence.source_changes else []
    if evidence.durations:
        lines.append("Durations: " + ", ".join(f"{name} {took:.0f} s" for name, took in evidence.durations.items()))
    lines += [f"Note: {evidence.note}"] if evidence.note else []
    lines += [f"Written: {file}" for file in files]
    return lines


def verdict_text(evidence: Evidence) -> str:
    """Whether source and target are equal, or why that is not known, in one sentence."""
    if evidence.failure:
        return f"The run failed: {evidence.failure}"
    comparison = evidence.comparison
    if evidence.run == _CLEANUP:
        return _cleanup_verdict(evidence)
    if not comparison:
        return _not_compared(evidence)
    if comparison["equal"] and evidence.charts and not evidence.charts["equal"]:
        return f"Source and target are not equal. {evidence.charts['summary']}"
    if comparison["equal"]:
        totals, count = comparison["totals"], sum(bool(one["name"]) for one in comparison["repositories"])
        accessories = totals.get("accessories", {})
        others = f" and {accessories['equal']} accessories" if accessories.get("equal") else ""
        moved = len(evidence.charts.get("charts", ()))
        others += f" and {moved} charts" if moved else ""
        wanting = accessories.get("compared", 0) - accessories.get("equal", 0)
        hint = f" {wanting} accessories are not equal, which decides nothing." if wanting else ""
        return f"Source and target are equal: {totals['tags']} tags{others} in {count} repositories.{hint}"
    return f"Source and target are not equal. {comparison['summary']}"


def _cleanup_verdict(evidence: Evidence) -> str:
    if evidence.leftovers:
        return "Temporary access of this migration still exists."
    if evidence.leftovers_problem or evidence.not_looked_at:
        return "What was found was removed, but not everything was looked at."
    return "No temporary access of this migration exists any more."


def _not_compared(evidence: Evidence) -> str:
    return f"{_NOT_COMPARED}: {evidence.comparison_problem}" if evidence.comparison_problem else f"{_NOT_COMPARED}."


def _shown(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, timezone.utc):%Y-%m-%d %H:%M:%S} UTC"


def _nothing_done(evidence: Evidence) -> str:
    if evidence.failure:
        return "Nothing was changed."
    if evidence.executions:
        return "Nothing was changed; what was to be copied was being copied already."
    if evidence.run == "migrate":
        return "Nothing: everything was in place."
    return "Nothing was found." if evidence.run == _CLEANUP else "It compared, and changed nothing."


def _running(evidence: Evidence) -> Iterator[str]:
    """What goes on in Harbor although the run has ended."""
    if not evidence.running and not evidence.failure:
        return
    yield from ("", "## What still runs", "")
    yield from (f"- {progress_line(one)}" for one in evidence.running)
    if evidence.running:
        yield from (
            "",
            "Harbor goes on with it, and needs the temporary access until then. Run `migrate` again to follow it.",
        )
    elif evidence.leftovers_problem:
        yield f"Not known: {evidence.leftovers_problem}"
    else:
        yield "No replication of this migration."


def _comparison(evidence: Evidence) -> Iterator[str]:
    comparison = evidence.comparison
    if evidence.run == _CLEANUP:
        return
    yield from ("", "## Comparison by digest", "")
    if not comparison:
        yield _not_compared(evidence)
        return
    yield from comparison_section(comparison)


def _head(evidence: Evidence, *further: tuple[str, str]) -> list[str]:
    registry, version = evidence.registry, evidence.harbor.get("version_text", "")
    target = f"{registry.get('public_domain', '')} ({registry.get('registry_id', '')}, {registry.get('region', '')})"
    rows = (
        ("Source", f"{evidence.source} (Harbor {version})" if version else evidence.source),
        ("Target", target),
        ("Network", evidence.network),
        *further,
    )
    return _table(("", ""), rows)


def _numbered(steps: Sequence[Facts], nothing: str) -> list[str]:
    return [f"{number}. {step_text(step)}" for number, step in enumerate(steps, 1)] or [nothing]


def _leftovers(evidence: Evidence) -> Iterator[str]:
    if evidence.leftovers_problem:
        yield from (f"This list may be incomplete: {evidence.leftovers_problem}", "")
    if evidence.not_looked_at:
        yield from (f"Not looked at by this run: {', '.join(evidence.not_looked_at)}.", "")
    if evidence.leftovers:
        yield from (f"- {one['object']}: `{one['key']}`{_shared(one)}" for one in evidence.leftovers)
        yield from (
            "",
            "Remove all of it when nothing is copied any more: `ansible-playbook cloud_registry.migration.cleanup` with "
            "the same inventory and variables.",
        )
    else:
        yield "Nothing was found that carries the marker of this migration."
    if evidence.note:
        yield from ("", evidence.note)
    entrance = "private link" if evidence.network == "private" else "public endpoint"
    yield ""
    yield (
        f"The {entrance} of the registry cannot carry a marker, so cleanup does not remove it: close it in the TCR console "
        "when nobody else needs it."
    )


def _json(data: Any) -> str:
    return json.dumps(data, indent=4, sort_keys=True, default=str) + "\n"
