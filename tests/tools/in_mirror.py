# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a program in a copy of the checkout, laid out as ``ansible_collections/NAMESPACE/NAME`` and without caches.

``python -m tests.tools.in_mirror PROGRAM ARGUMENTS...``. Its home directory is empty, so that nothing that is
installed there helps or harms.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.tools.environments import SetupFailed, clean_environment
from tests.tools.mirror import make_mirror


def main() -> int:
    """Run the program. Returns its exit status."""
    with tempfile.TemporaryDirectory(prefix="mirror-") as directory:
        try:
            mirror = make_mirror(Path(directory))
        except SetupFailed as error:
            print(f"in_mirror: {error}")
            return 1
        home = Path(directory) / "home"
        home.mkdir()
        variables = {**clean_environment(), "HOME": str(home), "ANSIBLE_COLLECTIONS_PATH": directory}
        return subprocess.run(sys.argv[1:], cwd=mirror, env=variables, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
