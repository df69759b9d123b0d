# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Import the archive as Galaxy would, and let no complaint pass: the importer itself ends well with most of them."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.tools.environments import ROOT, clean_environment
from tests.tools.package import PackageWrong, build

# The importer starts ansible-lint with a path on which no collection can be found, not even the one that it imports.
NOT_FOUND = re.compile(r"WARNING: ERROR +Failed to find cloud_registry\.migration\.(\w+) playbook\.")


def is_complaint(line: str) -> bool:
    """Whether a line of the importer's output is a complaint about the collection."""
    missed = NOT_FOUND.fullmatch(line.strip())
    if missed and (ROOT / f"playbooks/{missed[1]}.yml").is_file():
        return False
    return line.startswith(("ERROR", "WARNING"))


def main() -> int:
    """Run the gate. Returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="importer-") as directory:
        try:
            archive = build(Path(directory))
        except PackageWrong as error:
            print(f"importer: {error}")
            return 1
        home = Path(directory) / "home"
        home.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "galaxy_importer.main", str(archive)],
            cwd=directory,
            env={**clean_environment(), "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    print(done.stdout)
    complaints = [line for line in done.stdout.splitlines() if is_complaint(line)]
    if done.returncode or complaints:
        print(f"importer: expected no complaint, found {len(complaints)}:", *complaints, sep="\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
