# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_service_account against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.modules.tcr_connection import connection, runner
from tests.support.steps import fail, four_steps, succeed, twelve_steps

run = runner("tcr_service_account")

PASSWORD = "Vault4Harbor"
ALL = ["pull", "push", "create"]
RIGHTS = [{"namespace": "team-a", "actions": ALL}, {"namespace": "shared", "actions": ["pull"]}]
HARBOR = {"name": "harbor", "permissions": RIGHTS, "password": PASSWORD}
SWITCHES = [
    {},
    {"service_account_names": "bare", "unknown_service_account": "db_error"},
    {"unknown_service_account": "not_found", "service_account_names": "prefixed"},
]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(**settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, **{"rate_limits": False, **settings})
        options = connection(sandbox)
        succeed(runner("tcr_namespace"), {**options, "namespaces": [{"name": "team-a"}, {"name": "shared"}]})
        sandbox.journal.clear()
        return sandbox, options

    return started


def accounts(sandbox: Any) -> dict[str, Any]:
    return dict(sandbox.tcr.registry.service_accounts)


@pytest.mark.parametrize("settings", SWITCHES, ids=str)
def test_twelve_steps(start: Callable[..., Any], settings: dict[str, Any]) -> None:
    sandbox, options = start(**settings)
    change = {"name": "harbor", "disabled": True, "expires_at": "2040-01-31T12:00:00+08:00", "description": "old"}
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create={**options, "service_accounts": [HARBOR]},
        change={**options, "service_accounts": [{**change, "permissions": RIGHTS[1:]}]},
        delete={**options, "service_accounts": [{"name": "tcr$harbor"}], "state": "absent"},
    )
    account = created["service_accounts"][0]
    assert account.pop("created_at")
    assert account == {
        "name": "harbor",
        "username": "tcr$harbor",
        "description": "",
        "permissions": sorted(
            ({**one, "actions": sorted(one["actions"])} for one in RIGHTS), key=lambda one: one["namespace"]
        ),
        "expires_at": None,
        "disabled": False,
    }
    assert changed is not None
    account = changed["service_accounts"][0]
    assert (account["disabled"], account["expires_at"]) == (True, "2040-01-31T04:00:00+00:00")
    assert account["permissions"] == RIGHTS[1:]
    assert deleted["service_accounts"] == []


def test_what_is_not_given_stays(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "service_accounts": [{**HARBOR, "description": "d", "expires_at": "2040-01-31"}]})
    result = succeed(run, {**options, "service_accounts": [{"name": "harbor", "disabled": True}]})
    account = accounts(sandbox)["tcr$harbor"]
    assert (account.description, account.password, account.disabled) == ("d", PASSWORD, True)
    assert len(account.permissions) == 2
    assert result["service_accounts"][0]["expires_at"] == "2040-01-31T00:00:00+00:00"


def test_the_password_of_the_vault_opens_the_registry(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    wait = {"wait_timeout": 20, "wait_interval": 0.05}
    succeed(runner("tcr_public_access"), {**options, **wait})
    succeed(runner("tcr_public_whitelist"), {**options, "entries": [{"cidr": "127.0.0.1"}]})
    result = succeed(run, {**options, "service_accounts": [HARBOR]})
    assert PASSWORD not in json.dumps(result)
    assert "secret" not in result["service_accounts"][0]
    url = f"http://{sandbox.facts['public_address']}:{sandbox.tcr.port}"

    def login(password: str) -> int:
        keys = (result["service_accounts"][0]["username"], password)
        return requests.get(
            f"{url}/service/token", params={"service": "harbor-registry"}, auth=keys, timeout=10
        ).status_code

    assert (login(PASSWORD), login("Another1Password")) == (200, 401)


def test_a_random_password_is_told_once(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options["service_accounts"] = [{"name": "harbor", "permissions": RIGHTS}]
    assert "secret" not in succeed(run, options, check=True)["service_accounts"][0]
    created = succeed(run, options)["service_accounts"][0]
    assert created["secret"] == accounts(sandbox)["tcr$harbor"].password
    assert "secret" not in succeed(run, options)["service_accounts"][0]


def test_always_writes_the_password(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "service_accounts": [HARBOR]})
    options["service_accounts"] = [{"name": "harbor", "password": "Another1Password"}]
    assert not succeed(run, options)["changed"]
    options["update_password"] = "always"
    for _time in range(2):
        predicted, done = succeed(run, options, check=True), succeed(run, options)
        assert done["changed"] and done["diff"] == predicted["diff"]
        assert "Another1Password" not in json.dumps([predicted, done])
    assert accounts(sandbox)["tcr$harbor"].password == "Another1Password"
    assert not succeed(run, {**options, "service_accounts": [{"name": "harbor"}]})["changed"]


def test_days_count_from_the_creation_only(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options["service_accounts"] = [{**HARBOR, "valid_days": 7}]
    result = four_steps(run, sandbox.journal, options)
    end = datetime.fromisoformat(result["service_accounts"][0]["expires_at"])
    assert timedelta(days=6.9) < end - datetime.now(UTC) <= timedelta(days=7)


def test_an_account_of_somebody_else_is_left_alone(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "service_accounts": [HARBOR]})
    options["migration_id"] = "spring"
    result = fail(run, {**options, "service_accounts": [{**HARBOR, "disabled": True}]})
    assert result["error"]["kind"] == "NotOurs"
    removal = succeed(run, {**options, "service_accounts": [{"name": "harbor"}], "state": "absent"})
    assert (removal["changed"], removal["unmanaged"]) == (False, ["harbor"])


def test_exact_with_a_migration_removes_its_own_only(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "service_accounts": [{**HARBOR, "name": "theirs"}]})
    options["migration_id"] = "spring"
    succeed(run, {**options, "service_accounts": [HARBOR, {**HARBOR, "name": "other"}]})
    assert accounts(sandbox)["tcr$harbor"].description == "managed by cloud_registry.migration: spring"
    four_steps(run, sandbox.journal, {**options, "service_accounts": [{"name": "harbor"}], "state": "exact"})
    four_steps(run, sandbox.journal, {**options, "service_accounts": [], "state": "exact"})
    assert list(accounts(sandbox)) == ["tcr$theirs"]


