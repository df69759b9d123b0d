# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file with the records of a migration for dnsmasq. It holds nothing else, and its first line says whose it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .._engine.ownership import PREFIX, other_owners
from .._errors import InvalidInput


def record_file(migration_id: str, names: Sequence[str], address: str) -> bytes:
    """The content of the file: each name and no other gets the address (``host-record``)."""
    records = "".join(f"host-record={name},{address}\n" for name in names)
    return f"{marker(migration_id)}\n{records}".encode()


def is_of_migration(content: bytes, migration_id: str) -> bool:
    """Whether this migration wrote a file with this content."""
    first, *_rest = content.splitlines() or [b""]
    return first.strip() == marker(migration_id).encode()


def refuse_other_address(content: bytes, path: str, migration_id: str, names: Sequence[str], address: str) -> None:
    """Refuse names that the file of another migration gives another address: dnsmasq would answer with both.

    :raises InvalidInput: with the migration that must be cleaned up.
    """
    first, *records = content.decode("utf-8", "replace").splitlines() or [""]
    others = other_owners(first if first.startswith(f"# {PREFIX}") else "", migration_id)
    for record in records if others else ():
        name, _comma, known = record.partition("host-record=")[2].partition(",")
        if name in names and known.strip() != address:
            raise InvalidInput(
                f"{path} gives {name} the address {known.strip()} for the migration {' and '.join(others)}, but the registry is "
                f"reached at {address}.",
                advice=f"Run cleanup for the migration {' and '.join(others)} if it has ended.",
            )


def marker(migration_id: str) -> str:
    """The first line of the file."""
    return f"# {PREFIX}{migration_id}"
