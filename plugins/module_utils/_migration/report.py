# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan and report of a migration as text: Markdown for people, JSON for programs, and a summary for a ticket. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .selection import Selection

Facts = Mapping[str, Any]
_VERDICTS = ("equal", "different", "missing", "extra", "unknown")
_NOTHING = {"Plan": "nothing is to be done", "Run": "nothing was changed", "Cleanup": "nothing was left"}
_IF_ANY = ("accessories", "untagged_copied")
_CONTENTS = {"accessories": "Accessories", "untagged_images": "Untagged images"}
_RESTARTS = ("recreate", "restart")
_NOT_COMPARED = "Source and target were not compared."


@dataclass(frozen=True)
class Evidence:
    """What is known about a migration when its plan or report is written.

    :param source: address of Harbor.
    :param steps: what was or would be done: ``action``, ``object`` and ``key`` each.
    :param comparison: what migration_verify returned; empty when nothing was compared.
    :param failure: why the run failed; empty when it did not.
    :param leftovers: temporary access that still exists, as steps that would remove it, or take only the marker of this
        migration out of it where it is ``shared_with`` others.
    :param leftovers_problem: why that list may be incomplete.
    :param note: what else is to be done.
    :param durations: seconds that each part of the run took, in their order.
    """

    migration_id: str
    source: str = ""
    network: str = ""
    registry: Facts = field(default_factory=dict)
    harbor: Facts = field(default_factory=dict)
    inventory: Facts = field(default_factory=dict)
    targets: Facts = field(default_factory=dict)
    requirements: Facts = field(default_factory=dict)
    steps: Sequence[Facts] = ()
    executions: Sequence[Facts] = ()
    comparison: Facts = field(default_factory=dict)
    failure: str = ""
    leftovers: Sequence[Facts] = ()
    leftovers_problem: str = ""
    note: str = ""
    durations: Mapping[str, float] = field(default_factory=dict)


def step_text(step: Facts) -> str:
    """One step as a line: ``create namespace: `shop```, and with whom its object is shared."""
    return f"{step['action']} {step['object']}: `{step['key']}`{_shared(step)}"


def _shared(step: Facts) -> str:
    """The other migrations that own an object, which stays until the last of them is cleaned up."""
    return f" (shared with {', '.join(step['shared_with'])})" if step.get("shared_with") else ""


def plan_text(evidence: Evidence) -> str:
    """The plan in Markdown: what a run will do. Holds no time, so that the same state gives the same text."""
    totals = evidence.inventory.get("totals", {})
    counted = ["projects", "repositories", "tags", *(name for name in _IF_ANY if totals.get(name)), "bytes"]
    selected = ", ".join(f"{totals.get(name, 0)} {name.replace('_copied', ' images')}" for name in counted)
    lines = [
        f"# Plan of the migration {evidence.migration_id}",
        "",
        *_head(evidence, *Selection.described(evidence.inventory.get("selection", {})), ("Selected", selected)),
        "",
        "## What a run will do",
        "",
        *_numbered(evidence.steps, "Nothing: everything is in place."),
        *_interruption(evidence.steps),
        "",
        "## What is at the target already",
        "",
        *_repositories(evidence.comparison),
        *_notes(evidence.comparison),
        "",
        "## Where each project goes",
        "",
        *_table(
            ("Harbor project", "TCR namespace"),
            ((name, one["namespace"]) for name, one in sorted(evidence.targets.get("projects", {}).items())),
        ),
        *(line for note in sorted(evidence.targets.get("doubtful", ())) for line in ("", f"Note: {note}")),
        *_costly_account(evidence.harbor),
        *_requirements(evidence.requirements),
    ]
    return "\n".join(lines) + "\n"


def _costly_account(harbor: Facts) -> list[str]:
    """The advice to use a robot account, where each check of a user's password costs Harbor 0.5 to 1.4 s of CPU."""
    user = harbor.get("user") or {"robot": True}
    if user["robot"] or not harbor["capabilities"]["costly_passwords"]:
        return []
    return [
        "",
        f"Note: each login of the user {user['name']} costs this Harbor 0.5 to 1.4 seconds of CPU, and each task logs in. A "
        "robot account (module harbor_robot, purpose: migration) costs it nothing and is never locked by a wrong password.",
    ]


