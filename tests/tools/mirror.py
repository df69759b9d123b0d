# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of what the checkout holds (without caches) in the directory layout that Ansible's tools insist on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.tools.environments import ROOT, SetupFailed


def checkout_files() -> list[str]:
    """Paths, relative to the root, of all files of the checkout that Git does not ignore; also those not yet added."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupFailed(f"the checkout must be a Git work tree: {done.stderr.strip()}")
    # A file that was deleted but not yet removed from the index is still listed.
    return sorted({name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()})


def _everything(name: str) -> bool:
    return True


def copy_checkout(directory: Path, chosen: Callable[[str], bool] = _everything) -> None:
    """Copy the files of the checkout for which ``chosen`` is true to ``directory``.

    The copy is a Git work tree of its own. Otherwise ansible-test would find one further up, see that all files are
    ignored there, test nothing and pass.
    """
    for name in filter(chosen, checkout_files()):
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    subprocess.run(["git", "init", "--quiet"], cwd=directory, check=True, stdin=subprocess.DEVNULL)


def make_mirror(directory: Path, chosen: Callable[[str], bool] = _everything) -> Path:
    """Copy what is chosen to ``directory/ansible_collections/cloud_registry/migration`` and return that path."""
    mirror = directory / "ansible_collections/cloud_registry/migration"
    copy_checkout(mirror, chosen)
    return mirror
