# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide lists every variable that a user can set, with the default that holds, and no other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from jinja2 import nodes

from ansible_collections.cloud_registry.migration.plugins.action.migration_variables import known_variables
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.variables.known import FACTS, OURS
from tests.tools.environments import ROOT

GUIDE = (ROOT / "docs/docsite/rst/guide_variables.rst").read_text()
PREFIXES = ("migration_", "cleanup_", "tcr_", "harbor_")
TYPES = {
    "string": "str",
    "boolean": "bool",
    "integer": "int",
    "number": "float",
    "list": "list",
    "mapping": "dict",
    "path": "path",
    "choice": "raw",
    "any": "raw",
}
CONDITIONS = ("when", "that", "until", "failed_when", "changed_when")
SETTERS = ("vars", "ansible.builtin.set_fact")
INTERNAL = {path.name + "_" for path in (ROOT / "roles").iterdir()}
ENVIRONMENT = jinja2.Environment(autoescape=False)


def documented() -> dict[str, tuple[str, str]]:
    """Variable -> type and default, as the tables of the guide state them."""
    row = re.compile(r"^   \* - ``(\w+)``\n     - (\w+)\n     - ``([^`]+)``\n     - \S", re.MULTILINE)
    found = row.findall(GUIDE)
    assert len(found) == GUIDE.count("   * - ``"), "a row is not of the form variable, type, default, meaning"
    assert len({one[0] for one in found}) == len(found), "a variable is listed twice"
    return {name: (kind, default) for name, kind, default in found}


def trees() -> Iterator[Any]:
    """The content of every YAML file of playbooks and roles; a template is a text."""
    for file in sorted([*ROOT.glob("playbooks/**/*.yml"), *ROOT.glob("roles/*/[dtv]*/**/*.yml")]):
        yield yaml.safe_load(file.read_text())
    for file in sorted(ROOT.glob("roles/*/templates/*")):
        yield file.read_text()


