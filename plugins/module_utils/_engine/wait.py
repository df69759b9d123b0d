# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting, once for everybody: ends in ready, failed (with the reason) or time-out (with the last state)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from .._errors import OutcomeUnknown, RateLimited, ServerFault, Unreachable, WaitFailed, WaitTimeout

TRANSIENT = (Unreachable, OutcomeUnknown, ServerFault, RateLimited)


class Phase(Enum):
    """Where an object is in its life."""

    READY = "ready"
    PENDING = "pending"
    DELETING = "deleting"
    FAILED = "failed"


@dataclass(frozen=True)
class Readiness:
    """A phase and, in words for the operator, what was seen."""

    phase: Phase
    seen: str = ""


READY = Readiness(Phase.READY)


@dataclass(frozen=True)
class Wait:
    """How to wait: whether at all, for how long and how often to look (seconds)."""

    enabled: bool = True
    timeout: float = 600
    interval: float = 5
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def until(self, what: str, look: Callable[[], Readiness]) -> None:
        """Look until the phase is ready.

        A look that fails for a transient reason counts as one that found nothing.

        :param what: what is waited for, e.g. ``the public endpoint of tcr-1234abcd to be open``.
        :raises WaitFailed: the phase became failed.
        :raises WaitTimeout: the time ran out.
        """
        end = self.clock() + self.timeout
        seen = "nothing yet"
        while True:
            try:
                readiness = look()
            except TRANSIENT as error:
                seen = f"no answer ({error.message})"
            else:
                seen = readiness.seen or readiness.phase.value
                if readiness.phase is Phase.READY:
                    return
                if readiness.phase is Phase.FAILED:
                    raise WaitFailed(f"Waited for {what}, but it failed: {seen}.")
            remaining = end - self.clock()
            if remaining <= 0:
                raise WaitTimeout(
                    f"Waited {self.timeout:g} seconds for {what}; last seen: {seen}.",
                    advice="Nothing is lost: run again to continue waiting, or raise wait_timeout.",
                )
            self.sleep(min(self.interval, remaining))
