# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin: what it asks of the module, what it prints, how it ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from ansible_collections.cloud_registry.migration.plugins.action import harbor_replication_execution as plugin

STARTED = [{"action": "start", "object": "replication execution", "key": "to-cloud"}]
QUICK = {"policy": "to-cloud", "wait_interval": 0, "progress_interval": 0}


def state(verdict: str, number: int = 7, **others: Any) -> dict[str, Any]:
    return {
        "failed": False,
        "changed": bool(others.get("actions")),
        "actions": [],
        "execution": {"id": number, "failed_repositories": []},
        "verdict": verdict,
        "finished": verdict != "running",
        "reason": "",
        "line": f"harbor replication {number}: {verdict}",
        **others,
    }


class Play:
    """Runs the plugin with a module that answers from a list."""

    def __init__(
        self, answers: list[dict[str, Any]], asynchronous: int = 0, check: bool = False, **options: Any
    ) -> None:
        self.asked: list[Any] = []
        self.lines: list[str] = []

        def execute(**call: Any) -> dict[str, Any]:
            self.asked.append(call)
            return answers.pop(0)

        action = object.__new__(plugin.ActionModule)
        action._task = SimpleNamespace(
            args={**QUICK, **options}, async_val=asynchronous, check_mode=check, diff=False, action=plugin.MODULE
        )
        action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="already there"))
        action._execute_module = execute
        action._remove_tmp_path = lambda path: None
        with mock.patch.object(plugin.display, "display", self.lines.append):
            self.result = action.run(task_vars={"a": 1})

    def arguments(self) -> list[dict[str, Any]]:
        return [call["module_args"] for call in self.asked]


def test_it_starts_once_then_looks_until_the_end() -> None:
    play = Play([state("running", actions=STARTED), state("running"), state("succeeded")])
    assert play.result["changed"] and play.result["verdict"] == "succeeded" and play.result["actions"] == STARTED
    first, *others = play.arguments()
    assert first == {**QUICK, "wait": False}
    assert others == [{**QUICK, "wait": False, "state": "started", "execution_id": 7}] * 2
    assert play.lines == ["harbor replication 7: running"] * 2 + ["harbor replication 7: succeeded"]
    assert all(call["module_name"] == plugin.MODULE and call["task_vars"] == {"a": 1} for call in play.asked)


def test_an_option_that_is_null_is_not_given() -> None:
    numbers = {"wait_timeout": None, "restarts": None, "progress_interval": None}
    play = Play([state("running", actions=STARTED), state("succeeded")], **numbers)
    assert play.result["verdict"] == "succeeded"
    assert play.arguments()[0] == {"policy": "to-cloud", "wait_interval": 0, "wait": False}


def test_a_failure_fails_the_task_and_keeps_what_is_known() -> None:
    failed = [{"repository": "shop/web", "log_line": "denied"}]
    end = state("failed", execution={"id": 7, "failed_repositories": failed}, reason="1 of 2 repositories failed")
    play = Play([state("running", actions=STARTED), end])
    assert play.result["failed"] and play.result["changed"]
    assert "Harbor replication 7: failed: 1 of 2 repositories failed. Failed: shop/web: denied." in play.result["msg"]
    assert play.result["execution"]["failed_repositories"] == failed
    assert play.result["error"]["kind"] == "WaitFailed"


def test_what_failed_is_started_again() -> None:
    play = Play([state("failed", 1), state("running", 2, actions=STARTED), state("succeeded", 2)], restarts=1)
    assert play.result["verdict"] == "succeeded" and play.result["changed"]
    assert play.arguments()[1] == {**QUICK, "restarts": 1, "wait": False, "execution_id": None}


def test_a_passing_error_is_waited_out_and_another_one_is_not() -> None:
    silent = {"failed": True, "msg": "no connection", "error": {"kind": "Unreachable"}}
    play = Play([state("running"), silent, state("succeeded")])
    assert not play.result.get("failed")
    assert "harbor replication 7: running; no answer now (no connection)" in play.lines
    lasting = {"failed": True, "msg": "wrong password", "error": {"kind": "AuthenticationFailed"}}
    refused = Play([state("running", actions=STARTED, origin="started"), lasting]).result
    assert (refused["msg"], refused["error"]["kind"]) == ("wrong password", "AuthenticationFailed")
    assert (refused["execution"]["id"], refused["actions"], refused["origin"]) == (7, STARTED, "started")
    assert refused["failed"] and refused["changed"]
    assert Play([{"failed": True, "msg": "policy is missing"}]).result["msg"] == "policy is missing"


