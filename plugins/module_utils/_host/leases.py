# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The leases of migrations on one host: a file for each in the state directory, whatever methods gave the names.

Not in what the methods write: a change of a Compose override would recreate containers, one of the records of dnsmasq would
restart it, and each change of a hosts file keeps a copy of it.
"""

from __future__ import annotations

import os
from typing import Any

from .._engine.history import CREATE, DELETE, RENEW
from .._engine.lease import Lease, is_over
from .._engine.ownership import end_of, marker
from .files import Files

LEASE = "lease"
ENDING = "-lease"
# What a migration notes beside its lease about records that it made elsewhere.
NOTE_ENDINGS = ("-vpc-dns", "-dns-update")


def lease_after(content: bytes | None, migration_id: str, lease: Lease) -> bytes | None:
    """The content that the file must have; ``None``: there must be none, because the lease has no end."""
    end = lease.end_after(end_of(_text(content), migration_id))
    return f"{marker(migration_id, end)}\n".encode() if end else None


def verb(before: bytes | None, after: bytes | None) -> str:
    """What a change of the file is called."""
    if before is None:
        return CREATE
    return DELETE if after is None else RENEW


def is_needed(files: Files, path: str) -> bool:
    """Whether a note beside the lease says that the migration still has a record elsewhere."""
    return any(files.read(path.removesuffix(ENDING) + one) for one in NOTE_ENDINGS)


def leases(files: Files, directory: str, now: float) -> list[dict[str, Any]]:
    """The leases on this host: ``migration_id``, ``end`` and ``expired`` of each, in the order of the ids.

    :param now: seconds since 1970.
    """
    found = []
    for name in sorted(one for one in files.names_in(directory) if one.endswith(ENDING)):
        migration_id = name.removesuffix(ENDING)
        end = end_of(_text(files.read(os.path.join(directory, name))), migration_id)
        if end:
            found.append({"migration_id": migration_id, "end": end, "expired": is_over(end, now)})
    return found


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace")
