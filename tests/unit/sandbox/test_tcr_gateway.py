# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gateway of the TCR API refuses, what registries look like from outside, limits and faults."""

from __future__ import annotations

import time

from tests.sandbox import Sandbox
from tests.sandbox.tcr.server import SUBNET, VPC
from tests.unit.sandbox.tcr_support import Api, raw_call


def test_parameters_are_checked(box: Sandbox, api: Api) -> None:
    assert api.refused("CheckInstance", Extra=1) == "UnknownParameter"
    assert api.refused("CreateNamespace", NamespaceName="shop") == "MissingParameter"
    assert api.refused("CreateNamespace", NamespaceName="shop", IsPublic="true") == "InvalidParameter"
    assert api.refused("DescribeInstances", Registry=False, Limit="20") == "InvalidParameter"
    assert api.refused("CreateMultipleSecurityPolicy", SecurityGroupPolicySet=[{"Cidr": "x"}]) == "UnknownParameter"
    assert api.refused("DescribeInstances", Registry=False, Filters=[{"Name": "x"}]) == "MissingParameter"
    box.settings.coerce_types = True
    api.call("CreateNamespace", NamespaceName="shop", IsPublic="true")
    assert api.refused("CreateNamespace", NamespaceName="shop2", IsPublic="maybe") == "InvalidParameter"


def test_regions_hide_registries(box: Sandbox, api: Api) -> None:
    elsewhere = Api(box, region="ap-shanghai")
    assert elsewhere.refused("DescribeExternalEndpointStatus") == "ResourceNotFound"
    assert elsewhere.call("CheckInstance")["RegionId"] == 1
    named = [{"Name": "RegistryName", "Values": ["demo"]}]
    assert api.call("DescribeInstances", Registry=False, Filters=named)["TotalCount"] == 1
    found = api.call("DescribeInstances", Registry=False, Filters=named, AllRegion=True)["Registries"]
    assert {item["RegistryName"] for item in found} == {"demo", "demo-archive"}
    box.settings.registry_name_filter = "exact"
    assert api.call("DescribeInstances", Registry=False, Filters=named, AllRegion=True)["TotalCount"] == 1


def test_unknown_registry(box: Sandbox, api: Api) -> None:
    api.registry_id = "tcr-nothere1"
    ids = {"Registry": False, "Registryids": ["tcr-nothere1"]}
    assert api.refused("DescribeInstanceToken") == "ResourceNotFound"
    assert api.refused("DescribeInternalEndpoints") == "InternalError.DbError"
    assert api.call("DescribeInstances", **ids)["Registries"] == []
    box.settings.unknown_registry = "db_error"
    assert api.refused("DescribeInstanceToken") == api.refused("DescribeInstances", **ids) == "InternalError.DbError"
    box.settings.unknown_registry = "empty"
    assert api.call("DescribeInstanceToken")["Tokens"] == []
    assert api.refused("DescribeSecurityPolicies") == "ResourceNotFound"


def test_empty_lists(box: Sandbox, api: Api) -> None:
    assert api.call("DescribeNamespaces")["NamespaceList"] == []
    box.settings.empty_list = "null"
    assert api.call("DescribeNamespaces")["NamespaceList"] is None
    box.settings.empty_list = "absent"
    assert "NamespaceList" not in api.call("DescribeNamespaces")


def test_instance_not_running(box: Sandbox, api: Api) -> None:
    box.settings.registry_status = "Isolate"
    assert api.call("DescribeInstances", Registry=False)["Registries"][0]["Status"] == "Isolate"
    assert api.refused("ManageExternalEndpoint", Operation="Create") == "ResourceInsufficient.ErrorInstanceNotRunning"


def test_rate_limits(box: Sandbox, api: Api) -> None:
    box.settings.rate_limits = True
    codes = [api.refused("ManageInternalEndpoint", Operation="x", VpcId=VPC, SubnetId=SUBNET) for _number in range(3)]
    assert codes == ["InvalidParameter", "InvalidParameter", "RequestLimitExceeded"]
    box.tcr.clock.advance(1.1)
    assert api.refused("ManageInternalEndpoint", Operation="x", VpcId=VPC, SubnetId=SUBNET) == "InvalidParameter"
    box.settings.rate_limit_overrides = {"CheckInstance": 1}
    api.call("CheckInstance")
    assert api.refused("CheckInstance") == "RequestLimitExceeded"


def test_check_instance_name(box: Sandbox, api: Api) -> None:
    def code(name: str) -> int:
        return int(api.call("CheckInstanceName", Registry=False, RegistryName=name)["DetailCode"])

    assert [code(name) for name in ("free-name", "1Bad", "tcr", "demo-archive")] == [0, 1, 2, 3]


def test_faults(box: Sandbox, api: Api) -> None:
    def namespaces() -> int:
        return int(api.call("DescribeNamespaces")["TotalCount"])

    for kind, executed in (("drop_before", 0), ("drop_after", 1)):
        box.faults.add(kind=kind, match="CreateNamespace", service="tcr")
        assert api.refused("CreateNamespace", NamespaceName=f"n-{executed}", IsPublic=False) == "ClientNetworkError"
        assert namespaces() == executed
    box.faults.add(kind="throttle", match="DescribeNamespaces", call=2)
    namespaces()
    assert api.refused("DescribeNamespaces") == "RequestLimitExceeded"
    box.faults.add(kind="error", match="DescribeNamespaces", code="InternalError.DbError")
    assert api.refused("DescribeNamespaces") == "InternalError.DbError"
    box.faults.add(kind="status", status=503, times=2)
    for _number in range(2):
        answer = raw_call(box, {"X-TC-Action": "DescribeRegions"}, b"{}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html")
    box.faults.add(kind="delay", match="DescribeNamespaces", seconds=0.2)
    start = time.monotonic()
    assert namespaces() == 1
    assert time.monotonic() - start >= 0.2
    failed = [entry for entry in box.journal.entries if entry.action == "CreateNamespace"]
    assert [(entry.write, entry.status, entry.code) for entry in failed] == [
        (True, 0, "fault.drop_before"),
        (True, 0, "fault.drop_after"),
    ]
    assert len(box.journal.writes("tcr")) == 2
