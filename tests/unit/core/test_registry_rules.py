# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wished of a registry, and when it is ready."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._core.registry_rules import (
    EDITIONS,
    check_change,
    check_new,
    registry_readiness,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.wait import Phase
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput, WaitFailed

DEMO = {"name": "demo", "type": "standard", "tags": {"a": "b"}, "status": "Running"}


@pytest.mark.parametrize(
    ("wish", "allowed"),
    [
        ({}, True),
        ({"type": "standard"}, True),
        ({"type": "premium"}, True),
        ({"type": "basic"}, False),
        ({"tags": {"a": "b"}}, True),
        ({"tags": {}}, False),
        ({"tags": {"a": "c"}}, False),
    ],
)
def test_changes(wish: dict[str, Any], allowed: bool) -> None:
    if allowed:
        check_change(wish, DEMO)
        return
    with pytest.raises(InvalidInput, match="'demo'"):
        check_change(wish, DEMO)


def test_an_edition_of_tomorrow_is_left_to_the_api() -> None:
    check_change({"type": "basic"}, {**DEMO, "type": "ultimate"})
    assert EDITIONS == ("basic", "standard", "premium")


def test_a_new_registry_needs_edition_and_region() -> None:
    check_new({"name": "demo", "type": "basic"}, "ap-guangzhou")
    with pytest.raises(InvalidInput, match="type and tcr_region"):
        check_new({"name": "demo"}, None)


@pytest.mark.parametrize(
    ("status", "edition", "removed", "phase"),
    [
        ("Running", None, False, Phase.READY),
        ("Running", "standard", False, Phase.READY),
        ("Running", "premium", False, Phase.PENDING),
        ("Running", None, True, Phase.LEAVING),
        ("Pending", None, False, Phase.PENDING),
        ("Deploying", None, False, Phase.PENDING),
        ("Deleting", None, False, Phase.LEAVING),
        ("FailedCreated", None, False, Phase.FAILED),
        ("FailedCreated", None, True, Phase.LEAVING),
        ("DeleteFailed", None, False, Phase.FAILED),
        ("", None, False, Phase.FAILED),
    ],
)
def test_readiness(status: str, edition: str | None, removed: bool, phase: Phase) -> None:
    assert registry_readiness({**DEMO, "status": status}, edition, removed).phase is phase


@pytest.mark.parametrize("status", ["DeleteFailed", "DeleteBucketFailed"])
def test_a_deletion_that_failed(status: str) -> None:
    with pytest.raises(WaitFailed, match=status):
        registry_readiness({**DEMO, "status": status}, None, removed=True)
