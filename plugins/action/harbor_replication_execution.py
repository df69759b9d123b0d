# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module of the same name, and prints the progress while it waits.

A module cannot print before it ends. Hence the controller waits: it runs the module without waiting, again and
again. With ``async`` the module waits itself, and nothing is printed.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display

from ..module_utils._engine.wait import TRANSIENT, Wait
from ..module_utils._errors import MigrationError, WaitFailed
from ..module_utils._harbor.replication.retries import Retries
from ..module_utils._harbor.replication.watch import ExecutionWatcher
from ..module_utils._module.options.verification import verify_options
from ..plugin_utils.in_process import InProcessAction

MODULE = "cloud_registry.migration.harbor_replication_execution"
VERIFY = "cloud_registry.migration.migration_verify"
# What a module that failed tells about the execution.
KNOWN = ("actions", "execution", "origin")
Result = dict[str, Any]
display = Display()


class ModuleFailed(MigrationError):
    """The module failed, and will again; its result is in the details."""

    def as_result(self) -> Result:
        return self.details


class ActionModule(InProcessAction):
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> Result:
        result: Result = super().run(tmp, task_vars)
        options, asynchronous = self._task.args, bool(self._task.async_val)
        waits = boolean(options.get("wait", True), strict=False) and options.get("only") is None
        if asynchronous or self._task.check_mode or not waits:
            result.update(self._execute_module(module_name=MODULE, task_vars=task_vars, wrap_async=asynchronous))
        else:
            try:
                result.update(self._wait(task_vars))
            except MigrationError as error:
                changed = bool(error.details.get("actions"))
                result.update({**error.as_result(), "failed": True, "msg": str(error), "changed": changed})
        if not asynchronous:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _wait(self, task_vars: Any) -> Result:
        """Run the module and observe the execution until the end. An option that is null is not given."""
        options = {name: value for name, value in self._task.args.items() if value is not None}

        def module(**changes: Any) -> Result:
            arguments = {**options, "wait": False, **changes}
            found: Result = self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars)
            if not found.get("failed"):
                return found
            kind, message = (found.get("error") or {}).get("kind"), str(found.get("msg"))
            for transient in TRANSIENT:
                if transient.__name__ == kind:
                    raise transient(message, details={key: one for key, one in found.items() if key in KNOWN})
            raise ModuleFailed(message, details=found)

        def compare() -> Result:
            arguments = verify_options(options)
            found: Result = self._execute_module(module_name=VERIFY, module_args=arguments, task_vars=task_vars)
            if found.get("failed"):
                raise MigrationError(str(found.get("msg")))
            return found

        def watcher(restarts: int, **changes: Any) -> ExecutionWatcher:
            return ExecutionWatcher(
                start=lambda: module(execution_id=None),
                observe=lambda execution_id: module(state="started", execution_id=execution_id, **changes),
                wait=Wait(True, float(options.get("wait_timeout", 86400)), float(options.get("wait_interval", 5))),
                restarts=restarts,
                report=display.display,
                report_interval=float(options.get("progress_interval", 30)),
                compare=compare if options.get("verify") else None,
            )

        def follow(begun: Result) -> Result:
            changes = {name: begun[name] for name in ("policy", "expected_repositories")}
            return watcher(0, **changes).run(begun)

        first, main = module(), watcher(int(options.get("restarts", 0)))
        if options.get("state") == "stopped":
            return main.wait_until_stopped(first, module)
        try:
            return main.run(first)
        except WaitFailed as failure:
            return Retries(
                limit=int(options.get("retry_limit", 0)),
                begin=lambda only: list(module(state="started", execution_id=None, only=only)["temporary"]),
                follow=follow,
                end=lambda: list(module(state="stopped", execution_id=None, only={})["actions"]),
                compare=main.compare,
                report=display.display,
            ).run(failure, main.comparison)
