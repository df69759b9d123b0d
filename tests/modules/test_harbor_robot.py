# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_robot against every flavour of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.modules.harbor_connection import FLAVOURS
from tests.modules.harbor_robots import PULL, SECRETS, TOKENS, may_pull, of_project, of_system, with_blue
from tests.support.modules import run_module
from tests.support.steps import fail, succeed, twelve_steps

run = partial(run_module, "harbor_robot")
every_flavour = pytest.mark.parametrize("version", FLAVOURS)
with_tokens = pytest.mark.parametrize("version", TOKENS)
with_secrets = pytest.mark.parametrize("version", SECRETS)


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    """A Harbor with the private project blue."""

    def started(version: str = "2.15", seed: str = "none", **settings: Any) -> Any:
        return with_blue(make_sandbox(harbor_version=version, seed=seed, network="public", **settings))

    return started


@with_tokens
def test_twelve_steps_with_tokens(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    robot = {"name": "puller", "description": "pulls", "permissions": PULL}
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create=of_project(sandbox, robot, {"name": "off", "permissions": PULL, "disabled": True}),
        change=of_project(sandbox, {**robot, "disabled": True}, {"name": "off", "disabled": False}),
        delete=of_project(sandbox, {"name": "puller"}, {"name": "off"}, state="absent"),
    )
    puller, off = created["robots"]
    assert (puller["username"], puller["description"], puller["disabled"]) == ("robot$puller", "pulls", False)
    assert off["disabled"] is True
    assert changed is not None
    assert [one["disabled"] for one in changed["robots"]] == [True, False]
    assert "secret" not in changed["robots"][0]
    assert deleted["robots"] == []
    assert puller["secret"] not in str((created["diff"], changed, deleted))


@with_secrets
@pytest.mark.parametrize("level", ["system", "project"])
def test_twelve_steps_with_secrets(start: Callable[..., Any], version: str, level: str) -> None:
    sandbox = start(version)
    options = of_system if level == "system" else of_project
    right = [{"project": "blue", **PULL[0]}]
    robot = {"name": "puller", "description": "pulls", "permissions": right, "duration": 7}
    pusher = [{"project": "blue", "access": {"repository": ["pull", "push"]}}]
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create=options(sandbox, robot, {"name": "off", "permissions": right, "disabled": True}),
        change=options(
            sandbox,
            {**robot, "description": "pushes", "permissions": pusher, "duration": -1},
            {"name": "off", "disabled": False},
        ),
        delete=options(sandbox, {"name": "puller"}, {"name": "off"}, state="absent"),
    )
    puller, off = created["robots"]
    assert puller["username"] == ("robot$puller" if level == "system" else "robot$blue+puller")
    assert (puller["name"], puller["duration"], off["duration"]) == ("puller", 7, 30)
    assert off["disabled"] is True
    assert changed is not None
    puller, off = changed["robots"]
    assert (puller["description"], puller["duration"], puller["expires_at"]) == ("pushes", -1, None)
    assert puller["permissions"] == pusher
    assert (off["disabled"], off["duration"], off["permissions"]) == (False, 30, right), "what was not given was lost"
    assert "secret" not in puller
    assert deleted["robots"] == []
    assert created["robots"][0]["secret"] not in str((created["diff"], changed, deleted))


