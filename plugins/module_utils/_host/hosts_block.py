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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .._engine.ownership import PREFIX, is_marked, marker, other_owners, owners, with_marker, without_marker
from .._errors import InvalidInput

_BEGIN, _END = "# BEGIN ", "# END "


def with_block(content: bytes, path: str, migration_id: str, names: Sequence[str], address: str) -> bytes:
    """The file in which the names have the address by the one block of this migration.

    A new block stands at the top, because the first line that has a name wins. Its line ends are those of the file.

    :param path: of the file, for messages.
    :raises InvalidInput: the block that is there is damaged, or holds lines of somebody else, or another migration gives a
        name another address.
    """
    lines = content.splitlines(keepends=True)
    entry = f"{address} {' '.join(names)}".encode()
    found = _find(lines, path, migration_id)
    if found is not None and found.others:
        if found.entry(lines) == entry:
            return content
        lines = _left(lines, found, migration_id)
        found = None
    blocks = list(_blocks_of_others(lines, migration_id))
    for block in blocks:
        _refuse_other_address(block, lines, path, names, address)
    if found is not None:
        end = _line_end(lines[found.begin])
        return b"".join([*lines[: found.begin + 1], entry + end, *lines[found.end :]])
    for block in blocks:
        if block.entry(lines) == entry:
            return b"".join(_marked(lines, block, lambda text: with_marker(text, migration_id)))
    end = _line_end(lines[0]) if lines else b"\n"
    marks = [f"{word}{marker(migration_id)}".encode() for word in (_BEGIN, _END)]
    return b"".join([*(line + end for line in (marks[0], entry, marks[1])), *lines])


def without_block(content: bytes, path: str, migration_id: str) -> bytes:
    """The file without the block of this migration, or without its name where the block is shared.

    :raises InvalidInput: the block is damaged, or holds lines of somebody else.
    """
    lines = content.splitlines(keepends=True)
    found = _find(lines, path, migration_id)
    return content if found is None else b"".join(_left(lines, found, migration_id))


def sharers(content: bytes, path: str, migration_id: str) -> tuple[str, ...]:
    """The other migrations that share the block of this one.

    :raises InvalidInput: the block is damaged, or holds lines of somebody else.
    """
    found = _find(content.splitlines(keepends=True), path, migration_id)
    return () if found is None else found.others


@dataclass(frozen=True)
class _Block:
    """The places of two markers, and the migrations that they name beside the one that asks."""

    begin: int
    end: int
    others: tuple[str, ...]

    def entry(self, lines: Sequence[bytes]) -> bytes:
        """The line in between, or nothing."""
        return b"".join(lines[self.begin + 1 : self.end]).strip()


def _find(lines: Sequence[bytes], path: str, migration_id: str) -> _Block | None:
    """The block of this migration; blanks around the markers and any line ends do not matter."""
    begins, ends = (
        [place for place, line in enumerate(lines) if is_marked(_mark(line, word), migration_id)]
        for word in (_BEGIN, _END)
    )
    if not begins and not ends:
        return None
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise _damaged(path, lines, sorted([*begins, *ends]), "do not enclose one block")
    named = [owners(_mark(lines[place], word)) for place, word in ((begins[0], _BEGIN), (ends[0], _END))]
    if named[0] != named[1]:
        raise _damaged(path, lines, [begins[0], ends[0]], "name different migrations")
    inside = range(begins[0] + 1, ends[0])
    if len([place for place in inside if lines[place].strip()]) > 1:
        raise _damaged(path, lines, [begins[0], *inside, ends[0]], "enclose lines that this migration did not write")
    return _Block(begins[0], ends[0], other_owners(_mark(lines[begins[0]], _BEGIN), migration_id))


def _blocks_of_others(lines: Sequence[bytes], migration_id: str) -> Iterator[_Block]:
    """The blocks of other migrations; what is damaged of them is their own affair."""
    for place, line in enumerate(lines):
        named = owners(_mark(line, _BEGIN))
        for end in (place + 1, place + 2) if named and migration_id not in named else ():
            if end < len(lines) and owners(_mark(lines[end], _END)) == named:
                yield _Block(place, end, named)
                break


def _refuse_other_address(block: _Block, lines: Sequence[bytes], path: str, names: Sequence[str], address: str) -> None:
    known, *theirs = block.entry(lines).decode("utf-8", "replace").split() or [""]
    same = [name for name in names if name in theirs]
    if same and known != address:
        migrations = " and ".join(block.others)
        raise InvalidInput(
            f"{path} gives {same[0]} the address {known} for the migration {migrations} (line {block.begin + 2}), but the "
            f"registry is reached at {address}. The file was not changed.",
            advice=f"Run cleanup for the migration {migrations} if it has ended.",
        )


def _left(lines: Sequence[bytes], block: _Block, migration_id: str) -> list[bytes]:
    """The lines after this migration has left its block."""
    if block.others:
        return _marked(lines, block, lambda text: without_marker(text, migration_id))
    return [*lines[: block.begin], *lines[block.end + 1 :]]


def _marked(lines: Sequence[bytes], block: _Block, change: Callable[[str], str]) -> list[bytes]:
    """The lines with changed markers, whose surroundings stay."""
    after = list(lines)
    for place, word in ((block.begin, _BEGIN), (block.end, _END)):
        text = _mark(lines[place], word)
        after[place] = lines[place].replace(text.encode(), change(text).encode())
    return after


def _mark(line: bytes, word: str) -> str:
    """The text of a marker; empty when the line is none."""
    text = line.strip().decode("utf-8", "replace")
    return text if text.startswith(word + PREFIX) else ""


def _damaged(path: str, lines: Sequence[bytes], places: Sequence[int], what: str) -> InvalidInput:
    shown = "; ".join(f"line {place + 1}: {lines[place].decode('utf-8', 'replace').strip()!r}" for place in places)
    return InvalidInput(
        f"The markers of this migration in {path} {what} ({shown}). The file was not changed.",
        advice="Correct these lines: either none of them stays, or one BEGIN and one END with a single line in between.",
    )


def _line_end(line: bytes) -> bytes:
    return b"\r\n" if line.endswith(b"\r\n") else b"\n"
