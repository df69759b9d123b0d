# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a sandbox as a process: `python -m tests.sandbox --directory DIR`; it ends on SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from tests.sandbox.sandbox import NETWORKS, SEEDS, Sandbox


def main(arguments: list[str] | None = None) -> int:
    """Start, write sandbox.json, wait for a signal, close. Exit status 0, or 2 for a bad argument."""
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox", description=__doc__)
    parser.add_argument(
        "--directory", type=Path, required=True, help="where sandbox.json and the Harbor host's files go"
    )
    parser.add_argument(
        "--harbor", default="2.15", metavar="VERSION", help="Harbor version, or none (default: %(default)s)"
    )
    parser.add_argument("--network", choices=sorted(NETWORKS), default="private", help="whether Harbor is in the VPC")
    parser.add_argument("--seed", choices=SEEDS, default="demo")
    parser.add_argument(
        "--set", dest="settings", action="append", default=[], metavar="NAME=VALUE", help="a setting, repeatable"
    )
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    try:
        settings = dict(item.split("=", 1) for item in options.settings)
        version = None if options.harbor == "none" else options.harbor
        sandbox = Sandbox(options.directory, version, options.seed, options.network, **settings).start()
    except ValueError as problem:
        parser.error(str(problem))
    try:
        print(f"The sandbox is up; its addresses are in {sandbox.facts_file}", flush=True)
        stopped.wait()
    finally:
        sandbox.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
