# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Harbor is, which permissions the user has, and whether that is enough for a migration."""

from __future__ import annotations

from typing import Any

from .._errors import Conflict, PermissionDenied
from .api.client import HarborClient


def describe(client: HarborClient, require_admin: bool = False, require_writable: bool = False) -> dict[str, Any]:
    """The facts about a Harbor as plain data, read now; ``detected`` among them can be handed over to other clients.

    :raises PermissionDenied: ``require_admin``, and the user may not manage endpoints and replication.
    :raises Conflict: ``require_writable``, and Harbor is in read-only mode.
    """
    system = client.detect()
    user = dict(system.current_user)
    if require_admin and not user["may_replicate"]:
        raise PermissionDenied(
            f"User {user['name']!r} of Harbor at {client.base_url} has no permission to manage registry endpoints and replication.",
            advice="Use a system administrator as harbor_username, or, from Harbor 2.2 on, a robot account of the system "
            "with the rights for registry, replication-policy and replication.",
        )
    if require_writable and system.read_only:
        raise Conflict(
            f"Harbor at {client.base_url} is in read-only mode and refuses every change.",
            advice="Switch that off under Administration, Configuration, System Settings; or wait until the garbage "
            "collection or backup that set it has ended.",
        )
    return {
        "version": list(system.version) if system.version else None,
        "version_text": system.version_text,
        "proven_version": list(system.capabilities.version),
        "generation": system.generation,
        "read_only": system.read_only,
        "auth_mode": system.auth_mode,
        "external_url": system.external_url,
        "with_chartmuseum": system.with_chartmuseum,
        "user": user,
        "health": client.health(),
        "capabilities": system.capabilities.as_dict(),
        "detected": client.detected(),
    }
