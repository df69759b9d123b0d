# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates, as data: what is run before a change lands. ``tests/tools/gate.py`` runs them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

PROCESSORS = max(os.cpu_count() or 1, 2)
# How long a single test may take. One above it fails its gate.
LONGEST_TEST = 60.0
COLLECTION = "ansible_collections/cloud_registry/migration"


@dataclass(frozen=True)
class Gate:
    """One check: a command line, run by ``sh`` in the root of the checkout with the programs of .venv first on PATH.

    ``tests`` is true for a run of pytest, which counts with each of its tests; any other gate counts as one.
    ``timeout`` is in seconds. ``after`` names a gate that must have ended before.
    """

    name: str
    group: str
    command: str
    timeout: int = 900
    tests: bool = False
    after: str = ""


def _tests(group: str, *directories: str, workers: float, after: str = "") -> Gate:
    """A run of pytest with that many workers per processor: more than one where tests wait for other programs."""
    paths = " ".join(f"tests/{directory}" for directory in directories or (group,))
    command = f"python -m pytest -q -n {int(workers * PROCESSORS)} --dist loadgroup {paths}"
    return Gate(group, group, command, timeout=1800, tests=True, after=after)


GATES = (
    Gate("matrix", "matrix", "python -m tests.tools.matrix"),
    Gate("ansible-test sanity", "sanity", "python -m tests.tools.sanity", timeout=1500),
    Gate("ruff check", "lint", "ruff check --no-cache ."),
    Gate("ruff format", "lint", "ruff format --no-cache --check ."),
    Gate(
        "mypy of the collection",
        "lint",
        f"cd .cache/collections && mypy --config-file ../../pyproject.toml --cache-dir ../mypy {COLLECTION}/plugins",
    ),
    Gate(
        "mypy of sandbox and tools",
        "lint",
        "mypy --cache-dir .cache/mypy-tests tests/sandbox tests/support tests/tools tests/bench",
    ),
    Gate("yamllint", "lint", "yamllint --strict ."),
    Gate(
        "ansible-lint",
        "lint",
        "python -m tests.tools.in_mirror ansible-lint --nocolor --offline --strict --profile production",
    ),
    Gate(
        "antsibull-docs",
        "docs",
        "python -m tests.tools.in_mirror antsibull-docs lint-collection-docs --plugin-docs"
        " --validate-collection-refs self --check-extra-docs-refs .",
    ),
    Gate("antsibull-changelog", "docs", "python -m tests.tools.in_mirror antsibull-changelog lint"),
    Gate("package", "build", "python -m tests.tools.package", after="matrix"),
    Gate("galaxy-importer", "build", "python -m tests.tools.importer"),
    Gate("readme", "build", "python -m tests.tools.readme"),
    Gate("demo public", "demo", "make --no-print-directory demo NETWORK=public"),
    Gate("demo private", "demo", "make --no-print-directory demo NETWORK=private", after="demo public"),
    _tests("unit", workers=1),
    _tests("contract", workers=1.5),
    _tests("helm", workers=1),
    _tests("modules", workers=3, after="matrix"),
    # The longest first, so that none is left alone at the end.
    _tests("playbooks", "examples", "bench", "journeys", "roles", workers=1.5, after="matrix"),
)

# What a target of the Makefile runs: groups of gates.
EVERYTHING = ("matrix", "sanity", "lint", "docs", "build", "demo", "unit", "contract", "modules", "playbooks")
TARGETS = {
    # Helm takes minutes to build, so that only "make helm" installs it.
    "all": (*EVERYTHING, "helm") if shutil.which("helm") else EVERYTHING,
    "modules": ("matrix", "modules"),
    "playbooks": ("matrix", "playbooks"),
    "build": ("matrix", "build"),
}
