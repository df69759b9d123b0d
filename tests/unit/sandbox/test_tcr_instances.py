# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries made, changed and deleted, with each switch in its positions."""

from __future__ import annotations

from typing import Any

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tests.contract.tcr_sdk import change_tags
from tests.sandbox import Sandbox
from tests.unit.sandbox.tcr_support import Api, wait


def create(api: Api, name: str = "second", **more: Any) -> str:
    parameters = {"RegistryName": name, "RegistryType": "standard", **more}
    return str(api.call("CreateInstance", Registry=False, **parameters)["RegistryId"])


def shown(api: Api, registry_id: str) -> dict[str, Any]:
    listed = api.call("DescribeInstances", Registry=False, Registryids=[registry_id])["Registries"]
    return dict(listed[0]) if listed else {}


def running(api: Api, name: str = "second", **more: Any) -> str:
    registry_id = create(api, name, **more)
    wait(lambda: shown(api, registry_id)["Status"] == "Running")
    return registry_id


def test_creation_takes_time(box: Sandbox, api: Api) -> None:
    tags = {"ResourceType": "instance", "Tags": [{"Key": "stage", "Value": "test"}]}
    registry_id = create(api, RegistryType="premium", TagSpecification=tags, DeletionProtection=True)
    assert registry_id.startswith("tcr-") and len(registry_id) == 12
    first = shown(api, registry_id)
    assert first["Status"] == "Pending"
    assert first["TagSpecification"] == tags
    assert (first["DeletionProtection"], first["EnableCosVersioning"]) == (True, True)
    assert first["PublicDomain"] == "second.tencentcloudcr.com"
    refusal = api.refused("CreateNamespace", RegistryId=registry_id, NamespaceName="early", IsPublic=False)
    assert refusal == "ResourceInsufficient.ErrorInstanceNotRunning"
    wait(lambda: shown(api, registry_id)["Status"] == "Deploying")
    wait(lambda: shown(api, registry_id)["Status"] == "Running")
    status = api.call("DescribeInstanceStatus", Registry=False, RegistryIds=[registry_id])["RegistryStatusSet"]
    assert [item["Status"] for item in status] == ["Running"]
    api.call("CreateNamespace", RegistryId=registry_id, NamespaceName="first", IsPublic=False)
    assert api.call("DescribeNamespaces", RegistryId=registry_id)["TotalCount"] == 1
    assert api.call("DescribeNamespaces")["TotalCount"] == 0


def test_creation_can_fail(box: Sandbox, api: Api) -> None:
    box.settings.update(instance_creation_result="FailedCreated", instance_deploying=0.0)
    registry_id = create(api)
    assert shown(api, registry_id)["Status"] == "FailedCreated"
    assert shown(api, api.registry_id)["Status"] == "Running"
    api.call("DeleteInstance", RegistryId=registry_id)
    wait(lambda: not shown(api, registry_id))


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"RegistryName": "1st"}, "InvalidParameter.ErrorNameIllegal"),
        ({"RegistryName": "admin"}, "InvalidParameter.ErrorNameReserved"),
        ({"RegistryName": "demo-archive"}, "InvalidParameter.ErrorNameExists"),
        ({"RegistryType": "huge"}, "InvalidParameter"),
        ({"RegistryChargeType": 1}, "InvalidParameter"),
        (
            {"TagSpecification": {"ResourceType": "instance", "Tags": [{"Key": "k", "Value": "v"}] * 11}},
            "InvalidParameter.ErrorTagOverLimit",
        ),
    ],
)
def test_creation_is_refused(box: Sandbox, api: Api, parameters: dict[str, Any], code: str) -> None:
    given = {"RegistryName": "second", "RegistryType": "basic", **parameters}
    assert api.refused("CreateInstance", Registry=False, **given) == code
    assert len(box.tcr.state.registries) == 2


def test_quota_of_instances(box: Sandbox, api: Api) -> None:
    box.settings.instance_quota = 1
    given = {"RegistryName": "second", "RegistryType": "basic"}
    assert api.refused("CreateInstance", Registry=False, **given) == "OperationDenied.QuotaOverLimit"


