# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After an execution has failed: copies only what failed or differs again, round by round, as far as that can help."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..._errors import MigrationError, WaitFailed
from .early_verification import Compare
from .failures import is_immutable, lasting_failure
from .progress import FAILED, INCOMPLETE, SUCCEEDED
from .watch import Result, failure_of, proof_of

_WANTING = ("missing", "different")
_SHOWN = 5

Comparison = Mapping[str, Any]


@dataclass
class Retries:
    """Retries what can heal, up to a limit.

    :param limit: how many rounds; 0 means none.
    :param begin: starts the copying of repositories with their tags (none: all), and returns the first result of each
        execution.
    :param follow: follows one of these to its end and returns the last result.
    :param end: stops what still runs of them, removes whatever ``begin`` has made, and returns what it did.
    :param compare: compares source and target; ``None``: only Harbor's word is known.
    :param report: gets a line about each round.
    """

    limit: int
    begin: Callable[[dict[str, list[str]]], list[Result]]
    follow: Callable[[Result], Result]
    end: Callable[[], list[dict[str, Any]]]
    compare: Compare | None = None
    report: Callable[[str], None] | None = None

    def run(self, failure: WaitFailed, comparison: Comparison) -> Result:
        """Retry, and return the result of the execution with its ``retries`` when everything has arrived.

        :param failure: how the execution ended.
        :param comparison: what source and target were found to be then; empty: not known.
        :raises WaitFailed: something remains; it lists that with the lines of Harbor's logs. Without a round it is the
            failure itself.
        """
        result, found = dict(failure.details), comparison
        failed = _lines(result)
        rounds: list[dict[str, Any]] = []
        actions = list(result.get("actions", ()))
        while len(rounds) < self.limit and result.get("verdict") in (FAILED, INCOMPLETE):
            only = retryable(failed, found)
            if not only:
                break
            self._say(
                f"retry {len(rounds) + 1} of {self.limit}: copying only what failed or differs again: {_named(only)}"
            )
            ended, problem = self._round(only, actions)
            rounds.append({"repositories": sorted(only), "executions": [_of(one) for one in ended], "problem": problem})
            healed = bool(ended) and all(one["verdict"] == SUCCEEDED for one in ended) and not problem
            failed = {name: line for name, line in failed.items() if name not in only}
            if not healed:
                failed.update({**dict.fromkeys(only, ""), **{k: v for one in ended for k, v in _lines(one).items()}})
            found = self._compared()
            if found.get("copied", found.get("equal", healed and not failed)):
                return self._healed(result, found, rounds, actions)
        if not rounds:
            raise failure
        raise self._failed(result, failed, found, rounds, actions)

    def _round(self, only: dict[str, list[str]], actions: list[dict[str, Any]]) -> tuple[list[Result], str]:
        """One round; returns how its executions ended, and what prevented it. What it made is removed in any case."""
        ended: list[Result] = []
        problem = ""
        try:
            for first in self.begin(only):
                actions += first.get("actions", ())
                try:
                    ended.append(self.follow(first))
                except MigrationError as error:
                    if not error.details.get("execution"):
                        raise
                    ended.append(error.details)
        except MigrationError as error:
            problem = str(error)
            self._say(f"the retry could not be made: {problem}")
        finally:
            try:
                actions += self.end()
            except MigrationError as error:
                problem = f"{problem} {error}".strip()
                self._say(f"the temporary policies could not be removed, the next run removes them: {error}")
        return ended, problem

    def _compared(self) -> Comparison:
        if self.compare is None:
            return {}
        try:
            return self.compare()
        except MigrationError as error:
            self._say(f"source and target could not be compared: {error}")
            return {"copied": False}

    def _healed(
        self, result: Result, found: Comparison, rounds: list[dict[str, Any]], actions: list[dict[str, Any]]
    ) -> Result:
        proof = proof_of(found) if found else "Harbor has copied what had failed"
        reason = f"{proof}, after {_times(rounds)} of what had failed"
        line = f"{result['line']}; {reason}"
        self._say(line)
        ends = {"verdict": SUCCEEDED, "finished": True, "reason": reason, "line": line, "ended": time.time()}
        return {**result, **ends, "retries": rounds, "actions": actions, "changed": bool(actions)}

    def _failed(
        self,
        result: Result,
        failed: Mapping[str, str],
        found: Comparison,
        rounds: list[dict[str, Any]],
        actions: list[dict[str, Any]],
    ) -> WaitFailed:
        wanting = {str(one["name"]) for one in found.get("repositories", ()) if one["name"] and one["wanting"]}
        names = sorted(wanting or failed)
        remaining = [{"repository": name, "log_line": failed.get(name, "")} for name in names]
        reason = f"after {_times(rounds)}, {len(remaining)} repositories are not as they should be"
        problems = list(dict.fromkeys(one["problem"] for one in rounds if one["problem"]))
        return failure_of(
            {
                **result,
                "execution": {**result["execution"], "failed_repositories": remaining},
                "reason": "; ".join([reason, *problems]),
                "retries": rounds,
                "actions": actions,
                "ended": time.time(),
            },
            found,
        )

    def _say(self, line: str) -> None:
        if self.report is not None:
            self.report(line)


