# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run by a server is a process of its own, with its variables and directory, and killed when its time is up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbooks import can_be_served, run_playbook
from tests.tools.environments import COLLECTIONS
from tests.tools.matrix import cores

WHERE = "{{ lookup('env', 'MEANT') }} {{ lookup('pipe', 'echo $PPID; readlink /proc/$PPID/cwd') | replace('\n', ' ') }}"


def play(directory: Path, *tasks: dict[str, Any]) -> Path:
    playbook = directory / "play.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    return playbook


def test_each_run_has_its_own_process_variables_and_directory(tmp_path: Path) -> None:
    playbook = play(tmp_path, {"ansible.builtin.debug": {"msg": f"FOUND {WHERE}"}})
    found = []
    for meant in ("first", "second"):
        home = tmp_path / meant
        run = run_playbook(cores()[-1], ["-i", "localhost,", playbook], home=home, environment={"MEANT": meant})
        assert run.status == 0, run.output
        _, _, text = run.output.partition("FOUND ")
        variable, process, directory = text.partition('"')[0].split()
        assert (variable, directory) == (meant, str(home))
        found.append(process)
        # What Ansible makes for a run is gone when it ends.
        assert not [*(home / "ansible/tmp").iterdir()]
    assert found[0] != found[1]


def test_a_run_that_takes_too_long_is_killed_and_the_next_one_is_not(tmp_path: Path) -> None:
    playbook = play(tmp_path, {"ansible.builtin.debug": {"msg": "{{ lookup('pipe', 'sleep 60') }}"}})
    with pytest.raises(AssertionError, match="ran for more than 1 s"):
        run_playbook(cores()[-1], ["-i", "localhost,", playbook], home=tmp_path / "home", timeout=1)
    wrong = run_playbook(cores()[-1], ["-i", "localhost,", tmp_path / "none.yml"], home=tmp_path / "wrong")
    assert wrong.status != 0 and "could not be found" in wrong.output


@pytest.mark.parametrize(
    ("environment", "served"),
    [
        ({}, True),
        ({"NETWORK": "public"}, True),
        ({"ANSIBLE_PIPELINING": "1"}, True),
        ({"ANSIBLE_STRATEGY": "x"}, False),
    ],
)
def test_settings_that_ansible_reads_at_its_start_need_one(environment: dict[str, str], served: bool) -> None:
    assert can_be_served(COLLECTIONS, environment) is served
    assert not can_be_served(COLLECTIONS.parent, environment)
