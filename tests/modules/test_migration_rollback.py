# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action migration_rollback: which reports it reads, what it prints before anything goes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from ansible_collections.cloud_registry.migration.plugins.action import migration_rollback as plugin

REMOVED = [{"action": "delete", "object": "repository", "key": "shop/web"}]
KEPT = [{"object": "namespace", "key": "shop", "reason": "it holds shop/api", "failed": False}]


class Rollback:
    """Runs the action, keeps what it printed, and the arguments with which it ran the module."""

    def __init__(self, check: bool = False, answer: dict[str, Any] | None = None, **options: Any) -> None:
        self.events: list[Any] = []
        action = object.__new__(plugin.ActionModule)
        arguments = {
            "migration_id": "spring",
            "confirm": "spring",
            "registry_id": "tcr-1",
            "tcr_region": "r",
            **options,
        }
        self.task = action._task = SimpleNamespace(
            args=arguments, async_val=0, check_mode=check, diff=False, action="migration_rollback", no_log=False
        )
        # For each run of the module, whether it was to predict only.
        self.runs: list[bool] = []
        action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
        self.answer = answer or {"changed": True, "actions": REMOVED, "kept": KEPT, "summary": ""}
        with (
            mock.patch.object(plugin.display, "display", self.events.append),
            mock.patch.object(plugin.ActionModule, "_execute_module", self.module),
        ):
            self.result = action.run(task_vars={})

    def module(self, module_name: str, module_args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        assert module_name == plugin.MODULE
        self.events.append(module_args)
        self.runs.append(self.task.check_mode)
        return dict(self.answer)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    copied = {"repository": "shop/web", "existed": False, "contents": {"1": "a"}, "before": {}, "replaced": {}}
    base = {"migration_id": "spring", "run": "migrate", "started": "2", "written": "2", "steps": []}
    report = {**base, "target": {"registry_id": "tcr-1"}, "copied": [copied]}
    (tmp_path / "spring-migrate-2.json").write_text(json.dumps(report))
    (tmp_path / "spring-verify-2.json").write_text("{}")
    return tmp_path


def test_what_goes_and_what_stays_is_printed_before_anything_goes(directory: Path) -> None:
    rollback = Rollback(directory=str(directory))
    assert rollback.runs == [True, False]
    assert rollback.events[1:-1] == [
        "To be removed at the target:",
        "  repository shop/web",
        "What stays there:",
        "  namespace shop: it holds shop/api",
    ]
    arguments = rollback.events[-1]
    assert arguments["repositories"][0]["contents"] == {"1": "a"} and arguments["tcr_region"] == "r"
    assert "confirm" not in arguments
    assert (rollback.result["actions"], rollback.result["problem"], rollback.result["failed"]) == (REMOVED, "", False)


def test_check_mode_only_predicts(directory: Path) -> None:
    assert Rollback(check=True, directory=str(directory)).runs == [True]


def test_nothing_to_remove_takes_no_second_run(directory: Path) -> None:
    rollback = Rollback(answer={"changed": False, "actions": [], "kept": []}, directory=str(directory))
    assert rollback.runs == [True] and "  nothing" in rollback.events


@pytest.mark.parametrize("fails", [True, False])
def test_a_refusal_fails_the_task_or_is_handed_over(directory: Path, fails: bool) -> None:
    answer = {
        "changed": True,
        "actions": REMOVED,
        "kept": [{**KEPT[0], "failed": True}],
        "failed": True,
        "msg": "Refused.",
    }
    result = Rollback(answer=answer, directory=str(directory), fail_on_refusal=fails).result
    assert (result["failed"], result["problem"], result["changed"]) == (fails, "Refused.", True)


def test_a_module_that_did_not_get_to_the_end_fails_the_task_in_any_case(directory: Path) -> None:
    result = Rollback(
        answer={"failed": True, "msg": "No answer."}, directory=str(directory), fail_on_refusal=False
    ).result
    assert result["failed"] and result["msg"] == "No answer."


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"confirm": "summer"}, "cleanup_target_confirm is 'summer'"),
        ({"registry_id": "tcr-2"}, "of the registry tcr-1, not of tcr-2"),
        ({"migration_id": "summer", "confirm": "summer"}, "has no report of a run of migrate of summer"),
        ({"reports": ["/nowhere/report.json"]}, "cleanup_target_reports is /nowhere/report.json, which cannot be read"),
    ],
)
def test_what_is_not_confirmed_or_not_reported_is_refused_without_a_call(
    directory: Path, options: dict[str, Any], words: str
) -> None:
    rollback = Rollback(**{"directory": str(directory), **options})
    assert rollback.result["failed"] and words in rollback.result["msg"]
    assert rollback.runs == []
    handed_over = Rollback(**{"directory": str(directory), "fail_on_refusal": False, **options}).result
    assert not handed_over["failed"] and words in handed_over["problem"], "access is removed all the same"


def test_a_report_that_is_named_counts_instead_of_the_directory(directory: Path, tmp_path: Path) -> None:
    named = tmp_path / "kept.json"
    (directory / "spring-migrate-2.json").rename(named)
    assert Rollback(directory=str(directory), reports=[str(named)]).runs == [True, False]
