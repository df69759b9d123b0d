# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module host_lease_info: which leases there are on a host, and which of them are over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.modules import run_module

PREFIX = "managed by cloud_registry.migration: "
NOW = datetime.now(UTC)
OVER, ALIVE = (f" until {NOW + timedelta(hours=hours):%Y-%m-%dT%HZ}" for hours in (-3, 30))


def test_the_leases_of_a_host_are_listed(tmp_path: Path) -> None:
    for name, text in {
        "b-lease": f"{PREFIX}b{OVER}\n",
        "a-lease": f"{PREFIX}a{ALIVE}\n",
        "c-lease": "",
        "d-vpc-dns": "x",
    }.items():
        (tmp_path / name).write_text(text)
    found = run_module("host_lease_info", {"state_directory": str(tmp_path)})["leases"]
    assert [(one["migration_id"], one["expired"]) for one in found] == [("a", False), ("b", True)]
    assert run_module("host_lease_info", {"state_directory": str(tmp_path / "none")})["leases"] == []
