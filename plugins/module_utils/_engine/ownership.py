# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marker by which a migration finds again what it has made."""

from __future__ import annotations

import re

PREFIX = "managed by cloud_registry.migration: "
# What may follow the id: nothing, a blank, or the end of a clause or sentence. An id may itself hold a dot.
_END = r"(?=[\s;,)]|\.(?:\s|$)|$)"


def marker(migration_id: str) -> str:
    """The text that the description of everything made by this migration carries."""
    return PREFIX + migration_id


def with_marker(description: str | None, migration_id: str) -> str:
    """The description with the marker in it: the marker alone when there is no other text."""
    text = marker(migration_id)
    if not description:
        return text
    return description if is_marked(description, migration_id) else f"{description} ({text})"


def is_marked(description: str | None, migration_id: str) -> bool:
    """Whether the description carries the marker of exactly this migration (not of ``<id>-2`` or ``<id>.2``)."""
    return bool(re.search(re.escape(marker(migration_id)) + _END, description or ""))