def test_changes(box: Sandbox, api: Api) -> None:
    registry_id = running(api, RegistryType="basic")
    api.call("ModifyInstance", RegistryId=registry_id, RegistryType="premium")
    assert shown(api, registry_id)["RegistryType"] == "basic"
    wait(lambda: shown(api, registry_id)["RegistryType"] == "premium")
    assert api.refused("ModifyInstance", RegistryId=registry_id, RegistryType="standard") == "OperationDenied"
    api.call("ModifyInstance", RegistryId=registry_id, DeletionProtection=True)
    assert shown(api, registry_id)["DeletionProtection"]


@pytest.mark.parametrize(
    ("reading", "refused", "protected"),
    [("refuse", True, False), ("type_only", False, False), ("both", False, True)],
)
def test_edition_and_protection_in_one_call(
    box: Sandbox, api: Api, reading: str, refused: bool, protected: bool
) -> None:
    box.settings.update(combined_instance_change=reading, instance_upgrade=0.0)
    registry_id = running(api, RegistryType="basic")
    change = {"RegistryId": registry_id, "RegistryType": "standard", "DeletionProtection": True}
    if refused:
        assert api.refused("ModifyInstance", **change) == "InvalidParameter"
    else:
        api.call("ModifyInstance", **change)
    after = shown(api, registry_id)
    assert (after["RegistryType"], after["DeletionProtection"]) == ("basic" if refused else "standard", protected)


def test_deletion(box: Sandbox, api: Api) -> None:
    registry_id = running(api, DeletionProtection=True)
    assert api.refused("DeleteInstance", RegistryId=registry_id) == "OperationDenied"
    api.call("ModifyInstance", RegistryId=registry_id, DeletionProtection=False)
    api.call("CreateNamespace", RegistryId=registry_id, NamespaceName="first", IsPublic=False)
    assert api.refused("DeleteInstance", RegistryId=registry_id) == "OperationDenied"
    box.settings.instance_with_namespaces = "cascade"
    api.call("DeleteInstance", RegistryId=registry_id, DryRun=True)
    assert shown(api, registry_id)["Status"] == "Running"
    box.settings.dry_run_answer = "dry_run_operation"
    assert api.refused("DeleteInstance", RegistryId=registry_id, DryRun=True) == "DryRunOperation"
    api.call("DeleteInstance", RegistryId=registry_id)
    assert shown(api, registry_id)["Status"] == "Deleting"
    assert api.refused("DeleteInstance", RegistryId=registry_id) == "InternalError.ErrorConflict"
    wait(lambda: not shown(api, registry_id))
    assert api.refused("DeleteInstance", RegistryId=registry_id) == "ResourceNotFound"
    assert api.call("CheckInstanceName", Registry=False, RegistryName="second")["IsValidated"]


def test_deletion_can_fail(box: Sandbox, api: Api) -> None:
    box.settings.update(instance_removal_result="DeleteFailed", instance_removal=0.0)
    registry_id = running(api)
    api.call("DeleteInstance", RegistryId=registry_id)
    assert shown(api, registry_id)["Status"] == "DeleteFailed"


def test_tags_are_changed_by_another_service(box: Sandbox, api: Api) -> None:
    tags = {"ResourceType": "instance", "Tags": [{"Key": "stage", "Value": "test"}]}
    registry_id = running(api, TagSpecification=tags)

    def change(replaced: dict[str, str], removed: list[str]) -> None:
        change_tags(box, replaced, removed, registry_id)

    def shown_tags() -> dict[str, str]:
        return {item["Key"]: item["Value"] for item in shown(api, registry_id)["TagSpecification"]["Tags"]}

    change({"team": "a", "stage": "live"}, [])
    assert shown_tags() == {"stage": "test"}
    wait(lambda: shown_tags() == {"stage": "live", "team": "a"})
    change({"team": "b"}, ["stage"])
    wait(lambda: shown_tags() == {"team": "b"})
    for replaced, removed, code in (
        ({}, [], "InvalidParameter"),
        ({"team": "c"}, ["team"], "InvalidParameter"),
        ({str(number): "x" for number in range(10)}, [], "LimitExceeded.ResourceAttachedTags"),
    ):
        with pytest.raises(TencentCloudSDKException) as refusal:
            change(replaced, removed)
        assert refusal.value.get_code() == code
    with pytest.raises(TencentCloudSDKException) as refusal:
        change_tags(box, {"a": "b"}, [], "tcr-unknown1")
    assert refusal.value.get_code() == "ResourceNotFound"