def scalars(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """All texts of a tree with the key that they belong to."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from scalars(value, name)
    elif isinstance(node, list):
        for item in node:
            yield from scalars(item, key)
    elif isinstance(node, str):
        yield key, node


def given(node: Any) -> Iterator[str]:
    """The names that a tree sets itself, as variables, facts or registered results."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in SETTERS and isinstance(value, dict):
                yield from value
            if name in ("register", "loop_var") and isinstance(value, str):
                yield value
            yield from given(value)
    elif isinstance(node, list):
        for item in node:
            yield from given(item)


def templates() -> Iterator[nodes.Template]:
    for tree in trees():
        for key, text in scalars(tree):
            if key in CONDITIONS or "{{" in text or "{%" in text:
                yield ENVIRONMENT.parse("{{ " + text + " }}" if key in CONDITIONS and "{{" not in text else text)


def names_read() -> set[str]:
    """The variables of users that playbooks and roles read."""
    names = {node.name for template in templates() for node in template.find_all(nodes.Name)}
    set_here = {name for tree in trees() for name in given(tree)}
    return {name for name in names - set_here if name.startswith(PREFIXES) and not name.startswith(tuple(INTERNAL))}


def name_with_default(node: nodes.Filter) -> str:
    """The variable for which this filter gives a default, by itself or after ``default('')``; else nothing."""
    inner = node.node
    if node.name.endswith(".or_default") and isinstance(inner, nodes.Filter) and inner.name == "default":
        inner = inner.node
    elif node.name != "default":
        return ""
    return inner.name if isinstance(inner, nodes.Name) and node.args else ""


def defaults_in_yaml() -> dict[str, set[str]]:
    """Variable -> the constants that stand for it where it is not given; nothing for the empty ones."""
    found: dict[str, set[str]] = defaultdict(set)
    for template in templates():
        for node in template.find_all(nodes.Filter):
            name = name_with_default(node)
            if not name:
                continue
            try:
                value = node.args[0].as_const()
            except nodes.Impossible:
                continue
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            if value not in ("", [], {}):
                found[name].add(shown.lower() if isinstance(value, bool) else shown)
    return found


def module_defaults() -> dict[str, str]:
    """Connection option -> its default in the documentation of the modules."""
    defaults = {}
    for name in ("tcr", "harbor"):
        text = (ROOT / f"plugins/doc_fragments/{name}.py").read_text()
        options = yaml.safe_load(text.split('"""')[-2])["options"]
        defaults |= {option: str(given.get("default", "-")) for option, given in options.items()}
    return {name: value.lower() if value in ("True", "False") else value for name, value in defaults.items()}


def test_every_variable_that_is_read_is_in_the_guide() -> None:
    missing = sorted(names_read() - set(documented()))
    assert not missing, f"docs/docsite/rst/guide_variables.rst lacks {missing}"


def test_the_guide_lists_no_variable_that_nothing_reads() -> None:
    idle = sorted(set(documented()) - names_read())
    assert not idle, f"nothing in playbooks and roles reads {idle}"


def test_types_are_known() -> None:
    assert {one[0] for one in documented().values()} <= TYPES.keys()


def test_the_check_of_variables_knows_all_of_them_by_the_specifications_of_the_roles() -> None:
    known = {name: one.kind for name, one in known_variables().users.items()}
    stated = {name: TYPES[kind] for name, (kind, _default) in documented().items()}
    assert set(known) == set(stated)
    # The name of a directory or file on a host is text there.
    wrong = {name for name, kind in stated.items() if known[name] != kind and {known[name], kind} != {"str", "path"}}
    assert not wrong


def test_the_check_of_variables_knows_what_the_roles_hand_over() -> None:
    roles = tuple(path.name for path in (ROOT / "roles").iterdir())
    handed_over = {name for tree in trees() for name in given(tree) if name.startswith((*OURS, *roles))}
    options = set(known_variables().options)
    assert {name for name in handed_over - options if not name.startswith("migration_host_")} == FACTS


def test_what_the_playbooks_set_themselves_is_not_taken_for_a_mistake() -> None:
    known = known_variables()
    set_here = {name for tree in trees() for name in [*given(tree), *(tree if isinstance(tree, dict) else ())]}
    assert list(known.warnings(set_here)) == []


@pytest.mark.parametrize("name", ["plan", "migrate", "verify", "cleanup"])
def test_the_variables_are_checked_before_anything_else(name: str) -> None:
    def first(file: Path) -> dict[str, Any]:
        content = yaml.safe_load(file.read_text())
        task: dict[str, Any] = content[0]["tasks"][0] if "tasks" in content[0] else content[0]
        while "block" in task:
            task = task["block"][0]
        imported = task.get("ansible.builtin.import_tasks")
        return first(file.parent / imported) if imported else task

    assert "cloud_registry.migration.migration_variables" in first(ROOT / f"playbooks/{name}.yml")


def test_a_variable_has_one_default_everywhere() -> None:
    different = {name: found for name, found in defaults_in_yaml().items() if name in documented() and len(found) > 1}
    assert not different


def test_the_guide_states_the_defaults_that_hold() -> None:
    stated = {name: one[1] for name, one in documented().items()}
    held = {name: next(iter(found)) for name, found in defaults_in_yaml().items() if name in stated}
    wrong = {name: (stated[name], default) for name, default in held.items() if stated[name] != default}
    options = {name: value for name, value in module_defaults().items() if name in stated}
    wrong |= {name: (stated[name], value) for name, value in options.items() if stated[name] != value}
    assert not wrong, f"(stated, held): {wrong}"


def test_no_default_takes_the_place_of_a_value_that_somebody_chose() -> None:
    """With true as its second argument, default() also replaces 0, false and an empty list."""
    lost = [
        f"{node.node.name}: {node.args[0].as_const()!r}"
        for template in templates()
        for node in template.find_all(nodes.Filter)
        if node.name == "default"
        and isinstance(node.node, nodes.Name)
        and len(node.args) == 2
        and isinstance(node.args[0], (nodes.Const, nodes.List))
        and (node.args[0].as_const() is True or type(node.args[0].as_const()) in (int, float, list))
        and node.args[0].as_const()
    ]
    assert not lost, f"use cloud_registry.migration.or_default for {lost}"
