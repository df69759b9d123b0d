# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marked block of a migration in a hosts file. Bytes outside of it never change, whatever their encoding. Pure.

::

    # BEGIN managed by cloud_registry.migration: to-cloud
    10.0.1.6 demo.tencentcloudcr.com
    # END managed by cloud_registry.migration: to-cloud
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .._errors import InvalidInput

_MARKER = "# {} managed by cloud_registry.migration: {}"
# As the C library reads a hosts file: a line ends with a line feed, and nothing else ends it.
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")

# The places of the two markers of a block.
Block = tuple[int, int]


def with_block(content: bytes, path: str, migration_id: str, names: Sequence[str], address: str) -> bytes:
    """The file in which the names have the address by the one block of this migration.

    The first line that has a name wins. So a new block stands at the top, and one below a line of somebody else that
    has one of the names with another address moves there. Of several blocks, which another version left, one stays.

    :param path: of the file, for messages.
    :raises InvalidInput: the block that is there is damaged, or holds lines of somebody else.
    """
    lines = _LINE.findall(content)
    blocks = _find(lines, path, migration_id)
    rest = _without(lines, blocks)
    if not blocks:
        end = _line_end(rest[0]) if rest else b"\n"
        return b"".join([*_new_block(migration_id, names, address, end), *rest])
    begin, finish = blocks[0]
    if any(_hides(line, names, address) for line in lines[:begin]):
        return b"".join([*_new_block(migration_id, names, address, _line_end(lines[begin])), *rest])
    entry = _entry(names, address) + _comment(lines[begin + 1 : finish]) + _line_end(lines[begin])
    after = _without(lines, blocks[1:])
    return b"".join([*after[: begin + 1], entry, *after[finish:]])


def without_block(content: bytes, path: str, migration_id: str) -> bytes:
    """The file without any block of this migration.

    :raises InvalidInput: as for :func:`with_block`.
    """
    lines = _LINE.findall(content)
    return b"".join(_without(lines, _find(lines, path, migration_id)))


def _find(lines: Sequence[bytes], path: str, migration_id: str) -> list[Block]:
    """The blocks; blanks around their markers and any line ends do not matter."""
    words = {_MARKER.format(word, migration_id).encode(): word for word in ("BEGIN", "END")}
    places = [(place, words[line.strip()]) for place, line in enumerate(lines) if line.strip() in words]
    if [word for _place, word in places] != ["BEGIN", "END"] * (len(places) // 2):
        raise _damaged(path, lines, [place for place, _word in places], "do not enclose one block")
    blocks = [(begin, end) for (begin, _), (end, _) in zip(places[::2], places[1::2])]
    for begin, end in blocks:
        inside = range(begin + 1, end)
        if len([place for place in inside if lines[place].strip()]) > 1:
            raise _damaged(path, lines, [begin, *inside, end], "enclose lines that this migration did not write")
    return blocks


def _without(lines: Sequence[bytes], blocks: Sequence[Block]) -> list[bytes]:
    ours = {place for begin, end in blocks for place in range(begin, end + 1)}
    return [line for place, line in enumerate(lines) if place not in ours]


def _new_block(migration_id: str, names: Sequence[str], address: str, end: bytes) -> list[bytes]:
    begin, finish = (_MARKER.format(word, migration_id).encode() for word in ("BEGIN", "END"))
    return [line + end for line in (begin, _entry(names, address), finish)]


def _entry(names: Sequence[str], address: str) -> bytes:
    return f"{address} {' '.join(names)}".encode()


def _comment(inside: Sequence[bytes]) -> bytes:
    """What somebody noted behind the entry, with the blanks before it."""
    found = re.search(rb"[ \t]*#[^\r\n]*", b"".join(inside).strip())
    return found[0].rstrip() if found else b""


def _hides(line: bytes, names: Sequence[str], address: str) -> bool:
    """Whether a line gives one of the names another address."""
    known, *others = line.partition(b"#")[0].split() or [b""]
    wanted = {name.lower().encode() for name in names}
    return known.lower() != address.lower().encode() and any(one.lower() in wanted for one in others)


def _damaged(path: str, lines: Sequence[bytes], places: Sequence[int], what: str) -> InvalidInput:
    shown = "; ".join(f"line {place + 1}: {lines[place].decode('utf-8', 'replace').strip()!r}" for place in places)
    return InvalidInput(
        f"The markers of this migration in {path} {what} ({shown}). The file was not changed.",
        advice="Correct these lines: either none of them stays, or one BEGIN and one END with a single line in between.",
    )


def _line_end(line: bytes) -> bytes:
    return b"\r\n" if line.endswith(b"\r\n") else b"\n"
