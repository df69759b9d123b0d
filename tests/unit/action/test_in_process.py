# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a module runs: what allows a fork of the worker, and what makes it go through AnsiballZ."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.cloud_registry.migration.plugins.action import harbor_replication_execution, run_module
from ansible_collections.cloud_registry.migration.plugins.plugin_utils.in_process import (
    Circumstances,
    find_obstacle,
    is_own_python,
    python_name,
)
from tests.tools.environments import ROOT

MODULE = "cloud_registry.migration.tcr_namespace"


def circumstances(**others: Any) -> Circumstances:
    known: dict[str, Any] = {"module": MODULE, "interpreter": sys.executable, "platform": "linux", "supported": True}
    return Circumstances(**{**known, **others})


def test_nothing_stands_against_a_fork_on_the_controller_itself() -> None:
    assert find_obstacle(circumstances()) is None
    assert find_obstacle(circumstances(environment=["HTTPS_PROXY", "TENCENTCLOUD_SECRET_ID", "TZ"])) is None


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({"enabled": False}, "cloud_registry_in_process is false"),
        ({"supported": False}, "this ansible-core"),
        ({"module": "other.collection.tcr_namespace"}, "other.collection.tcr_namespace"),
        ({"platform": "darwin"}, "Mac"),
        ({"transport": "ssh"}, "ssh"),
        ({"become": True}, "another user"),
        ({"asynchronous": True}, "asynchronous"),
        ({"keep_files": True}, "kept"),
        ({"interpreter": ""}, "not known yet"),
        ({"interpreter": "/usr/bin/false"}, "/usr/bin/false"),
        ({"interpreter": "/nowhere/python3"}, "/nowhere/python3"),
        ({"environment": ["PYTHONPATH", "HTTPS_PROXY", "LD_PRELOAD"]}, "LD_PRELOAD, PYTHONPATH"),
    ],
    ids=str,
)
def test_an_obstacle_is_named(found: dict[str, Any], reason: str) -> None:
    assert reason in str(find_obstacle(circumstances(**found)))


def test_a_python_is_known_under_each_of_its_names_and_no_other_is_taken_for_it(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    programs = tmp_path / "venv/bin"
    own = str(programs / "python")
    (tmp_path / "link").symlink_to(programs)
    assert is_own_python(own, own)
    assert is_own_python(str(programs / "python3"), own)
    assert is_own_python(str(tmp_path / "link/python3"), own)
    assert os.path.realpath(own) == os.path.realpath(sys.executable), "both are links to one Python"
    assert not is_own_python(sys.executable, own), "a Python with other libraries is taken for this one"
    assert not is_own_python("/bin/sh", own)


def test_a_python_without_a_path_is_looked_for_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
    assert is_own_python("python")
    monkeypatch.setenv("PATH", "/nowhere")
    assert not is_own_python("python")


def test_python_names() -> None:
    assert python_name(MODULE) == "ansible_collections.cloud_registry.migration.plugins.modules.tcr_namespace"


class Action(run_module.ActionModule):  # type: ignore[misc]
    """The action plugin, without an Ansible around it."""

    def __init__(
        self, task_environment: dict[str, Any] | None = None, delegate_to: str = "", become: Any = None
    ) -> None:
        self._task = SimpleNamespace(action=MODULE, async_val=0, delegate_to=delegate_to, collections=None)
        self._connection = SimpleNamespace(transport="local", become=become)
        self._templar = SimpleNamespace(template=lambda value: value)
        found = SimpleNamespace(resolved_fqcn=MODULE)
        loader = SimpleNamespace(find_plugin_with_context=lambda name, collection_list: found)
        self._shared_loader_obj = SimpleNamespace(module_loader=loader)
        self._environment = task_environment or {}

    def _compute_environment_string(self, raw_environment_out: dict[str, Any]) -> str:
        raw_environment_out.update(self._environment)
        return ""


def test_circumstances_are_read_from_the_task_and_the_variables() -> None:
    given = {"ansible_python_interpreter": "/opt/python", "cloud_registry_in_process": "no"}
    found = Action({"RETRIES": 3}, become=object())._circumstances("tcr_namespace", given)
    assert found == Circumstances(
        module=MODULE, interpreter="/opt/python", environment={"RETRIES": 3}, become=True, enabled=False
    )


@pytest.mark.parametrize("given", [{}, {"ansible_python_interpreter": "auto_silent"}], ids=str)
def test_a_python_that_ansible_looks_for_counts_when_it_is_found(given: dict[str, Any]) -> None:
    assert Action()._circumstances(MODULE, given).interpreter == ""
    known = {**given, "ansible_facts": {"discovered_interpreter_python": "/usr/bin/python3.13"}}
    assert Action()._circumstances(MODULE, known).interpreter == "/usr/bin/python3.13"


def test_the_python_of_a_delegated_task_is_that_of_the_other_host() -> None:
    there = {"localhost": {"ansible_python_interpreter": "/there"}}
    variables = {"ansible_python_interpreter": "/here", "ansible_delegated_vars": there}
    assert Action(delegate_to="localhost")._circumstances(MODULE, variables).interpreter == "/there"


def test_without_a_fork_everything_is_left_to_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def execute(self: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
        asked.update(arguments=arguments, options=options, forked=self._forked_module)
        return {"changed": True}

    monkeypatch.setattr(NormalAction.__mro__[1], "_execute_module", execute)
    switched_off = {"cloud_registry_in_process": False}
    assert Action()._execute_module(task_vars=switched_off, wrap_async=True) == {"changed": True}
    assert asked == {
        "arguments": (MODULE, None, None, switched_off),
        "options": {"wrap_async": True},
        "forked": None,
    }
    action = Action()
    action._execute_module("tcr_namespace", {"a": 1}, task_vars={"ansible_python_interpreter": sys.executable})
    assert asked["forked"] == python_name(MODULE)
    assert action._forked_module is None, "what holds for one module holds for the next"


def test_both_action_plugins_share_the_mechanism() -> None:
    for plugin in (run_module.ActionModule, harbor_replication_execution.ActionModule):
        assert plugin._execute_module.__module__.endswith("in_process")


def test_a_missing_library_does_not_stop_ansible_from_finding_the_action_plugins() -> None:
    program = f"import sys; sys.modules['requests'] = None; import tests.conftest, {run_module.__name__}"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
