# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows an execution to its end: reports, restarts, and ends in success, failure with the reasons, or time-out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._engine.wait import TRANSIENT, Wait
from ..._errors import MigrationError, WaitFailed, WaitTimeout
from .early_verification import Compare, EarlyVerification
from .failures import advice_for, is_hopeless, lasting_failures
from .progress import EMPTY, FAILED, INCOMPLETE, RUNNING, SUCCEEDED

Result = dict[str, Any]
# However long an execution takes: of its progress a chart is made.
MOST_SAMPLES = 200
_MOST_NAMED = 5
_EQUAL = "every tag has the same digest at the target"
_HOPELESS = "what failed will fail again"
_ADVICE = {
    EMPTY: "Check with migration_projects, migration_repositories and migration_tags (the filters of the policy) whether Harbor "
    "still has what they select, or set allow_empty if that is right.",
    FAILED: "Remove the cause and start it again: what is already at the target is not copied again.",
    INCOMPLETE: "Compare the filters of the policy with expected_repositories, then start it again.",
}


@dataclass
class Samples:
    """Samples of the progress: ``seconds`` since the beginning, and how many of the ``total`` repositories are ``finished``.

    Whenever there are too many, every second one is dropped and from then on only half as many are kept. The first one
    stays, and so does the latest.
    """

    _spaced: list[dict[str, Any]] = field(default_factory=list)
    _latest: dict[str, Any] | None = None
    _spacing: int = 1
    _seen: int = 0

    def add(self, seconds: float, execution: Mapping[str, Any]) -> None:
        """Take a sample.

        :param execution: as the module harbor_replication_execution returns it; without counts nothing is taken.
        """
        if execution.get("repositories") is None:
            return
        total, finished = int(execution["repositories"]), int(execution.get("repositories_done") or 0)
        self._latest = {"seconds": round(seconds, 1), "finished": finished, "total": total}
        if self._seen % self._spacing == 0:
            self._spaced.append(self._latest)
        self._seen += 1
        if len(self._spaced) >= MOST_SAMPLES:
            del self._spaced[1::2]
            self._spacing *= 2

    @property
    def kept(self) -> list[dict[str, Any]]:
        """What was kept, at most :data:`MOST_SAMPLES`, in the order of time."""
        latest = [self._latest] if self._latest is not None and self._latest is not self._spaced[-1] else []
        return [*self._spaced, *latest]


