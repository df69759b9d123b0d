# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a registry may hold in each edition. Pure.

The numbers are third-hand, and an account can have been given more. So they only warn; what counts is what the API
says when the limit is reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

EDITIONS = ("basic", "standard", "premium")
_LIMITS: dict[str, tuple[int | None, int | None, int | None]] = {
    "namespaces": (50, 100, 500),
    "repositories": (1000, 3000, 5000),
    "private links": (5, 10, 20),
    "whitelist entries": (5, None, None),
}


def limit_of(name: str, edition: str) -> int | None:
    """The limit of an edition, ``None`` when none is known."""
    return _LIMITS[name][EDITIONS.index(edition)] if edition in EDITIONS else None


def quota(name: str, edition: str, used: int, needed: int) -> dict[str, Any]:
    """One line of the comparison: ``name``, ``edition``, ``limit``, ``used``, ``needed`` and ``enough``.

    :param needed: how many will be added.
    """
    limit = limit_of(name, edition)
    enough = not needed or limit is None or used + needed <= limit
    return {"name": name, "edition": edition, "limit": limit, "used": used, "needed": needed, "enough": enough}


def quota_warnings(registry_id: str, quotas: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each quota that will probably not be enough."""
    return [
        f"The registry {registry_id} holds {one['used']} {one['name']} and the migration adds {one['needed']}, but the "
        f"edition {one['edition']} is said to allow {one['limit']}. Should the API refuse, ask for a higher quota or "
        "choose a larger edition in the Tencent Cloud console, or select less."
        for one in quotas
        if not one["enough"]
    ]
