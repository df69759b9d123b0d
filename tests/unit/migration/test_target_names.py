# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the repositories of a migration arrive."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.target.names import plan_targets


def test_names_stay_unless_they_are_mapped() -> None:
    targets = plan_targets(["demo/team/api", "old/web", "demo/x"], {"old": "new"})
    assert targets.repositories == {"demo/team/api": "demo/team/api", "demo/x": "demo/x", "old/web": "new/web"}
    assert targets.namespaces == ["demo", "new"]
    assert targets.projects["demo"] == {
        "namespace": "demo",
        "dest_namespace": "",
        "dest_namespace_replace_count": None,
    }
    assert targets.projects["old"] == {"namespace": "new", "dest_namespace": "new", "dest_namespace_replace_count": 1}
    assert not targets.doubtful
    assert set(targets.as_result()) == {"repositories", "namespaces", "projects", "doubtful"}


def test_two_projects_may_share_a_namespace_as_long_as_nothing_collides() -> None:
    assert plan_targets(["aa/x", "bb/y"], {"aa": "nn", "bb": "nn"}).namespaces == ["nn"]


def test_a_collision_names_both_sources_and_what_to_do() -> None:
    with pytest.raises(InvalidInput) as caught:
        plan_targets(["aa/x", "bb/x", "cc/y"], {"aa": "nn", "bb": "nn"})
    assert "'aa/x' and 'bb/x' -> 'nn/x'" in str(caught.value)
    assert "namespace_map" in caught.value.advice
    assert caught.value.details == {"collisions": {"nn/x": ["aa/x", "bb/x"]}}


def test_a_mapped_project_may_collide_with_one_that_keeps_its_name() -> None:
    with pytest.raises(InvalidInput, match="'aa/x' and 'bb/x' -> 'bb/x'"):
        plan_targets(["aa/x", "bb/x"], {"aa": "bb"})


def test_many_collisions_are_not_all_listed() -> None:
    names = [f"{project}/r{number}" for project in ("aa", "bb") for number in range(8)]
    with pytest.raises(InvalidInput, match="8 target repositories .* and 3 more"):
        plan_targets(names, {"aa": "bb"})


def test_before_2_3_a_mapped_project_must_not_be_deep() -> None:
    targets = plan_targets(["old/web", "demo/team/api"], {"old": "new"}, replace_count=False)
    assert targets.repositories == {"old/web": "new/web", "demo/team/api": "demo/team/api"}
    assert targets.projects["old"]["dest_namespace_replace_count"] is None
    with pytest.raises(InvalidInput, match="Harbor before 2.3 would make 'new/api' of 'old/team/api'"):
        plan_targets(["old/team/api"], {"old": "new"}, replace_count=False)


def test_a_project_name_that_is_no_namespace_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        plan_targets(["a__b/x", "x/y", "demo/x"])
    assert "'a__b', which is the name of the Harbor project" in str(caught.value)
    assert "'x', which is the name of the Harbor project: it has 1 characters" in str(caught.value)
    assert "namespace_map" in caught.value.advice
    assert plan_targets(["a__b/x"], {"a__b": "ab"}).namespaces == ["ab"]


def test_a_mapping_to_something_that_is_no_namespace_is_refused() -> None:
    with pytest.raises(InvalidInput, match="'New', to which namespace_map sends the Harbor project 'demo'"):
        plan_targets(["demo/x"], {"demo": "New"})
    with pytest.raises(InvalidInput, match="'n/m'"):
        plan_targets(["demo/x"], {"demo": "n/m"})


def test_a_mapping_for_a_project_without_content_is_doubtful() -> None:
    assert "'dmeo'" in plan_targets(["demo/x"], {"dmeo": "new"}).doubtful[0]


def test_a_target_that_is_too_long_is_refused_and_a_long_one_is_doubtful() -> None:
    with pytest.raises(InvalidInput, match="the target of the Harbor repository"):
        plan_targets(["demo/" + "a" * 245])
    assert "longer than 200" in plan_targets(["demo/" + "a" * 201]).doubtful[0]
