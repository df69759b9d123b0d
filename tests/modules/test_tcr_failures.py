# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input and failure, for every TCR module alike: one clear sentence, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._http import client as http_client
from tests.modules.tcr_connection import connection
from tests.support.modules import run_module
from tests.support.steps import fail, succeed
from tests.unit.sandbox.harbor_support import put_image

OPTIONS: dict[str, dict[str, Any]] = {
    "tcr_access_credential": {"description": "Harbor"},
    "tcr_image_info": {"namespace": "team", "repository": "web"},
    "tcr_immutable_tag": {"rules": [{"namespace": "team"}]},
    "tcr_instance_info": {},
    "tcr_namespace": {"namespaces": [{"name": "team"}]},
    "tcr_private_dns": {"vpc_id": "vpc-sandbox1", "names": ["public"]},
    "tcr_private_link": {"vpc_id": "vpc-sandbox1", "subnet_id": "subnet-sandbox1"},
    "tcr_public_access": {},
    "tcr_public_whitelist": {"entries": [{"cidr": "203.0.113.7"}]},
    "tcr_repository_info": {},
    "tcr_requirements_info": {},
    "tcr_service_account": {
        "service_accounts": [{"name": "harbor", "permissions": [{"namespace": "team", "actions": ["pull"]}]}]
    },
    "tcr_tag_retention": {"rules": [{"namespace": "team", "keep": [{"latest_pushed": 1}]}]},
    "tcr_webhook": {
        "namespace": "team",
        "triggers": [{"name": "t", "event_types": ["pushImage"], "targets": [{"address": "https://ci.example.com"}]}],
    },
}
# It reports what is not allowed, so a missing right is no failure of it.
REFUSED = sorted(OPTIONS.keys() - {"tcr_requirements_info"})
RESOURCES = sorted(name for name in OPTIONS if not name.endswith("_info"))
Module = Callable[..., dict[str, Any]]


