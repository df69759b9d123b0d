# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that several migrations give the pods of one Deployment stay until the last of them takes them back."""

from __future__ import annotations

import itertools
import json
from copy import deepcopy
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._host.host_aliases import (
    alias_patch,
    alias_patches,
)

NAME, ADDRESS = "demo.tencentcloudcr.com", "10.0.0.7"
HOSTS = {NAME: ADDRESS}
IDS = ("harbor", "harbor-2", "harbor.2~x")
THEIRS = {"ip": "10.9.9.9", "hostnames": ["theirs"]}


class Refused(Exception):
    """A test of a patch has failed."""


def deployment(*aliases: dict[str, Any], **annotations: str) -> dict[str, Any]:
    return {
        "metadata": {"name": "core", "annotations": {"theirs": "1", **annotations}},
        "spec": {"template": {"spec": {"hostAliases": list(aliases)} if aliases else {}}},
    }


def patched(before: dict[str, Any], patch: list[dict[str, Any]]) -> dict[str, Any]:
    """The Deployment after the server has applied a patch."""
    after = deepcopy(before)
    for one in patch:
        *way, last = [part.replace("~1", "/").replace("~0", "~") for part in one["path"].split("/")[1:]]
        place = after
        for part in way:
            place = place[part]
        if one["op"] == "test" and place.get(last) != one["value"]:
            raise Refused(one["path"])
        if one["op"] == "add":
            place[last] = one["value"]
        if one["op"] == "remove":
            del place[last]
    return after


def turn(before: dict[str, Any], name: str, hosts: dict[str, str]) -> dict[str, Any]:
    after = patched(before, alias_patch(before, hosts, name))
    assert alias_patch(after, hosts, name) == []
    return after


def aliases(of: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = of["spec"]["template"]["spec"].get("hostAliases", [])
    return found


@pytest.mark.parametrize("came", list(itertools.permutations(IDS)))
def test_three_migrations_come_and_go_in_any_order(came: tuple[str, ...]) -> None:
    for went, start in itertools.product(itertools.permutations(IDS), (deployment(), deployment(THEIRS))):
        now = start
        for name in came:
            now = turn(now, name, HOSTS)
            assert aliases(now) == [*aliases(start), {"ip": ADDRESS, "hostnames": [NAME]}]
        for count, name in enumerate(went, 1):
            now = turn(now, name, {})
            assert ({"ip": ADDRESS, "hostnames": [NAME]} in aliases(now)) == (count < 3)
        assert now == start


def test_what_people_gave_is_used_and_never_taken() -> None:
    start = deployment({"ip": ADDRESS, "hostnames": [NAME]})
    for name in IDS:
        assert alias_patch(start, HOSTS, name) == alias_patch(start, {}, name) == []


def test_only_a_change_of_aliases_restarts_pods_and_others_are_named() -> None:
    def plan(now: dict[str, Any], hosts: dict[str, str], name: str) -> tuple[list[bool], list[str], bool]:
        found = alias_patches([now], ["core"], hosts, name, "registry", "tools")
        return [one["restarts"] for one in found["patches"]], found["shared_with"], found["owned"]

    start = deployment()
    assert plan(start, HOSTS, "one") == ([True], [], True)
    first = turn(start, "one", HOSTS)
    assert plan(first, HOSTS, "two") == ([False], ["one"], True)
    both = turn(first, "two", HOSTS)
    assert plan(both, HOSTS, "two") == ([], ["one"], True)
    assert plan(both, {}, "one") == ([False], ["two"], False)
    assert plan(turn(both, "one", {}), {}, "two") == ([True], [], False)
    assert plan(turn(both, "one", {}), {}, "one") == ([], [], False)


def test_a_name_with_the_address_of_another_migration_is_refused() -> None:
    now = turn(deployment(), "one", HOSTS)
    with pytest.raises(
        InvalidInput, match="by the migration one, but.*Run cleanup for the migration one if it has ended"
    ):
        alias_patch(now, {NAME: "10.0.0.8"}, "two")
    assert aliases(turn(now, "one", {NAME: "10.0.0.8"})) == [{"ip": "10.0.0.8", "hostnames": [NAME]}]


@pytest.mark.parametrize(("first", "then"), [({}, HOSTS), (HOSTS, {})], ids=["leaves first", "comes first"])
def test_one_comes_while_the_other_leaves(first: dict[str, str], then: dict[str, str]) -> None:
    """Both have read the same; the server refuses the patch of the second, whose next run is right."""
    now = turn(deployment(), "one", HOSTS)
    late = alias_patch(now, then, "two" if then else "one")
    now = turn(now, "two" if first else "one", first)
    with pytest.raises(Refused):
        patched(now, late)
    now = turn(now, "two" if then else "one", then)
    assert aliases(now) == [{"ip": ADDRESS, "hostnames": [NAME]}]
    assert "cloud-registry.migration/one" not in now["metadata"]["annotations"]
    assert json.loads(now["metadata"]["annotations"]["cloud-registry.migration/two"]) == HOSTS
