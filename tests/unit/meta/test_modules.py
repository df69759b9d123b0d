# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No module ships without documentation, examples, an action group and a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.examples import read_block
from tests.tools.environments import ROOT

COLLECTION = "cloud_registry.migration"
MODULES = sorted((ROOT / "plugins/modules").glob("*.py"))
NAMES = [path.stem for path in MODULES]
# Works on the controller with what other modules found.
WITHOUT_CONNECTION = {"migration_report", "migration_variables"}
ONLY_TARGET = {
    "migration_artifact",
    "migration_plan",
    "migration_referrers_tag",
    "migration_rollback",
    "migration_target_removal",
}
ATTRIBUTES = {"action_group", "check_mode", "diff_mode", "idempotent"}

each_module = pytest.mark.parametrize("path", MODULES, ids=NAMES)


def blocks(path: Path) -> dict[str, Any]:
    """DOCUMENTATION, EXAMPLES and RETURN of a module, read without importing it."""
    return {name: read_block(path, name) for name in ("DOCUMENTATION", "EXAMPLES", "RETURN")}


def action_groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]
    return groups


def test_there_are_modules() -> None:
    assert MODULES


@each_module
def test_documentation_is_complete(path: Path) -> None:
    documentation = blocks(path)["DOCUMENTATION"]
    assert documentation["module"] == path.stem
    for key in ("short_description", "description", "author", "version_added"):
        assert documentation.get(key), f"{key} is missing"
    assert f"{COLLECTION}.attributes" in documentation["extends_documentation_fragment"]
    attributes = documentation["attributes"]
    assert set(attributes) >= ATTRIBUTES, f"attributes lack {ATTRIBUTES - set(attributes)}"
    for name in ATTRIBUTES:
        assert attributes[name].get("support"), f"the support of {name} is not stated"


@each_module
def test_every_option_and_suboption_is_described(path: Path) -> None:
    def lacking(options: dict[str, Any], prefix: str) -> list[str]:
        names = []
        for name, option in (options or {}).items():
            if not option.get("description") or not option.get("type"):
                names.append(prefix + name)
            names += lacking(option.get("suboptions", {}), f"{prefix}{name}.")
        return names

    assert not lacking(blocks(path)["DOCUMENTATION"].get("options", {}), "")


@each_module
def test_returned_values_have_samples(path: Path) -> None:
    returned = blocks(path).get("RETURN")
    assert returned
    for name, value in returned.items():
        for key in ("description", "returned", "type"):
            assert value.get(key), f"{name} lacks {key}"
        assert "sample" in value or value.get("contains"), f"{name} lacks a sample"


@each_module
def test_examples_use_the_module_by_its_full_name(path: Path) -> None:
    examples = blocks(path).get("EXAMPLES")
    assert isinstance(examples, list)
    assert examples, "there is no example"
    for task in examples:
        assert task.get("name"), f"a task has no name: {task}"
        assert path.stem not in task, "an example uses the short name of the module"
    assert any(f"{COLLECTION}.{path.stem}" in task for task in examples)


@each_module
def test_action_groups_are_stated(path: Path) -> None:
    prefix = path.stem.split("_")[0]
    expected = {"tcr": {"tcr"}, "harbor": {"harbor"}, "migration": {"tcr", "harbor"}, "host": set()}[prefix]
    # The one compares with the target while it waits, the other moves charts to it.
    if path.stem in ("harbor_replication_execution", "harbor_chart_migration"):
        expected = {"tcr", "harbor"}
    if path.stem in WITHOUT_CONNECTION:
        expected = set()
    if path.stem in ONLY_TARGET:
        expected = {"tcr"}
    listed = {group for group, members in action_groups().items() if path.stem in members}
    stated = blocks(path)["DOCUMENTATION"]["attributes"]["action_group"]
    assert listed == expected, "meta/runtime.yml lists the module in other groups"
    assert stated["support"] == ("full" if expected else "none")
    assert set(stated["membership"]) == {f"{COLLECTION}.{group}" for group in expected}


@each_module
def test_every_module_that_informs_takes_a_query(path: Path) -> None:
    documented = f"{COLLECTION}.query" in blocks(path)["DOCUMENTATION"]["extends_documentation_fragment"]
    assert documented == path.stem.endswith("_info")
    assert documented == ("run_info(" in path.read_text())


def test_action_groups_list_modules_that_exist() -> None:
    listed = {name for members in action_groups().values() for name in members}
    assert listed == {name for name in NAMES if not name.startswith("host_")} - WITHOUT_CONNECTION
    assert all(members == sorted(members) for members in action_groups().values())


@each_module
def test_module_has_a_test_of_its_behaviour(path: Path) -> None:
    test = ROOT / f"tests/modules/test_{path.stem}.py"
    assert test.is_file(), f"{test.relative_to(ROOT)} is missing"
    text = test.read_text()
    assert "def test_" in text
    assert path.stem in text
