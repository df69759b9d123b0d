# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The traps of the public endpoint, its whitelist, private links and VPC DNS, and each switch in both positions."""

from __future__ import annotations

import time

import pytest

from tests.sandbox import Sandbox
from tests.sandbox.tcr.server import FOREIGN_VPC, FULL_SUBNET, OTHER_VPC, SECOND_SUBNET, SUBNET, VPC
from tests.unit.sandbox.tcr_support import Api, wait


def test_entry_states(box: Sandbox, api: Api) -> None:
    assert api.refused("ManageExternalEndpoint", Operation="Open") == "InvalidParameter"
    assert api.refused("ManageExternalEndpoint", Operation="Delete") == "UnsupportedOperation"
    api.call("ManageExternalEndpoint", Operation="Create")
    assert api.call("DescribeExternalEndpointStatus")["Status"] == "Opening"
    assert api.refused("ManageExternalEndpoint", Operation="Delete") == "UnsupportedOperation"
    wait(lambda: api.call("DescribeExternalEndpointStatus")["Status"] == "Opened")
    assert api.refused("ManageExternalEndpoint", Operation="Create") == "UnsupportedOperation"
    box.settings.repeated_endpoint_operation = "success"
    api.call("ManageExternalEndpoint", Operation="Create")
    box.settings.endpoint_closing_status = "Closing"
    api.call("ManageExternalEndpoint", Operation="Delete")
    assert api.call("DescribeExternalEndpointStatus")["Status"] == "Closing"
    wait(lambda: api.call("DescribeExternalEndpointStatus")["Status"] == "Closed")


@pytest.mark.parametrize("survives", [False, True])
def test_whitelist_after_closing(box: Sandbox, api: Api, survives: bool) -> None:
    box.settings.whitelist_survives_closing = survives
    api.open_public_endpoint()
    api.call("CreateSecurityPolicy", CidrBlock="10.0.0.0/8", Description="a")
    api.call("ManageExternalEndpoint", Operation="Delete")
    wait(lambda: api.call("DescribeExternalEndpointStatus")["Status"] == "Closed")
    api.open_public_endpoint()
    assert len(api.policies()) == int(survives)


def test_whitelist_needs_an_open_public_endpoint(box: Sandbox, api: Api) -> None:
    policy = {"CidrBlock": "10.0.0.0/8", "Description": "a"}
    assert api.refused("DescribeSecurityPolicies") == "ResourceNotFound"
    assert api.refused("CreateSecurityPolicy", **policy) == "OperationDenied"
    api.call("ManageExternalEndpoint", Operation="Create")
    assert api.refused("DescribeSecurityPolicies") == "ResourceNotFound"
    wait(lambda: api.call("DescribeExternalEndpointStatus")["Status"] == "Opened")
    assert api.refused("CreateSecurityPolicy", CidrBlock="10.0.0.0/40", Description="a") == "InvalidParameterValue"
    assert api.refused("CreateSecurityPolicy", CidrBlock="fd00::/8", Description="a") == "InvalidParameterValue"
    assert api.refused("CreateSecurityPolicy", CidrBlock="10.0.0.1", Description="") == "InvalidParameterValue"
    box.settings.whitelist_quota = 0
    assert api.refused("CreateSecurityPolicy", **policy) == "OperationDenied.QuotaOverLimit"


