# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a registry can be made, and when it is ready."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import Phase
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import Conflict, InvalidInput, WaitFailed
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.instance import (
    EDITIONS,
    check_change,
    check_creation,
    check_deletion,
    check_tags,
    registry_readiness,
    tag_changes,
)

DEMO = {"name": "demo", "type": "standard", "tags": {"a": "b"}, "status": "Running"}


@pytest.mark.parametrize(
    ("desired", "allowed"),
    [
        ({}, True),
        ({"type": "standard"}, True),
        ({"type": "premium"}, True),
        ({"type": "basic"}, False),
        ({"tags": {}}, True),
    ],
)
def test_changes(desired: dict[str, Any], allowed: bool) -> None:
    if allowed:
        check_change(desired, DEMO)
        return
    with pytest.raises(InvalidInput, match="'demo'"):
        check_change(desired, DEMO)


@pytest.mark.parametrize(
    ("wanted", "changed", "removed"),
    [
        ({"a": "b"}, {}, []),
        ({}, {}, ["a"]),
        ({"a": "c", "n": 1}, {"a": "c", "n": "1"}, []),
        ({"b": "a"}, {"b": "a"}, ["a"]),
    ],
)
def test_tags(wanted: dict[str, Any], changed: dict[str, str], removed: list[str]) -> None:
    assert tag_changes(wanted, DEMO["tags"]) == (changed, removed)


def test_too_many_tags_are_refused() -> None:
    check_tags({"name": "demo", "tags": {str(number): "x" for number in range(10)}})
    check_tags({"name": "demo", "tags": None})
    with pytest.raises(InvalidInput, match="there are 11, but"):
        check_tags({"name": "demo", "tags": {str(number): "x" for number in range(11)}})


def test_deletions() -> None:
    registry = {"name": "demo", "registry_id": "tcr-1", "deletion_protection": False}
    check_deletion(registry, True, [])
    for current, permitted, namespaces, word in (
        (registry, False, [], "allow_deletion is false"),
        ({**registry, "deletion_protection": True}, True, [], "protected"),
        (registry, True, ["team-a"], "team-a"),
    ):
        with pytest.raises(Conflict, match=word):
            check_deletion(current, permitted, namespaces)


def test_an_edition_of_tomorrow_is_left_to_the_api() -> None:
    check_change({"type": "basic"}, {**DEMO, "type": "ultimate"})
    assert EDITIONS == ("basic", "standard", "premium")


def test_a_new_registry_needs_edition_and_region() -> None:
    check_creation({"name": "demo", "type": "basic"}, "ap-guangzhou")
    with pytest.raises(InvalidInput, match="type and tcr_region"):
        check_creation({"name": "demo"}, None)


@pytest.mark.parametrize(
    ("status", "wanted", "removed", "phase"),
    [
        ("Running", {}, False, Phase.READY),
        ("Running", {"type": "standard", "tags": {"a": "b"}}, False, Phase.READY),
        ("Running", {"type": "premium"}, False, Phase.PENDING),
        ("Running", {"tags": {}}, False, Phase.PENDING),
        ("Running", {}, True, Phase.DELETING),
        ("Pending", {}, False, Phase.PENDING),
        ("Deploying", {}, False, Phase.PENDING),
        ("Deleting", {}, False, Phase.DELETING),
        ("FailedCreated", {}, False, Phase.FAILED),
        ("FailedCreated", {}, True, Phase.DELETING),
        ("DeleteFailed", {}, False, Phase.FAILED),
        ("", {}, False, Phase.FAILED),
    ],
)
def test_readiness(status: str, wanted: dict[str, Any], removed: bool, phase: Phase) -> None:
    assert registry_readiness({**DEMO, "status": status}, wanted, removed).phase is phase


@pytest.mark.parametrize("status", ["DeleteFailed", "DeleteBucketFailed"])
def test_a_deletion_that_failed(status: str) -> None:
    with pytest.raises(WaitFailed, match=status):
        registry_readiness({**DEMO, "status": status}, {}, deleting=True)
