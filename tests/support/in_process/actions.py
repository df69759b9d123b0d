# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of the playbooks, run in this process: modules and actions of the collection, and what they use of Ansible's own."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from tests.support.in_process.templates import COLLECTION, PLUGINS, Templar, Variables
from tests.support.modules import run_module
from tests.tools.environments import ROOT

Result = dict[str, Any]
ACTIONS = {path.stem for path in (ROOT / "plugins/action").glob("*.py")} - {"__init__", "run_module"}


def run(name: str, arguments: Result, variables: Variables, check: bool, show: Callable[[str], None]) -> Result:
    """Run a task and return its result.

    :param name: the full name of its module.
    :param arguments: its options, worked out.
    :param show: gets each line for the screen.
    """
    collection, _dot, short = name.rpartition(".")
    if collection == COLLECTION:
        if short in ACTIONS:
            return _action(short, arguments, variables, check, show)
        return run_module(short, plain(arguments), check=check, diff=False)
    if name not in _BUILTIN:
        raise NotImplementedError(f"the module {name}")
    return {"changed": False, "failed": False, **_BUILTIN[name](arguments, variables, check, show)}


def plain(value: Any) -> Any:
    """A copy that shares nothing, as results and options travel between processes."""
    return json.loads(json.dumps(value))


def _action(name: str, arguments: Result, variables: Variables, check: bool, show: Callable[[str], None]) -> Result:
    plugin = importlib.import_module(f"{PLUGINS}.action.{name}")
    action = object.__new__(plugin.ActionModule)
    action._task = SimpleNamespace(
        args=plain(arguments), async_val=0, check_mode=check, diff=False, action=f"{COLLECTION}.{name}"
    )
    action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="none"))
    action._templar = Templar(variables)
    action._remove_tmp_path = lambda path: None

    def execute(module_name: str = "", module_args: Any = None, **_options: Any) -> Result:
        options = action._task.args if module_args is None else module_args
        return run_module(module_name.rpartition(".")[2], plain(options), check=action._task.check_mode, diff=False)

    action._execute_module = execute
    with mock.patch.object(plugin.display, "display", show) if hasattr(plugin, "display") else mock.MagicMock():
        result: Result = plain(action.run(task_vars=variables.raw()))
    return {"changed": False, "failed": False, **result}


def _debug(arguments: Result, variables: Variables, check: bool, show: Callable[[str], None]) -> Result:
    show(str(arguments["msg"]))
    return {"msg": arguments["msg"]}


def _fail(arguments: Result, variables: Variables, check: bool, show: Callable[[str], None]) -> Result:
    return {"failed": True, "msg": arguments["msg"]}


def _assert(arguments: Result, variables: Variables, check: bool, show: Callable[[str], None]) -> Result:
    holds = all(variables.evaluate(one) for one in arguments["that"])
    return {} if holds else {"failed": True, "msg": arguments["fail_msg"]}


def _copy(arguments: Result, variables: Variables, check: bool, show: Callable[[str], None]) -> Result:
    path = Path(arguments["dest"])
    changed = not path.exists() or path.read_text() != arguments["content"]
    if changed and not check:
        path.write_text(arguments["content"])
        path.chmod(int(arguments["mode"], 8))
    return {"changed": changed}


_BUILTIN: Mapping[str, Callable[[Result, Variables, bool, Callable[[str], None]], Result]] = {
    "ansible.builtin.assert": _assert,
    "ansible.builtin.copy": _copy,
    "ansible.builtin.debug": _debug,
    "ansible.builtin.fail": _fail,
}
