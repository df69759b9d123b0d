# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rights of robot accounts and the rules for users, without any Harbor."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import Conflict, InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.robot_permissions import (
    PURPOSES,
    check_available,
    check_permissions,
    desired_permissions,
    feature_of,
    rights,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.rules.user import (
    check_new_user,
    check_user,
    require_other_account,
)

PULL = {"repository": ["pull"]}


def test_rights_do_not_depend_on_order_and_repetition() -> None:
    one = [{"project": None, "access": {"a": ["x", "y"]}}, {"project": "p", "access": {"b": ["z"]}}]
    other = [
        {"project": "p", "access": {"b": ["z", "z"]}},
        {"project": None, "access": {"a": ["y"]}},
        {"project": None, "access": {"a": ["x"]}},
    ]
    assert rights(one) == rights(other) == [("", "a", "x"), ("", "a", "y"), ("p", "b", "z")]
    assert rights(None) == rights([]) == rights([{"project": None, "access": {"a": []}}]) == []


def test_a_migration_may_do_what_a_replication_may_and_read_all_projects() -> None:
    replication, migration = (set(rights(PURPOSES[name][1])) for name in ("replication", "migration"))
    assert replication < migration
    assert {place for place, _resource, _action in migration - replication} == {"*"}
    writing = {
        (resource, action) for _place, resource, action in migration if action in ("create", "update", "delete", "push")
    }
    assert {resource for resource, _action in writing} == {"registry", "replication-policy", "replication"}


@pytest.mark.parametrize(
    ("project", "named", "meant"),
    [(None, None, None), (None, "*", "*"), ("blue", None, "blue"), ("blue", "blue", "blue")],
)
def test_where_a_right_holds(project: str | None, named: str | None, meant: str | None) -> None:
    options = {"permissions": [{"project": named, "access": PULL}]}
    assert desired_permissions(options, project) == [{"project": meant, "access": PULL}]


def test_a_purpose_stands_for_permissions() -> None:
    assert desired_permissions({}, None) is None
    for name, (feature, permissions) in PURPOSES.items():
        robot = {"name": "a", "purpose": name, "permissions": desired_permissions({"purpose": name}, None)}
        assert robot["permissions"] == permissions
        check_permissions(robot, None)
        assert feature_of(robot) == feature
        with pytest.raises(InvalidInput, match="needs rights for the system, but project is 'blue'"):
            check_permissions(robot, "blue")
        with pytest.raises(InvalidInput, match="both purpose and permissions"):
            check_permissions({**robot, "permissions": [{"project": "blue", "access": PULL}]}, None)


def test_rights_for_the_system_and_projects_at_once_need_a_newer_harbor() -> None:
    system, project = {"project": None, "access": PULL}, {"project": "blue", "access": PULL}
    assert feature_of({"permissions": [system, project]}) == "migration_robots"
    assert feature_of({"permissions": [system]}) is None and feature_of({"permissions": [project]}) is None


@pytest.mark.parametrize(
    ("permissions", "project", "said"),
    [
        ([], None, "permissions of the robot account 'a' are empty"),
        ([{"access": {"repository": []}}], None, "permissions of the robot account 'a' are empty"),
        ([{"access": {"repository": "pull"}}], None, "each with a list of actions"),
        ([{"access": {"repository": [1]}}], None, "each with a list of actions"),
        ([{"access": ["repository"]}], None, "each with a list of actions"),
        ([{}], None, "each with a list of actions"),
        (
            [{"project": "red", "access": PULL}],
            "blue",
            "belongs to the project 'blue' and cannot have rights for 'red'",
        ),
    ],
)
def test_permissions_that_are_none(permissions: Any, project: str | None, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        robot = {"name": "a", "permissions": desired_permissions({"permissions": permissions}, project)}
        check_permissions(robot, project)


@pytest.mark.parametrize(
    ("place", "access", "said"),
    [
        (
            None,
            {"registry": ["push"]},
            "no right 'push' for 'registry' of the system; for registry there are list, read",
        ),
        ("*", {"registry": ["list"]}, "no right 'list' for 'registry' of projects; there are repository"),
    ],
)
def test_rights_that_harbor_does_not_offer(place: str | None, access: Any, said: str) -> None:
    catalogue = {"system": {"registry": ["list", "read"]}, "project": {"repository": ["pull"]}}
    check_available(
        [{"project": "*", "access": PULL}, {"project": None, "access": {"registry": ["read"]}}], catalogue, "account"
    )
    with pytest.raises(InvalidInput, match=said):
        check_available([{"project": place, "access": access}], catalogue, "account")


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"username": "admin"}, "built-in administrator"),
        ({"username": "a", "comment": "x" * 31}, "has 31 characters"),
        ({"username": "a", "email": ""}, "email of the user 'a' is empty"),
    ],
)
def test_users_that_no_harbor_takes(user: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        check_user(user)


def test_what_a_new_user_needs() -> None:
    check_user({"username": "a", "comment": "x" * 30, "email": None})
    check_new_user({"username": "a", "email": "a@example.com", "password": "x"})
    with pytest.raises(InvalidInput, match="password and email must be given"):
        check_new_user({"username": "a"})


def test_a_task_does_not_lock_itself_out() -> None:
    require_other_account("admin", "alice", "is not deleted")
    with pytest.raises(Conflict, match="'admin' is not deleted: it is the one with which this task logs in"):
        require_other_account("admin", "admin", "is not deleted")
