# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_user against every flavour of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.harbor_connection import FLAVOURS, connection, harbor
from tests.support.modules import run_module
from tests.support.steps import fail, succeed, twelve_steps

PASSWORD = "Geheim-12345"
NEW_PASSWORD = "Geheimer-12345"
ALICE = {"username": "alice", "email": "alice@example.com", "password": PASSWORD}
run = partial(run_module, "harbor_user")
every_flavour = pytest.mark.parametrize("version", FLAVOURS)


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    return lambda version="2.15", **settings: make_sandbox(
        harbor_version=version, seed="none", network="public", **settings
    )


def imported(sandbox: Any, name: str) -> None:
    """A user who came from another service with the first login."""
    state = sandbox.harbor.state
    user = state.users[1].__class__(state.next_id("user"), name, "not in Harbor", f"{name}@example.com", name)
    state.users[user.id] = user


@every_flavour
def test_twelve_steps(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    bob = {"username": "bob", "email": "bob@example.com", "realname": "Bob", "admin": True, "password": PASSWORD}
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create=connection(sandbox, users=[ALICE, {**bob, "comment": "temporary"}]),
        change=connection(
            sandbox, users=[{"username": "alice", "admin": True, "comment": "changed"}, {**bob, "admin": False}]
        ),
        delete=connection(sandbox, users=[{"username": "alice"}, {"username": "bob"}], state="absent"),
    )
    alice, second = created["users"]
    assert (alice["realname"], alice["admin"], alice["comment"]) == ("alice", False, "")
    assert (second["realname"], second["admin"], second["comment"]) == ("Bob", True, "temporary")
    assert changed is not None
    alice, second = changed["users"]
    assert (alice["email"], alice["realname"]) == ("alice@example.com", "alice"), "what was not given was lost"
    assert (alice["admin"], alice["comment"]) == (True, "changed")
    assert (second["admin"], second["comment"]) == (False, "temporary")
    assert deleted["users"] == []
    assert harbor(sandbox).accounts.users() == []
    assert PASSWORD not in str((created, changed, deleted))


