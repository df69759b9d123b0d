# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies restricted to what is to be copied again: no more than that where Harbor's filters can say it, and never less."""

from __future__ import annotations

import random
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.patterns import Glob
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.restriction import (
    Restriction,
    is_temporary,
    restrictions,
    temporary_name,
)

EVERYTHING: list[dict[str, Any]] = [
    {"type": "resource", "value": "image"},
    {"type": "name", "value": "{shop,team}/**"},
    {"type": "tag", "value": "{v*,latest}"},
]


def values(found: Restriction, kind: str) -> list[str]:
    return [one["value"] for one in found.filters if one["type"] == kind]


def test_repositories_beside_each_other_with_the_same_tags_go_together() -> None:
    found = restrictions(EVERYTHING, {"shop/web": ["v1"], "shop/api": ["v1"], "shop/a/b": ["v1"], "shop/odd": ["v2"]})
    assert [(values(one, "name"), values(one, "tag"), one.repositories) for one in found] == [
        (["shop/{api,web}"], ["v1"], ["shop/api", "shop/web"]),
        (["shop/odd"], ["v2"], ["shop/odd"]),
        (["shop/a/b"], ["v1"], ["shop/a/b"]),
    ]
    assert all(values(one, "resource") == ["image"] for one in found)


def test_without_tags_those_of_the_policy_count_and_what_it_excludes_stays_out() -> None:
    (found,) = restrictions(EVERYTHING, {"shop/web": []})
    assert values(found, "tag") == ["{v*,latest}"]
    kept = {"type": "tag", "value": "*-dev", "decoration": "excludes"}
    (found,) = restrictions([kept], {"shop/web": ["v1"]})
    assert kept in found.filters and {"type": "tag", "value": "v1"} in found.filters


def test_many_repositories_are_split_where_a_filter_has_no_room() -> None:
    found = restrictions(EVERYTHING, {f"shop/repository-{number:03}": ["v1"] for number in range(100)})
    assert len(found) > 1 and sum(len(one.repositories) for one in found) == 100
    assert all(len(value) < 700 for one in found for value in values(one, "name"))


def test_what_would_take_too_many_policies_is_copied_as_a_whole() -> None:
    found = restrictions(EVERYTHING, {f"shop/r{number}": [f"v{number}"] for number in range(50)})
    assert len(found) == 1 and values(found[0], "tag") == ["{v*,latest}"], "whole repositories"
    found = restrictions(EVERYTHING, {f"shop/p{number}/r": ["v1"] for number in range(50)})
    assert [one.filters for one in found] == [EVERYTHING], "all that the policy selects"
    long = [f"v{number:04}" for number in range(100)]
    (one,) = restrictions(EVERYTHING, {"shop/web": long})
    assert values(one, "tag") == ["{v*,latest}"], "a filter has no room for so many tags"


@pytest.mark.parametrize("seed", range(60))
def test_each_repository_is_let_through_by_one_of_the_policies_and_no_other_one_is(seed: int) -> None:
    chance = random.Random(seed)

    def name() -> str:
        return "/".join(chance.choices(["a", "b-1", "c.d", "e_f"], k=chance.randint(2, 4)))

    tags = ["v1", "v2", "latest"]
    only = {name(): chance.sample(tags, chance.randint(0, 2)) for _number in range(chance.randint(1, 9))}
    found = restrictions([{"type": "name", "value": "**"}], only)
    for one in {*only, *(name() for _number in range(20))}:
        matching = [part for part in found if all(Glob(value).matches(one) for value in values(part, "name"))]
        assert len(matching) == (one in only)
        for part in matching:
            assert one in part.repositories
            assert all(Glob(value).matches(tag) for value in values(part, "tag") for tag in only[one])


def test_names_of_temporary_policies() -> None:
    assert temporary_name("demo", 2) == "demo__retry-2"
    assert is_temporary("demo__retry-2") and is_temporary("demo__retry-2", "demo")
    assert not is_temporary("demo__retry-2", "demo-shop") and not is_temporary("demo-retry-2")
