# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the access of a migration stays, as its variables say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..._engine.fields import cidr
from .survey_values import is_blank

LEASE, RUN, PERMANENT = "lease", "run", "permanent"
MODES = (LEASE, RUN, PERMANENT)
DEFAULT_HOURS = 72
_EVERYBODY = ("0.0.0.0/0", "::/0")


def lease_hours(hours: Any, access: Any) -> Any:
    """The hours of a lease for the option ``lease_hours`` of modules; 0: without an end.

    With ``run`` too there is an end, for runs that are killed before they take back what they opened.

    :param hours: ``migration_lease_hours``; blank: the default.
    :param access: ``migration_access``; blank: ``lease``.
    """
    if str(access).strip() == PERMANENT:
        return 0
    return DEFAULT_HOURS if is_blank(hours) else hours


def access_problems(access: str, hours: int, public_cidrs: Iterable[str]) -> Iterator[str]:
    """What is wrong with the variables that say how long access stays."""
    if access not in MODES:
        yield f"migration_access is '{access}'. Set it to {', '.join(MODES[:-1])} or {MODES[-1]}."
    if hours < 1:
        yield (
            f"migration_lease_hours is {hours}. Set it to 1 or more; for access without an end, set migration_access to "
            f"{PERMANENT}."
        )
    everybody = [one for one in public_cidrs if cidr(one) in _EVERYBODY]
    if access == PERMANENT and everybody:
        yield (
            f"migration_access is {PERMANENT} and migration_public_cidrs holds {everybody[0]}, which would let everybody try to "
            f"log in for ever. List the addresses of Harbor, or set migration_access to {LEASE} or {RUN}."
        )
