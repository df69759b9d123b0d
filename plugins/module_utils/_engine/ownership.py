# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marker by which a migration finds again what it has made or shares.

``managed by cloud_registry.migration: <id>[ until <UTC time>][; <id>[ until <UTC time>]]...``, anywhere in a text. Each id
is an owner, whose lease has an end of its own, or none; markers of versions in which migrations could not share have one.
"""

from __future__ import annotations

import re

from .lease import is_over

PREFIX = "managed by cloud_registry.migration: "
# An id may hold a dot, but not end with one: that is the end of a sentence.
_ID = r"[^\s;,()]*[^\s;,().]"
_UNTIL = " until "
_LEASE = rf"(?:{_UNTIL}\d{{4}}-\d\d-\d\dT[\d:.]+Z)?"
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


def marker(migration_id: str, end: str = "") -> str:
    """The text that the description of everything made by this migration carries.

    :param end: of the lease; empty: none.
    """
    return PREFIX + _entry(migration_id, end)


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


def end_of(text: str | None, migration_id: str) -> str:
    """The end of the lease of one owner, the last of several; empty where it has none or is no owner."""
    found = _ends(text).get(migration_id, [])
    return max(found) if all(found) and found else ""


def expired_owners(text: str | None, now: float) -> tuple[str, ...]:
    """The owners whose lease is over.

    :param now: seconds since 1970.
    """
    return tuple(one for one in owners(text) if is_over(end_of(text, one), now))


def with_marker(text: str | None, migration_id: str, end: str | None = None) -> str:
    """The text with this migration as an owner: the marker alone when there is no other text.

    :param end: of its lease; empty: none; ``None``: whatever the text says.
    """
    if not text:
        return marker(migration_id, end or "")
    if is_marked(text, migration_id):
        return text if end is None else _with_ends(text, {migration_id: end})
    found = list(_MARKER.finditer(text))
    if found:
        return f"{text[: found[-1].end()]}; {_entry(migration_id, end or '')}{text[found[-1].end() :]}"
    return f"{text} ({marker(migration_id, end or '')})"


def without_marker(text: str, *migration_ids: str) -> str:
    """The text without these migrations as owners; a marker that names no other goes, whatever else it says stays."""

    def kept(found: re.Match[str]) -> str:
        others = [one for one in _entries(found) if _id_of(one) not in migration_ids]
        return PREFIX + "; ".join(others) if others else _GONE

    marked = any(is_marked(text, one) for one in migration_ids)
    return _AROUND_GONE.sub("", _MARKER.sub(kept, text)) if marked else text


def without_ends(text: str | None) -> str:
    """The text with all its owners, but without the ends of their leases: two such texts say the same at any time."""
    return _with_ends(text or "", dict.fromkeys(owners(text), ""))


def _with_ends(text: str, ends: dict[str, str]) -> str:
    def changed(found: re.Match[str]) -> str:
        entries = [_entry(_id_of(one), ends[_id_of(one)]) if _id_of(one) in ends else one for one in _entries(found)]
        return PREFIX + "; ".join(entries)

    return _MARKER.sub(changed, text)


def _ends(text: str | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in (entry for place in _MARKER.finditer(text or "") for entry in _entries(place)):
        found.setdefault(_id_of(one), []).append(one.partition(_UNTIL)[2])
    return found


def _entry(migration_id: str, end: str) -> str:
    return f"{migration_id}{_UNTIL}{end}" if end else migration_id


def _entries(found: re.Match[str]) -> list[str]:
    return found["owners"].split("; ")


def _id_of(entry: str) -> str:
    return entry.partition(_UNTIL)[0]
