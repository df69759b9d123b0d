# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replication policies for a selection: together they cover exactly what is selected, each under its target name."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.patterns import Glob
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.policies import (
    pending_executions,
    replication_policies,
)

KEPT = {"dest_namespace": "", "dest_namespace_replace_count": None}


def mapped(namespace: str) -> dict[str, Any]:
    return {"dest_namespace": namespace, "dest_namespace_replace_count": 1}


def names(policy: dict[str, Any]) -> list[str]:
    return [one["value"] for one in policy["filters"] if one["type"] == "name"]


def test_all_projects_need_no_list() -> None:
    (policy,) = replication_policies("m", {"a": KEPT, "b": KEPT}, whole=True)
    assert (policy["name"], policy["filters"], policy["dest_namespace"]) == ("m", [], "")


def test_chosen_projects_are_listed_without_a_slash_between_braces() -> None:
    (policy,) = replication_policies("m", {"b": KEPT, "a": KEPT})
    assert names(policy) == ["{a,b}/**"]


def test_one_project_needs_no_braces() -> None:
    (policy,) = replication_policies("m", {"a": KEPT})
    assert names(policy) == ["a/**"]


def test_each_namespace_has_a_policy_of_its_own_even_when_all_is_selected() -> None:
    policies = replication_policies("m", {"a": KEPT, "b": mapped("x"), "c": mapped("x"), "d": mapped("y")}, whole=True)
    assert [(one["name"], names(one), one["dest_namespace_replace_count"]) for one in policies] == [
        ("m", ["a/**"], None),
        ("m-x", ["{b,c}/**"], 1),
        ("m-y", ["d/**"], 1),
    ]


def test_a_lone_mapped_project_is_named_so_that_a_new_project_does_not_follow_it() -> None:
    (policy,) = replication_policies("m", {"a": mapped("x")}, whole=True)
    assert names(policy) == ["a/**"]


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        (["a/x*"], ["a/x*"]),
        (["a/x", "b/y"], ["a/x", "b/y"]),
        (["*/x"], ["{a,b}/x"]),
        (["{a,b}/x/**"], ["{a,b}/x/**"]),
        (["**"], ["{a,b}/**"]),
        (["c/**", "a/z"], ["a/z"]),
    ],
)
def test_patterns_are_cut_to_the_selected_projects(patterns: list[str], wanted: list[str]) -> None:
    policies = replication_policies("m", {"a": KEPT, "b": KEPT}, repositories=patterns)
    assert sorted(value for policy in policies for value in names(policy)) == wanted


def test_a_pattern_that_begins_with_any_components_covers_what_it_selects() -> None:
    policies = replication_policies("m", {"a": KEPT}, repositories=["**/api"])
    globs = [Glob(value) for policy in policies for value in names(policy)]
    for name, selected in {"a/api": True, "a/b/c/api": True, "a/web": False, "b/api": False}.items():
        assert any(glob.matches(name) for glob in globs) is selected, name


def test_names_of_policies_differ_and_stay_the_same() -> None:
    first, second = (replication_policies("m", {"a": KEPT}, repositories=["a/x", "a/y"]) for _time in range(2))
    assert [one["name"] for one in first] == ["m", "m-2"]
    assert first == second


def test_many_projects_are_spread_over_policies_that_harbor_can_store() -> None:
    projects = {f"project-with-a-long-name-{number:03}": KEPT for number in range(100)}
    policies = replication_policies("m", projects)
    assert len(policies) > 1
    assert all(len(value) < 800 for policy in policies for value in names(policy))
    for project in projects:
        assert sum(Glob(value).matches(f"{project}/x") for policy in policies for value in names(policy)) == 1


def test_several_tag_patterns_become_alternatives() -> None:
    (policy,) = replication_policies("m", {"a": KEPT}, tags=["v1*", "latest"])
    assert {"type": "tag", "value": "{v1*,latest}"} in policy["filters"]


@pytest.mark.parametrize(
    ("version", "kind"), [([1, 10, 19], "image"), ([2, 0, 6], "artifact"), ([2, 7, 4], "artifact"), ([2, 8, 0], None)]
)
def test_charts_are_kept_out_where_harbor_would_try_to_copy_them(version: list[int], kind: str | None) -> None:
    (policy,) = replication_policies("m", {"a": KEPT}, version=version)
    assert [one["value"] for one in policy["filters"] if one["type"] == "resource"] == ([kind] if kind else [])


class TestDueExecutions:
    POLICIES = replication_policies("m", {"a": KEPT, "b": mapped("x")})
    INVENTORY = [{"name": "a/one", "size": 10}, {"name": "a/two", "size": 20}, {"name": "b/three", "size": 30}]

    def due(self, **verdicts: str) -> list[dict[str, Any]]:
        listed = [{"name": name.replace("_", "/"), "verdict": verdict} for name, verdict in verdicts.items()]
        return pending_executions(self.POLICIES, self.INVENTORY, listed)

    def test_nothing_is_due_when_all_is_equal(self) -> None:
        assert self.due(a_one="equal", a_two="equal", b_three="equal") == []

    @pytest.mark.parametrize("verdict", ["missing", "different"])
    def test_a_policy_is_due_when_one_repository_is_wanting(self, verdict: str) -> None:
        assert self.due(a_one="equal", a_two=verdict, b_three="equal") == [
            {"policy": "m", "expected_repositories": {"a/one": 0, "a/two": 20}}
        ]

    @pytest.mark.parametrize("verdict", ["extra", "unknown"])
    def test_what_copying_would_not_change_is_no_reason_to_copy(self, verdict: str) -> None:
        assert self.due(a_one=verdict, a_two="equal", b_three="equal") == []

    def test_a_repository_of_which_harbor_copies_nothing_gets_no_task(self) -> None:
        inventory = [
            {"name": "a/one", "size": 1, "tags": {"1": ""}, "uncopied": ["1"]},
            {"name": "a/two", "size": 2, "tags": {"1": "", "2": ""}, "uncopied": ["1"]},
        ]
        verdicts = [
            {"name": "a/one", "verdict": "missing", "wanting": False},
            {"name": "a/two", "verdict": "missing", "wanting": True},
        ]
        (found,) = pending_executions(self.POLICIES, inventory, verdicts)
        assert found["expected_repositories"] == {"a/two": 2}
        assert pending_executions(self.POLICIES, inventory, verdicts[:1]) == []
