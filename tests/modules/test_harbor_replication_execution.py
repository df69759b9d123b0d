# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_replication_execution against the sandbox: starting, waiting truthfully, stopping."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.replication.executions import (
    ReplicationExecutions,
)
from tests.modules.harbor_connection import FLAVOURS
from tests.modules.migration_scene import POLICY, RETRY_SCALE, Scene, copy_by_hand
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

run = partial(run_module, "harbor_replication_execution")
STARTED = [{"action": "start", "object": "replication execution", "key": POLICY}]
SLOW = {"harbor_task_seconds": 2.0}


@pytest.fixture
def scene(make_sandbox: Callable[..., Any]) -> Callable[..., Scene]:
    def make(version: str = "2.15", namespaces: tuple[str, ...] = ("library",), **settings: Any) -> Scene:
        policy = settings.pop("policy", {})
        settings = {"harbor_retry_scale": RETRY_SCALE, **settings}
        sandbox = make_sandbox(harbor_version=version, seed="demo", network="public", **settings)
        return Scene(sandbox, namespaces, **policy)

    return make


@pytest.mark.parametrize("version", FLAVOURS)
def test_it_copies_and_waits_for_the_tasks_not_for_the_status(scene: Callable[..., Scene], version: str) -> None:
    stage = scene(version, harbor_status_lag_seconds=30.0)
    weights = stage.weights()
    begin = time.monotonic()
    result = succeed(run, stage.execution(expected_repositories=weights))
    assert time.monotonic() - begin < 15, "the status lags by 30 s where it does"
    assert result["changed"] and result["verdict"] == "succeeded" and result["finished"]
    assert (result["origin"], result["started"] < result["ended"]) == ("started", True)
    execution = result["execution"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", execution["start_time"])
    assert execution["repositories"] == execution["repositories_done"] == len(weights)
    assert execution["bytes"] == execution["bytes_done"] == sum(weights.values())
    assert f"harbor replication {execution['id']}: succeeded" in result["line"]
    assert stage.starts() == 1


def test_without_expectations_it_waits_until_nothing_happens_any_more(scene: Callable[..., Scene]) -> None:
    result = succeed(run, scene().execution(settle_seconds=2))
    assert result["verdict"] == "succeeded" and result["execution"]["bytes"] is None


def test_what_runs_is_followed_and_not_doubled(scene: Callable[..., Scene]) -> None:
    stage = scene(**SLOW)
    first = succeed(run, stage.execution(wait=False))
    assert first["changed"] and not first["finished"] and first["verdict"] == "running"
    for check in (True, False):
        second = succeed(run, stage.execution(wait=False), check=check)
        assert not second["changed"] and second["execution"]["id"] == first["execution"]["id"]
        assert (second["origin"], second["execution"]["end_time"]) == ("joined", None)
    third = succeed(run, stage.execution(expected_repositories=stage.weights()))
    assert not third["changed"] and third["verdict"] == "succeeded" and third["origin"] == "joined"
    last = succeed(run, stage.execution(execution_id=first["execution"]["id"], settle_seconds=0))
    assert (last["origin"], last["changed"]) == ("found", False)
    assert stage.starts() == 1


def test_an_execution_that_another_run_started_at_the_same_moment_is_joined(
    scene: Callable[..., Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harbor skips the second start, so this run has started nothing, although it asked for it."""
    stage = scene(policy={"single_active_replication": True}, **SLOW)
    first = stage.harbor.start_execution(stage.policy_id)
    monkeypatch.setattr(ReplicationExecutions, "_listed", lambda *_arguments: [])
    result = succeed(run, stage.execution(wait=False))
    assert (result["origin"], result["actions"], result["changed"]) == ("joined", [], False)
    assert result["execution"]["id"] == first


def test_a_failure_right_after_the_start_names_what_was_started(scene: Callable[..., Scene]) -> None:
    stage = scene(**SLOW)
    stage.sandbox.faults.add(service="harbor", match=r".*/tasks", kind="status", status=403, times=9)
    result = fail(run, stage.execution())
    assert (result["changed"], result["actions"], result["origin"]) == (True, STARTED, "started")
    assert result["execution"]["id"] == stage.harbor.executions(stage.policy_id, limit=1)[0]["id"]


def test_a_failure_while_it_waits_keeps_what_was_seen_last(scene: Callable[..., Scene]) -> None:
    stage = scene(**SLOW)
    stage.sandbox.faults.add(service="harbor", match=r".*/tasks", kind="status", status=403, call=2, times=9)
    result = fail(run, stage.execution())
    assert (result["actions"], result["verdict"], result["execution"]["status"]) == (STARTED, "running", "InProgress")


def test_check_mode_predicts_and_writes_nothing(scene: Callable[..., Scene]) -> None:
    stage = scene()
    for policy in (POLICY, "to be created"):
        result = succeed(run, stage.execution(policy=policy), check=True)
        assert result["changed"] and result["execution"] is None and not result["finished"]
    assert not stage.sandbox.journal.writes()


def test_a_missing_policy(scene: Callable[..., Scene]) -> None:
    result = fail(run, scene().execution(policy="nowhere"))
    assert "no replication policy 'nowhere'" in result["msg"] and not result["changed"]


@pytest.mark.parametrize("version", FLAVOURS)
def test_a_failure_for_good_names_repositories_and_reasons(scene: Callable[..., Scene], version: str) -> None:
    stage = scene(version, namespaces=())
    result = fail(run, stage.execution(expected_repositories=stage.weights()))
    assert result["changed"] and result["actions"] == STARTED and result["verdict"] == "failed"
    failed = {one["repository"]: one["log_line"] for one in result["execution"]["failed_repositories"]}
    assert set(failed) == set(stage.weights())
    assert all(failed.values()) and "library/base: " in result["msg"]
    ended = stage.harbor.execution(result["execution"]["id"])
    assert ended["succeed"] == 0


@pytest.mark.parametrize("version", FLAVOURS)
def test_a_failure_that_heals_is_no_failure(scene: Callable[..., Scene], version: str) -> None:
    stage = scene(version, namespaces=())
    healer = stage.when(lambda one: one["failed"] > 0, lambda: stage.create_namespace("library"))
    result = succeed(run, stage.execution(expected_repositories=stage.weights()))
    healer.join()
    assert result["verdict"] == "succeeded"
    assert stage.starts() == 1, "Harbor itself tried again"


def test_what_failed_for_good_is_started_again(scene: Callable[..., Scene]) -> None:
    stage = scene(namespaces=(), harbor_retry_scale=0.0)
    healer = stage.when(lambda one: one["status"] == "Failed", lambda: stage.create_namespace("library"))
    result = succeed(run, stage.execution(expected_repositories=stage.weights(), settle_seconds=3, restarts=1))
    healer.join()
    assert result["verdict"] == "succeeded" and result["actions"] == STARTED * 2
    assert stage.starts() == 2


def test_nothing_matched_is_an_error_unless_allowed(scene: Callable[..., Scene]) -> None:
    stage = scene(policy={"filters": [{"type": "name", "value": "nothing/**"}]})
    result = fail(run, stage.execution())
    assert "nothing matched: no resources need to be replicated" in result["msg"] and "allow_empty" in result["msg"]
    assert succeed(run, stage.execution(allow_empty=True))["verdict"] == "succeeded"


def test_repositories_without_a_task_are_named(scene: Callable[..., Scene]) -> None:
    stage = scene(namespaces=("library", "shop"))
    result = fail(run, stage.execution(expected_repositories=stage.weights("library", "shop"), settle_seconds=2))
    assert result["verdict"] == "incomplete" and "shop/team/api" in result["msg"]


def test_an_execution_that_harbor_skips_leads_to_the_active_one(scene: Callable[..., Scene]) -> None:
    stage = scene(policy={"single_active_replication": True}, **SLOW)
    first = stage.harbor.start_execution(stage.policy_id)
    skipped = stage.harbor.start_execution(stage.policy_id)
    expected = {"expected_repositories": stage.weights()}
    result = succeed(run, stage.execution(execution_id=skipped, **expected))
    assert result["execution"]["id"] == first and result["verdict"] == "succeeded" and not result["changed"]


def test_a_start_whose_answer_is_lost_is_not_repeated(scene: Callable[..., Scene]) -> None:
    stage = scene(**SLOW)
    stage.sandbox.faults.add(service="harbor", match=r".*/replication/executions$", kind="drop_after", call=2)
    result = succeed(run, stage.execution(wait=False))
    assert result["changed"]
    assert len(stage.harbor.executions(stage.policy_id)) == 1


def test_moments_without_an_answer_do_not_end_the_wait(scene: Callable[..., Scene]) -> None:
    stage = scene(**SLOW)
    started = succeed(run, stage.execution(wait=False))
    path = rf".*/replication/executions/{started['execution']['id']}$"
    stage.sandbox.faults.add(service="harbor", match=path, kind="status", status=502, call=2, times=6)
    result = succeed(run, stage.execution(expected_repositories=stage.weights()))
    assert result["verdict"] == "succeeded"


def test_a_timeout_says_what_was_seen_last(scene: Callable[..., Scene]) -> None:
    stage = scene(harbor_task_seconds=20.0)
    result = fail(run, stage.execution(wait_timeout=1))
    assert "did not end within 1 seconds; last seen: harbor replication" in result["msg"]
    assert result["changed"] and result["verdict"] == "running"


@pytest.mark.parametrize("version", ["1.10", "2.15"])
def test_a_status_that_lags_costs_nothing_when_the_digests_are_equal(scene: Callable[..., Scene], version: str) -> None:
    stage = scene(version, harbor_status_lag_seconds=30.0)
    begin = time.monotonic()
    result = succeed(run, stage.execution(settle_seconds=200, **stage.proof()))
    assert time.monotonic() - begin < 15
    assert result["verdict"] == "succeeded" and result["reason"] == "every tag has the same digest at the target"


def test_a_task_that_never_ends_does_not_matter_when_the_digests_are_equal(scene: Callable[..., Scene]) -> None:
    stage = scene(harbor_stuck=["library/nginx"])
    copy_by_hand(stage.sandbox, "library/nginx")
    expected = stage.weights()
    result = succeed(run, stage.execution(expected_repositories=expected, progress_interval=1, **stage.proof()))
    assert result["verdict"] == "succeeded" and result["execution"]["status"] == "InProgress"
    assert result["execution"]["in_progress"] == 1


def test_a_failure_for_good_is_none_when_the_digests_are_equal(scene: Callable[..., Scene]) -> None:
    stage = scene(harbor_failing_runs={"library/nginx": 3}, harbor_retry_scale=0.0)
    copy_by_hand(stage.sandbox, "library/nginx")
    begin = time.monotonic()
    expected = stage.weights()
    result = succeed(run, stage.execution(expected_repositories=expected, settle_seconds=200, **stage.proof()))
    assert time.monotonic() - begin < 15
    assert result["verdict"] == "succeeded"
    assert [one["repository"] for one in result["execution"]["failed_repositories"]] == ["library/nginx"]


def test_digests_that_differ_end_nothing(scene: Callable[..., Scene]) -> None:
    stage = scene(harbor_stuck=["library/nginx"])
    options = stage.execution(progress_interval=0.5, wait_timeout=4, **stage.proof())
    assert "did not end within 4 seconds" in fail(run, options)["msg"]
    assert any(entry.action == "DescribeImages" for entry in stage.sandbox.journal.entries)


@pytest.mark.parametrize("version", FLAVOURS)
def test_stop(scene: Callable[..., Scene], version: str) -> None:
    stage = scene(version, harbor_task_seconds=20.0)
    stage.harbor.start_execution(stage.policy_id)
    options = stage.execution(state="stopped")
    stage.sandbox.journal.clear()
    predicted = succeed(run, options, check=True)
    # Harbor itself still pushes to the target.
    assert predicted["changed"] and not predicted["finished"] and not stage.sandbox.journal.writes("harbor")
    done = succeed(run, options)
    assert done["changed"] and done["actions"] == predicted["actions"]
    assert done["finished"] and done["verdict"] == "stopped"
    again = succeed(run, options)
    assert not again["changed"] and again["finished"]


def test_stopping_what_was_never_started(scene: Callable[..., Scene]) -> None:
    stage = scene()
    for policy in (POLICY, "nowhere"):
        result = succeed(run, stage.execution(policy=policy, state="stopped"))
        assert not result["changed"] and result["execution"] is None and result["finished"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"policy": None}, "one of the following is required: policy, execution_id"),
        ({"policy": None, "execution_id": 1, "restarts": 1}, "restarts needs the policy"),
        ({"execution_id": 99999}, "99999"),
    ],
)
def test_bad_input(scene: Callable[..., Scene], options: dict[str, Any], text: str) -> None:
    assert text in fail(run, scene().execution(**options))["msg"]
