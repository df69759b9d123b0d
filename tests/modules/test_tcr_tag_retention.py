# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_tag_retention against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.tcr_connection import runner
from tests.support.steps import fail, four_steps, succeed, twelve_steps

run = runner("tcr_tag_retention")

SIMPLE = {"namespace": "team-a", "schedule": "daily", "keep": [{"latest_pushed": 10}]}
DETAILED = {
    "namespace": "shared",
    "keep": [
        {"latest_pushed": 3, "tags": "v*", "repositories": "web/**"},
        {"pushed_within_days": 30, "tags": "test-*", "exclude_tags": True, "exclude_repositories": True},
    ],
}


@pytest.fixture
def start(start_with_namespaces: Callable[..., Any]) -> Callable[..., Any]:
    return partial(start_with_namespaces, "team-a", "shared")


def test_twelve_steps(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    more = [*DETAILED["keep"], {"latest_pushed": 1}]
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create={**options, "rules": [SIMPLE, DETAILED]},
        change={**options, "rules": [{**SIMPLE, "disabled": True}, {"namespace": "shared", "keep": more}]},
        delete={**options, "rules": [{"namespace": "team-a"}, {"namespace": "shared"}], "state": "absent"},
    )
    simple, detailed = created["rules"]
    everything = {"tags": "**", "exclude_tags": False, "repositories": "**", "exclude_repositories": False}
    assert simple["keep"] == [{"latest_pushed": 10, **everything}]
    assert (simple["schedule"], simple["disabled"]) == ("daily", False)
    assert simple["next_execution"] > "2026"
    assert (detailed["schedule"], len(detailed["keep"])) == ("manual", 2)
    assert changed is not None
    assert [(one["disabled"], len(one["keep"])) for one in changed["rules"]] == [(True, 1), (False, 3)]
    assert deleted["rules"] == []


@pytest.mark.parametrize("echo", ["as_sent", "mirrored"])
def test_order_and_defaults_make_no_difference(start: Callable[..., Any], echo: str) -> None:
    sandbox, options = start(retention_echo=echo)
    succeed(run, {**options, "rules": [SIMPLE, DETAILED]})
    reordered = {**DETAILED, "keep": DETAILED["keep"][::-1]}
    explicit = {**SIMPLE, "keep": [{"latest_pushed": 10, "tags": "**", "exclude_tags": False}]}
    assert not succeed(run, {**options, "rules": [reordered, explicit], "state": "exact"})["changed"]


def test_a_detailed_rule_becomes_a_simple_one(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "rules": [DETAILED]})
    four_steps(run, sandbox.journal, {**options, "rules": [{"namespace": "shared", "keep": [{"latest_pushed": 1}]}]})


def test_the_schedule_cannot_be_changed(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "rules": [SIMPLE]})
    sandbox.journal.clear()
    result = fail(run, {**options, "rules": [{**SIMPLE, "schedule": "weekly"}]})
    assert all(word in result["msg"] for word in ("schedule", "'daily'", "'weekly'", "Delete it first"))
    assert not sandbox.journal.writes()


def test_of_several_rules_none_is_chosen(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    registry = sandbox.tcr.registry
    succeed(run, {**options, "rules": [SIMPLE]})
    only = next(iter(registry.retention_rules.values()))
    registry.retention_rules[999] = type(only)(999, only.namespace_id, "weekly", only.basic, [], False)
    result = fail(run, {**options, "rules": [SIMPLE]})
    assert result["error"]["kind"] == "Conflict"
    assert all(word in result["msg"] for word in ("'team-a'", "2", "exact"))
    four_steps(run, sandbox.journal, {**options, "rules": [SIMPLE], "state": "exact"})
    assert list(registry.retention_rules) == [only.id]


@pytest.mark.parametrize(
    ("kind", "executed"), [("drop_after", True), ("drop_before", False), ("throttle", False), ("error", False)]
)
@pytest.mark.parametrize(
    "action",
    ["CreateTagRetentionRule", "ModifyTagRetentionRule", "DeleteTagRetentionRule", "DescribeTagRetentionRules"],
)
def test_faults_are_overcome(start: Callable[..., Any], action: str, kind: str, executed: bool) -> None:
    sandbox, options = start()
    sandbox.faults.add(service="tcr", match=action, kind=kind, executed=executed)
    succeed(run, {**options, "rules": [SIMPLE, DETAILED]})
    succeed(run, {**options, "rules": [{**SIMPLE, "disabled": True}], "state": "exact"})
    rules = list(sandbox.tcr.registry.retention_rules.values())
    assert [(rule.schedule, rule.disabled) for rule in rules] == [("daily", True)]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"keep": []}, ("keep", "'team-a'", "empty")),
        ({"keep": [{"tags": "v*"}]}, ("latest_pushed", "pushed_within_days")),
        ({"keep": [{"latest_pushed": 1, "pushed_within_days": 1}]}, ("either",)),
        ({"keep": [{"latest_pushed": 0}]}, ("from 1 on",)),
        ({"keep": None}, ("'team-a'", "keep must be given")),
    ],
)
def test_bad_input_is_told(
    start: Callable[..., Any], changes: dict[str, Any], words: tuple[str, ...], check: bool
) -> None:
    sandbox, options = start()
    rule = {name: value for name, value in {**SIMPLE, **changes}.items() if value is not None}
    result = fail(run, {**options, "rules": [rule]}, check=check)
    assert result["error"]["kind"] == "InvalidInput"
    assert all(word in result["msg"] for word in words), result["msg"]
    assert not sandbox.journal.writes()


def test_a_namespace_that_is_yet_to_come(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options["rules"] = [{**SIMPLE, "namespace": "later"}]
    assert succeed(run, options, check=True)["changed"]
    result = fail(run, options)
    assert result["error"]["kind"] == "NotFound"
    assert all(word in result["msg"] for word in ("'later'", "tcr_namespace"))
