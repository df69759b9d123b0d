# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The official SDK's typed client drives every action that the sandbox offers, without a warning from its models."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from typing import Any

from tencentcloud.common.credential import Credential
from tencentcloud.tcr.v20190924 import models
from tencentcloud.tcr.v20190924.tcr_client import TcrClient

from tests.sandbox import Sandbox
from tests.sandbox.images import image, push_images
from tests.sandbox.tcr.dispatch import ACTIONS
from tests.sandbox.tcr.parameters import ACTIONS as DEFINITIONS
from tests.unit.sandbox.tcr_support import profile, wait


class Typed:
    """Calls through the typed client; unknown or missing response fields become errors."""

    def __init__(self, sandbox: Sandbox) -> None:
        facts = sandbox.facts
        self.registry_id = facts["registry_id"]
        self.called: set[str] = set()
        keys = Credential(facts["tcr_secret_id"], facts["tcr_secret_key"])
        self._client = TcrClient(keys, facts["tcr_region"], profile(sandbox))

    def __call__(self, action: str, **parameters: Any) -> Any:
        request = getattr(models, f"{action}Request")()
        if hasattr(request, "RegistryId"):
            parameters.setdefault("RegistryId", self.registry_id)
        request._deserialize(parameters)
        self.called.add(action)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            return getattr(self._client, action)(request)


def test_every_action(tmp_path: Path) -> None:
    with Sandbox(tmp_path, harbor_version=None, link_address=0.1, link_running=0.1) as box:
        call = Typed(box)
        _instances(call)
        _entry(call)
        _link(call, box)
        _content(call, box)
        assert call.called == set(ACTIONS) == set(DEFINITIONS)


def test_definitions_match_the_sdk() -> None:
    for action, definition in DEFINITIONS.items():
        request = getattr(models, f"{action}Request")()
        assert {name.lstrip("_") for name in vars(request)} == set(definition), action


def _instances(call: Typed) -> None:
    assert call("CheckInstance").RegionId == 1
    assert call("CheckInstanceName", RegistryName="demo").DetailCode == 3
    assert call("DescribeRegions").Regions[0].RegionName == "ap-guangzhou"
    registry = call("DescribeInstances", Registryids=[call.registry_id]).Registries[0]
    assert (registry.RegistryName, registry.Status) == ("demo", "Running")
    assert call("DescribeInstanceStatus", RegistryIds=[call.registry_id]).RegistryStatusSet[0].Status == "Running"


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


def _content(call: Typed, box: Sandbox) -> None:
    token = call("CreateInstanceToken", TokenType="longterm", Desc="test")
    call("CreateNamespace", NamespaceName="shop", IsPublic=False)
    images = {"shop/team/api": {"1.0": image(["base"], maintainer="tests")}}
    push_images(f"http://{box.facts['public_address']}:{box.tcr.port}", token.Username, token.Token, images)
    assert call("DescribeNamespaces", NamespaceName="sho", All=True).NamespaceList[0].Public is False
    call("ModifyNamespace", NamespaceName="shop", IsPublic=True)
    assert call("DescribeRepositories", Offset=1, Limit=100).RepositoryList[0].Name == "shop/team/api"
    where = {"NamespaceName": "shop", "RepositoryName": "team/api"}
    listed = call("DescribeImages", **where).ImageInfoList[0]
    assert listed.Digest == images["shop/team/api"]["1.0"].digest
    manifest = call("DescribeImageManifests", ImageVersion="1.0", **where)
    assert (manifest.Size, manifest.Labels[0].Value) == (listed.Size, "tests")
    call("DeleteRepository", **where)
    call("DeleteNamespace", NamespaceName="shop")
    assert call("DescribeInstanceToken").Tokens[0].Id == token.TokenId
    assert call("DescribeInstanceToken").Tokens[0].ExpiredAt == token.ExpTime > time.time() * 1000
    call("ModifyInstanceToken", TokenId=token.TokenId, Enable=False)
    call("DeleteInstanceToken", TokenId=token.TokenId)
