# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_instance against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import QUICK_WAIT, connection, runner
from tests.support.steps import fail, four_steps, succeed, twelve_steps

run = runner("tcr_instance")

FAULTS = [
    ("drop_after", True),
    ("drop_before", False),
    ("throttle", False),
    ("error", True),
    ("error", False),
    ("status", True),
    ("status", False),
]
PACES = [
    {},
    {"instance_deploying": 0.0, "instance_upgrade": 0.0, "instance_removal": 0.0},
]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(**settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, **{"instance_deploying": 0.2, "rate_limits": False, **settings})
        options = connection(sandbox, registry_id=None)
        return sandbox, {**options, **QUICK_WAIT, "registry_name": "second", "type": "basic"}

    return started


def names(sandbox: Any) -> list[str]:
    known = sandbox.tcr.state.known_registries(sandbox.tcr.clock.now(), sandbox.settings)
    return sorted(registry.name for registry in known)


@pytest.mark.parametrize("settings", PACES, ids=str)
def test_twelve_steps(start: Callable[..., Any], settings: dict[str, Any]) -> None:
    sandbox, options = start(**settings)
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create={**options, "deletion_protection": True, "tags": {"stage": "test", "team": "a"}},
        change={**options, "type": "premium", "deletion_protection": False, "tags": {"stage": "live", "cost": 7}},
        delete={**options, "state": "absent", "allow_deletion": True},
    )
    instance = created["instance"]
    assert instance["registry_id"].startswith("tcr-")
    assert (instance["status"], instance["type"], instance["deletion_protection"]) == ("Running", "basic", True)
    assert instance["tags"] == {"stage": "test", "team": "a"}
    assert instance["public_domain"] == "second.tencentcloudcr.com"
    assert changed is not None
    assert (changed["instance"]["type"], changed["instance"]["deletion_protection"]) == ("premium", False)
    assert changed["instance"]["tags"] == {"stage": "live", "cost": "7"}
    assert deleted["instance"] is None
    assert names(sandbox) == ["demo", "demo-archive"]


def test_what_is_not_given_stays(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "deletion_protection": True})
    succeed(run, {**options, "tags": {"stage": "test"}})
    del options["type"]
    assert not succeed(run, options)["changed"]
    instance = succeed(run, options)["instance"]
    assert (instance["deletion_protection"], instance["tags"]) == (True, {"stage": "test"})
    four_steps(run, sandbox.journal, {**options, "tags": {}})
    assert [entry.action for entry in sandbox.journal.entries if entry.write] == []


def test_only_the_tags_that_differ_are_sent(start: Callable[..., Any]) -> None:
    sandbox, options = start(instance_tagging=0.5)
    succeed(run, {**options, "tags": {"stage": "test", "team": "a"}})
    sandbox.journal.clear()
    succeed(run, {**options, "tags": {"stage": "test", "team": "b"}})
    assert [entry.action for entry in sandbox.journal.writes()] == ["ModifyResourceTags"]
    second = next(one for one in sandbox.tcr.state.registries.values() if one.name == "second")
    assert second.tags == [{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "b"}]


def test_an_existing_registry_of_a_longer_name_is_another(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "registry_name": "demo2"})
    assert names(sandbox) == ["demo", "demo-archive", "demo2"]
    assert succeed(run, {**options, "registry_name": "demo", "type": "standard"})["instance"]["registry_id"]


