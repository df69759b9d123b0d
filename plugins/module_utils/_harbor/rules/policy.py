# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of replication policies that Harbor does not check, or only some versions do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._engine.fields import State
from ..._errors import InvalidInput
from .patterns import Glob
from .policy_fields import FLATTEN, NEWER, POLICY_FIELDS, filter_values
from .target_names import target_repository

_NAMESPACE = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_WILDCARDS = re.compile(r"[*?\[\]{}\\]")
_MOST_NAMED = 5


def check_policy(desired: Mapping[str, Any], strict_cron: bool) -> None:
    """Refuse what no version of Harbor would do as intended.

    :param desired: the policy, with the options of the module as keys.
    :param strict_cron: whether this Harbor is 2.9 or later.
    :raises InvalidInput: what is wrong and how it should be.
    """
    if not desired.get("registry"):
        raise InvalidInput(
            f"registry of the replication policy {desired['name']!r} is not given.",
            advice="Give the name of the registry endpoint to which, or from which, it copies.",
        )
    trigger = desired.get("trigger") or {}
    check_trigger(trigger, desired.get("direction") or "push", strict_cron)
    check_filters(desired.get("filters") or [])
    if desired.get("single_active_replication") and trigger.get("type") == "event_based":
        raise InvalidInput(
            f"single_active_replication of the replication policy {desired['name']!r} cannot go with an event_based trigger.",
            advice="Leave one of them out.",
        )


def check_trigger(trigger: Mapping[str, Any], direction: str, strict_cron: bool) -> None:
    """Refuse a trigger that Harbor would refuse, ignore, or understand differently.

    Harbor API: a cron string has six fields, seconds first; some versions accept five and run at other times. From 2.9
    on the seconds must be 0 and the minutes not ``*``. Events exist for images of this Harbor only.

    :param trigger: ``type`` and ``cron``.
    :param strict_cron: whether this Harbor is 2.9 or later.
    :raises InvalidInput: what is wrong and how it should be.
    """
    kind, cron = trigger.get("type"), trigger.get("cron") or ""
    if kind != "scheduled":
        if cron:
            raise InvalidInput(
                f"trigger: cron {cron!r} is given, but the type is {kind!r}.",
                advice="Set the type to scheduled, or leave cron out.",
            )
        if kind == "event_based" and direction == "pull":
            raise InvalidInput(
                "trigger: a policy that pulls cannot be event_based: only events in this Harbor itself start a policy.",
                advice="Set the type to scheduled or manual.",
            )
        return
    parts = cron.split()
    if len(parts) != 6:
        raise InvalidInput(
            f"trigger: cron must have six fields, seconds first, but {cron!r} has {len(parts)}.",
            advice="For example '0 0 2 * * *': every day at two o'clock UTC.",
        )
    if strict_cron and (parts[0] != "0" or parts[1] == "*"):
        raise InvalidInput(
            f"trigger: cron {cron!r}: from Harbor 2.9 on the first field (seconds) must be 0 and the second (minutes) "
            "must not be *.",
            advice="For example '0 0/30 * * * *': every half hour.",
        )


def check_filters(filters: Iterable[Mapping[str, Any]]) -> None:
    """Refuse invalid filters, and those that Harbor would understand differently.

    :param filters: each with ``type``, ``value`` and perhaps ``decoration``.
    :raises InvalidInput: what is wrong and how it should be.
    """
    for one in filters:
        kind, values = one["type"], filter_values(one["value"])
        if not values or not all(values) or (kind != "label" and len(values) > 1):
            raise InvalidInput(
                f"filters: the value of a filter of type {kind} must be "
                f"{'a list of labels' if kind == 'label' else 'one pattern'}, not {one['value']!r}.",
                advice="Patterns may hold *, **, ? and {a,b}.",
            )
        if kind == "resource" and values[0] not in ("image", "artifact", "chart"):
            raise InvalidInput(
                f"filters: {values[0]!r} is not a type of resource.", advice="Use image, artifact or chart."
            )
        if one.get("decoration") == "excludes" and kind not in ("tag", "label"):
            raise InvalidInput(
                f"filters: a filter of type {kind} cannot exclude.", advice="Only those of type tag and label can."
            )
        if kind == "name":
            Glob(values[0])


