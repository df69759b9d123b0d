# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wished of a TCR registry, and in which states it can be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._core.wait import READY, Phase, Readiness
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput, WaitFailed

EDITIONS = ("basic", "standard", "premium")
_COMING, _LEAVING = ("Pending", "Deploying"), "Deleting"
_NOT_DELETED = ("DeleteFailed", "DeleteBucketFailed")


def check_change(wish: Mapping[str, Any], reality: Mapping[str, Any]) -> None:
    """Refuse what TCR cannot change of a registry that exists.

    :raises InvalidInput: a smaller edition, or other tags, which the API takes at the creation only.
    """
    wanted, found = wish.get("type"), reality["type"]
    if wanted in EDITIONS and found in EDITIONS and EDITIONS.index(wanted) < EDITIONS.index(found):
        raise InvalidInput(
            f"The registry {reality['name']!r} is of the edition {found} and cannot become {wanted}.",
            advice="The edition can only become larger.",
        )
    tags = wish.get("tags")
    if tags is not None and tags != reality["tags"]:
        raise InvalidInput(
            f"The tags of the registry {reality['name']!r} are {reality['tags']}, not {tags}.",
            advice="They can only be given at the creation; change them in the console, or leave tags out.",
        )


def check_new(wish: Mapping[str, Any], region: str | None) -> None:
    """Refuse to create a registry about which something is not said.

    :raises InvalidInput: edition or region are missing.
    """
    given = {"type": wish.get("type"), "tcr_region": region}
    lacking = [option for option, value in given.items() if not value]
    if lacking:
        raise InvalidInput(
            f"There is no registry {wish['name']!r}, and to create it {' and '.join(lacking)} must be given.",
            advice="Give them, or correct registry_name.",
        )


def registry_readiness(reality: Mapping[str, Any], edition: str | None, removed: bool) -> Readiness:
    """Ready when Running in an edition; failed in any status from which nothing comes by itself.

    :param edition: the one that was asked for; ``None`` when the one that is there is right.
    :param removed: its deletion has begun.
    :raises WaitFailed: its deletion has failed.
    """
    status = str(reality["status"] or "")
    if removed and status in _NOT_DELETED:
        raise WaitFailed(
            f"The deletion of the registry {reality['name']!r} failed: {status}.",
            advice="Run again; if it stays, see the Tencent Cloud console for the reason.",
        )
    if removed or status == _LEAVING:
        return Readiness(Phase.LEAVING, status)
    if status in _COMING:
        return Readiness(Phase.PENDING, status)
    if status != "Running":
        return Readiness(Phase.FAILED, status or "no status")
    return READY if edition in (None, reality["type"]) else Readiness(Phase.PENDING, f"{status}, {reality['type']}")
