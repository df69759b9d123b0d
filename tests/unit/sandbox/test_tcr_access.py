# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CAM in the sandbox: an identity with a policy may do what it allows, in the API and in the registry."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox import Sandbox
from tests.sandbox.tcr.access import Access
from tests.sandbox.tcr.settings import TcrSettings
from tests.sandbox.tcr.state import Account
from tests.unit.sandbox.harbor_support import put_image
from tests.unit.sandbox.tcr_support import Api, Opened

INSTANCE = "qcs::tcr:ap-guangzhou::instance/tcr-sandbox1"
CONTENT = "qcs::tcr:ap-guangzhou::repository/tcr-sandbox1"
CODES = ["UnauthorizedOperation", "AuthFailure.UnauthorizedOperation"]


def policy(*rights: tuple[str, str], effect: str = "allow") -> dict[str, Any]:
    """A policy from pairs of action and resource."""
    statement = [{"effect": effect, "action": [action], "resource": [resource]} for action, resource in rights]
    return {"version": "2.0", "statement": statement}


@pytest.fixture
def other(box: Sandbox) -> Api:
    """A client with the API key whose rights are restricted."""
    facts = box.facts
    return Api(box, secret_id=facts["restricted_secret_id"], secret_key=facts["restricted_secret_key"])


def test_without_a_policy_nothing_is_forbidden(other: Api) -> None:
    assert other.call("DescribeNamespaces")["NamespaceList"] == []


@pytest.mark.parametrize("code", CODES)
def test_what_is_not_allowed_is_refused_before_it_is_done(box: Sandbox, api: Api, other: Api, code: str) -> None:
    box.settings.update(unauthorized_code=code, access_policy=policy(("tcr:DescribeNamespaces", f"{CONTENT}/*")))
    assert other.refused("CreateNamespace", NamespaceName="shop", IsPublic=False) == code
    assert other.refused("DescribeInstances", Registry=False) == code
    assert other.call("DescribeNamespaces")["NamespaceList"] == []
    assert box.tcr.access.used == {"tcr:DescribeNamespaces"}
    api.call("CreateNamespace", NamespaceName="shop", IsPublic=False)


@pytest.mark.parametrize(
    ("right", "allowed"),
    [
        (("tcr:CreateNamespace", f"{CONTENT}/shop"), True),
        (("tcr:CreateNamespace", f"{CONTENT}/*"), True),
        (("tcr:Create*", "qcs::tcr:::repository/*"), True),
        (("tcr:*", "*"), True),
        (("tcr:CreateNamespace", f"{CONTENT}/shop-two"), False),
        (("tcr:CreateNamespace", INSTANCE), False),
        (("tcr:CreateNamespace", CONTENT.replace("guangzhou", "shanghai") + "/*"), False),
        (("tcr:CreateNamespace", "qcs::vpc:ap-guangzhou::repository/*"), False),
        (("tcr:ModifyNamespace", "*"), False),
    ],
)
def test_action_and_resource_must_fit(box: Sandbox, other: Api, right: tuple[str, str], allowed: bool) -> None:
    box.settings.update(access_policy=policy(right))
    if allowed:
        other.call("CreateNamespace", NamespaceName="shop", IsPublic=False)
    else:
        assert other.refused("CreateNamespace", NamespaceName="shop", IsPublic=False) == CODES[0]


def test_a_denial_wins(box: Sandbox, other: Api) -> None:
    both = policy(("tcr:*", "*"))
    both["statement"] += policy(("tcr:DescribeInstanceToken", INSTANCE), effect="deny")["statement"]
    box.settings.update(access_policy=both)
    assert other.refused("DescribeInstanceToken") == CODES[0]
    assert other.call("DescribeNamespaces")["NamespaceList"] == []


@pytest.mark.parametrize(
    "document",
    [
        {"version": "3.0", "statement": []},
        {"Version": "2.0", "statement": []},
        {"version": "2.0", "statement": [{"Effect": "allow", "action": ["tcr:*"], "resource": ["*"]}]},
        policy(("tcr:*", "*"), effect="permit"),
        policy(("DescribeInstances", "*")),
        policy(("tcr:*", "qcs::tcr:ap-guangzhou:instance/tcr-sandbox1")),
        policy(("tcr:*", "arn::tcr:ap-guangzhou::instance/tcr-sandbox1")),
    ],
    ids=str,
)
def test_what_cam_would_not_take_is_an_error(document: dict[str, Any]) -> None:
    restricted = Account("id", "key", "1", "1")
    access = Access(TcrSettings(access_policy=document), restricted)
    with pytest.raises(ValueError, match=r"a policy|a statement|an action|a resource"):
        access.permits("1", "tcr:DescribeInstances", INSTANCE)


@pytest.mark.parametrize(("whose", "refused"), [("caller", True), ("service", False)])
def test_whose_rights_count_towards_other_services(box: Sandbox, other: Api, whose: str, refused: bool) -> None:
    box.settings.update(network_rights=whose, access_policy=policy(("tcr:*", "*")))
    link = {"Operation": "Create", "VpcId": box.facts["vpc_id"], "SubnetId": box.facts["subnet_id"]}
    if refused:
        assert other.refused("ManageInternalEndpoint", **link) == CODES[0]
        return
    other.call("ManageInternalEndpoint", **link)


def test_a_credential_may_what_its_maker_may(opened: Opened, other: Api) -> None:
    made = other.call("CreateInstanceToken", TokenType="longterm", Desc="theirs")
    theirs = Opened(opened.sandbox, other, opened.url, made["Username"], made["Token"], made["TokenId"])
    put_image(opened.sandbox.tcr.registry.store, "shop/web", "1.0")

    def statuses(*rights: tuple[str, str]) -> tuple[int, int, int]:
        opened.sandbox.settings.update(access_policy=policy(*rights))
        pull = theirs.status("GET", "/v2/shop/web/manifests/1.0", theirs.bearer("shop/web", "pull"))
        push, new = (
            theirs.status("POST", f"/v2/{name}/blobs/uploads/", theirs.bearer(name))
            for name in ("shop/web", "shop/new")
        )
        return pull, push, new

    everything = f"{CONTENT}/shop/*"
    assert statuses() == (401, 401, 401)
    assert statuses(("tcr:PullRepository", everything)) == (200, 401, 401)
    assert statuses(("tcr:PushRepository", everything)) == (401, 202, 401)
    assert statuses(("tcr:PushRepository", f"{CONTENT}/other/*")) == (401, 401, 401)
    assert statuses(("tcr:PushRepository", everything), ("tcr:CreateRepository", everything)) == (401, 202, 202)
    opened.sandbox.settings.update(repository_creation_by_push="included")
    assert statuses(("tcr:PushRepository", everything)) == (401, 202, 202)
    upload = requests.post(f"{opened.url}/v2/shop/new/blobs/uploads/", headers=opened.bearer("shop/new"), timeout=10)
    assert upload.status_code == 202, "the rights of others are not touched"
