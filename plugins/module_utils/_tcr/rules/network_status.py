# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phases of the network access to a TCR registry, from the statuses that the API reports. Pure.

TCR API 2019-09-24 documents the good statuses only. A change that failed shows in a status that says so, or in a
return to the one before the change.
"""

from __future__ import annotations

from collections.abc import Collection

from ..._engine.wait import READY, Phase, Readiness
from ..._errors import WaitFailed
from .cidr import is_usable

OPENED, OPENING, CLOSED = "Opened", "Opening", "Closed"
CLOSING = ("Deleting", "Closing")
ON, OFF, FAILED = "ENABLED", "DISABLED", "ERROR"
_FAILURE_WORDS = ("fail", "error", "abnormal")


def endpoint_status(status: str, reason: str) -> str:
    """The status of a public endpoint with its reason, in words."""
    return ": ".join(part for part in (status or "no status", reason.rstrip(". ")) if part)


def endpoint_phase(status: str, reason: str, closing: bool, passed: Collection[str]) -> Readiness:
    """Ready when Opened; a public endpoint that still reads Opened after closing was requested is being closed.

    :param closing: whether this run has requested that it closes.
    :param passed: the statuses that were seen since.
    :raises WaitFailed: it began to close, and is open again.
    """
    seen = endpoint_status(status, reason)
    if closing and status == OPENED and any(one in passed for one in CLOSING):
        raise WaitFailed(f"The public endpoint was being closed, but that failed: {seen}.")
    if closing or status in CLOSING:
        return Readiness(Phase.DELETING, seen)
    if status == OPENED:
        return READY
    return Readiness(Phase.FAILED if _is_failure(status) else Phase.PENDING, seen)


def link_phase(status: str, address: str, before_removal: str | None) -> Readiness:
    """Ready means Running and a usable address, which comes later than the status.

    :param before_removal: the status of the link when its removal was requested; none if it was not.
    :raises WaitFailed: its removal failed.
    """
    seen = f"{status or 'no status'}, {f'address {address}' if address else 'no address yet'}"
    failed = _is_failure(status)
    if failed and before_removal not in (None, status):
        raise WaitFailed(f"The removal of the private link failed: {seen}.")
    if before_removal is not None or ("delet" in status.lower() and not failed):
        return Readiness(Phase.DELETING, seen)
    if failed:
        return Readiness(Phase.FAILED, seen)
    return READY if status == "Running" and is_usable(address) else Readiness(Phase.PENDING, seen)


def record_phase(status: str, before_removal: str | None, refusal: str = "") -> Readiness:
    """Ready when on; a VPC DNS record that still reads so after its removal was requested is being deleted.

    :param before_removal: as for :func:`link_phase`.
    :param refusal: why the API refused its removal, if the reason was that there is no such record.
    :raises WaitFailed: its removal failed.
    """
    if status == FAILED and before_removal not in (None, FAILED):
        raise WaitFailed(f"The removal of the VPC DNS record failed: {status}.")
    if before_removal is not None:
        return Readiness(Phase.DELETING, ". Its removal was refused: ".join(part for part in (status, refusal) if part))
    if status == FAILED:
        return Readiness(Phase.FAILED, status)
    return READY if status == ON else Readiness(Phase.PENDING, status)


def _is_failure(status: str) -> bool:
    return any(word in status.lower() for word in _FAILURE_WORDS)
