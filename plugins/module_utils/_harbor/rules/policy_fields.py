# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the parts of a replication policy are compared and sent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..._engine.fields import Field, State, in_order, text

FLATTEN = -1
NEWER = ("dest_namespace_replace_count", "speed", "copy_by_chunk", "single_active_replication")
_LOCAL = {"id": 0}
_DEFAULTS: State = {
    "description": "",
    "enabled": True,
    "override": True,
    "deletion": False,
    "direction": "push",
    "filters": [],
    "dest_namespace": "",
    "trigger": {"type": "manual"},
}


def filter_set(value: Any) -> frozenset[tuple[str, tuple[str, ...], str]]:
    """Filters compared without regard to order; a filter without a decoration is one that must match."""
    return frozenset(
        (one["type"], tuple(sorted(filter_values(one["value"]))), one.get("decoration") or "matches")
        for one in value or ()
    )


def trigger_of(value: Any) -> tuple[str, str]:
    """A trigger compared by type and, where it is scheduled, by the fields of its cron string."""
    value = value or {}
    cron = " ".join(text(value.get("cron")).split()) if value.get("type") == "scheduled" else ""
    return value.get("type") or "manual", cron


def kilobytes(value: Any) -> int:
    """A speed limit; everything below 1 means none."""
    return max(0, int(value or 0))


def components(value: Any) -> int:
    """How many components of a name are replaced; none given is the behaviour before 2.3, everything but the last."""
    return FLATTEN if value is None else int(value)


def filter_values(value: Any) -> Sequence[str]:
    """The value of a filter as a list of texts: labels are several, everything else is one."""
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]


def filter_body(one: Mapping[str, Any], decorations: bool) -> dict[str, Any]:
    """A filter as Harbor's API takes it.

    :param decorations: whether this Harbor knows ``decoration``; older ones ignore it.
    """
    values = filter_values(one["value"])
    sent = {"type": one["type"], "value": list(values) if one["type"] == "label" else values[0]}
    if decorations and one.get("decoration"):
        sent["decoration"] = one["decoration"]
    return sent


def policy_body(desired: State, endpoint: int, has: Callable[[str], bool]) -> State:
    """A policy as Harbor's API takes it, without fields that this version would silently drop.

    :param desired: the whole policy; what is missing gets a default.
    :param endpoint: the id of the registry endpoint.
    :param has: whether this Harbor has a feature.
    """
    whole = {**_DEFAULTS, **{name: value for name, value in desired.items() if value is not None}}
    remote = {"id": endpoint}
    pulls = whole["direction"] == "pull"
    kind, cron = trigger_of(whole["trigger"])
    body = {name: whole[name] for name in ("name", "description", "enabled", "override", "deletion", "dest_namespace")}
    body["src_registry"], body["dest_registry"] = (remote, _LOCAL) if pulls else (_LOCAL, remote)
    body["filters"] = [filter_body(one, has("filter_decoration")) for one in whole["filters"]]
    body["trigger"] = {"type": kind, **({"trigger_settings": {"cron": cron}} if cron else {})}
    for name in NEWER:
        if whole.get(name) is not None and has(name):
            body[name] = kilobytes(whole[name]) if name == "speed" else whole[name]
    return body


def policy_state(policy: State) -> State:
    """A policy with the name of its endpoint and the direction instead of two registries, one of which is Harbor."""
    pulls = policy["src_registry"]["id"] != _LOCAL["id"]
    remote = policy["src_registry" if pulls else "dest_registry"]
    state = {name: value for name, value in policy.items() if name not in ("src_registry", "dest_registry")}
    return {**state, "registry": remote["name"], "direction": "pull" if pulls else "push"}


POLICY_FIELDS = (
    Field("name"),
    Field("description", compare=text),
    Field("enabled"),
    Field("registry"),
    Field("direction"),
    Field("filters", compare=filter_set, display=in_order),
    Field("dest_namespace", compare=text),
    Field("dest_namespace_replace_count", compare=components),
    Field("trigger", compare=trigger_of),
    Field("override"),
    Field("deletion"),
    Field("speed", compare=kilobytes),
    Field("copy_by_chunk", compare=bool),
    Field("single_active_replication", compare=bool),
)