def test_whitelist_positions_and_twins(box: Sandbox, api: Api) -> None:
    api.open_public_endpoint()
    for cidr in ("10.0.0.0/8", "192.168.1.1/24", "10.0.0.0/8"):
        api.call("CreateSecurityPolicy", CidrBlock=cidr, Description="x")
    before = api.policies()
    assert [(item["PolicyIndex"], item["CidrBlock"]) for item in before] == [
        (0, "10.0.0.0/8"),
        (1, "192.168.1.1/24"),
        (2, "10.0.0.0/8"),
    ]
    assert len({item["PolicyVersion"] for item in before}) == 1
    api.call("DeleteSecurityPolicy", CidrBlock="192.168.1.0/24", PolicyIndex=0)
    after = api.policies()
    assert [(item["PolicyIndex"], item["CidrBlock"]) for item in after] == [(0, "10.0.0.0/8"), (1, "10.0.0.0/8")]
    assert int(after[0]["PolicyVersion"]) > int(before[0]["PolicyVersion"])
    stale = {"PolicyIndex": 0, "PolicyVersion": before[0]["PolicyVersion"]}
    assert api.refused("DeleteSecurityPolicy", **stale) == "InvalidParameterValue"
    assert api.refused("DeleteSecurityPolicy", PolicyIndex=0) == "InvalidParameterValue"
    current = after[0]["PolicyVersion"]
    assert api.refused("DeleteSecurityPolicy", PolicyIndex=2, PolicyVersion=current) == "InvalidParameter.Range"
    assert api.refused("DeleteSecurityPolicy", CidrBlock="1.2.3.4") == "ResourceNotFound"
    assert api.refused("DeleteSecurityPolicy") == "MissingParameter"
    api.call("DeleteSecurityPolicy", CidrBlock="10.0.0.0/8")
    assert len(api.policies()) == 1
    assert (
        api.refused("ModifySecurityPolicy", PolicyIndex=1, CidrBlock="1.1.1.1", Description="")
        == "InvalidParameter.Range"
    )


def test_whitelist_delete_multiple(box: Sandbox, api: Api) -> None:
    api.open_public_endpoint()
    items = [{"CidrBlock": f"10.{number}.0.0/16", "Description": str(number)} for number in range(4)]
    api.call("CreateMultipleSecurityPolicy", SecurityGroupPolicySet=[*items, items[3]])
    listed = api.policies()
    unknown = {"CidrBlock": "1.2.3.4/32"}
    assert (
        api.refused("DeleteMultipleSecurityPolicy", SecurityGroupPolicySet=[listed[0], unknown]) == "ResourceNotFound"
    )
    assert len(api.policies()) == 5
    api.call("DeleteMultipleSecurityPolicy", SecurityGroupPolicySet=[listed[0], listed[3], listed[4]])
    assert [item["Description"] for item in api.policies()] == ["1", "2"]
    by_index = [{"PolicyIndex": 0, "PolicyVersion": api.policies()[0]["PolicyVersion"]}]
    api.call("DeleteMultipleSecurityPolicy", SecurityGroupPolicySet=by_index)
    assert [item["Description"] for item in api.policies()] == ["2"]


def test_cidr_spelling(box: Sandbox, api: Api) -> None:
    api.open_public_endpoint()
    for spelling in ("as_sent", "canonical", "bare_address"):
        box.settings.cidr_spelling = spelling
        api.call("CreateSecurityPolicy", CidrBlock="3.3.3.3/32", Description=spelling)
        api.call("CreateSecurityPolicy", CidrBlock="192.168.1.1/24", Description=spelling)
    assert [item["CidrBlock"] for item in api.policies()] == [
        *("3.3.3.3/32", "192.168.1.1/24"),
        *("3.3.3.3/32", "192.168.1.0/24"),
        *("3.3.3.3", "192.168.1.1/24"),
    ]
    box.settings.delete_by_cidr = "all"
    api.call("DeleteSecurityPolicy", CidrBlock="3.3.3.3")
    assert len(api.policies()) == 3


def test_link_address_arrives_late(box: Sandbox, api: Api) -> None:
    api.call("ManageInternalEndpoint", Operation="Create", VpcId=VPC, SubnetId=SUBNET)
    assert api.call("DescribeInternalEndpoints")["AccessVpcSet"] == []
    seen = []
    end = time.monotonic() + 3
    while time.monotonic() < end and (not seen or not seen[-1][1]):
        for link in api.call("DescribeInternalEndpoints")["AccessVpcSet"]:
            seen.append((link["Status"], link["AccessIp"]))
    assert ("Running", "") in seen
    assert seen[-1] == ("Running", "127.0.30.1")


