# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_project_member against every flavour of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.harbor_connection import FLAVOURS, connection, harbor
from tests.support.modules import run_module
from tests.support.steps import fail, succeed, twelve_steps

DEVELOPERS = "cn=developers,ou=groups,dc=example,dc=com"
run = partial(run_module, "harbor_project_member")
every_flavour = pytest.mark.parametrize("version", FLAVOURS)


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    """A Harbor with the private project blue and users who can become members."""

    def started(version: str = "2.15", users: int = 3, **settings: Any) -> Any:
        sandbox = make_sandbox(harbor_version=version, seed="none", network="public", **settings)
        state = sandbox.harbor.state
        state.add_project("blue", {"public": "false"}, state.users[1])
        for name in ("alice", "bob", "carol", *(f"user-{number:03}" for number in range(3, users))):
            user = state.users[1].__class__(state.next_id("user"), name, "Geheim-12345", f"{name}@example.com", name)
            state.users[user.id] = user
        return sandbox

    return started


def options(sandbox: Any, *members: dict[str, str], **more: Any) -> dict[str, Any]:
    return connection(sandbox, **{"project": "blue", "members": list(members), **more})


def roles(sandbox: Any) -> dict[str, int]:
    """Who has which role in blue, as Harbor has stored it."""
    state = sandbox.harbor.state
    found = [member for member in state.members.values() if member.project_id == state.project_named("blue").id]
    return {
        state.groups[one.group_id].name if one.group_id else state.users[one.user_id].username: one.role_id
        for one in found
    }


@every_flavour
def test_twelve_steps(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create=options(sandbox, {"user": "alice", "role": "maintainer"}, {"user": "bob", "role": "guest"}),
        change=options(sandbox, {"user": "alice", "role": "developer"}, {"user": "bob", "role": "project_admin"}),
        delete=options(sandbox, {"user": "alice"}, {"user": "bob"}, state="absent"),
    )
    assert [(one["user"], one["group"], one["role"]) for one in created["members"]] == [
        ("alice", None, "maintainer"),
        ("bob", None, "guest"),
    ]
    assert changed is not None
    assert [one["role"] for one in changed["members"]] == ["developer", "project_admin"]
    assert [one["id"] for one in changed["members"]] == [one["id"] for one in created["members"]]
    assert deleted["members"] == []
    assert roles(sandbox) == {"admin": 1}


@every_flavour
def test_roles_have_the_numbers_of_harbor(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version, users=5)
    wanted = {"alice": "project_admin", "bob": "maintainer", "carol": "developer", "user-003": "guest"}
    if version != "1.8":
        wanted["user-004"] = "limited_guest"
    succeed(run, options(sandbox, *({"user": user, "role": role} for user, role in wanted.items())))
    numbers = {"admin": 1, "alice": 1, "bob": 4, "carol": 2, "user-003": 3, "user-004": 5}
    assert roles(sandbox) == {user: numbers[user] for user in ("admin", *wanted)}


@every_flavour
def test_a_set_is_one_listing(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version, users=120)
    names = [user["username"] for user in harbor(sandbox).accounts.users()]
    members = [{"user": name, "role": "developer"} for name in names]
    succeed(run, options(sandbox, *members))
    sandbox.journal.clear()
    assert not succeed(run, options(sandbox, *members))["changed"]
    asked = [entry.path for entry in sandbox.journal.entries if entry.path.endswith("/members")]
    assert len(asked) == (2 if version in ("2.9", "2.15") else 1), "pages of 100, or no pages"


