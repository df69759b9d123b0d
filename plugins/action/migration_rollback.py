# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads reports on the controller, prints what goes and what stays, and lets a module remove it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible.utils.display import Display

from ..module_utils._errors import InvalidInput
from ..module_utils._migration.rollback.reports import read_made, rollback_problem
from ..plugin_utils.in_process import InProcessAction

MODULE = "cloud_registry.migration.migration_target_removal"
VARIABLE = "cleanup_target_reports"
OWN = {
    "migration_id": {"type": "str", "required": True},
    "confirm": {"type": "str", "required": True},
    "directory": {"type": "path"},
    "reports": {"type": "list", "elements": "path", "default": []},
    "fail_on_refusal": {"type": "bool", "default": True},
}
_SHOWN = 200
Result = dict[str, Any]
display = Display()


class ActionModule(InProcessAction):
    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> Result:
        result: Result = super().run(tmp, task_vars)
        given = {name: value for name, value in self._task.args.items() if value is not None}
        handed_on = {name: value for name, value in given.items() if name not in OWN}
        # Only the own options are checked here, the others by the module.
        self._task.args = {name: value for name, value in given.items() if name in OWN}
        _validation, own = self.validate_argument_spec(OWN)
        try:
            made = made_at_target(own)
            if made["registry_id"] != handed_on.get("registry_id"):
                raise InvalidInput(
                    f"The reports are of the registry {made['registry_id']}, not of {handed_on.get('registry_id')}.",
                    advice=f"Name the reports of this registry in {VARIABLE}.",
                )
            removed = self._remove({**handed_on, **made}, task_vars)
            if "kept" in removed:
                removed["problem"] = str(removed["msg"]) if removed.get("failed") else ""
                removed["failed"] = bool(removed["problem"]) and own["fail_on_refusal"]
            result.update(removed)
        except InvalidInput as error:
            nothing = {"actions": [], "kept": [], "problem": str(error), "changed": False}
            result.update(nothing, failed=own["fail_on_refusal"], msg=str(error))
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _remove(self, arguments: Mapping[str, Any], task_vars: Any) -> Result:
        """Show what goes and what stays, and then remove it; in check mode only show it."""
        check_mode = self._task.check_mode
        self._task.check_mode = True
        try:
            predicted: Result = self._run_module(arguments, task_vars)
        finally:
            self._task.check_mode = check_mode
        if "actions" in predicted:
            for line in removal_lines(predicted["actions"], predicted["kept"]):
                display.display(line)
        if predicted.get("failed") or check_mode or not predicted.get("actions"):
            return predicted
        return self._run_module(arguments, task_vars)

    def _run_module(self, arguments: Mapping[str, Any], task_vars: Any) -> Result:
        return dict(self._execute_module(module_name=MODULE, module_args=dict(arguments), task_vars=task_vars))


def made_at_target(own: Mapping[str, Any]) -> dict[str, Any]:
    """What the migration made, as its reports tell.

    :param own: the options of the action.
    :raises InvalidInput: it is not confirmed, or there is no report, or one that tells nothing.
    """
    problem = rollback_problem(True, own["confirm"], own["migration_id"])
    if problem:
        raise InvalidInput(problem)
    return read_made([Path(one) for one in own["reports"]], Path(own["directory"] or "."), own["migration_id"])


def removal_lines(actions: Sequence[Mapping[str, Any]], kept: Sequence[Mapping[str, Any]]) -> list[str]:
    """What goes and what stays, for the screen."""
    going = [f"  {one['object']} {one['key']}" for one in actions]
    staying = [f"  {one['object']} {one['key']}: {one['reason']}" for one in kept]
    lines = ["To be removed at the target:", *(_cut(going) or ["  nothing"])]
    return [*lines, *(["What stays there:", *_cut(staying)] if staying else [])]


def _cut(lines: list[str]) -> list[str]:
    return lines[:_SHOWN] + ([f"  and {len(lines) - _SHOWN} more"] if lines[_SHOWN:] else [])
