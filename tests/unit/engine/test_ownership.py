# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marker is found in whatever text people put around it, and that of another migration is not."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.ownership import (
    is_marked,
    marker,
    with_marker,
)

M = marker("demo")


@pytest.mark.parametrize(
    "description",
    [
        M,
        with_marker("for Harbor", "demo"),
        f"{M}; credential abc-1",
        f"{M}. Do not touch.",
        f"{M}.",
        f"{M}\nasked for by Ann",
        f"{marker('demo-2')}, {M}",
    ],
)
def test_ours(description: str) -> None:
    assert is_marked(description, "demo")


@pytest.mark.parametrize("description", [None, "", "demo", f"{M}-2", f"{M}.2", f"{M}2", f"{M}_2", f"{M}:2", f"{M}/2"])
def test_not_ours(description: str | None) -> None:
    assert not is_marked(description, "demo")
