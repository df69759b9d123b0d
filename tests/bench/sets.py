# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls and seconds of plays against the sandbox: one task for a whole set beside a loop of tasks.

Each number is one play by ansible-playbook; what an empty play needs is taken off. The loops are shorter than the sets,
because each of their items costs a module of its own; the table says how long they are.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import scenes
from tests.modules import harbor_connection, tcr_connection
from tests.sandbox import Sandbox
from tests.support.playbooks import run_playbook
from tests.tools.matrix import cores, target_python

SHOWN = 2000
COLLECTION = "cloud_registry.migration"


@dataclass(frozen=True)
class Sizes:
    """How many members a set has, items a loop (0: no loop), repositories a project, tags a repository, and charts."""

    members: int
    loop: int
    repositories: int
    tags: int
    charts: int


MANY = Sizes(members=200, loop=20, repositories=50, tags=20, charts=2000)
FEW = Sizes(members=2, loop=0, repositories=1, tags=2, charts=2)


class Bench:
    """Measures plays and prints a line about each."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._plays = 0
        self._nothing = 0.0

    def calibrate(self) -> None:
        """Measure what a play costs that does nothing."""
        self._nothing, _output = self._play([{"name": "Nothing", "ansible.builtin.meta": "noop"}])
        print(f"ansible-core {cores()[-1].line}; an empty play needs {self._nothing:.1f} s, which is taken off\n")
        print(f"{'what':<44}{'calls':>7}{'seconds':>9}  calls by system")

    def measure(
        self, what: str, sandbox: Any, module: str, options: dict[str, Any], changed: bool, **task: Any
    ) -> float:
        """Run one task; returns its seconds. Raises RuntimeError when it does not do what it should."""
        sandbox.journal.clear()
        seconds, output = self._play([{"name": what, f"{COLLECTION}.{module}": options, **task}])
        if ("changed=1" in output) is not changed:
            raise RuntimeError(f"{what}: expected changed={int(changed)}:\n{output}")
        made = scenes.calls(sandbox)
        needed = max(seconds - self._nothing, 0.0)
        systems = ", ".join(f"{name} {number}" for name, number in sorted(made.items()))
        print(f"{what:<44}{sum(made.values()):>7}{needed:>9.1f}  {systems}", flush=True)
        return needed

    def _play(self, tasks: list[dict[str, Any]]) -> tuple[float, str]:
        self._plays += 1
        home = self._directory / f"play-{self._plays}"
        home.mkdir()
        variables = {"ansible_python_interpreter": target_python()}
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": tasks}
        (home / "play.yml").write_text(json.dumps([play]))
        begin = time.monotonic()
        run = run_playbook(cores()[-1], ["-i", "localhost,", home / "play.yml"], home=home, timeout=300, served=False)
        if run.status:
            raise RuntimeError(run.output[:SHOWN])
        return time.monotonic() - begin, run.output


@contextmanager
def empty_sandbox(directory: Path, name: str, **settings: Any) -> Iterator[Any]:
    """A sandbox without images."""
    with Sandbox(directory / name, seed="none", network="public", **settings) as started:
        yield started


def compare(one_task: float, loop: float, sizes: Sizes) -> None:
    """Say how much faster the set is, for as many members as it has."""
    whole = loop * sizes.members / sizes.loop
    text = f"a loop of {sizes.members} would need {whole:.0f} s: {whole / max(one_task, 0.1):.0f} times as long"
    print(f"{'':<44}{text}\n")


def measure_all(sizes: Sizes = MANY) -> None:
    """Measure policies, namespaces and tags, and print a table."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        bench = Bench(directory)
        bench.calibrate()
        with empty_sandbox(directory, "policies") as place:
            _policies(bench, place, sizes)
        with empty_sandbox(directory, "namespaces", namespace_quota=10 * sizes.members) as place:
            _namespaces(bench, place, sizes)
        with empty_sandbox(directory, "tags") as place:
            options = scenes.tags(place, sizes.repositories, sizes.tags)
            what = f"{sizes.repositories * sizes.tags} tags of {sizes.repositories} repositories verified"
            bench.measure(what, place, "migration_verify", options, False)
        museum = {"harbor_version": "2.0", "harbor_charts": {"library": {}}, "rate_limits": False}
        with empty_sandbox(directory, "charts", **museum) as place:
            options = scenes.charts(place, sizes.charts)
            bench.measure(f"{sizes.charts} charts moved", place, "harbor_chart_migration", options, True)
            bench.measure(f"{sizes.charts} charts again", place, "harbor_chart_migration", options, False)


def _policies(bench: Bench, place: Any, sizes: Sizes) -> None:
    desired = scenes.policies(place, sizes.members)
    options = harbor_connection.connection(place, registry=scenes.ENDPOINT)
    module = "harbor_replication_policy"
    what = f"{sizes.members} policies unchanged, one task"
    whole = bench.measure(what, place, module, {**options, "policies": desired}, False)
    if not sizes.loop:
        return
    item = {**options, "name": "{{ item.name }}", "filters": "{{ item.filters }}"}
    what = f"{sizes.loop} policies unchanged, a loop of {sizes.loop}"
    compare(whole, bench.measure(what, place, module, item, False, loop=desired[: sizes.loop]), sizes)


def _namespaces(bench: Bench, place: Any, sizes: Sizes) -> None:
    options = tcr_connection.connection(place)
    created = {**options, "namespaces": scenes.namespaces(sizes.members, "set")}
    whole = bench.measure(f"{sizes.members} namespaces created, one task", place, "tcr_namespace", created, True)
    if not sizes.loop:
        return
    item = {**options, "namespaces": ["{{ item }}"]}
    what, loop = f"{sizes.loop} namespaces created, a loop of {sizes.loop}", scenes.namespaces(sizes.loop, "loop")
    compare(whole, bench.measure(what, place, "tcr_namespace", item, True, loop=loop), sizes)
