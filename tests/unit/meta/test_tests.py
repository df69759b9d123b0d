# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests are honest: each one asserts something."""

from __future__ import annotations

import ast

import pytest

from tests.tools.environments import ROOT
from tests.tools.mirror import checkout_files

# Functions of pytest and of tests/support that fail a test by themselves, besides those that begin with "assert_".
ASSERTING = {"fail", "four_steps", "raises", "refused", "succeed", "twelve_steps", "warns"}

HONEST = [
    "def test_a():\n    assert 1",
    "def test_a():\n    with pytest.raises(ValueError):\n        f()",
    "def test_a():\n    assert_success(run)",
    "def test_a():\n    client.refused('GET')",
    "def check():\n    assert 1\ndef test_a():\n    check()",
    "def test_a():\n    def inner():\n        assert 1\n    inner()",
    "class Server:\n    def test_registry(self):\n        return 1",
]


def without_assertion(source: str) -> list[str]:
    """The tests of a file that assert nothing, neither themselves nor in a function of the same file that they call."""
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    asserting: dict[str, bool] = {}

    def asserts(name: str) -> bool:
        if name not in functions:
            return name in ASSERTING or name.startswith("assert_")
        if name not in asserting:
            asserting[name] = False  # for functions that call each other
            asserting[name] = any(
                isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and asserts(_name(node.func)))
                for node in ast.walk(functions[name])
            )
        return asserting[name]

    return [name for name in functions if name.startswith("test_") and not asserts(name)]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_test_asserts_something() -> None:
    files = [name for name in checkout_files() if name.startswith("tests/") and "/test_" in name]
    assert len(files) > 100
    found = {name: without_assertion((ROOT / name).read_text()) for name in files if name.endswith(".py")}
    assert {name: tests for name, tests in found.items() if tests} == {}


@pytest.mark.parametrize("source", HONEST, ids=str)
def test_an_assertion_is_found_wherever_it_stands(source: str) -> None:
    assert without_assertion(source) == []


def test_a_test_that_only_calls_something_is_found() -> None:
    assert without_assertion("def test_a():\n    run()\ndef run():\n    test_a()") == ["test_a"]
