# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way as a robot account of Harbor that was made for it, with no more rights than it needs."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.journey import Journey, assert_success
from tests.modules.harbor_connection import connection
from tests.support.modules import run_module
from tests.support.steps import succeed


def test_journey_as_a_robot(make_played_journey: Callable[..., Journey]) -> None:
    journey = make_played_journey()
    sandbox = journey.sandbox
    made = succeed(
        lambda parameters, check: run_module("harbor_robot", parameters, check=check),
        connection(sandbox, robots=[{"name": "migration", "purpose": "migration", "duration": 7}], migration_id="demo"),
    )
    robot = made["robots"][0]
    journey.variables.update(harbor_username=robot["username"], harbor_password=robot["secret"])
    assert_success(journey.run("migrate"))
    assert journey.target_digests() == sandbox.images
    for playbook in ("verify", "cleanup"):
        run = journey.run(playbook)
        assert_success(run)
        assert robot["secret"] not in run.output
        assert "Note: The robot account 'robot$migration', which this run used, stays." in run.output
    assert (journey.endpoints(), journey.policies()) == ({}, {})
