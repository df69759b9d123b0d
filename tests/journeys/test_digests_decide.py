# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Harbor says that it failed: when the target has everything, the migration is done; else only what failed is copied again."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.journeys.journey import Journey, assert_success
from tests.modules.migration_scene import copy_by_hand


def test_equal_digests_end_the_wait_for_a_failed_task(make_played_journey: Callable[..., Journey]) -> None:
    patience = 200
    journey = make_played_journey(
        variables={"migration_projects": ["library"], "migration_settle_seconds": patience},
        harbor_failing_runs={"library/nginx": 3},
    )
    copy_by_hand(journey.sandbox, "library/nginx")
    begin = time.monotonic()
    run = journey.run("migrate")
    assert_success(run)
    assert time.monotonic() - begin < patience
    assert "; every tag has the same digest at the target" in run.output
    assert journey.report()["comparison"]["equal"] is True


def test_what_failed_is_copied_again_by_a_policy_of_its_own(make_played_journey: Callable[..., Journey]) -> None:
    journey = make_played_journey(
        variables={"migration_projects": ["library"]}, harbor_failing_tasks={"library/nginx": 1}
    )
    run = journey.run("migrate")
    assert_success(run)
    assert "retry 1 of 2: copying only what failed or differs again: library/nginx:1.27,1.27-oci" in run.output
    report = journey.report()
    assert report["comparison"]["equal"] is True and list(journey.policies()) == ["demo"]
    (execution,) = report["executions"]
    assert execution["verdict"] == "succeeded" and "after 1 retry of what had failed" in execution["reason"]
    steps = journey.steps()
    assert (
        "create replication policy: `demo__retry-1`" in steps and "delete replication policy: `demo__retry-1`" in steps
    )
