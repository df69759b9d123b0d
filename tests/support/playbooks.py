# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-playbook as a user would: in a process of its own, without settings of the machine or of other tests."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.tools.environments import COLLECTIONS, clean_environment
from tests.tools.matrix import Core

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
) -> PlaybookRun:
    """Run ``ansible-playbook`` of ``core`` with ``arguments`` in ``directory`` (default: ``home``).

    ``home`` is an empty directory of the test for what Ansible writes; ``environment`` adds variables; ``timeout`` is
    in seconds, after which the run and its children are killed and an AssertionError holds the output so far.
    """
    home.mkdir(parents=True, exist_ok=True)
    log = home / "ansible-playbook.log"
    with open(log, "w") as output:
        process = subprocess.Popen(
            [core.program("ansible-playbook"), *map(str, arguments)],
            cwd=directory or home,
            env={**playbook_environment(home, collections), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise AssertionError(f"ansible-playbook ran for more than {timeout} s:\n{log.read_text()}") from None
    text = log.read_text()
    return PlaybookRun(status, text, parse_recap(text))


def parse_recap(output: str) -> dict[str, dict[str, int]]:
    """The numbers of the last PLAY RECAP in ``output``: host -> {"ok": 3, "changed": 1, ...}."""
    recap = output.rpartition("PLAY RECAP")[2]
    return {
        host: {name: int(number) for name, number in (item.split("=") for item in numbers.split())}
        for host, numbers in RECAP.findall(recap)
    }