def test_the_first_error_is_told_at_once() -> None:
    known = {"actions": STARTED, "execution": {"id": 7}, "origin": "started"}
    silent = {"failed": True, "msg": "no connection", "error": {"kind": "Unreachable"}, "changed": True, **known}
    play = Play([silent])
    assert {key: play.result[key] for key in known} == known
    assert play.result["failed"] and play.result["msg"] == "no connection"
    assert play.result["error"]["kind"] == "Unreachable"


def test_a_timeout_names_the_last_state() -> None:
    play = Play([state("running", actions=STARTED), *[state("running")] * 50], wait_timeout=0)
    assert play.result["failed"] and play.result["changed"]
    assert "last seen: harbor replication 7: running" in play.result["msg"]


@pytest.mark.parametrize(
    ("settings", "asynchronous"),
    [({"wait": False}, False), ({"wait": "no"}, False), ({"check": True}, False), ({"asynchronous": 60}, True)],
)
def test_without_waiting_the_module_is_run_as_it_is(settings: dict[str, Any], asynchronous: bool) -> None:
    play = Play([state("running", actions=STARTED, changed=True)], **settings)
    assert len(play.asked) == 1 and "module_args" not in play.asked[0]
    assert play.asked[0]["wrap_async"] is asynchronous
    assert play.result["changed"] and not play.lines


def test_stopping_waits_until_nothing_runs() -> None:
    stop = [{"action": "stop", "object": "replication execution", "key": 7}]
    play = Play([state("running", actions=stop), state("running", actions=stop), state("failed")], state="stopped")
    assert play.result["actions"] == stop and play.result["changed"] and not play.result.get("failed")
    assert play.arguments() == [{**QUICK, "state": "stopped", "wait": False}] * 3
    assert play.lines == ["harbor replication 7: running"] * 2


def test_equal_digests_end_the_wait() -> None:
    verify = {"registry_id": "tcr-1", "registry_url": "http://r"}
    connections = {"harbor_url": "http://h", "tcr_region": "r"}
    play = Play([state("failed", actions=STARTED), {"equal": True}], verify=verify, restarts=1, **connections)
    assert play.result["verdict"] == "succeeded" and play.result["changed"] and not play.result.get("failed")
    assert [call["module_name"] for call in play.asked] == [plugin.MODULE, plugin.VERIFY]
    assert play.arguments()[1] == {
        **connections,
        **verify,
        "repositories": [],
        "untagged": True,
        "fail_unless_equal": False,
    }


def test_a_comparison_that_fails_is_told_and_proves_nothing() -> None:
    play = Play([state("failed"), {"failed": True, "msg": "TCR refuses the key"}], verify={"registry_id": "tcr-1"})
    assert play.result["failed"] and "Harbor replication 7: failed" in play.result["msg"]
    assert "source and target could not be compared: TCR refuses the key" in play.lines


def test_a_retry_copies_a_part_and_removes_what_it_made() -> None:
    part = {"policy": "to-cloud__retry-1", "expected_repositories": {"shop/web": 0}}
    line = "write: connection reset by peer"
    failed = {"id": 7, "failed_repositories": [{"repository": "shop/web", "log_line": line}]}
    begun = {
        **state("running", 8),
        **part,
        "actions": [{"action": "create", "object": "policy", "key": part["policy"]}],
    }
    gone = [{"action": "delete", "object": "policy", "key": part["policy"]}]
    answers = [
        state("failed", execution=failed, actions=STARTED),
        {**state("running", 8), "temporary": [begun]},
        state("succeeded", 8),
        {**state("none"), "actions": gone},
    ]
    play = Play(answers, retry_limit=3)
    assert play.result["verdict"] == "succeeded" and not play.result.get("failed") and play.result["changed"]
    assert play.result["actions"] == [*STARTED, *begun["actions"], *gone]
    first, second, third, last = play.arguments()
    assert "only" not in first and second["only"] == {"shop/web": []} and second["execution_id"] is None
    assert (third["policy"], third["execution_id"], third["expected_repositories"]) == (
        part["policy"],
        8,
        {"shop/web": 0},
    )
    assert (last["only"], last["state"]) == ({}, "stopped")
    assert "retry 1 of 3: copying only what failed or differs again: shop/web" in play.lines


def test_a_part_is_not_waited_for() -> None:
    play = Play([{**state("running"), "temporary": []}], only={"shop/web": []})
    assert len(play.asked) == 1 and "module_args" not in play.asked[0]
