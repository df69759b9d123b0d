# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`q` and `sort` of the generated handlers, and the orders in which lists come without them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from tests.sandbox.harbor.api.request import Call

_TERM = re.compile(r"(?P<name>[\w.]+)=(?P<value>\[.*?\]|\{.*?\}|\(.*?\)|[^,]*)")


def terms(call: Call) -> dict[str, str]:
    """The terms of `q`: lower-case name without underscores to raw value; empty for legacy handlers."""
    if not call.style.generated:
        return {}
    text = unquote(call.query.get("q", ""))
    return {found["name"].lower().replace("_", ""): found["value"] for found in _TERM.finditer(text)}


def fits(value: Any, wanted: str) -> bool:
    """Whether a value meets a term: `x` exact, `~x` contains, `{a b}` any of."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if wanted.startswith("~"):
        return wanted[1:].strip('"').lower() in text.lower()
    if wanted.startswith("{") and wanted.endswith("}"):
        return text in [part.strip('"') for part in wanted[1:-1].split()]
    return text == wanted.strip('"')


def matches(call: Call, item: Any) -> bool:
    """Whether an object meets every term of `q` that names one of its attributes."""
    attributes = {name.replace("_", ""): name for name in vars(item)}
    return all(
        fits(getattr(item, attributes[name]), wanted) for name, wanted in terms(call).items() if name in attributes
    )


def ordered(call: Call, items: list[Any], family: str, key: str = "id") -> list[Any]:
    """Items in the order of `sort`, or newest first where the family lists so, else by `key` ascending."""
    items = sorted(items, key=lambda item: getattr(item, key), reverse=family in call.flavour.newest_first.split())
    if not call.style.generated:
        return items
    for field in reversed([part.strip() for part in call.query.get("sort", "").split(",") if part.strip()]):
        name = field.lstrip("-")
        if items and hasattr(items[0], name):
            items.sort(key=lambda item, name=name: getattr(item, name), reverse=field.startswith("-"))  # type: ignore[misc]
    return items
