# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that Harbor gives repositories at a target."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.target_names import (
    target_repository,
)


@pytest.mark.parametrize(
    ("namespace", "count", "target"),
    [
        ("", None, "a/b/c/img"),
        ("", 2, "a/b/c/img"),
        ("n", None, "n/img"),
        ("n", -1, "n/img"),
        ("n", 0, "n/a/b/c/img"),
        ("n", 1, "n/b/c/img"),
        ("n", 2, "n/c/img"),
        ("n", 3, "n/img"),
    ],
)
def test_target_names_are_those_of_harbor(namespace: str, count: int | None, target: str) -> None:
    assert target_repository("a/b/c/img", namespace, count) == target


def test_more_components_cannot_be_replaced_than_there_are() -> None:
    with pytest.raises(InvalidInput, match="'a/b/c/img' has only 3 components before"):
        target_repository("a/b/c/img", "n", 4)
