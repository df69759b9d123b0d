# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface of a role is stated once: its argument specification and its defaults say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.environments import ROOT

ROLES = sorted(path for path in (ROOT / "roles").glob("*") if path.is_dir())

each_role = pytest.mark.parametrize("role", ROLES, ids=[role.name for role in ROLES])


def read(path: Path) -> dict[str, Any]:
    return (yaml.safe_load(path.read_text()) or {}) if path.is_file() else {}


def entry_points(role: Path) -> dict[str, Any]:
    """The entry points of a role: name -> specification."""
    points: dict[str, Any] = read(role / "meta/argument_specs.yml").get("argument_specs", {})
    return points


def options(role: Path) -> dict[str, dict[str, Any]]:
    """The options of all entry points of a role: name -> specification."""
    return {name: option for entry in entry_points(role).values() for name, option in entry.get("options", {}).items()}


def test_there_are_roles() -> None:
    assert ROLES


@each_role
def test_entry_points_are_described(role: Path) -> None:
    specification = entry_points(role)
    assert specification, "meta/argument_specs.yml is missing or empty"
    assert "main" in specification
    for name, entry in specification.items():
        assert entry.get("short_description"), f"{name} lacks short_description"
        assert (role / f"tasks/{name}.yml").is_file(), f"there is no tasks/{name}.yml"


@each_role
def test_options_are_named_after_the_role_and_described(role: Path) -> None:
    for name, option in options(role).items():
        assert name.startswith(f"{role.name}_"), f"{name} does not begin with the name of the role"
        assert option.get("description"), f"{name} is not described"
        assert option.get("type"), f"{name} has no type"


@each_role
def test_defaults_equal_the_specification(role: Path) -> None:
    defaults = read(role / "defaults/main.yml")
    optional = {name: option for name, option in options(role).items() if not option.get("required")}
    assert set(defaults) == set(optional), "options that are not required and defaults/main.yml differ"
    for name, option in optional.items():
        computed = isinstance(defaults[name], str) and "{{" in defaults[name]
        if not computed and "default" in option:
            assert option["default"] == defaults[name], f"the two defaults of {name} differ"


@each_role
def test_role_is_described_once(role: Path) -> None:
    """Galaxy shows this description; it is that of the main entry point."""
    described = read(role / "meta/main.yml").get("galaxy_info", {}).get("description")
    assert described == entry_points(role)["main"]["short_description"]


@each_role
def test_the_readme_names_the_role_and_its_entry_points(role: Path) -> None:
    readme = (role / "README.md").read_text()
    assert readme.startswith(f"# {role.name}\n")
    unnamed = [name for name in entry_points(role) if name != "main" and f"`{name}`" not in readme]
    assert not unnamed, f"README.md does not name {unnamed}"


@each_role
def test_the_readme_names_no_variable_that_the_role_lacks(role: Path) -> None:
    """Facts are set in tasks; options stand in the specification."""
    named = set(re.findall(rf"`({role.name}_\w+)`", (role / "README.md").read_text()))
    known = set(options(role)) | {
        name for file in role.glob("tasks/**/*.yml") for name in re.findall(r"\w+", file.read_text())
    }
    assert named <= known, f"nothing knows {named - known}"
