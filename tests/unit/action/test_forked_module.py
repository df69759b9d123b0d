# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fork: what it writes and how it ends is known, and nothing that it does touches the process that waits for it."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.plugin_utils.forked_module import Completed, run_forked

NAME = "FORKED_MODULE_TEST"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Completed]:
    return lambda program, **environment: run_forked(program, str(tmp_path), environment)


def test_output_and_status_are_returned(run: Callable[..., Completed]) -> None:
    def program() -> None:
        print("result")
        print("complaint", file=sys.stderr)
        os.system("echo from a command")
        sys.exit(3)

    done = run(program)
    assert done.status == 3
    assert done.stdout.split(b"\n")[:2] in ([b"result", b"from a command"], [b"from a command", b"result"])
    assert done.stderr == b"complaint\n"


@pytest.mark.parametrize(("code", "status"), [(None, 0), (0, 0), (1, 1), ("words", 1)])
def test_the_ways_to_exit(run: Callable[..., Completed], code: Any, status: int) -> None:
    assert run(lambda: sys.exit(code)).status == status


def test_more_output_than_a_pipe_holds_is_read_from_both(run: Callable[..., Completed]) -> None:
    def program() -> None:
        sys.stderr.write("e" * 300_000)
        sys.stdout.write("o" * 300_000)

    done = run(program)
    assert (len(done.stdout), len(done.stderr), done.status) == (300_000, 300_000, 0)


def test_an_exception_ends_the_fork_with_its_traceback(run: Callable[..., Completed]) -> None:
    done = run(lambda: int("x"))
    assert done.status == 1 and done.stdout == b""
    assert done.stderr.startswith(b"Traceback") and b"ValueError" in done.stderr


def test_a_crash_is_a_status(run: Callable[..., Completed]) -> None:
    assert run(lambda: os.kill(os.getpid(), signal.SIGKILL)).status == -signal.SIGKILL


def test_nothing_of_it_stays(run: Callable[..., Completed], tmp_path: Path) -> None:
    def program() -> None:
        os.environ[NAME] = "changed"
        os.chdir("/")
        os.umask(0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        sys.modules[NAME] = sys

    before = (dict(os.environ), Path.cwd(), signal.getsignal(signal.SIGTERM), threading.active_count())
    assert run(program).status == 0
    assert (dict(os.environ), Path.cwd(), signal.getsignal(signal.SIGTERM), threading.active_count()) == before
    assert NAME not in sys.modules
    os.umask(umask := os.umask(0o22))
    assert umask


def test_it_starts_where_and_with_what_it_is_told(run: Callable[..., Completed], tmp_path: Path) -> None:
    def program() -> None:
        print(os.getcwd(), os.environ[NAME], time.tzname[0], repr(sys.stdin.read()))

    done = run(program, **{NAME: "given", "TZ": "XYZ-3"})
    assert done.stdout.decode() == f"{tmp_path} given XYZ ''\n"


def test_it_runs_its_own_functions_at_exit_and_no_other(run: Callable[..., Completed]) -> None:
    def not_here() -> None:
        print("of the parent")

    atexit.register(not_here)
    try:
        assert run(lambda: atexit.register(print, "of the fork")).stdout == b"of the fork\n"
    finally:
        atexit.unregister(not_here)


def test_a_time_out_ends_it(run: Callable[..., Completed], tmp_path: Path) -> None:
    class TimeOut(BaseException):
        """What Ansible raises from the handler of the alarm."""

    def alarm(number: int, frame: Any) -> None:
        raise TimeOut

    def program() -> None:
        (tmp_path / "pid").write_text(str(os.getpid()))
        time.sleep(60)

    before = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(TimeOut):
            run(program)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
