# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources keep no memory between calls: what a run remembers is in the engine, or in an explicit ``Once``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.tools.environments import ROOT
from tests.tools.mirror import checkout_files

MUTATING = {
    "add",
    "append",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "setdefault",
    "update",
}


def resource_files() -> list[str]:
    return [
        name
        for name in checkout_files()
        if name.startswith("plugins/module_utils/") and "/resources/" in name and name.endswith(".py")
    ]


def root_of(node: ast.expr) -> str | None:
    """The attribute of self that an expression reaches into: ``_seen`` for ``self._seen[key].size``."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        inner = node.value
        if isinstance(node, ast.Attribute) and isinstance(inner, ast.Name) and inner.id == "self":
            return node.attr
        node = inner
    return None


def targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    if isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        return [node.target]
    return node.targets if isinstance(node, ast.Delete) else []


def written(target: ast.expr) -> Iterator[str]:
    if isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            yield from written(part)
    elif isinstance(target, ast.Starred):
        yield from written(target.value)
    else:
        root = root_of(target)
        if root:
            yield root


def memories(source: str) -> list[str]:
    """Where methods other than ``__init__`` assign to attributes of ``self``, or change what these hold."""
    found = []
    for kind in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)):
        for method in kind.body:
            if not isinstance(method, ast.FunctionDef) or method.name == "__init__":
                continue
            for node in ast.walk(method):
                names = [name for target in targets(node) for name in written(target)]
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATING:
                    holder = node.func.value
                    # self._client.robots.update(...) is a call to a server.
                    direct = isinstance(holder, (ast.Attribute, ast.Subscript)) and not is_client(holder)
                    names += [root_of(holder) or ""] if direct else []
                found += [f"{kind.name}.{method.name}, line {node.lineno}: self.{name}" for name in names if name]
    return found


def is_client(node: ast.expr) -> bool:
    return root_of(node) in ("_client", "_accounts")


def test_resources_keep_no_memory() -> None:
    files = resource_files()
    assert len(files) > 10
    complaints = [f"{name}: {one}" for name in files for one in memories((ROOT / name).read_text())]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize(
    "statement",
    [
        "self._seen = True",
        "self._seen: bool = True",
        "self._count += 1",
        "self._seen[key] = 1",
        "del self._seen[key]",
        "one, self._seen = 1, 2",
        "self._seen.add(key)",
        "self._seen[key].append(1)",
        "other = self._seen.setdefault(key, {})",
        "if key:\n            self._seen.clear()",
    ],
)
def test_memory_is_seen(statement: str) -> None:
    source = f"class Things:\n    def __init__(self):\n        self._seen = set()\n    def find(self, key):\n        {statement}\n"
    assert len(memories(source)) == 1


@pytest.mark.parametrize(
    "statement", ["seen = set()\n        seen.add(key)", "self._client.robots.update(key)", "return self._endpoints()"]
)
def test_what_is_no_memory_is_fine(statement: str) -> None:
    assert memories(f"class Things:\n    def find(self, key):\n        {statement}\n") == []


def kinds() -> list[str]:
    """What resources call their members, read from their sources."""
    assignments = (
        node
        for name in resource_files()
        for node in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "kind"
    )
    return [node.value.value for node in assignments if isinstance(node.value, ast.Constant)]


def test_each_kind_has_one_name_which_reports_show() -> None:
    found = kinds()
    assert len(found) == len(set(found)) > 15
    assert {
        "access credential",
        "Harbor endpoint",
        "namespace",
        "private link",
        "public endpoint",
        "replication policy",
        "VPC DNS record",
        "whitelist entry",
    } <= set(found)
