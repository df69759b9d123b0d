# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In what the plan now differs from the one that was approved, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .approved import ApprovedPlan
from .document import Plan
from .identity import OTHER_PROJECTS, project_digests, section_digests
from .tags import CHART, TAG, Contents

Facts = Mapping[str, Any]
MOST_DIFFERENCES = 20
_LONGEST_VALUE = 200
# Sections that follow from others: named, but not told apart.
_DERIVED = ("totals", "contents", "transfer", "permissions", "interruptions")
# Told by tags, where these are known.
_BY_NAME = ("repositories", "charts")
_PUSHED = ("was pushed since the approval", "is gone since the approval")
_SELECTED = ("is in the plan now, and was not approved", "was approved, and is not in the plan now")
_ADVICE = "Nothing was changed. Run plan, and have its result approved."
_MORE_IS_KNOWN = "With the file of the approved plan, the difference would be named."


def refusal(approved: ApprovedPlan, now: Plan, most: int = MOST_DIFFERENCES) -> str:
    """Why the run must not begin, in sentences; empty when the plan is the one that was approved.

    :param most: how many differences are named; the others are counted.
    """
    if approved.sha256 == now.sha256:
        return ""
    found = list(_differences(approved, now))
    shown = [f"- {one}" for one in found[:most]] + ([f"- and {len(found) - most} more"] if len(found) > most else [])
    head = f"The plan has the SHA-256 {now.sha256} now, and {approved.sha256} was approved."
    if not found:
        return f"{head} {_MORE_IS_KNOWN} {_ADVICE}"
    return "\n".join([f"{head} It differs in this:", *shown, _ADVICE])


def _differences(approved: ApprovedPlan, now: Plan) -> Iterator[str]:
    if approved.document is None:
        yield from _of_digests("section", approved.sections, section_digests(now.document))
        yield from _of_digests("project", approved.projects, project_digests(now.document))
        return
    before, after = section_digests(approved.document), section_digests(now.document)
    different = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    yield f"sections: {', '.join(sorted(different))}"
    told = [name for name in sorted(different) if name not in _DERIVED]
    for name in (one for one in told if one not in _BY_NAME):
        yield from _of_section(name, approved.document.get(name), now.document.get(name), False)
    if approved.contents is not None:
        yield from _of_contents(approved.contents, now.contents, "selection" not in different)
    for name in (one for one in told if one in _BY_NAME):
        known = approved.contents is not None
        yield from _of_section(name, approved.document.get(name), now.document.get(name), known)


def _of_digests(kind: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """The names whose SHA-256 differs. What only one side has may be among those that the other one sums up."""
    if not before:
        return
    for name in sorted({*before, *after} - {OTHER_PROJECTS}):
        if name not in after and OTHER_PROJECTS not in after:
            yield f"{kind} {name}: approved, and not in the plan now"
        elif name not in before and OTHER_PROJECTS not in before:
            yield f"{kind} {name}: in the plan now, and not approved"
        elif name in before and name in after and before[name] != after[name]:
            yield f"{kind} {name} is different"
    if before.get(OTHER_PROJECTS) != after.get(OTHER_PROJECTS):
        yield f"{kind}s beyond the first {len(after) - (OTHER_PROJECTS in after)}: different"


def _of_contents(before: Contents, after: Contents, same_selection: bool) -> Iterator[str]:
    """Each tag, accessory, image without a tag and version of a chart that came, went or points elsewhere.

    :param same_selection: whether the source must have changed when something came or went.
    """
    came, went = _PUSHED if same_selection else _SELECTED
    for place in sorted({*before, *after}):
        repository, kind, name = place
        said = f"{repository}: {kind} {name}"
        if place not in before:
            yield f"{said} {came} ({after[place]})"
        elif place not in after:
            yield f"{said} {went} ({before[place]})"
        elif before[place] != after[place]:
            pushed = "was pushed again" if kind in (TAG, CHART) else "is another one"
            yield f"{said} {pushed} since the approval ({after[place]} instead of {before[place]})"


def _of_section(name: str, before: Any, after: Any, tags_are_told: bool) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                yield from _of_section(f"{name}.{key}", before.get(key), after.get(key), False)
    elif _is_table(before) and _is_table(after):
        yield from _of_table(name, before, after, tags_are_told)
    else:
        yield f"{name}: {_value(after)} instead of {_value(before)}"


def _of_table(name: str, before: Sequence[Facts], after: Sequence[Facts], tags_are_told: bool) -> Iterator[str]:
    """The entries of a list that came, went or changed; by name where they have one."""
    old, new = ({_entry(one): one for one in found} for found in (before, after))
    for entry in [*old, *(one for one in new if one not in old)]:
        if entry not in new:
            yield f"{name}: {entry} was approved, and is not in the plan now"
        elif entry not in old:
            yield f"{name}: {entry} is in the plan now, and was not approved"
        elif old[entry] != new[entry]:
            yield from _of_entry(f"{name}: {entry}", old[entry], new[entry], tags_are_told)
    if list(old) != list(new) and old.keys() == new.keys():
        yield f"{name}: in another order"


def _of_entry(said: str, old: Facts, new: Facts, tags_are_told: bool) -> Iterator[str]:
    keys = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    # Sizes and counts follow from the tags.
    plain = [key for key in keys if not (tags_are_told and (key == "bytes" or isinstance(new.get(key), Mapping)))]
    if plain:
        told = ", ".join(f"{key} {_value(new.get(key))} instead of {_value(old.get(key))}" for key in plain)
        yield f"{said}: {told}"


def _is_table(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, Mapping) for one in value)


def _entry(one: Facts) -> str:
    """By what an entry is recognised: a step by all that it is, a risk by its word and text, everything else by its name."""
    if "action" in one:
        return f"{one['action']} {one['object']} {one['key']}"
    if "risk" in one:
        return f"{one['risk']} ({one['text']})"
    return str(one.get("name") or one.get("project") or one.get("target"))


def _value(value: Any) -> str:
    """A value for people, not longer than fits into a line."""
    if isinstance(value, Mapping) and "count" in value:
        return f"{value['count']} (SHA-256 {str(value.get('sha256'))[:12]})"
    listed = isinstance(value, (list, tuple))
    text = ", ".join(map(str, value)) if listed else str("" if value is None else value)
    text = text or "nothing"
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
