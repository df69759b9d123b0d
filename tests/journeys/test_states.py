# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In each state that a migration can be in, plan says what migrate then does. Over a private link, where most can be amiss.

The states before the end are made from the migration by taking back its last parts. What migrate does from there is known:
it did it on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.journeys.journey import MARKER, RETRY_SCALE, Journey, PlayedJourney, assert_success
from tests.modules import harbor_connection
from tests.sandbox import Sandbox
from tests.support.host_state import HostState
from tests.tools.matrix import cores


@dataclass
class Migrated:
    """A journey that has migrated, in how many steps, and how the host was before."""

    journey: Journey
    steps: list[str]
    hosts_file: str

    @property
    def host(self) -> HostState:
        """The host of Harbor."""
        (link,) = harbor_connection.tcr(self.journey.sandbox).internal_endpoints(self.journey.registry.id)
        return HostState(self.journey.sandbox, self.journey.directory, link["AccessIp"])

    def without_content(self) -> None:
        """Nothing was copied."""
        for repository in self.journey.registry.store.repositories():
            self.journey.registry.store.delete_repository(repository)

    def without_policies(self) -> None:
        """Harbor was not told what to copy."""
        harbor = harbor_connection.harbor(self.journey.sandbox)
        for policy in harbor.policies():
            harbor.delete_policy(policy["id"])

    def without_endpoint(self) -> None:
        """Harbor has no endpoint, and so no credential."""
        harbor, tcr = (connect(self.journey.sandbox) for connect in (harbor_connection.harbor, harbor_connection.tcr))
        for endpoint in harbor.registries():
            harbor.delete_registry(endpoint["id"])
        for credential in self.journey.credentials():
            tcr.delete_token(self.journey.registry.id, credential)

    def without_namespaces(self) -> None:
        """The registry is empty."""
        for name in [
            one["Name"] for one in harbor_connection.tcr(self.journey.sandbox).namespaces(self.journey.registry.id)
        ]:
            harbor_connection.tcr(self.journey.sandbox).delete_namespace(self.journey.registry.id, name)

    def without_names(self) -> None:
        """Harbor does not resolve the private address."""
        self.host.hosts_file.write_text(self.hosts_file)
        self.host.override.unlink(missing_ok=True)
        self.host.compose("up", "-d")
        self.host.compose("restart", "proxy")


# Each part of a run that can be missing, the last first, and with which of its steps a run goes on then.
PARTS: tuple[tuple[Callable[[Migrated], None], str], ...] = (
    (Migrated.without_content, "start replication execution"),
    (Migrated.without_policies, "create replication policy"),
    (Migrated.without_endpoint, "create access credential"),
    (Migrated.without_namespaces, "create namespace"),
    (Migrated.without_names, "create hosts block"),
)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrated]:
    """A migration over a private link; the tests take it back part by part, and do it again."""
    directory = tmp_path_factory.mktemp("states")
    (directory / "sandbox").mkdir()
    # The tests delete policies themselves, at once.
    settings = {"network": "private", "harbor_retry_scale": RETRY_SCALE, "harbor_status_lag_seconds": 0}
    with Sandbox(directory / "sandbox", **settings) as sandbox:
        variables = {"migration_projects": "platform"}
        journey = PlayedJourney(sandbox, cores()[-1], directory / "journey", "private", variables)
        before = sandbox.harbor.hosts_file.read_text()
        assert_success(journey.run("migrate"))
        yield Migrated(journey, journey.steps(), before)


def planned(journey: Journey) -> list[str]:
    """The steps of a plan that is made now, which changes nothing."""
    assert_success(journey.run("plan"))
    assert journey.writes() == []
    return journey.planned_steps()


def test_after_cleanup_the_names_and_all_access_are_planned_again(migrated: Migrated) -> None:
    """The link stays, but no name leads to it any more; namespaces and images stay too."""
    assert_success(migrated.journey.run("cleanup"))
    stays = ("create private link", "create namespace", "start replication execution")
    assert planned(migrated.journey) == [step for step in migrated.steps if not step.startswith(stays)]


def test_after_a_kill_what_was_begun_is_completed(migrated: Migrated) -> None:
    """Killed before the services were recreated, and earlier between the making of a credential and its hand-over."""
    journey = migrated.journey
    for take_back in (Migrated.without_policies, Migrated.without_endpoint, Migrated.without_names):
        take_back(migrated)
    migrated.host.give_names(migrated.host.address, recreate=False)
    harbor_connection.tcr(journey.sandbox).create_token(journey.registry.id, MARKER)
    steps = planned(journey)
    assert_success(journey.run("migrate"))
    assert journey.steps() == steps
    assert steps[:2] == ["create container hosts: `sandbox`", "recreate containers: `sandbox: core, jobservice`"]
    assert steps[-1].startswith("delete access credential")


@pytest.mark.parametrize("missing", [3, 5])
def test_what_is_missing_is_planned_and_nothing_else(migrated: Migrated, missing: int) -> None:
    for take_back, _step in PARTS[:missing]:
        take_back(migrated)
    first = PARTS[missing - 1][1]
    begin = next(number for number, step in enumerate(migrated.steps) if step.startswith(first))
    assert planned(migrated.journey) == migrated.steps[begin:]
