# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a run is: tasks and calls of each playbook of the demonstration, beside those of the first version.

Logins are the checks of a password that Harbor made.
"""

from __future__ import annotations

import json
import re
import resource
import tempfile
from collections.abc import Mapping
from itertools import count, islice
from pathlib import Path
from typing import Any

from tests.journeys.recording import PLAYBOOKS, RECORDS, Way, record
from tests.support.playbooks import PlaybookRun, run_playbook
from tests.tools.environments import ROOT
from tests.tools.matrix import cores

SCENE = ("public", "2.15")
# Counted in the output of the first version; skipped tasks are among them, because it showed them.
FIRST_TASKS = {"plan": 80, "migrate": 100, "migrate again": 96, "verify": 45, "cleanup": 68}


def measure_all(playbooks: int = len(PLAYBOOKS)) -> None:
    """Run that many of the playbooks of the demonstration, in their order, and print a line about each."""
    network, version = SCENE
    recorded = json.loads((RECORDS / f"{network}-{version}.json").read_text())
    print(f"{'playbook':<16}{'tasks':>8}{'at first':>10}{'calls':>8}{'at first':>10}{'logins':>8}{'CPU s':>8}")
    with tempfile.TemporaryDirectory() as directory:
        spent = _spent()
        for playbook, run, calls in islice(
            record(network, version, Path(directory), ansible_in(Path(directory))), playbooks
        ):
            seconds, spent = _spent() - spent, _spent()
            tasks = len(re.findall(r"^TASK \[", run.output, re.MULTILINE))
            line = f"{playbook:<16}{tasks:>8}{FIRST_TASKS[playbook]:>10}{number(calls):>8}"
            print(
                f"{line}{number(recorded[playbook]):>10}{calls['checks of a password']:>8}{seconds:>8.1f}", flush=True
            )


def ansible_in(directory: Path) -> Way:
    """Runs playbooks with ansible-playbook, each in a home of its own below a directory."""
    homes = count()

    def run(playbook: str, environment: Mapping[str, str]) -> PlaybookRun:
        home = directory / f"run-{next(homes)}"
        arguments: list[str | Path] = [ROOT / f"playbooks/{playbook}.yml", "-i", ROOT / "examples/demo"]
        done = run_playbook(cores()[-1], arguments, home=home, environment=environment, served=False)
        assert done.status == 0, done.output
        return done

    return run


def number(calls: dict[str, Any]) -> int:
    """How many calls a summary holds, without the manifests that Harbor pushed."""
    reads: dict[str, int] = calls["reads"]
    return len(calls["writes"]) + sum(reads.values())


def _spent() -> float:
    """CPU seconds of the children that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
