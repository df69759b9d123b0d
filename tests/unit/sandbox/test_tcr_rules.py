# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repositories made and emptied, and the rules of a namespace: retention, immutable tags, webhooks."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox import Sandbox
from tests.sandbox.core.images import image
from tests.unit.sandbox.tcr_support import Api, Opened

WEB = {"NamespaceName": "shop", "RepositoryName": "web"}
KEEP = {"Key": "latestPushedK", "Value": 7}
ITEM = {
    "RetentionPolicy": {"Key": "nDaysSinceLastPush", "Value": 9},
    "TagFilter": {"Decoration": "matches", "Pattern": "v*"},
    "RepositoryFilter": {"Decoration": "repoMatches", "Pattern": "team/**"},
}
RULE = {
    "RepositoryPattern": "**",
    "TagPattern": "v*",
    "RepositoryDecoration": "repoMatches",
    "TagDecoration": "matches",
}
TRIGGER = {
    "Name": "notify",
    "Targets": [{"Address": "https://ci.example.com/hook"}],
    "EventTypes": ["pushImage"],
    "Condition": ".*",
    "Enabled": True,
}


@pytest.fixture
def shop(api: Api) -> Api:
    """A client of a TCR with the namespaces `shop` and `shop-two`."""
    for name in ("shop", "shop-two"):
        api.call("CreateNamespace", NamespaceName=name, IsPublic=False)
    return api


def number(api: Api, name: str = "shop") -> int:
    listed = api.call("DescribeNamespaces", All=True)["NamespaceList"]
    return int(next(item["NamespaceId"] for item in listed if item["Name"] == name))


def test_repositories_without_a_push(box: Sandbox, shop: Api) -> None:
    shop.call("CreateRepository", BriefDescription="short", **WEB)
    assert shop.refused("CreateRepository", **WEB) == "InternalError.ErrorTcrResourceConflict"
    listed = shop.call("DescribeRepositories")["RepositoryList"][0]
    assert (listed["Name"], listed["BriefDescription"], listed["Description"]) == ("shop/web", "short", "")
    shop.call("ModifyRepository", BriefDescription="a", Description="b", **WEB)
    listed = shop.call("DescribeRepositories")["RepositoryList"][0]
    assert (listed["BriefDescription"], listed["Description"]) == ("a", "b")
    assert shop.call("DescribeImages", **WEB)["ImageInfoList"] == []
    assert shop.refused("DeleteNamespace", NamespaceName="shop") == "FailedOperation.PreconditionFailed"
    for name in ("W", "a", "we--b/", "x" * 245):
        code = shop.refused("CreateRepository", NamespaceName="shop", RepositoryName=name)
        assert code == "InvalidParameter.ErrorTcrInvalidParameter"
    shop.call("CreateRepository", NamespaceName="shop", RepositoryName="team/api")
    box.settings.repository_levels = "one"
    deep = {"NamespaceName": "shop", "RepositoryName": "team/web"}
    assert shop.refused("CreateRepository", **deep) == "InvalidParameter.ErrorTcrInvalidParameter"
    assert shop.refused("CreateRepository", **{**WEB, "NamespaceName": "no"}) == "ResourceNotFound.TcrResourceNotFound"
    shop.call("DeleteRepository", **WEB)
    assert shop.call("DescribeRepositories")["TotalCount"] == 1


def test_tags_are_deleted(opened: Opened) -> None:
    client, artifact = opened.client(), image(["base"])
    client.push("shop/web", artifact, *"abcd")
    client.push("shop/web", image(["other"]), "e")
    client.close()

    def tags() -> list[str]:
        return [item["ImageVersion"] for item in opened.api.call("DescribeImages", **WEB)["ImageInfoList"]]

    opened.api.call("DeleteImage", ImageVersion="a", **WEB)
    assert tags() == ["b", "c", "d", "e"]
    absent = opened.api.refused("DeleteRepositoryTags", Tags=["b", "a"], **WEB)
    assert absent == "ResourceNotFound.TcrResourceNotFound"
    many = opened.api.refused("DeleteRepositoryTags", Tags=["b"] * 21, **WEB)
    assert many == "InvalidParameter.ErrorTcrInvalidParameter"
    opened.api.call("DeleteRepositoryTags", Tags=["b"], **WEB)
    assert tags() == ["c", "d", "e"]
    opened.sandbox.settings.image_removal = "digest"
    opened.api.call("DeleteImage", ImageVersion="c", **WEB)
    assert tags() == ["e"]


