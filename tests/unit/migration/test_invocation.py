# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command line that leaves out tasks, or everybody, is refused with what was found and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from ansible import context
from ansible.errors import AnsibleFilterError

from ansible_collections.cloud_registry.migration.plugins.filter.refuse_partial_run import FilterModule
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.variables.invocation import Invocation

INVENTORY = ["localhost", "harbor-1", "harbor-2", "web-1"]
HARBOR = ["harbor-1", "harbor-2"]


def refusal(**given: Any) -> str:
    return Invocation(**{"hosts": INVENTORY, "harbor_hosts": HARBOR, **given}).refusal()


def test_a_whole_run_is_not_refused() -> None:
    assert refusal() == ""
    assert refusal(tags=["all"], skip_tags=[]) == ""


@pytest.mark.parametrize("tags", [["x"], ["all", "x"], ["always"], ["tagged"], ["untagged"], ["never"], ["x", "y"]])
def test_tags_are_refused(tags: list[str]) -> None:
    said = refusal(tags=tags)
    assert (
        f"have no tags and run as a whole, but found --tags {','.join(one for one in tags if one != 'all')}. " in said
    )
    assert "Run again without tags" in said


@pytest.mark.parametrize("tags", [["x"], ["all"], ["always"], ["all", "always"]])
def test_skipped_tags_are_refused(tags: list[str]) -> None:
    assert f"found --skip-tags {','.join(tags)}. " in refusal(skip_tags=tags)


def test_both_kinds_of_tags_are_named() -> None:
    assert "found --tags x and --skip-tags y. " in refusal(tags=["x"], skip_tags=["y"])


def test_a_run_that_begins_later_or_asks_for_each_task_is_refused() -> None:
    assert "but found --start-at-task 'Copy'. Run again without" in refusal(start_at_task="Copy")
    assert "but found --step. Run again without" in refusal(step=True)


@pytest.mark.parametrize("hosts", [["web-1"], []])
def test_a_limit_that_leaves_nobody_is_refused(hosts: list[str]) -> None:
    assert "The limit 'web*' leaves out localhost and every host of the group harbor" in refusal(
        limit="web*", hosts=hosts
    )


@pytest.mark.parametrize("hosts", [["localhost"], ["harbor-2"], ["web-1", "harbor-1"]])
def test_a_limit_that_leaves_somebody_is_not_refused(hosts: list[str]) -> None:
    assert refusal(limit="some", hosts=hosts) == ""


@pytest.mark.parametrize("limit", ["localhost", "web-1,localhost", "web-1:localhost"])
def test_a_localhost_that_no_inventory_names_counts(limit: str) -> None:
    assert refusal(limit=limit, hosts=[], harbor_hosts=[]) == ""


def test_the_filter_returns_the_hosts_or_fails_with_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse = FilterModule().filters()["refuse_partial_run"]
    options: dict[str, Any] = {}
    monkeypatch.setattr(context, "CLIARGS", options)
    assert refuse("localhost", {"tags": ["all"]}) == "localhost"
    assert refuse("localhost", {"tags": ["all"]}, False) == []
    with pytest.raises(AnsibleFilterError, match="found --tags x"):
        refuse("localhost", {"tags": ["x"]})
    options["start_at_task"] = "Copy"
    with pytest.raises(AnsibleFilterError, match="found --start-at-task 'Copy'"):
        refuse("localhost", {"tags": ["all"]})


@pytest.mark.parametrize("option", ["listhosts", "listtasks", "listtags", "syntax"])
def test_what_runs_nothing_is_not_refused(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "CLIARGS", {option: True})
    assert FilterModule().filters()["refuse_partial_run"]("harbor", {"tags": ["all", "never"]}) == "harbor"
