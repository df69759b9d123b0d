# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Import the archive as Galaxy would, and let no complaint pass: the importer itself ends well with most of them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.tools.environments import clean_environment
from tests.tools.matrix import cores
from tests.tools.package import PackageWrong, build, install


def main() -> int:
    """Run the gate. Returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="importer-") as directory:
        collections = Path(directory) / "collections"
        try:
            archive = build(Path(directory))
            # The example project imports the playbooks by the name of the collection, as a user's project does.
            install(archive, collections, cores()[-1])
        except PackageWrong as error:
            print(f"importer: {error}")
            return 1
        home = Path(directory) / "home"
        home.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "galaxy_importer.main", str(archive)],
            cwd=directory,
            env={**clean_environment(), "HOME": str(home), "ANSIBLE_COLLECTIONS_PATH": str(collections)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    print(done.stdout)
    complaints = [line for line in done.stdout.splitlines() if line.startswith(("ERROR", "WARNING"))]
    if done.returncode or complaints:
        print(f"importer: expected no complaint, found {len(complaints)}:", *complaints, sep="\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
