# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must stand in the head of every play, because no task can make up for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.environments import ROOT

PLAYBOOKS = sorted(
    file for place in ("playbooks/*.yml", "playbooks/plays/*.yml", "examples/*/*.yml") for file in ROOT.glob(place)
)
IMPORT = "ansible.builtin.import_playbook"


def plays() -> list[Any]:
    """Each play as a parameter, with its file and its name."""
    found = []
    for file in PLAYBOOKS:
        content = yaml.safe_load(file.read_text())
        for play in content if isinstance(content, list) else []:
            if IMPORT not in play:
                found.append(pytest.param(file, play, id=f"{file.relative_to(ROOT)}: {play['name']}"))
    return found


each_play = pytest.mark.parametrize(("file", "play"), plays())


def test_there_are_plays() -> None:
    assert plays()


@each_play
def test_a_play_refuses_to_be_run_in_part(file: Path, play: dict[str, Any]) -> None:
    """Tags skip also a check in a task; what Ansible reads before the first task it cannot skip."""
    hosts, _bar, rest = play["hosts"].partition(" | ")
    assert hosts in ("{{ 'localhost'", "{{ 'harbor'")
    # What follows the invocation says whether the play takes part in this run.
    assert re.fullmatch(r"cloud_registry\.migration\.refuse_partial_run\(__migration_invocation(, [^()]+)?\) }}", rest)
    assert play["vars_files"] == ["../vars/connections.yml" if file.parent.name == "plays" else "vars/connections.yml"]


@each_play
def test_a_play_has_no_tags(file: Path, play: dict[str, Any]) -> None:
    assert "tags" not in play


@each_play
def test_a_play_runs_task_by_task_whatever_the_strategy_of_the_user(file: Path, play: dict[str, Any]) -> None:
    """With the strategy free a host goes on while another one has failed."""
    assert play["strategy"] == "linear"


@each_play
def test_a_play_says_whether_the_others_go_on_after_a_failure(file: Path, play: dict[str, Any]) -> None:
    """Otherwise a setting of the user decides whether cleanup leaves credentials behind because a host is away."""
    assert play["any_errors_fatal"] in (True, False)


@each_play
def test_calls_of_apis_need_no_other_user(file: Path, play: dict[str, Any]) -> None:
    """With become in ansible.cfg, the controller would ask sudo, and another user has neither the key nor the libraries."""
    assert ("become" in play) == ("'localhost'" in play["hosts"])
    assert not play.get("become")


@each_play
def test_a_play_gathers_no_facts(file: Path, play: dict[str, Any]) -> None:
    """Nothing needs them, and on a host they take longer than the rest."""
    assert play["gather_facts"] is False
