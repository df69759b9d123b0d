# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in the documentation of every module run as they are written, on the oldest supported Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.examples import MODULES, PREPARATIONS, example_playbook
from tests.support.playbooks import run_playbook
from tests.tools.matrix import cores, target_python

NAMES = sorted(path.stem for path in MODULES.glob("*.py"))


@pytest.mark.parametrize("module", NAMES)
def test_examples_run(module: str, make_sandbox: Callable[..., Any], tmp_path: Path) -> None:
    facts = make_sandbox(seed="demo").facts
    variables = {**facts, "ansible_connection": "local", "ansible_python_interpreter": target_python()}
    playbook, settings = tmp_path / "examples.yml", tmp_path / "variables.json"
    playbook.write_text(yaml.safe_dump(example_playbook(module, facts), sort_keys=False))
    settings.write_text(json.dumps(variables, default=str))

    run = run_playbook(cores()[-1], ["-i", "localhost,", "-e", f"@{settings}", playbook], home=tmp_path / "home")

    assert run.status == 0, run.output
    assert run.total("failed") == run.total("unreachable") == run.total("ignored") == 0, run.output
    assert run.total("ok") > 0, run.output
    assert "WARNING" not in run.output, run.output


def test_every_preparation_belongs_to_a_module() -> None:
    assert {path.stem for path in PREPARATIONS.glob("*.yml")} <= set(NAMES)
