# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as text: Markdown for the review in Git, and a summary for the screen. Both are made from the document alone. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..report.markdown import table
from ..variables.access import LEASE, PERMANENT, RUN
from .estimate import LINE_BYTES_PER_SECOND, in_words

Facts = Mapping[str, Any]
_ACCESS = {
    LEASE: "open until cleanup, expired after {hours} hours",
    RUN: "taken back at the end of the run, expired after {hours} hours",
    PERMANENT: "open until cleanup, without an end",
}
_IF_ANY = ("charts", "accessories", "untagged_copied")


def plan_text(document: Facts) -> str:
    """The plan in Markdown."""
    lines = [
        f"# Plan of the migration {document['migration_id']}",
        "",
        *_head(document),
        *_section("What a run will do", _numbered(document["steps"])),
        *_section("Harbor is interrupted", _interruptions(document["interruptions"]), document["interruptions"]),
        *_section("Risks", [f"- {one['text']}" for one in document["risks"]], document["risks"]),
        *_section("What is at the target already", _repositories(document["repositories"])),
        *_section("Charts of ChartMuseum", _charts(document["charts"]), document["charts"]),
        *_section("Where each project goes", _names(document["names"])),
        *_section("What does not travel", _left_out(document["left_out"]), document["left_out"]),
        *_section("How much is copied", _transfer(document["transfer"])),
        *_section(
            "What the API key must be allowed to do", _permissions(document["permissions"]), document["permissions"]
        ),
        *_section("Whether the registry has room", _quotas(document["quotas"]), document["quotas"]),
    ]
    return "\n".join(lines) + "\n"


def summary(document: Facts, files: Sequence[str] = ()) -> list[str]:
    """The lines on the screen, to be pasted into a ticket or read by who approves the plan.

    :param files: the paths of the files that were written.
    """
    steps = [f"  {step['action']} {step['object']}: {step['key']}{_shared(step)}" for step in document["steps"]]
    lines = [
        f"Plan of the migration {document['migration_id']}",
        *(f"  {text}" for _name, text in selected(document)),
        f"  {_totals(document)}, {_duration(document['transfer'])}",
        *(steps or ["  nothing is to be done"]),
    ]
    away = "; ".join(f"{one['action']} {one['object']} {one['key']}" for one in document["interruptions"])
    lines += [f"Harbor is interrupted: {away}"] if away else []
    lines += [f"Risk: {one['text']}" for one in document["risks"]]
    lines += [f"Written: {file}" for file in files]
    lines += [f"SHA-256 of the plan: {document['sha256']}"]
    return lines


def selected(document: Facts) -> list[tuple[str, str]]:
    """Each kind with what is selected of it, and by which variable."""
    rows = []
    for name in ("projects", "repositories", "tags"):
        part = document["selection"][name]
        given = f"{name} {', '.join(part['values'])}: given by {part['variable']}"
        rows.append((name.capitalize(), given if part["values"] else f"all {name}: no {part['variable']} given"))
    return rows


def _section(title: str, lines: Iterable[str], shown: Any = True) -> list[str]:
    """A section with its heading; nothing where there is nothing to show."""
    return ["", f"## {title}", "", *lines] if shown else []


def _head(document: Facts) -> list[str]:
    source, target, access = document["source"], document["target"], document["access"]
    version = source["version"]
    allowed = ", ".join(access["public_cidrs"]) or " ".join(filter(None, (access["vpc_id"], access["subnet_id"])))
    rows = (
        ("SHA-256", f"`{document['sha256']}`"),
        ("Source", f"{source['url']} (Harbor {version})" if version else source["url"]),
        ("Target", f"{target['public_domain']} ({target['registry_id']}, {target['region']})"),
        ("Network", f"{access['network']} ({allowed})" if allowed else access["network"]),
        ("Temporary access", _ACCESS[access["mode"]].format(hours=access["lease_hours"])),
        *selected(document),
        ("Selected", _totals(document)),
    )
    return table(("", ""), rows)


def _totals(document: Facts) -> str:
    totals = document["totals"]
    counted = ["projects", "repositories", "tags", *(name for name in _IF_ANY if totals[name])]
    parts = [f"{totals[name]} {name.replace('untagged_copied', 'untagged images')}" for name in counted]
    return ", ".join([*parts, f"{document['transfer']['selected_bytes']} bytes"])


