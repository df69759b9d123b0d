# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether anything was pushed to the source since a report was written. Pure.

Everywhere ``comparison`` is what the module migration_verify returned; what it says of the source is compared, and what it
says of the target is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..._errors import InvalidInput
from ..comparison.verdicts import EXTRA
from ..source.selection import IGNORE

_SHOWN = 10
_VARIABLE = "migration_unchanged_since"
_ANOTHER = f"Set {_VARIABLE} to the JSON report of a verify or migrate run that compared source and target."

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Baseline:
    """What a report says of the source.

    :param moment: when that run began, in UTC, as the report has it.
    :param selection: what was compared.
    :param digests: everything that was compared by name, with its digest; empty where the source did not tell it.
    """

    moment: str
    selection: Facts
    digests: Mapping[str, str]


def baseline_of(report: Any, migration_id: str) -> Baseline:
    """What a report says of the source.

    :param report: its JSON, as it was read.
    :raises InvalidInput: it is no report, or one of another migration, of a run that failed, or of one that compared nothing.
    """
    if not isinstance(report, Mapping) or not {"migration_id", "run", "comparison"} <= report.keys():
        raise InvalidInput(f"The file that {_VARIABLE} names is no report of this collection.", advice=_ANOTHER)
    if report["migration_id"] != migration_id:
        raise InvalidInput(
            f"The report that {_VARIABLE} names is one of the migration {report['migration_id']}, not of {migration_id}.",
            advice=_ANOTHER,
        )
    if report.get("failure"):
        raise InvalidInput(
            f"The report that {_VARIABLE} names is that of a run that failed: {report['failure']}", advice=_ANOTHER
        )
    comparison = report["comparison"]
    charts = (report.get("charts") or {}).get("charts") or ()
    try:
        digests = dict(_digests(comparison, charts))
        selection = comparison["selection"] if digests else {}
    except (AttributeError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"The report that {_VARIABLE} names does not say what was compared: {error!r} is missing.", advice=_ANOTHER
        ) from None
    if not digests:
        raise InvalidInput(f"The report that {_VARIABLE} names compared nothing.", advice=_ANOTHER)
    return Baseline(str(report.get("started") or report.get("written") or ""), selection, digests)


def source_changes(baseline: Baseline, comparison: Facts, charts: Iterable[Facts] = ()) -> dict[str, Any]:
    """What was pushed to the source, or deleted there, since a report.

    :param charts: those of ChartMuseum, as module harbor_chart_migration returns them.
    :returns: ``since``, ``unchanged`` (nothing was pushed, as far as digests tell), and the sorted names ``new``, ``changed``,
        ``deleted`` and ``unknown`` (their digest is not known).
    :raises InvalidInput: something else was compared now than then.
    """
    then, now = _compared(baseline.selection), _compared(comparison["selection"])
    if then != now:
        raise InvalidInput(
            f"The report that {_VARIABLE} names compared something else: {_difference(then, now)}.",
            advice="Run verify with the variables of that run, or name a report of the present selection.",
        )
    before, after = baseline.digests, dict(_digests(comparison, charts))
    both = before.keys() & after.keys()
    found = {
        "new": sorted(after.keys() - before.keys()),
        "changed": sorted(name for name in both if before[name] and after[name] and before[name] != after[name]),
        "deleted": sorted(before.keys() - after.keys()),
        "unknown": sorted(name for name in both if not (before[name] and after[name])),
    }
    pushed = found["new"] or found["changed"] or found["unknown"]
    return {"since": baseline.moment, "unchanged": not pushed, **found}


def changes_text(changes: Facts) -> str:
    """What was pushed since the report, in a sentence with the first names."""
    kinds = {"new": "new", "changed": "changed", "deleted": "deleted", "unknown": "without a known digest"}
    parts = [
        f"{len(changes[name])} {words}: {_listed(changes[name])}" for name, words in kinds.items() if changes[name]
    ]
    told = f" ({'; '.join(parts)})" if parts else ""
    if changes["unchanged"]:
        return f"Nothing was pushed to the source since {changes['since']}{told}."
    return f"The source has changed since {changes['since']}{told}."


def _digests(comparison: Facts, charts: Iterable[Facts]) -> Iterator[tuple[str, str]]:
    """Everything of the source that was compared, by name, with its digest."""
    for repository in comparison.get("repositories", ()):
        name = repository["name"]
        for tag in repository["tags"] if name else ():
            if tag["verdict"] != EXTRA:
                yield f"{name}:{tag['tag']}", tag["digest"]
        for one in (*repository.get("accessories", ()), *repository.get("untagged_images", ())):
            yield f"{name}@{one['digest']}", one["digest"]
            for tag in one.get("tags", ()):
                yield f"{name}:{tag}", one["digest"]
    for one in charts:
        yield f"{one['project']}/{one['name']}:{one['version']} (chart)", one["digest"]


def _compared(selection: Facts) -> dict[str, Any]:
    """What decides which content is looked at."""
    names = ("source", "projects", "repositories", "tags")
    return {**{name: selection.get(name) for name in names}, "accessories": selection.get("accessories") != IGNORE}


def _difference(then: Facts, now: Facts) -> str:
    return "; ".join(f"{name} was {then[name]!r}, and is {now[name]!r} now" for name in now if then[name] != now[name])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if names[_SHOWN:] else "")
