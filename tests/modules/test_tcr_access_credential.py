# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_access_credential against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import connection, runner
from tests.support.steps import fail, four_steps, succeed, twelve_steps

run = runner("tcr_access_credential")
MARKER = "managed by cloud_registry.migration: spring"


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(**settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, **settings)
        return sandbox, connection(sandbox)

    return started


def descriptions(sandbox: Any) -> list[str]:
    return sorted(token.description for token in sandbox.tcr.tokens())


@pytest.mark.parametrize("identity", [{"description": "Harbor"}, {"migration_id": "spring"}], ids=str)
def test_twelve_steps(start: Callable[..., Any], identity: dict[str, str]) -> None:
    sandbox, options = start()
    options.update(identity)
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create=options,
        change={**options, "enabled": False},
        delete={**options, "state": "absent"},
    )
    credential = created["credential"]
    assert credential["description"] == identity.get("description", MARKER)
    assert credential["enabled"]
    assert credential["username"] == sandbox.tcr.account.uin
    assert credential["secret"].count(".") == 2
    assert credential["expires_at"] > "2030"
    assert changed is not None
    assert changed["credential"] == {
        **{name: value for name, value in credential.items() if name not in ("secret", "username")},
        "enabled": False,
    }
    assert deleted["credential"] is None
    assert sandbox.tcr.tokens() == []


