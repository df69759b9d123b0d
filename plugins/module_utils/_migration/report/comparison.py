# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says about a comparison, in Markdown. Pure.

Everywhere ``comparison`` is what the module migration_verify returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .markdown import table

Facts = Mapping[str, Any]
_VERDICTS = ("equal", "different", "missing", "extra", "unknown")
_CONTENTS = {"accessories": "Accessories", "untagged_images": "Untagged images"}


def comparison_section(comparison: Facts) -> Iterator[str]:
    """Everything about a comparison that was made: counts, repositories, and what is not equal."""
    totals = comparison["totals"]
    counts = [("selected", int(totals["tags"])), *((name, int(totals[name])) for name in _VERDICTS)]
    yield from (str(comparison["summary"]), "", *table(("Tags", ""), counts), "")
    for name, heading in _CONTENTS.items():
        if totals.get(name, {}).get("compared"):
            yield from (*table((heading, ""), totals[name].items()), "")
    yield from (*repositories_table(comparison), *_differences(comparison), *notes(comparison))


def repositories_table(comparison: Facts) -> list[str]:
    """The repositories with their targets, sizes and verdicts."""
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
    return table(header, rows)


def notes(comparison: Facts) -> Iterator[str]:
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
        if not repository["name"]:
            yield "- only at the target"
        for tag in sorted(repository["tags"], key=lambda one: str(one["tag"])):
            if tag["verdict"] != "equal":
                reason = f" ({tag['reason']})" if tag.get("reason") else ""
                yield f"- {tag['tag']}: {tag['verdict']}{reason}"
        for one in contents:
            reason = f" ({one['reason']})" if one.get("reason") else ""
            name = f"{', '.join(one.get('tags', ())) or one['digest']} ({one['kind']})"
            hangs = f" on {one['subject']}" if one.get("subject") else ""
            yield f"- {name}{hangs}: {one['verdict']}{reason}"
