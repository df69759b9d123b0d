# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens when the world is not as the last run left it.

The tests with the fixture ``migrated`` share one migration, because a playbook takes long. Each of them works alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.journeys.journey import MARKER, RETRY_SCALE, Journey, PlayedJourney, assert_success, sentences
from tests.modules import harbor_connection
from tests.sandbox import Sandbox
from tests.sandbox.core.images import image, push_images
from tests.support.modules import run_module
from tests.tools.matrix import cores

MakeJourney = Callable[..., Journey]
SMALL = {"migration_projects": "library, platform"}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """A journey that has migrated what is selected."""
    directory = tmp_path_factory.mktemp("migrated")
    (directory / "sandbox").mkdir()
    with Sandbox(directory / "sandbox", network="public", harbor_retry_scale=RETRY_SCALE) as sandbox:
        journey = PlayedJourney(sandbox, cores()[-1], directory / "journey", variables=dict(SMALL))
        assert_success(journey.run("migrate"))
        yield journey


@pytest.fixture
def journey(migrated: Journey) -> Journey:
    return migrated


def push_late(journey: Journey, images: dict[str, dict[str, Any]]) -> None:
    """Push images into the source after the migration."""
    facts = journey.sandbox.facts
    push_images(facts["harbor_url"], facts["harbor_username"], facts["harbor_password"], images)


@contextmanager
def after_the_call(journey: Journey, method: str, act: Callable[[], object]) -> Iterator[None]:
    """Act once Harbor has been told with this method to start or to stop an execution."""
    ended = threading.Event()

    def wait_and_act() -> None:
        while not ended.wait(0.05):
            calls = [one for one in journey.sandbox.journal.entries if "/replication/executions" in one.path]
            if any(one.method == method for one in calls):
                act()
                return

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_only_what_differs_is_repaired(journey: Journey) -> None:
    """Another image under a tag at the target, and a new one at the source: verify tells, migrate repairs both."""
    digests = journey.target_digests()
    assert set(digests) == {"library/base", "library/nginx", "platform/agent", "platform/tools/builder"}
    push_late(journey, {"library/late": {"1": image(["late"])}, "platform/agent": {"0.8": image(["another"])}})

    verified = journey.run("verify")
    assert verified.status != 0
    assert "Traceback" not in verified.output
    said = sentences(verified)
    assert "library/late:1 missing" in said
    assert "platform/agent:0.8 different" in said
    assert "Run migrate again" in said
    assert journey.writes("CreateInstanceToken") == []
    verdicts = {one["name"]: one["verdict"] for one in journey.report()["comparison"]["repositories"]}
    assert verdicts["library/late"] == "missing"
    assert verdicts["platform/agent"] == "different"
    assert verdicts["library/base"] == "equal"
    accepted = journey.run("verify", migration_accepted_verdicts="missing, different, extra")
    assert_success(accepted)

    assert_success(journey.run("migrate"))
    assert journey.steps() == ["start replication execution: `demo`"]
    assert "library/late" in journey.target_digests()


def test_a_lost_credential_is_replaced_and_orphans_go(journey: Journey) -> None:
    """As after a crash between the creation of a credential and its hand-over, and after somebody revoked the other."""
    tcr = harbor_connection.tcr(journey.sandbox)
    (first,) = (one for one, description in journey.credentials().items() if description == MARKER)
    assert journey.endpoints()["demo"] == f"{MARKER}; credential {first}"

    orphan = tcr.create_token(journey.registry.id, MARKER)["TokenId"]
    theirs = tcr.create_token(journey.registry.id, "managed by cloud_registry.migration: demo-2")["TokenId"]
    assert_success(journey.run("migrate"))
    assert set(journey.credentials()) == {first, theirs}
    assert orphan not in journey.credentials()
    assert len(journey.steps()) == 1

    tcr.delete_token(journey.registry.id, first)
    assert_success(journey.run("plan"))
    planned = journey.planned_steps()
    assert_success(journey.run("migrate"))
    assert journey.steps() == planned
    assert "update Harbor endpoint: `demo`" in planned
    (second,) = set(journey.credentials()) - {theirs}
    assert second != first
    assert journey.endpoints()["demo"] == f"{MARKER}; credential {second}"


