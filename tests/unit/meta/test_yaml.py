# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML says what happens in which order; what is worked out stands in Python, where it is tested."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from jinja2 import nodes

from tests.tools.environments import ROOT

ENVIRONMENT = jinja2.Environment(autoescape=False)
MOST_FILTERS = 3
FILES = sorted([*ROOT.glob("playbooks/**/*.yml"), *ROOT.glob("roles/*/[dtv]*/**/*.yml")])


def texts(node: Any) -> Iterator[str]:
    """All texts in a tree of YAML."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from texts(item)
    elif isinstance(node, str):
        yield node


def long_expressions(text: str) -> list[str]:
    """The text, once for each of its expressions that has too many filters."""
    outputs = [node for output in ENVIRONMENT.parse(text).find_all(nodes.Output) for node in output.nodes]
    counts = [len(list(node.find_all(nodes.Filter))) + isinstance(node, nodes.Filter) for node in outputs]
    return [" ".join(text.split()) for count in counts if count > MOST_FILTERS]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_expression_is_a_program(file: Path) -> None:
    assert [one for text in texts(yaml.safe_load(file.read_text())) for one in long_expressions(text)] == []


def mappings(node: Any) -> Iterator[dict[str, Any]]:
    """All mappings in a tree of YAML."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from mappings(item)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_expression_decides_about_a_failure(file: Path) -> None:
    """The first line of the failure would be about the expression. What failed says it itself."""
    decisions = [task["failed_when"] for task in mappings(yaml.safe_load(file.read_text())) if "failed_when" in task]
    assert all(one is False for one in decisions)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_depends_on_a_variable_that_a_plan_does_not_set(file: Path) -> None:
    """Under ``check_mode`` of a play, this variable is false all the same. What a module returns tells a prediction."""
    assert not [text for text in texts(yaml.safe_load(file.read_text())) if "ansible_check_mode" in text]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_is_delegated_to_the_controller_needs_no_other_user(file: Path) -> None:
    tasks = [task for task in mappings(yaml.safe_load(file.read_text())) if task.get("delegate_to") == "localhost"]
    assert all(task.get("become") is False for task in tasks)


def test_an_expression_that_is_a_program_is_seen() -> None:
    assert not long_expressions("{{ a | b | c | d }} {{ e | f }}")
    assert long_expressions("{{ a | b(c | d) | e | f }}")