@every_flavour
def test_a_set_is_one_listing(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    users = [
        {"username": f"user-{number:03}", "email": f"{number}@example.com", "password": PASSWORD}
        for number in range(110)
    ]
    succeed(run, connection(sandbox, users=users))
    sandbox.journal.clear()
    assert not succeed(run, connection(sandbox, users=users))["changed"]
    asked = [entry.path for entry in sandbox.journal.entries if entry.path.endswith("/users")]
    assert len(asked) == (1 if version in ("1.8", "1.10") else 2), "pages of 500 or of 100"
    left = succeed(run, connection(sandbox, users=[users[5]], state="exact"))
    assert len(left["actions"]) == 109
    assert [one["username"] for one in left["users"]] == ["user-005"]


@every_flavour
def test_a_password_is_kept_unless_it_shall_be_updated(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    succeed(run, connection(sandbox, users=[ALICE]))
    other = {**ALICE, "password": NEW_PASSWORD}
    assert not succeed(run, connection(sandbox, users=[other]))["changed"]
    assert harbor(sandbox).accounts.accepts_password("alice", PASSWORD)
    same = succeed(run, connection(sandbox, users=[ALICE], update_password="always"))
    assert not same["changed"]
    predicted = succeed(run, connection(sandbox, users=[other], update_password="always"), check=True)
    assert predicted["changed"]
    assert harbor(sandbox).accounts.accepts_password("alice", PASSWORD)
    updated = succeed(run, connection(sandbox, users=[other], update_password="always"))
    assert updated["diff"] == predicted["diff"]
    assert updated["actions"] == [{"action": "update", "object": "Harbor user", "key": "alice"}]
    assert harbor(sandbox).accounts.accepts_password("alice", NEW_PASSWORD)
    assert not succeed(run, connection(sandbox, users=[other], update_password="always"))["changed"]
    assert PASSWORD not in str(updated)
    assert NEW_PASSWORD not in str(updated)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
def test_a_password_change_of_unknown_outcome(start: Callable[..., Any], kind: str) -> None:
    sandbox = start()
    succeed(run, connection(sandbox, users=[ALICE]))
    sandbox.faults.add(service="harbor", match=r"PUT /api/v2.0/users/\d+/password", kind=kind)
    options = connection(sandbox, users=[{**ALICE, "password": NEW_PASSWORD}], update_password="always")
    assert succeed(run, options)["changed"]
    assert harbor(sandbox).accounts.accepts_password("alice", NEW_PASSWORD)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
@pytest.mark.parametrize("path", ["POST /api/v2.0/users", r"PUT /api/v2.0/users/\d+/sysadmin"])
def test_a_creation_of_unknown_outcome_is_completed(start: Callable[..., Any], path: str, kind: str) -> None:
    sandbox = start()
    sandbox.faults.add(service="harbor", match=path, kind=kind)
    result = succeed(run, connection(sandbox, users=[{**ALICE, "admin": True}]))
    assert [(one["username"], one["admin"]) for one in result["users"]] == [("alice", True)]
    assert not succeed(run, connection(sandbox, users=[{**ALICE, "admin": True}]))["changed"]


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"username": "alice"}, "to create it password and email must be given"),
        ({"username": "alice", "password": PASSWORD}, "to create it email must be given"),
        ({**ALICE, "comment": "x" * 31}, "comment of the user 'alice' has 31 characters"),
        ({**ALICE, "realname": ""}, "realname of the user 'alice' is empty"),
        ({**ALICE, "username": "admin"}, "is Harbor's built-in administrator"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_is_written(
    start: Callable[..., Any], user: dict[str, Any], said: str
) -> None:
    sandbox = start()
    result = fail(
        run, connection(sandbox, users=[{**ALICE, "username": "first", "email": "f@example.com"}, user]), check=True
    )
    assert said in result["msg"]
    result = fail(run, connection(sandbox, users=[user]))
    assert said in result["msg"]
    assert not sandbox.journal.writes()


@every_flavour
def test_a_weak_password_is_told_in_words(start: Callable[..., Any], version: str) -> None:
    result = fail(run, connection(start(version), users=[{**ALICE, "password": "schwach"}]))
    assert "could not create the user 'alice': " in result["msg"]
    assert "at least 1 uppercase letter" in result["msg"]
    assert "schwach" not in str(result)


@every_flavour
@pytest.mark.parametrize("mode", ["ldap_auth", "oidc_auth"])
def test_users_of_another_service(start: Callable[..., Any], version: str, mode: str) -> None:
    sandbox = start(version, harbor_auth_mode=mode)
    imported(sandbox, "alice")
    for check in (True, False):
        unknown = fail(run, connection(sandbox, users=[{**ALICE, "username": "bob"}]), check=check)
        assert (
            f"The user 'bob' does not exist, but this Harbor takes its users from another service (auth_mode {mode})"
            in unknown["msg"]
        )
        changed = fail(run, connection(sandbox, users=[{"username": "alice", "email": "new@example.com"}]), check=check)
        assert "email of the user 'alice' must change, but this Harbor takes its users" in changed["msg"]
    raised = succeed(run, connection(sandbox, users=[{"username": "alice", "admin": True}]))
    assert raised["users"][0]["admin"] is True
    options = connection(sandbox, users=[{"username": "alice"}], state="absent")
    if version in ("2.9", "2.15"):
        succeed(run, options)
        assert harbor(sandbox).accounts.users() == []
    else:
        assert "needs Harbor 2.4 or later" in fail(run, options)["msg"]


@every_flavour
def test_a_task_does_not_lock_itself_out(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    succeed(run, connection(sandbox, users=[{**ALICE, "admin": True}]))
    sandbox.journal.clear()
    own = {"harbor_username": "alice", "harbor_password": PASSWORD}
    for check in (True, False):
        gone = fail(run, connection(sandbox, users=[{"username": "alice"}], state="absent", **own), check=check)
        assert "it is the one with which this task logs in" in gone["msg"]
    assert not sandbox.journal.writes()
    other = connection(sandbox, users=[{**ALICE, "password": NEW_PASSWORD}], update_password="always", **own)
    assert "keeps its password: it is the one with which this task logs in" in fail(run, other)["msg"]
    assert harbor(sandbox).accounts.accepts_password("alice", PASSWORD)


@every_flavour
def test_only_administrators_manage_users(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    succeed(run, connection(sandbox, users=[ALICE]))
    own = {"harbor_username": "alice", "harbor_password": PASSWORD}
    result = fail(run, connection(sandbox, users=[{**ALICE, "username": "bob", "email": "b@example.com"}], **own))
    assert "could not list the users" in result["msg"]
    assert result["error"]["kind"] == "PermissionDenied"
