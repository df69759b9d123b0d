# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module of the collection in the process of the test, with every ansible-core from 2.16 on."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings as module_warnings

PACKAGE = "ansible_collections.cloud_registry.migration.plugins.modules"


@contextlib.contextmanager
def module_arguments(arguments: Mapping[str, Any]) -> Iterator[None]:
    """Let ``AnsibleModule`` find ``arguments`` as if the controller had sent them."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:  # ansible-core 2.16 to 2.18
        sent = json.dumps({"ANSIBLE_MODULE_ARGS": dict(arguments)}).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", sent):
            yield
    else:
        with patch_module_args(dict(arguments)):
            yield


def run_module(name: str, parameters: Mapping[str, Any], *, check: bool = False, diff: bool = True) -> dict[str, Any]:
    """Run module ``name`` (without the collection's name) as :func:`captured` does."""
    module = importlib.import_module(f"{PACKAGE}.{name}")
    return captured(module.main, parameters, name=name, check=check, diff=diff)


def captured(
    main: Callable[[], None],
    parameters: Mapping[str, Any],
    *,
    name: str = "a_module",
    check: bool = False,
    diff: bool = True,
) -> dict[str, Any]:
    """Run ``main`` as a module with these options and return what it would have sent to the controller.

    The result went through Ansible's removal of secrets. ``changed`` and ``failed`` are always present, and
    ``warnings`` is always a list. A failure of the module is a result, not an exception; anything else that
    ends the module (a traceback, more or less than one result) is an error of the test. Nothing is printed.
    Not for several threads at once: Ansible keeps a module's arguments in a global variable.
    """
    arguments = {**parameters, "_ansible_check_mode": check, "_ansible_diff": diff, "_ansible_module_name": name}
    output = io.StringIO()
    warned: list[str] = []

    def warn(self: Any, warning: Any, **details: Any) -> None:
        warned.append(str(warning))

    _forget_warnings()
    with (
        module_arguments(arguments),
        mock.patch.object(basic.AnsibleModule, "warn", warn),
        contextlib.redirect_stdout(output),
    ):
        try:
            main()
        except SystemExit:
            pass
        else:
            raise AssertionError(f"{name}: main() returned without exit_json or fail_json")
    _forget_warnings()
    result = _parse(name, output.getvalue())
    result.setdefault("changed", False)
    result.setdefault("failed", False)
    result["warnings"] = [*warned, *result.get("warnings", [])]
    return result


def _forget_warnings() -> None:
    """Warnings live in variables of Ansible that outlast a run in the same process."""
    module_warnings._global_warnings.clear()
    module_warnings._global_deprecations.clear()


def _parse(name: str, output: str) -> dict[str, Any]:
    lines = [line for line in output.splitlines() if line.strip()]
    if len(lines) != 1:
        raise AssertionError(f"{name}: expected one line with the result, got {len(lines)}:\n{output}")
    result = json.loads(lines[0])
    if not isinstance(result, dict):
        raise AssertionError(f"{name}: expected a mapping as the result, got {output}")
    return result
