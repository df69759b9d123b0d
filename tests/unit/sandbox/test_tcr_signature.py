# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verifier of TC3 signatures against published vectors and against those of the official SDK."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox import Sandbox
from tests.sandbox.tcr import tc3
from tests.sandbox.tcr.errors import ApiError
from tests.sandbox.tcr.state import Account
from tests.unit.sandbox.tcr_support import Api, outcome, raw_call

ASTERISKS = "*" * 32
CVM_BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
JSON_TYPE = "application/json"
CVM_TYPE = "application/json; charset=utf-8"
FORM_TYPE = "application/x-www-form-urlencoded"
FIRST = b'{"Registryids": ["tcr-dg284imq"]}'
SECOND = rb'{"RegistryId": "tcr-dg284imq", "CidrBlock": "203.0.113.7/32", "Description": "\u81ea\u5efa Harbor"}'
PLAIN, WITH_ACTION = "content-type;host", "content-type;host;x-tc-action"
TCR_HOST = "tcr.tencentcloudapi.com"
UNSIGNED = {"x-tc-content-sha256": "UNSIGNED-PAYLOAD"}


def vector(service: str, key: str, host: str, signed: str, body: bytes, signature: str, **more: Any) -> tuple[Any, ...]:
    return service, key, host, signed, body, signature, more


VECTORS = [
    vector("cvm", ASTERISKS, "cvm.tencentcloudapi.com", WITH_ACTION, CVM_BODY,
           "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"),
    vector("cvm", "Gu5t9xGARNpq86cd98joQYCN3*******", "cvm.tencentcloudapi.com", PLAIN, CVM_BODY,
           "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"),
    vector("cvm", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "cvm.tencentcloudapi.com", PLAIN, CVM_BODY,
           "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"),
    vector("tcr", ASTERISKS, TCR_HOST, PLAIN, FIRST,
           "e454b88d5339225b3de5569afab913db3005acc43c126a3d9870d6d5859353f1"),
    vector("tcr", ASTERISKS, TCR_HOST, PLAIN, SECOND,
           "335a6b9db89dacc9e908c6c6ede01227f0a4ecfd3c4dca456215a9f47908b67a"),
    vector("tcr", ASTERISKS, TCR_HOST, PLAIN, b"{}",
           "59fff102109ff040881ece9da06e9a1b3d71f9c16ad18890a0544a151c62be47"),
    vector("tcr", ASTERISKS, TCR_HOST, PLAIN, FIRST,
           "5c7677a6eae78e86caa5ad572c703abbd2aa1e145e2aefab7c42869cb1e9e3ab",
           headers=UNSIGNED),
    vector("tcr", ASTERISKS, TCR_HOST, PLAIN, b"", "96403fb980ef3a94f4a9832e5d89894890211dde2cab842bfb1dd722a21dffc1",
           query="Registryids.0=tcr-dg284imq&Offset=0&Limit=20"),
    vector("tcr", ASTERISKS, "127.0.0.1:8080", PLAIN, FIRST,
           "5098e181222ed1f1fe591d7278b9c28d7716a35439223666425f540cb4454886"),
    vector("tcr", ASTERISKS, TCR_HOST, WITH_ACTION, FIRST,
           "40145743fb56a076af56e592cbeeb72c7ef8597427f9f754312897997a75892a"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "key", "host", "signed", "body", "signature", "more"), VECTORS)
def test_vectors(
    service: str, key: str, host: str, signed: str, body: bytes, signature: str, more: dict[str, Any]
) -> None:
    query = more.get("query", "")
    cvm = service == "cvm"
    date, timestamp = ("2019-02-25", "1551113065") if cvm else ("2023-11-14", "1700000000")
    header = (
        f"TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/{date}/{service}/tc3_request, "
        f"SignedHeaders={signed}, Signature={signature}"
    )
    headers = {
        "host": host,
        "content-type": CVM_TYPE if cvm else FORM_TYPE if query else JSON_TYPE,
        "x-tc-action": "DescribeInstances",
        "x-tc-timestamp": timestamp,
        **more.get("headers", {}),
    }
    authorization = tc3.parse_authorization(header, service)
    method = "GET" if query else "POST"
    assert tc3.sign(authorization, key, method, query, headers, body) == signature
    tc3.check_signature(authorization, key, method, query, headers, body)
    with pytest.raises(ApiError, match=r"AuthFailure\.SignatureFailure"):
        tc3.check_signature(authorization, key + "x", method, query, headers, body)


@pytest.mark.parametrize(
    "header",
    [
        "Basic abc",
        "TC3-HMAC-SHA256 Credential=AKID/2023-11-14/tcr/tc3_request, SignedHeaders=host, Signature=" + "0" * 64,
        "TC3-HMAC-SHA256 Credential=AKID/2023-11-14/cvm/tc3_request, SignedHeaders=content-type;host, Signature="
        + "0" * 64,
        "TC3-HMAC-SHA256 Credential=AKID/2023-11-14/tcr/tc3_request, SignedHeaders=host;content-type, Signature="
        + "0" * 64,
    ],
)
def test_malformed_authorization(header: str) -> None:
    with pytest.raises(ApiError, match=r"AuthFailure\.InvalidAuthorization"):
        tc3.parse_authorization(header, "tcr")


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("signature"), harbor_version=None) as sandbox:
        yield sandbox