@every_flavour
def test_exact_removes_who_is_not_listed(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    succeed(run, options(sandbox, {"user": "alice", "role": "guest"}, {"user": "bob", "role": "guest"}))
    result = succeed(run, options(sandbox, {"user": "bob", "role": "developer"}, state="exact"))
    assert result["actions"] == [
        {"action": "update", "object": "project member", "key": "user bob"},
        {"action": "delete", "object": "project member", "key": "user admin"},
        {"action": "delete", "object": "project member", "key": "user alice"},
    ]
    assert roles(sandbox) == {"bob": 2}
    assert [one["member"] for one in result["members"]] == ["user bob"]


@every_flavour
def test_groups_of_ldap(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version, harbor_auth_mode="ldap_auth", harbor_directory_groups=[DEVELOPERS])
    unknown = fail(run, options(sandbox, {"group": "developers", "role": "developer"}))
    assert "Give ldap_group_dn too" in unknown["msg"]
    member = {"group": "developers", "role": "developer", "ldap_group_dn": DEVELOPERS}
    created, changed, _deleted = twelve_steps(
        run,
        sandbox.journal,
        create=options(sandbox, member),
        change=options(sandbox, {"group": "developers", "role": "guest"}),
        delete=options(sandbox, {"group": "developers"}, state="absent"),
    )
    assert [(one["user"], one["group"], one["role"]) for one in created["members"]] == [
        (None, "developers", "developer")
    ]
    assert changed is not None
    assert succeed(run, options(sandbox, {"group": "developers", "role": "guest"}))["changed"], "it is known by now"
    missing = {"group": "nobody", "role": "guest", "ldap_group_dn": "cn=nobody,dc=example,dc=com"}
    assert "The group nobody cannot become guest: " in fail(run, options(sandbox, missing))["msg"]


@pytest.mark.parametrize("version", ["1.10", "2.0", "2.9", "2.15"])
def test_groups_of_oidc_are_found_by_name(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version, harbor_auth_mode="oidc_auth", harbor_directory_groups=["alice"])
    both = [{"group": "alice", "role": "developer"}, {"user": "alice", "role": "guest"}]
    result = succeed(run, options(sandbox, *both))
    assert [one["member"] for one in result["members"]] == ["group alice", "user alice"]
    assert not succeed(run, options(sandbox, *both))["changed"]
    gone = succeed(run, options(sandbox, {"group": "alice"}, state="absent"))
    assert gone["actions"] == [{"action": "delete", "object": "project member", "key": "group alice"}]
    assert roles(sandbox) == {"admin": 1, "alice": 3}


@every_flavour
def test_an_administrator_of_the_project_is_enough(start: Callable[..., Any], version: str) -> None:
    # With OIDC nobody but the built-in administrator has a password.
    sandbox = start(version, harbor_auth_mode="http_auth", harbor_directory_groups=["team"])
    succeed(run, options(sandbox, {"user": "alice", "role": "project_admin"}))
    own = {"harbor_username": "alice", "harbor_password": "Geheim-12345"}
    assert succeed(run, options(sandbox, {"user": "bob", "role": "guest"}, **own))["changed"]
    if version != "1.8":
        assert succeed(run, options(sandbox, {"group": "team", "role": "guest"}, **own))["changed"]
    refused = fail(run, options(sandbox, {"user": "carol", "role": "guest"}, **{**own, "harbor_username": "bob"}))
    assert refused["error"]["kind"] == "PermissionDenied"


@every_flavour
def test_who_does_not_exist_is_named(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    result = fail(run, options(sandbox, {"user": "alice", "role": "guest"}, {"user": "nobody", "role": "guest"}))
    assert "The user nobody cannot become guest: " in result["msg"]
    assert "harbor_user" in result["msg"]
    assert result["actions"] == [{"action": "create", "object": "project member", "key": "user alice"}]


@every_flavour
def test_a_project_that_does_not_exist(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    result = fail(run, options(sandbox, {"user": "alice", "role": "guest"}, project="blu"))
    assert "has no project 'blu'" in result["msg"]
    assert "Create it first (harbor_project)" in result["msg"]
    assert not succeed(run, options(sandbox, {"user": "alice"}, project="blu", state="absent"))["changed"]


@pytest.mark.parametrize(
    ("version", "member", "said"),
    [
        ("1.8", {"user": "alice", "role": "limited_guest"}, "needs Harbor 1.10 or later; this is Harbor 1.8.6."),
        ("2.15", {"user": "alice"}, "role of the user alice is missing"),
        ("2.15", {"user": "alice", "role": "master"}, "value of role must be one of"),
        ("2.15", {"role": "guest"}, "one of the following is required: user, group"),
        ("2.15", {"user": "alice", "group": "team", "role": "guest"}, "mutually exclusive"),
        ("2.15", {"group": "team", "role": "guest"}, "this Harbor has no groups (auth_mode db_auth)"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_is_written(
    start: Callable[..., Any], version: str, member: dict[str, str], said: str
) -> None:
    sandbox = start(version)
    result = fail(run, options(sandbox, {"user": "bob", "role": "guest"}, member), check=True)
    assert said in result["msg"]
    fail(run, options(sandbox, {"user": "bob", "role": "guest"}, member))
    assert not sandbox.journal.writes()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_of_unknown_outcome_is_not_repeated_blindly(start: Callable[..., Any], method: str, kind: str) -> None:
    sandbox = start()
    if method != "POST":
        succeed(run, options(sandbox, {"user": "alice", "role": "developer"}))
    sandbox.faults.add(service="harbor", match=f"{method} /api/v2.0/projects/blue/members.*", kind=kind)
    state = "absent" if method == "DELETE" else "present"
    succeed(run, options(sandbox, {"user": "alice", "role": "guest"}, state=state))
    assert roles(sandbox) == ({"admin": 1} if method == "DELETE" else {"admin": 1, "alice": 3})