def report_text(evidence: Evidence, written: datetime) -> str:
    """The report in Markdown: what a run did, what the comparison found, and what temporary access is left."""
    comparison = evidence.comparison
    lines = [
        f"# Report of the migration {evidence.migration_id}",
        "",
        f"**{verdict_text(evidence)}**",
        "",
        *_head(evidence, ("Written", f"{written.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} UTC")),
        "",
        "## What this run did",
        "",
        *_numbered(evidence.steps, "Nothing: everything was in place."),
        *(line for one in evidence.executions for line in ("", _execution(one))),
    ]
    if comparison:
        counts = ((("selected" if name == "tags" else name), count) for name, count in _counts(comparison))
        lines += ["", "## Comparison by digest", "", str(comparison["summary"]), "", *_table(("Tags", ""), counts), ""]
        for name, heading in _CONTENTS.items():
            if comparison["totals"].get(name, {}).get("compared"):
                rows = comparison["totals"][name].items()
                lines += [*_table((heading, ""), rows), ""]
        lines += [*_repositories(comparison), *_differences(comparison), *_notes(comparison)]
    lines += ["", "## Temporary access that still exists", "", *_leftovers(evidence)]
    return "\n".join(lines) + "\n"


def report_data(evidence: Evidence, written: datetime) -> str:
    """The report in JSON."""
    return _json(
        {
            "migration_id": evidence.migration_id,
            "written": f"{written.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
            "verdict": verdict_text(evidence),
            "failure": evidence.failure,
            "source": {"url": evidence.source, "version": evidence.harbor.get("version_text", "")},
            "target": {name: evidence.registry.get(name, "") for name in ("registry_id", "region", "public_domain")},
            "network": evidence.network,
            "steps": list(evidence.steps),
            "executions": list(evidence.executions),
            "comparison": dict(evidence.comparison),
            "temporary_access": list(evidence.leftovers),
            "temporary_access_problem": evidence.leftovers_problem,
            "note": evidence.note,
            "durations": dict(evidence.durations),
        }
    )


def summary(evidence: Evidence, heading: str, files: Sequence[str] = ()) -> list[str]:
    """The lines with which a run ends, to be pasted into a ticket: what was done, durations and files.

    :param heading: ``Plan``, ``Run`` or ``Cleanup``.
    """
    lines = [f"{heading} of the migration {evidence.migration_id}"]
    if heading == "Plan":
        selected = Selection.described(evidence.inventory.get("selection", {}))
        lines += [f"  {text}" for _kind, text in selected]
    lines += [f"  {step['action']} {step['object']}: {step['key']}{_shared(step)}" for step in evidence.steps] or [
        f"  {_NOTHING[heading]}"
    ]
    if heading == "Plan" and _restarts(evidence.steps):
        lines.append(f"Harbor is interrupted: {'; '.join(_restarts(evidence.steps))}")
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
    if not comparison:
        return _NOT_COMPARED
    if comparison["equal"]:
        totals, count = comparison["totals"], len(comparison["repositories"])
        accessories = totals.get("accessories", {})
        others = f" and {accessories['equal']} accessories" if accessories.get("equal") else ""
        wanting = accessories.get("compared", 0) - accessories.get("equal", 0)
        hint = f" {wanting} accessories are not equal, which decides nothing." if wanting else ""
        return f"Source and target are equal: {totals['tags']} tags{others} in {count} repositories.{hint}"
    return f"Source and target are not equal. {comparison['summary']}"


