# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limiter and the paging of the Tencent API, whatever an offset means."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.client import (
    RateLimiter,
    collect_pages,
    items,
)


def test_the_rate_limiter_spaces_each_action_over_all_threads() -> None:
    slept: list[float] = []
    lock = threading.Lock()

    def sleep(seconds: float) -> None:
        with lock:
            slept.append(seconds)

    limiter = RateLimiter({"Slow": 2.0}, clock=lambda: 100.0, sleep=sleep)
    threads = [threading.Thread(target=limiter.wait, args=("Slow",)) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slept) == pytest.approx([0.525, 1.05, 1.575])
    slept.clear()
    limiter.wait("Other")
    assert slept == []
    limiter.wait("Other")
    assert slept == pytest.approx([1.05 / 20])


def test_the_rate_limiter_does_not_hold_back_what_comes_late() -> None:
    now = [100.0]
    slept: list[float] = []
    limiter = RateLimiter({}, clock=lambda: now[0], sleep=slept.append)
    limiter.wait("Action")
    now[0] = 101.0
    limiter.wait("Action")
    assert slept == []


@pytest.mark.parametrize("content", [{"List": []}, {"List": None}, {}])
def test_empty_null_and_missing_lists_are_alike(content: dict[str, Any]) -> None:
    assert items(content, "List") == []


class Listing:
    """A paged action under one of its possible readings, and the offsets that it was asked for."""

    def __init__(self, count: int, reading: str, largest: int = 100, total: bool = True) -> None:
        self.entries = [{"Id": number} for number in range(count)]
        self.reading, self.largest, self.total = reading, largest, total
        self.offsets: list[int | None] = []

    def __call__(self, offset: int | None) -> dict[str, Any]:
        self.offsets.append(offset)
        first = {"item": 0, "page from 0": 0, "page from 1": 1}[self.reading]
        number = first if offset is None else max(offset, first)
        start = number if self.reading == "item" else (number - first) * self.largest
        answer: dict[str, Any] = {"Things": self.entries[start : start + self.largest]}
        return {**answer, "TotalCount": len(self.entries)} if self.total else answer


def both_readings(pages: int, count: int) -> list[int]:
    return [count, pages, pages + 1]


@pytest.mark.parametrize("reading", ["item", "page from 0", "page from 1"])
@pytest.mark.parametrize("count", [0, 1, 20, 21, 45, 100])
@pytest.mark.parametrize("total", [True, False])
def test_all_items_are_found_whatever_an_offset_means(reading: str, count: int, total: bool) -> None:
    listing = Listing(count, reading, largest=20, total=total)
    found = collect_pages(listing, "Things", lambda one: one["Id"], both_readings)
    assert sorted(one["Id"] for one in found) == list(range(count))
    assert len(listing.offsets) < 25


def test_a_listing_that_is_complete_is_not_asked_again() -> None:
    listing = Listing(45, "item", largest=20)
    collect_pages(listing, "Things", lambda one: one["Id"], lambda pages, count: [count], first=0)
    assert listing.offsets == [0, 20, 40]


def test_a_listing_that_never_ends_is_left() -> None:
    def endless(offset: int | None) -> dict[str, Any]:
        return {"Things": [{"Id": 1}, {"Id": 2}], "TotalCount": 1000}

    found = collect_pages(endless, "Things", lambda one: one["Id"], both_readings)
    assert [one["Id"] for one in found] == [1, 2]


def test_the_number_of_pages_is_bounded() -> None:
    def growing(offset: int | None) -> dict[str, Any]:
        return {"Things": [{"Id": offset}], "TotalCount": 10**9}

    found = collect_pages(growing, "Things", lambda one: one["Id"], lambda pages, count: [count], 0, most_pages=7)
    assert len(found) == 7
