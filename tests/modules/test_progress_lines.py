# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""harbor_replication_execution in a play: the lines that an operator sees, on the oldest and the newest ansible-core."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.modules.migration_scene import RETRY_SCALE, Scene, copy_by_hand
from tests.support.playbooks import PlaybookRun, run_playbook
from tests.tools.matrix import Core, cores, target_python

MODULE = "cloud_registry.migration.harbor_replication_execution"
each_core = pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)


@pytest.fixture
def play(make_sandbox: Callable[..., Any], tmp_path: Path) -> Callable[..., PlaybookRun]:
    def run(core: Core, namespaces: tuple[str, ...], task: dict[str, Any], **options: Any) -> PlaybookRun:
        sandbox = make_sandbox(network="public", harbor_task_seconds=1.5, harbor_retry_scale=RETRY_SCALE)
        stage = Scene(sandbox, namespaces)
        arguments = stage.execution(expected_repositories=stage.weights(), progress_interval=0, **options)
        return play_of(core, tmp_path, {MODULE: arguments, **task})

    return run


def play_of(core: Core, directory: Path, task: dict[str, Any]) -> PlaybookRun:
    """Run a play with one task; its module runs in forks of the worker unless the task has another Python."""
    book = [
        {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            "tasks": [{"name": "Replicate", **task}],
        }
    ]
    path = directory / "play.yml"
    path.write_text(json.dumps(book))
    return run_playbook(core, ["-i", "localhost,", path], home=directory / "home")


@each_core
def test_progress_is_printed_while_it_waits(play: Callable[..., PlaybookRun], core: Core) -> None:
    """On the oldest ansible-core through AnsiballZ."""
    python = {"ansible_python_interpreter": target_python()} if core == cores()[0] else {}
    run = play(core, ("library",), {"vars": python})
    assert run.status == 0, run.output
    lines = [line for line in run.output.splitlines() if line.startswith("harbor replication ")]
    assert "0/2 repositories, 0.0 of 33.5 kB, 0 failed" in "\n".join(lines[:-1])
    assert lines[-1].endswith("succeeded, 2/2 repositories, 33.5 of 33.5 kB, 0 failed")
    assert run.total("changed") == 1


@each_core
def test_a_failure_ends_the_task_with_the_reason(play: Callable[..., PlaybookRun], core: Core) -> None:
    run = play(core, (), {})
    assert run.total("failed") == 1
    assert "library/base: " in run.output, run.output
    assert "Traceback" not in run.output, run.output
    assert "Harbor may still retry the failed ones" in run.output


@each_core
def test_digests_that_are_equal_end_the_wait(make_sandbox: Callable[..., Any], tmp_path: Path, core: Core) -> None:
    stage = Scene(make_sandbox(network="public", harbor_stuck=["library/nginx"]), ("library",))
    copy_by_hand(stage.sandbox, "library/nginx")
    run = play_of(core, tmp_path, {MODULE: stage.execution(progress_interval=0.5, **stage.proof())})
    assert run.status == 0, run.output
    assert "; every tag has the same digest at the target" in run.output


def test_async_waits_in_the_module(play: Callable[..., PlaybookRun]) -> None:
    run = play(cores()[-1], ("library",), {"async": 60, "poll": 1})
    assert run.status == 0, run.output
    assert run.total("changed") == 1


def test_check_mode(play: Callable[..., PlaybookRun]) -> None:
    run = play(cores()[-1], ("library",), {"check_mode": True})
    assert run.status == 0, run.output
    assert run.total("changed") == 1 and "harbor replication" not in run.output
