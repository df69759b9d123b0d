# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps tags at the target as they are that should become others: rules of the target, or of Harbor. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._errors import InvalidInput
from ..._harbor.rules.patterns import Glob
from ..comparison.verdicts import DIFFERENT, Comparison

_SHOWN = 5


def tags_to_replace(comparison: Comparison) -> list[tuple[str, str]]:
    """Target repository and tag of everything that has another digest at the target."""
    found = [(one.target, tag.tag) for one in comparison.repositories for tag in one.tags if tag.verdict == DIFFERENT]
    found += [
        (one.target, tag)
        for one in comparison.repositories
        for content in one.contents
        if content.verdict == DIFFERENT
        for tag in content.content.tags
    ]
    return found


def source_tags_to_replace(comparison: Comparison) -> list[tuple[str, str]]:
    """Source repository and tag of everything that has another digest at the target and that Harbor can copy."""
    return [
        (one.name, tag.tag)
        for one in comparison.repositories
        for tag in one.tags
        if tag.verdict == DIFFERENT and tag.copied
    ]


def override_advice(tags: Iterable[tuple[str, str]], policies: Iterable[Mapping[str, Any]]) -> list[str]:
    """What to do about replication policies that push such tags but do not override, a sentence for each.

    Harbor API: with ``override: false`` a tag that is there with another digest is skipped, and the task succeeds.

    :param tags: source repository and tag.
    :param policies: as Harbor lists them.
    """
    wanted = list(tags)
    sentences = []
    for policy in policies:
        if policy.get("override") or not (policy.get("dest_registry") or {}).get("id"):
            continue
        filters = policy.get("filters") or []
        kept = [
            f"{name}:{tag}" for name, tag in wanted if _selects(filters, "name", name) and _selects(filters, "tag", tag)
        ]
        if kept:
            more = f" and {len(kept) - _SHOWN} more" if len(kept) > _SHOWN else ""
            sentences.append(
                f"The replication policy {policy['name']!r} does not override, and so leaves {', '.join(kept[:_SHOWN])}{more} as "
                "they are at the target: set override (harbor_replication_override) to true and replicate again."
            )
    return sentences


def kept_by_rules(tags: Iterable[tuple[str, str]], rules: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The tags that a rule on immutable tags keeps: ``repository``, ``tag`` and ``rule`` (its name) each.

    TCR API 2019-09-24: patterns as in the rules of Harbor; repositories without their namespace.

    :param rules: in the form of the module tcr_immutable_tag.
    """
    active = [rule for rule in rules if not rule["disabled"]]
    return [
        {"repository": repository, "tag": tag, "rule": str(rule["name"])}
        for repository, tag in tags
        for rule in active
        if _covers(rule, repository, tag)
    ]


def immutable_advice(kept: Sequence[Mapping[str, str]]) -> str:
    """What to do about such rules, in one sentence for each; empty without any."""
    tags: dict[str, list[str]] = {}
    for one in kept:
        tags.setdefault(one["rule"], []).append(f"{one['repository']}:{one['tag']}")
    sentences = [
        f"The immutable tag rule '{rule}' keeps {', '.join(found[:_SHOWN])}"
        + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
        + "."
        for rule, found in tags.items()
    ]
    if sentences:
        sentences.append(
            "Switch it off until the migration has ended (module tcr_immutable_tag with disabled: true, or the TCR console), "
            "or leave these tags out with migration_tags."
        )
    return " ".join(sentences)


def _covers(rule: Mapping[str, Any], repository: str, tag: str) -> bool:
    namespace, _slash, path = repository.partition("/")
    return (
        rule["namespace"] == namespace
        and _matches(rule["repositories"], path) != bool(rule["exclude_repositories"])
        and _matches(rule["tags"], tag) != bool(rule["exclude_tags"])
    )


def _selects(filters: Iterable[Mapping[str, Any]], kind: str, name: str) -> bool:
    """Whether all filters of a kind let a name pass."""
    return all(
        _matches(str(one["value"]), name) != (one.get("decoration") == "excludes")
        for one in filters
        if one["type"] == kind
    )


def _matches(pattern: str, name: str) -> bool:
    try:
        return Glob(pattern).matches(name)
    except InvalidInput:
        return False
