# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journey from older generations of Harbor, with an account that has no more rights than these can give.

``test_journey.py`` and ``test_robot.py`` take the newest one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.journeys.journey import Journey, assert_success, sentences
from tests.modules.harbor_connection import connection
from tests.support.modules import run_module
from tests.support.steps import succeed


def administrator(sandbox: Any) -> dict[str, str]:
    """A new user who is administrator, as variables of a run."""
    user = {"username": "migration", "password": "Only-for-the-migration-1", "email": "migration@example.com"}
    succeed(partial(run_module, "harbor_user"), connection(sandbox, users=[{**user, "admin": True}]))
    return {"harbor_username": user["username"], "harbor_password": user["password"]}


def robot(sandbox: Any) -> dict[str, str]:
    """A new robot account that may replicate, as variables of a run."""
    wanted = {"name": "migration", "purpose": "replication", "duration": 7}
    made = succeed(partial(run_module, "harbor_robot"), connection(sandbox, robots=[wanted]))["robots"][0]
    return {"harbor_username": made["username"], "harbor_password": made["secret"]}


# That a second run changes nothing is shown by test_recorded_calls.py for 1.8 and 2.15, and by the modules for all.
@pytest.mark.parametrize("version", ["1.8", "1.10", "2.0", "2.9"])
def test_before_2_10_a_user_of_its_own_does_the_journey(
    make_played_journey: Callable[..., Journey], version: str
) -> None:
    journey = make_played_journey(harbor_version=version)
    journey.variables.update(administrator(journey.sandbox))
    assert_success(journey.run("migrate"))
    source = journey.sandbox.images
    assert journey.target_digests() == source
    report = journey.report()
    assert report["comparison"]["equal"] is True
    assert report["comparison"]["totals"]["tags"] == sum(len(tags) for tags in source.values())


def test_from_2_3_on_a_robot_does_the_journey_of_public_projects(make_played_journey: Callable[..., Journey]) -> None:
    journey = make_played_journey(harbor_version="2.9")
    journey.variables.update(robot(journey.sandbox))
    assert_success(journey.run("migrate", migration_projects=["library"]))
    images = {name: tags for name, tags in journey.sandbox.images.items() if name.startswith("library/")}
    assert journey.target_digests() == images
    refused = journey.run("migrate", migration_projects=["shop"])
    assert "shop" in sentences(refused), refused.output
    assert journey.writes() == []
