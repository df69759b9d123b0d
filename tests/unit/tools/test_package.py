# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of what is in the archive."""

from __future__ import annotations

import pytest

from tests.tools.package import NEEDED, check_names

GOOD = [*NEEDED, "plugins/modules/a.py", "roles/a/tasks/main.yml"]
ARCHIVE = [*GOOD, "FILES.json", "MANIFEST.json"]
CHECKOUT = [*GOOD, "tests/conftest.py", "Makefile", ".gitignore", "examples/demo/run.py"]


def test_good_archive_passes() -> None:
    assert check_names(ARCHIVE, CHECKOUT) == []


@pytest.mark.parametrize(
    "name",
    [
        "tests/conftest.py",
        ".ci/run",
        "plugins/.hidden",
        "roles/a/__pycache__/a.pyc",
        "examples/demo/run.py",
        "stray.txt",
    ],
)
def test_what_does_not_belong_there_is_named(name: str) -> None:
    assert any(
        complaint.startswith(f"{name}: is in the archive") for complaint in check_names([*ARCHIVE, name], CHECKOUT)
    )


def test_a_file_that_git_does_not_know_is_named() -> None:
    complaints = check_names([*ARCHIVE, "plugins/modules/left_over.py"], CHECKOUT)
    assert complaints == ["plugins/modules/left_over.py: is in the archive but not in Git's list"]


def test_missing_files_are_named() -> None:
    assert check_names([n for n in ARCHIVE if n != "LICENSE"], CHECKOUT)[0] == "LICENSE: is missing in the archive"
    left_out = check_names([name for name in ARCHIVE if name != "plugins/modules/a.py"], CHECKOUT)
    assert left_out == ["plugins/modules/a.py: was left out of the archive"]
