# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The official SDK's typed client, and a walk with it through every action that the sandbox offers."""

from __future__ import annotations

import json
import time
import warnings
from typing import Any

from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.tcr.v20190924 import models
from tencentcloud.tcr.v20190924.tcr_client import TcrClient

from tests.sandbox import Sandbox
from tests.sandbox.core.images import image, push_images
from tests.unit.sandbox.tcr_support import profile, wait


class _Client(TcrClient):
    """The SDK's client, which also keeps the answers as they came."""

    answers: list[tuple[str, dict[str, Any]]]

    def call(self, action: str, params: Any, options: Any = None, headers: Any = None) -> Any:
        body = super().call(action, params, options, headers)
        self.answers.append((action, json.loads(body)["Response"]))
        return body


class Typed:
    """Calls through the typed client; a field of an answer that the SDK's models do not know is an error."""

    def __init__(self, sandbox: Sandbox) -> None:
        facts = sandbox.facts
        self.registry_id = facts["registry_id"]
        keys = Credential(facts["tcr_secret_id"], facts["tcr_secret_key"])
        self._client = _Client(keys, facts["tcr_region"], profile(sandbox))
        self._client.answers = []

    @property
    def answers(self) -> list[tuple[str, dict[str, Any]]]:
        """Action and answer (content of `Response`) of every call."""
        return self._client.answers

    def __call__(self, action: str, **parameters: Any) -> Any:
        request = getattr(models, f"{action}Request")()
        if hasattr(request, "RegistryId"):
            parameters.setdefault("RegistryId", self.registry_id)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            request._deserialize(parameters)
            response = getattr(self._client, action)(request)
        answer = self.answers[-1][1]
        untyped = [name for name, value in answer.items() if value is not None and getattr(response, name) is None]
        assert not untyped, f"{action}: the typed answer lacks {untyped}"
        return response


def change_tags(box: Sandbox, replaced: dict[str, str], removed: list[str], registry_id: str = "") -> dict[str, Any]:
    """Change tags of a registry, by default the sandbox's own, with the SDK's generic client; the answer (content of `Response`)."""
    facts = box.facts
    keys = Credential(facts["tcr_secret_id"], facts["tcr_secret_key"])
    given: dict[str, Any] = {
        "Resource": f"qcs::tcr:{facts['tcr_region']}:uin/:instance/{registry_id or facts['registry_id']}",
        "ReplaceTags": [{"TagKey": key, "TagValue": value} for key, value in replaced.items()],
    }
    if removed:
        given["DeleteTags"] = [{"TagKey": key} for key in removed]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        client = CommonClient("tag", "2018-08-13", keys, facts["tcr_region"], profile(box))
        answer: dict[str, Any] = client.call_json("ModifyResourceTags", given)["Response"]
        return answer


def walk(box: Sandbox) -> Typed:
    """Call every action with the typed client, checking what comes back; returns the client with all answers."""
    call = Typed(box)
    _instances(call)
    _instance_life(call)
    _entry(call)
    _link(call, box)
    token = _credentials(call)
    _content(call, box, token)
    _rules(call)
    call("DeleteRepository", NamespaceName="shop", RepositoryName="team/api")
    call("DeleteNamespace", NamespaceName="shop")
    call("DeleteInstanceToken", TokenId=token.TokenId)
    return call


def _instances(call: Typed) -> None:
    assert call("CheckInstance").RegionId == 1
    assert call("CheckInstanceName", RegistryName="demo").DetailCode == 3
    assert call("DescribeRegions").Regions[0].RegionName == "ap-guangzhou"
    registry = call("DescribeInstances", Registryids=[call.registry_id]).Registries[0]
    assert (registry.RegistryName, registry.Status) == ("demo", "Running")
    assert call("DescribeInstanceStatus", RegistryIds=[call.registry_id]).RegistryStatusSet[0].Status == "Running"


