# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inserts entries for one service into the text of an override of Compose. Nothing of the text is replaced. Pure.

Where the definition of the service is an alias (``core: *common``), or other services use it (``core: &common``), it is put
into a definition of its own, which merges it::

    core: # managed by cloud_registry.migration, around what stood here
      extra_hosts: # managed by cloud_registry.migration
        - "demo.tencentcloudcr.com:10.0.1.6" # managed by cloud_registry.migration: to-cloud
      <<: *common
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from .._errors import InvalidInput
from .compose_yaml import FILE, Meaning, Node, keys, meaning, parse, part, text_of
from .override_marks import AROUND, INSTEAD, MARK, REPEATED, Owners, lines_of, owner_comment

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_STEP = 2


@dataclass(frozen=True)
class Entry:
    """A name with its address, and the migrations that need it."""

    name: str
    address: str
    owners: Owners


def insert(text: str, service: str, entries: Sequence[Entry], version: str = "", around: bool = False) -> str:
    """The text with entries in ``extra_hosts`` of a service.

    :param text: without a byte order mark.
    :param version: what ``version`` must be where the file holds nothing yet; empty: it needs none.
    :param around: put the definition of the service into one of its own.
    :raises InvalidInput: there is no place where entries can stand; the message is the reason.
    """
    document = parse(text)
    place = ("services", service, "extra_hosts")
    edit = _Edit(text, service, entries, around)
    if document.root is not None:
        return edit.into(document.root, None, place, in_flow=False)
    lines = [f"version: {json.dumps(version)} {MARK}"] if version else []
    lines += edit.block(0, place, "sequence")
    return edit.add_lines(len(text) if document.start is None else edit.next_line(document.start), lines)


