# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which projects, repositories and tags belong to a migration."""

from __future__ import annotations

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.source.selection import Selection


def test_a_selection_without_limits_selects_everything() -> None:
    everything = Selection()
    assert everything.has_project("a") and everything.has_repository("a/b/c") and everything.has_tag("v1")


def test_a_repository_must_match_project_and_pattern() -> None:
    some = Selection(["demo", "demo"], ["demo/**", "other/**"], ["v*", "latest"])
    assert some.projects == ["demo"]
    assert some.has_repository("demo/team/api")
    assert not some.has_repository("other/api")
    assert not Selection(["demo"], ["*/api"]).has_repository("demo/team/api")
    assert some.has_tag("v1") and some.has_tag("latest") and not some.has_tag("x")
