# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run ended, in one word and in a sentence. Pure.

The exit status is 0 only for ``equal``, ``planned`` and ``cleaned``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..continuous.source_changes import changes_text
from .charts import charts_advice
from .evidence import CLEANUP, MIGRATE, Evidence, Facts

EQUAL, DIFFERENT, NOT_COMPARED, FAILED = "equal", "different", "not_compared", "failed"
PLANNED, CLEANED = "planned", "cleaned"
OUTCOMES = (EQUAL, DIFFERENT, NOT_COMPARED, FAILED, PLANNED, CLEANED)
UNKNOWN, EXTRA = "unknown", "extra"
_ADVICE = "The report lists every tag. Run migrate again, or name in migration_accepted_verdicts what you accept."
_CHANGED_ADVICE = "Stop pushes to the source, run migrate, and take its report for the next check."
_CLEANUP_ADVICE = "Run cleanup again."
_NOT_COMPARED = "Source and target were not compared"
_SHOWN = 5


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    :param name: one of :data:`OUTCOMES`.
    :param problem: the sentences with which the run fails; empty when it does not.
    :param accepted: how often each verdict was found that is accepted beside equal.
    """

    name: str
    problem: str = ""
    accepted: tuple[tuple[str, int], ...] = ()


def outcome_of(evidence: Evidence, check_mode: bool = False) -> Outcome:
    """How a run of migrate, verify or cleanup ended.

    In check mode ``migrate`` and ``cleanup`` only predict; ``verify`` compares as always, but without a credential.
    """
    if evidence.failure:
        return Outcome(FAILED, evidence.failure)
    if evidence.run == CLEANUP:
        return Outcome(PLANNED) if check_mode else _of_cleanup(evidence)
    # What a prediction finds before the network path is open says nothing about the end of the run.
    if check_mode and evidence.run == MIGRATE:
        return Outcome(PLANNED)
    if not _was_compared(evidence):
        return Outcome(NOT_COMPARED, not_compared(evidence))
    charts = evidence.charts
    problems, wrong = [], set()
    found = deciding_verdicts(evidence.comparison, evidence.accessories)
    if not evidence.comparison["accepted"]:
        wrong |= found.keys() - {EQUAL, *evidence.accepted_verdicts}
        told = [evidence.comparison["summary"], evidence.comparison.get("advice"), _ADVICE]
        problems.append(" ".join(filter(None, told)))
    if not charts.get("equal", True):
        wrong |= {one["verdict"] for one in charts["charts"]} - {EQUAL}
        problems.append(f"{charts['summary']} {charts_advice(charts)}")
    if not evidence.source_changes.get("unchanged", True):
        wrong.add(DIFFERENT)
        problems.append(f"{changes_text(evidence.source_changes)} {_CHANGED_ADVICE}")
    if problems:
        return Outcome(NOT_COMPARED if wrong == {UNKNOWN} else DIFFERENT, " ".join(problems))
    accepted = tuple((name, found[name]) for name in sorted(found) if name in evidence.accepted_verdicts)
    return Outcome(EQUAL, accepted=accepted)


def deciding_verdicts(comparison: Facts, accessories: str) -> Counter[str]:
    """How often each verdict was found among what decides: tags, images without a tag, accessories where required.

    :param comparison: what migration_verify returned.
    """
    found: Counter[str] = Counter()
    for one in comparison["repositories"]:
        decides = [*one["tags"], *one.get("untagged_images", ())]
        decides += one.get("accessories", ()) if accessories == "require" else ()
        found.update(thing["verdict"] for thing in decides)
        found.update([] if one["name"] else [EXTRA])
    return found


def verdict_text(evidence: Evidence, outcome: Outcome) -> str:
    """Whether source and target are equal, or why that is not known, in one sentence."""
    comparison = evidence.comparison
    if evidence.failure:
        return f"The run failed: {outcome.problem}"
    if evidence.run == CLEANUP:
        return outcome.problem or _cleanup_verdict(evidence)
    if not comparison or not _was_compared(evidence):
        return not_compared(evidence)
    if outcome.name in (DIFFERENT, NOT_COMPARED):
        word = "not equal" if outcome.name == DIFFERENT else "perhaps not equal"
        reasons = [] if comparison["accepted"] else [comparison["summary"]]
        reasons += [] if evidence.charts.get("equal", True) else [evidence.charts["summary"]]
        if not reasons:
            return f"{_equal_text(evidence)} {changes_text(evidence.source_changes)}"
        return f"Source and target are {word}. {' '.join(reasons)}"
    if not comparison["equal"]:
        accepted = ", ".join(f"{count} {name}" for name, count in outcome.accepted)
        return f"Source and target are equal but for what is accepted ({accepted}). {comparison['summary']}"
    return _equal_text(evidence)


def not_compared(evidence: Evidence) -> str:
    """Why nothing was compared, in a sentence."""
    return f"{_NOT_COMPARED}: {evidence.comparison_problem}" if evidence.comparison_problem else f"{_NOT_COMPARED}."


def _was_compared(evidence: Evidence) -> bool:
    """Whether there was anything to compare."""
    totals = evidence.comparison.get("totals", {})
    beside = [totals.get(name, {}).get("compared", 0) for name in ("accessories", "untagged_images")]
    return bool(evidence.comparison) and bool(totals.get("tags", 0) or any(beside) or evidence.charts.get("charts"))


def _equal_text(evidence: Evidence) -> str:
    totals = evidence.comparison["totals"]
    count = sum(bool(one["name"]) for one in evidence.comparison["repositories"])
    accessories = totals.get("accessories", {})
    others = f" and {accessories['equal']} accessories" if accessories.get("equal") else ""
    moved = sum(one["verdict"] == EQUAL for one in evidence.charts.get("charts", ()))
    others += f" and {moved} charts" if moved else ""
    wanting = accessories.get("compared", 0) - accessories.get("equal", 0)
    hint = f" {wanting} accessories are not equal, which decides nothing." if wanting else ""
    return f"Source and target are equal: {totals['tags']} tags{others} in {count} repositories.{hint}"


def _of_cleanup(evidence: Evidence) -> Outcome:
    """A cleanup has cleaned only when nothing is left where it looked."""
    problems = []
    if evidence.leftovers:
        problems.append(f"Temporary access of this migration still exists: {_named(evidence.leftovers)}.")
    if evidence.leftovers_problem:
        problems.append(f"What is left could not be listed completely: {evidence.leftovers_problem}")
    return Outcome(FAILED, " ".join([*problems, _CLEANUP_ADVICE])) if problems else Outcome(CLEANED)


def _named(leftovers: Iterable[Facts]) -> str:
    named = [f"{one['object']} {one['key']}" for one in leftovers]
    return ", ".join(named[:_SHOWN]) + (f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else "")


def _cleanup_verdict(evidence: Evidence) -> str:
    if evidence.expired:
        return (
            "What has expired was removed but for what is noted." if evidence.note else "What has expired was removed."
        )
    if evidence.not_looked_at:
        return "What was found was removed, but not everything was looked at."
    return "No temporary access of this migration exists any more."
