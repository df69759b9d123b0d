# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_robot: the rights of robot accounts, and what they are good for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AuthenticationFailed,
    PermissionDenied,
)
from tests.modules.harbor_connection import FLAVOURS, harbor, target
from tests.modules.harbor_robots import PULL, TOKENS, client_as, of_project, of_system, with_blue
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

run = partial(run_module, "harbor_robot")
every_flavour = pytest.mark.parametrize("version", FLAVOURS)


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    """A Harbor with the private project blue."""

    def started(version: str = "2.15", seed: str = "none", **settings: Any) -> Any:
        return with_blue(make_sandbox(harbor_version=version, seed=seed, network="public", **settings))

    return started


def test_one_robot_can_do_the_whole_migration(start: Callable[..., Any]) -> None:
    sandbox = start(seed="demo")
    usable = target(sandbox)
    result = succeed(
        run, of_system(sandbox, {"name": "migration", "purpose": "migration", "duration": 7}, migration_id="demo")
    )
    robot = result["robots"][0]
    assert robot["description"] == "managed by cloud_registry.migration: demo"
    worker = client_as(sandbox, robot)
    assert worker.system().current_user["may_replicate"]
    registry = worker.create_registry(
        {"name": "tcr", "type": "docker-registry", "url": usable.url, **usable.credential}
    )
    worker.test_registry({"id": registry})
    worker.update_registry(registry, {"description": "changed"})
    policy = worker.create_policy(
        {"name": "p", "dest_registry": {"id": registry}, "trigger": {"type": "manual"}, "enabled": True}
    )
    worker.update_policy(policy, {"description": "changed"})
    execution = worker.start_execution(policy)
    worker.tasks(execution)
    worker.stop_execution(execution)
    assert {one["name"] for one in worker.projects()} == {one["name"] for one in harbor(sandbox).projects()}
    project = next(one["name"] for one in harbor(sandbox).projects() if not one["public"] and one["name"] != "blue")
    assert worker.project_artifacts(project) == harbor(sandbox).project_artifacts(project)
    repository = worker.repositories(project)[0]["name"]
    assert worker.artifacts(project, repository)
    with pytest.raises(PermissionDenied):
        worker.accounts.users()
    with pytest.raises(PermissionDenied):
        worker.administration.create("more", {})


def test_a_robot_for_replication_alone(start: Callable[..., Any]) -> None:
    sandbox = start("2.9")
    robot = succeed(run, of_system(sandbox, {"name": "replication", "purpose": "replication"}))["robots"][0]
    worker = client_as(sandbox, robot)
    assert worker.system().current_user["may_replicate"]
    assert worker.policies() == []
    with pytest.raises(PermissionDenied):
        worker.repositories("blue")


@pytest.mark.parametrize("version", [*TOKENS, "2.9"])
def test_a_version_that_cannot_give_the_rights_says_so(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    result = fail(run, of_system(sandbox, {"name": "migration", "purpose": "migration"}), check=True)
    assert "needs Harbor 2.10 or later; this is Harbor " in result["msg"]
    assert "Use an administrator instead" in result["msg"]
    both = {"name": "migration", "permissions": [{"access": {"registry": ["list"]}}, {"project": "*", **PULL[0]}]}
    assert "needs Harbor 2.10 or later" in fail(run, of_system(sandbox, both))["msg"]
    assert not sandbox.journal.writes()


@pytest.mark.parametrize(
    ("robot", "said"),
    [
        ({}, "to create it its rights must be given"),
        ({"permissions": []}, "permissions of the robot account 'robot' are empty"),
        ({"permissions": PULL, "purpose": "migration"}, "has both purpose and permissions"),
        ({"purpose": "everything"}, "value of purpose must be one of"),
        ({"permissions": PULL, "duration": 0}, "must be a number of days from 1 on, or -1 for ever, not 0"),
        ({"permissions": [{"access": {"registry": "list"}}]}, "must name resources, each with a list of actions"),
        (
            {"permissions": [{"access": {"registry": ["push"]}}]},
            "no right 'push' for 'registry' of the system; for registry there are read, create",
        ),
        (
            {"permissions": [{"project": "*", "access": {"registry": ["list"]}}]},
            "no right 'list' for 'registry' of projects; there are accessory, ",
        ),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_is_written(
    start: Callable[..., Any], robot: dict[str, Any], said: str
) -> None:
    sandbox = start()
    options = of_system(sandbox, {"name": "robot", **robot})
    assert said in fail(run, options, check=True)["msg"]
    assert said in fail(run, options)["msg"]
    assert not sandbox.journal.writes()


@every_flavour
def test_a_robot_of_a_project_has_rights_for_it_only(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    other = of_project(sandbox, {"name": "robot", "permissions": [{"project": "library", **PULL[0]}]})
    assert "belongs to the project 'blue' and cannot have rights for 'library'" in fail(run, other)["msg"]
    assert "purpose" in fail(run, of_project(sandbox, {"name": "robot", "purpose": "migration"}))["msg"]
    missing = fail(run, of_project(sandbox, {"name": "robot", "permissions": PULL}, project="blu"))
    assert "has no project 'blu'" in missing["msg"]


def test_a_wrong_secret_is_no_login(start: Callable[..., Any]) -> None:
    sandbox = start()
    robot = succeed(run, of_system(sandbox, {"name": "migration", "purpose": "migration"}))["robots"][0]
    with pytest.raises(AuthenticationFailed):
        client_as(sandbox, {**robot, "secret": "wrong"}).registries()


def test_a_robot_does_not_delete_itself(start: Callable[..., Any]) -> None:
    sandbox = start()
    rights = [{"access": {"robot": ["list", "read", "create", "delete"]}}]
    made = succeed(
        run, of_system(sandbox, {"name": "one", "permissions": rights}, {"name": "two", "permissions": rights})
    )
    own = {"harbor_username": "robot$one", "harbor_password": made["robots"][0]["secret"]}
    result = fail(run, of_system(sandbox, state="exact", **own))
    assert "The account 'robot$one' is not deleted: it is the one with which this task logs in." in result["msg"]
    assert len(sandbox.harbor.state.robots) == 2
    succeed(run, of_system(sandbox, {"name": "two"}, state="absent", **own))
    assert [one.name for one in sandbox.harbor.state.robots.values()] == ["robot$one"]
