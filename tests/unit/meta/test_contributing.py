# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CONTRIBUTING.md answers a newcomer with paths, symbols and commands that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.tools.environments import ROOT
from tests.tools.layers import UTILITIES

TEXT = (ROOT / "CONTRIBUTING.md").read_text()
# What a path may hold besides itself: a word in capitals stands for a name of the reader's choice.
PLACEHOLDER = re.compile(r"[A-Z]{4,}")
TOP_LEVEL = ("plugins/", "roles/", "playbooks/", "tests/", "docs/", "examples/", "changelogs/", "meta/", ".github/")


def section(title: str) -> str:
    """The text below a heading of the second level."""
    (content,) = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    return str(content)


def rows(title: str) -> list[list[str]]:
    """The rows of the first table of a section, without its head; code without its backticks."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[2:]]


def symbols(source: str) -> set[str]:
    """The names that a file defines, those inside of classes as ``Class.name``."""

    def names(body: list[ast.stmt], prefix: str) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                yield prefix + node.name
            if isinstance(node, ast.ClassDef):
                yield from names(node.body, f"{prefix}{node.name}.")
            if isinstance(node, ast.Assign):
                yield from (prefix + target.id for target in node.targets if isinstance(target, ast.Name))

    return set(names(ast.parse(source).body, ""))


def test_a_newcomer_gets_ten_answers() -> None:
    assert len(rows("Ten questions")) >= 10


@pytest.mark.parametrize(("question", "path", "symbol"), rows("Ten questions"))
def test_path_and_symbol_of_an_answer_exist(question: str, path: str, symbol: str) -> None:
    assert question.endswith("?")
    assert (ROOT / path).is_file(), f"{path} does not exist"
    assert symbol in symbols((ROOT / path).read_text()), f"{path} does not define {symbol}"


def test_a_symbol_is_found_at_the_top_and_in_a_class() -> None:
    found = symbols("LIMIT = 1\nclass Wait:\n    def until(self): ...\ndef wait():\n    inner = 1\n")
    assert found == {"LIMIT", "Wait", "Wait.until", "wait"}


def test_every_path_that_is_named_exists() -> None:
    named = set(re.findall(r"`([\w.-]+/[\w./-]*)`", TEXT))
    paths = {path for path in named if path.startswith(TOP_LEVEL) and not PLACEHOLDER.search(path)}
    missing = sorted(path for path in paths if not (ROOT / path).exists())
    assert len(paths) > 20
    assert not missing, f"CONTRIBUTING.md names what does not exist: {missing}"


def test_every_package_is_explained() -> None:
    packages = {path.name for path in (ROOT / UTILITIES).iterdir() if path.is_dir() and path.name != "__pycache__"}
    explained = set(re.findall(r"^  (_\w+)/ ", section("Package tree"), re.MULTILINE))
    assert explained == packages


def test_every_target_of_make_is_listed() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    listed = {row[0].removeprefix("make ") for row in rows("Make targets")}
    assert listed == targets - {"help"}


def test_the_glossary_explains_the_terms_of_the_field() -> None:
    terms = {row[0] for row in rows("Glossary")}
    assert len(terms) == len(rows("Glossary")) >= 20
    assert all(len(row) == 2 and row[1] for row in rows("Glossary"))
