# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TC3-HMAC-SHA256 against published vectors and against the signer of the vendor's SDK."""

from __future__ import annotations

import hashlib
import json
import random
import re
import string
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent import signature

ASTERISKS = "*" * 32
CVM_BODY = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
CVM_HEADERS = {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}
CVM_ACTION = {**CVM_HEADERS, "x-tc-action": "DescribeInstances"}
CVM_TIME = 1551113065
INSTANCES = b'{"Registryids": ["tcr-dg284imq"]}'
POLICY = b'{"RegistryId": "tcr-dg284imq", "CidrBlock": "203.0.113.7/32", "Description": "\\u81ea\\u5efa Harbor"}'
TCR_HEADERS = {"content-type": "application/json", "host": "tcr.tencentcloudapi.com"}
TCR_TIME = 1700000000


def signature_of(authorization: str) -> str:
    return re.fullmatch(r".*, Signature=([0-9a-f]{64})", authorization)[1]  # type: ignore[index]


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("secret_key", "headers", "request_hash", "expected"),
    [
        (
            ASTERISKS,
            CVM_ACTION,
            "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84",
            "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
        ),
        (
            "Gu5t9xGARNpq86cd98joQYCN3*******",
            CVM_HEADERS,
            "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
            "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c",
        ),
        (
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            CVM_HEADERS,
            "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
    ],
    ids=["current documentation", "older documentation", "international documentation"],
)
def test_vectors_of_the_documentation(
    secret_key: str, headers: dict[str, str], request_hash: str, expected: str
) -> None:
    assert hashlib.sha256(CVM_BODY).hexdigest() == "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
    assert hashed(signature.canonical_request(headers, CVM_BODY)) == request_hash
    authorization = signature.authorization("AKIDEXAMPLE", secret_key, "cvm", CVM_TIME, headers, CVM_BODY)
    assert authorization == (
        "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2019-02-25/cvm/tc3_request, "
        f"SignedHeaders={';'.join(sorted(headers))}, Signature={expected}"
    )


@pytest.mark.parametrize(
    ("secret_key", "key"),
    [
        (ASTERISKS, "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af"),
        (
            "Gu5t9xGARNpq86cd98joQYCN3*******",
            "8aa8ab5755582f576e94bcfe383b8e29325b0ca90c3590d569221c6a63a091ed",
        ),
    ],
)
def test_signing_keys_of_the_documentation(secret_key: str, key: str) -> None:
    assert signature.signing_key(secret_key, "2019-02-25", "cvm").hex() == key


def test_canonical_get_request_of_the_documentation() -> None:
    headers = {**CVM_HEADERS, "content-type": "application/x-www-form-urlencoded"}
    assert hashed(signature.canonical_request(headers, b"", "GET", "Limit=10&Offset=0")) == (
        "91c9c192c14460df6c1ffc69e34e6c5e90708de2a6d282cccf957dbf1aa7f3a7"
    )


@pytest.mark.parametrize(
    ("body", "payload_hash", "request_hash", "expected"),
    [
        (
            INSTANCES,
            "c6eff2ab1bf3e83c860d1a9fa0bbb9321c91e430047c7d7e37afb97b0a34da18",
            "a3ac6ac19054e3115863412f6b8913d54ca6a86fa27ba4d333f4c862513a0564",
            "e454b88d5339225b3de5569afab913db3005acc43c126a3d9870d6d5859353f1",
        ),
        (
            POLICY,
            "150d6c2205507ee20ff456c15cf06afd349e5870d79b4b4af424b3590ce516b5",
            "2e68e09dba445cb5b481dfd1f2e23fa98c8cd9addd4e8949a7323189bb05a80a",
            "335a6b9db89dacc9e908c6c6ede01227f0a4ecfd3c4dca456215a9f47908b67a",
        ),
        (
            b"{}",
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
            "e3732835cf5a1168bd1ae5e882e457d5be55916ac84f764452ef84fcbe9699dc",
            "59fff102109ff040881ece9da06e9a1b3d71f9c16ad18890a0544a151c62be47",
        ),
    ],
)
def test_vectors_of_the_sdk(body: bytes, payload_hash: str, request_hash: str, expected: str) -> None:
    assert hashlib.sha256(body).hexdigest() == payload_hash
    assert hashed(signature.canonical_request(TCR_HEADERS, body)) == request_hash
    assert (
        signature_of(signature.authorization("AKIDEXAMPLE", ASTERISKS, "tcr", TCR_TIME, TCR_HEADERS, body)) == expected
    )