def test_retention(box: Sandbox, shop: Api) -> None:
    base = {"NamespaceId": number(shop), "CronSetting": "daily"}

    def rules(**more: Any) -> list[dict[str, Any]]:
        return list(shop.call("DescribeTagRetentionRules", **more)["RetentionPolicyList"])

    assert shop.call("CreateTagRetentionRule", RetentionRule=KEEP, **base).keys() == {"RequestId"}
    first = rules()[0]
    assert (first["NamespaceName"], first["RetentionRuleList"], first["AdvancedRuleItems"]) == ("shop", [KEEP], [])
    assert first["NextExecutionTime"] > "2026"
    box.settings.retention_echo = "mirrored"
    assert rules()[0]["AdvancedRuleItems"][0]["RetentionPolicy"] == KEEP
    change = {**base, "RetentionId": first["RetentionId"], "AdvancedRuleItems": [ITEM]}
    for other in ({"CronSetting": "weekly"}, {"NamespaceId": number(shop, "shop-two")}):
        code = shop.refused("ModifyTagRetentionRule", **{**change, **other})
        assert code == "InvalidParameter.ErrorTcrInvalidParameter"
    shop.call("ModifyTagRetentionRule", Disabled=True, **change)
    assert rules()[0]["RetentionRuleList"] == [ITEM["RetentionPolicy"]]
    box.settings.retention_echo = "as_sent"
    assert (rules()[0]["RetentionRuleList"], rules()[0]["Disabled"]) == ([], True)
    shop.call("CreateTagRetentionRule", RetentionRule=KEEP, **base)
    box.settings.second_retention_rule = "conflict"
    assert shop.refused("CreateTagRetentionRule", RetentionRule=KEEP, **base) == "InternalError.ErrorConflict"
    two = {"NamespaceId": number(shop, "shop-two"), "CronSetting": "manual"}
    shop.call("CreateTagRetentionRule", RetentionRule=KEEP, **two)
    assert len(rules(NamespaceName="shop")) == 2
    box.settings.rule_namespace_filter = "fuzzy"
    assert len(rules(NamespaceName="shop")) == 3
    assert len(rules(Limit=2, Offset=2)) == 1
    shop.call("DeleteTagRetentionRule", RetentionId=first["RetentionId"])
    assert shop.refused("DeleteTagRetentionRule", RetentionId=first["RetentionId"]) == "ResourceNotFound"
    shop.call("DeleteNamespace", NamespaceName="shop")
    assert [item["NamespaceName"] for item in rules()] == ["shop-two"]


@pytest.mark.parametrize(
    "changes",
    [
        {"CronSetting": "hourly"},
        {"RetentionRule": {"Key": "oldest", "Value": 1}},
        {"RetentionRule": {"Key": "latestPushedK", "Value": 0}},
        {"RetentionRule": None},
        {"AdvancedRuleItems": [{**ITEM, "TagFilter": {"Decoration": "matches"}}]},
        {"AdvancedRuleItems": [{**ITEM, "RepositoryFilter": {"Decoration": "matches", "Pattern": "**"}}]},
    ],
)
def test_retention_refusals(shop: Api, changes: dict[str, Any]) -> None:
    given = {"NamespaceId": number(shop), "CronSetting": "daily", "RetentionRule": KEEP, **changes}
    code = shop.refused("CreateTagRetentionRule", **{name: value for name, value in given.items() if value is not None})
    assert code == "InvalidParameter.ErrorTcrInvalidParameter"


def test_immutable_rules(box: Sandbox, shop: Api) -> None:
    where = {"NamespaceName": "shop"}
    assert shop.call("CreateImmutableTagRules", Rule=RULE, **where).keys() == {"RequestId"}
    assert shop.refused("CreateImmutableTagRules", Rule=RULE, **where) == "InternalError.ErrorTcrResourceConflict"
    bad = {**RULE, "TagDecoration": "repoMatches"}
    assert shop.refused("CreateImmutableTagRules", Rule=bad, **where) == "FailedOperation"
    shop.call("CreateImmutableTagRules", Rule={**RULE, "TagPattern": "release"}, **where)
    listed = shop.call("DescribeImmutableTagRules", PageSize=1, Page=1)
    assert (listed["Total"], listed["EmptyNs"], len(listed["Rules"])) == (2, ["shop-two"], 1)
    first = listed["Rules"][0]
    assert (first["NsName"], first["Disabled"], first["TagPattern"]) == ("shop", False, "v*")
    second = shop.call("DescribeImmutableTagRules", PageSize=1, Page=2)["Rules"][0]["RuleId"]
    assert second != first["RuleId"]
    assert shop.refused("DeleteImmutableTagRules", NamespaceName="shop-two", RuleId=second) == "ResourceNotFound"
    shop.call("ModifyImmutableTagRules", RuleId=second, Rule={**RULE, "TagPattern": "x", "Disabled": True}, **where)
    changed = shop.call("DescribeImmutableTagRules")["Rules"][1]
    assert (changed["TagPattern"], changed["Disabled"]) == ("x", True)
    shop.call("DeleteImmutableTagRules", RuleId=second, **where)
    assert shop.call("DescribeImmutableTagRules")["Total"] == 1