def signed(sandbox: Sandbox, body: bytes = b"{}", **changes: str) -> dict[str, str]:
    """Headers of a correctly signed DescribeRegions; changed headers are signed as they are."""
    timestamp = changes.pop("timestamp", str(int(time.time())))
    headers = {
        "Host": sandbox.facts["tcr_endpoint"].removeprefix("http://"),
        "Content-Type": JSON_TYPE,
        "X-TC-Action": "DescribeRegions",
        "X-TC-Version": "2019-09-24",
        "X-TC-Region": "ap-guangzhou",
        "X-TC-Language": "en-US",
        "X-TC-Timestamp": timestamp,
        **changes,
    }
    date = headers.pop("date", time.strftime("%Y-%m-%d", time.gmtime(int(timestamp))))
    authorization = tc3.Authorization(sandbox.facts["tcr_secret_id"], date, "tcr", ("content-type", "host"), "")
    lower = {name.lower(): value for name, value in headers.items()}
    signature = tc3.sign(authorization, sandbox.facts["tcr_secret_key"], "POST", "", lower, body)
    scope = f"{authorization.secret_id}/{date}/tcr/tc3_request"
    parts = f"Credential={scope}, SignedHeaders=content-type;host, Signature={signature}"
    return {**headers, "Authorization": f"TC3-HMAC-SHA256 {parts}"}


def test_gateway_checks(box: Sandbox) -> None:
    assert outcome(raw_call(box, signed(box), b"{}")) == ""
    assert outcome(raw_call(box, signed(box), b'{"A": 1}')) == "AuthFailure.SignatureFailure"
    old = str(int(time.time()) - 301)
    assert outcome(raw_call(box, signed(box, timestamp=old), b"{}")) == "AuthFailure.SignatureExpire"
    assert outcome(raw_call(box, signed(box, date="2020-01-01"), b"{}")) == "AuthFailure.InvalidAuthorization"
    cases = {
        "NoSuchVersion": {"X-TC-Version": "2018-01-01"},
        "InvalidAction": {"X-TC-Action": "DescribeEverything"},
        "UnsupportedRegion": {"X-TC-Region": "mars-north"},
        "AuthFailure.TokenFailure": {"X-TC-Token": "unexpected"},
    }
    for code, changes in cases.items():
        assert outcome(raw_call(box, signed(box, **changes), b"{}")) == code
    for name in ("X-TC-Action", "X-TC-Version", "X-TC-Region", "X-TC-Timestamp", "Authorization"):
        headers = {key: value for key, value in signed(box).items() if key != name}
        assert outcome(raw_call(box, headers, b"{}")) == "MissingParameter", name
    assert outcome(raw_call(box, signed(box, b"[]"), b"[]")) == "InvalidRequest"
    assert outcome(raw_call(box, signed(box), b"", "GET")) == "UnsupportedProtocol"


def test_clock_skew(box: Sandbox) -> None:
    box.settings.clock_skew = 400.0
    try:
        assert outcome(raw_call(box, signed(box), b"{}")) == "AuthFailure.SignatureExpire"
    finally:
        box.settings.clock_skew = 0.0


def test_wrong_keys_and_temporary_credentials(tmp_path: Path) -> None:
    with Sandbox(tmp_path, harbor_version=None) as box:
        assert Api(box, secret_id="AKIDnobody").refused("CheckInstance") == "AuthFailure.SecretIdNotFound"
        assert Api(box, secret_key="wrong").refused("CheckInstance") == "AuthFailure.SignatureFailure"
        temporary = Account("AKIDtemporary", "temporary-key", "100000000002", "100000000001", "session")
        box.tcr.state.accounts[temporary.secret_id] = temporary
        keys = {"secret_id": temporary.secret_id, "secret_key": temporary.secret_key}
        assert Api(box, token="session", **keys).call("CheckInstance")["IsValidated"]
        assert Api(box, token="old", **keys).refused("CheckInstance") == "AuthFailure.TokenFailure"
        assert Api(box, **keys).refused("CheckInstance") == "AuthFailure.TokenFailure"


def test_language(box: Sandbox) -> None:
    english = raw_call(box, signed(box, **{"X-TC-Region": "mars"}), b"{}").json()["Response"]["Error"]["Message"]
    chinese = raw_call(box, signed(box, **{"X-TC-Region": "mars", "X-TC-Language": "zh-CN"}), b"{}")
    assert english == "This action does not support the region `mars`."
    assert chinese.json()["Response"]["Error"]["Message"] == "不支持地域 `mars`。"
