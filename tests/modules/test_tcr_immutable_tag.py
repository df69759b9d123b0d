# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_immutable_tag against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.tcr_connection import runner
from tests.support.steps import fail, four_steps, succeed, twelve_steps
from tests.unit.sandbox.harbor_support import put_image

run = runner("tcr_immutable_tag")

RELEASES = {"namespace": "team-a", "tags": "v*"}
OTHERS = {"namespace": "team-a", "repositories": "test/**", "exclude_repositories": True, "exclude_tags": True}


@pytest.fixture
def start(start_with_namespaces: Callable[..., Any]) -> Callable[..., Any]:
    return partial(start_with_namespaces, "team-a", "shared")


def test_twelve_steps(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create={**options, "rules": [RELEASES, OTHERS]},
        change={**options, "rules": [{**RELEASES, "disabled": True}, {"namespace": "shared"}], "state": "exact"},
        delete={**options, "rules": [RELEASES, {"namespace": "shared"}], "state": "absent"},
    )
    releases, others = created["rules"]
    assert releases.pop("rule_id") != others["rule_id"]
    assert releases == {
        "name": "team-a: **, tags v*",
        "namespace": "team-a",
        "repositories": "**",
        "exclude_repositories": False,
        "tags": "v*",
        "exclude_tags": False,
        "disabled": False,
    }
    assert others["name"] == "team-a: all but test/**, tags all but **"
    assert changed is not None
    assert [(one["namespace"], one["disabled"]) for one in changed["rules"]] == [("team-a", True), ("shared", False)]
    assert deleted["rules"] == []


def test_whether_it_is_disabled_stays_if_not_given(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "rules": [{**RELEASES, "disabled": True}]})
    assert not succeed(run, {**options, "rules": [RELEASES]})["changed"]
    four_steps(run, sandbox.journal, {**options, "rules": [{**RELEASES, "disabled": False}]})


def test_the_rule_protects(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    put_image(sandbox.tcr.registry.store, "team-a/web", "v1", "latest")
    succeed(run, {**options, "rules": [RELEASES]})
    from tests.sandbox.tcr.actions.immutable_tags import is_immutable

    registry = sandbox.tcr.registry
    assert [is_immutable(registry, "team-a/web", tag) for tag in ("v1", "latest", "v2")] == [True, False, False]


def test_many_rules_of_the_whole_registry(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options["rules"] = [{"namespace": "team-a", "tags": f"v{number}.*"} for number in range(120)]
    succeed(run, options)
    sandbox.journal.clear()
    assert not succeed(run, {**options, "state": "exact"})["changed"]
    assert [entry.action for entry in sandbox.journal.entries].count("DescribeImmutableTagRules") == 2


@pytest.mark.parametrize(
    ("kind", "executed"), [("drop_after", True), ("drop_before", False), ("throttle", False), ("error", True)]
)
@pytest.mark.parametrize(
    "action",
    ["CreateImmutableTagRules", "ModifyImmutableTagRules", "DeleteImmutableTagRules", "DescribeImmutableTagRules"],
)
def test_faults_are_overcome(start: Callable[..., Any], action: str, kind: str, executed: bool) -> None:
    sandbox, options = start()
    sandbox.faults.add(service="tcr", match=action, kind=kind, executed=executed)
    succeed(run, {**options, "rules": [RELEASES, OTHERS]})
    succeed(run, {**options, "rules": [{**RELEASES, "disabled": True}], "state": "exact"})
    rules = list(sandbox.tcr.registry.immutable_rules.values())
    assert [(rule.content["TagPattern"], rule.disabled) for rule in rules] == [("v*", True)]


@pytest.mark.parametrize("option", ["repositories", "tags"])
def test_empty_patterns_are_refused(start: Callable[..., Any], option: str) -> None:
    sandbox, options = start()
    result = fail(run, {**options, "rules": [{**RELEASES, option: ""}]})
    assert result["error"]["kind"] == "InvalidInput"
    assert option in result["msg"]
    assert not sandbox.journal.writes()


def test_a_rule_that_is_listed_twice_is_refused(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    result = fail(run, {**options, "rules": [RELEASES, {**RELEASES, "repositories": "**"}]})
    assert "listed twice" in result["msg"]


def test_an_unknown_namespace_is_told(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    options["rules"] = [{"namespace": "later"}]
    assert succeed(run, options, check=True)["changed"]
    assert "later" in fail(run, options)["msg"]
