# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names TCR accepts."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.names import (
    namespace_problem,
    repository_problem,
)


@pytest.mark.parametrize("name", ["ab", "a1", "a.b-c_d", "a" * 30])
def test_legal_namespaces(name: str) -> None:
    assert namespace_problem(name) == ""


@pytest.mark.parametrize("name", ["", "a", "a" * 31, "-ab", "ab.", "a..b", "a._b", "A1", "a/b", "ä1"])
def test_illegal_namespaces(name: str) -> None:
    assert namespace_problem(name)


def test_repositories_may_be_nested_and_long_but_not_too_long() -> None:
    assert repository_problem("team/a__b--c/x") == ""
    assert repository_problem("a" * 244) == ""
    assert "245 characters" in repository_problem("a" * 245)
    assert repository_problem("a//b") and repository_problem("A") and repository_problem("")
