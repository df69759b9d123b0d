# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide where a module runs: in a fork of Ansible's worker, or through AnsiballZ, which starts a Python for it.

Starting that Python and unpacking the code costs more than all that a module does. Where the target is the controller
itself, with the same user and the same Python, a fork has the same outcome. The variable ``cloud_registry_in_process``
set to false switches this off.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible import constants
from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from . import forked_module

COLLECTION = "cloud_registry.migration"
SWITCH = "cloud_registry_in_process"
# Python and the loader of libraries read these variables once, when a process starts.
READ_AT_START = ("PYTHON", "LD_", "DYLD_", "OPENSSL_")
# Values of ansible_python_interpreter that let Ansible look for a Python.
DISCOVERY = ("auto", "auto_silent", "auto_legacy", "auto_legacy_silent")
display = Display()


@dataclass(frozen=True)
class Circumstances:
    """What decides where a module runs.

    ``interpreter`` is a path or the name of a program, or empty when Ansible has not looked for one yet. ``environment``
    holds the names of the variables that the task sets. ``module`` is the full name of the module.
    """

    module: str
    interpreter: str
    environment: Iterable[str] = ()
    transport: str = "local"
    become: bool = False
    asynchronous: bool = False
    keep_files: bool = False
    enabled: bool = True
    platform: str = sys.platform
    supported: bool = forked_module.SUPPORTED


def find_obstacle(found: Circumstances) -> str | None:
    """Why the module must run through AnsiballZ, in words for the log, or None if a fork will do."""
    early = sorted(name for name in found.environment if name.startswith(READ_AT_START))
    obstacles = (
        (not found.enabled, f"{SWITCH} is false"),
        (not found.supported, "this ansible-core has not the interfaces that are needed"),
        (not found.module.startswith(f"{COLLECTION}."), f"{found.module} is not a module of {COLLECTION}"),
        # Libraries of macOS, for example the one that tells the proxies, abort in a fork.
        (found.platform == "darwin", "the controller is a Mac"),
        (found.transport != "local", f"the connection is {found.transport}"),
        (found.become, "the task becomes another user"),
        (found.asynchronous, "the task is asynchronous"),
        (found.keep_files, "the files of modules are to be kept"),
        (bool(early), f"the environment of the task sets {', '.join(early)}"),
        (not found.interpreter, "the Python of the target is not known yet"),
        (not is_own_python(found.interpreter), f"the Python of the target is {found.interpreter}"),
    )
    return next((reason for applies, reason in obstacles if applies), None)


def is_own_python(interpreter: str, own: str = sys.executable) -> bool:
    """Whether ``interpreter`` is the Python that runs this, under whatever name.

    Two names in one directory that lead to one file are one Python (``python3`` and ``python3.12``). In two directories
    they are not: the Python of a virtual environment is a link to another one, and has other libraries.
    """
    found = shutil.which(interpreter)
    return found is not None and _location(found) == _location(own)


def _location(program: str) -> tuple[str, str]:
    return os.path.realpath(os.path.dirname(program)), os.path.realpath(program)


class InProcessAction(ActionBase):
    """Base of action plugins whose modules run in a fork of the worker wherever that has the same outcome.

    Ansible prepares the arguments and reads the result as ever. Replaced are the archive with the code, which becomes
    the arguments alone, and the command that runs it.
    """

    _forked_module: str | None = None
    _module_environment: Mapping[str, str] = {}

    def _execute_module(
        self, module_name: Any = None, module_args: Any = None, tmp: Any = None, task_vars: Any = None, **options: Any
    ) -> Any:
        module_name = module_name or self._task.action
        found = self._circumstances(module_name, task_vars or {})
        reason = find_obstacle(found)
        display.vvv(f"{found.module} runs " + (f"through AnsiballZ: {reason}" if reason else "in a fork of the worker"))
        if reason is None:
            self._forked_module = python_name(found.module)
            # What is imported here, the forks of a loop need not import.
            with contextlib.suppress(Exception):
                importlib.import_module(self._forked_module)
        try:
            return super()._execute_module(module_name, module_args, tmp, task_vars, **options)
        finally:
            self._forked_module = None

    def _circumstances(self, module_name: str, task_vars: Mapping[str, Any]) -> Circumstances:
        delegated_to = self._task.delegate_to
        host_vars = task_vars["ansible_delegated_vars"][delegated_to] if delegated_to else task_vars
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        self._module_environment = {name: str(value) for name, value in environment.items()}
        return Circumstances(
            module=self._find_module(module_name).resolved_fqcn or module_name,
            interpreter=self._interpreter(host_vars),
            environment=environment,
            transport=self._connection.transport,
            become=self._connection.become is not None,
            asynchronous=bool(self._task.async_val),
            keep_files=constants.DEFAULT_KEEP_REMOTE_FILES,
            enabled=is_enabled(self._templar.template(task_vars.get(SWITCH))),
        )

    def _interpreter(self, host_vars: Mapping[str, Any]) -> str:
        given = constants.config.get_config_value("INTERPRETER_PYTHON", variables=host_vars)
        interpreter = str(self._templar.template(given)).strip()
        if interpreter in ("", *DISCOVERY):
            return str(host_vars.get("ansible_facts", {}).get("discovered_interpreter_python", ""))
        return interpreter

    def _find_module(self, name: str) -> Any:
        loader = self._shared_loader_obj.module_loader
        return loader.find_plugin_with_context(name, collection_list=self._task.collections)

    def _is_pipelining_enabled(self, *arguments: Any, **options: Any) -> bool:
        # There is nothing to put into a temporary directory.
        return self._forked_module is not None or super()._is_pipelining_enabled(*arguments, **options)

    def _configure_module(self, module_name: str, module_args: Any, task_vars: Any) -> Any:
        if self._forked_module is None:
            return super()._configure_module(module_name, module_args, task_vars)
        path = self._find_module(module_name).plugin_resolved_path
        return forked_module.built_module(module_args, path)

    def _low_level_execute_command(self, cmd: str, *arguments: Any, **options: Any) -> Any:
        name = self._forked_module
        if name is None:
            return super()._low_level_execute_command(cmd, *arguments, **options)
        done = forked_module.run_forked(
            lambda: forked_module.run_module(name, options["in_data"]),
            directory=self._loader.get_basedir(),
            environment=self._module_environment,
        )
        stdout, stderr = (to_text(text, errors="surrogate_then_replace") for text in (done.stdout, done.stderr))
        return {
            "rc": done.status,
            "stdout": stdout,
            "stdout_lines": stdout.splitlines(),
            "stderr": stderr,
            "stderr_lines": stderr.splitlines(),
        }


def is_enabled(switch: Any) -> bool:
    """What the variable SWITCH says; blank, it is not given."""
    blank = switch is None or not str(switch).strip()
    return blank or bool(boolean(switch, strict=False))


def python_name(module: str) -> str:
    """The Python name of a module, from its full name: ``cloud_registry.migration.tcr_namespace``."""
    collection, _dot, name = module.rpartition(".")
    return f"ansible_collections.{collection}.plugins.modules.{name}"
