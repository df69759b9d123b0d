# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists and mappings that may come as text from a survey."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.survey_values import (
    as_dict,
    as_list,
    or_default,
)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (["a", " b "], ["a", "b"]),
        ("a, b", ["a", "b"]),
        ("a\nb\n", ["a", "b"]),
        ("a;b,,", ["a", "b"]),
        ("", []),
        (None, []),
        ([], []),
        ([1], ["1"]),
    ],
)
def test_as_list(value: Any, items: list[str]) -> None:
    assert as_list(value) == items


@pytest.mark.parametrize(
    ("value", "mapping"),
    [
        ({"a.b": "a-b"}, {"a.b": "a-b"}),
        ("a.b=a-b, c = d", {"a.b": "a-b", "c": "d"}),
        ("", {}),
        (None, {}),
        (["a=b"], {"a": "b"}),
    ],
)
def test_as_mapping(value: Any, mapping: dict[str, str]) -> None:
    assert as_dict(value) == mapping


@pytest.mark.parametrize("value", ["a", "a=", "=b"])
def test_what_is_no_mapping_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput, match="name=value"):
        as_dict(value)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([], []),
        (0, 0),
        (0.0, 0.0),
        (False, False),
        ({}, {}),
        ("x", "x"),
        ("", "default"),
        (" \n", "default"),
        (None, "default"),
    ],
)
def test_only_what_is_blank_becomes_the_default(value: Any, found: Any) -> None:
    assert or_default(value, "default") == found
