# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run took back at its end, or removed because its lease is over, and why something stays. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..temporary_access.steps import said

Facts = Mapping[str, Any]
_REASON = "__migration_removal_failure"
_UNREACHED = "It was not reached, see above."


def takes_back(local: Facts) -> bool:
    """Whether the run takes back at its end what it has opened."""
    return bool((_fact(local, "migration_preflight").get("access") or {}).get("mode") == "run")


def given_names(facts: Facts) -> Facts | None:
    """What was done for the names of a host before they were taken back; ``None`` where they were not."""
    found = facts.get("__migration_given_names")
    return found if isinstance(found, Mapping) else None


def removal_failure(facts: Mapping[str, Facts], hosts: Sequence[str]) -> str:
    """Why a run could not take back everything; empty where it could, or had not to."""
    reasons = [str(facts["localhost"].get(_REASON) or "")]
    reasons += [f"{host}: the names stay on this host. {reason}" for host, reason in _host_reasons(facts, hosts)]
    return " ".join(one for one in reasons if one)


def host_removal_failure(facts: Facts) -> str:
    """Why the names of one host could not be removed; empty where it was not reached."""
    return "" if _fact(facts, "harbor_name_resolution").get("unreachable") else str(facts.get(_REASON) or "")


def expired_access(facts: Mapping[str, Facts], hosts: Sequence[str]) -> dict[str, Any]:
    """What a cleanup of expired access found and did.

    :returns: ``expired`` (what is removed and what stays, in sentences), ``expired_on_hosts`` (the migrations by host),
        ``actions``, and ``failure``; empty where the run was no such cleanup.
    """
    found = _fact(facts["localhost"], "migration_preflight")
    if "expired" not in found:
        return {}
    on_hosts = {host: _expired_on(facts[host], found.get("kept_migration_ids", ())) for host in hosts}
    lines = said(found["expired"])
    lines += [
        f"names on {host} ({one['migration_id']} until {one['end']})" for host, some in on_hosts.items() for one in some
    ]
    shown = [f"Expired, to be removed: {one}" for one in lines] or ["Nothing has expired that could be removed."]
    return {
        "expired": [*shown, *found.get("kept", ())],
        "expired_on_hosts": {host: [one["migration_id"] for one in some] for host, some in on_hosts.items()},
        "actions": [
            *_fact(facts["localhost"], "migration_expired_access").get("actions", ()),
            *(one for host in hosts for one in _fact(facts[host], "harbor_name_resolution_expired").get("actions", ())),
        ],
        "failure": " ".join(_expiry_failures(facts, hosts)),
    }


def _expired_on(facts: Facts, kept: Sequence[str]) -> list[Facts]:
    leases = _fact(facts, "harbor_name_resolution_leases").get("leases", ())
    return [one for one in leases if one["expired"] and one["migration_id"] not in kept]


def _expiry_failures(facts: Mapping[str, Facts], hosts: Sequence[str]) -> Iterator[str]:
    reason = facts["localhost"].get(_REASON)
    if reason:
        yield str(reason)
    for host in hosts:
        if "leases" not in _fact(facts[host], "harbor_name_resolution_leases"):
            yield f"{host}: the leases on this host are not known. {_UNREACHED}"
        yield from (
            f"{host}: {one}" for one in _fact(facts[host], "harbor_name_resolution_expired").get("failures", ())
        )


def _host_reasons(facts: Mapping[str, Facts], hosts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for host in hosts:
        if facts[host].get(_REASON):
            yield host, host_removal_failure(facts[host]) or _UNREACHED


def _fact(facts: Facts, name: str) -> Facts:
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}
