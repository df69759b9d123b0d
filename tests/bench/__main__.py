# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench``: tasks, calls and seconds on this machine, over loopback, beside those of the first version."""

from __future__ import annotations

import argparse
import sys

from tests.bench import logins, runs, sets, startup
from tests.journeys import recording


def main(arguments: list[str] | None = None) -> int:
    """Measure everything. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few of everything: shows only that it can be measured")
    quick = parser.parse_args(arguments).quick
    print("# A set as one task, beside a loop of tasks\n")
    sets.measure_all(sets.FEW if quick else sets.MANY)
    print("\n# The playbooks of the demonstration\n")
    runs.measure_all(0 if quick else len(recording.PLAYBOOKS))
    print("\n# Logins to Harbor\n")
    logins.measure_all(0.0 if quick else None)
    print("\n# The start of a module\n")
    startup.measure_all(startup.FEW if quick else startup.MANY)
    return 0


if __name__ == "__main__":
    sys.exit(main())
