# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host on which a module runs: its programs and files. Nothing is changed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

RunCommand = Callable[..., tuple[int, str, str]]
NOT_FOUND = 127
TIMED_OUT = 124


@dataclass(frozen=True)
class CommandResult:
    """How a command ended: exit status (127: there is no such program, 124: too slow), and both outputs."""

    status: int
    output: str = ""
    errors: str = ""


class Host:
    """Runs commands and reads files.

    :param run_command: that of AnsibleModule.
    :param timeout: seconds after which a command is ended.
    """

    def __init__(self, run_command: RunCommand, timeout: float = 60) -> None:
        self._run_command = run_command
        self._timeout = timeout

    def run(self, command: Sequence[str], directory: str | None = None, timeout: float | None = None) -> CommandResult:
        """Run a command without a shell; messages of programs come in English.

        :param timeout: seconds after which it is ended, instead of those of the host.
        """
        seconds = f"{timeout or self._timeout:g}"
        if not self.has(command[0]):
            return CommandResult(NOT_FOUND, "", f"there is no program {command[0]}")
        limiter = shutil.which("timeout", path=os.defpath)
        limited = [limiter, seconds, *command] if limiter else list(command)
        try:
            status, output, errors = self._run_command(
                limited, cwd=directory or None, environ_update={"LC_ALL": "C"}, handle_exceptions=False
            )
        except OSError as error:
            return CommandResult(NOT_FOUND, "", str(error.strerror))
        if status == TIMED_OUT:
            return CommandResult(TIMED_OUT, "", f"no answer within {seconds} s")
        return CommandResult(status, output, errors)

    def has(self, program: str) -> bool:
        """Whether there is such a program, by name on the search path or by path."""
        return shutil.which(program) is not None

    def read(self, path: str) -> str | None:
        """The text of a file; ``None`` when there is none or it may not be read."""
        try:
            return Path(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def content(self, path: str) -> bytes | None:
        """The content of a file; ``None`` when there is none or it may not be read."""
        try:
            return Path(path).read_bytes()
        except OSError:
            return None

    def modified(self, path: str) -> float | None:
        """When a file was changed, in seconds since the epoch; ``None`` when there is none."""
        try:
            return os.stat(path).st_mtime
        except OSError:
            return None

    def files(self, directory: str, ending: str) -> list[str]:
        """The paths of the files in a directory whose names end so, sorted."""
        try:
            return sorted(os.path.join(directory, name) for name in os.listdir(directory) if name.endswith(ending))
        except OSError:
            return []

    def variable(self, name: str) -> str:
        """A variable of the environment; empty when it is not set."""
        return os.environ.get(name, "")

    def now(self) -> float:
        """This host's clock in seconds since the epoch."""
        return time.time()
