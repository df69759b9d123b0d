# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run gates: ``python -m tests.tools.gate all|unit|lint|...`` (see ``tests/tools/gates.py``).

Prints each gate's time and, when it failed, its output. The last line is ``N passed, N failed``, where each test of
pytest and each other gate counts as one. A gate that cannot run has failed. Everything a gate printed is kept in
``.cache/gate``.
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
from tests.tools.gates import GATES, PROCESSORS, TARGETS, Gate

LOGS = CACHE / "gate"
OUTCOME = LOGS / "outcome.txt"
SHOWN_LINES = 250
# Gates run in process groups of their own; these are ended when the runner is ended.
RUNNING: set[subprocess.Popen[bytes]] = set()
NOTES = ("matrix: ", "package: ", "harbor ", "TCR ", "WARNING: Skipping")  # lines shown of a gate that passed


@dataclass
class Result:
    """What a gate gave: numbers of passed and failed tests, seconds it took, skipped tests with reasons, its log."""

    gate: Gate
    passed: int
    failed: int
    seconds: float
    log: Path
    skipped: list[str] = field(default_factory=list)


def choose(target: str) -> list[Gate]:
    """The gates of a target of the Makefile, or the one gate of that name."""
    groups = TARGETS.get(target, (target,))
    return [gate for gate in GATES if gate.group in groups or gate.name == target]


def run_gate(gate: Gate) -> Result:
    """Run one gate to its end or its time-out."""
    name = re.sub(r"\W+", "-", gate.name)
    log, report = LOGS / f"{name}.log", LOGS / f"{name}.xml"
    report.unlink(missing_ok=True)
    command = f"{gate.command} --junitxml={report}" if gate.tests else gate.command
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
    if not gate.tests:
        return Result(gate, int(status == 0), int(status != 0), seconds, log)
    passed, failed, skipped = count_tests(report)
    if status and not failed or not passed + failed:
        failed += 1
    return Result(gate, passed, failed, seconds, log, skipped)


def environment() -> dict[str, str]:
    """Variables of a gate: the programs of the development environment, the checkout as the only collection."""
    path = os.pathsep.join([str(DEVELOPMENT / "bin"), os.environ.get("PATH", os.defpath)])
    variables = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    return {**clean_environment(), **variables, "PATH": path}


def count_tests(report: Path) -> tuple[int, int, list[str]]:
    """Passed and failed tests of a JUnit report and a line for each skipped one; nothing if there is no report."""
    if not report.is_file():
        return 0, 0, []
    passed, failed, skipped = 0, 0, []
    for case in ElementTree.parse(report).iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skip is not None:
            skipped.append(f"{case.get('classname')}.{case.get('name')}: {skip.get('message')}")
        else:
            passed += 1
    return passed, failed, skipped


def run_gates(gates: Sequence[Gate]) -> list[Result]:
    """Run ``gates`` in their order, side by side as the processors allow, and report each as it ends."""
    waiting, results, used = list(gates), [], 0
    turn = threading.Condition()
    names = {gate.name for gate in gates}

    def work(gate: Gate) -> None:
        nonlocal used
        result = run_gate(gate)
        with turn:
            used -= gate.slots
            results.append(result)
            show(result)
            turn.notify_all()

    with turn:
        while waiting:
            ended = {result.gate.name for result in results}
            ready = [gate for gate in waiting if gate.after not in names or gate.after in ended]
            # One that needs all processors waits for its turn and is not overtaken by the ones behind it.
            if ready and used + ready[0].slots <= PROCESSORS:
                waiting.remove(ready[0])
                used += ready[0].slots
                threading.Thread(target=work, args=(ready[0],), daemon=True).start()
            else:
                turn.wait()
        while len(results) < len(gates):
            turn.wait()
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
    for note in dict.fromkeys([*notes, *(f"skipped {test}" for test in result.skipped)]):
        print(f"    {note}", flush=True)


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
    results = run_gates(gates)
    passed, failed = sum(result.passed for result in results), sum(result.failed for result in results)
    skipped = sum(len(result.skipped) for result in results)
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