@every_flavour
def test_the_secret_works(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    robot = succeed(run, of_project(sandbox, {"name": "puller", "permissions": PULL}))["robots"][0]
    assert may_pull(sandbox, robot)
    assert not may_pull(sandbox, {**robot, "secret": robot["secret"] + "x"})
    off = succeed(run, of_project(sandbox, {"name": "off", "permissions": PULL, "disabled": True}))["robots"][0]
    assert not may_pull(sandbox, off)


@every_flavour
def test_a_set_is_one_listing(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    robots = [{"name": f"robot-{number:03}", "permissions": PULL} for number in range(110)]
    created = succeed(run, of_project(sandbox, *robots))
    assert all(one["secret"] for one in created["robots"])
    sandbox.journal.clear()
    assert not succeed(run, of_project(sandbox, *robots))["changed"]
    asked = [entry.path for entry in sandbox.journal.entries if entry.path.endswith("/robots")]
    assert len(asked) == (1 if version in ("1.8", "1.10") else 2), "pages of 500 or of 100"


@with_secrets
def test_robots_of_projects_and_of_the_system_are_kept_apart(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    everywhere = [{"project": "*", **PULL[0]}]
    succeed(run, of_system(sandbox, {"name": "one", "permissions": everywhere}))
    succeed(run, of_project(sandbox, {"name": "one", "permissions": PULL}))
    succeed(run, of_project(sandbox, {"name": "one", "permissions": PULL}, project="library"))
    gone = succeed(run, of_project(sandbox, state="exact"))
    assert gone["actions"] == [{"action": "delete", "object": "Harbor robot account", "key": "one"}]
    assert sorted(one.name for one in sandbox.harbor.state.robots.values()) == ["robot$library+one", "robot$one"]
    assert not succeed(run, of_system(sandbox, {"name": "one", "permissions": everywhere}))["changed"]


@with_tokens
def test_what_tokens_cannot_do(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    system = {"name": "robot", "permissions": [{"access": {"registry": ["list"]}}]}
    assert "needs Harbor 2.2 or later" in fail(run, of_system(sandbox, system))["msg"]
    robot = {"name": "puller", "description": "pulls", "permissions": PULL}
    succeed(run, of_project(sandbox, robot))
    assert "rotate) needs Harbor 2.2 or later" in fail(run, of_project(sandbox, robot, rotate=True))["msg"]
    changed = fail(run, of_project(sandbox, {**robot, "description": "pushes"}))
    assert "description of the Harbor robot account 'puller' is 'pulls' and cannot be changed" in changed["msg"]
    for_a_week = of_project(sandbox, {"name": "other", "permissions": PULL, "duration": 7})
    if version == "2.0":
        end = datetime.fromisoformat(succeed(run, for_a_week)["robots"][0]["expires_at"])
        assert timedelta(days=6) < end - datetime.now(UTC) <= timedelta(days=7)
    else:
        assert "duration) needs Harbor 2.0 or later" in fail(run, for_a_week)["msg"]


@with_tokens
def test_the_system_has_no_robots_to_remove(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    for state, robots in (("absent", [{"name": "migration"}]), ("exact", [])):
        assert not succeed(run, of_system(sandbox, *robots, state=state, migration_id="demo"))["changed"]


@with_secrets
def test_rotation_gives_a_new_secret_with_every_run(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    first = succeed(run, of_project(sandbox, {"name": "puller", "permissions": PULL}))["robots"][0]
    predicted = succeed(run, of_project(sandbox, {"name": "puller"}, rotate=True), check=True)
    assert predicted["actions"] == [{"action": "update", "object": "Harbor robot account", "key": "puller"}]
    assert may_pull(sandbox, first)
    renewed = succeed(run, of_project(sandbox, {"name": "puller"}, rotate=True))
    second = renewed["robots"][0]
    assert second["secret"] != first["secret"]
    assert not may_pull(sandbox, first)
    assert may_pull(sandbox, second)
    assert renewed["diff"] == predicted["diff"]
    assert second["secret"] not in str(renewed["diff"])
    fresh = {"name": "fresh", "permissions": PULL}
    result = succeed(run, of_project(sandbox, fresh, rotate=True))
    assert result["actions"] == [{"action": "create", "object": "Harbor robot account", "key": "fresh"}]
    assert may_pull(sandbox, result["robots"][0])


@every_flavour
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
def test_the_secret_is_known_whatever_happens_to_the_answer(start: Callable[..., Any], version: str, kind: str) -> None:
    sandbox = start(version)
    sandbox.faults.add(service="harbor", match=r"POST /api/.*robots", kind=kind)
    result = succeed(run, of_project(sandbox, {"name": "puller", "permissions": PULL}))
    assert may_pull(sandbox, result["robots"][0])
    assert len(sandbox.harbor.state.robots) == 1


@with_secrets
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
def test_the_secret_is_known_whatever_happens_to_the_answer_of_a_rotation(
    start: Callable[..., Any], version: str, kind: str
) -> None:
    sandbox = start(version)
    succeed(run, of_project(sandbox, {"name": "puller", "permissions": PULL}))
    sandbox.faults.add(service="harbor", match=r"PATCH /api/.*robots/\d+", kind=kind)
    assert may_pull(sandbox, succeed(run, of_project(sandbox, {"name": "puller"}, rotate=True))["robots"][0])


@every_flavour
def test_a_robot_that_cannot_be_disabled_is_not_left_behind(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    sandbox.faults.add(service="harbor", match=r"PUT /api/.*robots/\d+", kind="status", status=503, times=20)
    fail(run, of_project(sandbox, {"name": "off", "permissions": PULL, "disabled": True}))
    assert not sandbox.harbor.state.robots


@every_flavour
def test_robots_of_somebody_else_are_left_alone(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    succeed(run, of_project(sandbox, {"name": "theirs", "permissions": PULL, "description": "theirs"}))
    mine = {"name": "mine", "permissions": PULL}
    created = succeed(run, of_project(sandbox, mine, migration_id="demo"))
    assert created["robots"][0]["description"] == "managed by cloud_registry.migration: demo"
    assert not succeed(run, of_project(sandbox, mine, migration_id="demo"))["changed"]
    refused = fail(run, of_project(sandbox, {"name": "theirs", "permissions": PULL}, migration_id="demo"))
    assert "this migration did not make it" in refused["msg"]
    left = succeed(run, of_project(sandbox, state="exact", migration_id="demo"))
    assert left["actions"] == [{"action": "delete", "object": "Harbor robot account", "key": "mine"}]
    assert [one.description for one in sandbox.harbor.state.robots.values()] == ["theirs"]


def test_a_robot_from_before_an_upgrade_cannot_be_changed(start: Callable[..., Any]) -> None:
    sandbox = start("2.9")
    succeed(run, of_project(sandbox, {"name": "old", "permissions": PULL}))
    robot = next(iter(sandbox.harbor.state.robots.values()))
    robot.editable, robot.name = False, "robot$old"
    for check in (True, False):
        result = fail(run, of_project(sandbox, {"name": "old", "disabled": True}), check=check)
        assert "'old' was created before Harbor was upgraded to 2.2" in result["msg"]
    succeed(run, of_project(sandbox, {"name": "old"}, state="absent"))
    assert not sandbox.harbor.state.robots


@with_secrets
def test_another_prefix_of_names(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    sandbox.settings.update(harbor_robot_prefix="machine_")
    robot = {"name": "puller", "permissions": [{"project": "*", **PULL[0]}]}
    created = succeed(run, of_system(sandbox, robot))["robots"][0]
    assert (created["name"], created["username"]) == ("puller", "machine_puller")
    assert not succeed(run, of_system(sandbox, robot))["changed"]


@pytest.mark.parametrize("version", ["2.9", "2.15"])
def test_rights_that_harbor_lists_in_any_order_are_shown_in_one(make_sandbox: Callable[..., Any], version: str) -> None:
    sandbox = make_sandbox(seed="none", harbor_version=version)
    rights = [{"project": name, "access": {"tag": ["list"], "repository": ["pull"]}} for name in ("library", "*")]
    wanted = of_system(sandbox, {"name": "ci", "permissions": rights})
    first = succeed(run, wanted)["robots"][0]["permissions"]
    assert [one["project"] for one in first] == ["*", "library"]
    described = of_system(sandbox, {"name": "ci", "permissions": rights[::-1], "description": "new"})
    diffs = [run(described, check=True)["diff"] for _number in range(4)]
    assert all(one == diffs[0] for one in diffs)
    assert diffs[0]["before"]["ci"]["permissions"] == diffs[0]["after"]["ci"]["permissions"] == first
    for _number in range(4):
        again = succeed(run, wanted)
        assert (again["changed"], again["robots"][0]["permissions"]) == (False, first)


def test_removals_have_one_order_whatever_that_of_the_listing(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(seed="none")
    succeed(run, of_system(sandbox, *({"name": name, "purpose": "migration"} for name in ("b", "c", "a"))))
    none_left = of_system(sandbox, state="exact")
    assert [one["key"] for one in run(none_left, check=True)["actions"]] == ["a", "b", "c"]
