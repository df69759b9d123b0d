# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-core lines the tests run on: the oldest and the newest that the Pythons of this machine allow.

``python -m tests.tools.matrix`` makes their environments below ``.venvs`` and prints what was left out and why.
They hold what ``requirements.txt`` names and nothing else, so that a missing requirement shows. Tests read the
outcome with :func:`cores` and :func:`target_python`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.tools.environments import CACHE, DEVELOPMENT, ROOT, SetupFailed, ensure_environment

ENVIRONMENTS = ROOT / ".venvs"
OUTCOME = CACHE / "matrix.json"

# ansible-core line -> oldest and newest Python of its controller (release notes and package metadata of each line).
LINES = {
    "2.16": ("3.10", "3.12"),
    "2.17": ("3.10", "3.12"),
    "2.18": ("3.11", "3.13"),
    "2.19": ("3.11", "3.13"),
    "2.20": ("3.12", "3.14"),
    "2.21": ("3.12", "3.14"),
}
# Pythons on which the modules run.
TARGETS = ("3.9", "3.14")


@dataclass(frozen=True)
class Core:
    """One installed ansible-core: its line ("2.16"), its Python ("3.12") and the directory of its environment."""

    line: str
    python: str
    directory: Path

    def program(self, name: str) -> str:
        """Path of one of its programs, for example ``ansible-playbook``."""
        return str(self.directory / "bin" / name)


@dataclass(frozen=True)
class Plan:
    """What to test on: ansible-core lines with their Pythons, a Python for modules, and what is left out."""

    cores: dict[str, str]
    target: str
    left_out: dict[str, str]


def version_key(version: str) -> tuple[int, ...]:
    """Order versions such as "3.9" and "3.12" by number."""
    return tuple(int(part) for part in version.split("."))


def find_pythons() -> dict[str, str]:
    """The working Pythons of this machine: version ("3.12") -> path, newest first."""
    found = subprocess.run(
        ["sh", str(ROOT / "tests/tools/pythons.sh")], capture_output=True, text=True, check=True
    ).stdout
    return dict(line.split(" ", 1) for line in found.splitlines())


def module_pythons(pythons: Iterable[str]) -> list[str]:
    """Those of ``pythons`` on which the modules run, oldest first."""
    return _within(sorted(pythons, key=version_key), *TARGETS)


def plan(pythons: Iterable[str]) -> Plan:
    """Choose the oldest and the newest line that one of ``pythons`` can run, each on its newest Python."""
    available = sorted(pythons, key=version_key)
    runnable: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for line, (oldest, newest) in LINES.items():
        fitting = _within(available, oldest, newest)
        if fitting:
            runnable[line] = fitting[-1]
        else:
            left_out[line] = f"needs a Python from {oldest} to {newest}, found {', '.join(available) or 'none'}"
    lines = sorted(runnable, key=version_key)
    chosen = {line: runnable[line] for line in (lines[0], lines[-1])} if lines else {}
    left_out |= {line: "only the oldest and the newest line are tested" for line in lines if line not in chosen}
    targets = module_pythons(available)
    return Plan(chosen, targets[0] if targets else "", dict(sorted(left_out.items())))


def prepare() -> Plan:
    """Make the environments of :func:`plan` and note the outcome for the tests. Raises SetupFailed."""
    pythons = find_pythons()
    planned = plan(pythons)
    if not planned.cores or not planned.target:
        raise SetupFailed(f"no ansible-core line can run on the Pythons found ({', '.join(pythons) or 'none'})")
    wanted = {
        core_directory(line): (pythons[python], [f"ansible-core~={line}.0"], [ROOT / "requirements.txt"])
        for line, python in planned.cores.items()
    }
    wanted[target_directory(planned.target)] = (pythons[planned.target], module_requirements(), [])
    with ThreadPoolExecutor() as pool:
        made = [pool.submit(ensure_environment, directory, *rest) for directory, rest in wanted.items()]
        for future in made:
            future.result()
    OUTCOME.write_text(json.dumps({"cores": planned.cores, "target": planned.target}))
    return planned


def module_requirements() -> list[str]:
    """The requirements of a host on which only modules run: ``requirements.txt`` without ansible-core and dnspython."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "ansible-core", "dnspython"))]


def core_directory(line: str) -> Path:
    """Where the environment of an ansible-core line is."""
    return ENVIRONMENTS / f"core-{line}"


def target_directory(python: str) -> Path:
    """Where the environment is in which modules run on an old Python."""
    return ENVIRONMENTS / f"target-{python}"


def cores() -> list[Core]:
    """The ansible-core lines to test on, oldest first.

    Before ``python -m tests.tools.matrix`` ran once: only that of the development environment.
    """
    if OUTCOME.is_file():
        chosen = json.loads(OUTCOME.read_text())["cores"]
        return [Core(line, chosen[line], core_directory(line)) for line in sorted(chosen, key=version_key)]
    from ansible.release import __version__

    line = ".".join(__version__.split(".")[:2])
    return [Core(line, f"{sys.version_info.major}.{sys.version_info.minor}", DEVELOPMENT)]


def target_python() -> str:
    """Path of the oldest supported Python of this machine, with what modules need and nothing else.

    Before ``python -m tests.tools.matrix`` ran once: the Python that runs the tests.
    """
    if OUTCOME.is_file():
        return str(target_directory(json.loads(OUTCOME.read_text())["target"]) / "bin/python")
    return sys.executable


def _within(versions: Sequence[str], oldest: str, newest: str) -> list[str]:
    return [version for version in versions if version_key(oldest) <= version_key(version) <= version_key(newest)]


def main() -> int:
    """Prepare the environments and print what is tested and what is not. Returns the exit status."""
    try:
        planned = prepare()
    except SetupFailed as error:
        print(f"matrix: {error}", file=sys.stderr)
        return 1
    for line, python in planned.cores.items():
        print(f"matrix: journeys run on ansible-core {line} with Python {python}")
    for line, reason in planned.left_out.items():
        print(f"matrix: ansible-core {line} left out: {reason}")
    print(f"matrix: modules also run on Python {planned.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
