# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The official SDK gets keys of roles from the sandbox in its three ways, and they are good for TCR; answers as defined."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.common import credential
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.profile.http_profile import HttpProfile

from tests.contract.tcr_definitions import definition
from tests.sandbox import Sandbox
from tests.sandbox.core.web import serve
from tests.sandbox.tcr.metadata import PATH, MetadataService
from tests.unit.sandbox.tcr_support import profile

TOKEN = "token-of-the-pod"


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox; the SDK's classes for roles know no other protocol than https, except here."""
    monkeypatch.setattr(credential, "HttpProfile", partial(HttpProfile, protocol="http"))
    with Sandbox(tmp_path, harbor_version=None) as sandbox, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        sandbox.tcr.role.web_identities["cls-1"] = TOKEN
        yield sandbox


def address(box: Sandbox) -> str:
    return str(box.facts["tcr_endpoint"]).removeprefix("http://")


def assert_good_for_tcr(box: Sandbox, keys: Any) -> None:
    client = CommonClient("tcr", "2019-09-24", keys, box.facts["tcr_region"], profile(box))
    assert client.call_json("DescribeInstances", {})["Response"]["TotalCount"] == 1


def test_a_role_assumed_with_a_key(box: Sandbox) -> None:
    base = box.facts["tcr_secret_id"], box.facts["tcr_secret_key"]
    keys = credential.STSAssumeRoleCredential(*base, box.tcr.role.arn, "sdk", 900, address(box))
    assert_good_for_tcr(box, keys)


def test_the_role_of_a_pod(box: Sandbox) -> None:
    given = box.facts["tcr_region"], "cls-1", TOKEN, box.tcr.role.arn, "sdk"
    assert_good_for_tcr(box, credential.OIDCRoleArnCredential(*given, endpoint=address(box)))


def test_the_role_of_the_machine(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    service = MetadataService(box.tcr.state, box.tcr.clock, box.tcr.role)
    with closing(serve(service, "127.0.0.1")) as server:
        monkeypatch.setattr(credential.CVMRoleCredential, "_role_endpoint", server.url + PATH)
        keys = credential.CVMRoleCredential()
        assert_good_for_tcr(box, keys)
    assert keys._expired_ts > time.time() + 7000


@pytest.mark.parametrize("action", ["AssumeRole", "AssumeRoleWithWebIdentity"])
def test_answers_are_as_defined(box: Sandbox, action: str) -> None:
    keys = credential.Credential(box.facts["tcr_secret_id"], box.facts["tcr_secret_key"])
    client = CommonClient("sts", "2018-08-13", keys, box.facts["tcr_region"], profile(box))
    parameters = {"RoleArn": box.tcr.role.arn, "RoleSessionName": "sdk", "DurationSeconds": 900}
    if action == "AssumeRoleWithWebIdentity":
        parameters |= {"ProviderId": "cls-1", "WebIdentityToken": TOKEN}
    answer = client.call_json(action, parameters)["Response"]
    assert list(definition("sts").answer_differences(action, answer)) == []
