# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service accounts: the traps of the API, each switch in its positions, and their rights in the registry."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from tests.sandbox import Sandbox
from tests.sandbox.core.images import image
from tests.unit.sandbox.tcr_support import Api, Opened

RIGHTS = ["tcr:PushRepository", "tcr:PullRepository", "tcr:CreateRepository"]
PUSHER = [{"Resource": "shop", "Actions": RIGHTS}]


@pytest.fixture
def shop(api: Api) -> Api:
    """A client of a TCR with the namespace `shop`."""
    api.call("CreateNamespace", NamespaceName="shop", IsPublic=False)
    return api


def accounts(api: Api, **more: Any) -> list[dict[str, Any]]:
    parameters = {"EmbedPermission": True, **more}
    return list(api.call("DescribeServiceAccounts", **parameters)["ServiceAccounts"])


def test_creation_and_reading(box: Sandbox, shop: Api) -> None:
    made = shop.call("CreateServiceAccount", Name="harbor", Permissions=PUSHER, Description="d", Duration=10)
    assert made["Name"] == "tcr$harbor"
    assert len(made["Password"]) == 32
    assert made["ExpiresAt"] == pytest.approx((time.time() + 10 * 86400) * 1000, abs=5000)
    listed = accounts(shop)[0]
    assert listed["Permissions"] == PUSHER
    assert (listed["Name"], listed["Disable"], listed["ExpiresAt"]) == ("tcr$harbor", False, made["ExpiresAt"])
    assert "Password" not in listed
    assert accounts(shop, EmbedPermission=False)[0]["Permissions"] == []
    box.settings.service_account_expiry_unit = "seconds"
    assert accounts(shop)[0]["ExpiresAt"] == made["ExpiresAt"] // 1000
    box.settings.permission_order = "sorted"
    assert accounts(shop)[0]["Permissions"][0]["Actions"] == sorted(RIGHTS)


def test_refusals(box: Sandbox, shop: Api) -> None:
    def refused(**more: Any) -> str:
        return shop.refused("CreateServiceAccount", **{"Name": "harbor", "Permissions": PUSHER, **more})

    assert refused(Name="tcr$harbor") == "InvalidParameter"
    assert refused(Permissions=[{"Resource": "shop", "Actions": ["tcr:Everything"]}]) == "InvalidParameter"
    elsewhere = [{"Resource": "nowhere", "Actions": RIGHTS}]
    assert refused(Permissions=elsewhere) == "FailedOperation"
    box.settings.unknown_permission_namespace = "accept"
    shop.call("CreateServiceAccount", Name="other", Permissions=elsewhere)
    shop.call("CreateServiceAccount", Name="harbor", Permissions=[])
    for reading, code in (
        ("failed_operation", "FailedOperation"),
        ("db_error", "FailedOperation.DbError"),
        ("exists", "InvalidParameter.ErrUserExist"),
    ):
        box.settings.duplicate_service_account = reading
        assert refused() == code
    box.settings.service_account_quota = 2
    assert refused(Name="third") == "OperationDenied.QuotaOverLimit"


def test_expiry(box: Sandbox, shop: Api) -> None:
    assert shop.call("CreateServiceAccount", Name="harbor", Permissions=PUSHER)["ExpiresAt"] == -1
    shop.call("ModifyServiceAccount", Name="tcr$harbor", ExpiresAt=2_000_000_000_000)
    assert accounts(shop)[0]["ExpiresAt"] == 2_000_000_000_000
    shop.call("ModifyServiceAccount", Name="tcr$harbor", Description="more")
    assert accounts(shop)[0]["ExpiresAt"] == 2_000_000_000_000
    shop.call("ModifyServiceAccount", Name="tcr$harbor", Duration=1, ExpiresAt=2_000_000_000_000)
    first = accounts(shop)[0]["ExpiresAt"]
    assert first < 2_000_000_000_000
    box.tcr.clock.advance(60)
    shop.call("ModifyServiceAccount", Name="tcr$harbor", Duration=1)
    assert accounts(shop)[0]["ExpiresAt"] > first


@pytest.mark.parametrize(
    ("form", "modify", "password"),
    [
        ("documented", "tcr$harbor", "harbor"),
        ("prefixed", "tcr$harbor", "tcr$harbor"),
        ("bare", "harbor", "harbor"),
        ("either", "harbor", "tcr$harbor"),
    ],
)
def test_names(box: Sandbox, shop: Api, form: str, modify: str, password: str) -> None:
    box.settings.service_account_names = form
    other = {"harbor": "tcr$harbor", "tcr$harbor": "harbor"}
    shop.call("CreateServiceAccount", Name="harbor", Permissions=PUSHER)
    shop.call("ModifyServiceAccount", Name=modify, Disable=True)
    shop.call("ModifyServiceAccountPassword", Name=password, Random=False, Password="Secret123")
    if form != "either":
        assert shop.refused("ModifyServiceAccount", Name=other[modify]) == "FailedOperation"
        assert shop.refused("ModifyServiceAccountPassword", Name=other[password], Random=True) == "FailedOperation"
    box.settings.unknown_service_account = "db_error"
    assert shop.refused("DeleteServiceAccount", Name="tcr$nobody") == "FailedOperation.DbError"
    box.settings.unknown_service_account = "not_found"
    assert shop.refused("DeleteServiceAccount", Name="tcr$nobody") == "ResourceNotFound.ErrNoUser"
    shop.call("DeleteServiceAccount", Name=modify)
    assert accounts(shop) == []


