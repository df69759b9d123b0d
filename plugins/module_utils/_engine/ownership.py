# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marker by which a migration finds again what it has made or shares.

``managed by cloud_registry.migration: <id>[ until <UTC time>][; <id>[ until <UTC time>]]...``, anywhere in a text. Each id
is an owner; markers of versions in which migrations could not share have one.
"""

from __future__ import annotations

import re

PREFIX = "managed by cloud_registry.migration: "
# An id may hold a dot, but not end with one: that is the end of a sentence.
_ID = r"[^\s;,()]*[^\s;,().]"
_LEASE = r"(?: until \d{4}-\d\d-\d\dT[\d:.]+Z)?"
# What may follow the first owner: nothing, a blank, or the end of a clause or sentence. A further owner ends its clause:
# "; credential ctr1" is text of an endpoint.
_END = r"(?=[\s;,)]|\.(?:\s|$)|$)"
_END_OF_CLAUSE = r"(?=[ \t]*(?:[\r\n;,)]|\.(?:\s|$)|$))"
_OWNER = rf"{_ID}{_LEASE}"
_MARKER = re.compile(rf"{re.escape(PREFIX)}(?P<owners>{_OWNER}{_END}(?:; {_OWNER}{_END_OF_CLAUSE})*)")
_ANY_ID = re.compile(_ID)
# Stands for a marker that is taken out, until what joined it to the text around it is taken out too.
_GONE = "\0"
_AROUND_GONE = re.compile(rf"\s*\({_GONE}\)|^{_GONE}[\s,;.]*|[\s,;]*{_GONE}")


def marker(migration_id: str) -> str:
    """The text that the description of everything made by this migration carries."""
    return PREFIX + migration_id


def is_usable_id(migration_id: str) -> bool:
    """Whether an id can be recognised in a text: one word without ``; , ( )``, not ending in a dot."""
    return bool(_ANY_ID.fullmatch(migration_id))


def owners(text: str | None) -> tuple[str, ...]:
    """The ids of all migrations whose marker a text carries, in their order."""
    entries = [one for found in _MARKER.finditer(text or "") for one in _entries(found)]
    return tuple(dict.fromkeys(map(_id_of, entries)))


def other_owners(text: str | None, migration_id: str) -> tuple[str, ...]:
    """The ids of the other migrations whose marker a text carries."""
    return tuple(one for one in owners(text) if one != migration_id)


def is_marked(text: str | None, migration_id: str) -> bool:
    """Whether a text carries the marker of exactly this migration (not of ``<id>-2`` or ``<id>.2``)."""
    return migration_id in owners(text)


def with_marker(text: str | None, migration_id: str) -> str:
    """The text with this migration as an owner: the marker alone when there is no other text."""
    if not text:
        return marker(migration_id)
    if is_marked(text, migration_id):
        return text
    found = list(_MARKER.finditer(text))
    if found:
        return f"{text[: found[-1].end()]}; {migration_id}{text[found[-1].end() :]}"
    return f"{text} ({marker(migration_id)})"


def without_marker(text: str, migration_id: str) -> str:
    """The text without this migration as an owner; a marker that names no other goes, whatever else it says stays."""

    def kept(found: re.Match[str]) -> str:
        others = [one for one in _entries(found) if _id_of(one) != migration_id]
        return PREFIX + "; ".join(others) if others else _GONE

    return _AROUND_GONE.sub("", _MARKER.sub(kept, text)) if is_marked(text, migration_id) else text


def _entries(found: re.Match[str]) -> list[str]:
    return found["owners"].split("; ")


def _id_of(entry: str) -> str:
    return entry.partition(" until ")[0]