@pytest.fixture
def start(make_sandbox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """A sandbox with one image, and a home without credentials."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("ID", "KEY"):
        monkeypatch.delenv(f"TENCENTCLOUD_SECRET_{name}", raising=False)
    monkeypatch.delenv("TENCENTCLOUD_REGION", raising=False)

    def started(**settings: Any) -> Any:
        sandbox = make_sandbox(harbor_version=None, **settings)
        put_image(sandbox.tcr.registry.store, "team/web", "1.0")
        return sandbox

    return started


def runs(name: str) -> Module:
    return lambda parameters, check=False: run_module(name, {**OPTIONS[name], **parameters}, check=check)


def assert_refused(sandbox: Any, result: dict[str, Any], kind: str, *words: str) -> None:
    assert result["error"]["kind"] == kind, result["msg"]
    assert all(word in result["msg"] for word in words), result["msg"]
    assert not [entry for entry in sandbox.journal.writes() if not entry.code]
    assert sandbox.tcr.account.secret_key not in str(result)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("name", sorted(OPTIONS))
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tcr_secret_id": "AKIDunknown"}, ("tcr_secret_id", "AuthFailure.SecretIdNotFound")),
        ({"tcr_secret_key": "not-the-right-key"}, ("tcr_secret_key", "AuthFailure.SignatureFailure")),
        ({"tcr_token": "not-a-token"}, ("tcr_token", "AuthFailure.TokenFailure")),
    ],
    ids=["id", "key", "token"],
)
def test_wrong_keys(
    start: Callable[..., Any], name: str, changes: dict[str, Any], words: tuple[str, ...], check: bool
) -> None:
    sandbox = start()
    result = fail(runs(name), connection(sandbox, **changes), check=check)
    assert_refused(sandbox, result, "AuthenticationFailed", *words)
    assert "not-the-right-key" not in str(result.get("msg"))


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_clock_skew(start: Callable[..., Any], name: str) -> None:
    sandbox = start(clock_skew=900.0)
    result = fail(runs(name), connection(sandbox))
    assert_refused(sandbox, result, "AuthenticationFailed", "AuthFailure.SignatureExpire", "clock of this host", "NTP")


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_unknown_region(start: Callable[..., Any], name: str) -> None:
    sandbox = start()
    result = fail(runs(name), connection(sandbox, tcr_region="ap-nowhere"))
    assert_refused(sandbox, result, "InvalidRequest", "ap-nowhere", "tcr_region")


@pytest.mark.parametrize(
    ("reading", "state"),
    [
        ("documented", "present"),
        ("documented", "absent"),
        ("not_found", "present"),
        ("db_error", "present"),
        ("empty", "present"),
    ],
)
@pytest.mark.parametrize("name", RESOURCES)
def test_unknown_registry_and_wrong_region(start: Callable[..., Any], name: str, state: str, reading: str) -> None:
    sandbox = start(unknown_registry=reading)
    unknown = fail(runs(name), connection(sandbox, registry_id="tcr-unknown1", state=state))
    assert_refused(sandbox, unknown, "NotFound", "'tcr-unknown1'", "ap-guangzhou")
    elsewhere = fail(runs(name), connection(sandbox, registry_id="tcr-sandbox2", state=state))
    assert_refused(sandbox, elsewhere, "NotFound", "ap-shanghai", "Set tcr_region")


@pytest.mark.parametrize("status", ["Pending", "Deploying", "Unhealthy", "FailedCreated", "Isolate", "Deleting"])
@pytest.mark.parametrize("name", RESOURCES)
def test_registry_not_running(start: Callable[..., Any], name: str, status: str) -> None:
    sandbox = start(registry_status=status)
    result = fail(runs(name), connection(sandbox))
    assert_refused(sandbox, result, "Conflict", "tcr-sandbox1", status, "must be Running")


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_no_credential(start: Callable[..., Any], name: str) -> None:
    sandbox = start()
    result = fail(runs(name), connection(sandbox, tcr_secret_id=None, tcr_secret_key=None))
    words = ("tcr_secret_id", "TENCENTCLOUD_SECRET_ID", ".tencentcloud", ".tccli")
    assert_refused(sandbox, result, "InvalidInput", *words)


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_credential_and_region_of_the_environment(
    start: Callable[..., Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = start()
    facts = sandbox.facts
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", facts["tcr_secret_id"])
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", facts["tcr_secret_key"])
    monkeypatch.setenv("TENCENTCLOUD_REGION", facts["tcr_region"])
    options = connection(sandbox, tcr_secret_id=None, tcr_secret_key=None, tcr_region=None)
    succeed(runs(name), options, check=True)


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_the_region_is_found(start: Callable[..., Any], name: str) -> None:
    sandbox = start()
    succeed(runs(name), connection(sandbox, tcr_region=None), check=True)


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_endpoint_that_does_not_answer(start: Callable[..., Any], name: str) -> None:
    sandbox = start()
    result = fail(runs(name), connection(sandbox, tcr_endpoint="http://127.0.0.1:9", tcr_timeout=1))
    assert_refused(sandbox, result, "Unreachable", "127.0.0.1:9", "no connection")


@pytest.mark.parametrize("name", REFUSED)
def test_missing_permission(start: Callable[..., Any], name: str) -> None:
    sandbox = start()
    sandbox.faults.add(
        service="tcr",
        match="DescribeInstances",
        kind="error",
        code="UnauthorizedOperation",
        message="CAM says no.",
        times=9,
    )
    result = fail(runs(name), connection(sandbox))
    assert_refused(sandbox, result, "PermissionDenied", "CAM says no", "tcr:DescribeInstances")


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_missing_library(start: Callable[..., Any], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = start()
    monkeypatch.setattr(http_client, "REQUESTS_IMPORT_ERROR", ImportError("requests"))
    result = fail(runs(name), connection(sandbox))
    assert_refused(sandbox, result, "MissingLibrary", "'requests'", "pip install requests")


@pytest.mark.parametrize("name", RESOURCES)
def test_check_mode_on_a_blank_registry_predicts_and_writes_nothing(start: Callable[..., Any], name: str) -> None:
    sandbox = start()
    result = succeed(runs(name), connection(sandbox), check=True)
    assert result["changed"]
    assert not sandbox.journal.writes()
