# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules on the tags of a TCR namespace as data, in the forms of users and of the API. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..._engine.fields import State
from ..._errors import InvalidInput

EVERYTHING = "**"
# The names of the options, and those of the API.
_KEEP = {"latest_pushed": "latestPushedK", "pushed_within_days": "nDaysSinceLastPush"}
_OPTION_NAMES = {api: option for option, api in _KEEP.items()}
_TAG_DECORATIONS = ("matches", "excludes")
_REPOSITORY_DECORATIONS = ("repoMatches", "repoExcludes")
Kept = tuple[str, int, str, bool, str, bool]


def kept(items: Any) -> frozenset[Kept]:
    """What a retention rule keeps, to compare it: what an item leaves out holds for everything."""
    return frozenset(
        (
            *_amount(item),
            item.get("tags") or EVERYTHING,
            bool(item.get("exclude_tags")),
            item.get("repositories") or EVERYTHING,
            bool(item.get("exclude_repositories")),
        )
        for item in items or ()
    )


def kept_from_api(rule: Mapping[str, Any]) -> list[State]:
    """What a retention rule keeps, in the form of the options.

    TCR API 2019-09-24: the advanced items win, and a basic rule may or may not be repeated in their form.
    """
    items = rule.get("AdvancedRuleItems") or [{"RetentionPolicy": one} for one in rule.get("RetentionRuleList") or ()]
    found = []
    for item in items:
        policy, tag, repository = (
            item.get(name) or {} for name in ("RetentionPolicy", "TagFilter", "RepositoryFilter")
        )
        key = str(policy.get("Key"))
        found.append(
            {
                _OPTION_NAMES.get(key, key): policy.get("Value"),
                "tags": tag.get("Pattern") or EVERYTHING,
                "exclude_tags": tag.get("Decoration") == _TAG_DECORATIONS[True],
                "repositories": repository.get("Pattern") or EVERYTHING,
                "exclude_repositories": repository.get("Decoration") == _REPOSITORY_DECORATIONS[True],
            }
        )
    return found


def kept_to_api(items: Any, new: bool) -> dict[str, Any]:
    """What a retention rule keeps, in the form of the API.

    A new rule for all tags of all repositories is given in the basic form, which every edition of the API knows; an
    existing one always in the advanced form, which wins over what it may have been before.
    """
    listed = sorted(kept(items))
    if new and len(listed) == 1 and listed[0][2:] == (EVERYTHING, False, EVERYTHING, False):
        return {"RetentionRule": {"Key": _KEEP[listed[0][0]], "Value": listed[0][1]}}
    return {
        "AdvancedRuleItems": [
            {
                "RetentionPolicy": {"Key": _KEEP[measure], "Value": value},
                "TagFilter": {"Decoration": _TAG_DECORATIONS[no_tags], "Pattern": tags},
                "RepositoryFilter": {"Decoration": _REPOSITORY_DECORATIONS[no_repositories], "Pattern": repositories},
            }
            for measure, value, tags, no_tags, repositories, no_repositories in listed
        ]
    }


def check_kept(namespace: str, items: Iterable[Mapping[str, Any]]) -> None:
    """Refuse what TCR does not take.

    :raises InvalidInput: nothing is kept, or an item does not say how much.
    """
    listed = list(items)
    if not listed:
        raise InvalidInput(
            f"keep of the retention rule of {namespace!r} is empty.",
            advice="Give what is kept; all other tags are deleted.",
        )
    for item in listed:
        given = [name for name in _KEEP if item.get(name) is not None]
        if len(given) != 1 or item[given[0]] < 1:
            raise InvalidInput(
                f"keep of the retention rule of {namespace!r}: an item needs either latest_pushed or "
                "pushed_within_days, from 1 on.",
                advice="Correct it.",
            )


def immutable_name(rule: Mapping[str, Any]) -> str:
    """What identifies a rule on immutable tags, which has no name: its namespace and patterns."""
    repositories = rule.get("repositories") or EVERYTHING
    tags = rule.get("tags") or EVERYTHING
    return (
        f"{rule['namespace']}: {'all but ' if rule.get('exclude_repositories') else ''}{repositories}, "
        f"tags {'all but ' if rule.get('exclude_tags') else ''}{tags}"
    )


def immutable_from_api(rule: Mapping[str, Any]) -> State:
    """A rule on immutable tags in the form of the options."""
    found: State = {
        "namespace": rule.get("NsName"),
        "repositories": rule.get("RepositoryPattern") or EVERYTHING,
        "exclude_repositories": rule.get("RepositoryDecoration") == _REPOSITORY_DECORATIONS[True],
        "tags": rule.get("TagPattern") or EVERYTHING,
        "exclude_tags": rule.get("TagDecoration") == _TAG_DECORATIONS[True],
        "disabled": bool(rule.get("Disabled")),
        "rule_id": rule.get("RuleId"),
    }
    return {"name": immutable_name(found), **found}


def immutable_to_api(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule on immutable tags in the form of the API."""
    return {
        "RepositoryPattern": rule.get("repositories") or EVERYTHING,
        "RepositoryDecoration": _REPOSITORY_DECORATIONS[bool(rule.get("exclude_repositories"))],
        "TagPattern": rule.get("tags") or EVERYTHING,
        "TagDecoration": _TAG_DECORATIONS[bool(rule.get("exclude_tags"))],
        "Disabled": bool(rule.get("disabled")),
    }


def _amount(item: Mapping[str, Any]) -> tuple[str, int]:
    for name, value in item.items():
        if name not in ("tags", "exclude_tags", "repositories", "exclude_repositories") and value is not None:
            return name, int(value)
    return "", 0
