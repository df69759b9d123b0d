# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-test sanity is run on, and with which arguments."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.tools import sanity

PYTHONS = {f"3.{minor}": f"/usr/bin/python3.{minor}" for minor in (13, 12, 9, 8)}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The arguments of each run of ansible-test; that of the oldest Python fails."""
    runs: list[tuple[str, ...]] = []

    def run(mirror: Path, *arguments: str) -> CompletedProcess[str]:
        runs.append(arguments)
        return CompletedProcess(arguments, 3 if "3.9" in arguments else 0, "")

    monkeypatch.setattr(sanity, "ansible_test", run)
    monkeypatch.setattr(sanity, "find_pythons", lambda: PYTHONS)
    return runs


def test_what_is_not_shipped_is_not_checked_but_settings_are_read() -> None:
    names = ["plugins/filter/tcr.py", "tests/config.yml", "tests/sanity/ignore-2.21.txt", "tests/unit/test_a.py"]
    assert [sanity.is_checked(name) for name in names] == [True, True, True, False]


def test_code_is_imported_with_the_oldest_and_the_newest_python_of_modules(ran: list[tuple[str, ...]]) -> None:
    sanity.check(Path("mirror"))
    assert [run[-1] for run in ran if "--python" in run] == ["3.9", "3.13"]
    assert "--python" not in ran[0], "all others run with every Python that they want"


def test_one_run_that_fails_is_enough(ran: list[tuple[str, ...]]) -> None:
    assert sanity.check(Path("mirror")) == 3
    assert len(ran) == 3