def test_whitelist_entries_follow_the_variable(journey: Journey) -> None:
    harbor_connection.tcr(journey.sandbox).create_security_policies(journey.registry.id, [("10.1.1.0/24", "theirs")])
    assert_success(journey.run("migrate", migration_public_cidrs="127.0.0.0/8"))
    assert journey.whitelist() == {"127.0.0.0/8": MARKER, "10.1.1.0/24": "theirs"}


def make_robots(sandbox: Any) -> None:
    """Robot accounts of this migration and of another one, of the system and of a project."""
    for project in (None, "library"):
        rights = {"access": {"repository": ["pull"]}, **({} if project else {"project": "library"})}
        for migration in ("demo", "demo-2"):
            robots = [{"name": f"of-{migration}", "permissions": [rights]}]
            wanted = harbor_connection.connection(sandbox, project=project, robots=robots, migration_id=migration)
            assert not run_module("harbor_robot", wanted)["failed"]


def test_cleanup_refuses_while_something_runs_and_removes_what_carries_the_marker(journey: Journey) -> None:
    make_robots(journey.sandbox)
    push_late(journey, {"library/latest": {"1": image(["latest"])}})
    journey.sandbox.settings.update(harbor_stuck=["library/latest"])
    harbor = harbor_connection.harbor(journey.sandbox)
    harbor.start_execution(journey.policies()["demo"]["id"])
    refused = journey.run("cleanup")
    assert refused.status != 0
    assert "A replication of demo has not ended" in sentences(refused)
    assert journey.writes() == []
    with after_the_call(journey, "PUT", lambda: journey.sandbox.settings.update(harbor_stuck=[])):
        done = journey.run("cleanup", migration_stop_running=True)
    assert_success(done)
    assert (journey.policies(), journey.endpoints()) == ({}, {})
    assert MARKER not in {*journey.credentials().values(), *journey.whitelist().values()}
    accounts = [(robot.level, robot.name) for robot in journey.sandbox.harbor.state.robots.values()]
    assert sorted(accounts) == [("project", "robot$library+of-demo-2"), ("system", "robot$of-demo-2")]
    assert done.output.count("  delete Harbor robot account: of-demo\n") == 2


def test_a_namespace_map_as_text_brings_projects_elsewhere(make_played_journey: MakeJourney) -> None:
    journey = make_played_journey(variables={**SMALL, "migration_namespace_map": "platform=shared-tools"})
    assert_success(journey.run("migrate"))
    assert set(journey.target_digests()) == {
        "library/base",
        "library/nginx",
        "shared-tools/agent",
        "shared-tools/tools/builder",
    }
    assert set(journey.policies()) == {"demo", "demo-shared-tools"}
    second = journey.run("migrate")
    assert_success(second)
    assert second.total("changed") == 0, second.output


def test_a_failed_replication_says_why_and_is_reported(make_played_journey: MakeJourney) -> None:
    """The namespace is deleted after it was made: what Harbor's task says reaches the operator and the report."""
    journey = make_played_journey(variables=SMALL, harbor_flow_seconds=2)

    tcr = harbor_connection.tcr(journey.sandbox)
    with after_the_call(journey, "POST", lambda: tcr.delete_namespace(journey.registry.id, "platform")):
        run = journey.run("migrate")
    assert run.status != 0, run.output
    assert "Traceback" not in run.output
    assert "platform/agent" in sentences(run)
    report = journey.report()
    assert "platform/agent" in report["failure"]
    assert report["temporary_access"]

    assert_success(journey.run("migrate"))
    assert journey.report()["comparison"]["equal"] is True
