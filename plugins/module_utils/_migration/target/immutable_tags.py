# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules of the target keep tags as they are that should become others. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._errors import InvalidInput
from ..._harbor.rules.patterns import Glob
from ..comparison.compare import DIFFERENT, Comparison

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


def _matches(pattern: str, name: str) -> bool:
    try:
        return Glob(pattern).matches(name)
    except InvalidInput:
        return False
