# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replication policy restricted to some repositories and tags, as several policies where one filter cannot say it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Names of namespaces and migrations have no doubled separator, so that no other policy of a migration has such a name.
_TEMPORARY = re.compile(r"(?P<policy>.+)__retry-\d+")
# Harbor keeps all filters of a policy in a column of 1024 characters (Harbor database schema, all versions).
_LONGEST_NAMES = 600
_LONGEST_TAGS = 240
_MOST_POLICIES = 10

Filters = list[dict[str, Any]]
# Repositories with the tags of each that are meant; no tags: all that the policy selects.
Only = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Restriction:
    """What one temporary policy copies: its filters, and the repositories that they let through."""

    filters: Filters
    repositories: list[str]


def temporary_name(policy: str, number: int) -> str:
    """The name of a temporary policy that stands for a part of another one."""
    return f"{policy}__retry-{number}"


def is_temporary(name: str, policy: str | None = None) -> bool:
    """Whether a policy is a temporary one, of any policy or of this one."""
    found = _TEMPORARY.fullmatch(name)
    return found is not None and policy in (None, found["policy"])


def restrictions(filters: Sequence[Mapping[str, Any]], only: Only) -> list[Restriction]:
    """How a policy is restricted to these repositories and tags.

    Harbor API 1.8 and later: a policy has one filter of type ``name``, in which alternatives hold no slash, and one of
    type ``tag`` for all its repositories. So repositories go together that lie beside each other and of which the same
    tags are meant. Where that makes too many policies, whole repositories are copied, and where that still does, all that
    the policy selects: what is at the target already is not copied again.

    :param filters: those of the policy.
    """
    exact = _grouped(filters, only)
    if len(exact) <= _MOST_POLICIES:
        return exact
    whole = _grouped(filters, dict.fromkeys(only, ()))
    if len(whole) <= _MOST_POLICIES:
        return whole
    return [Restriction([dict(one) for one in filters], sorted(only))]


def _grouped(filters: Sequence[Mapping[str, Any]], only: Only) -> list[Restriction]:
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for repository in sorted(only):
        tags = tuple(sorted(set(only[repository])))
        known = tags if len(",".join(tags)) <= _LONGEST_TAGS else ()
        groups.setdefault((repository.rpartition("/")[0], known), []).append(repository)
    return [
        Restriction(_filters(filters, parent, [one.rpartition("/")[2] for one in part], tags), part)
        for (parent, tags), members in sorted(groups.items())
        for part in _parts(members)
    ]


def _filters(filters: Sequence[Mapping[str, Any]], parent: str, names: Sequence[str], tags: Sequence[str]) -> Filters:
    kept = [
        dict(one)
        for one in filters
        if one["type"] != "name" and not (tags and one["type"] == "tag" and one.get("decoration") != "excludes")
    ]
    found = [*kept, {"type": "name", "value": f"{parent}/{_alternatives(names)}"}]
    return [*found, {"type": "tag", "value": _alternatives(tags)}] if tags else found


def _alternatives(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else "{" + ",".join(names) + "}"


def _parts(members: Sequence[str]) -> list[list[str]]:
    """The members in groups that fit into one filter."""
    parts: list[list[str]] = [[]]
    for member in members:
        if parts[-1] and len(",".join([*parts[-1], member])) > _LONGEST_NAMES:
            parts.append([])
        parts[-1].append(member)
    return parts
