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
    "Permission": {"Resource": "string!", "Actions": "[string]!"},
    "RegistryChargePrepaid": {"Period": "integer!", "RenewFlag": "integer!"},
    "RetentionRule": {"Key": "string!", "Value": "integer!"},
    "FilterSelector": {"Decoration": "string", "Pattern": "string"},
    "RetentionRuleItem": {
        "RetentionPolicy": "RetentionRule",
        "TagFilter": "FilterSelector",
        "RepositoryFilter": "FilterSelector",
    },
    "ImmutableTagRule": {
        "RepositoryPattern": "string!",
        "TagPattern": "string!",
        "RepositoryDecoration": "string!",
        "TagDecoration": "string!",
        "Disabled": "boolean",
        "RuleId": "integer",
        "NsName": "string",
    },
    "Header": {"Key": "string!", "Values": "[string]!"},
    "WebhookTarget": {"Address": "string!", "Headers": "[Header]"},
    "WebhookTrigger": {
        "Name": "string!",
        "Targets": "[WebhookTarget]!",
        "EventTypes": "[string]!",
        "Condition": "string!",
        "Enabled": "boolean!",
        "Id": "integer",
        "Description": "string",
        "NamespaceId": "integer",
        "NamespaceName": "string",
        "Product": "string",
        "PreheatRegion": "string",
    },
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
_EDITION = {"DeletionProtection": "boolean", "EnableCosVersioning": "boolean"}
_ACCOUNT = {**_REGISTRY, "Name": "string!"}
_ACCOUNT_FIELDS = {
    "Description": "string",
    "Duration": "integer",
    "ExpiresAt": "integer",
    "Disable": "boolean",
}
_RETENTION = {
    **_REGISTRY,
    "NamespaceId": "integer!",
    "CronSetting": "string!",
    "RetentionRule": "RetentionRule",
    "AdvancedRuleItems": "[RetentionRuleItem]",
    "Disabled": "boolean",
}
_TRIGGER = {
    **_REGISTRY,
    "Trigger": "WebhookTrigger!",
    "Namespace": "string!",
    "Product": "string",
    "PreheatRegion": "string",
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
    "CreateInstance": {
        "RegistryName": "string!",
        "RegistryType": "string!",
        "TagSpecification": "TagSpecification",
        "RegistryChargeType": "integer",
        "RegistryChargePrepaid": "RegistryChargePrepaid",
        "SyncTag": "boolean",
        "EnableCosMAZ": "boolean",
        **_EDITION,
    },
    "ModifyInstance": {**_REGISTRY, "RegistryType": "string", **_EDITION},
    "DeleteInstance": {**_REGISTRY, "DeleteBucket": "boolean", "DryRun": "boolean"},
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
    "CreateServiceAccount": {**_ACCOUNT, "Permissions": "[Permission]!", **_ACCOUNT_FIELDS},
    "DescribeServiceAccounts": {
        **_REGISTRY,
        "All": "boolean",
        "EmbedPermission": "boolean",
        "Filters": "[Filter]",
        **_PAGE,
    },
    "ModifyServiceAccount": {**_ACCOUNT, "Permissions": "[Permission]", **_ACCOUNT_FIELDS},
    "ModifyServiceAccountPassword": {**_ACCOUNT, "Random": "boolean!", "Password": "string"},
    "DeleteServiceAccount": _ACCOUNT,
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
    "CreateRepository": {**_REPOSITORY, "BriefDescription": "string", "Description": "string"},
    "ModifyRepository": {**_REPOSITORY, "BriefDescription": "string!", "Description": "string!"},
    "DeleteRepository": {**_REPOSITORY, "ForceDelete": "boolean"},
    "DescribeImages": {**_REPOSITORY, "ImageVersion": "string", **_PAGE, "Digest": "string", "ExactMatch": "boolean"},
    "DescribeImageManifests": {**_REPOSITORY, "ImageVersion": "string!"},
    "DeleteImage": {**_REPOSITORY, "ImageVersion": "string!"},
    "DeleteRepositoryTags": {**_REPOSITORY, "Tags": "[string]!"},
    "CreateTagRetentionRule": _RETENTION,
    "DescribeTagRetentionRules": {**_REGISTRY, "NamespaceName": "string", **_PAGE},
    "ModifyTagRetentionRule": {**_RETENTION, "RetentionId": "integer!"},
    "DeleteTagRetentionRule": {**_REGISTRY, "RetentionId": "integer!"},
    "CreateImmutableTagRules": {**_NAMESPACE, "Rule": "ImmutableTagRule!"},
    "DescribeImmutableTagRules": {**_REGISTRY, "Page": "integer", "PageSize": "integer"},
    "ModifyImmutableTagRules": {**_NAMESPACE, "RuleId": "integer!", "Rule": "ImmutableTagRule!"},
    "DeleteImmutableTagRules": {**_NAMESPACE, "RuleId": "integer!"},
    "CreateWebhookTrigger": _TRIGGER,
    "DescribeWebhookTrigger": {**_REGISTRY, **_PAGE, "Namespace": "string"},
    "ModifyWebhookTrigger": _TRIGGER,
    "DeleteWebhookTrigger": {**_REGISTRY, "Namespace": "string!", "Id": "integer!"},
}