def _instance_life(call: Typed) -> None:
    tags = {"ResourceType": "instance", "Tags": [{"Key": "stage", "Value": "test"}]}
    made = call("CreateInstance", RegistryName="second", RegistryType="basic", TagSpecification=tags).RegistryId

    def registry() -> Any:
        return next(iter(call("DescribeInstances", Registryids=[made]).Registries), None)

    wait(lambda: registry().Status == "Running")
    call("ModifyInstance", RegistryId=made, RegistryType="standard")
    wait(lambda: registry().RegistryType == "standard")
    assert registry().TagSpecification.Tags[0].Key == "stage"
    call("DeleteInstance", RegistryId=made)
    wait(lambda: registry() is None)


def _entry(call: Typed) -> None:
    call("ManageExternalEndpoint", Operation="Create")
    wait(lambda: call("DescribeExternalEndpointStatus").Status == "Opened")
    call("CreateSecurityPolicy", CidrBlock="127.0.0.1", Description="controller")
    more = [{"CidrBlock": "10.0.0.0/8", "Description": ""}, {"CidrBlock": "10.1.0.0/16", "Description": "b"}]
    call("CreateMultipleSecurityPolicy", SecurityGroupPolicySet=more)
    call("ModifySecurityPolicy", PolicyIndex=1, CidrBlock="10.0.0.0/9", Description="a")
    policies = call("DescribeSecurityPolicies").SecurityPolicySet
    assert [item.CidrBlock for item in policies] == ["127.0.0.1", "10.0.0.0/9", "10.1.0.0/16"]
    call("DeleteSecurityPolicy", PolicyIndex=2, PolicyVersion=policies[2].PolicyVersion)
    call("DeleteMultipleSecurityPolicy", SecurityGroupPolicySet=[{"CidrBlock": "10.0.0.0/9"}])


def _link(call: Typed, box: Sandbox) -> None:
    where = {"VpcId": box.facts["vpc_id"], "SubnetId": box.facts["subnet_id"]}
    call("ManageInternalEndpoint", Operation="Create", **where)
    wait(lambda: any(item.AccessIp for item in call("DescribeInternalEndpoints").AccessVpcSet))
    link = call("DescribeInternalEndpoints").AccessVpcSet[0]
    assert (link.VpcId, link.SubnetId, link.Status) == (where["VpcId"], where["SubnetId"], "Running")
    record = {"InstanceId": call.registry_id, "VpcId": where["VpcId"], "EniLBIp": link.AccessIp}
    call("CreateInternalEndpointDns", **record)
    wait(lambda: call("DescribeInternalEndpointDnsStatus", VpcSet=[record]).VpcSet[0].Status == "ENABLED")
    call("DeleteInternalEndpointDns", **record)
    wait(lambda: call("DescribeInternalEndpointDnsStatus", VpcSet=[record]).VpcSet[0].Status == "DISABLED")
    call("ManageInternalEndpoint", Operation="Delete", **where)


def _credentials(call: Typed) -> Any:
    token = call("CreateInstanceToken", TokenType="longterm", Desc="test")
    listed = call("DescribeInstanceToken").Tokens[0]
    assert (listed.Id, listed.ExpiredAt) == (token.TokenId, token.ExpTime)
    assert listed.ExpiredAt > time.time() * 1000
    call("ModifyInstanceToken", TokenId=token.TokenId, Enable=True)
    call("CreateNamespace", NamespaceName="shop", IsPublic=False)
    rights = [{"Resource": "shop", "Actions": ["tcr:PullRepository"]}]
    made = call("CreateServiceAccount", Name="reader", Permissions=rights, Duration=10)
    assert made.Name == "tcr$reader"
    account = call("DescribeServiceAccounts", EmbedPermission=True).ServiceAccounts[0]
    assert (account.ExpiresAt, account.Permissions[0].Resource) == (made.ExpiresAt, "shop")
    call("ModifyServiceAccount", Name=made.Name, Disable=True)
    assert call("ModifyServiceAccountPassword", Name="reader", Random=False, Password="Secret123").Password
    call("DeleteServiceAccount", Name=made.Name)
    return token