def _duration(transfer: Facts) -> str:
    if not transfer["repositories"]:
        return "of which nothing is copied"
    return f"of which {transfer['bytes']} bytes are copied in about {in_words(transfer['seconds'])}"


def _numbered(steps: Sequence[Facts]) -> list[str]:
    lines = [f"{number}. {_step(step)}" for number, step in enumerate(steps, 1)]
    return lines or ["Nothing: everything is in place."]


def _step(step: Facts) -> str:
    return f"{step['action']} {step['object']}: `{step['key']}`{_shared(step)}"


def _shared(step: Facts) -> str:
    """The other migrations that own an object, which stays until the last of them is cleaned up."""
    return f" (shared with {', '.join(step['shared_with'])})" if step.get("shared_with") else ""


def _interruptions(steps: Sequence[Facts]) -> list[str]:
    return [
        "Harbor does not answer while its services start again, usually for less than a minute. Logins, pushes and pulls "
        "fail meanwhile; the database and the images stay as they are. The run refuses to begin with this while a "
        "replication runs.",
        "",
        *(f"- {step['action']} {step['object']} {step['key']}" for step in steps),
    ]


def _repositories(repositories: Sequence[Facts]) -> list[str]:
    contents = {"accessories": "Accessories", "untagged_images": "Untagged images"}
    more = contents if any(one[name]["count"] for one in repositories for name in contents) else {}
    rows = (
        (one["name"], one["target"], one["tags"]["count"], *(one[name]["count"] for name in more), one["verdict"])
        for one in repositories
    )
    return table(("Repository", "Target", "Tags", *more.values(), "Verdict"), rows)


def _charts(charts: Sequence[Facts]) -> list[str]:
    rows = ((one["name"], one["target"], one["versions"]["count"], one["moved"]) for one in charts)
    return table(("Chart", "Target", "Versions", "Moved"), rows)


def _names(names: Facts) -> Iterator[str]:
    yield from table(
        ("Harbor project", "TCR namespace"), ((one["project"], one["namespace"]) for one in names["projects"])
    )
    if names["collisions"]:
        yield from ("", "These target repositories have other content already:", "")
        header = ("Repository", "Target", "Tags replaced", "Tags kept by a rule", "Other tags")
        keys = ("name", "target", "replaced", "kept_by_rules", "extra")
        yield from table(header, ([one[key] for key in keys] for one in names["collisions"]))


def _left_out(found: Sequence[Facts]) -> list[str]:
    return [f"- {one['object']} {one['name']}: {one['reason']}" for one in found]


def _transfer(transfer: Facts) -> list[str]:
    if not transfer["repositories"]:
        return ["Nothing."]
    rate = transfer["task_bytes_per_second"]
    limit = f", each limited to {rate} bytes per second" if rate < LINE_BYTES_PER_SECOND else ""
    return [
        f"{transfer['bytes']} bytes in {transfer['repositories']} repositories, in about {in_words(transfer['seconds'])}: "
        f"computed, not measured, for {transfer['workers']} tasks at a time{limit}, and a line of "
        f"{transfer['line_bytes_per_second']} bytes per second."
    ]


def _permissions(policy: Facts) -> list[str]:
    return [
        "The smallest CAM policy with which `plan`, `migrate`, `verify` and `cleanup` work over this network path, to be "
        "pasted into CAM's policy editor:",
        "",
        "```json",
        json.dumps(policy, indent=2, sort_keys=True),
        "```",
    ]


def _quotas(quotas: Sequence[Facts]) -> list[str]:
    rows = ((one["name"], one["edition"], one["limit"] or "not known", one["needed"], _enough(one)) for one in quotas)
    return [
        "The limits of the edition are not official; what counts is what the API accepts.",
        "",
        *table(("Kind", "Edition", "Said to allow", "Added", "Enough"), rows),
    ]


def _enough(quota: Facts) -> str:
    if not quota["enough"]:
        return "**no**"
    return "nearly at the limit" if quota["near_limit"] else "yes"
