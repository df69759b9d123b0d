# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparison modes and the marker."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine import fields
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.fields import Field
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.ownership import (
    is_marked,
    marker,
    with_marker,
)

ALIKE: list[tuple[Any, Any, Any]] = [
    (fields.text, None, ""),
    (fields.as_set, ["b", "a", "a"], ["a", "b"]),
    (fields.as_set, [], None),
    (fields.as_set, [{"type": "tag", "value": ["a"]}], [{"value": ["a"], "type": "tag"}]),
    (fields.url, "HTTPS://Demo.example.com:443/", "https://demo.example.com"),
    (fields.url, "demo.example.com/", "http://demo.example.com:80"),
    (fields.cidr, "203.0.113.7", "203.0.113.7/32"),
    (fields.cidr, "10.1.2.3/8", "10.0.0.0/8"),
]
DIFFERENT: list[tuple[Any, Any, Any]] = [
    (fields.exact, 1, 2),
    (fields.as_set, ["a"], ["a", "b"]),
    (fields.url, "http://demo.example.com", "https://demo.example.com"),
    (fields.url, "https://demo.example.com/a", "https://demo.example.com/A"),
    (fields.cidr, "10.0.0.0/8", "10.0.0.0/9"),
    (fields.cidr, "no network", "10.0.0.0/9"),
]


@pytest.mark.parametrize(("compare", "desired", "current"), ALIKE)
def test_alike(compare: Any, desired: Any, current: Any) -> None:
    assert not Field("f", compare).differs({"f": desired}, {"f": current})


@pytest.mark.parametrize(("compare", "desired", "current"), DIFFERENT)
def test_different(compare: Any, desired: Any, current: Any) -> None:
    assert Field("f", compare).differs({"f": desired}, {"f": current})


def test_write_only_and_unmanaged_never_differ() -> None:
    assert not Field("f", write_only=True).differs({"f": "new"}, {})
    assert not Field("f").differs({"f": None}, {"f": "anything"})


def test_marker_is_found_again_and_no_other_is_mistaken_for_it() -> None:
    assert with_marker(None, "m1") == marker("m1") == "managed by cloud_registry.migration: m1"
    assert with_marker("for the move", "m1") == f"for the move ({marker('m1')})"
    assert with_marker(with_marker("for the move", "m1"), "m1") == with_marker("for the move", "m1")
    assert is_marked(with_marker("for the move", "m1"), "m1")
    assert is_marked(marker("m1") + "; credential abc", "m1")
    assert not is_marked(marker("m1-2"), "m1")
    assert not is_marked(marker("m10"), "m1")
    assert not is_marked(None, "m1")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["b", "a", "b"], ["a", "b", "b"]),
        (
            [{"project": "*", "access": {"tag": ["read", "list"]}}, {"access": {"a": ["z"]}, "project": None}],
            [{"access": {"a": ["z"]}, "project": None}, {"access": {"tag": ["list", "read"]}, "project": "*"}],
        ),
        (
            [{"namespace": "b", "actions": ["a"]}, {"namespace": "a", "actions": ["b"]}],
            [{"namespace": "a", "actions": ["b"]}, {"namespace": "b", "actions": ["a"]}],
        ),
        (
            [{"type": "tag", "value": "1"}, {"type": "name", "value": "x"}],
            [{"type": "name", "value": "x"}, {"type": "tag", "value": "1"}],
        ),
        ([], []),
    ],
)
def test_what_comes_in_any_order_is_shown_in_one(given: Any, shown: Any) -> None:
    assert fields.in_order(given) == fields.in_order(given[::-1]) == shown