class _Edit:
    def __init__(self, text: str, service: str, entries: Sequence[Entry], around: bool) -> None:
        self._text = text
        self._service = service
        self._entries = entries
        self._around = around
        ends = re.search(r"\r\n|\n|\r", text)
        self._line_end = ends[0] if ends else "\n"

    def into(self, value: Node, key: Node | None, place: Sequence[str], in_flow: bool) -> str:
        """The text with the entries below these keys of a value, whose own key is ``key``."""
        if value.tagged:
            raise InvalidInput(f"{self._what(place)} has the tag {value.tag} (line {value.line})")
        if not place:
            return self._into_hosts(value, key, in_flow)
        if value.is_null:
            return self._below_null(value, key, place, in_flow)
        if value.kind == "alias" or (self._around and len(place) == 1):
            return self._wrap(value, key, place, in_flow)
        if value.kind != "mapping":
            raise InvalidInput(
                f"{self._what(place)} holds no mapping (line {value.line})"
                if key is None
                else f"{self._what(place)} is no mapping (line {value.line})"
            )
        found = value.find(place[0])
        if found is not None:
            return self.into(found[1], found[0], place[1:], in_flow or value.flow)
        inherited = self._inherited(value, place)
        if value.flow:
            return self._add_flow(value, place, inherited)
        return self.add_lines(self._first_line(value, key), self.block(self._column(value.content), place, *inherited))

    def block(self, column: int, place: Sequence[str], form: str, copies: Sequence[str] = ()) -> list[str]:
        """Lines with the keys, each deeper than the one before, and the entries below them."""
        lines = []
        for name in place:
            lines.append(f"{' ' * column}{_key(name)}: {MARK}")
            column += _STEP
        dash = "- " if form == "sequence" else ""
        lines += [f"{' ' * column}{dash}{self._entry(one, form)} {owner_comment(one.owners)}" for one in self._entries]
        return [*lines, *(f"{' ' * column}{dash}{one} {REPEATED}" for one in copies)]

    def add_lines(self, offset: int, lines: Sequence[str]) -> str:
        """Insert whole lines; at the end of a file without a line end they leave it without one."""
        before, after = self._text[:offset], self._text[offset:]
        if before and not before.endswith(("\n", "\r")):
            return before + "".join(self._line_end + line for line in lines) + after
        return before + "".join(line + self._line_end for line in lines) + after

    def next_line(self, offset: int) -> int:
        """Where the line after this place begins."""
        found = re.compile(r"\r\n|\n|\r").search(self._text, offset)
        return found.end() if found else len(self._text)

    def _into_hosts(self, value: Node, key: Node | None, in_flow: bool) -> str:
        if value.is_null:
            return self._below_null(value, key, (), in_flow)
        if value.kind == "alias":
            form, copies = self._copies(meaning(value))
            return self._instead(value, key, in_flow, self.block(self._below(key), (), form, copies))
        if value.kind not in ("sequence", "mapping"):
            raise InvalidInput(f"{self._what(())} is neither a list nor a mapping (line {value.line})")
        if value.flow:
            return self._add_flow(value, (), (value.kind, []))
        column = self._column(self._first_dash(value) if value.kind == "sequence" else value.content)
        return self.add_lines(self._first_line(value, key), self.block(column, (), value.kind))

    def _below_null(self, value: Node, key: Node | None, place: Sequence[str], in_flow: bool) -> str:
        if key is None or value.anchor is not None:
            raise InvalidInput(f"{self._what(place)} is null (line {value.line})")
        if in_flow:
            raise InvalidInput(f"{self._what(place)} is empty within {{ }} (line {value.line})")
        lines = self.block(self._below(key), place, "sequence")
        if value.start != value.end:
            return self._instead(value, key, in_flow, lines)
        return self.add_lines(self.next_line(value.start), lines)

    def _instead(self, value: Node, key: Node | None, in_flow: bool, lines: Sequence[str]) -> str:
        """Comment a value out, and put lines below it."""
        if in_flow or key is None or key.line != value.line:
            raise InvalidInput(
                f"a value in line {value.line} of {FILE} is shared or null, and does not stand behind its key"
            )
        filled = self.add_lines(self.next_line(value.end), lines)
        return f"{filled[: value.start]}{INSTEAD}{filled[value.start :]}"

    def _wrap(self, value: Node, key: Node | None, place: Sequence[str], in_flow: bool) -> str:
        """Make the value something that is merged into a mapping with the keys."""
        if key is None or in_flow:
            raise InvalidInput(f"{self._what(place)} is shared, and stands within {{ }} (line {value.line})")
        colon = re.compile(r"[ \t]*:").match(self._text, key.end)
        column = self._column(key.start)
        same_line = value.kind == "alias" or value.flow
        inner = column + (_STEP if same_line and key.line == value.line else 1)
        if colon is None or (not same_line and self._column(value.content) <= inner):
            raise InvalidInput(
                f"{self._what(place)} is shared, and is not indented enough to be put into a definition of its own (line {value.line})"
            )
        lines = [AROUND, *self.block(inner, place, *self._inherited(value, place)), f"{' ' * inner}<<:"]
        inserted = self._line_end.join(lines)
        return f"{self._text[: colon.end()]} {inserted}{self._text[colon.end() :]}"

    def _add_flow(self, value: Node, place: Sequence[str], inherited: tuple[str, Sequence[str]]) -> str:
        """Insert lines behind an opening bracket."""
        form, copies = inherited
        start = self._line_start(value.content)
        width = len(self._text[start:]) - len(self._text[start:].lstrip(" ")) + _STEP
        brackets = ("[", "]") if form == "sequence" else ("{", "}")
        lines = [f"{self._entry(one, form)}, {owner_comment(one.owners)}" for one in self._entries]
        lines += [f"{one}, {REPEATED}" for one in copies]
        for name in reversed(place):
            opening, closing = brackets if name == place[-1] else ("{", "}")
            lines = [f"{json.dumps(name)}: {opening} {MARK}", *lines, f"{closing}, {MARK}"]
        indentation = " " * width
        if self._text[value.content : self.next_line(value.content)].strip() == MARK:
            whole = "".join(f"{indentation}{line}{self._line_end}" for line in lines)
            return self._text[: self.next_line(value.content)] + whole + self._text[self.next_line(value.content) :]
        rest = self._text[value.content :]
        indented = self._line_end + indentation
        # Behind lines of ours that are there already, the line is broken once only.
        broken = rest.startswith(indented) and MARK in lines_of(rest)[1]
        inserted = indented + indented.join(lines) + ("" if broken else indented)
        return self._text[: value.content] + inserted + rest

    def _inherited(self, value: Node, place: Sequence[str]) -> tuple[str, Sequence[str]]:
        """The form of ``extra_hosts`` that is merged into a value, and its entries, which one of its own would hide."""
        found = part(meaning(value), place[0])
        if found is None:
            return "sequence", ()
        if len(place) > 1:
            raise InvalidInput(
                f"{place[0]} in {FILE} comes from an anchor (line {value.line}), so nothing can be added there"
            )
        return self._copies(found)

    def _copies(self, hosts: Meaning) -> tuple[str, Sequence[str]]:
        form, tag, entries = hosts[:3]
        texts = (
            [text_of(one) for one in entries] if form == "sequence" else [text_of(entries[one]) for one in keys(hosts)]
        )
        if form not in ("sequence", "mapping") or not all(texts) or tag is not None:
            raise InvalidInput(f"{self._what(())} comes from an anchor, and is no plain list")
        if form == "sequence":
            return form, [_quoted(one) for one in texts]
        return form, [f"{_quoted(name)}: {_quoted(one)}" for name, one in zip(keys(hosts), texts)]

    def _first_line(self, value: Node, key: Node | None) -> int:
        """Where lines can stand before all others of a block: behind the line of its key, above the first comment."""
        start = self._line_start(self._first_dash(value) if value.kind == "sequence" else value.content)
        behind = start if key is None else self.next_line(key.end)
        between = self._text[behind:start].splitlines()
        return behind if all(not line.strip() or line.lstrip().startswith("#") for line in between) else start

    def _first_dash(self, value: Node) -> int:
        return value.content if self._text[value.content : value.content + 1] == "-" else value.content - 1

    def _below(self, key: Node | None) -> int:
        return self._column(key.start) + _STEP if key is not None else 0

    def _column(self, offset: int) -> int:
        """The column of a place before which its line holds only blanks."""
        before = self._text[self._line_start(offset) : offset]
        if before.strip(" "):
            raise InvalidInput(
                f"a key or a list in {FILE} does not begin its line, {before.strip()!r} stands before it"
            )
        return len(before)

    def _line_start(self, offset: int) -> int:
        return max(self._text.rfind("\n", 0, offset), self._text.rfind("\r", 0, offset)) + 1

    def _entry(self, one: Entry, form: str) -> str:
        if form == "sequence":
            return _quoted(f"{one.name}:{one.address}")
        return f"{_quoted(one.name)}: {_quoted(one.address)}"

    def _what(self, place: Sequence[str]) -> str:
        """What is looked at, told by the keys that are still below it."""
        names = (FILE, "services", self._service, f"extra_hosts of {self._service}")
        return names[3 - len(place)] + (f" in {FILE}" if len(place) < 3 else "")


def _key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
