# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measurements run, as ``make bench`` starts them."""

from __future__ import annotations

import subprocess
import sys

from tests.bench.runs import number
from tests.tools.environments import ROOT, clean_environment


def test_a_few_of_everything_can_be_measured() -> None:
    command = [sys.executable, "-m", "tests.bench", "--quick"]
    done = subprocess.run(
        command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    for line in (
        "2 policies",
        "2 namespaces",
        "2 tags of 1 repositories",
        "2 charts again",
        "robot account",
        "ansible.builtin.ping",
    ):
        assert line in done.stdout, done.stdout


def test_the_number_of_calls_is_that_of_writes_and_reads() -> None:
    assert number({"writes": ["a", "a"], "reads": {"b": 3, "c": 1}, "manifests pushed": 7}) == 6
