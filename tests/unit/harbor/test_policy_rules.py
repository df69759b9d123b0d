# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of replication policies, and how their parts are compared and sent."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.policy import (
    check_namespace,
    check_targets,
    check_trigger,
    features_of,
    keeps_names_apart,
    matching_repositories,
    may_match_project,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.policy_fields import (
    filter_set,
    policy_body,
    policy_state,
    trigger_of,
)


def names(*patterns: str) -> list[dict[str, Any]]:
    return [{"type": "name", "value": pattern} for pattern in patterns]


@pytest.mark.parametrize(
    ("pattern", "count", "certain"),
    [
        ("**", 0, True),
        ("shop/**", 1, True),
        ("shop/team/**", 2, True),
        ("shop/*", None, True),
        ("shop/*", -1, True),
        ("shop/api", -1, True),
        ("shop/**", None, False),
        ("shop/team/*", -1, False),
        ("{shop,library}/**", 1, False),
        ("*/**", 1, False),
        ("shop/**", 2, False),
        ("shop/*/**", 2, False),
        ("**", None, False),
        ("shop", 1, False),
    ],
)
def test_whether_filters_alone_keep_names_apart(pattern: str, count: int | None, certain: bool) -> None:
    assert keeps_names_apart(names(pattern), count) is certain
    assert keeps_names_apart([], count) is (count == 0)


@pytest.mark.parametrize(
    ("repositories", "count", "lost"),
    [
        (["a/x", "b/y"], 1, ""),
        (["a/x", "b/x"], 1, "'a/x' and 'b/x' would become 'n/x'"),
        (["a/x", "b/x"], 0, ""),
        (["a/b/x"], -1, "'a/b/x' would become 'n/x'"),
        (["a/b/x"], None, "'a/b/x' would become 'n/x'"),
        (["a/x", "b/y"], None, ""),
        (["a/b/x", "a/c/x"], 2, "'a/b/x' and 'a/c/x' would become 'n/x'"),
        (["a/x"], 2, "only 1 components"),
    ],
)
def test_lost_names(repositories: list[str], count: int | None, lost: str) -> None:
    if not lost:
        check_targets(repositories, "n", count)
        return
    with pytest.raises(InvalidInput, match=lost):
        check_targets(repositories, "n", count)


def test_many_lost_names_are_told_shortly_and_given_fully() -> None:
    repositories = [f"{project}/r{number}" for project in "ab" for number in range(9)]
    with pytest.raises(InvalidInput, match="and 4 more") as caught:
        check_targets(repositories, "n", 1)
    assert len(caught.value.details["lost_names"]) == 9


def test_only_what_all_filters_let_pass_counts() -> None:
    filters = [*names("shop/**", "**/api"), {"type": "tag", "value": "v*"}]
    assert matching_repositories(["shop/api", "shop/team/api", "shop/web", "other/api"], filters) == [
        "shop/api",
        "shop/team/api",
    ]
    assert may_match_project("shop", filters)
    assert not may_match_project("other", filters)
    assert may_match_project("other", [])


@pytest.mark.parametrize(
    ("cron", "strict", "said"),
    [
        ("0 0 2 * * *", True, ""),
        ("0 0/30 * * * *", True, ""),
        ("5 * * * * *", False, ""),
        ("5 0 2 * * *", True, "must be 0"),
        ("0 * 2 * * *", True, "must not be"),
        ("0 2 * * *", False, "six fields"),
        ("@daily", False, "six fields"),
        ("", False, "six fields"),
    ],
)
def test_cron(cron: str, strict: bool, said: str) -> None:
    trigger = {"type": "scheduled", "cron": cron}
    if not said:
        check_trigger(trigger, "push", strict)
        return
    with pytest.raises(InvalidInput, match=said):
        check_trigger(trigger, "push", strict)


@pytest.mark.parametrize(
    ("namespace", "count", "counts", "said"),
    [
        ("", None, True, ""),
        ("", -1, True, ""),
        ("n", 1, True, ""),
        ("team/sub", 0, True, ""),
        ("n", None, False, ""),
        ("", 1, True, "without dest_namespace"),
        ("n", None, True, "is not given"),
        ("N", 1, True, "cannot be the beginning"),
        ("n/", 1, True, "cannot be the beginning"),
    ],
)
def test_namespace(namespace: str, count: int | None, counts: bool, said: str) -> None:
    if not said:
        check_namespace(namespace, count, counts)
        return
    with pytest.raises(InvalidInput, match=said):
        check_namespace(namespace, count, counts)


def test_only_what_makes_a_difference_needs_a_feature() -> None:
    assert features_of({"speed": 0, "copy_by_chunk": False, "single_active_replication": False}) == []
    assert features_of({"speed": -1, "dest_namespace_replace_count": -1}) == []
    assert features_of({"speed": 1, "dest_namespace_replace_count": 0}) == ["dest_namespace_replace_count", "speed"]
    tag = {"type": "tag", "value": "v*"}
    assert features_of({"filters": [tag, {**tag, "decoration": "matches"}]}) == []
    assert features_of({"filters": [{**tag, "decoration": "excludes"}]}) == ["filter_decoration"]


def test_filters_are_compared_as_a_set() -> None:
    label = {"type": "label", "value": ["b", "a"]}
    first = [*names("shop/**"), label]
    second = [{"type": "label", "value": ["a", "b"], "decoration": "matches"}, *names("shop/**")]
    assert filter_set(first) == filter_set(second)
    assert filter_set(None) == filter_set([])
    assert filter_set([{**label, "decoration": "excludes"}]) != filter_set([label])
    assert filter_set([{"type": "tag", "value": 1.0}]) == filter_set([{"type": "tag", "value": "1.0"}])


def test_triggers_are_compared_by_what_they_mean() -> None:
    assert (
        trigger_of({"type": "manual", "cron": None}) == trigger_of({"type": "manual", "cron": ""}) == trigger_of(None)
    )
    assert trigger_of({"type": "scheduled", "cron": "0 0  2 * * *"}) == trigger_of(
        {"type": "scheduled", "cron": " 0 0 2 * * *"}
    )


def body(*features: str, **desired: Any) -> dict[str, Any]:
    return policy_body({"name": "p", **desired}, 7, lambda feature: feature in features)


def test_a_body_has_defaults_and_nothing_that_this_version_would_drop() -> None:
    desired = {"speed": 5, "copy_by_chunk": True, "dest_namespace_replace_count": 1, "single_active_replication": True}
    tag = {"type": "tag", "value": "v*", "decoration": "matches"}
    assert body(**desired, filters=[tag]) == {
        "name": "p",
        "description": "",
        "enabled": True,
        "override": True,
        "deletion": False,
        "dest_namespace": "",
        "src_registry": {"id": 0},
        "dest_registry": {"id": 7},
        "filters": [{"type": "tag", "value": "v*"}],
        "trigger": {"type": "manual"},
    }
    newest = body("speed", "filter_decoration", speed=-1, filters=[tag])
    assert (newest["speed"], newest["filters"]) == (0, [tag])


def test_labels_are_sent_as_a_list() -> None:
    assert body(filters=[{"type": "label", "value": "release"}])["filters"] == [{"type": "label", "value": ["release"]}]


@pytest.mark.parametrize("direction", ["push", "pull"])
def test_direction_there_and_back(direction: str) -> None:
    sent = body(direction=direction)
    sides = {
        side: {**sent[side], "name": "tcr" if sent[side]["id"] else "Local"}
        for side in ("src_registry", "dest_registry")
    }
    state = policy_state({**sent, **sides})
    assert (state["direction"], state["registry"]) == (direction, "tcr")
