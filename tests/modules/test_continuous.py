# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replication that copies each push at once, against the sandbox: policies, comparison and health."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules import harbor_connection, tcr_connection
from tests.modules.harbor_connection import FLAVOURS
from tests.modules.migration_scene import POLICY, Scene
from tests.sandbox.core.images import image, push_images
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

execute = partial(run_module, "harbor_replication_execution")
verify = partial(run_module, "migration_verify")
gather = tcr_connection.runner("migration_state_info")
MARKER = "managed by cloud_registry.migration: demo"
EVENT_BASED = {"type": "event_based"}


def push(sandbox: Any, repository: str, tag: str) -> str:
    """Push an image to Harbor, as somebody would; returns its digest."""
    facts = sandbox.facts
    login = (facts["harbor_url"], facts["harbor_username"], facts["harbor_password"])
    return push_images(*login, {repository: {tag: image([repository, tag])}})[repository][tag]


def set_policy(stage: Scene, **changes: Any) -> None:
    """Change the policy of a scene."""
    (policy,) = stage.harbor.policies()
    body = {name: policy[name] for name in ("name", "enabled", "override", "trigger", "filters", "description")}
    stage.harbor.update_policy(stage.policy_id, {**body, "dest_registry": policy["dest_registry"], **changes})


@pytest.mark.parametrize("version", FLAVOURS)
def test_what_lacks_is_told_with_the_time_of_its_push(make_sandbox: Callable[..., Any], version: str) -> None:
    stage = Scene(make_sandbox(harbor_version=version, seed="demo", network="public"), ("library",))
    succeed(execute, stage.execution(expected_repositories=stage.weights()))
    assert succeed(verify, stage.verify(lag=True))["lag"] == []
    push(stage.sandbox, "library/nginx", "late")
    (found,) = fail(verify, stage.verify(lag=True))["lag"]
    assert (found["name"], found["target"], found["verdict"]) == ("library/nginx:late", "library/nginx:late", "missing")
    moment = stage.sandbox.harbor.store.pushed_at("library/nginx", "late")
    assert found["pushed"] == (None if version == "1.8" else f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def test_lag_costs_one_call_for_each_repository_that_lags(make_sandbox: Callable[..., Any]) -> None:
    stage = Scene(make_sandbox(seed="demo", network="public"), ("library",))
    calls = []
    for lag in (False, True):
        stage.sandbox.journal.clear()
        fail(verify, stage.verify(lag=lag))
        calls.append(sum(entry.service == "harbor" for entry in stage.sandbox.journal.entries))
    assert calls[1] - calls[0] == len([name for name in stage.sandbox.images if name.startswith("library/")])


def test_a_policy_is_started_although_a_push_is_being_copied(make_sandbox: Callable[..., Any]) -> None:
    """What a push has started copies one tag only; to follow it would leave out all others."""
    sandbox = make_sandbox(seed="demo", network="public", harbor_flow_seconds=1.5)
    stage = Scene(sandbox, ("library",), trigger=EVENT_BASED)
    push(sandbox, "library/nginx", "late")
    assert [one["trigger"] for one in stage.harbor.executions(stage.policy_id)] == ["event_based"]
    result = succeed(execute, stage.execution(expected_repositories=stage.weights()))
    assert result["origin"] == "started"
    assert succeed(verify, stage.verify())["equal"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trigger": EVENT_BASED}, None),
        ({"trigger": {"type": "manual"}}, "is manual"),
        ({"trigger": EVENT_BASED, "enabled": False}, "is disabled"),
        ({"trigger": EVENT_BASED, "description": ""}, "has no replication policy demo"),
    ],
)
def test_verify_looks_at_the_health_of_the_policies(
    make_sandbox: Callable[..., Any], changes: dict[str, Any], words: str | None
) -> None:
    sandbox = make_sandbox(seed="demo", network="public")
    stage = Scene(sandbox, ("library",), name="demo", description=MARKER)
    set_policy(stage, **changes)
    options = {"migration_id": "demo", "registry_url": sandbox.facts["registry_url"], "purpose": "verify"}
    connections = tcr_connection.connection(sandbox, **harbor_connection.connection(sandbox))
    sandbox.journal.clear()
    found = succeed(gather, {**connections, **options, "continuous": True})
    assert found["continuous"]["healthy"] is (words is None)
    assert [words in one for one in found["continuous"]["problems"]] == ([] if words is None else [True])
    assert not sandbox.journal.writes()
    assert "continuous" not in succeed(gather, {**connections, **options})


@pytest.mark.parametrize("version", FLAVOURS)
def test_every_harbor_copies_each_push_with_the_trigger(make_sandbox: Callable[..., Any], version: str) -> None:
    stage = Scene(make_sandbox(harbor_version=version, seed="demo", network="public"), ("library",))
    common = {"registry": "cloud", "trigger": EVENT_BASED, "deletion": False, "state": "present"}
    policies = [{"name": POLICY, "filters": [{"type": "name", "value": "library/**"}]}]
    switch = partial(run_module, "harbor_replication_policy")
    options = harbor_connection.connection(stage.sandbox, policies=policies, **common)
    assert succeed(switch, options)["changed"] and not succeed(switch, options)["changed"]
    digest = push(stage.sandbox, "library/late", "1")
    stage.when(lambda newest: newest["status"] == "Succeed", lambda: None).join()
    assert stage.sandbox.tcr.registry.store.tags("library/late") == {"1": digest}


def test_pushes_and_access_for_one_run_are_refused_before_any_call(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(seed="none", network="public")
    connections = tcr_connection.connection(sandbox, **harbor_connection.connection(sandbox))
    sandbox.journal.clear()
    given = {"migration_id": "demo", "public_cidrs": ["203.0.113.7/32"], "continuous": True, "access": "run"}
    assert "migration_access is run" in fail(gather, {**connections, **given})["msg"]
    assert not sandbox.journal.entries
