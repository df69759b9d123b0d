# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change by position is found to have hit another entry, and only then."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.whitelist import replaced_by_mistake


def entries(letters: str) -> list[dict[str, Any]]:
    return [{"cidr": f"192.0.2.{ord(one)}/32", "description": one} for one in letters]


@pytest.mark.parametrize(
    ("before", "after", "lost", "certain"),
    [
        # The entry m is to become M.
        ("amx", "aMx", None, None),
        ("mmx", "mMx", None, None),
        ("amx", "M", "x", False),
        ("amx", "Mx", None, None),
        ("amxy", "aMxz", None, None),
        ("amxy", "aMx", None, None),
        ("amx", "mM", "x", True),
        ("amx", "mMn", "x", True),
        ("abmxy", "mMy", "x", True),
        ("abmxy", "mxM", "y", True),
        ("mxy", "My", "x", False),
        ("amxy", "My", "x", False),
        ("amx", "ax", None, None),
        ("amx", "amx", None, None),
        ("am", "m", None, None),
    ],
)
def test_which_entry_was_replaced(before: str, after: str, lost: str | None, certain: bool | None) -> None:
    place = before.rindex("m")
    found = replaced_by_mistake(entries(before), entries(after), place, entries("M")[0])
    if lost is None:
        assert found is None
    else:
        assert found is not None
        assert (found.entry["description"], found.certain) == (lost, certain)
