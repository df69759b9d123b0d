# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of replication filters, as the doublestar library of Harbor reads them."""

from __future__ import annotations

import re
from functools import lru_cache


def match(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern, component by component: `*` `?` `[..]` `{a,b}` stay within one, `**` spans any.

    An empty pattern fits everything. A pattern that does not parse fits nothing.
    """
    if not pattern:
        return True
    return _components(pattern.split("/"), text.split("/"))


def _components(patterns: list[str], names: list[str]) -> bool:
    if not patterns or not names:
        return not patterns and not names
    if patterns[0] == "**":
        if len(patterns) == 1:
            return True
        return any(_components(patterns[1:], names[index:]) for index in range(len(names)))
    expression = _expression(patterns[0])
    if expression is None or not expression.fullmatch(names[0]):
        return False
    return _components(patterns[1:], names[1:])


@lru_cache(maxsize=1024)
def _expression(component: str) -> re.Pattern[str] | None:
    try:
        return re.compile(_translate(component), re.DOTALL)
    except (re.error, ValueError):
        return None


def _translate(component: str) -> str:
    """A component as a regular expression. Raises ValueError for one that ends too early."""
    parts, index, depth = [], 0, 0
    while index < len(component):
        character = component[index]
        if character == "\\":
            index += 1
            parts.append(re.escape(component[index : index + 1]))
        elif character == "[":
            end = component.find("]", index + 2)
            if end < 0:
                raise ValueError("unclosed class")
            inside = component[index + 1 : end]
            negated = inside[0] in "!^"
            parts.append(f"[{'^' if negated else ''}{inside[negated:]}]")
            index = end
        elif character == "{":
            depth += 1
            parts.append("(?:")
        elif character == "}" and depth:
            depth -= 1
            parts.append(")")
        elif character == "," and depth:
            parts.append("|")
        else:
            parts.append({"*": ".*", "?": "."}.get(character) or re.escape(character))
        index += 1
    if depth:
        raise ValueError("unclosed alternatives")
    return "".join(parts)
