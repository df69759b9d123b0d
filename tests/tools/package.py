# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as users get it: build the archive, check what is in it, install it, read its documentation."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

from tests.tools.environments import DEVELOPMENT, ROOT, clean_environment
from tests.tools.matrix import Core, cores
from tests.tools.mirror import checkout_files

NAME = "cloud_registry.migration"

# What belongs into the archive. A new top-level entry is either added here or to build_ignore in galaxy.yml.
WANTED = (
    "CHANGELOG.md", "FILES.json", "LICENSE", "MANIFEST.json", "README.md", "requirements.txt", "changelogs/*", "docs/*",
    "examples/project/*", "meta/*", "playbooks/*", "plugins/*", "roles/*",
)  # fmt: skip
UNWANTED = ("tests/*", ".*", "*/.*", "*/__pycache__/*", "*.pyc", "*.retry")
NEEDED = (
    "CHANGELOG.md", "LICENSE", "README.md", "requirements.txt", "meta/runtime.yml", "meta/execution-environment.yml",
    "playbooks/plan.yml", "playbooks/migrate.yml", "playbooks/verify.yml", "playbooks/cleanup.yml",
)  # fmt: skip


class PackageWrong(Exception):
    """The archive is not what users should get; the message says in which way."""


def run(*command: str | Path, collections: Path | None = None, home: Path | None = None) -> str:
    """Run a program and return its output. Raises PackageWrong with the output if it fails."""
    environment = clean_environment()
    if collections:
        environment["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
    if home:
        environment |= {"HOME": str(home), "ANSIBLE_HOME": str(home / ".ansible")}
    done = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        line = " ".join(map(str, command))
        raise PackageWrong(f"{line} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(directory: Path) -> Path:
    """Build the archive from the checkout as it is, caches and all, and return its path."""
    run(DEVELOPMENT / "bin/ansible-galaxy", "collection", "build", "--force", "--output-path", directory, ROOT)
    (archive,) = directory.glob("*.tar.gz")
    return archive


def install(archive: Path, collections: Path, core: Core) -> Path:
    """Install ``archive`` below ``collections`` and return the directory of the collection there."""
    galaxy = core.program("ansible-galaxy")
    run(galaxy, "collection", "install", "--offline", "--force", "-p", collections, archive, collections=collections)
    return collections / "ansible_collections/cloud_registry/migration"


def check_names(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Complaints about the file names of an archive; ``known`` are the files of the checkout."""
    present, made = set(names), {"FILES.json", "MANIFEST.json"}
    known = set(known)
    complaints = [f"{name}: is in the archive and should not be" for name in sorted(present) if not _belongs(name)]
    complaints += [f"{name}: is in the archive but not in Git's list" for name in sorted(present - known - made)]
    complaints += [f"{name}: is missing in the archive" for name in NEEDED if name not in present]
    left_out = sorted(name for name in known - present if _belongs(name))
    return complaints + [f"{name}: was left out of the archive" for name in left_out]


def _belongs(name: str) -> bool:
    wanted = any(fnmatch(name, pattern) for pattern in WANTED)
    return wanted and not any(fnmatch(name, pattern) for pattern in UNWANTED)


def check_documentation(collections: Path, core: Core) -> str:
    """Let ansible-doc show every module and role of an installed collection. Returns a summary; raises PackageWrong."""
    tree = collections / "ansible_collections/cloud_registry/migration"
    expected = {
        "module": sorted(path.stem for path in tree.glob("plugins/modules/*.py")),
        "role": sorted(path.parents[1].name for path in tree.glob("roles/*/meta/argument_specs.yml")),
    }
    for kind, names in expected.items():
        if not names:
            raise PackageWrong(f"the archive holds no {kind}")
        full_names = [f"{NAME}.{name}" for name in names]
        command = [core.program("ansible-doc"), "-t", kind, "--json", *full_names]
        shown = json.loads(run(*command, collections=collections))
        missing = [name for name in full_names if not shown.get(name)]
        if missing:
            raise PackageWrong(f"ansible-doc of {core.line} shows nothing for {', '.join(missing)}")
    return f"{len(expected['module'])} modules, {len(expected['role'])} roles"


def main() -> int:
    """Run the gate. Returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="package-") as directory:
        try:
            archive = build(Path(directory))
            with tarfile.open(archive) as content:
                names = [member.name for member in content.getmembers() if member.isfile()]
            complaints = check_names(names, checkout_files())
            if complaints:
                raise PackageWrong("\n".join(complaints))
            print(f"package: {archive.name} holds {len(names)} files")
            for core in cores():
                collections = Path(directory) / core.line
                install(archive, collections, core)
                run(core.program("ansible-galaxy"), "collection", "verify", "--offline", NAME, collections=collections)
                print(f"package: ansible-core {core.line} installs it; {check_documentation(collections, core)}")
        except PackageWrong as error:
            print(f"package: {error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
