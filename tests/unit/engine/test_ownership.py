# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marker is found in whatever text people put around it, and that of another migration is not."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.ownership import (
    is_marked,
    is_usable_id,
    marker,
    owners,
    with_marker,
    without_marker,
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (M, ("demo",)),
        (f"{M}; harbor-2", ("demo", "harbor-2")),
        (f"for Harbor ({M}; b; c)", ("demo", "b", "c")),
        (f"{M} until 2026-12-01T06:00:00Z; b until 2026-12-02T06:00:00Z", ("demo", "b")),
        (f"{M}; credential abc-1", ("demo",)),
        (f"{M}; credential to be created", ("demo",)),
        (f"{M}; b. Do not touch.", ("demo", "b")),
        (f"{M}; b\nasked for by Ann", ("demo", "b")),
        (f"{marker('b')}, {M}", ("b", "demo")),
        (f"{M}.2; Ä/ö", ("demo.2", "Ä/ö")),
        (f"{M}; {M}", ("demo",)),
        ("demo; b", ()),
        (None, ()),
    ],
)
def test_a_marker_names_all_owners(text: str | None, expected: tuple[str, ...]) -> None:
    assert owners(text) == expected


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (M, f"{M}; b"),
        (f"for Harbor ({M})", f"for Harbor ({M}; b)"),
        (f"{M} until 2026-12-01T06:00:00Z", f"{M} until 2026-12-01T06:00:00Z; b"),
        (f"{M}; credential abc-1", f"{M}; b; credential abc-1"),
        (f"{M}. Do not touch.", f"{M}; b. Do not touch."),
        (f"{M}; demo-2", f"{M}; demo-2; b"),
    ],
)
def test_an_owner_joins_and_leaves_without_a_trace(text: str, joined: str) -> None:
    assert with_marker(text, "b") == joined
    assert with_marker(joined, "b") == joined
    assert without_marker(joined, "b") == text


@pytest.mark.parametrize("order", list(itertools.permutations(["harbor", "harbor-2", "harbor.2"])))
def test_owners_whose_names_begin_alike_leave_in_any_order(order: tuple[str, ...]) -> None:
    text = "in the old centre (see list ())"
    for one in ("harbor", "harbor-2", "harbor.2"):
        text = with_marker(text, one)
    left = set(order)
    for one in order:
        text = without_marker(text, one)
        left.remove(one)
        assert set(owners(text)) == left
    assert text == "in the old centre (see list ())"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (M, ""),
        (f"{M}. Do not touch.", "Do not touch."),
        (f"{marker('b')}, {M}", marker("b")),
        (f"{M}, {marker('b')}", marker("b")),
        ("theirs", "theirs"),
        (marker("demo-2"), marker("demo-2")),
    ],
)
def test_what_is_not_the_own_marker_stays(text: str, left: str) -> None:
    assert without_marker(text, "demo") == left


@pytest.mark.parametrize("name", ["a b", "a;b", "a,b", "(a)", "a.", "", "a\n"])
def test_an_id_that_could_not_be_told_from_text_is_known(name: str) -> None:
    assert not is_usable_id(name)


@pytest.mark.parametrize("name", ["harbor", "harbor-2", "harbor.2", "a", "Ä/ö", "1", "x+y:z", "a'b\"c", "[a]{2}*\\d"])
def test_any_word_is_an_id(name: str) -> None:
    text = with_marker(with_marker("for Harbor", name), "b")
    assert is_usable_id(name)
    assert owners(text) == (name, "b")
    assert without_marker(text, name) == f"for Harbor ({marker('b')})"
