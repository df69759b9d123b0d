# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public whitelist: positions in a security group, not objects with ids.

Duplicates are accepted silently, positions move up after each removal, all entries share one version, and while the
public endpoint is not Opened the list cannot be read or written.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from tests.sandbox.tcr.dispatch import Call, action
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.state import Registry, SecurityPolicy, Whitelist


@action()
def describe_security_policies(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeSecurityPolicies: ResourceNotFound while the public endpoint is not Opened."""
    registry = call.registry()
    if not _opened(call, registry):
        message = f"Failed to get security group id from registry: {registry.id}"
        raise ApiError("ResourceNotFound", message, message)
    version = str(registry.whitelist.version)
    return {
        "SecurityPolicySet": [
            {
                "PolicyIndex": index,
                "Description": item.description,
                "CidrBlock": item.cidr_block,
                "PolicyVersion": version,
            }
            for index, item in enumerate(registry.whitelist.policies)
        ]
    }


@action()
def create_security_policy(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateSecurityPolicy: appends, also what is there already."""
    whitelist = _writable(call)
    if call.settings.policy_description_required and not call["Description"]:
        raise ApiError(
            "InvalidParameterValue",
            "The value of parameter `Description` must not be empty.",
            "参数 `Description` 不能为空。",
        )
    return _append(call, whitelist, [_policy(call, call["CidrBlock"], call["Description"])])


@action()
def create_multiple_security_policy(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateMultipleSecurityPolicy: appends; index and version are ignored."""
    whitelist = _writable(call)
    items = call["SecurityGroupPolicySet"]
    return _append(
        call, whitelist, [_policy(call, item.get("CidrBlock", ""), item.get("Description", "")) for item in items]
    )


@action()
def modify_security_policy(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ModifySecurityPolicy: replaces the entry at a position."""
    whitelist = _writable(call)
    index = _in_range(whitelist, call["PolicyIndex"])
    whitelist.policies[index] = _policy(call, call["CidrBlock"], call["Description"])
    whitelist.version += 1
    return {"RegistryId": call["RegistryId"]}


@action()
def delete_security_policy(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteSecurityPolicy: by CidrBlock, which wins, or by index with the current version."""
    whitelist = _writable(call)
    return _remove(call, whitelist, set(_positions(call, whitelist, call.parameters)))


@action()
def delete_multiple_security_policy(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteMultipleSecurityPolicy: all entries or none; positions are those before the call."""
    whitelist = _writable(call)
    chosen: set[int] = set()
    for item in call["SecurityGroupPolicySet"]:
        chosen.update(_positions(call, whitelist, item, chosen))
    return _remove(call, whitelist, chosen)


def _opened(call: Call, registry: Registry) -> bool:
    return registry.endpoint.status(call.now, call.settings) == "Opened"


def _writable(call: Call) -> Whitelist:
    registry = call.registry(running=True)
    if not _opened(call, registry):
        raise ApiError(
            "OperationDenied",
            "check instance occur error: the public network access is not opened.",
            "操作被拒绝：公网访问未开启。",
        )
    return registry.whitelist


def _policy(call: Call, cidr_block: str, description: str) -> SecurityPolicy:
    try:
        network = ipaddress.IPv4Network(cidr_block, strict=False)
    except ValueError as problem:
        message = f"The value of parameter `CidrBlock` is not valid: {cidr_block}."
        raise ApiError("InvalidParameterValue", message, "参数 `CidrBlock` 不合法。") from problem
    if len(description) > call.settings.policy_description_length:
        message = f"The value of parameter `Description` is longer than {call.settings.policy_description_length}."
        raise ApiError("InvalidParameterValue", message, "参数 `Description` 过长。")
    if call.settings.cidr_spelling == "canonical":
        cidr_block = str(network)
    elif call.settings.cidr_spelling == "bare_address" and network.prefixlen == network.max_prefixlen:
        cidr_block = str(network.network_address)
    return SecurityPolicy(cidr_block, description)


def _append(call: Call, whitelist: Whitelist, policies: list[SecurityPolicy]) -> dict[str, Any]:
    if len(whitelist.policies) + len(policies) > call.settings.whitelist_quota:
        raise ApiError(
            "OperationDenied.QuotaOverLimit", f"The whitelist may have {call.settings.whitelist_quota} entries."
        )
    whitelist.policies.extend(policies)
    whitelist.version += 1
    return {"RegistryId": call["RegistryId"]}


def _positions(call: Call, whitelist: Whitelist, item: dict[str, Any], taken: set[int] | None = None) -> list[int]:
    """The positions that one removal means; entries that an earlier one of the same call took do not count again."""
    if item.get("CidrBlock"):
        wanted = _network(item["CidrBlock"])
        found = [index for index, policy in enumerate(whitelist.policies) if _network(policy.cidr_block) == wanted]
        found = [index for index in found if index not in (taken or ())]
        if not found:
            raise ApiError(
                "ResourceNotFound", f"The security policy {item['CidrBlock']} is not found.", "安全策略不存在。"
            )
        return found if call.settings.delete_by_cidr == "all" else found[:1]
    if item.get("PolicyIndex") is None:
        raise ApiError(
            "MissingParameter", "The request is missing a required parameter `PolicyIndex`.", "缺少参数 `PolicyIndex`。"
        )
    if call.settings.policy_version_required and item.get("PolicyVersion") != str(whitelist.version):
        message = "The value of parameter `.SecurityGroupPolicySet.Version` is not valid."
        raise ApiError("InvalidParameterValue", message, "参数 `.SecurityGroupPolicySet.Version` 不合法。")
    return [_in_range(whitelist, item["PolicyIndex"])]


def _in_range(whitelist: Whitelist, index: int) -> int:
    if not 0 <= index < len(whitelist.policies):
        raise ApiError("InvalidParameter.Range", f"The policy index {index} is out of range.", "安全策略索引超出范围。")
    return index


def _remove(call: Call, whitelist: Whitelist, positions: set[int]) -> dict[str, Any]:
    whitelist.policies = [item for index, item in enumerate(whitelist.policies) if index not in positions]
    whitelist.version += 1
    return {"RegistryId": call["RegistryId"]}


def _network(text: str) -> ipaddress.IPv4Network | str:
    try:
        return ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return text
