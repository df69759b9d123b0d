# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replication policies of Harbor that together copy a selection under its target names. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._harbor.rules.patterns import Glob, any_matches

_EVERYTHING = "**"
_WANTING = ("missing", "different")
# Harbor keeps all filters of a policy in a column of 1024 characters (Harbor database schema, all versions).
_LONGEST_VALUE = 700


def replication_policies(
    name: str,
    projects: Mapping[str, Mapping[str, Any]],
    repositories: Sequence[str] = (),
    tags: Sequence[str] = (),
    version: Sequence[int] | None = None,
    whole: bool = False,
) -> list[dict[str, Any]]:
    """One policy for each way in which names change and each pattern, because a policy has one of both.

    Harbor API 1.8 and later: the filter ``name`` matches the full name, alternatives hold no slash, and a first
    component without wildcard makes Harbor list only those projects.

    :param name: the name of the first policy; the others get the project or a number appended.
    :param projects: for each selected project ``dest_namespace`` and ``dest_namespace_replace_count``.
    :param repositories: patterns of full repository names; none means all.
    :param tags: patterns of tags; none means all.
    :param version: version of Harbor; unknown is taken for the newest.
    :param whole: ``projects`` are all that Harbor has, so that they need not be listed where nothing else is asked for.
    :returns: ``name``, ``filters``, ``dest_namespace``, ``dest_namespace_replace_count``, sorted by name.
    """
    groups: dict[tuple[str, Any, str], list[str]] = {}
    for project in sorted(projects):
        way = projects[project]
        for rest in _patterns_within(project, repositories):
            key = (way["dest_namespace"], way["dest_namespace_replace_count"], rest)
            groups.setdefault(key, []).append(project)
    policies = []
    taken: dict[str, int] = {}
    for (namespace, count, rest), members in sorted(groups.items(), key=lambda item: (item[0][0], item[0][2])):
        stem = f"{name}-{namespace}" if namespace else name
        unlimited = whole and len(groups) == 1 and rest == _EVERYTHING and not namespace
        for part in [members] if unlimited else _parts(members):
            taken[stem] = taken.get(stem, 0) + 1
            first = part[0] if len(part) == 1 else "{" + ",".join(part) + "}"
            names = [] if unlimited else [{"type": "name", "value": f"{first}/{rest}"}]
            policies.append(
                {
                    "name": stem if taken[stem] == 1 else f"{stem}-{taken[stem]}",
                    "filters": [*_kind(version), *names, *_tags(tags)],
                    "dest_namespace": namespace,
                    "dest_namespace_replace_count": count,
                }
            )
    return sorted(policies, key=lambda policy: str(policy["name"]))


def pending_executions(
    policies: Sequence[Mapping[str, Any]],
    inventory: Sequence[Mapping[str, Any]],
    verdicts: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The policies that have something to copy, each with the repositories for which Harbor will make a task.

    :param policies: as returned by :func:`replication_policies`.
    :param inventory: the selected repositories of the source: ``name`` and ``size`` in bytes, ``uncopied`` tags.
    :param verdicts: ``name``, ``verdict`` and ``wanting`` of each repository. *unknown* is no reason to copy: it is there, but its
        digest cannot be read, and that would not change.
    :returns: ``policy`` (its name) and ``expected_repositories`` (name to the bytes that are still to be copied).
    """
    wanting = {one["name"] for one in verdicts if one.get("wanting", one["verdict"] in _WANTING)}
    # Harbor makes no task for a repository of which it can copy nothing.
    copied = [one for one in inventory if not one.get("uncopied") or len(one["uncopied"]) < len(one["tags"])]
    executions = []
    for policy in policies:
        patterns = [Glob(one["value"]) for one in policy["filters"] if one["type"] == "name"]
        covered = [one for one in copied if any_matches(patterns, one["name"])]
        if any(one["name"] in wanting for one in covered):
            expected = {one["name"]: int(one["size"] or 0) if one["name"] in wanting else 0 for one in covered}
            executions.append({"policy": policy["name"], "expected_repositories": expected})
    return executions


def _parts(members: Sequence[str]) -> list[list[str]]:
    """The members in groups that fit into one filter."""
    parts: list[list[str]] = [[]]
    for member in members:
        if parts[-1] and len(",".join([*parts[-1], member])) > _LONGEST_VALUE:
            parts.append([])
        parts[-1].append(member)
    return parts


def _patterns_within(project: str, patterns: Sequence[str]) -> list[str]:
    """What the patterns select below a project, each without its first component."""
    if not patterns:
        return [_EVERYTHING]
    found = []
    for pattern in patterns:
        first, slash, rest = pattern.partition("/")
        if first == _EVERYTHING:
            found += [_EVERYTHING] if not slash else [pattern, rest]
        elif slash and Glob(first).matches(project):
            found.append(rest)
    return [_EVERYTHING] if _EVERYTHING in found else list(dict.fromkeys(found))


def _tags(patterns: Sequence[str]) -> list[dict[str, Any]]:
    if not patterns:
        return []
    return [{"type": "tag", "value": patterns[0] if len(patterns) == 1 else "{" + ",".join(patterns) + "}"}]


def _kind(version: Sequence[int] | None) -> list[dict[str, Any]]:
    """The filter that keeps charts out: a target of the kind docker-registry cannot take those of ChartMuseum.

    Harbor API: 1.x calls images ``image``, 2.0 to 2.7 ``artifact``; from 2.8 on there are no such charts any more.
    """
    known = tuple(version or ())
    if not known or known >= (2, 8):
        return []
    return [{"type": "resource", "value": "image" if known < (2,) else "artifact"}]
