# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module in a fork of this process, with the outcome that it has through AnsiballZ.

A fork and not a call: what a module does to the environment, the locale, the working directory, signals or threads
ends with it, and so does a crash. The module reads its arguments and writes its result as on any other target.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import selectors
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from ansible.executor import module_common
from ansible.module_utils import basic
from ansible.module_utils.common import json as module_json
from ansible.module_utils.common import warnings as module_warnings
from ansible.release import __version__

# In ansible-core 2.19 controller and modules got types of their own, and AnsiballZ a loader that it calls at the target.
BEFORE_2_19 = tuple(map(int, __version__.split(".")[:2])) < (2, 19)
try:
    from ansible.module_utils import _internal
    from ansible.module_utils._internal._ansiballz import _loader
except ImportError:
    _internal = _loader = None

# None of this is a public interface of Ansible. Where it is missing, modules run through AnsiballZ.
SUPPORTED = hasattr(basic, "_ANSIBLE_ARGS") and (
    BEFORE_2_19
    or (
        hasattr(_internal, "is_controller")
        and hasattr(_loader, "run_module")
        and hasattr(module_common, "_BuiltModule")
    )
)
PROFILE = "legacy"


@dataclass(frozen=True)
class Completed:
    """How a fork ended: its exit status (negative: the signal that killed it), and all that it wrote."""

    status: int
    stdout: bytes
    stderr: bytes


def built_module(arguments: Mapping[str, Any], path: str) -> Any:
    """What ``ActionBase._configure_module`` returns for the module in ``path``, with the arguments alone as its data.

    They are JSON, as they travel to any other target.
    """
    style, shebang = "new", f"#!{sys.executable}"
    parameters = {"ANSIBLE_MODULE_ARGS": arguments}
    if BEFORE_2_19:
        data = json.dumps(parameters, cls=module_json.AnsibleJSONEncoder, vault_to_text=True)
        return style, shebang, data.encode(), path
    encoder = module_json.get_module_encoder(PROFILE, module_json.Direction.CONTROLLER_TO_MODULE)
    built = module_common._BuiltModule(
        b_module_data=json.dumps(parameters, cls=encoder).encode(),
        module_style=style,
        shebang=shebang,
        serialization_profile=PROFILE,
    )
    return built, path


def run_module(name: str, arguments: bytes) -> NoReturn:
    """Be the module whose Python name is ``name``: print its result and exit. Only for a process of its own."""
    # Warnings of the controller are not the module's.
    module_warnings._global_warnings.clear()
    module_warnings._global_deprecations.clear()
    sys.modules.pop(name, None)
    if BEFORE_2_19:
        basic._ANSIBLE_ARGS = arguments
        runpy.run_module(name, {"_module_fqn": name, "_modlib_path": ""}, run_name="__main__", alter_sys=True)
    else:
        _internal.is_controller = False
        _loader.run_module(json_params=arguments, profile=PROFILE, module_fqn=name, modlib_path="", extensions={})
    raise RuntimeError(f"{name} ended without a result")


def run_forked(program: Callable[[], Any], directory: str, environment: Mapping[str, str]) -> Completed:
    """Run ``program`` in a fork that starts in ``directory``, with these variables beside those of this process.

    Whatever interrupts the wait, for example the time-out of a task, kills the fork and is raised again.
    """
    output, errors = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        _be_child(program, directory, environment, output[1], errors[1])
    running = True
    try:
        os.close(output[1])
        os.close(errors[1])
        stdout, stderr = _read_all(output[0], errors[0])
        _child, status = os.waitpid(child, 0)
        running = False
    finally:
        if running:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        os.close(output[0])
        os.close(errors[0])
    return Completed(os.waitstatus_to_exitcode(status), stdout, stderr)


def _read_all(*pipes: int) -> list[bytes]:
    """Read pipes until their other ends are closed."""
    texts = {pipe: bytearray() for pipe in pipes}
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _events in selector.select():
                text = os.read(key.fd, 1 << 16)
                texts[key.fd] += text
                if not text:
                    selector.unregister(key.fd)
    return [bytes(texts[pipe]) for pipe in pipes]


def _be_child(
    program: Callable[[], Any], directory: str, environment: Mapping[str, str], stdout: int, stderr: int
) -> NoReturn:
    status = 1
    try:
        # What the controller does at its end, for example remove its files, is not for a fork to do.
        atexit._clear()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        _replace_streams(stdout, stderr)
        os.chdir(directory)
        os.environ.update(environment)
        time.tzset()
        program()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def _replace_streams(stdout: int, stderr: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (stdout, 1), (stderr, 2)):
        os.dup2(source, target)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
