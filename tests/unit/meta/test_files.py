# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file is short, carries the licence, and says nothing that only its writers understand."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.tools.environments import ROOT
from tests.tools.mirror import checkout_files

HEADER = """\
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""

# Cohesion counts, not shortness: how complex a function may be is said in pyproject.toml (C901).
LONGEST_FILE = 400
LONGEST_MODULE_CODE = 40
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}

# Written apart, so that this file does not contain them.
WORDS = ["".join(halves) for halves in (("TO", "DO"), ("FIX", "ME"), ("X", "XX"))]
MACHINE = [
    "".join(halves)
    for halves in (
        ("/wo", "rk/"),
        ("/fa", "rm/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("/tmp/br", "ief"),
        ("../sha", "red/"),
    )
]


def texts(*endings: str) -> Iterator[tuple[str, str]]:
    """Path and content of the files of the checkout with these endings (all text files without any)."""
    for name in checkout_files():
        if not endings or name.endswith(endings):
            try:
                yield name, (ROOT / name).read_text()
            except UnicodeDecodeError:
                continue


def code_lines(text: str) -> int:
    """How many lines of a module are neither empty, nor a comment, nor part of its documentation."""
    documented: set[int] = set()
    for node in ast.parse(text).body:
        first, *_others = getattr(node, "targets", [None])
        if isinstance(node, ast.Expr) or getattr(first, "id", "") in DOCUMENTATION:
            documented.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(number not in documented and bool(line.partition("#")[0].strip()) for number, line in lines)


def test_no_file_is_long() -> None:
    lengths = {name: len(text.splitlines()) for name, text in texts(".py", ".yml", ".yaml", ".sh", "Makefile")}
    long = [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > LONGEST_FILE]
    assert not long, f"longer than {LONGEST_FILE} lines: {long}"


def test_the_code_of_a_module_is_short() -> None:
    lengths = {name: code_lines(text) for name, text in texts(".py") if name.startswith("plugins/modules/")}
    assert lengths
    long = [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > LONGEST_MODULE_CODE]
    assert not long, f"more than {LONGEST_MODULE_CODE} lines of code beside the documentation: {long}"


def test_the_code_of_a_module_is_counted() -> None:
    text = '#!/usr/bin/python\n# comment\n"""What it is."""\nRETURN = r"""\na: 1\n"""\n\nimport os  # why\n\nOPTIONS = {\n}\n'
    assert code_lines(text) == 3


def test_every_python_file_carries_the_licence() -> None:
    lacking = []
    for name, text in texts(".py"):
        shebang = "#!/usr/bin/python\n" if name.startswith("plugins/modules/") else ""
        if text and not text.startswith((HEADER, shebang + HEADER)):
            lacking.append(name)
    assert not lacking, f"does not begin with the licence header: {lacking}"


def test_every_python_file_says_what_it_is_for() -> None:
    lacking = []
    for name, text in texts(".py"):
        tree = ast.parse(text)
        if text and not name.startswith("plugins/modules/") and not ast.get_docstring(tree):
            lacking.append(name)
    assert not lacking, f"has no docstring: {lacking}"


def test_no_note_to_oneself_and_no_path_of_a_machine() -> None:
    found = []
    for name, text in texts():
        if name == "LICENSE":
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found += [f"{name}:{number}: {word}" for word in (*WORDS, *MACHINE) if word in line]
    assert not found, "\n".join(found)


def test_plugins_are_python_3_9() -> None:
    for name, text in texts(".py"):
        if name.startswith("plugins/"):
            ast.parse(text, filename=name, feature_version=(3, 9))
            assert "from __future__ import annotations" in text or not text, f"{name}: annotations are not lazy"


def test_execution_environment_gets_the_requirements_of_the_collection() -> None:
    def requirements(name: str) -> set[str]:
        lines = (ROOT / name).read_text().splitlines()
        return {line for line in lines if line and not line.startswith(("#", "ansible-core"))}

    assert requirements("meta/ee-requirements.txt") == requirements("requirements.txt")
