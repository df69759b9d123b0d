# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries made, changed and deleted. A registry made here has no data plane, only the API."""

from __future__ import annotations

import secrets
from typing import Any

from tests.sandbox.tcr.actions.instances import name_problem
from tests.sandbox.tcr.dispatch import Call, action
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.state import Registry

_EDITIONS = ("basic", "standard", "premium")
_ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 8
_MOST_TAGS = 10
_PREPAID = 1
_NAME_ERRORS = {
    1: ("InvalidParameter.ErrorNameIllegal", "is not legal"),
    2: ("InvalidParameter.ErrorNameReserved", "is reserved"),
    3: ("InvalidParameter.ErrorNameExists", "exists already"),
}


@action()
def create_instance(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateInstance: asynchronous; the name is unique among all customers."""
    problem = name_problem(call, call["RegistryName"])
    if problem:
        code, reason = _NAME_ERRORS[problem]
        raise ApiError(code, f"The registry name {call['RegistryName']} {reason}.", "实例名称不可用。")
    edition = _edition(call["RegistryType"])
    tags = call.get("TagSpecification", {"Tags": []})["Tags"]
    if len(tags) > _MOST_TAGS:
        raise ApiError(
            "InvalidParameter.ErrorTagOverLimit", f"At most {_MOST_TAGS} tags are allowed.", "标签超过限制。"
        )
    prepaid = call.get("RegistryChargePrepaid")
    if call.get("RegistryChargeType", 0) == _PREPAID and prepaid is None:
        raise ApiError("InvalidParameter", "`RegistryChargePrepaid` is needed for a prepaid registry.")
    here = [item for item in call.state.known_registries(call.now, call.settings) if item.region == call.region]
    if len(here) >= call.settings.instance_quota:
        message = f"At most {call.settings.instance_quota} registries are allowed in {call.region}."
        raise ApiError("OperationDenied.QuotaOverLimit", message, "实例数量超过配额。")
    registry = Registry(
        "tcr-" + "".join(secrets.choice(_ID_ALPHABET) for _position in range(_ID_LENGTH)),
        call["RegistryName"],
        call.region,
        call.now,
        edition,
        tags=tags,
        deletion_protection=call.get("DeletionProtection", False),
        versioning=call.get("EnableCosVersioning", edition == "premium"),
        multiple_zones=call.get("EnableCosMAZ", False),
        charge_type=call.get("RegistryChargeType", 0),
        renewal=(prepaid or {"RenewFlag": 0})["RenewFlag"],
        asked_at=call.now,
    )
    call.state.registries[registry.id] = registry
    return {"RegistryId": registry.id}


@action()
def modify_instance(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifyInstance: a larger edition, which takes time, or the protection, which is immediate."""
    registry = call.registry(running=True)
    edition = _edition(call.get("RegistryType", registry.type))
    protection = call.get("DeletionProtection")
    if _EDITIONS.index(edition) < _EDITIONS.index(registry.type):
        message = f"The edition {registry.type} cannot be changed to {edition}."
        raise ApiError("OperationDenied", message, "不支持降配。")
    if "RegistryType" in call.parameters and protection is not None:
        if call.settings.combined_instance_change == "refuse":
            message = "`RegistryType` and `DeletionProtection` cannot be changed in one call."
            raise ApiError("InvalidParameter", message, "不支持同时修改实例规格与删除保护。")
        if call.settings.combined_instance_change == "type_only":
            protection = None
    if edition != registry.type:
        registry.former_type, registry.upgraded_at = registry.type, call.now
        registry.type = edition
    registry.deletion_protection = registry.deletion_protection if protection is None else protection
    registry.versioning = call.get("EnableCosVersioning", registry.versioning)
    return {}


@action()
def delete_instance(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteInstance: refused while it is protected, or has namespaces."""
    registry = call.registry()
    if registry.removed_at is not None and call.settings.instance_removal_result == "gone":
        raise ApiError("InternalError.ErrorConflict", f"The registry {registry.id} is being deleted.", "实例正在删除。")
    if registry.deletion_protection:
        message = f"The registry {registry.id} is protected against deletion."
        raise ApiError("OperationDenied", message, "实例已开启删除保护。")
    if registry.namespaces and call.settings.instance_with_namespaces == "refuse":
        message = f"The registry {registry.id} has namespaces; delete them first."
        raise ApiError("OperationDenied", message, "实例存在命名空间，无法删除。")
    if call.get("DryRun", False):
        if call.settings.dry_run_answer == "dry_run_operation":
            raise ApiError("DryRunOperation", "The request would have succeeded.", "DryRun 操作成功。")
        return {}
    registry.removed_at = call.now
    return {}


def _edition(name: str) -> str:
    if name not in _EDITIONS:
        message = f"The value of parameter `RegistryType` must be basic, standard or premium, not `{name}`."
        raise ApiError("InvalidParameter", message, "参数 `RegistryType` 不合法。")
    return name