def test_immutable_tags_are_protected(opened: Opened) -> None:
    client, old, new = opened.client(), image(["old"]), image(["new"])
    client.push("shop/web", old, "v1", "latest")
    opened.api.call("CreateImmutableTagRules", NamespaceName="shop", Rule=RULE)

    def refused(artifact: Any, tag: str) -> bool:
        try:
            client.push("shop/web", artifact, tag)
        except requests.HTTPError as error:
            assert error.response.status_code == 412
            assert "immutable" in error.response.text
            return True
        return False

    assert not refused(new, "latest")
    assert not refused(old, "v2")
    assert refused(new, "v1")
    assert refused(old, "v1")
    opened.sandbox.settings.immutable_same_digest = "accept"
    assert not refused(old, "v1")
    assert refused(new, "v1")
    assert opened.status("DELETE", "/v2/shop/web/manifests/v1", opened.bearer("shop/web", "delete")) == 412
    assert opened.api.refused("DeleteImage", ImageVersion="v1", **WEB) == "OperationDenied"
    tags = opened.api.refused("DeleteRepositoryTags", Tags=["latest", "v1"], **WEB)
    assert tags == "FailedOperation.PreconditionFailed"
    rule = opened.api.call("DescribeImmutableTagRules")["Rules"][0]["RuleId"]
    for change in ({"RepositoryDecoration": "repoExcludes"}, {"TagDecoration": "excludes"}, {"Disabled": True}):
        opened.api.call("ModifyImmutableTagRules", NamespaceName="shop", RuleId=rule, Rule={**RULE, **change})
        assert not refused(new, "v1")
    client.close()


def test_triggers(box: Sandbox, shop: Api) -> None:
    made = shop.call("CreateWebhookTrigger", Namespace="shop", Trigger=TRIGGER)["Trigger"]
    assert (made["Name"], made["NamespaceId"], made["Description"]) == ("notify", number(shop), "")
    again = shop.refused("CreateWebhookTrigger", Namespace="shop", Trigger=TRIGGER)
    assert again == "InvalidParameter.ErrTriggerExist"
    shop.call("CreateWebhookTrigger", Namespace="shop-two", Trigger=TRIGGER)
    for change in (
        {"EventTypes": ["boom"]},
        {"EventTypes": []},
        {"Targets": []},
        {"Targets": [{"Address": "ftp://x"}]},
    ):
        code = shop.refused("CreateWebhookTrigger", Namespace="shop", Trigger={**TRIGGER, "Name": "x", **change})
        assert code == "InvalidParameter.ErrorTcrInvalidParameter"

    def listed(**more: Any) -> list[dict[str, Any]]:
        return list(shop.call("DescribeWebhookTrigger", **more)["Triggers"])

    assert (len(listed()), len(listed(Namespace="shop"))) == (2, 1)
    assert (len(listed(Limit=1, Offset=0)), len(listed(Limit=1, Offset=2))) == (1, 0)
    box.settings.update(trigger_offset="page", rule_namespace_filter="fuzzy")
    assert (len(listed(Limit=1, Offset=2)), len(listed(Namespace="shop"))) == (1, 2)
    assert listed()[0]["Targets"][0]["Headers"] == []
    assert "NamespaceName" not in listed()[0]
    box.settings.update(trigger_empty_headers="undefined", trigger_namespace_name="null")
    assert listed()[0]["Targets"][0]["Headers"] == [{"Key": "", "Values": ["undefined"]}]
    assert listed()[0]["NamespaceName"] is None
    box.settings.trigger_namespace_name = "given"
    assert listed()[0]["NamespaceName"] == "shop"
    unnamed = shop.refused("ModifyWebhookTrigger", Namespace="shop", Trigger=TRIGGER)
    assert unnamed == "ResourceNotFound.TcrResourceNotFound"
    changed = {**TRIGGER, "Id": made["Id"], "Name": "renamed", "Enabled": False}
    shop.call("ModifyWebhookTrigger", Namespace="shop", Trigger=changed)
    assert (listed()[0]["Name"], listed()[0]["Enabled"]) == ("renamed", False)
    wrong = shop.refused("DeleteWebhookTrigger", Namespace="shop-two", Id=made["Id"])
    assert wrong == "ResourceNotFound.TcrResourceNotFound"
    shop.call("DeleteWebhookTrigger", Namespace="shop", Id=made["Id"])
    assert len(listed()) == 1
    box.settings.trigger_quota = 1
    full = shop.refused("CreateWebhookTrigger", Namespace="shop", Trigger=TRIGGER)
    assert full == "LimitExceeded.ErrTriggerMaxLimit"
    shop.call("DeleteNamespace", NamespaceName="shop-two")
    assert listed() == []
