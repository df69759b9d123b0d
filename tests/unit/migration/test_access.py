# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the variables say about how long access stays, and which of them do not go together."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.variables.access import (
    access_problems,
    lease_hours,
)


@pytest.mark.parametrize(
    ("hours", "access", "given"),
    [
        ("", "", 72),
        (None, "lease", 72),
        (24, "lease", 24),
        ("24", "run", "24"),
        (24, "permanent", 0),
        ("", " permanent ", 0),
        (0, "lease", 0),
    ],
)
def test_the_hours_of_a_lease(hours: Any, access: str, given: Any) -> None:
    assert lease_hours(hours, access) == given


@pytest.mark.parametrize(
    ("access", "hours", "cidrs", "named"),
    [
        ("lease", 72, ["0.0.0.0/0"], []),
        ("run", 1, ["0.0.0.0/0"], []),
        ("permanent", 72, ["203.0.113.7"], []),
        ("permanent", 72, ["203.0.113.7", "0.0.0.0/0"], ["migration_access", "0.0.0.0/0"]),
        ("permanent", 72, ["1.2.3.4/0"], ["1.2.3.4/0"]),
        ("permanent", 72, ["::/0"], ["::/0"]),
        ("for ever", 72, [], ["'for ever'", "lease, run or permanent"]),
        ("lease", 0, [], ["migration_lease_hours is 0", "permanent"]),
    ],
)
def test_what_does_not_go_together(access: str, hours: int, cidrs: list[str], named: list[str]) -> None:
    problems = list(access_problems(access, hours, cidrs))
    assert len(problems) == bool(named)
    assert all(word in problems[0] for word in named)