@pytest.mark.parametrize("check", [True, False])
def test_a_deletion_needs_permission(start: Callable[..., Any], check: bool) -> None:
    sandbox, options = start(instance_with_namespaces="cascade")
    created = succeed(run, {**options, "deletion_protection": True})["instance"]
    sandbox.journal.clear()
    absent = {**options, "state": "absent"}
    for given, words in (
        (absent, ("'second'", "allow_deletion is false", "set allow_deletion: true")),
        ({**absent, "allow_deletion": True}, ("protected", "deletion_protection: false")),
    ):
        result = fail(run, given, check=check)
        assert result["error"]["kind"] == "Conflict"
        assert all(word in result["msg"] for word in words), result["msg"]
    assert not sandbox.journal.writes()
    succeed(run, {**options, "deletion_protection": False})
    namespace = {**connection(sandbox, registry_id=created["registry_id"]), "namespaces": [{"name": "team-a"}]}
    succeed(runner("tcr_namespace"), namespace)
    sandbox.journal.clear()
    result = fail(run, {**absent, "allow_deletion": True}, check=check)
    assert all(word in result["msg"] for word in ("1 namespaces", "team-a")), result["msg"]
    assert not sandbox.journal.writes()
    succeed(runner("tcr_namespace"), {**namespace, "state": "absent"})
    four_steps(run, sandbox.journal, {**absent, "allow_deletion": True})


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"registry_name": "1st"}, ("'1st'", "not a valid name")),
        ({"registry_name": "admin"}, ("reserved",)),
        ({"registry_name": "demo-archive"}, ("'demo-archive'", "ap-guangzhou", "taken", "tcr_region")),
        ({"type": None}, ("'second'", "type must be given")),
        ({"registry_name": "demo", "type": "basic"}, ("standard", "basic", "larger")),
        ({"tags": {str(number): "x" for number in range(11)}}, ("there are 11", "can have 10")),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_sent(
    start: Callable[..., Any], changes: dict[str, Any], words: tuple[str, ...], check: bool
) -> None:
    sandbox, options = start()
    given = {name: value for name, value in {**options, **changes}.items() if value is not None}
    result = fail(run, given, check=check)
    assert result["error"]["kind"] == "InvalidInput"
    assert all(word in result["msg"] for word in words), result["msg"]
    assert not sandbox.journal.writes()


def test_a_region_is_needed_for_a_new_registry_only(start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENCENTCLOUD_REGION", raising=False)
    sandbox, options = start()
    del options["tcr_region"]
    assert "tcr_region" in fail(run, options)["msg"]
    assert not succeed(run, {**options, "registry_name": "demo-archive", "type": "standard"})["changed"]


@pytest.mark.parametrize(("kind", "executed"), FAULTS)
@pytest.mark.parametrize(
    "action", ["CreateInstance", "ModifyInstance", "ModifyResourceTags", "DeleteInstance", "DescribeInstances"]
)
def test_faults_are_overcome(start: Callable[..., Any], action: str, kind: str, executed: bool) -> None:
    sandbox, options = start(instance_upgrade=0.3)
    sandbox.faults.add(service="tcr", match=action, kind=kind, executed=executed)
    created = succeed(run, {**options, "deletion_protection": True})["instance"]
    change = {"type": "standard", "deletion_protection": False, "tags": {"stage": "test"}}
    changed = succeed(run, {**options, **change})["instance"]
    assert (changed["registry_id"], changed["type"]) == (created["registry_id"], "standard")
    assert changed["tags"] == {"stage": "test"}
    assert names(sandbox) == ["demo", "demo-archive", "second"]
    succeed(run, {**options, "state": "absent", "allow_deletion": True})
    assert names(sandbox) == ["demo", "demo-archive"]


@pytest.mark.parametrize("status", ["FailedCreated", "Bucket-Error", "Unhealthy"])
def test_a_creation_that_fails_is_told_and_can_be_removed(start: Callable[..., Any], status: str) -> None:
    sandbox, options = start(instance_creation_result=status)
    result = fail(run, options)
    assert result["error"]["kind"] == "WaitFailed"
    assert status in result["msg"]
    succeed(run, {**options, "state": "absent", "allow_deletion": True})
    assert names(sandbox) == ["demo", "demo-archive"]


@pytest.mark.parametrize("status", ["DeleteFailed", "DeleteBucketFailed"])
def test_a_deletion_that_fails_is_told(start: Callable[..., Any], status: str) -> None:
    sandbox, options = start(instance_removal_result=status)
    succeed(run, options)
    result = fail(run, {**options, "state": "absent", "allow_deletion": True})
    assert result["error"]["kind"] == "WaitFailed"
    assert status in result["msg"]


def test_without_waiting_it_only_begins(start: Callable[..., Any]) -> None:
    sandbox, options = start(instance_deploying=30.0)
    result = succeed(run, {**options, "wait": False})
    assert result["instance"]["status"] == "Pending"
    assert not succeed(run, {**options, "wait": False})["changed"]


def test_the_quota_is_told(start: Callable[..., Any]) -> None:
    sandbox, options = start(instance_quota=1)
    assert fail(run, options)["error"]["kind"] == "QuotaExceeded"
