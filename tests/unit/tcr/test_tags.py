# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules on tags as data: what users say and what the API says are the same."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules import tags

EVERYTHING = {"tags": "**", "exclude_tags": False, "repositories": "**", "exclude_repositories": False}
PARTLY = {"tags": "v*", "exclude_tags": True, "repositories": "web/**", "exclude_repositories": False}


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize(
    "items",
    [
        [{"latest_pushed": 3}],
        [{"pushed_within_days": 3}],
        [{"latest_pushed": 3, **PARTLY}],
        [{"latest_pushed": 3}, {"pushed_within_days": 9, **PARTLY}],
    ],
)
def test_what_is_kept_goes_there_and_back(items: list[dict[str, Any]], new: bool) -> None:
    sent = tags.kept_to_api(items, new)
    shown = {"RetentionRuleList": [sent["RetentionRule"]]} if "RetentionRule" in sent else sent
    assert tags.kept(tags.kept_from_api(shown)) == tags.kept(items)


def test_only_a_new_simple_rule_has_the_basic_form() -> None:
    simple = [{"latest_pushed": 3, **EVERYTHING, "pushed_within_days": None}]
    assert tags.kept_to_api(simple, new=True) == {"RetentionRule": {"Key": "latestPushedK", "Value": 3}}
    assert set(tags.kept_to_api(simple, new=False)) == {"AdvancedRuleItems"}
    assert set(tags.kept_to_api([{"latest_pushed": 3, **PARTLY}], new=True)) == {"AdvancedRuleItems"}


def test_the_advanced_form_wins() -> None:
    policy = {"Key": "latestPushedK", "Value": 7}
    rule = {
        "RetentionRuleList": [policy],
        "AdvancedRuleItems": [{"RetentionPolicy": policy, "TagFilter": {"Decoration": "matches", "Pattern": "v*"}}],
    }
    assert tags.kept_from_api(rule) == [{"latest_pushed": 7, **EVERYTHING, "tags": "v*"}]
    assert tags.kept_from_api({"RetentionRuleList": None, "AdvancedRuleItems": None}) == []


def test_what_differs_is_seen() -> None:
    assert tags.kept([{"latest_pushed": 3}]) == tags.kept([{"latest_pushed": 3, **EVERYTHING}])
    for other in ({"latest_pushed": 4}, {"pushed_within_days": 3}, {"latest_pushed": 3, "exclude_tags": True}):
        assert tags.kept([{"latest_pushed": 3}]) != tags.kept([other])


@pytest.mark.parametrize(
    "items", [[], [{}], [{"latest_pushed": 0}], [{"latest_pushed": 1, "pushed_within_days": 1}], [{"tags": "v*"}]]
)
def test_what_keeps_nothing_is_refused(items: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidInput, match="'team-a'"):
        tags.check_kept("team-a", items)


def test_immutable_rules_go_there_and_back() -> None:
    for said in ({**EVERYTHING, "disabled": False}, {**PARTLY, "disabled": True}):
        sent = tags.immutable_to_api({"namespace": "team-a", **said})
        shown = tags.immutable_from_api({**sent, "NsName": "team-a", "RuleId": 7})
        name = tags.immutable_name({"namespace": "team-a", **said})
        assert shown == {"name": name, "namespace": "team-a", "rule_id": 7, **said}


def test_names_of_immutable_rules_differ_when_they_say_something_else() -> None:
    flags = ("exclude_tags", "exclude_repositories")
    variants = [
        {"namespace": namespace, "tags": tags, "repositories": repositories, flags[0]: one, flags[1]: two}
        for namespace in "ab"
        for tags in ("**", "v*")
        for repositories in ("**", "web/**")
        for one in (True, False)
        for two in (True, False)
    ]
    assert len({tags.immutable_name(variant) for variant in variants}) == len(variants)
