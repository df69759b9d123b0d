# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the inventory of the source from Harbor, and where its repositories go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from ..._errors import InvalidInput, NotFound
from ..._harbor.api.client import HarborClient
from ..target.names import Targets, plan_targets
from .accessories import Accessory
from .inventory import Inventory, Repository
from .selection import IGNORE, REQUIRE, Selection

_WORKERS = 4
_ACCESSORY_WORKERS = 8
_SHOWN = 20
_PATTERN = "*?[{\\"


def describe_inventory(
    client: HarborClient, selection: Selection, namespace_map: Mapping[str, str] | None, accessories: str = REQUIRE
) -> dict[str, Any]:
    """What the module harbor_inventory_info returns: ``inventory``, and ``targets`` when there is a namespace map."""
    inventory = read_inventory(client, selection, accessories != IGNORE)
    result: dict[str, Any] = {"inventory": inventory.as_result()}
    if namespace_map is not None:
        result["targets"] = targets_of(client, inventory, namespace_map).as_result()
    return result


def read_inventory(client: HarborClient, selection: Selection, accessories: bool = True) -> Inventory:
    """Read what is selected: one listing of projects, then the artifacts of each, several projects at a time.

    Proxy caches are left out unless the selection names them, because they hold what somebody else keeps.

    :param accessories: whether to read what hangs on the images; each accessory takes one more call.
    :raises NotFound: the selection names a project that Harbor does not have, or does not show to this user.
    """
    projects = {project["name"]: project for project in client.projects()}
    unknown = [name for name in selection.projects if name not in projects]
    if unknown:
        known = ", ".join(sorted(projects)[:_SHOWN]) + (" ..." if len(projects) > _SHOWN else "")
        raise NotFound(
            f"Harbor at {client.base_url} has no project {', '.join(map(repr, unknown))}, or this user may not see it; "
            f"it shows: {known or 'none'}.",
            advice="Correct projects, or give the user the right to see them.",
        )
    names = [name for name in sorted(projects) if selection.has_project(name)]
    proxies = [name for name in names if projects[name]["proxy_cache"] and name not in selection.projects]
    wanted = [name for name in names if name not in proxies]
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        read = client.project_artifacts if accessories else partial(client.project_artifacts, accessories=False)
        listings = list(pool.map(read, wanted))
    artifacts = [artifact for listing in listings for artifact in listing]
    artifacts += _unlisted(client, selection, wanted, {artifact["repository"] for artifact in artifacts})
    inventory = Inventory.of(artifacts, selection, client.base_url, accessories)
    inventory.proxies = proxies
    inventory.docker_only = client.system().generation == 1
    _read_accessories(client, inventory)
    inventory.adopt(selection)
    return inventory


def _unlisted(
    client: HarborClient, selection: Selection, projects: Collection[str], listed: Collection[str]
) -> list[dict[str, Any]]:
    """The artifacts of repositories that are named in full and that no listing shows.

    Harbor API 1.x: a repository without any Docker image is in no listing, but its tags can be asked for.
    """
    if client.system().generation != 1:
        return []
    found = []
    for name in selection.repositories:
        project, _slash, rest = name.partition("/")
        if project in projects and rest and name not in listed and not set(name) & set(_PATTERN):
            with suppress(NotFound):
                found += client.artifacts(project, name)
    return found


def _read_accessories(client: HarborClient, inventory: Inventory) -> None:
    """Read the tags of the accessories that listings show, and what hangs on them in turn.

    Harbor API 2.5+: a listing shows accessories without their tags and without their own accessories.
    """
    level = [
        (repository, digest)
        for repository in inventory.planned()
        for digest in dict.fromkeys([*repository.accessories, *sorted(repository.unlisted)])
    ]
    with ThreadPoolExecutor(max_workers=_ACCESSORY_WORKERS) as pool:
        while level:
            found = list(pool.map(lambda place: _artifact(client, place[0].name, place[1]), level))
            level = [
                (repository, accessory.digest)
                for (repository, digest), artifact in zip(level, found)
                for accessory in _take(client, inventory, repository, digest, artifact)
            ]


def _artifact(client: HarborClient, repository: str, digest: str) -> dict[str, Any] | None:
    """The artifact; ``None`` when it was deleted meanwhile."""
    try:
        return client.artifact(repository, digest)
    except NotFound:
        return None


def _take(
    client: HarborClient, inventory: Inventory, repository: Repository, digest: str, artifact: dict[str, Any] | None
) -> list[Accessory]:
    """Add what an artifact says about itself and about what hangs on it; returns what is still to be read."""
    known = repository.accessories.get(digest)
    if artifact is None:
        repository.accessories.pop(digest, None)
        return []
    if known is not None:
        repository.add(
            Accessory(digest, known.subject, known.kind, known.size, tuple(artifact["tags"])), artifact["references"]
        )
    accessories = [
        Accessory(one["digest"], one["subject"], one["kind"], one["size"]) for one in artifact["accessories"]
    ]
    new = [one for one in accessories if one.digest not in repository.accessories]
    if known is not None and new and not client.system().capabilities.has("nested_accessories"):
        for one in new:
            reason = f"this Harbor does not copy what hangs on an accessory, as it does on {digest}"
            inventory.leave_behind(repository.name, one, reason)
        return []
    for one in new:
        repository.add(one)
    return new


def targets_of(client: HarborClient, inventory: Inventory, namespace_map: Mapping[str, str] | None) -> Targets:
    """Where this Harbor can bring the repositories of the inventory.

    :raises InvalidInput: see :func:`plan_targets`.
    """
    replace_count = client.system().capabilities.has("dest_namespace_replace_count")
    return plan_targets([one.name for one in inventory.planned()], namespace_map, replace_count)


def inventory_handed_over(
    told: Mapping[str, Any], client: HarborClient, selection: Selection, accessories: bool = True
) -> Inventory:
    """An inventory that was read before.

    :param told: see :meth:`Inventory.as_result`.
    :param accessories: whether it must hold what hangs on the images.
    :raises InvalidInput: it is none, or one of another Harbor, or of another selection, or without accessories.
    """
    inventory = Inventory.from_result(told)
    wanted = selection.as_result()
    if (inventory.source, inventory.selection) != (client.base_url, wanted):
        raise InvalidInput(
            f"inventory is that of {inventory.source} with the selection {inventory.selection}, but asked for is "
            f"{client.base_url} with {wanted}.",
            advice="Read it with the same projects, repositories and tags, or leave it out: then Harbor is read again.",
        )
    if accessories and not inventory.accessories_read:
        raise InvalidInput(
            "inventory was read with accessories=ignore, but here they are asked for.",
            advice="Give both modules the same value of accessories, or leave inventory out: then Harbor is read again.",
        )
    return inventory
