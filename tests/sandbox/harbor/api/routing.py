# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths to handlers. Harbor's router sees the path once decoded by nginx, and decodes parameters again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.sandbox.harbor.api.request import Answer, Call, Refusal

if TYPE_CHECKING:
    from tests.sandbox.harbor.api.flavour import Flavour

Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A method and a pattern: `{name}` is one segment, `{name:int}` a number, `{name:path}` one or more segments."""

    method: str
    pattern: str
    family: str
    handler: Handler
    offered: Callable[[Flavour], bool] = lambda flavour: True
    base: str = ""  # where it is, when not below the base of the generation


@dataclass(frozen=True)
class Match:
    """A route with the values of its parameters."""

    route: Route
    values: dict[str, Any]


def find(routes: list[Route], flavour: Flavour, method: str, path: str) -> Match | None:
    """The route of a path, still encoded.

    Raises Refusal for a path that exists for other methods only, or whose number is none (generated handlers); None
    when no route fits.
    """
    other_method = False
    for route in routes:
        below = path.removeprefix(f"{route.base or flavour.base}/")
        if below == path or not route.offered(flavour):
            continue
        values = _values(route.pattern.split("/"), below.split("/"))
        if values is None:
            continue
        if route.method != method:
            other_method = True
            continue
        if not _numbers(route, flavour, values):
            continue
        return Match(route, values)
    if other_method and flavour.dialect != "1":
        raise Refusal("method_missing", method=method)
    return None


def _values(pattern: list[str], segments: list[str]) -> dict[str, Any] | None:
    """The parameters of a path, None when it does not fit; values are still texts."""
    values: dict[str, Any] = {}
    for index, part in enumerate(pattern):
        if part.endswith(":path}"):
            rest = len(pattern) - index - 1
            taken = segments[index : len(segments) - rest]
            if not taken:
                return None
            values[part[1:-6]] = "/".join(unquote(segment) for segment in taken)
            below = _values(pattern[index + 1 :], segments[len(segments) - rest :])
            return None if below is None else values | below
        if index >= len(segments):
            return None
        if not part.startswith("{"):
            if part != segments[index]:
                return None
            continue
        values[part[1:-1]] = unquote(unquote(segments[index]))
    return values if len(pattern) == len(segments) else None


def _numbers(route: Route, flavour: Flavour, values: dict[str, Any]) -> bool:
    """Turn number parameters into numbers; False when a legacy route does not fit because of one."""
    for name in [name for name in values if name.endswith(":int")]:
        text = values.pop(name)
        if not text.lstrip("-").isdigit():
            if flavour.style(route.family).generated:
                raise Refusal("not_a_number", name=name[:-4], value=text)
            return False
        values[name[:-4]] = int(text)
    return True
