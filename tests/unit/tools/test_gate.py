# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner of the gates counts honestly."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tools import gate as runner
from tests.tools.gates import GATES, TARGETS, Gate

CHECKOUT = Path(runner.__file__).parents[2]

REPORT = """<testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure message="no"/></testcase>
<testcase classname="a" name="broken"><error message="no"/></testcase>
<testcase classname="a" name="left_out"><skipped message="no skopeo"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runner, "LOGS", tmp_path)
    monkeypatch.setattr(runner, "OUTCOME", tmp_path / "outcome.txt")
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    return tmp_path


def pytest_gate(report: str, status: int) -> Gate:
    # The runner adds --junitxml=PATH, which this stand-in for pytest receives as its first argument.
    script = f'printf %s "$0" > "${{1#--junitxml=}}"; exit {status}'
    quoted = report.replace("'", "")
    return Gate("stand-in", "unit", f"sh -c '{script}' '{quoted}'", tests=True)


def test_tests_are_counted_one_by_one() -> None:
    result = runner.run_gate(pytest_gate(REPORT, status=1))
    assert (result.passed, result.failed) == (1, 2)
    assert result.report.skipped == ["a.left_out: no skopeo"]


def test_a_test_that_takes_too_long_fails_its_gate() -> None:
    slow = f'<testcase classname="a" name="slow" time="{runner.LONGEST_TEST + 1}"/>'
    quick = f'<testcase classname="a" name="quick" time="{runner.LONGEST_TEST - 1}"/>'
    result = runner.run_gate(pytest_gate(f"<testsuite>{slow}{quick}</testsuite>", status=0))
    assert (result.passed, result.failed) == (2, 1)
    assert "a.slow: took 61 s, allowed are 60" in result.log.read_text()


def test_the_times_of_gates_and_tests_are_shown_the_longest_first() -> None:
    tests = "".join(f'<testcase classname="a" name="t{number}" time="{number}"/>' for number in range(12))
    gates = [
        pytest_gate(f"<testsuite>{tests}</testsuite>", status=0),
        Gate("busy", "lint", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"),
    ]
    results = runner.run_gates(gates)
    lines = runner.table(results, 12.3)
    busy = next(result for result in results if result.gate.name == "busy")
    assert 0 < busy.processor_seconds <= busy.seconds * 1.2
    assert lines.index(f"{busy.seconds:7.1f}  {busy.processor_seconds:9.1f}  busy") == 2
    assert lines[4].split() == ["12.3", f"{sum(result.processor_seconds for result in results):.1f}", "all"]
    assert [line.split()[1] for line in lines[7:-1]] == [f"a.t{number}" for number in range(11, 1, -1)]


def test_a_failure_that_is_no_test_counts() -> None:
    good = '<testsuite><testcase classname="a" name="good"/></testsuite>'
    result = runner.run_gate(pytest_gate(good, status=3))
    assert (result.passed, result.failed) == (1, 1)


def test_no_test_and_no_report_are_failures() -> None:
    for gate in (pytest_gate("<testsuite/>", status=0), Gate("silent", "unit", "exit 0;", tests=True)):
        result = runner.run_gate(gate)
        assert (result.passed, result.failed) == (0, 1)


def test_a_gate_counts_as_one() -> None:
    results = [runner.run_gate(Gate(command, "lint", command)) for command in ("true", "false", "no-such-program")]
    assert [(result.passed, result.failed) for result in results] == [(1, 0), (0, 1), (0, 1)]
    assert "not found" in results[2].log.read_text()


def test_a_gate_that_hangs_is_stopped_with_its_children() -> None:
    started = time.monotonic()
    result = runner.run_gate(Gate("hanging", "lint", "sleep 60 & sleep 60", timeout=1))
    assert (result.passed, result.failed) == (0, 1)
    assert time.monotonic() - started < 10
    assert "more than 1 s" in result.log.read_text()


def test_ending_the_runner_ends_what_it_started(logs: Path) -> None:
    script = (
        "from tests.tools import gate; from tests.tools.gates import Gate; from pathlib import Path\n"
        f"gate.LOGS = Path({str(logs)!r}); gate.OUTCOME = gate.LOGS / 'outcome.txt'\n"
        f"gate.GATES = (Gate('slow', 'lint', 'echo $$ > {logs}/pid; sleep 60; true'),)\n"
        "import signal; signal.signal(signal.SIGTERM, gate.stop)\n"
        "gate.sys.argv = ['gate', 'lint']; gate.main()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    started = time.monotonic()
    while not (logs / "pid").exists() or not (logs / "pid").read_text():
        assert time.monotonic() - started < 10
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert "ended by SIGTERM" in process.communicate(timeout=10)[0]
    assert process.returncode == 128 + signal.SIGTERM
    group = int((logs / "pid").read_text())
    ended = time.monotonic()
    with pytest.raises(ProcessLookupError):
        while time.monotonic() - ended < 30:
            os.killpg(group, 0)
            time.sleep(0.05)


def test_a_gate_waits_for_the_one_it_needs(logs: Path) -> None:
    first = Gate("first", "lint", "sleep 0.3; touch first")
    second = Gate("second", "lint", "test -e first", after="first")
    assert sum(result.failed for result in runner.run_gates([first, second])) == 0


def test_one_gate_with_tests_runs_beside_one_that_computes(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "PROCESSORS", 2)
    note = "echo {0}+ >> order; sleep {1}; echo {0}- >> order;"
    tests = [Gate(name, "unit", note.format(name, 0.4), tests=True) for name in ("first", "second")]
    checks = [Gate(name, "lint", note.format(name, 0.2)) for name in ("a", "b", "c")]
    runner.run_gates([*tests, *checks])
    order = (logs / "order").read_text().split()
    for pair in (("first", "second"), ("a", "b")):
        assert order.index(f"{pair[0]}-") < order.index(f"{pair[1]}+"), order
    assert order.index("a+") < order.index("first-"), order


def test_last_line_and_exit_status(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(runner, "GATES", (Gate("a", "lint", "true"), Gate("b", "lint", "false")))
    monkeypatch.setattr("sys.argv", ["gate", "lint"])
    assert runner.main() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"
    assert runner.OUTCOME.read_text() == "1 passed, 1 failed\n"


def test_an_unknown_target_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["gate", "lnit"])
    assert runner.main() == 2
    assert "found lnit" in capsys.readouterr().out


def test_all_means_every_gate() -> None:
    # Only "make helm" installs Helm.
    wanted = [gate for gate in GATES if gate.group != "helm" or shutil.which("helm")]
    assert runner.choose("all") == wanted
    assert {gate.group for gate in wanted} == set(TARGETS["all"])
    assert len({re.sub(r"\W+", "-", gate.name) for gate in GATES}) == len(GATES)
    names = {gate.name for gate in GATES}
    assert all(gate.after in names for gate in GATES if gate.after)