@dataclass
class ExecutionWatcher:
    """Follows, and starts again.

    A result is what the module ``harbor_replication_execution`` returns: ``execution`` (with ``id`` and
    ``failed_repositories``), ``origin``, ``verdict``, ``finished``, ``reason``, ``line``, and ``actions`` that were
    carried out.

    :param start: starts an execution again, or finds the one that is active; returns its first result.
    :param observe: reads the execution with an id; may return that of another one, which is then followed.
    :param restarts: how often to start again when tasks failed permanently.
    :param report: gets a line every ``report_interval`` seconds, and when the verdict changes.
    :param compare: see :class:`EarlyVerification`; when everything is equal the wait is over, whatever Harbor reports.
    :param comparison: what it found when the execution had failed; empty before, and where it could not be compared.
    """

    start: Callable[[], Result]
    observe: Callable[[Any], Result]
    wait: Wait
    restarts: int = 0
    report: Callable[[str], None] | None = None
    report_interval: float = 30
    compare: Compare | None = None
    _known_lines: dict[str, str] = field(default_factory=dict, init=False)
    _reported_at: float | None = field(default=None, init=False)
    _reported: str = field(default="", init=False)
    _last: Result = field(default_factory=dict, init=False)
    _lasting: set[str] = field(default_factory=set, init=False)
    comparison: Mapping[str, Any] = field(default_factory=dict, init=False)
    _samples: Samples = field(default_factory=Samples, init=False)

    def run(self, first: Result) -> Result:
        """Follow to the end and return the last result, with the ``actions`` and ``samples`` of all, and when it ``started`` and
        ``ended``.

        :param first: the result to begin with.

        :raises WaitFailed: it failed, was stopped, or found nothing.
        :raises WaitTimeout: the time ran out; Harbor continues.
        :raises MigrationError: Harbor could not be asked any more, and may continue. The last result is in ``details`` of
            every error.
        """
        started = time.time()
        try:
            return {**self._follow(first), "samples": self._samples.kept, "started": started, "ended": time.time()}
        except MigrationError as error:
            carried_out = list(self._last.get("actions", ()))
            carried_out += [one for one in error.details.get("actions", ()) if one not in carried_out]
            known = {**_details(self._last), "actions": carried_out, "samples": self._samples.kept}
            known.update(started=started, ended=time.time())
            # A restart that failed half way knows a newer execution.
            known.update({name: error.details[name] for name in ("execution", "origin") if error.details.get(name)})
            error.details = {**error.details, **known}
            raise

    def _follow(self, first: Result) -> Result:
        begin = self.wait.clock()
        end = begin + self.wait.timeout
        result = self._with_known_log_lines(first)
        actions, origin = list(result.get("actions", ())), result.get("origin", "")
        restarts, no_answer = self.restarts, ""
        proof = EarlyVerification(self.compare, self.report_interval, self.wait.clock)
        while True:
            result.update(actions=actions, changed=bool(actions), origin=origin)
            self._last = result
            if not no_answer:
                self._samples.add(self.wait.clock() - begin, result["execution"] or {})
            self._report(result, no_answer)
            if result["verdict"] == SUCCEEDED:
                return result
            remaining = end - self.wait.clock()
            if proof.confirms(result["execution"], now=result["finished"] or remaining <= 0):
                return self._confirmed(result, proof.found)
            if proof.problem:
                self._report_line(f"source and target could not be compared: {proof.problem}")
            hopeless = is_hopeless(result["execution"])
            if result["finished"] and result["verdict"] in (FAILED, INCOMPLETE) and restarts and not hopeless:
                restarts -= 1
                self._report_line(f"{result['line']}; starting it again, {restarts} restarts left")
                result, no_answer = self._with_known_log_lines(self.start()), ""
                actions += result.get("actions", ())
                origin = result.get("origin", origin)
                continue
            if result["finished"]:
                self.comparison = proof.found
                raise failure_of(result, proof.found)
            if remaining <= 0:
                raise self._timeout(result, no_answer)
            self.wait.sleep(min(self.wait.interval, remaining))
            try:
                result, no_answer = self._with_known_log_lines(self.observe(result["execution"]["id"])), ""
            except TRANSIENT as error:
                no_answer = f"no answer now ({error.message})"

    def wait_until_stopped(self, first: Result, again: Callable[[], Result]) -> Result:
        """Wait until nothing runs, however it ended, and return the last result, with the ``actions`` of all.

        :param again: stops what still runs, and returns the result.
        :raises WaitTimeout: the time ran out.
        """
        end = self.wait.clock() + self.wait.timeout
        result, actions, no_answer = first, list(first.get("actions", ())), ""
        while True:
            result.update(actions=actions, changed=bool(actions))
            if result["finished"]:
                return result
            self._report(result, no_answer)
            remaining = end - self.wait.clock()
            if remaining <= 0:
                raise self._timeout(result, no_answer)
            self.wait.sleep(min(self.wait.interval, remaining))
            try:
                result, no_answer = again(), ""
            except TRANSIENT as error:
                no_answer = f"no answer now ({error.message})"
            else:
                actions += [action for action in result.get("actions", ()) if action not in actions]

    def _confirmed(self, result: Result, comparison: Mapping[str, Any]) -> Result:
        reason = proof_of(comparison)
        result.update(verdict=SUCCEEDED, finished=True, reason=reason, line=f"{result['line']}; {reason}")
        self._report_line(result["line"])
        return result

    def _with_known_log_lines(self, result: Result) -> Result:
        """The result with the log lines read so far, for tasks whose log Harbor no longer has."""
        for one in (result.get("execution") or {}).get("failed_repositories", []):
            if one.get("log_line"):
                self._known_lines[one["repository"]] = one["log_line"]
            else:
                one["log_line"] = self._known_lines.get(one["repository"], "")
        execution = result.get("execution") or {}
        if result["verdict"] == RUNNING and is_hopeless(execution):
            result.update(verdict=FAILED, finished=True, reason=_HOPELESS, line=f"{result['line']}; {_HOPELESS}")
        return result

    def _report(self, result: Result, no_answer: str) -> None:
        self._report_lasting(result["execution"] or {})
        now = self.wait.clock()
        state = no_answer or result["verdict"]
        due = self._reported_at is None or now - self._reported_at >= self.report_interval
        if due or state != self._reported:
            self._reported_at, self._reported = now, state
            self._report_line(f"{result['line']}; {no_answer}" if no_answer else result["line"])

    def _report_lasting(self, execution: Result) -> None:
        """Report at once what trying again cannot help, while other repositories are still copied."""
        for repository, advice in lasting_failures(execution).items():
            if repository not in self._lasting:
                self._lasting.add(repository)
                self._report_line(f"{repository} failed, and will again: {self._known_lines[repository]} {advice}")

    def _report_line(self, line: str) -> None:
        if self.report is not None:
            self.report(line)

    def _timeout(self, result: Result, no_answer: str) -> WaitTimeout:
        last = f"{result['line']}; {no_answer}" if no_answer else result["line"]
        return WaitTimeout(
            f"The replication did not end within {self.wait.timeout:g} seconds; last seen: {last}.",
            advice="Harbor continues with it: run again to follow it further, or raise wait_timeout.",
            details=_details(result),
        )


def proof_of(comparison: Mapping[str, Any]) -> str:
    """In which respects source and target are equal."""
    accessories = (comparison.get("totals") or {}).get("accessories") or {}
    if comparison.get("equal") is False:
        return "everything that Harbor can copy has the same digest at the target, the rest has not"
    compared, equal = accessories.get("compared", 0), accessories.get("equal", 0)
    if not compared:
        return _EQUAL
    if compared == equal:
        return f"{_EQUAL}, and so has everything that hangs on it"
    return f"{_EQUAL}; {compared - equal} of {compared} accessories have not, which decides nothing here"


def failure_of(result: Result, comparison: Mapping[str, Any] | None = None) -> WaitFailed:
    """The error of a result that is finished and no success.

    :param comparison: what source and target were found to be, see :data:`Compare`.
    """
    execution = result["execution"]
    failed = execution.get("failed_repositories", [])
    examples = "; ".join(f"{one['repository']}: {one.get('log_line') or 'no log'}" for one in failed[:_MOST_NAMED])
    more = f"; and {len(failed) - _MOST_NAMED} more" if len(failed) > _MOST_NAMED else ""
    reason = f": {result['reason']}" if result.get("reason") else ""
    return WaitFailed(
        f"Harbor replication {execution['id']}: {result['verdict']}{reason}."
        + (f" Failed: {examples}{more}." if examples else ""),
        advice=(comparison or {}).get("immutable_advice")
        or advice_for(execution)
        or _ADVICE.get(result["verdict"], "Start it again: what is already at the target is not copied again."),
        details=_details(result),
    )


def _details(result: Result) -> Result:
    """What a failed module returns: whether something was changed follows from ``actions``."""
    return {name: value for name, value in result.items() if name != "changed"}
