# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Import the archive as Galaxy would, and let no complaint pass: the importer itself ends well with most of them.

Its run of ansible-lint is left out, because the gate of that name checks the same files with the stricter profile.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.tools.environments import clean_environment
from tests.tools.package import PackageWrong, build


def is_complaint(line: str) -> bool:
    """Whether a line of the importer's output is a complaint about the collection."""
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
            env={**clean_environment(), "HOME": str(home), "GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "false"},
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
