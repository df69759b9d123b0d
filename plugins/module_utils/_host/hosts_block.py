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

from collections.abc import Sequence

from .._errors import InvalidInput

_MARKER = "# {} managed by cloud_registry.migration: {}"


def with_block(content: bytes, path: str, migration_id: str, names: Sequence[str], address: str) -> bytes:
    """The file in which the names have the address by the one block of this migration.

    A new block stands at the top, because the first line that has a name wins. Its line ends are those of the file.

    :param path: of the file, for messages.
    :raises InvalidInput: the block that is there is damaged, or holds lines of somebody else.
    """
    lines = content.splitlines(keepends=True)
    found = _find(lines, path, migration_id)
    entry = f"{address} {' '.join(names)}".encode()
    if found is None:
        end = _line_end(lines[0]) if lines else b"\n"
        marks = [_MARKER.format(word, migration_id).encode() for word in ("BEGIN", "END")]
        return b"".join(line + end for line in (marks[0], entry, marks[1])) + content
    begin, finish = found
    return b"".join([*lines[: begin + 1], entry + _line_end(lines[begin]), *lines[finish:]])


def without_block(content: bytes, path: str, migration_id: str) -> bytes:
    """The file without the block of this migration.

    :raises InvalidInput: as for :func:`with_block`.
    """
    lines = content.splitlines(keepends=True)
    found = _find(lines, path, migration_id)
    return content if found is None else b"".join([*lines[: found[0]], *lines[found[1] + 1 :]])


def _find(lines: Sequence[bytes], path: str, migration_id: str) -> tuple[int, int] | None:
    """The places of the two markers; blanks around them and any line ends do not matter."""
    begins, ends = (
        [place for place, line in enumerate(lines) if line.strip() == _MARKER.format(word, migration_id).encode()]
        for word in ("BEGIN", "END")
    )
    if not begins and not ends:
        return None
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise _damaged(path, lines, sorted([*begins, *ends]), "do not enclose one block")
    inside = range(begins[0] + 1, ends[0])
    if len([place for place in inside if lines[place].strip()]) > 1:
        raise _damaged(path, lines, [begins[0], *inside, ends[0]], "enclose lines that this migration did not write")
    return begins[0], ends[0]


def _damaged(path: str, lines: Sequence[bytes], places: Sequence[int], what: str) -> InvalidInput:
    shown = "; ".join(f"line {place + 1}: {lines[place].decode('utf-8', 'replace').strip()!r}" for place in places)
    return InvalidInput(
        f"The markers of this migration in {path} {what} ({shown}). The file was not changed.",
        advice="Correct these lines: either none of them stays, or one BEGIN and one END with a single line in between.",
    )


def _line_end(line: bytes) -> bytes:
    return b"\r\n" if line.endswith(b"\r\n") else b"\n"
