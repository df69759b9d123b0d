# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns mean what they mean to Harbor."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.patterns import Glob, any_matches


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("", "any/thing", True),
        ("library/nginx", "library/nginx", True),
        ("library/nginx", "library/nginx2", False),
        ("library/*", "library/nginx", True),
        ("library/*", "library/team/api", False),
        ("library/**", "library/team/api", True),
        ("library/**", "library2/nginx", False),
        ("**", "library/team/api", True),
        ("**/api", "library/team/api", True),
        ("**/api", "api", True),
        ("library/**/api", "library/api", True),
        ("library/**/api", "library/a/b/api", True),
        ("library/**/api", "library/a/b/apis", False),
        ("library/a**", "library/abc", True),
        ("library/a**", "library/abc/d", False),
        ("library/team/**", "library/team", False),
        ("{library,demo}/**", "demo/x", True),
        ("{library,demo}/**", "other/x", False),
        ("{a,b{c,d}}/x", "bd/x", True),
        ("{a,}x", "x", True),
        ("v?.0", "v1.0", True),
        ("v?.0", "v10.0", False),
        ("a?b", "a/b", False),
        ("v[1-3]", "v2", True),
        ("v[1-3]", "v4", False),
        ("v[^1-3]", "v4", True),
        ("v[!1-3]", "v2", False),
        ("a[^b]c", "a/c", False),
        ("v1.0", "v1x0", False),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        (r"a\{b,c\}", "a{b,c}", True),
        ("[{]x", "{x", True),
        ("[a-c]{1,2}", "b2", True),
        ("?*", "", False),
        ("*", "", True),
    ],
)
def test_patterns(pattern: str, name: str, matches: bool) -> None:
    assert Glob(pattern).matches(name) is matches


@pytest.mark.parametrize("pattern", ["{a", "a}", "[a", "a\\", "[z-a]", "{a/b,c}/d"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be used"):
        Glob(pattern)


def test_no_pattern_at_all_means_everything() -> None:
    assert any_matches([], "x")
    assert any_matches([Glob("y"), Glob("x")], "x")
    assert not any_matches([Glob("y")], "x")
