# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of lists: the handlers of 1.x and early 2.x against the generated ones."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.sandbox.harbor.api.flavours import FLAVOURS
from tests.sandbox.harbor.api.identity import Identity
from tests.sandbox.harbor.api.request import Call, Refusal, is_empty


def _call(version: str, **query: str) -> Call:
    service: Any = SimpleNamespace(flavour=FLAVOURS[version])
    base = FLAVOURS[version].base
    return Call(service, Identity(), "GET", f"{base}/replication/policies", query, b"", "policies")


def _page(version: str, total: int, **query: str) -> tuple[int, dict[str, str]]:
    page, headers = _call(version, **query).page(list(range(total)))
    return len(page), headers


@pytest.mark.parametrize(
    ("version", "query", "length"),
    [
        ("1.10", {}, 500),
        ("1.10", {"page_size": "1000"}, 500),
        ("1.10", {"page_size": "7"}, 7),
        ("1.10", {"page": "2"}, 101),
        ("2.0", {"page_size": "1000"}, 500),
        ("2.9", {}, 10),
        ("2.9", {"page_size": "100"}, 100),
        ("2.9", {"page_size": "100", "page": "7"}, 1),
        ("2.9", {"page_size": "100", "page": "8"}, 0),
        ("2.9", {"page_size": "0"}, 601),
        ("2.9", {"page_size": "-1"}, 601),
    ],
)
def test_length_of_a_page_of_601_items(version: str, query: dict[str, str], length: int) -> None:
    found, headers = _page(version, 601, **query)
    assert (found, headers["X-Total-Count"]) == (length, "601")


@pytest.mark.parametrize(
    ("version", "query", "case"),
    [
        ("1.10", {"page": "0"}, "page"),
        ("1.10", {"page_size": "0"}, "page_size"),
        ("1.10", {"page_size": "x"}, "page_size"),
        ("2.15", {"page_size": "101"}, "page_size_too_big"),
    ],
)
def test_pages_that_are_refused(version: str, query: dict[str, str], case: str) -> None:
    with pytest.raises(Refusal) as refusal:
        _page(version, 1, **query)
    assert refusal.value.case == case


def test_links_of_the_first_middle_and_last_page() -> None:
    assert _page("1.10", 12, name="a b")[1] == {"X-Total-Count": "12"}
    first = _page("2.15", 12, name="a b")[1]["Link"]
    assert first == '</api/v2.0/replication/policies?name=a b&page=2&page_size=10>; rel="next"'
    middle = _page("1.10", 12, name="a b", page="2", page_size="5")[1]["Link"]
    base = "/api/replication/policies?name=a+b"
    assert middle == f'<{base}&page=1&page_size=5>; rel="prev", <{base}&page=3&page_size=5>; rel="next"'
    last = _page("2.15", 12, page="2")[1]["Link"]
    assert last == '</api/v2.0/replication/policies?page=1&page_size=10>; rel="prev"'


@pytest.mark.parametrize("value", ["", False, 0, None, {}, []])
def test_values_that_generated_handlers_leave_out(value: Any) -> None:
    assert is_empty(value)
    shown = _call("2.9").shown("id name value", {"id": 0, "name": "n", "value": value}, always="id")
    assert shown == {"id": 0, "name": "n"}
    assert "value" in _call("1.10").shown("id name value", {"id": 0, "name": "n", "value": value})


@pytest.mark.parametrize("value", [-1, True, "x", [0], {"a": ""}])
def test_values_that_are_shown(value: Any) -> None:
    assert not is_empty(value)
