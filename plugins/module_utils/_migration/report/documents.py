# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a migration as text: Markdown for people, and a summary for a ticket. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

from ..continuous.source_changes import changes_text
from .charts import charts_section
from .comparison import comparison_section
from .continuous import continuous_lines, continuous_section, source_changes_section
from .data import access_of, selection_lines
from .evidence import CLEANUP, Evidence, Facts
from .executions import execution_line, progress_line
from .markdown import table as _table
from .outcome import Outcome, not_compared, verdict_text

_NOTHING = {
    "Prediction": "nothing would be changed",
    "Run": "nothing was changed",
    "Cleanup": "nothing was left",
}


def step_text(step: Facts) -> str:
    """One step as a line: ``create namespace: `shop```, and with whom its object is shared."""
    return f"{step['action']} {step['object']}: `{step['key']}`{_shared(step)}"


def _shared(step: Facts) -> str:
    """The other migrations that own an object, which stays until the last of them is cleaned up."""
    return f" (shared with {', '.join(step['shared_with'])})" if step.get("shared_with") else ""


def report_text(evidence: Evidence, outcome: Outcome, written: datetime) -> str:
    """The report in Markdown: what a run did, what the comparison found, and what temporary access is left."""
    begin = f"{_shown(evidence.started)} to " if evidence.started is not None else ""
    lines = [
        f"# Report of the migration {evidence.migration_id}",
        "",
        f"**{' '.join(verdict_text(evidence, outcome).split())}**",
        "",
        *_head(
            evidence,
            ("Outcome", outcome.name),
            ("Run", f"{evidence.run}, {begin}{_shown(written.timestamp())}"),
            *_circumstances(evidence),
            *selection_lines(evidence.inventory.get("selection", {})),
        ),
        "",
        "## What this run did",
        "",
        *_numbered(evidence.steps, _nothing_done(evidence)),
        *(line for one in evidence.executions for line in ("", execution_line(one))),
        *_parts(evidence.parts),
        *_running(evidence),
        *_comparison(evidence),
        *charts_section(evidence.charts.get("charts", ()), evidence.registry.get("public_domain", "")),
        *continuous_section(evidence.continuous, evidence.lag),
        *source_changes_section(evidence.source_changes),
        *_kept_at_target(evidence),
    ]
    if evidence.warnings:
        lines += ["", "## Warnings", "", *(f"- {' '.join(one.split())}" for one in evidence.warnings)]
    lines += ["", "## Temporary access that still exists", "", *_leftovers(evidence)]
    return "\n".join(lines) + "\n"


def _circumstances(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Who ran it, with what, and what was accepted; each where it is known."""
    who = evidence.started_by
    if who:
        job = " ".join(filter(None, (who["job"]["system"], who["job"]["id"], who["job"]["url"])))
        yield "Started by", ", ".join(filter(None, (who["user"], job)))
    if evidence.versions:
        yield "Versions", ", ".join(f"{name} {version}" for name, version in evidence.versions.items())
    if evidence.run != CLEANUP:
        accepted = ", ".join(evidence.accepted_verdicts) or "nothing but equal"
        yield "Accepted", f"{accepted} (migration_accepted_verdicts)"
        yield "Accessories", f"{evidence.accessories} (migration_accessories)"
    access = access_of(evidence.access)
    if access:
        hours = f", {access['hours']} hours" if "hours" in access else ""
        yield "Temporary access", f"{access['mode']}{hours} (migration_access)"


def _parts(parts: Sequence[Facts]) -> Iterator[str]:
    """When each part of the run began and ended."""
    if parts:
        yield from ("", "## When it was done", "")
        rows = ((one["name"], _shown(one["started"]), _shown(one["ended"]), f"{_seconds(one):.1f}") for one in parts)
        yield from _table(("Part", "From", "To", "Seconds"), rows)


def _seconds(part: Facts) -> float:
    return max(float(part["ended"]) - float(part["started"]), 0.0)


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
    if evidence.parts:
        lines.append("Durations: " + ", ".join(f"{one['name']} {_seconds(one):.0f} s" for one in evidence.parts))
    lines += [f"Note: {evidence.note}"] if evidence.note else []
    lines += [f"Written: {file}" for file in files]
    return lines


def _shown(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, timezone.utc):%Y-%m-%d %H:%M:%S} UTC"


def _nothing_done(evidence: Evidence) -> str:
    if evidence.failure:
        return "Nothing was changed."
    if evidence.executions:
        return "Nothing was changed; what was to be copied was being copied already."
    if evidence.run == "migrate":
        return "Nothing: everything was in place."
    return "Nothing was found." if evidence.run == CLEANUP else "It compared, and changed nothing."


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


def _kept_at_target(evidence: Evidence) -> Iterator[str]:
    """What a cleanup left at the target although it was asked to remove what the migration made."""
    if not evidence.kept_at_target:
        return
    yield from ("", "## What stays at the target", "")
    rows = ((one["object"], one["key"], one["reason"]) for one in evidence.kept_at_target)
    yield from _table(("Kind", "Name", "Reason"), rows)


def _comparison(evidence: Evidence) -> Iterator[str]:
    comparison = evidence.comparison
    if evidence.run == CLEANUP:
        return
    yield from ("", "## Comparison by digest", "")
    if not comparison:
        yield not_compared(evidence)
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
