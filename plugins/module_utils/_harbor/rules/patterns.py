# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns for repositories and tags, read as Harbor reads the filters of a replication policy. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..._errors import InvalidInput

_ANY_COMPONENTS = "**"


class Glob:
    """A pattern in which ``*`` stops at ``/``, a whole component ``**`` does not; ``?``, ``[a-z]``, ``{a,b}``, ``\\x``.

    Harbor API 1.8 and later: policies use the Go library doublestar, which splits pattern and name at ``/`` first.
    Hence ``**`` inside a component is a mere ``*``, and alternatives cannot hold a ``/``. An empty pattern matches all.

    :raises InvalidInput: the pattern is invalid.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        alternatives = [_components(pattern, one) for one in _alternatives(pattern)]
        self._expression = re.compile("|".join(f"(?:{one})" for one in alternatives), re.DOTALL)

    def matches(self, name: str) -> bool:
        """Whether the whole name matches."""
        return not self.pattern or self._expression.fullmatch(name) is not None


def any_matches(globs: Iterable[Glob], name: str) -> bool:
    """Whether one of the patterns matches; no pattern at all matches everything."""
    patterns = list(globs)
    return not patterns or any(glob.matches(name) for glob in patterns)


def _invalid_pattern(pattern: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"The pattern {pattern!r} cannot be used: {why}.",
        advice="Use *, **, ?, [a-z] and {a,b} as in a replication policy of Harbor.",
    )


def _alternatives(pattern: str) -> list[str]:
    """The pattern with its first braces replaced by each of their alternatives, and so on for the braces left."""
    start = _find(pattern, "{", 0)
    if start < 0:
        if _find(pattern, "}", 0) >= 0:
            raise _invalid_pattern(pattern, "a closing brace has no opening one")
        return [pattern]
    depth, position, begin = 1, start + 1, start + 1
    parts: list[str] = []
    while depth:
        character = pattern[position : position + 1]
        if not character:
            raise _invalid_pattern(pattern, "an opening brace is never closed")
        if character == "/":
            raise _invalid_pattern(
                pattern, "Harbor does not know a slash between braces; give several patterns instead"
            )
        if character == "\\":
            position += 1
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        if depth == 0 or (character == "," and depth == 1):
            parts.append(pattern[begin:position])
            begin = position + 1
        position += 1
    return [whole for part in parts for whole in _alternatives(pattern[:start] + part + pattern[position:])]


def _find(pattern: str, wanted: str, position: int) -> int:
    """Where a character stands that is neither escaped nor in a character class; -1 when nowhere."""
    in_class = False
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character == wanted:
            return position
        position += 1
    return -1


def _components(pattern: str, alternative: str) -> str:
    """The regular expression of a pattern without braces."""
    components = alternative.split("/")
    expression = ""
    for index, component in enumerate(components):
        last = index == len(components) - 1
        if component == _ANY_COMPONENTS:
            expression += ".*" if last else "(?:[^/]*/)*"
        else:
            expression += _component(pattern, component) + ("" if last else "/")
    return expression


def _component(pattern: str, component: str) -> str:
    expression, position = "", 0
    while position < len(component):
        character = component[position]
        position += 1
        if character == "*":
            expression += "[^/]*"
        elif character == "?":
            expression += "[^/]"
        elif character == "[":
            end = component.find("]", position + 1)
            if end < 0:
                raise _invalid_pattern(pattern, "a character class is never closed")
            expression += _character_class(pattern, component[position:end])
            position = end + 1
        elif character == "\\":
            if position == len(component):
                raise _invalid_pattern(pattern, "nothing follows the last backslash")
            expression += re.escape(component[position])
            position += 1
        else:
            expression += re.escape(character)
    return expression


def _character_class(pattern: str, content: str) -> str:
    negated = content[:1] in ("^", "!")
    members = re.sub(r"([\\\]\[^&~|])", r"\\\1", content[1:] if negated else content)
    try:
        re.compile(f"[{members}]")
    except re.error:
        raise _invalid_pattern(pattern, f"[{content}] is not a character class") from None
    return f"[{'^/' if negated else ''}{members}]"
