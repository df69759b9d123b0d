# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible ends a run well that left out all tasks. Every playbook refuses that before its first task."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.playbooks import run_playbook
from tests.tools.environments import ROOT
from tests.tools.matrix import Core, cores

PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
INVENTORY = (
    "localhost ansible_connection=local\nweb ansible_connection=local\n[harbor]\nharbor-1 ansible_connection=local\n"
)
# What is given, and what is said about it.
PARTIAL = (
    (["--tags", "x"], "have no tags and run as a whole, but found --tags x."),
    (["--skip-tags", "x"], "have no tags and run as a whole, but found --skip-tags x."),
    (["--skip-tags", "all,always"], "have no tags and run as a whole, but found --skip-tags al"),
    (["--skip-tags", "always"], "have no tags and run as a whole, but found --skip-tags always."),
    (["--start-at-task", "Copy"], "run as a whole, but found --start-at-task 'Copy'."),
    (["--limit", "web"], "The limit 'web' leaves out localhost and every host of the group harbor"),
)
# Each playbook and each way once; that the heads of all plays are the same is shown in tests/unit/meta/test_plays.py.
RUNS = [
    (PLAYBOOKS[number % len(PLAYBOOKS)], *PARTIAL[number % len(PARTIAL)])
    for number in range(max(len(PLAYBOOKS), len(PARTIAL)))
]


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
@pytest.mark.parametrize(("playbook", "arguments", "said"), RUNS, ids=[f"{run[0]} {' '.join(run[1])}" for run in RUNS])
def test_a_run_in_part_is_refused(core: Core, playbook: str, arguments: list[str], said: str, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory"
    inventory.write_text(INVENTORY)
    run = run_playbook(core, [ROOT / f"playbooks/{playbook}.yml", "-i", inventory, *arguments], home=tmp_path / "home")
    assert run.status != 0, run.output
    first = run.output.lstrip().splitlines()[0]
    assert said in first, run.output
    assert "Run again without" in first
    assert "PLAY [" not in run.output, run.output
