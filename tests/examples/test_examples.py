# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in the documentation of every module run as they are written, the first one on the oldest supported Python."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.examples import COLLECTION, MODULES, PREPARATIONS, example_plays
from tests.support.playbooks import run_playbook
from tests.tools.environments import ROOT
from tests.tools.matrix import cores, target_python

NAMES = sorted(path.stem for path in MODULES.glob("*.py"))
# An action of the same name may do its work on the controller.
ACTIONS = {path.stem for path in (ROOT / "plugins/action").glob("*.py")}
# Starting ansible-playbook costs as much as the examples of a module, so several modules share a start.
TOGETHER = 5
GROUPS = [NAMES[start : start + TOGETHER] for start in range(0, len(NAMES), TOGETHER)]


@pytest.mark.parametrize("modules", GROUPS, ids=lambda group: f"{group[0]}-{group[-1]}")
def test_examples_run(modules: list[str], make_sandbox: Callable[..., Any], tmp_path: Path) -> None:
    variables = {"ansible_connection": "local"}
    plays = [
        play for module in modules for play in example_plays(module, make_sandbox(seed="demo").facts, target_python())
    ]
    playbook, settings = tmp_path / "examples.yml", tmp_path / "variables.json"
    playbook.write_text(yaml.safe_dump(json.loads(json.dumps(plays, default=str)), sort_keys=False))
    settings.write_text(json.dumps(variables))

    arguments = ["-vvv", "-i", "localhost,", "-e", f"@{settings}", playbook]
    run = run_playbook(cores()[-1], arguments, home=tmp_path / "home")

    assert run.status == 0, run.output
    assert run.total("failed") == run.total("unreachable") == run.total("ignored") == 0, run.output
    assert "WARNING" not in run.output, run.output
    for module in modules:
        _, _, of_module = run.output.partition(f"PLAY [Examples of {module}]")
        of_module, _, _ = of_module.partition("PLAY [")
        assert re.search("^(ok|changed): ", of_module, re.MULTILINE), f"{module}: no task ran\n{run.output}"
        ways = re.findall(rf"^{re.escape(COLLECTION)}\.{module} runs (.*)$", of_module, re.MULTILINE)
        assert ways or module in ACTIONS, f"{module}: nothing is said of how it ran\n{run.output}"
        sent = f"through AnsiballZ: the Python of the target is {target_python()}"
        assert not ways or ways[0] == sent, f"{module}: was not sent to the oldest Python\n{run.output}"


def test_every_preparation_belongs_to_a_module() -> None:
    assert {path.stem for path in PREPARATIONS.glob("*.yml")} <= set(NAMES)
