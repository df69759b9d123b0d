# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run gates: ``python -m tests.tools.gate all|unit|lint|...`` (see ``tests/tools/gates.py``).

Prints each gate's time and, when it failed, its output; at the end the times of all gates and of the slowest tests. The
last line is ``N passed, N failed``, where each test of pytest and each other gate counts as one. A gate that cannot run
has failed, and so has a test that takes too long. Everything a gate printed is kept in ``.cache/gate``.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree

from tests.tools.environments import CACHE, COLLECTIONS, DEVELOPMENT, ROOT, clean_environment
from tests.tools.gates import GATES, LONGEST_TEST, PROCESSORS, TARGETS, Gate

LOGS = CACHE / "gate"
OUTCOME = LOGS / "outcome.txt"
SHOWN_LINES = 250
SHOWN_TESTS = 10
# Gates run in process groups of their own; these are ended when the runner is ended.
RUNNING: set[subprocess.Popen[bytes]] = set()
NOTES = ("matrix: ", "package: ", "harbor ", "TCR ", "WARNING: Skipping")  # lines shown of a gate that passed


@dataclass
class Report:
    """What a JUnit report holds: numbers of passed and failed tests, skipped ones with reasons, and seconds per test."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def too_long(self) -> dict[str, float]:
        """The tests that took longer than a test may."""
        return {name: seconds for name, seconds in self.seconds.items() if seconds > LONGEST_TEST}


@dataclass
class Result:
    """What a gate gave: passed and failed tests, seconds that it and that the processors took, its log and its report."""

    gate: Gate
    passed: int
    failed: int
    seconds: float
    processor_seconds: float
    log: Path
    report: Report = field(default_factory=Report)


def choose(target: str) -> list[Gate]:
    """The gates of a target of the Makefile, or the one gate of that name."""
    groups = TARGETS.get(target, (target,))
    return [gate for gate in GATES if gate.group in groups or gate.name == target]


def run_gate(gate: Gate) -> Result:
    """Run one gate to its end or its time-out."""
    name = re.sub(r"\W+", "-", gate.name)
    log, file, times = LOGS / f"{name}.log", LOGS / f"{name}.xml", LOGS / f"{name}.times"
    for old in (file, times):
        old.unlink(missing_ok=True)
    command = f"{gate.command} --junitxml={file}" if gate.tests else gate.command
    # "times" prints what the shell's children took. A subshell, because a command may leave the shell.
    command = f"({command}); status=$?; times > '{times}'; exit $status"
    started = time.monotonic()
    with open(log, "w") as output:
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        RUNNING.add(process)
        try:
            status = process.wait(gate.timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            status = process.wait()
            output.write(f"\n{gate.name}: stopped, because it ran for more than {gate.timeout} s\n")
        RUNNING.discard(process)
    seconds = time.monotonic() - started
    spent = processor_seconds(times.read_text() if times.is_file() else "")
    if not gate.tests:
        return Result(gate, int(status == 0), int(status != 0), seconds, spent, log)
    report = read_report(file)
    failed = report.failed
    if status and not failed or not report.passed + failed:
        failed += 1
    if late := report.too_long():
        failed += len(late)
        lines = [f"{name}: took {took:.0f} s, allowed are {LONGEST_TEST:.0f}" for name, took in late.items()]
        with open(log, "a") as output:
            output.write("\n".join(["", *lines, ""]))
    return Result(gate, report.passed, failed, seconds, spent, log, report)


def processor_seconds(printed: str) -> float:
    """The seconds that the children of a shell spent, from what its command ``times`` printed; 0 if it printed nothing."""
    lines = printed.splitlines()
    spent = re.findall(r"(\d+)m([\d.]+)s", lines[1]) if len(lines) > 1 else []
    return sum(60 * int(minutes) + float(seconds) for minutes, seconds in spent)


def environment() -> dict[str, str]:
    """Variables of a gate: the programs of the development environment, the checkout as the only collection."""
    path = os.pathsep.join([str(DEVELOPMENT / "bin"), os.environ.get("PATH", os.defpath)])
    variables = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    return {**clean_environment(), **variables, "PATH": path}


def read_report(file: Path) -> Report:
    """Read a JUnit report; one without any test if there is no file."""
    report = Report()
    if not file.is_file():
        return report
    for case in ElementTree.parse(file).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        skip = case.find("skipped")
        report.seconds[name] = float(case.get("time", 0))
        if case.find("failure") is not None or case.find("error") is not None:
            report.failed += 1
        elif skip is not None:
            report.skipped.append(f"{name}: {skip.get('message')}")
        else:
            report.passed += 1
    return report


def run_gates(gates: Sequence[Gate]) -> list[Result]:
    """Run ``gates`` and report each as it ends.

    Gates that run pytest go one after the other, each with several workers; beside them half of the processors are for the
    other gates, and all of them when no pytest is left. Each kind keeps its order.
    """
    waiting, results = list(gates), []
    running: list[Gate] = []
    turn = threading.Condition()
    names = {gate.name for gate in gates}

    def work(gate: Gate) -> None:
        result = run_gate(gate)
        with turn:
            running.remove(gate)
            results.append(result)
            show(result)
            turn.notify_all()

    def next_gate() -> Gate | None:
        ended = {result.gate.name for result in results}
        tests_left = any(gate.tests for gate in [*waiting, *running])
        room = {True: 1, False: PROCESSORS // 2 if tests_left else PROCESSORS}
        for gate in waiting:
            free = room[gate.tests] > sum(other.tests is gate.tests for other in running)
            if free and (gate.after not in names or gate.after in ended):
                return gate
        return None

    with turn:
        while waiting or running:
            gate = next_gate()
            if gate is None:
                turn.wait()
                continue
            waiting.remove(gate)
            running.append(gate)
            threading.Thread(target=work, args=(gate,), daemon=True).start()
    return results


def show(result: Result) -> None:
    """Print one line about a gate that ended, and what it printed if it failed."""
    word = "FAILED" if result.failed else "passed"
    tests = f" ({result.passed} passed, {result.failed} failed)" if result.gate.tests else ""
    print(f"{word} {result.seconds:6.1f} s  {result.gate.name}{tests}", flush=True)
    lines = result.log.read_text(errors="replace").splitlines()
    if result.failed:
        if len(lines) > SHOWN_LINES:
            print(f"    ... the last {SHOWN_LINES} of {len(lines)} lines; all are in {result.log.relative_to(ROOT)}")
        print("\n".join(f"    {line}" for line in lines[-SHOWN_LINES:]), flush=True)
        return
    notes = [line for line in lines if line.startswith(NOTES)]
    for note in dict.fromkeys([*notes, *(f"skipped {test}" for test in result.report.skipped)]):
        print(f"    {note}", flush=True)


def table(results: Sequence[Result], seconds: float) -> list[str]:
    """Lines with the times of the gates, the longest first, their total, and the slowest tests."""
    ordered = sorted(results, key=lambda result: -result.seconds)
    lines = ["", "seconds  processor  gate"]
    lines += [f"{result.seconds:7.1f}  {result.processor_seconds:9.1f}  {result.gate.name}" for result in ordered]
    lines.append(f"{seconds:7.1f}  {sum(result.processor_seconds for result in results):9.1f}  all")
    tests = [item for result in results for item in result.report.seconds.items()]
    if tests:
        slowest = sorted(tests, key=lambda item: -item[1])[:SHOWN_TESTS]
        lines += ["", "seconds  slowest tests", *(f"{took:7.1f}  {name}" for name, took in slowest)]
    return [*lines, ""]


def stop(number: int, frame: object) -> NoReturn:
    """End the gates that run, with their children, and then the runner: the handler of SIGTERM and SIGINT."""
    for process in list(RUNNING):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    print(f"gate: ended by {signal.Signals(number).name}", flush=True)
    os._exit(128 + number)


def main() -> int:
    """Run the gates named on the command line. Returns the exit status."""
    targets = sys.argv[1:] or ["all"]
    gates = list(dict.fromkeys(gate for target in targets for gate in choose(target)))
    if not gates:
        known = sorted({*TARGETS, *(gate.group for gate in GATES), *(gate.name for gate in GATES)})
        print(f"gate: expected one of {', '.join(known)}; found {', '.join(targets)}")
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    results = run_gates(gates)
    print("\n".join(table(results, time.monotonic() - started)))
    passed, failed = sum(result.passed for result in results), sum(result.failed for result in results)
    skipped = sum(len(result.report.skipped) for result in results)
    if skipped:
        print(f"{skipped} tests were skipped; the reasons are above")
    outcome = f"{passed} passed, {failed} failed"
    OUTCOME.write_text(f"{outcome}\n")
    print(outcome, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.exit(main())
