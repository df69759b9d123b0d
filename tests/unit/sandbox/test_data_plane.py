# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry of the TCR: who may connect, who may push, and what becomes visible."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.sandbox.core.images import image, multi_platform
from tests.sandbox.tcr.server import SUBNET, VPC
from tests.unit.sandbox.tcr_support import Opened


def connect(url: str, source: str) -> int:
    """Status of /v2/ for a client with a source address; 0 when the connection is dropped or refused."""

    class From(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, source_address=(source, 0), **options)

    with requests.Session() as session:
        session.mount("http://", From())
        try:
            return session.get(f"{url}/v2/", timeout=10).status_code
        except requests.ConnectionError:
            return 0


def test_whitelist_is_enforced(opened: Opened) -> None:
    assert connect(opened.url, "127.0.0.1") == 401
    assert connect(opened.url, "127.0.20.1") == 0
    opened.sandbox.settings.refused_source = "html"
    assert connect(opened.url, "127.0.20.1") == 403
    opened.api.call("CreateSecurityPolicy", CidrBlock="127.0.20.0/24", Description="harbor")
    assert connect(opened.url, "127.0.20.1") == 401
    opened.api.call("ManageExternalEndpoint", Operation="Delete")
    assert connect(opened.url, "127.0.0.1") == 403


@pytest.mark.parametrize(("meaning", "status"), [("deny", 0), ("allow", 401)])
def test_empty_whitelist(opened: Opened, meaning: str, status: int) -> None:
    opened.sandbox.settings.empty_whitelist = meaning
    opened.api.call("DeleteSecurityPolicy", CidrBlock="127.0.0.1")
    assert connect(opened.url, "127.0.20.1") == status


def test_private_link(opened: Opened) -> None:
    box = opened.sandbox
    address = opened.api.link(VPC, SUBNET)
    url = f"http://{address}:{box.tcr.port}"
    assert connect(url, "127.0.20.1") == 401
    assert connect(url, "127.0.40.1") == 0
    box.settings.vpc_members = ["127.0.0.1"]
    assert connect(url, "127.0.20.1") == 0
    assert not box.network.may_connect("127.0.20.1", address)
    opened.api.call("ManageInternalEndpoint", Operation="Delete", VpcId=VPC, SubnetId=SUBNET)
    assert connect(url, "127.0.0.1") == 0


def test_challenge_names_the_host_of_the_request(opened: Opened) -> None:
    headers = {"Host": "demo.tencentcloudcr.com:8443"}
    answer = requests.get(f"{opened.url}/v2/shop/web/tags/list", headers=headers, timeout=10)
    assert answer.status_code == 401
    assert 'realm="http://demo.tencentcloudcr.com:8443/service/token"' in answer.headers["WWW-Authenticate"]
    assert 'scope="repository:shop/web:pull"' in answer.headers["WWW-Authenticate"]


def test_push_becomes_visible(opened: Opened) -> None:
    artifact = multi_platform("builder")
    client = opened.client()
    client.push("shop/team/api", artifact, "1.0")
    client.push("shop/team/api", image(["base"], size=1000), "2.0")
    client.close()
    listed = opened.api.call("DescribeRepositories", NamespaceName="shop")["RepositoryList"]
    assert [item["Name"] for item in listed] == ["shop/team/api"]
    for fragment, count in (("am/a", 1), ("shop", 0)):
        assert opened.api.call("DescribeRepositories", RepositoryName=fragment)["TotalCount"] == count
    where = {"NamespaceName": "shop", "RepositoryName": "team/api"}

    def rows(**more: Any) -> dict[str, str]:
        images = opened.api.call("DescribeImages", **where, **more)["ImageInfoList"]
        return {item["ImageVersion"]: item["Digest"] for item in images}

    assert rows(ImageVersion="1")["1.0"] == artifact.digest
    assert list(rows(ImageVersion=".0")) == ["1.0", "2.0"]
    assert list(rows(ImageVersion=".0", ExactMatch=True)) == []
    assert list(rows(Digest=artifact.digest)) == ["1.0"]
    opened.sandbox.settings.index_listing = "child"
    assert rows()["1.0"] == artifact.children[0].digest
    opened.sandbox.settings.index_listing = "absent"
    assert list(rows()) == ["2.0"]


