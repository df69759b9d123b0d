# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries and regions."""

from __future__ import annotations

import re
from typing import Any

from tests.sandbox.tcr.clock import china_time
from tests.sandbox.tcr.dispatch import Call, UnknownRegistry, action, matches, portion
from tests.sandbox.tcr.state import REGIONS, Registry

_NAME = re.compile(r"[a-z][a-z0-9-]{1,29}")
_RESERVED = {"tcr", "ccr", "tencent", "admin"}
_TOKEN_HOURS = 87600
_UNDISTURBED = ("Running", "Pending", "Deploying", "Deleting")


@action()
def check_instance_name(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CheckInstanceName: DetailCode 0 free, 1 illegal, 2 reserved, 3 taken."""
    code = name_problem(call, call["RegistryName"])
    return {"IsValidated": code == 0, "DetailCode": code}


@action()
def check_instance(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CheckInstance: finds the region of a registry id, whichever region asks."""
    known = call.state.known_registries(call.now, call.settings)
    region = next((REGIONS[item.region] for item in known if item.id == call["RegistryId"]), 0)
    return {"IsValidated": region != 0, "RegionId": region}


@action()
def describe_regions(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeRegions."""
    regions = [
        {
            "Alias": name.split("-")[1], "RegionId": number, "RegionName": name, "Status": "alluser", "Remark": "",
            "CreatedAt": "0001-01-01T00:00:00Z", "UpdatedAt": "0001-01-01T00:00:00Z", "Id": number,
        }
        for name, number in REGIONS.items()
    ]  # fmt: skip
    return {"TotalCount": len(regions), "Regions": regions}


@action()
def describe_instances(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeInstances: the registries of one region, or of all with AllRegion."""
    wanted, filters, anywhere = call.get("Registryids", []), call.get("Filters", []), call.get("AllRegion", False)
    known = call.state.known_registries(call.now, call.settings)
    visible = [item for item in known if anywhere or item.region == call.region]
    found = [item for item in visible if (not wanted or item.id in wanted) and _passes(call, item, filters)]
    if wanted and not found and call.settings.unknown_registry in ("not_found", "db_error"):
        raise UnknownRegistry(wanted[0])
    return {"TotalCount": len(found), "Registries": [_registry(call, item) for item in portion(call, found)]}


@action()
def describe_instance_status(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeInstanceStatus."""
    known = [item for item in call.state.known_registries(call.now, call.settings) if item.region == call.region]
    return {
        "RegistryStatusSet": [
            {
                "RegistryId": item.id,
                "Status": item.status(call.now, call.settings),
                "Conditions": _conditions(call, item),
            }
            for item in known
            if item.id in call["RegistryIds"]
        ]
    }


def _conditions(call: Call, registry: Registry) -> list[dict[str, str]]:
    """What keeps a registry from being Running, unless it only takes its time."""
    if registry.status(call.now, call.settings) in _UNDISTURBED:
        return []
    return [{"Type": "Storage", "Status": "False", "Reason": "The storage bucket is not available."}]


def name_problem(call: Call, name: str) -> int:
    """What is wrong with the name of a new registry: 0 nothing, 1 illegal, 2 reserved, 3 taken."""
    if not _NAME.fullmatch(name):
        return 1
    if name in _RESERVED:
        return 2
    return 3 if any(item.name == name for item in call.state.known_registries(call.now, call.settings)) else 0


def _passes(call: Call, registry: Registry, filters: list[dict[str, Any]]) -> bool:
    exact = call.settings.registry_name_filter == "exact"
    tags = {f"{tag['Key']}:{tag['Value']}" for tag in registry.tags_shown(call.now, call.settings)}
    named = matches(filters, "RegistryName", lambda value: value == registry.name if exact else value in registry.name)
    return named and matches(filters, "Tags", lambda value: value in tags)


def _registry(call: Call, registry: Registry) -> dict[str, Any]:
    return {
        "RegistryId": registry.id,
        "RegistryName": registry.name,
        "RegistryType": registry.type_shown(call.now, call.settings),
        "Status": registry.status(call.now, call.settings),
        "PublicDomain": registry.public_domain,
        "CreatedAt": china_time(registry.created_at),
        "RegionName": registry.region,
        "RegionId": REGIONS[registry.region],
        "EnableAnonymous": True,
        "TokenValidTime": _TOKEN_HOURS,
        "InternalEndpoint": registry.internal_address,
        "TagSpecification": {"ResourceType": "instance", "Tags": registry.tags_shown(call.now, call.settings)},
        "ExpiredAt": "",
        "PayMod": registry.charge_type,
        "RenewFlag": registry.renewal,
        "DeletionProtection": registry.deletion_protection,
        "AIFeature": None,
        "EnableCosMAZ": registry.multiple_zones,
        "EnableCosVersioning": registry.versioning,
    }
