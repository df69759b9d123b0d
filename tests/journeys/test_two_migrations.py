# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two whole migrations of one Harbor into one registry: each keeps its access until it is cleaned up itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.ownership import owners
from tests.journeys.journey import Journey, assert_success

PROJECTS = {"first": "library", "second": "shop"}


def run(journey: Journey, playbook: str, name: str) -> None:
    assert_success(journey.run(playbook, migration_id=name, migration_projects=[PROJECTS[name]]))


def access(journey: Journey) -> dict[str, set[str]]:
    """By kind of access, the migrations that have it."""
    described = {
        "whitelist": journey.whitelist().values(),
        "credentials": journey.credentials().values(),
        "endpoints": journey.endpoints().values(),
        "policies": [one["description"] for one in journey.policies().values()],
    }
    return {kind: {owner for text in texts for owner in owners(text)} for kind, texts in described.items()}


@pytest.mark.parametrize("went", [("first", "second"), ("second", "first")])
def test_no_migration_loses_access_because_another_one_ends(
    make_played_journey: Callable[..., Journey], went: tuple[str, str]
) -> None:
    journey = make_played_journey()
    for name in PROJECTS:
        run(journey, "migrate", name)
    assert all(found == set(PROJECTS) for found in access(journey).values())
    assert all(set(owners(text)) == set(PROJECTS) for text in journey.whitelist().values()), "they share the entries"
    leaves, stays = went
    run(journey, "cleanup", leaves)
    assert all(found == {stays} for found in access(journey).values())
    run(journey, "verify", stays)
    run(journey, "migrate", stays)
    assert journey.writes() == []
    run(journey, "cleanup", stays)
    assert all(found == set() for found in access(journey).values())
    assert journey.target_digests().keys() >= {"library/base"}
