# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-playbook as a user would: in a process of its own, without settings of the machine or of other tests.

Most runs are forks of a process that has imported Ansible (``ansible_server.py``), which saves half of their time. Others
start as a user's do: those with settings of their own for Ansible, or with another directory of collections.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.tools.environments import COLLECTIONS, ROOT, clean_environment
from tests.tools.matrix import Core

SERVER = ROOT / "tests/support/ansible_server.py"
# Settings that Ansible does not read while it is imported, but when a task needs them.
READ_LATE = {"ANSIBLE_PIPELINING"}
RECAP = re.compile(r"^(\S+)\s+: (ok=\d+(?: +\w+=\d+)+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class PlaybookRun:
    """What a run of ansible-playbook gave: exit status, all its output, and the numbers of the recap per host."""

    status: int
    output: str
    recap: dict[str, dict[str, int]] = field(default_factory=dict)

    def total(self, what: str) -> int:
        """Sum of one number of the recap ("changed", "failed", ...) over all hosts."""
        return sum(numbers.get(what, 0) for numbers in self.recap.values())


def playbook_environment(home: Path, collections: Path = COLLECTIONS) -> dict[str, str]:
    """Variables for Ansible: its files below ``home``, collections only from ``collections``, plain output.

    Writes an empty configuration file to ``home``, because Ansible else looks for one in other places.
    """
    configuration = home / "ansible.cfg"
    configuration.write_text("[defaults]\n")
    return {
        **clean_environment(),
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_CONFIG": str(configuration),
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_ASYNC_DIR": str(home / "ansible/async"),
        "ANSIBLE_LOCAL_TEMP": str(home / "ansible/tmp"),
        "ANSIBLE_REMOTE_TMP": str(home / "ansible/remote"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_RETRY_FILES_ENABLED": "0",
        "LC_ALL": "C.UTF-8",
    }


def run_playbook(
    core: Core,
    arguments: Sequence[str | Path],
    *,
    home: Path,
    directory: Path | None = None,
    collections: Path = COLLECTIONS,
    environment: Mapping[str, str] | None = None,
    timeout: float = 240,
    served: bool = True,
) -> PlaybookRun:
    """Run ``ansible-playbook`` of ``core`` with ``arguments`` in ``directory`` (default: ``home``).

    ``home`` is an empty directory of the test for what Ansible writes; ``environment`` adds variables; ``timeout`` is
    in seconds, after which the run and its children are killed and an AssertionError holds the output so far. ``served``
    is false where the start is to be measured too.
    """
    home.mkdir(parents=True, exist_ok=True)
    log = home / "ansible-playbook.log"
    command = [core.program("ansible-playbook"), *map(str, arguments)]
    variables = {**playbook_environment(home, collections), **(environment or {})}
    if served and can_be_served(collections, environment or {}):
        status = _run_served(core, command, variables, directory or home, log, timeout)
    else:
        status = _run_started(command, variables, directory or home, log, timeout)
    text = log.read_text()
    if status is None:
        raise AssertionError(f"ansible-playbook ran for more than {timeout} s:\n{text}")
    return PlaybookRun(status, text, parse_recap(text))


def can_be_served(collections: Path, environment: Mapping[str, str]) -> bool:
    """Whether a run has no other settings than those with which the servers are started, but for those read late."""
    ansible = {name for name in environment if name.startswith(("ANSIBLE_", "PYTHON"))}
    return collections == COLLECTIONS and ansible <= READ_LATE


def _run_started(
    command: Sequence[str], environment: Mapping[str, str], directory: Path, log: Path, timeout: float
) -> int | None:
    """Run a command with its output in ``log``; its exit status, or None if it had to be killed."""
    with open(log, "w") as output:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def _run_served(
    core: Core, command: Sequence[str], environment: Mapping[str, str], directory: Path, log: Path, timeout: float
) -> int | None:
    """As :func:`_run_started`, by a server that is idle, or by a new one."""
    idle = _IDLE.setdefault(core, [])
    server = idle.pop() if idle else AnsibleServer(core)
    status = server.run(command, environment, directory, log, timeout)
    idle.append(server)
    return status


class AnsibleServer:
    """A process that imported one ansible-core and does one run at a time; it ends with the process that started it."""

    def __init__(self, core: Core) -> None:
        home = Path(tempfile.mkdtemp(prefix="ansible-server-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        self._process = subprocess.Popen(
            [core.program("python"), str(SERVER)],
            cwd=home,
            env=playbook_environment(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )
        atexit.register(self.close)

    def close(self) -> None:
        """End the process, once the runs have ended."""
        with self._process as process:
            process.communicate()

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], directory: Path, log: Path, timeout: float
    ) -> int | None:
        """Do a run with its output in ``log``; its exit status, or None if it had to be killed."""
        assert self._process.stdin and self._process.stdout
        request = {
            "arguments": list(command),
            "environment": dict(environment),
            "directory": str(directory),
            "log": str(log),
        }
        print(json.dumps(request), file=self._process.stdin)
        run = int(self._process.stdout.readline())
        late = threading.Event()

        def kill() -> None:
            late.set()
            os.killpg(run, signal.SIGKILL)

        killer = threading.Timer(timeout, kill)
        killer.start()
        status = int(self._process.stdout.readline())
        killer.cancel()
        return None if late.is_set() else status


_IDLE: dict[Core, list[AnsibleServer]] = {}


def parse_recap(output: str) -> dict[str, dict[str, int]]:
    """The numbers of the last PLAY RECAP in ``output``: host -> {"ok": 3, "changed": 1, ...}."""
    recap = output.rpartition("PLAY RECAP")[2]
    return {
        host: {name: int(number) for name, number in (item.split("=") for item in numbers.split())}
        for host, numbers in RECAP.findall(recap)
    }
