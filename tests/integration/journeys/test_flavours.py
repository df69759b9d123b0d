# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journey from every generation of Harbor, with an account that has no more rights than this generation can give."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.integration.journeys.journey import Journey, assert_success, sentences
from tests.integration.modules.harbor_connection import connection
from tests.tools.modules import run_module
from tests.tools.steps import succeed

MARKER = {"migration_id": "demo"}


def robot(sandbox: Any, purpose: str) -> dict[str, str]:
    """A new robot account, as variables of a run."""
    robots = [{"name": "migration", "purpose": purpose, "duration": 7}]
    made = succeed(partial(run_module, "harbor_robot"), connection(sandbox, robots=robots, **MARKER))["robots"][0]
    return {"harbor_username": made["username"], "harbor_password": made["secret"]}


def administrator(sandbox: Any) -> dict[str, str]:
    """A new user who is administrator, as variables of a run."""
    user = {"username": "migration", "password": "Only-for-the-migration-1", "email": "migration@example.com"}
    users = [{**user, "realname": "migration", "admin": True}]
    succeed(partial(run_module, "harbor_user"), connection(sandbox, users=users))
    return {"harbor_username": user["username"], "harbor_password": user["password"]}


def migrate_twice(journey: Journey, expected: dict[str, dict[str, str]]) -> None:
    """Migrate, and again; the first run brings everything, the second one changes nothing."""
    assert_success(journey.run("migrate"))
    assert journey.target_digests() == expected
    report = journey.report()
    assert report["comparison"]["equal"] is True
    assert report["comparison"]["totals"]["tags"] == sum(len(tags) for tags in expected.values())
    second = journey.run("migrate")
    assert_success(second)
    assert second.total("changed") == 0, second.output
    assert journey.steps() == []


@pytest.mark.parametrize("version", ["1.8", "1.10", "2.0", "2.9"])
def test_before_2_10_a_user_of_its_own_does_the_journey(make_journey: Callable[..., Journey], version: str) -> None:
    journey = make_journey(harbor_version=version)
    journey.variables.update(administrator(journey.sandbox))
    migrate_twice(journey, journey.sandbox.images)


def test_from_2_10_on_a_robot_does_the_journey(make_journey: Callable[..., Journey]) -> None:
    journey = make_journey(harbor_version="2.15")
    journey.variables.update(robot(journey.sandbox, "migration"))
    migrate_twice(journey, journey.sandbox.images)
    used = {entry.status for entry in journey.sandbox.journal.entries if entry.service == "harbor"}
    assert 403 not in used, "it asked for something that it may not do"
    assert_success(journey.run("cleanup"))
    assert (journey.endpoints(), journey.policies()) == ({}, {})


def test_from_2_3_on_a_robot_does_the_journey_of_public_projects(make_journey: Callable[..., Journey]) -> None:
    journey = make_journey(harbor_version="2.9")
    journey.variables.update(robot(journey.sandbox, "replication"), migration_projects=["library"])
    images = {name: tags for name, tags in journey.sandbox.images.items() if name.startswith("library/")}
    migrate_twice(journey, images)
    refused = journey.run("migrate", migration_projects=["shop"])
    assert "no project 'shop', or this user may not see it" in sentences(refused)