def test_listing(box: Sandbox, shop: Api) -> None:
    box.settings.service_account_quota = 200
    for number in range(25):
        shop.call("CreateServiceAccount", Name=f"user-{number:02}", Permissions=[])
    assert len(accounts(shop)) == 20
    assert len(accounts(shop, Limit=1000)) == 25
    assert [item["Name"] for item in accounts(shop, Offset=23)] == ["tcr$user-23", "tcr$user-24"]
    assert len(accounts(shop, All=True)) == 25
    box.settings.service_accounts_all = "pages"
    assert len(accounts(shop, All=True)) == 20

    def named(value: str) -> int:
        return len(accounts(shop, Filters=[{"Name": "ServiceAccountName", "Values": [value]}]))

    assert (named("tcr$user-01"), named("user-01")) == (1, 0)
    box.settings.service_account_filter = "fuzzy"
    assert (named("tcr$user-01"), named("user-0")) == (1, 10)


def test_passwords(box: Sandbox, shop: Api) -> None:
    first = shop.call("CreateServiceAccount", Name="harbor", Permissions=PUSHER)["Password"]
    second = shop.call("ModifyServiceAccountPassword", Name="harbor", Random=True)["Password"]
    assert len(second) == 32
    assert second != first
    chosen = shop.call("ModifyServiceAccountPassword", Name="harbor", Random=False, Password="Secret123")
    assert chosen["Password"] == "Secret123"
    for password in ("Short1", "x" * 7 + "A1" + "x" * 12, "lowercase1", "UPPERCASE1", "NoDigitHere"):
        change = {"Name": "harbor", "Random": False, "Password": password}
        assert shop.refused("ModifyServiceAccountPassword", **change) == "InvalidParameter"


def account(opened: Opened, permissions: list[dict[str, Any]], name: str = "user") -> None:
    made = opened.api.call("CreateServiceAccount", Name=name, Permissions=permissions)
    opened.username, opened.password = made["Name"], made["Password"]


def pushed(opened: Opened, repository: str) -> bool:
    client = opened.client()
    try:
        client.push(repository, image(["base"]), "1")
    except requests.HTTPError as error:
        assert error.response.status_code == 401
        return False
    finally:
        client.close()
    return True


def test_rights_end_at_the_namespace(opened: Opened) -> None:
    account(opened, PUSHER)
    assert pushed(opened, "shop/web")
    assert not pushed(opened, "open/web")
    assert opened.status("HEAD", "/v2/shop/web/manifests/1", opened.bearer("shop/web")) == 200
    assert opened.status("DELETE", "/v2/shop/web/manifests/1", opened.bearer("shop/web", "delete")) == 401


def test_each_right_counts(opened: Opened) -> None:
    opened.client().push("shop/web", image(["base"]), "1")
    path = "/v2/shop/web/manifests/1"
    account(opened, [{"Resource": "shop", "Actions": ["tcr:PullRepository"]}], "reader")
    assert opened.status("HEAD", path, opened.bearer("shop/web")) == 200
    assert not pushed(opened, "shop/web")
    account(opened, [{"Resource": "shop", "Actions": ["tcr:PushRepository"]}], "writer")
    assert opened.status("HEAD", path, opened.bearer("shop/web")) == 401
    assert opened.status("POST", "/v2/shop/web/blobs/uploads/", opened.bearer("shop/web")) == 202
    assert opened.status("POST", "/v2/shop/new/blobs/uploads/", opened.bearer("shop/new")) == 401
    opened.sandbox.settings.repository_creation_by_push = "included"
    assert opened.status("POST", "/v2/shop/new/blobs/uploads/", opened.bearer("shop/new")) == 202


def test_accounts_stop_working(opened: Opened) -> None:
    account(opened, PUSHER)
    bearer = opened.bearer("shop/web")
    opened.api.call("ModifyServiceAccount", Name="tcr$user", Disable=True)
    assert opened.status("GET", "/v2/", bearer) == 401
    opened.api.call("ModifyServiceAccount", Name="tcr$user", Disable=False, Duration=1)
    assert opened.status("GET", "/v2/", bearer) == 200
    opened.api.call("ModifyServiceAccountPassword", Name="user", Random=True)
    with pytest.raises(requests.HTTPError, match="401"):
        opened.bearer("shop/web")
    opened.api.call("DeleteServiceAccount", Name="tcr$user")
    assert opened.status("GET", "/v2/", bearer) == 401