def test_signing_key_of_the_sdk() -> None:
    key = signature.signing_key(ASTERISKS, "2023-11-14", "tcr").hex()
    assert key == "96e9541598725141b8c88bee7b81a0673c646a0d2edad9eb1d9dc1476c5e1c98"


@pytest.mark.parametrize(
    ("changes", "body", "method", "query", "expected"),
    [
        ({}, b"UNSIGNED-PAYLOAD", "POST", "", "5c7677a6eae78e86caa5ad572c703abbd2aa1e145e2aefab7c42869cb1e9e3ab"),
        (
            {"content-type": "application/x-www-form-urlencoded"},
            b"",
            "GET",
            "Registryids.0=tcr-dg284imq&Offset=0&Limit=20",
            "96403fb980ef3a94f4a9832e5d89894890211dde2cab842bfb1dd722a21dffc1",
        ),
        (
            {"host": "127.0.0.1:8080"},
            INSTANCES,
            "POST",
            "",
            "5098e181222ed1f1fe591d7278b9c28d7716a35439223666425f540cb4454886",
        ),
        (
            {"x-tc-action": "DescribeInstances"},
            INSTANCES,
            "POST",
            "",
            "40145743fb56a076af56e592cbeeb72c7ef8597427f9f754312897997a75892a",
        ),
    ],
    ids=["unsigned payload", "GET", "host with port", "signed action"],
)
def test_other_vectors(changes: dict[str, str], body: bytes, method: str, query: str, expected: str) -> None:
    headers = {**TCR_HEADERS, **changes}
    authorization = signature.authorization("AKIDEXAMPLE", ASTERISKS, "tcr", TCR_TIME, headers, body, method, query)
    assert signature_of(authorization) == expected


def test_the_signed_action_is_in_the_canonical_request() -> None:
    headers = {**TCR_HEADERS, "x-tc-action": "DescribeInstances"}
    assert hashed(signature.canonical_request(headers, INSTANCES)) == (
        "f251f0a36de7cf3b0d2206544583c4d51a2c6c4504f69cc28d36fee6b22231e9"
    )


def test_header_names_are_signed_in_any_case_and_order() -> None:
    mixed = {"Host": "tcr.tencentcloudapi.com", "Content-Type": " application/json "}
    assert signature.canonical_request(mixed, b"{}") == signature.canonical_request(TCR_HEADERS, b"{}")


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")
@pytest.mark.parametrize("seed", range(50))
def test_the_signer_of_the_sdk_agrees(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from tencentcloud.common import abstract_client, credential
    from tencentcloud.common.http.request import RequestInternal
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    chosen = random.Random(seed)
    timestamp = chosen.randrange(1_500_000_000, 2_100_000_000)
    letters = string.ascii_letters + string.digits
    secret_id, secret_key = ("".join(chosen.choices(letters, k=36)) for _each in range(2))
    host = chosen.choice(["tcr.tencentcloudapi.com", "tcr.ap-guangzhou.tencentcloudapi.com", "127.0.0.1:8080"])
    parameters: dict[str, Any] = {
        "".join(chosen.choices(string.ascii_letters, k=8)): chosen.choice([1, True, "é 自建", ["a", {"b": None}], ""])
        for _each in range(chosen.randrange(5))
    }
    body = json.dumps(parameters).encode()
    monkeypatch.setattr(abstract_client, "time", SimpleNamespace(time=lambda: timestamp))
    profile = ClientProfile(signMethod="TC3-HMAC-SHA256", httpProfile=HttpProfile(endpoint=host))
    client = abstract_client.AbstractClient(credential.Credential(secret_id, secret_key), "ap-guangzhou", profile)
    client._service, client._apiVersion = "tcr", "2019-09-24"
    request = RequestInternal(host, "POST", "/")
    client._build_req_with_tc3_signature("DescribeInstances", parameters, request)
    assert request.data == body.decode()
    ours = signature.authorization(
        secret_id, secret_key, "tcr", timestamp, {"Content-Type": "application/json", "Host": host}, body
    )
    assert request.header["Authorization"] == ours
