# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry's names in the private DNS of a linked VPC. These actions call the registry InstanceId."""

from __future__ import annotations

from typing import Any

from tests.sandbox.tcr.dispatch import Call, action
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.state import DnsRecord, Registry


@action()
def create_internal_endpoint_dns(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, CreateInternalEndpointDns: needs a ready link and an activated Private DNS service."""
    registry = call.registry(call["InstanceId"], running=True)
    if not call.settings.private_dns_activated:
        message = "The PrivateDNS service is not activated."
        raise ApiError("UnsupportedOperation.CreatePrivateZone", message, "未开通 PrivateDNS 服务。")
    _check_link(call, registry)
    record = _find(call, registry, call.parameters)
    if record is not None and (record.enabled or record.status(call.now, call.settings)):
        if call.settings.repeated_dns_creation == "success":
            return {}
        raise ApiError(
            "InternalError.CreatePrivateZoneRecord", "The private DNS record exists already.", "解析记录已存在。"
        )
    if record is not None:
        registry.dns_records.remove(record)
    public = call.get("UsePublicDomain", False)
    registry.dns_records.append(DnsRecord(call["VpcId"], call["EniLBIp"], public, True, call.now))
    return {}


@action()
def delete_internal_endpoint_dns(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DeleteInternalEndpointDns: must come before the link is removed."""
    registry = call.registry(call["InstanceId"], running=True)
    record = _find(call, registry, call.parameters)
    if record is None or not record.enabled:
        message = "The private DNS record does not exist."
        raise ApiError("UnsupportedOperation.DeletePrivateZoneRecord", message, "解析记录不存在。")
    record.enabled = False
    record.changed_at = call.now
    return {}


@action()
def describe_internal_endpoint_dns_status(call: Call) -> dict[str, Any]:
    """TCR API 2019-09-24, DescribeInternalEndpointDnsStatus: the answer does not repeat the question."""
    enabled = call.settings.dns_spelling
    disabled = enabled.replace("ENABLE", "DISABLE")
    shown = []
    for item in call["VpcSet"]:
        registry = call.registry(item["InstanceId"])
        record = _find(call, registry, item)
        on = record is not None and record.status(call.now, call.settings)
        status = enabled if on else disabled
        if on and record is not None and record.enabled and call.settings.dns_enabling_result == "ERROR":
            status = "ERROR"
        shown.append({"Region": registry.region, "VpcId": item["VpcId"], "Status": status})
    return {"VpcSet": shown}


def _check_link(call: Call, registry: Registry) -> None:
    for link in registry.links:
        if (link.vpc_id, link.address) == (call["VpcId"], call["EniLBIp"]) and link.ready(call.now, call.settings):
            return
    message = f"The VPC {call['VpcId']} has no running link with the address {call['EniLBIp']}."
    raise ApiError("InvalidParameter", message, "内网访问链路不存在或未就绪。")


def _find(call: Call, registry: Registry, wanted: dict[str, Any]) -> DnsRecord | None:
    key = (wanted["VpcId"], wanted["EniLBIp"], wanted.get("UsePublicDomain", False))
    return next((item for item in registry.dns_records if (item.vpc_id, item.address, item.public_domain) == key), None)
