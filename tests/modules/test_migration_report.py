# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action migration_report: which files it writes, what it prints, and when it fails."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from ansible_collections.cloud_registry.migration.plugins.action import migration_report as plugin

TOTALS = {"tags": 1, "equal": 1, "different": 0, "missing": 0, "extra": 0, "unknown": 0}
REPOSITORY = {"name": "shop/web", "target": "shop/web", "verdict": "equal", "tags": [{"tag": "1", "verdict": "equal"}]}
EQUAL = {"equal": True, "accepted": True, "summary": "All equal.", "totals": TOTALS, "repositories": [REPOSITORY]}
STEP = {"action": "create", "object": "namespace", "key": "shop"}


class Report:
    """Runs the action migration_report and keeps what it returned and printed."""

    def __init__(self, directory: Path, check: bool = False, **options: Any) -> None:
        self.directory, self.lines = directory, list[str]()
        action = object.__new__(plugin.ActionModule)
        arguments = {"migration_id": "spring", "directory": str(directory), **options}
        action._task = SimpleNamespace(
            args=arguments, async_val=0, check_mode=check, diff=False, action="migration_report", no_log=False
        )
        action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
        with mock.patch.object(plugin.display, "display", self.lines.append):
            self.result = action.run(task_vars={})

    def files(self) -> list[str]:
        return sorted(path.name for path in self.directory.iterdir()) if self.directory.exists() else []


def test_a_report_is_written_for_people_and_for_programs(tmp_path: Path) -> None:
    report = Report(tmp_path / "output", comparison=EQUAL, steps=[STEP])
    assert report.files() == ["spring-report.json", "spring-report.md"]
    assert report.result["files"] == [str(tmp_path / f"output/spring-report.{kind}") for kind in ("md", "json")]
    assert not report.result.get("failed") and not report.result["changed"]
    assert json.loads((tmp_path / "output/spring-report.json").read_text())["steps"] == [STEP]
    assert stat.S_IMODE((tmp_path / "output/spring-report.md").stat().st_mode) == 0o644
    assert report.lines[:2] == ["Run of the migration spring", "  create namespace: shop"]
    assert report.lines[-1] == "Source and target are equal: 1 tags in 1 repositories."


def test_check_mode_writes_a_plan_but_no_report(tmp_path: Path) -> None:
    assert Report(tmp_path, check=True, comparison=EQUAL).files() == []
    assert Report(tmp_path, check=True, kind="plan", comparison=EQUAL).files() == ["spring-plan.md"]


def test_a_cleanup_only_prints(tmp_path: Path) -> None:
    report = Report(tmp_path, kind="cleanup", steps=[{**STEP, "action": "delete"}])
    assert (report.files(), report.lines) == ([], ["Cleanup of the migration spring", "  delete namespace: shop"])


@pytest.mark.parametrize("kind", ["report", "cleanup"])
def test_a_failed_run_fails_again_with_its_reason_after_the_report_is_written(tmp_path: Path, kind: str) -> None:
    report = Report(tmp_path, kind=kind, failure="Harbor replication 7: failed.")
    assert report.result["failed"]
    assert report.result["msg"] == "Harbor replication 7: failed."
    assert bool(report.files()) is (kind == "report")


def test_a_difference_that_is_not_accepted_fails_and_one_that_is_does_not(tmp_path: Path) -> None:
    different = {**EQUAL, "equal": False, "accepted": False, "summary": "shop/web:1 missing."}
    refused = Report(tmp_path, comparison=different)
    assert refused.result["msg"].startswith("shop/web:1 missing. The report lists every tag. Run migrate again")
    accepted = Report(tmp_path, comparison={**different, "accepted": True})
    assert not accepted.result.get("failed")
    assert accepted.lines[-1] == "Source and target are not equal. shop/web:1 missing."


def test_a_directory_that_cannot_be_written_is_named_with_its_variable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    report = Report(tmp_path / "file/output", comparison=EQUAL)
    assert report.result["failed"]
    assert f"could not be written to {tmp_path}/file/output: Not a directory." in report.result["msg"]
    assert "migration_output_directory" in report.result["msg"]


def test_an_interrupted_write_leaves_the_old_report(tmp_path: Path) -> None:
    Report(tmp_path, comparison=EQUAL)
    before = (tmp_path / "spring-report.md").read_text()
    with mock.patch.object(plugin.os, "replace", side_effect=OSError(28, "No space left on device")):
        assert Report(tmp_path, comparison=EQUAL, steps=[STEP]).result["failed"]
    assert (tmp_path / "spring-report.md").read_text() == before
    assert Report(tmp_path).files() == ["spring-report.json", "spring-report.md"]
