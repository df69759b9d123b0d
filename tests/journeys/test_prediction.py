# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plan and check mode say is what a run does, step for step, whatever it finds; and then nothing is left to do."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.client import RateLimiter
from tests.journeys.generated_states import State, establish, states
from tests.journeys.journey import RETRY_SCALE, Journey, PlayedJourney, assert_success
from tests.sandbox import Sandbox
from tests.support.direct import direct_calls
from tests.support.playbooks import PlaybookRun
from tests.tools.matrix import cores

# A temporary token is not listed by TCR and gone after an hour; comparing needs one.
TOKEN = "CreateInstanceToken"
# As many states as the product of these; each group is a test, so that several run at a time.
GROUPS = 20
STATES_PER_GROUP = 10
# What Harbor and the network need in between decides nothing here.
QUICK = {
    "rate_limits": False,
    "endpoint_opening": 0.05,
    "link_running": 0.05,
    "link_address": 0.1,
    "harbor_retry_scale": RETRY_SCALE,
    "harbor_flow_seconds": 0.05,
    "harbor_queue_seconds": 0.01,
    "harbor_task_seconds": 0.02,
    "harbor_drop_seconds": 0.05,
}
# The groups of which one state goes through ansible-playbook as well.
THROUGH_ANSIBLE = range(8)


def predicted_steps(run: PlaybookRun) -> list[str]:
    """The steps that check mode shows in its summary, in the words of the plan."""
    lines = run.output.partition("Prediction for the migration demo\n")[2].splitlines()
    steps = []
    for line in lines:
        if not line.startswith("  "):
            break
        what, _colon, key = line.strip().partition(": ")
        steps.append(f"{what}: `{key}`")
    return [] if steps == ["nothing would be changed: ``"] else steps


def selected(state: State, journey: Journey) -> dict[tuple[str, str], str]:
    """Repository and tag to digest of what is to be at the target."""
    store = journey.sandbox.harbor.store
    projects = state.projects
    return {
        (tag.repository, tag.name): store.tags(tag.repository)[tag.name]
        for tag in state.tags
        if not projects or tag.repository.partition("/")[0] in projects
    }


def assert_prediction_is_deed(kind: type[Journey], state: State, in_full: bool = True) -> None:
    """Plan, predict, migrate, and migrate again, from a state.

    :param in_full: otherwise plan and migrate only.
    """
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with Sandbox(directory / "sandbox", state.version, "none", state.network, **QUICK) as sandbox:
            # Harbor is to find out soon that a credential was revoked.
            variables = {
                "migration_projects": list(state.projects),
                "migration_propagation_timeout": 1,
                "migration_wait_interval": 0.05,
            }
            journey = kind(sandbox, cores()[-1], directory / "journey", state.network, variables)
            if isinstance(journey, PlayedJourney) and state.network == "public":
                # The check of a host costs as much as all the rest, and on this path it gives no names.
                journey.hosts = ()
            establish(state, journey)
            assert_success(journey.run("plan"))
            assert journey.writes(TOKEN) == []
            planned = journey.planned_steps()
            if in_full:
                predicted = journey.run("migrate", "--check", "--diff")
                assert_success(predicted)
                assert journey.writes(TOKEN) == []
                assert predicted_steps(predicted) == planned, state
            # Before the path is open nothing can tell the digest of a multi-arch image, and the plan says so.
            unknown = any(risk["risk"] == "tags_unknown" for risk in journey.plan_data()["risks"])
            assert_success(journey.run("migrate"))
            done = journey.steps()
            if unknown:
                done = [step for step in done if step in planned or not step.startswith("start replication execution")]
            assert done == planned, f"{state}\ndid {done}\nplanned {planned}"
            there = journey.target_digests()
            expected = selected(state, journey)
            assert {place: there[place[0]][place[1]] for place in expected} == expected
            if in_full:
                assert_success(journey.run("migrate"))
                assert (journey.steps(), journey.writes(TOKEN)) == ([], []), f"{state}\ndid {done}"


def try_states(group: int, act: Callable[[State], None]) -> None:
    """Do this with the states of a group, always the same ones."""

    @seed(group)
    @settings(
        max_examples=STATES_PER_GROUP,
        deadline=None,
        database=None,
        # To look for a smaller state that fails as well would take minutes.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(states())
    def tried(state: State) -> None:
        act(state)

    tried()


@pytest.mark.parametrize("group", range(GROUPS))
def test_prediction_equals_deed(group: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Retry, "pause", lambda self, attempt: time.sleep(0.01))
    monkeypatch.setattr(RateLimiter, "wait", lambda self, action: None)
    with direct_calls():
        try_states(group, lambda state: assert_prediction_is_deed(PlayedJourney, state))


@pytest.mark.parametrize("group", THROUGH_ANSIBLE)
def test_ansible_predicts_and_does_the_same(group: int) -> None:
    found: list[State] = []
    try_states(group, found.append)
    assert_prediction_is_deed(Journey, found[-1], in_full=False)