def retryable(failed: Mapping[str, str], comparison: Comparison) -> dict[str, list[str]]:
    """The repositories that another attempt may help, each with the tags that are wanting; no tags: all of them.

    What the target refuses because of a rule, a quota, a permission or a name it will refuse again.

    :param failed: the repositories that failed with the decisive line of their log.
    :param comparison: what source and target were found to be; empty: not known.
    """
    if "repositories" not in comparison:
        return {name: [] for name, line in failed.items() if not lasting_failure(line)}
    kept: dict[str, set[str]] = {}
    for one in comparison.get("immutable_tags", ()):
        kept.setdefault(one["repository"], set()).add(one["tag"])
    found = {}
    for one in comparison["repositories"]:
        if not one["name"] or not one["wanting"]:
            continue
        rules, line = kept.get(one["target"], set()), failed.get(one["name"], "")
        # A rule keeps single tags; everything else that lasts concerns the repository.
        if lasting_failure(line) and not (rules and is_immutable(line)):
            continue
        tags = set(_wanting_tags(one, rules))
        if tags:
            found[str(one["name"])] = [] if "" in tags else sorted(tags)
    return found


def _wanting_tags(repository: Mapping[str, Any], kept: set[str]) -> Iterator[str]:
    """The tags with which what is wanting is copied; an empty one for what no tag filter lets through."""
    by_digest: dict[str, list[str]] = {}
    for tag in repository["tags"]:
        by_digest.setdefault(tag["digest"], []).append(tag["tag"])
        if _is_wanting(tag) and tag["tag"] not in kept:
            yield tag["tag"]
    for content in [*repository.get("accessories", ()), *repository.get("untagged_images", ())]:
        tags = content.get("tags", ())
        if _is_wanting(content) and not (tags and set(tags) <= kept):
            # Harbor takes an accessory along with its subject, whose tags the filter must let through.
            subjects = by_digest.get(content.get("subject", ""), [])
            yield from [*tags, *subjects] if subjects else [""]


def _is_wanting(one: Mapping[str, Any]) -> bool:
    return one["verdict"] in _WANTING and one.get("copied", True)


def _lines(result: Result) -> dict[str, str]:
    """The failed repositories of a result with their lines."""
    execution = result.get("execution") or {}
    return {one["repository"]: one.get("log_line") or "" for one in execution.get("failed_repositories") or ()}


def _of(result: Result) -> dict[str, Any]:
    execution = result.get("execution") or {}
    return {"id": execution.get("id"), "policy": execution.get("policy"), "verdict": result.get("verdict")}


def _named(only: Mapping[str, list[str]]) -> str:
    shown = [f"{name}:{','.join(only[name])}" if only[name] else name for name in sorted(only)[:_SHOWN]]
    return "; ".join(shown) + (f"; and {len(only) - _SHOWN} more" if len(only) > _SHOWN else "")


def _times(rounds: list[dict[str, Any]]) -> str:
    return "1 retry" if len(rounds) == 1 else f"{len(rounds)} retries"
