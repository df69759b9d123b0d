# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long access stays: taken back at the end of a run, removed when it has expired, or left for good."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._module.options import common
from tests.journeys.conftest import MakeJourney
from tests.journeys.journey import Journey, assert_success, sentences
from tests.journeys.test_journey import state_of
from tests.modules import harbor_connection

SMALL = {"migration_projects": "library"}
OTHERS = ("container hosts", "containers", "hosts block")


def leases(journey: Journey) -> list[str]:
    """The leases on Harbor's host."""
    return sorted(path.name for path in journey.sandbox.directory.glob("state/*-lease"))


def in_the_past(monkeypatch: pytest.MonkeyPatch, migrate: Callable[[], Any]) -> None:
    """Do something with a clock for leases that is two weeks behind."""
    with monkeypatch.context() as patched:
        patched.setattr(common, "time", SimpleNamespace(time=lambda: time.time() - 14 * 86400))
        migrate()


@pytest.mark.parametrize("network", ["public", "private"])
def test_a_run_takes_back_what_it_opened_whatever_happens(make_played_journey: MakeJourney, network: str) -> None:
    """Also what a run left behind that was killed, which is what any other run leaves."""
    journey = make_played_journey(network=network, variables=SMALL)
    before = state_of(journey)
    assert_success(journey.run("migrate", migration_access="lease"))
    left = journey.report()
    assert left["temporary_access"]
    assert left["taken_back"] == []
    assert leases(journey) == (["demo-lease"] if network == "private" else [])
    killed = state_of(journey)

    assert_success(journey.run("migrate", "--check", migration_access="run"))
    assert journey.writes() == []
    assert state_of(journey) == killed

    done = journey.run("migrate", migration_access="run")
    assert_success(done)
    report = journey.report()
    assert (report["outcome"], report["access"]) == ("equal", {"mode": "run", "hours": 72})
    assert {one["object"] for one in report["taken_back"]} - {"containers"} == {
        one["object"] for one in left["temporary_access"]
    }
    assert report["temporary_access"] == []
    assert "## Taken back at the end" in journey.report_text()
    assert (state_of(journey), leases(journey)) == (before, [])

    journey.sandbox.faults.add(
        service="harbor", match=r"POST /api/v2.0/replication/policies", kind="status", status=409, times=9
    )
    failed = journey.run("migrate", migration_access="run")
    assert failed.status != 0
    report = journey.report()
    assert report["outcome"] == "failed"
    assert {"Harbor endpoint", "access credential"} <= {one["object"] for one in report["taken_back"]}
    assert {one["object"] for one in report["steps"]} >= {"Harbor endpoint", "access credential"}
    assert not [one for one in report["steps"] if one["action"] == "delete"]
    assert (state_of(journey), leases(journey)) == (before, [])


def test_what_cannot_be_taken_back_fails_the_run_and_is_listed(make_played_journey: MakeJourney) -> None:
    journey = make_played_journey(variables=SMALL)
    journey.sandbox.faults.add(
        service="tcr", match="DeleteInstanceToken", kind="error", code="UnauthorizedOperation", times=9
    )
    run = journey.run("migrate", migration_access="run")
    assert run.status != 0
    assert "DeleteInstanceToken" in sentences(run)
    report = journey.report()
    assert "access credential" in {one["object"] for one in report["temporary_access"]}
    assert "Harbor endpoint" in {one["object"] for one in report["taken_back"]}
    assert journey.endpoints() == {}


def test_permanent_access_has_no_end_and_is_reported_as_such(make_played_journey: MakeJourney) -> None:
    journey = make_played_journey(network="private", variables=SMALL)
    assert_success(journey.run("migrate", migration_access="permanent"))
    made = [one.description for one in journey.registry.tokens.values()]
    assert made and all(" until " not in one for one in made)
    assert leases(journey) == []
    assert journey.report()["access"] == {"mode": "permanent"}
    second = journey.run("migrate", migration_access="permanent")
    assert second.total("changed") == 0
    refused = journey.run(
        "migrate", migration_access="permanent", migration_network="public", migration_public_cidrs="0.0.0.0/0"
    )
    assert "migration_access is permanent" in sentences(refused)
    assert journey.sandbox.journal.entries == []


def test_what_has_expired_of_any_migration_is_removed_and_nothing_else(
    make_played_journey: MakeJourney, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Harbor, at the registry and on the host; the names that both need stay for the one whose lease goes on."""
    # What Harbor still calls a running replication would keep its access.
    journey = make_played_journey(network="private", variables=SMALL, harbor_status_lag_seconds=0)
    harbor_connection.tcr(journey.sandbox).create_token(journey.registry.id, "theirs")
    assert_success(journey.run("migrate", migration_id="alive", migration_network="public"))
    alive = state_of(journey)
    in_the_past(monkeypatch, lambda: journey.run("migrate", migration_id="old"))
    both = state_of(journey)
    assert leases(journey) == ["old-lease"]

    seen = journey.run("verify", migration_id="alive", migration_network="public")
    assert "The lease of temporary access is over" in seen.output
    assert "Harbor endpoint old (old until " in seen.output

    predicted = journey.run("cleanup", "--check", cleanup_expired=True, migration_id="")
    assert_success(predicted)
    assert journey.writes() == []
    assert state_of(journey) == both
    listed = [line for line in predicted.output.splitlines() if "Expired, to be removed" in line]
    for what in ("replication policy old", "Harbor endpoint old", "access credential", "names on sandbox (old"):
        assert what in "".join(listed)
    assert "alive" not in "".join(listed)

    done = journey.run("cleanup", cleanup_expired=True, migration_id="alive")
    assert_success(done)
    assert [line for line in done.output.splitlines() if "Expired, to be removed" in line] == listed
    assert state_of(journey) == alive
    assert leases(journey) == []
    assert Path(journey.output / "expired-cleanup.md").exists() or list(journey.output.glob("expired-cleanup*"))
    again = journey.run("cleanup", cleanup_expired=True)
    assert again.total("changed") == 0
    assert "Nothing has expired" in again.output
