# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCR API 2019-09-24, network access to a registry: public endpoint, whitelist, private links, VPC DNS."""

from __future__ import annotations

from collections.abc import Sequence

from ..._tencent.client import items
from .base import Item, TcrBase


class TcrNetworkApi(TcrBase):
    """The calls that open and close a registry."""

    def external_endpoint(self, registry_id: str) -> Item:
        """DescribeExternalEndpointStatus: ``Status`` (Opening, Opened, Deleting or Closing, Closed) and ``Reason``."""
        return self._call("DescribeExternalEndpointStatus", registry_id)

    def open_external_endpoint(self, registry_id: str) -> None:
        """ManageExternalEndpoint Create: begin to open the public endpoint."""
        self._call("ManageExternalEndpoint", registry_id, {"Operation": "Create"})

    def close_external_endpoint(self, registry_id: str) -> None:
        """ManageExternalEndpoint Delete: begin to close the public endpoint."""
        self._call("ManageExternalEndpoint", registry_id, {"Operation": "Delete"})

    def security_policies(self, registry_id: str) -> list[Item]:
        """DescribeSecurityPolicies: the whitelist, ``{PolicyIndex, Description, CidrBlock, PolicyVersion}`` each.

        :raises NotFound: the public endpoint is not open (not: the registry does not exist).
        """
        return items(self._call("DescribeSecurityPolicies", registry_id), "SecurityPolicySet")

    def create_security_policies(self, registry_id: str, entries: Sequence[tuple[str, str]]) -> None:
        """CreateMultipleSecurityPolicy: append entries (CIDR, description). The API accepts duplicates silently."""
        policies = [{"CidrBlock": cidr, "Description": description} for cidr, description in entries]
        self._call("CreateMultipleSecurityPolicy", registry_id, {"SecurityGroupPolicySet": policies})

    def modify_security_policy(self, registry_id: str, index: int, cidr: str, description: str) -> None:
        """ModifySecurityPolicy: replace the entry at a position that was read just before."""
        self._call(
            "ModifySecurityPolicy",
            registry_id,
            {"PolicyIndex": index, "CidrBlock": cidr, "Description": description},
        )

    def delete_security_policy(self, registry_id: str, index: int, version: str) -> None:
        """DeleteSecurityPolicy by position and list version, both read just before.

        Not by CIDR: the sources do not agree whether that removes one of two equal entries or both.
        """
        self._call("DeleteSecurityPolicy", registry_id, {"PolicyIndex": index, "PolicyVersion": version})

    def internal_endpoints(self, registry_id: str) -> list[Item]:
        """DescribeInternalEndpoints: the private access links, ``{VpcId, SubnetId, Status, AccessIp}`` each."""
        return items(self._call("DescribeInternalEndpoints", registry_id), "AccessVpcSet")

    def create_internal_endpoint(
        self, registry_id: str, vpc_id: str, subnet_id: str, region: str | None = None
    ) -> None:
        """ManageInternalEndpoint Create: begin to link a VPC; ``region`` is that of a replica of the registry."""
        self._manage_internal_endpoint("Create", registry_id, vpc_id, subnet_id, region)

    def delete_internal_endpoint(
        self, registry_id: str, vpc_id: str, subnet_id: str, region: str | None = None
    ) -> None:
        """ManageInternalEndpoint Delete: begin to remove a link; ``region`` as when it was created."""
        self._manage_internal_endpoint("Delete", registry_id, vpc_id, subnet_id, region)

    def internal_endpoint_dns_status(
        self, registry_id: str, vpc_id: str, address: str, public_name: bool, region: str | None = None
    ) -> str:
        """DescribeInternalEndpointDnsStatus: ``ENABLED``, ``DISABLED``, ``ERROR`` or another status, upper case.

        One question a call: the answer does not repeat which record it is about.

        :param public_name: the record of ``<name>.tencentcloudcr.com`` instead of ``<name>-vpc.tencentcloudcr.com``.
        """
        question = {"InstanceId": registry_id, **_dns_record(vpc_id, address, public_name, region)}
        answer = self._client.call(
            "DescribeInternalEndpointDnsStatus", {"VpcSet": [question]}, self.instance_region(registry_id)
        )
        status = next((str(one.get("Status") or "") for one in items(answer, "VpcSet")), "DISABLED").upper()
        return {"ENABLE": "ENABLED", "DISABLE": "DISABLED"}.get(status, status)

    def create_internal_endpoint_dns(
        self, registry_id: str, vpc_id: str, address: str, public_name: bool, region: str | None = None
    ) -> None:
        """CreateInternalEndpointDns: let the VPC's resolvers answer the registry's name with the link's address."""
        self._dns("CreateInternalEndpointDns", registry_id, vpc_id, address, public_name, region)

    def delete_internal_endpoint_dns(
        self, registry_id: str, vpc_id: str, address: str, public_name: bool, region: str | None = None
    ) -> None:
        """DeleteInternalEndpointDns: remove such a record; must happen before the link is removed."""
        self._dns("DeleteInternalEndpointDns", registry_id, vpc_id, address, public_name, region)

    def _manage_internal_endpoint(
        self, operation: str, registry_id: str, vpc_id: str, subnet_id: str, region: str | None
    ) -> None:
        self._call(
            "ManageInternalEndpoint",
            registry_id,
            {"Operation": operation, "VpcId": vpc_id, "SubnetId": subnet_id, "RegionName": region},
        )

    def _dns(
        self, action: str, registry_id: str, vpc_id: str, address: str, public_name: bool, region: str | None
    ) -> None:
        record = _dns_record(vpc_id, address, public_name, region)
        self._client.call(action, {"InstanceId": registry_id, **record}, self.instance_region(registry_id))


def _dns_record(vpc_id: str, address: str, public_name: bool, region: str | None) -> Item:
    record = {"VpcId": vpc_id, "EniLBIp": address, "UsePublicDomain": public_name}
    return {**record, "RegionName": region} if region else record
