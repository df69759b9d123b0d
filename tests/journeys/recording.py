# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the demonstration asks of TCR, Harbor and the registry, playbook by playbook, in a form that can be compared.

``python -m tests.journeys.recording DIRECTORY`` writes one file per network and Harbor version to a directory.
``tests/journeys/records`` holds what the first version asked; ``test_recorded_calls.py`` compares and names each
intended difference.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.sandbox import Sandbox
from tests.sandbox.core.journal import JournalEntry
from tests.sandbox.core.network import CONTROLLER
from tests.support.in_process.player import Player, Run

PLAYBOOKS = ("plan", "migrate", "migrate again", "verify", "cleanup")
SCENES = [(network, version) for network in ("public", "private") for version in ("1.8", "2.15")]
RECORDS = Path(__file__).parent / "records"


def summary(entries: Iterable[JournalEntry]) -> dict[str, Any]:
    """Calls of one playbook: writes in their order, reads with their number, and how many manifests Harbor pushed.

    Ids in paths are replaced. What Harbor's containers ask of the registry depends on the order in which its workers
    come to run, hence of it only the manifests count.
    """
    writes, reads, pushed = [], Counter[str](), 0
    for entry in entries:
        name = f"{entry.service} {_without_ids(entry.action)}"
        if entry.service == "registry" and entry.source != CONTROLLER:
            pushed += entry.method == "PUT" and "/manifests/" in entry.path and entry.status < 300
        elif entry.write:
            writes.append(name)
        else:
            reads[name] += 1
    return {"writes": writes, "reads": dict(sorted(reads.items())), "manifests pushed": pushed}


def _without_ids(action: str) -> str:
    return re.sub(r"/\d+(?=/|$)", "/ID", action)


Way = Callable[[str, Mapping[str, str]], Any]


def played(playbook: str, environment: Mapping[str, str]) -> Run:
    """Play a playbook in this process."""
    run = Player(environment, {}, {"harbor": ["sandbox"]}).run(playbook)
    assert run.status == 0, run.failure
    return run


def record(network: str, version: str, directory: Path, run: Way = played) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Run the playbooks of the demonstration one after the other; yields name, run and summary of each.

    :param run: runs a playbook with variables of the environment, and returns what is yielded of the run.
    :raises AssertionError: a run failed.
    """
    with Sandbox(directory / "sandbox", version, network=network, harbor_retry_scale=0.01) as sandbox:
        harbor = sandbox.harbor
        assert harbor is not None
        for playbook in PLAYBOOKS:
            sandbox.journal.clear()
            harbor.logins.checks = 0
            done = run(playbook.split()[0], {"SANDBOX_DIRECTORY": str(sandbox.directory), "NETWORK": network})
            yield playbook, done, {**summary(sandbox.journal.entries), "checks of a password": harbor.logins.checks}


def main() -> None:
    """Record every scene into the directory named on the command line."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for network, version in SCENES:
        with tempfile.TemporaryDirectory() as directory:
            found = {playbook: calls for playbook, _run, calls in record(network, version, Path(directory))}
            text = json.dumps(found, indent=2)
        (target / f"{network}-{version}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
