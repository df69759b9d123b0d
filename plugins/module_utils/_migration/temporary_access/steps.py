# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is marked in descriptions, as the steps that would remove it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ..._engine.history import DELETE, UPDATE
from ..._engine.ownership import end_of, expired_owners, is_marked, other_owners, owners

# The key of an object, and its description.
Described = tuple[str, str]
Step = dict[str, Any]


def removals(kind: str, listed: Iterable[Described], migration_id: str) -> list[Step]:
    """The steps that take back what carries the marker of a migration; what others own too only loses this owner."""
    return [
        _step(kind, key, other_owners(text, migration_id))
        for key, text in sorted(listed)
        if is_marked(text, migration_id)
    ]


def expired_removals(kind: str, listed: Iterable[Described], now: float, kept: Collection[str] = ()) -> list[Step]:
    """The steps that take back what nobody needs any more, each with the owners whose lease is over (``expired``).

    :param now: seconds since 1970.
    :param kept: migrations that are left alone.
    """
    steps = []
    for key, text in sorted(listed):
        expired = [one for one in expired_owners(text, now) if one not in kept]
        if expired:
            others = [one for one in owners(text) if one not in expired]
            ends = {one: end_of(text, one) for one in expired}
            steps.append({**_step(kind, key, others), "expired": expired, "ends": ends})
    return steps


def said(steps: Iterable[Step]) -> list[str]:
    """Steps that take back expired access, in words."""
    return [
        f"{one['object']} {one['key']} ({', '.join(f'{name} until {end}' for name, end in one['ends'].items())}"
        + (f"; stays for {', '.join(one['shared_with'])})" if "shared_with" in one else ")")
        for one in steps
    ]


def _step(kind: str, key: str, others: Collection[str]) -> Step:
    shared = {"shared_with": list(others)} if others else {}
    return {"action": UPDATE if others else DELETE, "object": kind, "key": key, **shared}
