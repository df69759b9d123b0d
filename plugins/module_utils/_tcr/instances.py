# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCR registries ("instances"): how they are looked up, and the check that one can be used."""

from __future__ import annotations

from typing import Any

from .._engine.fields import State
from .._errors import Conflict, MigrationError, NotFound
from .api.client import TcrClient

DOMAIN = ".tencentcloudcr.com"
_PRIVATE_SUFFIX = "-vpc"
_DEPLOYING = ("Pending", "Deploying")
_ARREARS = "Isolate"


def find_registries(
    client: TcrClient, registry_id: str | None = None, name: str | None = None, domain: str | None = None
) -> list[State]:
    """The registries with this id, name or domain (one of them given), or all of the region.

    Without a region in the client, all regions are searched.

    :raises NotFound: id, name or domain is given, and there is no such registry.
    """
    if domain:
        name = registry_name_of(domain)
    found = [
        to_result(one)
        for one in client.instances([registry_id] if registry_id else None, name)
        if registry_id in (None, one.get("RegistryId"))
    ]
    if found or not (registry_id or name):
        return found
    raise _not_found(client, registry_id, name, repr(domain or name or registry_id))


def require_running(client: TcrClient, registry_id: str) -> State:
    """The registry, if it is there and Running: everything else about a registry needs that.

    One that was handed over to the client as Running is not looked up again.

    :raises NotFound: the account has no such registry in this region; names the region where it is, if there is one.
    :raises Conflict: it is in another status.
    """
    known = client.known_registry(registry_id)
    if known is not None:
        return known
    return check_running(client, find_registries(client, registry_id)[0])


def check_running(client: TcrClient, registry: State) -> State:
    """The registry, if it is Running.

    :raises Conflict: it is in another status.
    """
    registry_id, status = str(registry["registry_id"]), registry["status"]
    if status != "Running":
        found = status_with_reason(client, registry_id, str(status or "in no known status"))
        advice = "See the Tencent Cloud console for more."
        if status in _DEPLOYING:
            advice = "It is still being created: run again when it is Running."
        elif status == _ARREARS:
            advice = "It is isolated because of unpaid bills: pay them first."
        raise Conflict(f"The registry {registry_id} is {found}, but it must be Running.", advice)
    return registry


def status_with_reason(client: TcrClient, registry_id: str, status: str) -> str:
    """A bad status with the reason that the API gives for it, if it gives one."""
    try:
        reasons = client.instance_reasons(registry_id)
    except MigrationError:
        reasons = []
    return f"{status} ({'; '.join(reasons)})" if reasons else status


def registry_name_of(domain: str) -> str:
    """The name of the registry with this domain: ``demo`` for ``demo.tencentcloudcr.com`` or its ``-vpc`` form."""
    host = domain.strip().lower().partition("://")[2] or domain.strip().lower()
    name = host.partition("/")[0].partition(":")[0]
    if name.endswith(DOMAIN):
        name = name[: -len(DOMAIN)]
        return name[: -len(_PRIVATE_SUFFIX)] if name.endswith(_PRIVATE_SUFFIX) else name
    return name.partition(".")[0]


def to_result(instance: dict[str, Any]) -> State:
    """A registry as results show it, from the API's description of it."""
    name = str(instance.get("RegistryName") or "")
    tags = (instance.get("TagSpecification") or {}).get("Tags") or []
    return {
        "registry_id": instance.get("RegistryId"),
        "name": name,
        "status": instance.get("Status"),
        "region": instance.get("RegionName"),
        "type": instance.get("RegistryType"),
        "public_domain": instance.get("PublicDomain"),
        "internal_domain": f"{name}{_PRIVATE_SUFFIX}{DOMAIN}",
        "created_at": instance.get("CreatedAt"),
        "deletion_protection": bool(instance.get("DeletionProtection")),
        "tags": {str(tag.get("Key")): tag.get("Value") for tag in tags},
    }


def _not_found(client: TcrClient, registry_id: str | None, name: str | None, identified: str) -> NotFound:
    if not client.region:
        return NotFound(
            f"No registry {identified} was found in any region of this account.",
            advice="Check its spelling and whose key is used; tcr_instance_info without options lists all registries.",
        )
    try:
        elsewhere = client.instances([registry_id] if registry_id else None, name, all_regions=True)
    except MigrationError:
        elsewhere = []
    for one in elsewhere:
        if registry_id in (None, one.get("RegistryId")):
            region = one.get("RegionName")
            return NotFound(
                f"The registry {identified} is in region {region}, not in {client.region}.",
                advice=f"Set tcr_region to {region}.",
            )
    return NotFound(
        f"No registry {identified} was found in region {client.region}, nor in another region of this account.",
        advice="Check its spelling and whose key is used; tcr_instance_info without options lists all registries.",
    )
