# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding Pythons and making environments."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import environments
from tests.tools.environments import ROOT, STAMP, SetupFailed, base_python, clean_environment, ensure_environment
from tests.tools.matrix import version_key
from tests.tools.mirror import checkout_files, make_mirror

VERSION = f"3.{sys.version_info.minor}"


def find(path: list[Path], home: Path) -> dict[str, str]:
    variables = {"PATH": os.pathsep.join([*map(str, path), os.defpath]), "HOME": str(home)}
    command = ["sh", str(ROOT / "tests/tools/pythons.sh")]
    output = subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout
    return dict(line.split(" ", 1) for line in output.splitlines())


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_shim_that_fails_is_passed_over_and_the_real_program_next_to_it_found(tmp_path: Path) -> None:
    shims = tmp_path / "shims"
    program(shims / f"python{VERSION}", "exit 127")
    program(tmp_path / f"versions/one/bin/python{VERSION}", f'exec {base_python()} "$@"')
    found = find([shims], tmp_path / "no home")
    assert found[VERSION] == base_python()


def test_newest_first_by_number(tmp_path: Path) -> None:
    for minor in (9, 97, 98):
        program(tmp_path / f"bin/python3.{minor}", f"echo 3.{minor} /path with blanks/{minor}")
    found = find([tmp_path / "bin"], tmp_path)
    assert list(found)[:2] == ["3.98", "3.97"]
    assert list(found) == sorted(found, key=version_key, reverse=True)
    assert found["3.98"] == "/path with blanks/98"


def test_an_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "environment"
    ran: list[list[str]] = []

    def run(command: list[str]) -> None:
        ran.append(list(command))
        program(directory / "bin/python", "exit 0")

    monkeypatch.setattr(environments, "_run", run)
    assert ensure_environment(directory, "python3", ["one"])
    assert not ensure_environment(directory, "python3", ["one"])
    assert len(ran) == 2
    assert ensure_environment(directory, "python3", ["one", "two"]), "other requirements, another environment"
    program(directory / "bin/python", "exit 1")
    assert ensure_environment(directory, "python3", ["one", "two"]), "one that does not work is made again"


def test_an_environment_that_could_not_be_finished_is_not_taken_for_complete(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match="no-such-python"):
        ensure_environment(tmp_path / "environment", str(tmp_path / "no-such-python"), ["one"])
    assert not (tmp_path / "environment" / STAMP).exists()


def test_children_get_no_settings_of_ansible_or_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_CHECK_MODE", "1")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    variables = clean_environment()
    assert "PATH" in variables
    unwanted = ("ANSIBLE_", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    assert not [name for name in variables if name.startswith(unwanted)]


def test_the_mirror_is_a_copy_without_caches(tmp_path: Path) -> None:
    mirror = make_mirror(tmp_path)
    assert mirror == tmp_path / "ansible_collections/cloud_registry/migration"
    assert (mirror / "galaxy.yml").read_bytes() == (ROOT / "galaxy.yml").read_bytes()
    assert (mirror / ".git").is_dir()
    assert not (mirror / ".venv").exists()
    assert "galaxy.yml" in checkout_files()
