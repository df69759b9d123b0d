# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_webhook against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import runner
from tests.support.steps import fail, four_steps, succeed, twelve_steps

run = runner("tcr_webhook")

SECRET = "Bearer secret-of-the-build-server"
TARGET = {"address": "https://ci.example.com/hook", "headers": {"Authorization": SECRET, "X-Team": "a-team"}}
BUILD = {"name": "build", "event_types": ["pushImage", "deleteImage"], "targets": [TARGET]}
PLAIN = {"name": "plain", "event_types": ["pullImage"], "targets": [{"address": "http://other.example.com"}]}


@pytest.fixture
def start(start_with_namespaces: Callable[..., Any]) -> Callable[..., Any]:
    def started(**settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox, options = start_with_namespaces("team", "team-a", **settings)
        return sandbox, {**options, "namespace": "team"}

    return started


def stored(sandbox: Any) -> dict[str, dict[str, Any]]:
    return {trigger.name: trigger.content for trigger in sandbox.tcr.registry.triggers.values()}


def test_twelve_steps(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "namespace": "team-a", "triggers": [BUILD]})
    change = {
        "name": "build",
        "enabled": False,
        "condition": "^web/.*",
        "description": "d",
        "event_types": ["pushImage"],
    }
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create={**options, "triggers": [BUILD, PLAIN]},
        change={**options, "triggers": [change], "state": "exact"},
        delete={**options, "triggers": [{"name": "build"}, {"name": "plain"}], "state": "absent"},
    )
    build, plain = created["triggers"]
    assert build["targets"][0]["address"] == TARGET["address"]
    assert set(build["targets"][0]["headers"]) == {"Authorization", "X-Team"}
    assert all(value.startswith("sha256:") for value in build["targets"][0]["headers"].values())
    assert plain["targets"] == [{"address": "http://other.example.com", "headers": {}}]
    assert (build["enabled"], build["condition"]) == (True, ".*")
    assert changed is not None
    assert changed["triggers"] == [{**build, **change}]
    assert deleted["triggers"] == []
    assert len(sandbox.tcr.registry.triggers) == 1


def test_secrets_of_headers_are_sent_but_not_shown(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    results = [succeed(run, {**options, "triggers": [BUILD]}, check=check) for check in (True, False)]
    assert stored(sandbox)["build"]["Targets"][0]["Headers"][0] == {"Key": "Authorization", "Values": [SECRET]}
    replaced = {"address": TARGET["address"], "headers": {"Authorization": "Bearer another-secret-value"}}
    results.append(four_steps(run, sandbox.journal, {**options, "triggers": [{**BUILD, "targets": [replaced]}]}))
    shown = json.dumps(results)
    assert SECRET not in shown
    assert "another-secret-value" not in shown


def test_targets_that_are_not_given_stay_with_their_secrets(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "triggers": [BUILD]})
    before = stored(sandbox)["build"]["Targets"]
    four_steps(run, sandbox.journal, {**options, "triggers": [{"name": "build", "enabled": False}]})
    assert stored(sandbox)["build"]["Targets"] == before


def test_triggers_of_a_migration(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "triggers": [PLAIN]})
    options["migration_id"] = "spring"
    succeed(run, {**options, "triggers": [BUILD]})
    assert stored(sandbox)["build"]["Description"] == "managed by cloud_registry.migration: spring"
    assert fail(run, {**options, "triggers": [{**PLAIN, "enabled": False}]})["error"]["kind"] == "NotOurs"
    four_steps(run, sandbox.journal, {**options, "triggers": [], "state": "exact"})
    assert list(stored(sandbox)) == ["plain"]


@pytest.mark.parametrize("offset", ["item", "page"])
@pytest.mark.parametrize("count", [99, 100, 101, 230])
def test_all_triggers_are_listed(start: Callable[..., Any], offset: str, count: int) -> None:
    sandbox, options = start(trigger_offset=offset, trigger_quota=1000)
    registry = sandbox.tcr.registry
    succeed(run, {**options, "triggers": [PLAIN]})
    first = next(iter(registry.triggers.values()))
    for number in range(1, count):
        content = {**first.content, "Name": f"t{number}"}
        registry.triggers[1000 + number] = type(first)(1000 + number, first.namespace_id, content)
    result = succeed(run, {**options, "triggers": [], "state": "exact"}, check=True)
    assert len(result["actions"]) == count


@pytest.mark.parametrize(
    ("kind", "executed"), [("drop_after", True), ("drop_before", False), ("throttle", False), ("error", True)]
)
@pytest.mark.parametrize(
    "action", ["CreateWebhookTrigger", "ModifyWebhookTrigger", "DeleteWebhookTrigger", "DescribeWebhookTrigger"]
)
def test_faults_are_overcome(start: Callable[..., Any], action: str, kind: str, executed: bool) -> None:
    sandbox, options = start()
    sandbox.faults.add(service="tcr", match=action, kind=kind, executed=executed)
    succeed(run, {**options, "triggers": [BUILD, PLAIN]})
    succeed(run, {**options, "triggers": [{"name": "build", "enabled": False}], "state": "exact"})
    assert [(name, one["Enabled"]) for name, one in stored(sandbox).items()] == [("build", False)]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, ("name", "empty")),
        ({"targets": []}, ("targets", "'build'")),
        ({"event_types": []}, ("event_types",)),
        ({"targets": None, "event_types": None}, ("'build'", "targets and event_types must be given")),
        ({"targets": [{"address": "ci.example.com"}]}, ("'ci.example.com'", "https://")),
    ],
)
def test_bad_input_is_told(
    start: Callable[..., Any], changes: dict[str, Any], words: tuple[str, ...], check: bool
) -> None:
    sandbox, options = start()
    trigger = {name: value for name, value in {**BUILD, **changes}.items() if value is not None}
    result = fail(run, {**options, "triggers": [trigger]}, check=check)
    assert result["error"]["kind"] == "InvalidInput"
    assert all(word in result["msg"] for word in words), result["msg"]
    assert not sandbox.journal.writes()


def test_a_namespace_that_is_yet_to_come(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options.update(namespace="later", triggers=[BUILD])
    assert succeed(run, options, check=True)["changed"]
    result = fail(run, options)
    assert all(word in result["msg"] for word in ("'later'", "tcr_namespace"))
    assert not succeed(run, {**options, "state": "absent"})["changed"]


def test_an_unknown_event_type_and_a_full_quota_are_told(start: Callable[..., Any]) -> None:
    sandbox, options = start(trigger_quota=1)
    assert "pushImage" in fail(run, {**options, "triggers": [{**BUILD, "event_types": ["boom"]}]})["msg"]
    result = fail(run, {**options, "triggers": [BUILD, PLAIN]})
    assert result["error"]["kind"] == "QuotaExceeded"
