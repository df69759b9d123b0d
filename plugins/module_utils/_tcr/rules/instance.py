# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Editions, cloud tags and statuses of a TCR registry. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..._engine.wait import READY, Phase, Readiness
from ..._errors import Conflict, InvalidInput, WaitFailed

EDITIONS = ("basic", "standard", "premium")
_DEPLOYING, _DELETING = ("Pending", "Deploying"), "Deleting"
_MOST_TAGS = 10
_NOT_DELETED = ("DeleteFailed", "DeleteBucketFailed")


def tag_map(value: Any) -> dict[str, str]:
    """Cloud tags as text, to compare them."""
    return {str(key): str(content) for key, content in (value or {}).items()}


def tag_changes(desired: Any, current: Any) -> tuple[dict[str, str], list[str]]:
    """The cloud tags to set and the keys to remove so that the current tags become the desired ones."""
    before, after = tag_map(current), tag_map(desired)
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    return changed, [key for key in before if key not in after]


def check_change(desired: Mapping[str, Any], current: Mapping[str, Any]) -> None:
    """Refuse a smaller edition.

    :raises InvalidInput: with the edition found.
    """
    wanted, found = desired.get("type"), current["type"]
    if wanted in EDITIONS and found in EDITIONS and EDITIONS.index(wanted) < EDITIONS.index(found):
        raise InvalidInput(
            f"The registry {current['name']!r} has the edition {found} and cannot be changed to {wanted}.",
            advice="The edition can only become larger: give a larger one, or leave type out.",
        )


def check_tags(desired: Mapping[str, Any]) -> None:
    """Refuse more cloud tags than a registry may have.

    :raises InvalidInput: with how many there are.
    """
    if len(desired.get("tags") or ()) > _MOST_TAGS:
        raise InvalidInput(
            f"tags of the registry {desired['name']!r}: there are {len(desired['tags'])}, but a registry can have {_MOST_TAGS}.",
            advice="Give fewer.",
        )


def check_deletion(current: Mapping[str, Any], permitted: bool, namespaces: Sequence[str]) -> None:
    """Refuse to delete a registry without permission, or one that is protected or in use.

    :raises Conflict: with what stands in the way.
    """
    name = current["name"]
    if not permitted:
        raise Conflict(
            f"The registry {name!r} ({current['registry_id']}) is not deleted: allow_deletion is false.",
            advice="To delete it with everything in it, set allow_deletion: true.",
        )
    if current["deletion_protection"]:
        raise Conflict(
            f"The registry {name!r} is protected against deletion.",
            advice="Remove the protection in a separate task first (deletion_protection: false).",
        )
    if namespaces:
        raise Conflict(
            f"The registry {name!r} is not deleted because it has {len(namespaces)} namespaces "
            f"({', '.join(namespaces[:3])}, ...).",
            advice="Delete them first (tcr_namespace), if what they hold is really not needed any more.",
        )


def check_creation(desired: Mapping[str, Any], region: str | None) -> None:
    """Refuse to create a registry without edition or region.

    :raises InvalidInput: edition or region are missing.
    """
    given = {"type": desired.get("type"), "tcr_region": region}
    lacking = [option for option, value in given.items() if not value]
    if lacking:
        raise InvalidInput(
            f"There is no registry {desired['name']!r}, and to create it {' and '.join(lacking)} must be given.",
            advice="Give them, or correct registry_name.",
        )


def registry_readiness(current: Mapping[str, Any], changing: Mapping[str, Any], deleting: bool) -> Readiness:
    """Ready when Running and as desired; failed in any status that does not change by itself.

    :param changing: the desired ``type`` and ``tags``, as far as this run has requested their change.
    :param deleting: whether this run has requested its deletion.
    :raises WaitFailed: its deletion has failed.
    """
    status = str(current["status"] or "")
    if deleting and status in _NOT_DELETED:
        raise WaitFailed(
            f"The deletion of the registry {current['name']!r} failed: {status}.",
            advice="Run again; if it stays, see the Tencent Cloud console for the reason.",
        )
    if deleting or status == _DELETING:
        return Readiness(Phase.DELETING, status)
    if status in _DEPLOYING:
        return Readiness(Phase.PENDING, status)
    if status != "Running":
        return Readiness(Phase.FAILED, status or "no status")
    late = [name for name, value in changing.items() if _COMPARED[name](current[name]) != _COMPARED[name](value)]
    return Readiness(Phase.PENDING, f"{status}, {', '.join(late)} not changed yet") if late else READY


_COMPARED: Mapping[str, Callable[[Any], Any]] = {"type": str, "tags": tag_map}