def test_image_pages(opened: Opened) -> None:
    client = opened.client()
    client.push("shop/web", image(["base"]), *[f"v{number}" for number in range(5)])
    client.close()

    def tags(offset: int) -> list[str]:
        where = {"NamespaceName": "shop", "RepositoryName": "web", "Limit": 2, "Offset": offset}
        return [item["ImageVersion"] for item in opened.api.call("DescribeImages", **where)["ImageInfoList"]]

    assert tags(0) == tags(1) == ["v0", "v1"]
    assert tags(2) == ["v2", "v3"]
    assert tags(20) == []
    opened.sandbox.settings.page_zero = "error"
    where = {"NamespaceName": "shop", "RepositoryName": "web"}
    assert opened.api.refused("DescribeImages", Offset=0, **where) == "InvalidParameter"
    unknown = opened.api.refused("DescribeImages", NamespaceName="shop", RepositoryName="we")
    assert unknown == "ResourceNotFound.TcrResourceNotFound"


def test_namespaces_protect(opened: Opened) -> None:
    client = opened.client()
    for repository in ("shop/web", "open/web"):
        client.push(repository, image(["base"]), "1")
    with pytest.raises(requests.HTTPError, match="401"):
        client.push("nowhere/web", image(["base"]), "1")
    opened.sandbox.settings.unknown_namespace_status = "404"
    with pytest.raises(requests.HTTPError, match="404"):
        client.push("nowhere/web", image(["base"]), "1")
    client.close()
    for repository, status in (("shop/web", 401), ("open/web", 200)):
        anonymous = opened.bearer(repository, "pull,push", anonymous=True)
        assert opened.status("HEAD", f"/v2/{repository}/manifests/1", anonymous) == status
        assert opened.status("POST", f"/v2/{repository}/blobs/uploads/", anonymous) == 401
    assert opened.status("HEAD", "/v2/shop/web/manifests/1", opened.bearer("shop/other")) == 401
    assert opened.api.refused("DeleteNamespace", NamespaceName="shop") == "FailedOperation.PreconditionFailed"
    repository = {"NamespaceName": "shop", "RepositoryName": "web"}
    assert (
        opened.api.refused("DeleteRepository", ForceDelete=False, **repository) == "FailedOperation.PreconditionFailed"
    )
    opened.sandbox.settings.namespace_removal = "cascade"
    opened.api.call("DeleteNamespace", NamespaceName="shop")
    assert opened.api.call("DescribeRepositories")["TotalCount"] == 1


def test_credentials_stop_working(opened: Opened) -> None:
    opened.client().push("shop/web", image(["base"]), "1")
    bearer = opened.bearer("shop/web")
    path = "/v2/shop/web/manifests/1"
    opened.api.call("ModifyInstanceToken", TokenId=opened.token_id, Enable=False)
    assert opened.status("HEAD", path, bearer) == 401
    with pytest.raises(requests.HTTPError, match="401"):
        opened.bearer("shop/web")
    opened.sandbox.settings.credential_revocation = "bearer_expiry"
    assert opened.status("HEAD", path, bearer) == 200
    opened.sandbox.settings.credential_revocation = "immediate"
    opened.api.call("ModifyInstanceToken", TokenId=opened.token_id, Enable=True)
    assert opened.status("HEAD", path, bearer) == 200
    assert opened.sandbox.tcr.expire_tokens() == 1
    assert opened.status("HEAD", path, bearer) == 401


def test_temporary_credentials_and_wrong_ones(opened: Opened) -> None:
    temporary = opened.api.call("CreateInstanceToken")
    opened.password = temporary["Token"]
    assert opened.status("GET", "/v2/", opened.bearer("shop/web")) == 200
    opened.password = "wrong"
    with pytest.raises(requests.HTTPError, match="401"):
        opened.bearer("shop/web")
