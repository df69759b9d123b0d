# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of ours in an override of Compose: how they are marked, and the file without them. Pure.

::

    services:
      core:
        image: theirs
        extra_hosts: # managed by cloud_registry.migration
          - "demo.tencentcloudcr.com:10.0.1.6" # managed by cloud_registry.migration: to-cloud

Whatever is inserted is a comment or ends with one, so it is found again whatever others write around it, and what is
left without it is the file as it was, to the byte. A line that only encloses ours goes with the last of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .._errors import InvalidInput

MARK = "# managed by cloud_registry.migration"
CREATED = f"{MARK}, which made this file and removes it again"
REPEATED = f"{MARK}, a copy of an entry that this list would hide"
AROUND = f"{MARK}, around what stood here"
INSTEAD = f"{MARK}, instead of: "
_BETWEEN_OWNERS = "; "

_TEXT = r'"(?:[^"\\]|\\.)*"'
_COMMENT = rf"[ \t]*{re.escape(MARK)}"
# One line of ours each; the line end is cut off before.
_KINDS = {
    "created": re.compile(rf"{re.escape(CREATED)}\s*"),
    "repeat": re.compile(rf"[ ]*(?:- )?{_TEXT}(?:: {_TEXT})?[ \t]*{re.escape(REPEATED)}\s*"),
    "entry": re.compile(
        rf"[ ]*(?:- (?P<item>{_TEXT})|(?P<name>{_TEXT}): (?P<address>{_TEXT})){_COMMENT}: (?P<owners>.*?)\s*"
    ),
    "flow repeat": re.compile(rf"[ ]*{_TEXT}(?:: {_TEXT})?,[ \t]*{re.escape(REPEATED)}\s*"),
    "flow entry": re.compile(
        rf"[ ]*(?:(?P<item>{_TEXT})|(?P<name>{_TEXT}): (?P<address>{_TEXT})),{_COMMENT}: (?P<owners>.*?)\s*"
    ),
    "flow bracket": re.compile(rf"[ ]*(?:{_TEXT}: [\[{{]|[\]}}],){_COMMENT}\s*"),
    "version": re.compile(rf"version: {_TEXT}{_COMMENT}\s*"),
    "around": re.compile(rf"(?P<kept>.*:)[ ]?{re.escape(AROUND)}\s*"),
    "instead": re.compile(rf"(?P<before>.*?){re.escape(INSTEAD)}(?P<after>.*)"),
    "header": re.compile(rf"(?P<kept>[ ]*[^\s#].*:)[ ]?{_COMMENT}\s*"),
}
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")

Owners = frozenset[str]
Name = tuple[str, str]


@dataclass
class Unmarked:
    """A file without our lines.

    :param text: what others wrote.
    :param owners: name and address of each entry of ours to the migrations that need it.
    :param created: the file was made by a migration.
    :param copies: there were copies of entries that others may have changed since.
    """

    text: str
    owners: dict[Name, Owners] = field(default_factory=dict)
    created: bool = False
    copies: bool = False


def owner_comment(owners: Owners) -> str:
    """The comment behind an entry."""
    return f"{MARK}: {_BETWEEN_OWNERS.join(sorted(owners))}"


def unmarked(text: str) -> Unmarked:
    """The file as it was before any migration added something.

    :raises InvalidInput: a line of ours was changed, so that it is not known what stood there; the message is the reason.
    """
    return _Removal(text).result()


def lines_of(text: str) -> list[str]:
    """The lines with their ends: those of Unix, of Windows and of the old Mac, which YAML all knows."""
    return _LINE.findall(text)


def content_of(line: str) -> str:
    """A line without its end."""
    return line.rstrip("\r\n")


