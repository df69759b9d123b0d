# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a TCR registry holds, as its API lists it: repositories and images."""

from __future__ import annotations

from .._engine.fields import State
from .._errors import NotFound
from .api.client import TcrClient
from .instances import require_running


def repositories(client: TcrClient, registry_id: str, namespace: str | None) -> list[State]:
    """The repositories of a registry or of one namespace, by name; none if the namespace does not exist.

    :raises NotFound: the account has no such registry.
    :raises Conflict: the registry is not Running.
    """
    require_running(client, registry_id)
    if namespace is not None and all(one.get("Name") != namespace for one in client.namespaces(registry_id)):
        return []
    found = [
        {
            "name": one.get("Name"),
            "namespace": one.get("Namespace"),
            "repository": str(one.get("Name")).partition("/")[2],
            "public": bool(one.get("Public")),
            "description": one.get("Description") or "",
            "brief_description": one.get("BriefDescription") or "",
            "created_at": one.get("CreationTime"),
            "updated_at": one.get("UpdateTime"),
        }
        for one in client.repositories(registry_id, namespace)
    ]
    return sorted(found, key=lambda one: str(one["name"]))


def images(client: TcrClient, registry_id: str, namespace: str, repository: str) -> list[State]:
    """The tags of a repository (its name without the namespace) with their digests, by tag.

    :raises NotFound: the account has no such registry, or the registry no such repository.
    :raises Conflict: the registry is not Running.
    """
    require_running(client, registry_id)
    try:
        listed = client.images(registry_id, namespace, repository)
    except NotFound as error:
        raise NotFound(
            f"The registry {registry_id} has no repository {repository!r} in a namespace {namespace!r}.",
            advice="Check both; tcr_repository_info lists what there is.",
            code=error.code,
            request_id=error.request_id,
        ) from None
    found = [
        {
            "tag": one.get("ImageVersion"),
            "digest": one.get("Digest"),
            "size": one.get("Size"),
            "kind": one.get("Kind"),
            "updated_at": one.get("UpdateTime"),
        }
        for one in listed
    ]
    return sorted(found, key=lambda one: str(one["tag"]))
