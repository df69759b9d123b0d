# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands on a host end in time, and what they say comes in English."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._host.commands import (
    NOT_FOUND,
    TIMED_OUT,
    Host,
)


def run_command(command: Sequence[str], environ_update: Mapping[str, str], **_more: Any) -> tuple[int, str, str]:
    environment = {**os.environ, **environ_update}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.skipif(not shutil.which("timeout"), reason="coreutils are not installed")
def test_a_command_that_is_too_slow_is_ended() -> None:
    ended = Host(run_command, timeout=0.1).run(["sleep", "5"])
    assert (ended.status, ended.errors) == (TIMED_OUT, "no answer within 0.1 s")
    assert Host(run_command, timeout=0.1).run(["sleep", "0.3"], timeout=5).status == 0


def test_a_program_that_is_missing_is_no_error() -> None:
    assert Host(run_command).run(["no-such-program"]).status == NOT_FOUND


def test_programs_speak_english() -> None:
    assert Host(run_command).run(["sh", "-c", "echo $LC_ALL"]).output == "C\n"