class _Removal:
    """Removes what is marked, from the last line to the first, so that a line that encloses others comes after them."""

    def __init__(self, text: str) -> None:
        self._lines = lines_of(text)
        self._found = Unmarked("")
        self._kinds = [self._kind(number, line) for number, line in enumerate(self._lines, 1)]
        self._open_end = bool(self._lines) and self._kinds[-1] != "" and content_of(self._lines[-1]) == self._lines[-1]

    def result(self) -> Unmarked:
        steps: Mapping[str, Callable[[int], None]] = {
            "created": self._created,
            "entry": self._delete,
            "repeat": self._delete,
            "around": self._unwrap,
            "instead": self._restore,
            "header": self._header,
        }
        for place in reversed(range(len(self._lines))):
            kind = self._kinds[place]
            if kind.startswith("flow"):
                self._delete_flow(place)
            elif kind in steps:
                steps[kind](place)
        for place in [place for place, kind in enumerate(self._kinds) if kind == "version"]:
            self._version(place)
        self._found.text = "".join(self._lines)
        if self._open_end and self._lines:
            self._found.text = "".join([*self._lines[:-1], content_of(self._lines[-1])])
        return self._found

    def _kind(self, number: int, line: str) -> str:
        content = content_of(line)
        if MARK not in content:
            return ""
        for kind, pattern in _KINDS.items():
            found = pattern.fullmatch(content)
            if found:
                self._note(found)
                return kind
        if content.lstrip().startswith("#"):
            return ""
        raise InvalidInput(
            f"line {number} of {{file}} carries the mark of a migration, but was changed: {content.strip()!r}"
        )

    def _note(self, found: re.Match[str]) -> None:
        parts = found.groupdict()
        self._found.copies |= REPEATED in found[0]
        if not parts.get("owners"):
            return
        if parts["item"]:
            name, _colon, address = json.loads(parts["item"]).partition(":")
        else:
            name, address = json.loads(parts["name"]), json.loads(parts["address"])
        owners = frozenset(one.strip() for one in parts["owners"].split(_BETWEEN_OWNERS.strip()))
        known = self._found.owners.get((name, address), frozenset())
        self._found.owners[name, address] = known | owners

    def _delete(self, place: int) -> None:
        del self._lines[place], self._kinds[place]

    def _created(self, place: int) -> None:
        self._found.created = True
        self._delete(place)

    def _header(self, place: int) -> None:
        """A key that was added to enclose ours; it is others' as soon as something of theirs is below it."""
        if self._encloses(place):
            self._cut(place, "header")
        else:
            self._delete(place)

    def _unwrap(self, place: int) -> None:
        following = place + 1
        merged = re.match(r"([ ]*)<<:", self._lines[following]) if following < len(self._lines) else None
        if merged is None or self._has_sibling(following, len(merged[1])):
            self._cut(place, "around")
            return
        found = _KINDS["around"].fullmatch(content_of(self._lines[place]))
        kept = found["kept"] if found else ""
        self._lines[place] = kept + self._lines[following][merged.end() :]
        self._delete(following)

    def _restore(self, place: int) -> None:
        content = content_of(self._lines[place])
        found = _KINDS["instead"].fullmatch(content)
        if found:
            theirs = self._encloses(place)
            restored = found["before"].rstrip() if theirs else found["before"] + found["after"]
            self._lines[place] = restored + self._lines[place][len(content) :]
            self._kinds[place] = ""

    def _version(self, place: int) -> None:
        """Compose 1 wants the same version in all files, so it stays as long as there is anything in this one."""
        if any(_is_content(line) for at, line in enumerate(self._lines) if at != place):
            content = content_of(self._lines[place])
            self._lines[place] = content.partition(MARK)[0].rstrip() + self._lines[place][len(content) :]
        else:
            self._delete(place)

    def _delete_flow(self, place: int) -> None:
        """Lines of ours that stand behind a bracket; they broke the line, which is joined again."""
        indentation = re.match(r"[ ]*", self._lines[place])
        self._delete(place)
        before = place - 1
        if before < 0 or self._kinds[before].startswith("flow"):
            return
        content = content_of(self._lines[before])
        if content.endswith(("{", "[")) and place < len(self._lines):
            rest = self._lines[place]
            width = len(indentation[0]) if indentation else 0
            self._lines[before] = content + (rest[width:] if rest[:width].isspace() else rest)
            self._delete(place)

    def _cut(self, place: int, kind: str) -> None:
        content = content_of(self._lines[place])
        found = _KINDS[kind].fullmatch(content)
        if found:
            self._lines[place] = found["kept"] + self._lines[place][len(content) :]
            self._kinds[place] = ""

    def _encloses(self, place: int) -> bool:
        own = _indentation(self._lines[place])
        following = _next_content(self._lines[place + 1 :])
        if following is None:
            return False
        return _indentation(following) > own or (_indentation(following) == own and following.lstrip().startswith("-"))

    def _has_sibling(self, place: int, indentation: int) -> bool:
        for line in self._lines[place + 1 :]:
            if _is_content(line) and _indentation(line) <= indentation:
                return _indentation(line) == indentation
        return False


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#") and not line.startswith(("---", "...", "%"))


def _next_content(lines: Sequence[str]) -> str | None:
    return next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), None)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
