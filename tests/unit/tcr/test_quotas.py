# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas of the editions: they warn when something will be added that may not fit."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.quotas import (
    limit_of,
    quota,
    quota_warnings,
)


@pytest.mark.parametrize(
    ("name", "edition", "limit"),
    [
        ("namespaces", "basic", 50),
        ("repositories", "standard", 3000),
        ("private links", "premium", 20),
        ("whitelist entries", "basic", 5),
        ("whitelist entries", "premium", None),
        ("namespaces", "enterprise", None),
        ("namespaces", "", None),
    ],
)
def test_limits(name: str, edition: str, limit: int | None) -> None:
    assert limit_of(name, edition) == limit


@pytest.mark.parametrize(
    ("edition", "used", "needed", "enough"),
    [
        ("basic", 47, 3, True),
        ("basic", 47, 4, False),
        ("basic", 60, 0, True),
        ("unknown", 900, 9, True),
    ],
)
def test_enough(edition: str, used: int, needed: int, enough: bool) -> None:
    found = quota("namespaces", edition, used, needed)
    assert found["enough"] is enough
    assert bool(quota_warnings("tcr-1", [found])) is not enough


def test_the_warning_says_what_was_found_and_what_to_do() -> None:
    (sentence,) = quota_warnings("tcr-1", [quota("private links", "basic", 5, 1)])
    assert "tcr-1 holds 5 private links and the migration adds 1" in sentence
    assert "usually allows 5" in sentence
    assert "ask for a higher quota" in sentence