def features_of(desired: State) -> list[str]:
    """The features of Harbor that a policy needs and that not all versions have; those would ignore them silently."""
    needed = [field.name for field in POLICY_FIELDS if field.name in NEWER and field.differs(desired, {})]
    for one in desired.get("filters") or ():
        value = filter_values(one["value"])[0]
        if one.get("decoration") == "excludes":
            needed.append("filter_decoration")
        if one["type"] == "label":
            needed.append("label_filter")
        if one["type"] == "resource" and value in ("artifact", "chart"):
            needed.append(f"resource_filter_{value}")
    return needed


def check_namespace(namespace: str, count: int | None, counts: bool) -> None:
    """Refuse an invalid namespace, and a number of components that is missing or has no effect.

    :param namespace: ``dest_namespace``; empty: names stay as they are.
    :param count: ``dest_namespace_replace_count``.
    :param counts: whether this Harbor knows ``dest_namespace_replace_count`` (2.3 and later).
    :raises InvalidInput: what is wrong and how it should be.
    """
    if not namespace:
        if count is not None and count != FLATTEN:
            raise InvalidInput(
                f"dest_namespace_replace_count is {count}, but without dest_namespace Harbor replaces nothing.",
                advice="Give dest_namespace too, or leave both out.",
            )
        return
    if not _NAMESPACE.fullmatch(namespace):
        raise InvalidInput(
            f"dest_namespace: {namespace!r} cannot be the beginning of a repository's name.",
            advice="Use a-z, 0-9 and single separators . _ - between them.",
        )
    if counts and count is None:
        raise InvalidInput(
            f"dest_namespace is {namespace!r}, but dest_namespace_replace_count is not given; Harbor would then "
            "replace everything but the last component of each name.",
            advice="Give how many components are replaced: 1 for the project, 0 to put the namespace in front.",
        )


def keeps_names_apart(filters: Sequence[Mapping[str, Any]], count: int | None) -> bool:
    """Whether replacing components cannot make one target of two sources, whatever the source holds.

    That is certain when nothing is replaced, or when a filter leaves only one choice for what is replaced.
    """
    if count == 0:
        return True
    for pattern in _name_patterns(filters):
        components = pattern.split("/")
        flattened = 1 if len(components) == 2 and "**" not in components else len(components)
        replaced = flattened if count is None or count < 0 else count
        if replaced < len(components) and not any(_WILDCARDS.search(one) for one in components[:replaced]):
            return True
    return False


def matching_repositories(repositories: Iterable[str], filters: Sequence[Mapping[str, Any]]) -> list[str]:
    """The repositories that all filters of type name let pass."""
    globs = [Glob(pattern) for pattern in _name_patterns(filters)]
    return [name for name in repositories if all(glob.matches(name) for glob in globs)]


def may_match_project(project: str, filters: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a repository of the project can pass the filters of type name."""
    firsts = [pattern.partition("/")[0] for pattern in _name_patterns(filters)]
    return all(Glob(first).matches(project) for first in firsts)


def check_targets(repositories: Iterable[str], namespace: str, count: int | None) -> None:
    """Refuse a policy that would lose names: two sources on one target, or the middle of a name dropped unasked.

    :param repositories: full names of what the policy copies.
    :raises InvalidInput: with the names.
    """
    flattens = count is None or count < 0
    sources: dict[str, list[str]] = {}
    for name in repositories:
        sources.setdefault(target_repository(name, namespace, count), []).append(name)
    lost = [
        f"{' and '.join(repr(name) for name in names)} would become {target!r}"
        for target, names in sorted(sources.items())
        if len(names) > 1 or (flattens and names[0].count("/") > 1)
    ]
    if lost:
        more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        raise InvalidInput(
            f"dest_namespace {namespace!r} would lose names: {'; '.join(lost[:_MOST_NAMED])}{more}.",
            advice="Leave dest_namespace out, replace fewer components (dest_namespace_replace_count, Harbor 2.3 and "
            "later), or make one policy for each project.",
            details={"lost_names": lost},
        )


def _name_patterns(filters: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(one["value"]) for one in filters if one.get("type") == "name" and one.get("value")]
