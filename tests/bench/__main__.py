# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench``: calls and seconds of plays against the sandbox, one task for a whole set beside a loop of tasks.

Each number is one play by ansible-playbook on this machine, over loopback; what an empty play needs is taken off. The
loops are shorter than the sets, because each of their items costs a module of its own; the table says how long they are.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.playbooks import run_playbook
from tests.tools.matrix import cores, target_python

POLICIES, NAMESPACES, LOOP = 200, 200, 20
REPOSITORIES, TAGS_EACH = 50, 20
SHOWN = 2000
COLLECTION = "cloud_registry.migration"


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
        from tests.bench.scenes import calls

        sandbox.journal.clear()
        seconds, output = self._play([{"name": what, f"{COLLECTION}.{module}": options, **task}])
        if ("changed=1" in output) is not changed:
            raise RuntimeError(f"{what}: expected changed={int(changed)}:\n{output}")
        made = calls(sandbox)
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
        run = run_playbook(cores()[-1], ["-i", "localhost,", home / "play.yml"], home=home, timeout=300)
        if run.status:
            raise RuntimeError(run.output[:SHOWN])
        return time.monotonic() - begin, run.output


@contextmanager
def sandbox(directory: Path, name: str, **settings: Any) -> Iterator[Any]:
    """A sandbox without images."""
    from tests.sandbox import Sandbox

    with Sandbox(directory / name, seed="none", network="public", **settings) as started:
        yield started


def compare(one_task: float, loop: float, members: int) -> None:
    """Say how much faster the set is, for as many members as it has."""
    whole = loop * members / LOOP
    print(f"{'':<44}a loop of {members} would need {whole:.0f} s: {whole / max(one_task, 0.1):.0f} times as long\n")


def main() -> int:
    """Measure everything. Returns the exit status."""
    from tests.bench import scenes
    from tests.modules import harbor_connection, tcr_connection

    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        bench = Bench(directory)
        bench.calibrate()
        with sandbox(directory, "policies") as place:
            wanted = scenes.policies(place, POLICIES)
            options = harbor_connection.connection(place, registry=scenes.ENDPOINT)
            module = "harbor_replication_policy"
            whole = bench.measure(
                f"{POLICIES} policies unchanged, one task", place, module, {**options, "policies": wanted}, False
            )
            item = {**options, "name": "{{ item.name }}", "filters": "{{ item.filters }}"}
            what = f"{LOOP} policies unchanged, a loop of {LOOP}"
            compare(whole, bench.measure(what, place, module, item, False, loop=wanted[:LOOP]), POLICIES)
        with sandbox(directory, "namespaces", namespace_quota=10 * NAMESPACES) as place:
            options = tcr_connection.connection(place)
            created = {**options, "namespaces": scenes.namespaces(NAMESPACES, "set")}
            whole = bench.measure(f"{NAMESPACES} namespaces created, one task", place, "tcr_namespace", created, True)
            item = {**options, "namespaces": ["{{ item }}"]}
            what, loop = f"{LOOP} namespaces created, a loop of {LOOP}", scenes.namespaces(LOOP, "loop")
            compare(whole, bench.measure(what, place, "tcr_namespace", item, True, loop=loop), NAMESPACES)
        with sandbox(directory, "tags") as place:
            options = scenes.tags(place, REPOSITORIES, TAGS_EACH)
            number = REPOSITORIES * TAGS_EACH
            bench.measure(
                f"{number} tags of {REPOSITORIES} repositories verified", place, "migration_verify", options, False
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
