# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The traps of access credentials and namespaces, and each switch in both positions."""

from __future__ import annotations

import base64
import json

from tests.sandbox import Sandbox
from tests.unit.sandbox.tcr_support import Api


def test_tokens(box: Sandbox, api: Api) -> None:
    temporary = api.call("CreateInstanceToken")
    assert temporary["TokenId"] == ""
    made = [api.call("CreateInstanceToken", TokenType="longterm", Desc="same") for _number in range(2)]
    listed = api.call("DescribeInstanceToken")
    assert listed["TotalCount"] == 2
    assert [item["Id"] for item in listed["Tokens"]] == [item["TokenId"] for item in made]
    assert "Token" not in listed["Tokens"][0]
    claims = made[0]["Token"].split(".")[1]
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert decoded["tokenId"] == made[0]["TokenId"]
    assert decoded["operatorUin"] == made[0]["Username"]
    assert decoded["exp"] * 1000 == made[0]["ExpTime"]
    assert "TEST-DATA-NOT-A-SIGNATURE" in made[0]["Token"].split(".")[2]
    assert 550 < len(made[0]["Token"]) < 700


def test_token_changes(box: Sandbox, api: Api) -> None:
    token_id = api.call("CreateInstanceToken", TokenType="longterm", Desc="old")["TokenId"]

    def shown() -> tuple[str, bool]:
        token = api.call("DescribeInstanceToken")["Tokens"][0]
        return token["Desc"], token["Enabled"]

    api.call("ModifyInstanceToken", TokenId=token_id, Desc="new")
    assert shown() == ("old", True)
    api.call("ModifyInstanceToken", TokenId=token_id, Desc="new", Enable=False)
    assert shown() == ("old", False)
    api.call("ModifyInstanceToken", TokenId=token_id, Desc="new", Enable=True, ModifyFlag=1)
    assert shown() == ("new", False)
    assert api.refused("CreateInstanceToken", TokenType="longterm", Desc="x" * 256) == "InvalidParameter"
    assert api.refused("CreateInstanceToken", TokenType="forever") == "InvalidParameter"
    api.call("DeleteInstanceToken", TokenId=token_id)
    assert api.refused("DeleteInstanceToken", TokenId=token_id) == "ResourceNotFound"
    box.settings.unknown_token = "unknown"
    assert api.refused("DeleteInstanceToken", TokenId=token_id) == "InternalError.Unknown"


def test_token_paging(box: Sandbox, api: Api) -> None:
    made = [api.call("CreateInstanceToken", TokenType="longterm", Desc="x")["TokenId"] for _number in range(5)]

    def listed(offset: int) -> list[str]:
        return [item["Id"] for item in api.call("DescribeInstanceToken", Offset=offset, Limit=2)["Tokens"]]

    assert listed(1) == made[1:3]
    box.settings.token_offset = "page"
    assert listed(1) == made[2:4]
    assert listed(3) == []


def test_namespaces(box: Sandbox, api: Api) -> None:
    for name in ("a", "-ab", "ab-", "a__b", "a..b", "Ab", "a" * 31, "a/b", ""):
        code = api.refused("CreateNamespace", NamespaceName=name, IsPublic=False)
        assert code == "InvalidParameter.ErrorTcrInvalidParameter", name
    for name in ("ab", "shop", "shop-2", "a.b_c-d", "a" * 30):
        api.call("CreateNamespace", NamespaceName=name, IsPublic=False)
    duplicate = api.refused("CreateNamespace", NamespaceName="shop", IsPublic=True)
    assert duplicate == "FailedOperation.ErrorTcrResourceConflict"
    fuzzy = api.call("DescribeNamespaces", NamespaceName="shop")["NamespaceList"]
    assert [item["Name"] for item in fuzzy] == ["shop", "shop-2"]
    api.call("ModifyNamespace", NamespaceName="shop", IsPublic=True, Severity="high")
    shop = api.call("DescribeNamespaces", NamespaceName="shop")["NamespaceList"][0]
    assert (shop["Public"], shop["Severity"]) == (True, "high")
    assert {"Key": "public", "Value": "true"} in shop["Metadata"]
    assert api.refused("DeleteNamespace", NamespaceName="sho") == "ResourceNotFound.TcrResourceNotFound"
    box.settings.empty_namespaces = "not_found"
    assert api.refused("DescribeNamespaces", NamespaceName="nothing") == "ResourceNotFound"
    box.settings.namespace_quota = 5
    assert api.refused("CreateNamespace", NamespaceName="more", IsPublic=True) == "LimitExceeded.ErrNamespaceMaxLimit"


def test_namespace_pages(box: Sandbox, api: Api) -> None:
    for number in range(5):
        api.call("CreateNamespace", NamespaceName=f"n{number}", IsPublic=False)

    def names(**page: object) -> list[str]:
        return [item["Name"] for item in api.call("DescribeNamespaces", **page)["NamespaceList"]]

    assert names(Offset=0, Limit=2) == ["n0", "n1"]
    assert names(Offset=1, Limit=2) == ["n2", "n3"]
    assert names(Offset=2, Limit=2) == ["n4"]
    assert names(All=True, Limit=2) == ["n0", "n1", "n2", "n3", "n4"]
    box.settings.namespace_first_page = 1
    assert names(Offset=0, Limit=2) == names(Offset=1, Limit=2) == ["n0", "n1"]
