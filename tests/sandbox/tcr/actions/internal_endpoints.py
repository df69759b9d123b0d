# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private access links: one per VPC, with an address that arrives late."""

from __future__ import annotations

from typing import Any

from tests.sandbox.core.network import PRIVATE_LINK_PREFIX
from tests.sandbox.tcr.dispatch import Call, action
from tests.sandbox.tcr.errors import ApiError, not_found
from tests.sandbox.tcr.state import REGIONS, Link, Registry


@action(empty={"AccessVpcSet": [], "TotalCount": 0}, unknown="db_error")
def describe_internal_endpoints(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeInternalEndpoints: a link can be Running before it has its AccessIp."""
    registry = call.registry()
    links = [link for link in registry.links if link.listed(call.now, call.settings)]
    shown = [
        {
            "VpcId": link.vpc_id,
            "SubnetId": link.subnet_id,
            "Status": link.status(call.now, call.settings),
            "AccessIp": link.address if call.now - link.created_at >= call.settings.link_address else "",
        }
        for link in links
    ]
    return {"AccessVpcSet": shown, "TotalCount": len(shown)}


@action()
def manage_internal_endpoint(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, ManageInternalEndpoint: asynchronous; Operation is Create or Delete."""
    operation = call["Operation"]
    if operation not in ("Create", "Delete"):
        message = f"The value of parameter `Operation` must be `Create` or `Delete`, not `{operation}`."
        raise ApiError("InvalidParameter", message, "参数 `Operation` 只能为 `Create` 或 `Delete`。")
    registry = call.registry(running=True)
    _check_region(call, registry)
    registry.links = [link for link in registry.links if not link.gone(call.now, call.settings)]
    if operation == "Create":
        _create(call, registry)
    else:
        _delete(call, registry)
    return {"RegistryId": registry.id}


def _check_region(call: Call, registry: Registry) -> None:
    """Region fields select a replica; these registries have none, so they must name the main region or nothing."""
    number, name = call.get("RegionId", 0), call.get("RegionName", "")
    if number not in (0, REGIONS[registry.region]) or name not in ("", registry.region):
        message = f"The registry {registry.id} has no replica in that region."
        raise ApiError("FailedOperation", message, "该地域没有从实例。")


def _create(call: Call, registry: Registry) -> None:
    vpc_id, subnet_id = call["VpcId"], call["SubnetId"]
    vpc = call.state.vpcs.get(vpc_id)
    if vpc is None or vpc.region != registry.region or subnet_id not in vpc.subnets:
        message = f"The VPC {vpc_id} with the subnet {subnet_id} does not exist in {registry.region}."
        raise ApiError("FailedOperation", message, f"私有网络 {vpc_id} 或子网 {subnet_id} 不存在。")
    if any(link.vpc_id == vpc_id for link in registry.links):
        raise ApiError(
            "InternalError.ErrorConflict", f"The VPC {vpc_id} is linked already.", f"私有网络 {vpc_id} 已接入。"
        )
    if len(registry.links) >= call.settings.link_quota:
        raise ApiError(
            "InternalError.ErrorOverLimit", f"The registry may have {call.settings.link_quota} links.", "超过配额限制。"
        )
    if vpc.subnets[subnet_id] < 1:
        raise ApiError(
            "FailedOperation", f"The subnet {subnet_id} has no free address.", f"子网 {subnet_id} 没有可用的 IP。"
        )
    vpc.subnets[subnet_id] -= 1
    call.state.links_made += 1
    address = f"{PRIVATE_LINK_PREFIX}{call.state.links_made}"
    registry.links.append(Link(vpc_id, subnet_id, address, call.now))
    call.data_plane.listen(address)


def _delete(call: Call, registry: Registry) -> None:
    vpc_id, subnet_id = call["VpcId"], call["SubnetId"]
    link = next((item for item in registry.links if (item.vpc_id, item.subnet_id) == (vpc_id, subnet_id)), None)
    if link is None or link.removed_at is not None:
        if call.settings.absent_link_removal == "success":
            return
        raise not_found(f"The link of VPC {vpc_id} and subnet {subnet_id}")
    if any(
        item.vpc_id == vpc_id and (item.enabled or item.status(call.now, call.settings))
        for item in registry.dns_records
    ):
        message = f"The private DNS of VPC {vpc_id} is still in use, remove it first."
        raise ApiError("ResourceInsufficient.ErrorVpcDnsStatus", message, "VPC 内网解析未关闭。")
    link.removed_at = call.now
    call.state.vpcs[vpc_id].subnets[subnet_id] += 1
    call.data_plane.silence(link.address)