def _head(evidence: Evidence, *further: tuple[str, str]) -> list[str]:
    registry, version = evidence.registry, evidence.harbor.get("version_text", "")
    target = f"{registry.get('public_domain', '')} ({registry.get('registry_id', '')}, {registry.get('region', '')})"
    rows = (
        ("Source", f"{evidence.source} (Harbor {version})"),
        ("Target", target),
        ("Network", evidence.network),
        *further,
    )
    return _table(("", ""), rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    def line(cells: Iterable[Any]) -> str:
        return "|" + "|".join(f" {cell} " if cell != "" else " " for cell in cells) + "|"

    return [line(header), "|" + "---|" * len(header), *(line(row) for row in rows)]


def _numbered(steps: Sequence[Facts], nothing: str) -> list[str]:
    return [f"{number}. {step_text(step)}" for number, step in enumerate(steps, 1)] or [nothing]


def _restarts(steps: Sequence[Facts]) -> list[str]:
    """The steps while which Harbor does not answer, as text."""
    return [f"{step['action']} {step['object']} {step['key']}" for step in steps if step["action"] in _RESTARTS]


def _interruption(steps: Sequence[Facts]) -> Iterator[str]:
    """What a plan says to those who use Harbor."""
    if not _restarts(steps):
        return
    yield from (
        "",
        "## Harbor is interrupted",
        "",
        "Harbor does not answer while its services start again, usually for less than a minute. Logins, pushes and pulls "
        "fail meanwhile; the database and the images stay as they are. The run refuses to begin with this while a "
        "replication runs.",
        "",
    )
    yield from (f"- {one}" for one in _restarts(steps))


def _execution(one: Facts) -> str:
    done, all_of_them = one["repositories_done"], one["repositories"]
    copied = f"{done} of {all_of_them} repositories copied, {one['failed']} failed"
    return f"Harbor's execution {one['id']} of the policy `{one['policy']}`: {copied}."


def _counts(comparison: Facts) -> list[tuple[str, int]]:
    return [(name, int(comparison["totals"][name])) for name in ("tags", *_VERDICTS)]


def _repositories(comparison: Facts) -> list[str]:
    found = sorted(comparison.get("repositories", ()), key=lambda one: (str(one["name"] or ""), str(one["target"])))
    more = any(one.get(name) for one in found for name in _CONTENTS)
    header = ("Repository", "Target", "Tags", *(_CONTENTS.values() if more else ()), "Verdict")
    rows = (
        (
            one["name"] or "",
            one["target"],
            len(one["tags"]),
            *((len(one[name]) for name in _CONTENTS) if more else ()),
            one["verdict"],
        )
        for one in found
    )
    return _table(header, rows)


def _notes(comparison: Facts) -> Iterator[str]:
    """What the comparison says beside its verdicts."""
    rules = comparison.get("immutable_advice")
    for note in [*([rules] if rules else []), *comparison.get("notes", ())]:
        yield from ("", f"Note: {note}")


def _differences(comparison: Facts) -> Iterator[str]:
    for repository in sorted(comparison["repositories"], key=lambda one: str(one["name"] or "")):
        contents = [one for name in _CONTENTS for one in repository.get(name, ()) if one["verdict"] != "equal"]
        if repository["verdict"] == "equal" and not contents:
            continue
        yield from ("", f"### {repository['name'] or repository['target']}", "")
        for tag in sorted(repository["tags"], key=lambda one: str(one["tag"])):
            if tag["verdict"] != "equal":
                reason = f" ({tag['reason']})" if tag.get("reason") else ""
                yield f"- {tag['tag']}: {tag['verdict']}{reason}"
        for one in contents:
            reason = f" ({one['reason']})" if one.get("reason") else ""
            name = f"{', '.join(one.get('tags', ())) or one['digest']} ({one['kind']})"
            hangs = f" on {one['subject']}" if one.get("subject") else ""
            yield f"- {name}{hangs}: {one['verdict']}{reason}"


def _leftovers(evidence: Evidence) -> Iterator[str]:
    if evidence.leftovers_problem:
        yield from (f"This list may be incomplete: {evidence.leftovers_problem}", "")
    if evidence.leftovers:
        yield from (f"- {one['object']}: `{one['key']}`{_shared(one)}" for one in evidence.leftovers)
        yield from (
            "",
            "Remove all of it when nothing is copied any more: `ansible-playbook cloud_registry.migration.cleanup` with "
            "the same inventory and variables.",
        )
    else:
        yield "None that carries the marker of this migration."
    if evidence.note:
        yield from ("", evidence.note, "")
    entrance = "private link" if evidence.network == "private" else "public endpoint"
    yield (
        f"The {entrance} of the registry cannot carry a marker, so cleanup does not remove it: close it in the TCR console "
        "when nobody else needs it."
    )


def _requirements(requirements: Facts) -> list[str]:
    if not requirements:
        return []
    rows = (
        (one["name"], one["edition"], one["limit"] or "not known", one["used"], one["needed"], _enough(one))
        for one in requirements["quotas"]
    )
    return [
        "",
        "## What the API key must be allowed to do",
        "",
        "The smallest CAM policy with which `plan`, `migrate`, `verify` and `cleanup` work over this network path, to be "
        "pasted into CAM's policy editor:",
        "",
        "```json",
        json.dumps(requirements["policy"], indent=2),
        "```",
        "",
        "## Whether the registry has room",
        "",
        "The limits of the edition are not official; what counts is what the API accepts.",
        "",
        *_table(("Kind", "Edition", "Said to allow", "Used", "Added", "Enough"), rows),
    ]


def _enough(quota: Facts) -> str:
    return "yes" if quota["enough"] else "**no**"


def _json(data: Any) -> str:
    return json.dumps(data, indent=4, sort_keys=True, default=str) + "\n"