def _content(call: Typed, box: Sandbox, token: Any) -> None:
    url = f"http://{box.facts['public_address']}:{box.tcr.port}"
    artifact = image(["base"], maintainer="tests")
    push_images(url, token.Username, token.Token, {"shop/team/api": dict.fromkeys(("1.0", "1.1", "1.2"), artifact)})
    assert call("DescribeNamespaces", NamespaceName="sho", All=True).NamespaceList[0].Public is False
    call("ModifyNamespace", NamespaceName="shop", IsPublic=True)
    where = {"NamespaceName": "shop", "RepositoryName": "team/api"}
    call("CreateRepository", NamespaceName="shop", RepositoryName="web", BriefDescription="made")
    call("ModifyRepository", BriefDescription="short", Description="long", **where)
    listed = call("DescribeRepositories", Offset=1, Limit=100).RepositoryList
    assert [(item.Name, item.BriefDescription) for item in listed] == [("shop/team/api", "short"), ("shop/web", "made")]
    call("DeleteRepository", NamespaceName="shop", RepositoryName="web")
    row = call("DescribeImages", **where).ImageInfoList[0]
    assert row.Digest == artifact.digest
    manifest = call("DescribeImageManifests", ImageVersion="1.0", **where)
    assert (manifest.Size, manifest.Labels[0].Value) == (row.Size, "tests")
    call("DeleteImage", ImageVersion="1.1", **where)
    call("DeleteRepositoryTags", Tags=["1.2"], **where)
    assert [item.ImageVersion for item in call("DescribeImages", **where).ImageInfoList] == ["1.0"]


def _rules(call: Typed) -> None:
    namespace = call("DescribeNamespaces", NamespaceName="shop").NamespaceList[0]
    keep = {"NamespaceId": namespace.NamespaceId, "CronSetting": "daily"}
    call("CreateTagRetentionRule", RetentionRule={"Key": "latestPushedK", "Value": 7}, **keep)
    rule = call("DescribeTagRetentionRules", NamespaceName="shop").RetentionPolicyList[0]
    assert rule.RetentionRuleList[0].Value == 7
    advanced = {
        "RetentionPolicy": {"Key": "nDaysSinceLastPush", "Value": 9},
        "TagFilter": {"Decoration": "matches", "Pattern": "v*"},
        "RepositoryFilter": {"Decoration": "repoMatches", "Pattern": "**"},
    }
    call("ModifyTagRetentionRule", RetentionId=rule.RetentionId, AdvancedRuleItems=[advanced], **keep)
    rule = call("DescribeTagRetentionRules").RetentionPolicyList[0]
    assert rule.AdvancedRuleItems[0].TagFilter.Pattern == "v*"
    call("DeleteTagRetentionRule", RetentionId=rule.RetentionId)
    parts = {"RepositoryPattern": "**", "RepositoryDecoration": "repoMatches", "TagDecoration": "matches"}
    call("CreateImmutableTagRules", NamespaceName="shop", Rule={**parts, "TagPattern": "v*"})
    listed = call("DescribeImmutableTagRules")
    assert (listed.Total, listed.EmptyNs, listed.Rules[0].NsName) == (1, [], "shop")
    which = {"NamespaceName": "shop", "RuleId": listed.Rules[0].RuleId}
    call("ModifyImmutableTagRules", Rule={**parts, "TagPattern": "release-*"}, **which)
    call("DeleteImmutableTagRules", **which)
    headers = [{"Key": "X-Test", "Values": ["yes"]}]
    trigger = {
        "Name": "notify", "Targets": [{"Address": "https://ci.example.com/hook", "Headers": headers}],
        "EventTypes": ["pushImage"], "Condition": ".*", "Enabled": True,
    }  # fmt: skip
    made = call("CreateWebhookTrigger", Namespace="shop", Trigger=trigger).Trigger
    call("ModifyWebhookTrigger", Namespace="shop", Trigger={**trigger, "Id": made.Id, "Enabled": False})
    listed = call("DescribeWebhookTrigger", Namespace="shop")
    assert (listed.Triggers[0].Enabled, listed.Triggers[0].Targets[0].Headers[0].Values) == (False, ["yes"])
    call("DeleteWebhookTrigger", Namespace="shop", Id=made.Id)
