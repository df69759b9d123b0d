# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded answers against given ones: status, envelope of errors, headers that matter, keys and types."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

HEADERS = ("Location", "X-Total-Count", "Link", "Content-Type")
_PAGE = re.compile(r"\(an HTML page titled '(.*)'\)")
_TITLE = re.compile(r"<title>(.*?)</title>")
_CUT = "… (cut)"


@dataclass(frozen=True)
class Given:
    """What the sandbox answered: `body` is parsed JSON or text, as in the records."""

    status: int
    headers: dict[str, str]
    body: Any


def differences(recorded: dict[str, Any], given: Given) -> Iterator[str]:
    """Each difference as a line `place: recorded ..., given ...`; the recorded side has the ids and addresses of this run."""
    if recorded["status"] != given.status:
        yield _line("status", recorded["status"], given.status)
    for name in HEADERS:
        expected, found = recorded["headers"].get(name), given.headers.get(name)
        if expected != found:
            yield _line(f"header {name}", expected, found)
    if "cookies" in recorded["headers"]:
        cookies = sorted(json.loads(given.headers["cookies"]))
        if recorded["headers"]["cookies"] != cookies:
            yield _line("cookies", recorded["headers"]["cookies"], cookies)
    yield from _bodies(recorded["response"], given.body, error=recorded["status"] >= 400)


def _bodies(expected: Any, found: Any, error: bool) -> Iterator[str]:
    if isinstance(expected, str) and isinstance(found, str):
        page = _PAGE.fullmatch(expected)
        if page is not None:
            title = _TITLE.search(found)
            found, expected = title[1] if title else None, page[1]
        exact = not expected.endswith(_CUT) and "(cut)" not in expected
        if exact and expected != found:
            yield _line("body", expected, found)
        return
    if error:
        if expected != found:
            yield _line("error", expected, found)
        return
    yield from shapes("body", expected, found)


def shapes(place: str, expected: Any, found: Any) -> Iterator[str]:
    """Differences in keys and types; items of lists are compared as a set of shapes."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() - found.keys()):
            yield f"{place}.{key}: missing"
        for key in sorted(found.keys() - expected.keys()):
            yield f"{place}.{key}: not recorded"
        for key in sorted(expected.keys() & found.keys()):
            yield from shapes(f"{place}.{key}", expected[key], found[key])
    elif isinstance(expected, list) and isinstance(found, list):
        wanted, had = _kinds(expected), _kinds(found)
        if wanted == had:
            return
        if len(wanted) == 1 and len(had) == 1:
            yield from shapes(f"{place}[]", expected[0], found[0])
            return
        for kind in sorted(wanted - had):
            yield f"{place}[]: recorded {kind}, not given"
        for kind in sorted(had - wanted):
            yield f"{place}[]: given {kind}, not recorded"
    elif type(expected) is not type(found):
        yield _line(place, type(expected).__name__, type(found).__name__)


def _kinds(items: list[Any]) -> set[str]:
    return {json.dumps(_shape(item), sort_keys=True) for item in items}


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(_kinds(value))
    return type(value).__name__


def _line(place: str, expected: Any, found: Any) -> str:
    return f"{place}: recorded {expected!r}, given {found!r}"
