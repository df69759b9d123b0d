# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has expired of any migration is listed, named in reports and removed; everything else stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.modules import harbor_connection, tcr_connection
from tests.modules.harbor_robots import PULL
from tests.sandbox.tcr.state import SecurityPolicy
from tests.support.steps import fail, four_steps, succeed

PREFIX = "managed by cloud_registry.migration: "
NOW = datetime.now(UTC)
OVER, ALIVE = (f" until {NOW + timedelta(hours=hours):%Y-%m-%dT%HZ}" for hours in (-3, 30))
run = tcr_connection.runner("migration_expired_access")


class Scene:
    """A sandbox in which several migrations have left something."""

    def __init__(self, sandbox: Any) -> None:
        self.sandbox = sandbox
        self.usable = harbor_connection.target(sandbox)
        self.options = {
            **harbor_connection.connection(sandbox),
            **tcr_connection.connection(sandbox),
            **tcr_connection.QUICK_WAIT,
        }

    def credential(self, description: str) -> str:
        """Create a credential; returns its id."""
        return str(self.usable.tcr.create_token(self.usable.registry_id, description)["TokenId"])

    def entry(self, cidr: str, description: str) -> None:
        """Let a network in."""
        whitelist = self.sandbox.tcr.registry.whitelist
        whitelist.policies.append(SecurityPolicy(cidr, description))
        whitelist.version += 1

    def endpoint(self, name: str, description: str) -> None:
        """Create an endpoint with a policy, both with this description."""
        harbor = harbor_connection.connection(self.sandbox)
        given = {"name": name, "url": self.usable.url, "description": description, **self.usable.credential}
        succeed(tcr_connection.runner("harbor_registry"), {**harbor, **given})
        given = {"name": name, "registry": name, "description": description}
        succeed(tcr_connection.runner("harbor_replication_policy"), {**harbor, **given})

    def robot(self, name: str, description: str) -> None:
        """Create a robot account of the system and one of a project."""
        harbor = harbor_connection.connection(self.sandbox)
        for project in (None, "library"):
            permissions = [{**PULL[0], "project": None if project else "library"}] if not project else PULL
            robots = [{"name": name, "description": description, "permissions": permissions}]
            given = {**harbor, "robots": robots, **({"project": project} if project else {})}
            succeed(tcr_connection.runner("harbor_robot"), given)

    def left(self) -> dict[str, list[str]]:
        """The descriptions that exist, by kind."""
        harbor = harbor_connection.harbor(self.sandbox)
        robots = harbor.robots.everywhere(harbor.projects())
        return {
            "policies": [one["description"] for one in harbor.policies()],
            "endpoints": [one["description"] for one in harbor.registries()],
            "robots": [one["description"] for one in robots],
            "credentials": [one["Desc"] for one in self.usable.tcr.tokens(self.usable.registry_id)],
            "whitelist": [one.description for one in self.sandbox.tcr.registry.whitelist.policies],
        }


@pytest.fixture
def scene(make_sandbox: Callable[..., Any]) -> Scene:
    return Scene(make_sandbox(seed="none", endpoint_opening=0.0))


def test_what_has_expired_goes_and_nothing_else(scene: Scene) -> None:
    before = scene.left()
    kept = {
        "alive": f"{PREFIX}alive{ALIVE}",
        "permanent": f"{PREFIX}permanent",
        "theirs": f"theirs, needed until {OVER}",
    }
    for name, text in {**kept, "old": f"{PREFIX}old{OVER}", "older": f"{PREFIX}older{OVER}"}.items():
        scene.endpoint(name, text)
        scene.robot(name, text)
        scene.credential(text)
        scene.entry(f"203.0.113.{len(name)}/32", text)
    scene.entry("192.0.2.0/24", f"{PREFIX}old{OVER}; b")
    done = four_steps(run, scene.sandbox.journal, scene.options)
    assert done["kept"] == []
    made = {
        kind: [*texts, *kept.values(), *(kept.values() if kind == "robots" else [])] for kind, texts in before.items()
    }
    made["whitelist"].append(f"{PREFIX}b")
    assert {kind: sorted(texts) for kind, texts in scene.left().items()} == {
        kind: sorted(texts) for kind, texts in made.items()
    }
    shared = [one for one in done["actions"] if "shared_with" in one]
    assert shared == [
        {
            "action": "update",
            "object": "whitelist entry",
            "key": "192.0.2.0/24",
            "shared_with": ["b"],
            "expired": ["old"],
        }
    ]
    assert {name for one in done["actions"] for name in one["expired"]} == {"old", "older"}


