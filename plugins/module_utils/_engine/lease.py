# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long temporary access is needed: the end that a marker names, and when it is renewed. Pure.

Ends are full hours, so that a marker stays short and several runs within an hour write the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone

HOUR = 3600
# The form of all ends that are written; they are equally long.
_FORM = "%Y-%m-%dT%HZ"
LONGEST_END = "9999-12-31T23Z"
# A new end is up to an hour later than the hours say, and clocks differ.
_TOLERANCE = 2 * HOUR


@dataclass(frozen=True)
class Lease:
    """The lease of one migration.

    :param hours: from now on; 0: without an end.
    :param now: seconds since 1970.
    """

    hours: int
    now: float

    @property
    def new_end(self) -> str:
        """The end of a lease that begins now, rounded up to a full hour; empty: none."""
        if not self.hours:
            return ""
        end = math.ceil((self.now + self.hours * HOUR) / HOUR) * HOUR
        return datetime.fromtimestamp(end, timezone.utc).strftime(_FORM)

    def end_after(self, end: str) -> str:
        """The end that a marker must name: the one that it has, unless that must be renewed.

        It is renewed when less than half of the lease is left, so that a second run changes nothing; and when it is later
        than any that this lease gives, because the hours were reduced.

        :param end: the present one; empty: none.
        """
        moment = moment_of(end)
        if not self.hours or moment is None:
            return self.new_end
        left = moment - self.now
        return end if self.hours * HOUR / 2 <= left <= self.hours * HOUR + _TOLERANCE else self.new_end


def moment_of(end: str) -> float | None:
    """The end in seconds since 1970; ``None`` where there is none, or it is no time."""
    try:
        return datetime.fromisoformat(end.rstrip("Z")).replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return None


def is_over(end: str, now: float) -> bool:
    """Whether an end has passed; none never does, nor does a text that is no time."""
    moment = moment_of(end)
    return moment is not None and moment <= now
