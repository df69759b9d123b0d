# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the inventory of the source from Harbor, and where its repositories go."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._errors import InvalidInput, NotFound
from .._harbor.api.client import HarborClient
from .inventory import Inventory
from .selection import Selection
from .target_names import Targets, plan_targets

_WORKERS = 4
_SHOWN = 20


def describe_inventory(
    client: HarborClient, selection: Selection, namespace_map: Mapping[str, str] | None
) -> dict[str, Any]:
    """What the module harbor_inventory_info returns: ``inventory``, and ``targets`` when there is a namespace map."""
    inventory = read_inventory(client, selection)
    result: dict[str, Any] = {"inventory": inventory.as_result()}
    if namespace_map is not None:
        result["targets"] = targets_of(client, inventory, namespace_map).as_result()
    return result


def read_inventory(client: HarborClient, selection: Selection) -> Inventory:
    """Read what is selected: one listing of projects, then the artifacts of each, several projects at a time.

    Proxy caches are left out unless the selection names them, because they hold what somebody else keeps.

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
        listings = list(pool.map(client.project_artifacts, wanted))
    inventory = Inventory.of((artifact for listing in listings for artifact in listing), selection, client.base_url)
    inventory.proxies = proxies
    return inventory


def targets_of(client: HarborClient, inventory: Inventory, namespace_map: Mapping[str, str] | None) -> Targets:
    """Where this Harbor can bring the repositories of the inventory.

    :raises InvalidInput: see :func:`plan_targets`.
    """
    replace_count = client.system().capabilities.has("dest_namespace_replace_count")
    return plan_targets([one.name for one in inventory.tagged()], namespace_map, replace_count)


def inventory_handed_over(told: Mapping[str, Any], client: HarborClient, selection: Selection) -> Inventory:
    """An inventory that was read before.

    :param told: see :meth:`Inventory.as_result`.
    :raises InvalidInput: it is none, or one of another Harbor, or of another selection.
    """
    inventory = Inventory.from_result(told)
    wanted = selection.as_result()
    if (inventory.source, inventory.selection) != (client.base_url, wanted):
        raise InvalidInput(
            f"inventory is that of {inventory.source} with the selection {inventory.selection}, but asked for is "
            f"{client.base_url} with {wanted}.",
            advice="Read it with the same projects, repositories and tags, or leave it out: then Harbor is read again.",
        )
    return inventory