def test_link_refusals(box: Sandbox, api: Api) -> None:
    def create(vpc_id: str, subnet_id: str, **more: object) -> str:
        return api.refused("ManageInternalEndpoint", Operation="Create", VpcId=vpc_id, SubnetId=subnet_id, **more)

    assert create("vpc-unknown1", SUBNET) == "FailedOperation"
    assert create(VPC, "subnet-unknown1") == "FailedOperation"
    assert create(FOREIGN_VPC, "subnet-sandbox5") == "FailedOperation"
    assert create(VPC, FULL_SUBNET) == "FailedOperation"
    assert create(VPC, SUBNET, RegionName="ap-shanghai") == "FailedOperation"
    address = api.link(VPC, SUBNET)
    assert create(VPC, SECOND_SUBNET) == "InternalError.ErrorConflict"
    box.settings.link_quota = 1
    assert create(OTHER_VPC, "subnet-sandbox4") == "InternalError.ErrorOverLimit"
    where = {"VpcId": VPC, "SubnetId": SUBNET}
    assert (
        api.refused("ManageInternalEndpoint", Operation="Delete", VpcId=VPC, SubnetId=SECOND_SUBNET)
        == "ResourceNotFound"
    )
    api.call("ManageInternalEndpoint", Operation="Delete", **where)
    assert api.refused("ManageInternalEndpoint", Operation="Delete", **where) == "ResourceNotFound"
    assert create(VPC, SUBNET) == "InternalError.ErrorConflict"
    wait(lambda: api.call("DescribeInternalEndpoints")["TotalCount"] == 0)
    box.settings.absent_link_removal = "success"
    api.call("ManageInternalEndpoint", Operation="Delete", **where)
    assert api.link(VPC, SUBNET) != address


def test_dns_before_link(box: Sandbox, api: Api) -> None:
    address = api.link(VPC, SUBNET)
    record = {"Registry": False, "InstanceId": api.registry_id, "VpcId": VPC, "EniLBIp": address}
    question = {"Registry": False, "VpcSet": [{key: record[key] for key in ("InstanceId", "VpcId", "EniLBIp")}]}

    def status() -> str:
        return str(api.call("DescribeInternalEndpointDnsStatus", **question)["VpcSet"][0]["Status"])

    assert api.refused("CreateInternalEndpointDns", **{**record, "EniLBIp": "10.0.0.1"}) == "InvalidParameter"
    box.settings.private_dns_activated = False
    assert api.refused("CreateInternalEndpointDns", **record) == "UnsupportedOperation.CreatePrivateZone"
    box.settings.private_dns_activated = True
    api.call("CreateInternalEndpointDns", **record)
    assert status() == "DISABLED"
    assert box.network.resolve("demo-vpc.tencentcloudcr.com", "vpc") is None
    box.settings.dns_spelling = "ENABLE"
    wait(lambda: status() == "ENABLE")
    assert box.network.resolve("demo-vpc.tencentcloudcr.com", "harbor") == address
    assert box.network.resolve("demo-vpc.tencentcloudcr.com", "public") is None
    assert box.network.resolve("demo.tencentcloudcr.com", "vpc") == "127.0.10.1"
    assert api.refused("CreateInternalEndpointDns", **record) == "InternalError.CreatePrivateZoneRecord"
    where = {"Operation": "Delete", "VpcId": VPC, "SubnetId": SUBNET}
    assert api.refused("ManageInternalEndpoint", **where) == "ResourceInsufficient.ErrorVpcDnsStatus"
    api.call("DeleteInternalEndpointDns", **record)
    assert api.refused("ManageInternalEndpoint", **where) == "ResourceInsufficient.ErrorVpcDnsStatus"
    wait(lambda: status() == "DISABLE")
    assert api.refused("DeleteInternalEndpointDns", **record) == "UnsupportedOperation.DeletePrivateZoneRecord"
    api.call("ManageInternalEndpoint", **where)
