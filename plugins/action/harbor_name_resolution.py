# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action of the same name: options in, modules on the host, Harbor asked from here. The order is in NameResolution.

It is an action, because one task must do both: recreate Harbor's services on the host, and wait from outside until
Harbor is healthy, before the next host begins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from ansible.utils.display import Display

from ..module_utils._dns.records import DnsRecords
from ..module_utils._dns.server import DnsServer
from ..module_utils._engine.wait import Wait
from ..module_utils._errors import InvalidInput, MigrationError
from ..module_utils._migration.name_resolution.resolution import NameResolution
from ..module_utils._module.call import ModuleCall
from ..module_utils._module.clients.harbor import harbor_client
from ..module_utils._module.options.common import refuse_misread
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.options.name_resolution import HARBOR_NAME_RESOLUTION, name_resolution
from ..plugin_utils.in_process import InProcessAction

COLLECTION = "cloud_registry.migration"
Result = dict[str, Any]
# What a module that failed returns beside its message.
KEPT = ("actions", "restarted", "error", "exception", "module_stderr")
display = Display()


class ActionModule(InProcessAction):
    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> Result:
        result: Result = super().run(tmp, task_vars)
        arguments = HARBOR.merge(HARBOR_NAME_RESOLUTION)
        try:
            refuse_misread(arguments.options, self._task.args)
        except InvalidInput as error:
            return {**result, **error.as_result(), "failed": True, "msg": str(error)}
        _validated, options = self.validate_argument_spec(**arguments.module_arguments())
        # The texts of Ansible know where they come from; what is written to files and sent to Harbor are plain texts.
        options = json.loads(json.dumps(options))
        try:
            result.update(self._resolve(options, task_vars))
        except MigrationError as error:
            result.update({**error.as_result(), "failed": True, "msg": str(error)})
        result["changed"] = options["state"] in ("present", "absent") and bool(result.get("actions"))
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _resolve(self, options: Result, task_vars: Mapping[str, Any]) -> Result:
        check_mode = self._task.check_mode

        def run_module(name: str, arguments: Mapping[str, Any]) -> Result:
            found: Result = self._execute_module(
                module_name=f"{COLLECTION}.{name}", module_args=dict(arguments), task_vars=task_vars
            )
            if found.get("failed"):
                raise MigrationError(str(found.get("msg")), details={key: found[key] for key in KEPT if key in found})
            plain: Result = json.loads(json.dumps(found))
            return plain

        def rehearse(name: str, arguments: Mapping[str, Any]) -> Result:
            self._task.check_mode = True
            try:
                return run_module(name, arguments)
            finally:
                self._task.check_mode = check_mode

        request = name_resolution(options, task_vars["inventory_hostname"], is_installed("kubernetes.core"))
        call = ModuleCall(options, check_mode, self._no_command, Wait())
        names = NameResolution(
            request,
            run_module,
            rehearse,
            lambda: harbor_client(call),
            lambda: DnsRecords(DnsServer(request.dns), request.migration_id),
            check_mode=check_mode,
            report=display.display,
        )
        if options["state"] == "checked":
            return names.check()
        if options["state"] == "present":
            return names.ensure()
        if options["state"] == "absent":
            return names.remove()
        predicted = options["address_pending"] or (check_mode and bool(options["play_actions"]))
        return names.verify(options["applied"], predicted, options["ask_harbor"])

    @staticmethod
    def _no_command(*_arguments: Any, **_options: Any) -> tuple[int, str, str]:
        raise NotImplementedError("modules run the commands, on the host")


def is_installed(collection: str) -> bool:
    """Whether Ansible's import machinery finds a collection. A task with a module that is missing would not even load."""
    try:
        return find_spec(f"ansible_collections.{collection}") is not None
    except (ImportError, ValueError):
        return False