@pytest.mark.parametrize("given", [PASSWORD, None])
@pytest.mark.parametrize(
    ("kind", "executed"),
    [("drop_after", True), ("drop_before", False), ("throttle", False), ("error", True), ("error", False)],
)
def test_an_answer_that_got_lost_leaves_no_account_without_a_password(
    start: Callable[..., Any], kind: str, executed: bool, given: str | None
) -> None:
    sandbox, options = start()
    options["service_accounts"] = [{**HARBOR, "password": given}]
    sandbox.faults.add(service="tcr", match="CreateServiceAccount", kind=kind, executed=executed)
    result = succeed(run, options)["service_accounts"][0]
    assert accounts(sandbox)["tcr$harbor"].password == (given or result["secret"])


def test_an_account_whose_password_cannot_be_set_is_removed(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    sandbox.faults.add(
        service="tcr", match="ModifyServiceAccountPassword", kind="error", code="UnauthorizedOperation", times=9
    )
    result = fail(run, {**options, "service_accounts": [HARBOR]})
    assert "tcr:ModifyServiceAccountPassword" in result["msg"]
    assert PASSWORD not in json.dumps(result)
    assert accounts(sandbox) == {}


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "throttle", "error", "status"])
@pytest.mark.parametrize(
    "action",
    ["ModifyServiceAccount", "DeleteServiceAccount", "DescribeServiceAccounts", "ModifyServiceAccountPassword"],
)
def test_faults_are_overcome(start: Callable[..., Any], action: str, kind: str) -> None:
    sandbox, options = start()
    succeed(run, {**options, "service_accounts": [HARBOR, {**HARBOR, "name": "other"}]})
    sandbox.faults.add(service="tcr", match=action, kind=kind)
    change = {"name": "harbor", "disabled": True, "password": "Another1Password"}
    succeed(run, {**options, "service_accounts": [change], "state": "exact", "update_password": "always"})
    assert list(accounts(sandbox)) == ["tcr$harbor"]
    account = accounts(sandbox)["tcr$harbor"]
    assert (account.disabled, account.password) == (True, "Another1Password")


def test_many_accounts_need_one_listing(start: Callable[..., Any]) -> None:
    sandbox, options = start(service_account_quota=200, service_accounts_all="pages")
    options["service_accounts"] = [{"name": f"user-{number:03}", "permissions": RIGHTS} for number in range(110)]
    succeed(run, options)
    sandbox.journal.clear()
    assert not succeed(run, options)["changed"]
    assert [entry.action for entry in sandbox.journal.entries].count("DescribeServiceAccounts") == 2


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "a b"}, ("'a b'", "name")),
        ({"permissions": None}, ("permissions", "'harbor'")),
        ({"permissions": []}, ("permissions", "'harbor'")),
        ({"password": "short"}, ("8 to 20 characters",)),
        ({"password": "nodigitsATall"}, ("8 to 20 characters", "digit")),
        ({"expires_at": "tomorrow"}, ("expires_at", "'tomorrow'")),
        ({"expires_at": ""}, ("expires_at", "empty")),
        ({"expires_at": "2040-01-31", "valid_days": 3}, ("expires_at", "valid_days")),
        ({"valid_days": 0}, ("valid_days",)),
    ],
)
def test_bad_input_is_told_before_anything_is_sent(
    start: Callable[..., Any], changes: dict[str, Any], words: tuple[str, ...], check: bool
) -> None:
    sandbox, options = start()
    result = fail(run, {**options, "service_accounts": [{**HARBOR, **changes}]}, check=check)
    assert all(word in result["msg"] for word in words), result["msg"]
    assert result["error"]["kind"] == "InvalidInput"
    assert not sandbox.journal.writes()
    assert str(changes.get("password")) not in result["msg"]


def test_an_unknown_namespace_and_a_full_quota_are_told(start: Callable[..., Any]) -> None:
    sandbox, options = start(service_account_quota=1)
    elsewhere = {**HARBOR, "permissions": [{"namespace": "nowhere", "actions": ["pull"]}]}
    assert "nowhere" in fail(run, {**options, "service_accounts": [elsewhere]})["msg"]
    result = fail(run, {**options, "service_accounts": [HARBOR, {**HARBOR, "name": "second"}]})
    assert result["error"]["kind"] == "QuotaExceeded"
