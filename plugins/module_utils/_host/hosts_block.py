# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marked blocks of migrations in a hosts file. Bytes outside of them never change, whatever their encoding. Pure.

::

    # BEGIN managed by cloud_registry.migration: to-cloud; to-cloud-2
    10.0.1.6 demo.tencentcloudcr.com
    # END managed by cloud_registry.migration: to-cloud; to-cloud-2

Migrations that need the same line share one block, whose markers name all of them; the last one removes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .._engine.ownership import PREFIX, is_marked, marker, other_owners, owners, with_marker, without_marker
from .._errors import InvalidInput

_BEGIN, _END = "# BEGIN ", "# END "
# As the C library reads a hosts file: a line ends with a line feed, and nothing else ends it.
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


def with_block(content: bytes, path: str, migration_id: str, names: Sequence[str], address: str) -> bytes:
    """The file in which the names have the address by one block of this migration, or one that it shares.

    The first line that has a name wins. So a new block stands at the top, and one below a line of somebody else that
    has one of the names with another address moves there. Of several blocks, which another version left, one stays.

    :param path: of the file, for messages.
    :raises InvalidInput: the block that is there is damaged, or holds lines of somebody else, or another migration gives a
        name another address.
    """
    lines = _LINE.findall(content)
    own = _find(lines, path, migration_id)
    others = list(_blocks_of_others(lines, migration_id))
    fitting = [block for block in (*own, *others) if block.entry(lines) == _entry(names, address)]
    alone = [block for block in own if not block.others]
    kept = next(iter([*(block for block in own if block in fitting), *alone, *fitting]), None)
    for block in (*own, *others):
        if block.others and block != kept:
            _refuse_other_address(block, lines, path, names, address)
    rest = _without(lines, (block for block in own if block != kept), migration_id)
    if kept is None:
        return _joined([*_new_block(migration_id, names, address, _line_end(lines[0]) if lines else b"\n"), *rest])
    first, *inside, last = lines[kept.begin : kept.end + 1]
    if kept not in fitting:
        inside = [_entry(names, address) + _comment(inside) + _line_end(first)]
    block_lines = [_marked(first, _BEGIN, migration_id), *inside, _marked(last, _END, migration_id)]
    hidden = any(_hides(line, names, address) for line in rest[: kept.begin] if line is not None)
    top, place = (block_lines, []) if hidden else ([], block_lines)
    return _joined([*top, *rest[: kept.begin], *place, *rest[kept.end + 1 :]])


def without_block(content: bytes, path: str, migration_id: str) -> bytes:
    """The file without any block of this migration, or without its name where a block is shared.

    :raises InvalidInput: a block is damaged, or holds lines of somebody else.
    """
    lines = _LINE.findall(content)
    return _joined(_without(lines, _find(lines, path, migration_id), migration_id))


def sharers(content: bytes, path: str, migration_id: str) -> tuple[str, ...]:
    """The other migrations that share a block of this one.

    :raises InvalidInput: a block is damaged, or holds lines of somebody else.
    """
    blocks = _find(_LINE.findall(content), path, migration_id)
    return tuple(dict.fromkeys(owner for block in blocks for owner in block.others))


@dataclass(frozen=True)
class _Block:
    """The places of two markers, and the migrations that they name beside the one that asks."""

    begin: int
    end: int
    others: tuple[str, ...]

    def entry(self, lines: Sequence[bytes]) -> bytes:
        """The line in between without a comment, or nothing."""
        return b" ".join(b"".join(lines[self.begin + 1 : self.end]).partition(b"#")[0].split())


def _find(lines: Sequence[bytes], path: str, migration_id: str) -> list[_Block]:
    """The blocks of this migration; blanks around their markers and any line ends do not matter."""
    places = [
        (place, word)
        for place, line in enumerate(lines)
        for word in (_BEGIN, _END)
        if is_marked(_mark(line, word), migration_id)
    ]
    if [word for _place, word in places] != [_BEGIN, _END] * (len(places) // 2):
        raise _damaged(path, lines, [place for place, _word in places], "do not enclose one block")
    blocks = []
    for (begin, _begin), (end, _end) in zip(places[::2], places[1::2]):
        named = owners(_mark(lines[begin], _BEGIN))
        if named != owners(_mark(lines[end], _END)):
            raise _damaged(path, lines, [begin, end], "name different migrations")
        inside = range(begin + 1, end)
        if len([place for place in inside if lines[place].strip()]) > 1:
            raise _damaged(path, lines, [begin, *inside, end], "enclose lines that this migration did not write")
        blocks.append(_Block(begin, end, other_owners(_mark(lines[begin], _BEGIN), migration_id)))
    return blocks


def _blocks_of_others(lines: Sequence[bytes], migration_id: str) -> Iterator[_Block]:
    """The blocks of other migrations; what is damaged of them is their own affair."""
    for place, line in enumerate(lines):
        named = owners(_mark(line, _BEGIN))
        for end in (place + 1, place + 2) if named and migration_id not in named else ():
            if end < len(lines) and owners(_mark(lines[end], _END)) == named:
                yield _Block(place, end, named)
                break


def _refuse_other_address(block: _Block, lines: Sequence[bytes], path: str, names: Sequence[str], address: str) -> None:
    if _hides(block.entry(lines), names, address):
        known, *theirs = block.entry(lines).decode("utf-8", "replace").split()
        same = [name for name in names if name.lower() in map(str.lower, theirs)]
        migrations = " and ".join(block.others)
        raise InvalidInput(
            f"{path} gives {same[0]} the address {known} for the migration {migrations} (line {block.begin + 2}), but the "
            f"registry is reached at {address}. The file was not changed.",
            advice=f"Run cleanup for the migration {migrations} if it has ended.",
        )


def _without(lines: Sequence[bytes], blocks: Iterable[_Block], migration_id: str) -> list[bytes | None]:
    """The lines after this migration has left its blocks: what it shares stays for the others, a line that goes is None."""
    after: list[bytes | None] = list(lines)
    for block in blocks:
        if not block.others:
            after[block.begin : block.end + 1] = [None] * (block.end + 1 - block.begin)
            continue
        for place, word in ((block.begin, _BEGIN), (block.end, _END)):
            text = _mark(lines[place], word)
            after[place] = lines[place].replace(text.encode(), without_marker(text, migration_id).encode())
    return after


def _marked(line: bytes, word: str, migration_id: str) -> bytes:
    """A marker that names this migration too; what surrounds it stays."""
    text = _mark(line, word)
    return line.replace(text.encode(), with_marker(text, migration_id).encode())


def _joined(lines: Iterable[bytes | None]) -> bytes:
    return b"".join(line for line in lines if line is not None)


def _mark(line: bytes, word: str) -> str:
    """The text of a marker; empty when the line is none."""
    text = line.strip().decode("utf-8", "replace")
    return text if text.startswith(word + PREFIX) else ""


def _new_block(migration_id: str, names: Sequence[str], address: str, end: bytes) -> list[bytes]:
    begin, finish = (f"{word}{marker(migration_id)}".encode() for word in (_BEGIN, _END))
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