def test_each_kind_is_listed_once_whatever_the_number_of_migrations(scene: Scene) -> None:
    for number in range(12):
        text = f"{PREFIX}old-{number}{OVER}"
        scene.credential(text)
        scene.entry(f"203.0.113.{number}/32", text)
        scene.endpoint(f"old-{number}", text)
    scene.sandbox.journal.clear()
    found = succeed(run, scene.options, check=True)
    assert len(found["actions"]) == 48
    calls = [one.action for one in scene.sandbox.journal.entries]
    for listing in ("DescribeInstanceToken", "DescribeSecurityPolicies", "GET /api/v2.0/registries"):
        assert 0 < len([one for one in calls if one == listing]) <= 2, listing


def test_a_replication_that_runs_keeps_everything_of_its_migration(
    make_sandbox: Callable[..., Any],
) -> None:
    scene = Scene(make_sandbox(endpoint_opening=0.0, harbor_stuck=["*"], harbor_queue_paused=True))
    for name in ("busy", "idle"):
        scene.endpoint(name, f"{PREFIX}{name}{OVER}")
        scene.credential(f"{PREFIX}{name}{OVER}")
    harbor = harbor_connection.connection(scene.sandbox)
    succeed(
        tcr_connection.runner("harbor_replication_execution"),
        {**harbor, "policy": "busy", "state": "started", "wait": False},
    )
    done = succeed(run, scene.options)
    assert [one["expired"] for one in done["actions"]] == [["idle"]] * 3
    assert len(done["kept"]) == 1
    assert "A replication of the policy busy has not ended, so everything of busy stays" in done["kept"][0]
    assert scene.left()["endpoints"] == [f"{PREFIX}busy{OVER}"]


def test_a_credential_that_an_endpoint_holds_stays(scene: Scene) -> None:
    held = scene.credential(f"{PREFIX}old{OVER}")
    scene.endpoint("alive", f"{PREFIX}alive{ALIVE}; credential {held}")
    done = succeed(run, scene.options)
    assert done["actions"] == []
    assert done["kept"] == [f"The access credential {held} stays, because the Harbor endpoint alive uses it."]


def test_the_list_says_what_a_removal_does(scene: Scene) -> None:
    scene.endpoint("old", f"{PREFIX}old{OVER}")
    scene.entry("192.0.2.0/24", f"{PREFIX}old{OVER}; b{ALIVE}")
    listing = {**scene.options, "purpose": "expired", "migration_id": ""}
    scene.sandbox.journal.clear()
    listed = succeed(tcr_connection.runner("migration_state_info"), listing)["expired"]
    assert not scene.sandbox.journal.writes()
    assert {one.pop("ends")["old"] for one in listed} == {OVER.removeprefix(" until ")}
    assert listed == succeed(run, scene.options)["actions"]
    assert succeed(tcr_connection.runner("migration_state_info"), listing)["expired"] == []


def test_what_is_left_names_what_has_expired_of_any_migration(scene: Scene) -> None:
    scene.entry("192.0.2.0/24", f"{PREFIX}old{OVER}; b")
    scene.credential(f"{PREFIX}demo{ALIVE}")
    options = {**scene.options, "purpose": "leftovers", "migration_id": "demo"}
    (warning,) = succeed(tcr_connection.runner("migration_state_info"), options)["warnings"]
    assert f"whitelist entry 192.0.2.0/24 (old{OVER}; stays for b)" in warning
    assert "cleanup_expired: true" in warning


def test_a_failure_keeps_what_harbor_may_still_use_and_says_what_was_done(scene: Scene) -> None:
    scene.endpoint("old", f"{PREFIX}old{OVER}")
    scene.credential(f"{PREFIX}old{OVER}")
    scene.sandbox.faults.add(
        service="harbor", match=r"DELETE /api/v2.0/registries.*", kind="status", status=412, times=9
    )
    result = fail(run, scene.options)
    assert [one["object"] for one in result["actions"]] == ["replication policy"]
    assert f"{PREFIX}old{OVER}" in scene.left()["credentials"]
