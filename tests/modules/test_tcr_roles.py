# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCR modules with the keys of roles: assumed by option, of a pod in TKE, of the machine; and with none at all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent import sts
from tests.modules.tcr_connection import connection, runner
from tests.sandbox.core.web import serve
from tests.sandbox.tcr.metadata import PATH, MetadataService
from tests.support.steps import fail, succeed

list_instances = runner("tcr_instance_info")
WITHOUT_KEY = {"tcr_secret_id": None, "tcr_secret_key": None, "registry_id": None}


@pytest.fixture
def start(make_sandbox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """A sandbox, and surroundings in which no key is found."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in list(os.environ):
        if name.startswith(("TENCENTCLOUD_", "TCCLI_", "TKE_")):
            monkeypatch.delenv(name)
    return lambda **settings: make_sandbox(harbor_version=None, **settings)


def actions(sandbox: Any) -> list[str]:
    return [entry.action for entry in sandbox.journal.entries]


@pytest.mark.parametrize("by", ["option", "TENCENTCLOUD_ROLE_ARN", "TENCENTCLOUD_ASSUME_ROLE_ARN"])
def test_a_role_is_assumed(start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    sandbox = start()
    arn = sandbox.tcr.role.arn
    if by != "option":
        monkeypatch.setenv(by, arn)
    options = connection(sandbox, registry_id=None, tcr_role_arn=arn if by == "option" else None)
    assert [one["name"] for one in succeed(list_instances, options)["instances"]] == ["demo"]
    assert actions(sandbox) == ["AssumeRole", "DescribeInstances"]


def test_a_role_that_cannot_be_assumed(start: Callable[..., Any]) -> None:
    sandbox = start()
    arn = "qcs::cam::uin/100000000001:roleName/other"
    result = fail(list_instances, connection(sandbox, registry_id=None, tcr_role_arn=arn))
    words = (arn, "with the key from the options tcr_secret_id and tcr_secret_key", "Check tcr_role_arn")
    assert all(word in result["msg"] for word in words), result["msg"]
    assert result["error"]["kind"] == "AuthenticationFailed"
    assert sandbox.tcr.account.secret_key not in str(result)


def test_a_session_that_ends_is_renewed_while_a_module_waits(start: Callable[..., Any]) -> None:
    sandbox = start(endpoint_opening=2.5)
    options = {"tcr_role_arn": sandbox.tcr.role.arn, "tcr_role_duration": 1, "wait_interval": 0.2, "wait_timeout": 20}
    assert succeed(runner("tcr_public_access"), connection(sandbox, **options))["changed"]
    assert actions(sandbox).count("AssumeRole") >= 3
    assert not [entry for entry in sandbox.journal.entries if entry.code]


def test_the_identity_of_a_pod(start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sandbox = start()
    sandbox.tcr.role.web_identities["cls-1"] = "token-of-the-pod"
    (tmp_path / "token").write_text("token-of-the-pod")
    pod = {
        "TKE_REGION": "ap-guangzhou",
        "TKE_PROVIDER_ID": "cls-1",
        "TKE_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
        "TKE_ROLE_ARN": sandbox.tcr.role.arn,
    }
    for name, value in pod.items():
        monkeypatch.setenv(name, value)
    assert len(succeed(list_instances, connection(sandbox, **WITHOUT_KEY))["instances"]) == 1
    assert actions(sandbox) == ["AssumeRoleWithWebIdentity", "DescribeInstances"]


def test_the_role_of_the_machine(start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = start()
    service = MetadataService(sandbox.tcr.state, sandbox.tcr.clock, sandbox.tcr.role)
    with closing(serve(service, "127.0.0.1")) as server:
        monkeypatch.setattr(sts, "METADATA_URL", server.url + PATH)
        assert len(succeed(list_instances, connection(sandbox, **WITHOUT_KEY))["instances"]) == 1
    assert actions(sandbox) == ["DescribeInstances"]
    assert [request.method for request in service.requests] == ["GET", "GET"]


def test_without_a_key_every_place_is_named_in_its_order(start: Callable[..., Any]) -> None:
    sandbox = start()
    began = time.monotonic()
    message = fail(list_instances, connection(sandbox, **WITHOUT_KEY))["msg"]
    assert time.monotonic() - began < 3
    places = (
        "tcr_secret_id",
        "TENCENTCLOUD_SECRET_ID",
        ".tencentcloud",
        ".tccli",
        "TKE_ROLE_ARN",
        "role of this machine",
    )
    found = [message.find(place) for place in places]
    assert found == sorted(found), message
    assert found[0] >= 0, message
    assert not sandbox.journal.entries
