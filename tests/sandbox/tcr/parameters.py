# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of each action (TCR API 2019-09-24): name and type, "!" = required, "[...]" = list of."""

from __future__ import annotations

STRUCTURES: dict[str, dict[str, str]] = {
    "Filter": {"Name": "string!", "Values": "[string]!"},
    "SecurityPolicy": {
        "PolicyIndex": "integer",
        "Description": "string",
        "CidrBlock": "string",
        "PolicyVersion": "string",
    },
    "Tag": {"Key": "string!", "Value": "string!"},
    "TagSpecification": {"ResourceType": "string!", "Tags": "[Tag]!"},
    "CVEWhitelistItem": {"CVEID": "string"},
    "VpcAndDomainInfo": {
        "InstanceId": "string!",
        "VpcId": "string!",
        "EniLBIp": "string!",
        "UsePublicDomain": "boolean",
        "RegionName": "string",
    },
}

_REGISTRY = {"RegistryId": "string!"}
_NAMESPACE = {**_REGISTRY, "NamespaceName": "string!"}
_REPOSITORY = {**_NAMESPACE, "RepositoryName": "string!"}
_PAGE = {"Offset": "integer", "Limit": "integer"}
_NAMESPACE_FIELDS = {
    "TagSpecification": "TagSpecification",
    "IsAutoScan": "boolean",
    "IsPreventVUL": "boolean",
    "Severity": "string",
    "CVEWhitelistItems": "[CVEWhitelistItem]",
}
_DNS = {
    "InstanceId": "string!",
    "VpcId": "string!",
    "EniLBIp": "string!",
    "UsePublicDomain": "boolean",
    "RegionName": "string",
}

ACTIONS: dict[str, dict[str, str]] = {
    "CheckInstance": _REGISTRY,
    "CheckInstanceName": {"RegistryName": "string!"},
    "DescribeRegions": {},
    "DescribeInstances": {"Registryids": "[string]", **_PAGE, "Filters": "[Filter]", "AllRegion": "boolean"},
    "DescribeInstanceStatus": {"RegistryIds": "[string]!"},
    "ManageExternalEndpoint": {**_REGISTRY, "Operation": "string!"},
    "DescribeExternalEndpointStatus": _REGISTRY,
    "DescribeSecurityPolicies": _REGISTRY,
    "CreateSecurityPolicy": {**_REGISTRY, "CidrBlock": "string!", "Description": "string!"},
    "CreateMultipleSecurityPolicy": {**_REGISTRY, "SecurityGroupPolicySet": "[SecurityPolicy]!"},
    "ModifySecurityPolicy": {**_REGISTRY, "PolicyIndex": "integer!", "CidrBlock": "string!", "Description": "string!"},
    "DeleteSecurityPolicy": {**_REGISTRY, "PolicyIndex": "integer", "PolicyVersion": "string", "CidrBlock": "string"},
    "DeleteMultipleSecurityPolicy": {**_REGISTRY, "SecurityGroupPolicySet": "[SecurityPolicy]!"},
    "ManageInternalEndpoint": {
        **_REGISTRY,
        "Operation": "string!",
        "VpcId": "string!",
        "SubnetId": "string!",
        "RegionId": "integer",
        "RegionName": "string",
    },
    "DescribeInternalEndpoints": _REGISTRY,
    "CreateInternalEndpointDns": {**_DNS, "RegionId": "integer"},
    "DeleteInternalEndpointDns": _DNS,
    "DescribeInternalEndpointDnsStatus": {"VpcSet": "[VpcAndDomainInfo]!"},
    "CreateInstanceToken": {**_REGISTRY, "TokenType": "string", "Desc": "string"},
    "DescribeInstanceToken": {**_REGISTRY, **_PAGE},
    "ModifyInstanceToken": {
        **_REGISTRY,
        "TokenId": "string!",
        "Enable": "boolean",
        "Desc": "string",
        "ModifyFlag": "integer",
    },
    "DeleteInstanceToken": {**_REGISTRY, "TokenId": "string!"},
    "CreateNamespace": {**_NAMESPACE, "IsPublic": "boolean!", **_NAMESPACE_FIELDS},
    "DescribeNamespaces": {
        **_REGISTRY,
        "NamespaceName": "string",
        **_PAGE,
        "All": "boolean",
        "Filters": "[Filter]",
        "KmsSignPolicy": "boolean",
    },
    "ModifyNamespace": {**_NAMESPACE, "IsPublic": "boolean", **_NAMESPACE_FIELDS},
    "DeleteNamespace": _NAMESPACE,
    "DescribeRepositories": {
        **_REGISTRY,
        "NamespaceName": "string",
        "RepositoryName": "string",
        **_PAGE,
        "SortBy": "string",
    },
    "DeleteRepository": {**_REPOSITORY, "ForceDelete": "boolean"},
    "DescribeImages": {**_REPOSITORY, "ImageVersion": "string", **_PAGE, "Digest": "string", "ExactMatch": "boolean"},
    "DescribeImageManifests": {**_REPOSITORY, "ImageVersion": "string!"},
}
