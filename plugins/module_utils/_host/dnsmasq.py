# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file with the records of a migration for dnsmasq. It holds nothing else, and its first line says whose it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def record_file(migration_id: str, names: Sequence[str], address: str) -> bytes:
    """The content of the file: each name and no other gets the address (``host-record``)."""
    records = "".join(f"host-record={name},{address}\n" for name in names)
    return f"{marker(migration_id)}\n{records}".encode()


def is_of_migration(content: bytes, migration_id: str) -> bool:
    """Whether this migration wrote a file with this content."""
    first, *_rest = content.splitlines() or [b""]
    return first.strip() == marker(migration_id).encode()


def marker(migration_id: str) -> str:
    """The first line of the file."""
    return f"# managed by cloud_registry.migration: {migration_id}"
