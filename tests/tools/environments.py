# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments of the checkout: made when something they depend on changed, else left alone.

Run as a program it is ``make setup``: the environment of development and the link that gives Ansible the checkout
under its collection name. Uses the standard library only, because it runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
COLLECTIONS = CACHE / "collections"
DEVELOPMENT = ROOT / ".venv"
STAMP = "complete.stamp"


class SetupFailed(Exception):
    """An environment could not be made; the message holds the output of the command that failed."""


def base_python() -> str:
    """Path of the Python that runs this, outside of any virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def ensure_environment(directory: Path, python: str, requirements: Sequence[str], files: Sequence[Path] = ()) -> bool:
    """Make the virtual environment ``directory`` unless it is complete and made from the same input.

    ``requirements`` are pip requirements, ``files`` are requirement files. Returns whether it was made. Two
    processes may call this at once: the second waits. Raises SetupFailed.
    """
    wanted = _fingerprint(directory, python, requirements, files)
    with _locked(directory):
        stamp = directory / STAMP
        if stamp.is_file() and stamp.read_text() == wanted and _works(directory):
            return False
        stamp.unlink(missing_ok=True)
        _run([python, "-m", "venv", "--clear", str(directory)])
        arguments = [*requirements, *(item for file in files for item in ("-r", str(file)))]
        _run([str(directory / "bin/python"), "-m", "pip", "install", "--quiet", *arguments])
        stamp.write_text(wanted)
        return True


def link_collection() -> None:
    """Give Ansible the checkout under the name of the collection: a link below ``.cache/collections``."""
    link = COLLECTIONS / "ansible_collections/cloud_registry/migration"
    with _locked(link):
        if link.is_symlink() and link.resolve() == ROOT:
            return
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)


def clean_environment() -> dict[str, str]:
    """The variables of this process without those that would lead a child to another Python or another Ansible.

    A child may also keep what Python has compiled: else each worker of pytest compiles all tests, which takes seconds.
    """
    unwanted = (
        "ANSIBLE_",
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONDONTWRITEBYTECODE",
        "VIRTUAL_ENV",
        "PYTEST_",
        "MAKEFLAGS",
        "MAKELEVEL",
        "MFLAGS",
    )
    return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}


def _fingerprint(directory: Path, python: str, requirements: Sequence[str], files: Sequence[Path]) -> str:
    # A virtual environment holds absolute paths, so a moved checkout needs a new one.
    parts = [str(directory), python, *requirements, *(file.read_text() for file in files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _works(directory: Path) -> bool:
    try:
        return subprocess.run([directory / "bin/python", "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    target.parent.mkdir(parents=True, exist_ok=True)
    CACHE.mkdir(exist_ok=True)
    name = hashlib.sha256(str(target).encode()).hexdigest()[:12]
    with open(CACHE / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: Sequence[str]) -> None:
    line = " ".join(command)
    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=clean_environment(),
        )
    except OSError as error:
        raise SetupFailed(f"{line} could not be started: {error}") from None
    if done.returncode:
        raise SetupFailed(f"{line} ended with status {done.returncode}:\n{done.stdout}")


def main() -> int:
    """Set up the environment of development. Returns the exit status."""
    requirements = [ROOT / "requirements-dev.txt", ROOT / "requirements.txt"]
    try:
        if not (DEVELOPMENT / STAMP).is_file():
            print("setup: making .venv (this takes about a minute)", flush=True)
        made = ensure_environment(DEVELOPMENT, base_python(), [], requirements)
        link_collection()
    except SetupFailed as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    if made:
        print(f"setup: .venv is ready (Python {sys.version_info.major}.{sys.version_info.minor})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