def test_the_secret_is_told_once_and_is_in_no_difference(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options["migration_id"] = "spring"
    assert "secret" not in succeed(run, options, check=True)["credential"]
    created = succeed(run, options)
    secret = created["credential"].pop("secret")
    assert secret == sandbox.tcr.tokens()[0].secret
    assert secret not in json.dumps(created)
    assert "secret" not in succeed(run, options)["credential"]


def test_description_and_marker_are_found_together(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options.update(description="Harbor", migration_id="spring")
    succeed(run, options)
    assert descriptions(sandbox) == [f"Harbor ({MARKER})"]
    assert not succeed(run, options)["changed"]
    assert succeed(run, {**options, "migration_id": "spring-2"})["changed"]
    assert len(sandbox.tcr.tokens()) == 2


def test_by_id_description_and_enabled_are_changed(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    token_id = succeed(run, {**options, "description": "old"})["credential"]["credential_id"]
    changed = four_steps(
        run, sandbox.journal, {**options, "credential_id": token_id, "description": "new", "enabled": False}
    )
    assert (changed["credential"]["description"], changed["credential"]["enabled"]) == ("new", False)
    assert not succeed(run, {**options, "credential_id": token_id})["changed"]
    four_steps(run, sandbox.journal, {**options, "credential_id": token_id, "state": "absent"})
    assert sandbox.tcr.tokens() == []


@pytest.mark.parametrize("check", [True, False])
def test_an_unknown_id_is_told(start: Callable[..., Any], check: bool) -> None:
    sandbox, options = start()
    result = fail(run, {**options, "credential_id": "unknown"}, check=check)
    assert "'unknown'" in result["msg"]
    assert not succeed(run, {**options, "credential_id": "unknown", "state": "absent"}, check=check)["changed"]


def test_a_credential_of_somebody_else_is_left_alone(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    token_id = succeed(run, {**options, "description": "theirs"})["credential"]["credential_id"]
    options.update(credential_id=token_id, migration_id="spring")
    result = fail(run, {**options, "enabled": False})
    assert result["error"]["kind"] == "NotOurs"
    removal = succeed(run, {**options, "state": "absent"})
    assert not removal["changed"]
    assert descriptions(sandbox) == ["theirs"]


def test_a_marked_credential_is_managed_by_id_without_losing_its_description(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options.update(migration_id="spring")
    token_id = succeed(run, {**options, "description": "Harbor"})["credential"]["credential_id"]
    succeed(run, {**options, "credential_id": token_id, "enabled": False})
    assert descriptions(sandbox) == [f"Harbor ({MARKER})"]
    assert not sandbox.tcr.tokens()[0].enabled


def test_rotation_makes_another_and_the_old_ones_are_deleted_afterwards(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options["migration_id"] = "spring"
    first = succeed(run, options)["credential"]
    sandbox.tcr.clock.advance(2)
    assert succeed(run, {**options, "rotate": True}, check=True)["changed"]
    second = succeed(run, {**options, "rotate": True})["credential"]
    assert second["credential_id"] != first["credential_id"]
    assert second["secret"] != first["secret"]
    assert succeed(run, options)["credential"]["credential_id"] == second["credential_id"]
    removal = {**options, "state": "absent", "keep_credential_ids": [second["credential_id"]]}
    four_steps(run, sandbox.journal, removal)
    assert [token.id for token in sandbox.tcr.tokens()] == [second["credential_id"]]


def test_a_rotated_credential_can_be_disabled_at_once(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    result = succeed(run, {**options, "description": "Harbor", "rotate": True, "enabled": False})
    assert result["credential"]["secret"]
    assert not result["credential"]["enabled"]


def test_absent_takes_everything_with_the_marker_and_nothing_else(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    for identity in (
        {"migration_id": "spring"},
        {"migration_id": "spring", "description": "Harbor"},
        {"migration_id": "spring-2"},
        {"description": "spring"},
    ):
        succeed(run, {**options, **identity})
    four_steps(run, sandbox.journal, {**options, "migration_id": "spring", "state": "absent"})
    assert descriptions(sandbox) == ["managed by cloud_registry.migration: spring-2", "spring"]


def test_an_expired_credential_is_replaced_and_still_removed(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options["description"] = "Harbor"
    first = succeed(run, options)["credential"]
    sandbox.tcr.expire_tokens()
    second = four_steps(run, sandbox.journal, options)["credential"]
    assert second["credential_id"] != first["credential_id"]
    four_steps(run, sandbox.journal, {**options, "state": "absent"})
    assert sandbox.tcr.tokens() == []


@pytest.mark.parametrize(
    ("kind", "executed"),
    [
        ("drop_after", True),
        ("drop_before", False),
        ("throttle", False),
        ("error", True),
        ("error", False),
        ("status", True),
        ("status", False),
    ],
)
@pytest.mark.parametrize("rotate", [True, False])
def test_a_lost_secret_leaves_no_orphan(start: Callable[..., Any], kind: str, executed: bool, rotate: bool) -> None:
    sandbox, options = start()
    options.update(description="Harbor", rotate=rotate)
    if rotate:
        succeed(run, options)
        sandbox.tcr.clock.advance(2)
    sandbox.faults.add(service="tcr", match="CreateInstanceToken", kind=kind, executed=executed)
    sandbox.faults.add(service="tcr", match="DescribeInstanceToken", kind=kind, call=2)
    credential = succeed(run, options)["credential"]
    known = {token.id: token.secret for token in sandbox.tcr.tokens()}
    assert len(known) == (2 if rotate else 1)
    assert known[credential["credential_id"]] == credential["secret"]


def test_a_creation_that_always_fails_is_told_and_leaves_nothing(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    sandbox.faults.add(service="tcr", match="CreateInstanceToken", kind="drop_after", times=20)
    result = fail(run, {**options, "description": "Harbor"})
    assert "connection ended before an answer" in result["msg"]
    assert sandbox.tcr.tokens() == []


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "throttle", "error", "status"])
@pytest.mark.parametrize("action", ["ModifyInstanceToken", "DeleteInstanceToken"])
@pytest.mark.parametrize("unknown_token", ["not_found", "unknown"])
def test_faults_are_overcome(start: Callable[..., Any], action: str, kind: str, unknown_token: str) -> None:
    sandbox, options = start(unknown_token=unknown_token)
    options["description"] = "Harbor"
    succeed(run, options)
    sandbox.faults.add(service="tcr", match=action, kind=kind)
    succeed(run, {**options, "enabled": False})
    assert not sandbox.tcr.tokens()[0].enabled
    succeed(run, {**options, "state": "absent"})
    assert sandbox.tcr.tokens() == []


def test_a_credential_that_cannot_be_disabled_is_not_left_behind(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    sandbox.faults.add(service="tcr", match="ModifyInstanceToken", kind="error", code="UnauthorizedOperation")
    result = fail(run, {**options, "description": "Harbor", "enabled": False})
    assert "tcr:ModifyInstanceToken" in result["msg"]
    assert sandbox.tcr.tokens() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ("credential_id", "description", "migration_id")),
        ({"description": ""}, ("description",)),
        ({"description": "x" * 256}, ("256 characters",)),
        ({"description": "x" * 230, "migration_id": "spring"}, ("characters", "255")),
        ({"credential_id": "abc", "rotate": True}, ("rotate",)),
        ({"description": "abc", "rotate": True, "state": "absent"}, ("rotate",)),
    ],
)
def test_contradictions_are_refused(start: Callable[..., Any], changes: dict[str, Any], words: tuple[str, ...]) -> None:
    sandbox, options = start()
    result = fail(run, {**options, **changes})
    assert all(word in result["msg"] for word in words), result["msg"]
    assert not sandbox.journal.writes()
