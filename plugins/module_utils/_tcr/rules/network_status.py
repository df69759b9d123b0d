# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the ways into a TCR registry are in their lives, from the states that the API tells. Pure.

TCR API 2019-09-24 documents the good states only. A change that failed shows in a state that says so, or in a way back
to where it began.
"""

from __future__ import annotations

from collections.abc import Collection

from ..._engine.wait import READY, Phase, Readiness
from ..._errors import WaitFailed
from .cidr import is_usable

OPENED, OPENING, CLOSED = "Opened", "Opening", "Closed"
CLOSING = ("Deleting", "Closing")
ON, OFF, FAILED = "ENABLED", "DISABLED", "ERROR"
_TROUBLE = ("fail", "error", "abnormal")


def entry_seen(status: str, reason: str) -> str:
    """The state of a public entry in words."""
    return ": ".join(part for part in (status or "no status", reason.rstrip(". ")) if part)


def entry_phase(status: str, reason: str, told_to_close: bool, passed: Collection[str]) -> Readiness:
    """Ready when Opened; an entry that still reads Opened after it was told to close is leaving.

    :param passed: the states that were seen before.
    :raises WaitFailed: it began to close, and is open again.
    """
    seen = entry_seen(status, reason)
    if told_to_close and status == OPENED and any(one in passed for one in CLOSING):
        raise WaitFailed(f"The public entry was being closed, but that failed: {seen}.")
    if told_to_close or status in CLOSING:
        return Readiness(Phase.DELETING, seen)
    if status == OPENED:
        return READY
    return Readiness(Phase.FAILED if _tells_failure(status) else Phase.PENDING, seen)


def link_phase(status: str, address: str, before_removal: str | None) -> Readiness:
    """Ready means Running and a usable address, which comes later than the state.

    :param before_removal: the state that a link had when it was told to go; none for one that shall stay.
    :raises WaitFailed: its removal failed.
    """
    seen = f"{status or 'no status'}, {f'address {address}' if address else 'no address yet'}"
    failed = _tells_failure(status)
    if failed and before_removal not in (None, status):
        raise WaitFailed(f"The removal of the private link failed: {seen}.")
    if before_removal is not None or ("delet" in status.lower() and not failed):
        return Readiness(Phase.DELETING, seen)
    if failed:
        return Readiness(Phase.FAILED, seen)
    return READY if status == "Running" and is_usable(address) else Readiness(Phase.PENDING, seen)


def record_phase(status: str, before_removal: str | None, refusal: str = "") -> Readiness:
    """Ready when on; a record of VPC DNS that still reads so after it was told to go is leaving.

    :param before_removal: as for :func:`link_phase`.
    :param refusal: what the API said to its removal, if it said that there is no such record.
    :raises WaitFailed: its removal failed.
    """
    if status == FAILED and before_removal not in (None, FAILED):
        raise WaitFailed(f"The removal of the VPC DNS record failed: {status}.")
    if before_removal is not None:
        return Readiness(Phase.DELETING, ". Its removal was refused: ".join(part for part in (status, refusal) if part))
    if status == FAILED:
        return Readiness(Phase.FAILED, status)
    return READY if status == ON else Readiness(Phase.PENDING, status)


def _tells_failure(status: str) -> bool:
    return any(word in status.lower() for word in _TROUBLE)
