# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Robot accounts of a migration: they are named as long as they exist, and a cleanup removes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules import harbor_connection, tcr_connection
from tests.modules.test_migration_state_info import MARKER, options, run
from tests.support.steps import succeed

Start = Callable[..., Any]


def robots_of(sandbox: Any) -> None:
    """Robot accounts of the migration and of others, of the system where it has them and of a project."""
    for project in (None, "shop") if sandbox.harbor.flavour.rbac else ("shop",):
        rights = {"access": {"repository": ["pull"]}, **({} if project else {"project": "shop"})}
        for name, migration in (("ours", "demo"), ("theirs", "demo-2")):
            robot = {"name": name, "permissions": [rights]}
            made = {"project": project, "robots": [robot], "migration_id": migration}
            succeed(tcr_connection.runner("harbor_robot"), harbor_connection.connection(sandbox, **made))
    sandbox.journal.clear()


@pytest.mark.parametrize("version", ["1.10", "2.9", "2.15"])
def test_robot_accounts_with_the_marker_are_leftovers_that_a_cleanup_removes(make_sandbox: Start, version: str) -> None:
    sandbox = make_sandbox(harbor_version=version)
    robots_of(sandbox)
    found = succeed(run, options(sandbox, purpose="leftovers"))
    ours = {"action": "delete", "object": "Harbor robot account", "key": "ours"}
    projects = ["shop"] if version == "1.10" else ["", "shop"]
    assert found["leftovers"] == [ours] * len(projects)
    cleanup = succeed(run, options(sandbox, purpose="cleanup"))
    assert cleanup["robots"] == [{"project": project, "robots": [{"name": "ours"}]} for project in projects]
    assert cleanup["robots_note"] == found["robots_note"] == ""


def test_the_robot_account_of_a_cleanup_is_named_and_stays(make_sandbox: Start) -> None:
    sandbox = make_sandbox()
    wanted = {"robots": [{"name": "me", "purpose": "migration"}], "migration_id": "demo"}
    robot = succeed(tcr_connection.runner("harbor_robot"), harbor_connection.connection(sandbox, **wanted))["robots"][0]
    own = {"harbor_username": robot["username"], "harbor_password": robot["secret"]}
    cleanup = succeed(run, options(sandbox, purpose="cleanup", **own))
    assert cleanup["robots"] == []
    assert f"The robot account '{robot['username']}', which this run used, stays" in cleanup["robots_note"]
    assert "migration_id: demo" in cleanup["robots_note"]
    listed = succeed(run, options(sandbox, purpose="leftovers", **own))
    assert (listed["leftovers"], listed["leftovers_problem"]) == ([], "")
    assert listed["robots_note"] == cleanup["robots_note"]


def test_a_robot_account_of_two_migrations_loses_one_owner(make_sandbox: Start) -> None:
    sandbox = make_sandbox()
    permissions = [{"project": "shop", "access": {"repository": ["pull"]}}]
    shared = {"name": "both", "description": f"{MARKER}; demo-2", "permissions": permissions}
    succeed(tcr_connection.runner("harbor_robot"), harbor_connection.connection(sandbox, robots=[shared]))
    found = succeed(run, options(sandbox, purpose="leftovers"))
    expected = {"action": "update", "object": "Harbor robot account", "key": "both", "shared_with": ["demo-2"]}
    assert found["leftovers"] == [expected]
    removal = {"robots": [{"name": "both"}], "state": "absent", "migration_id": "demo"}
    done = succeed(tcr_connection.runner("harbor_robot"), harbor_connection.connection(sandbox, **removal))
    assert done["actions"] == [expected]
    assert "demo-2" in next(iter(sandbox.harbor.state.robots.values())).description
