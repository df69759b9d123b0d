# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.bench.startup``: the CPU that it costs to start a module, beside ansible.builtin.ping.

Each number is the mean of a play of several tasks by ansible-playbook, with the CPU of all its processes; what an empty
play costs is taken off. The modules refuse their options, so that starting them is all that is measured.
"""

from __future__ import annotations

import json
import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.playbooks import run_playbook
from tests.tools.matrix import Core, cores

COLLECTION = "cloud_registry.migration"
MODULES = ("tcr_namespace", "harbor_project", "migration_verify")


@dataclass(frozen=True)
class Sizes:
    """How many tasks a play has, and on how many lines of ansible-core how many of the modules are measured."""

    tasks: int
    cores: int
    modules: int


MANY = Sizes(tasks=10, cores=2, modules=len(MODULES))
FEW = Sizes(tasks=1, cores=1, modules=1)


@dataclass(frozen=True)
class Startup:
    """CPU seconds of one task with a module, and how often the CPU seconds of ansible.builtin.ping that is."""

    module: str
    in_process: bool
    seconds: float
    times_ping: float


def measure(core: Core, directory: Path, sizes: Sizes = MANY) -> list[Startup]:
    """Measure ping and modules, these in a fork of the worker and through AnsiballZ. Writes into ``directory``."""

    def cost(task: dict[str, Any], in_process: bool = True) -> float:
        return (_cpu_of_play(core, directory, [task] * sizes.tasks, in_process) - nothing) / sizes.tasks

    nothing = _cpu_of_play(core, directory, [{"ansible.builtin.meta": "noop"}])
    ping = cost({"ansible.builtin.ping": {}})
    measured = [Startup("ansible.builtin.ping", False, ping, 1.0)]
    for module in MODULES[: sizes.modules]:
        task = {f"{COLLECTION}.{module}": {"no_such_option": True}, "failed_when": False}
        for in_process in (True, False):
            seconds = cost(task, in_process)
            measured.append(Startup(module, in_process, seconds, seconds / ping))
    return measured


def _cpu_of_play(core: Core, directory: Path, tasks: list[dict[str, Any]], in_process: bool = True) -> float:
    variables = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "cloud_registry_in_process": in_process}
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": tasks}
    book = directory / "startup.yml"
    book.write_text(json.dumps([play]))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = run_playbook(core, ["-i", "localhost,", book], home=directory / "home", served=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.status:
        raise RuntimeError(run.output)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_all(sizes: Sizes = MANY) -> None:
    """Measure on the newest ansible-core and on the oldest, and print a table. At first it was 2.1 to 2.4 times ping."""
    for core in cores()[::-1][: sizes.cores]:
        print(f"ansible-core {core.line}\n{'module':<26}{'run':<20}{'CPU ms':>8}{'x ping':>8}")
        with tempfile.TemporaryDirectory() as directory:
            for one in measure(core, Path(directory), sizes):
                way = "fork of the worker" if one.in_process else "AnsiballZ"
                print(f"{one.module:<26}{way:<20}{one.seconds * 1000:>8.0f}{one.times_ping:>8.2f}", flush=True)


if __name__ == "__main__":
    measure_all()
