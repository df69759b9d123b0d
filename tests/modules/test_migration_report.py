# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action migration_report: which files it writes, what it prints, and when it fails."""

from __future__ import annotations

import json
import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from ansible_collections.cloud_registry.migration.plugins.action import migration_report as plugin
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report import files as report_files

TOTALS = {"tags": 1, "equal": 1, "different": 0, "missing": 0, "extra": 0, "unknown": 0}
REPOSITORY = {"name": "shop/web", "target": "shop/web", "verdict": "equal", "tags": [{"tag": "1", "verdict": "equal"}]}
EQUAL = {"equal": True, "accepted": True, "summary": "All equal.", "totals": TOTALS, "repositories": [REPOSITORY]}
STEP = {"action": "create", "object": "namespace", "key": "shop"}


class Report:
    """Runs the action migration_report and keeps what it returned and printed."""

    def __init__(self, directory: Path, check: bool = False, given: bool = True, **options: Any) -> None:
        self.directory, self.lines = directory, list[str]()
        action = object.__new__(plugin.ActionModule)
        arguments = {"migration_id": "spring", **({"directory": str(directory)} if given else {}), **options}
        action._task = SimpleNamespace(
            args=arguments, async_val=0, check_mode=check, diff=False, action="migration_report", no_log=False
        )
        action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
        with mock.patch.object(plugin.display, "display", self.lines.append):
            self.result = action.run(task_vars={})

    def files(self) -> list[str]:
        return sorted(path.name for path in self.directory.iterdir()) if self.directory.exists() else []


STARTED = datetime(2026, 11, 29, 3, 4, 5, tzinfo=UTC).timestamp()
OWN = ["spring-migrate-20261129T030405Z.json", "spring-migrate-20261129T030405Z.md"]
NEWEST = ["spring-report.json", "spring-report.md"]


def test_a_report_is_written_for_people_and_for_programs(tmp_path: Path) -> None:
    report = Report(tmp_path / "output", comparison=EQUAL, steps=[STEP], started=STARTED)
    assert report.files() == [*OWN, *NEWEST]
    assert [Path(file).name for file in report.result["files"]] == [*reversed(OWN), *reversed(NEWEST)]
    assert not report.result.get("failed") and not report.result["changed"]
    assert json.loads((tmp_path / "output/spring-report.json").read_text())["steps"] == [STEP]
    for own, newest in zip(OWN, NEWEST, strict=True):
        assert (tmp_path / "output" / own).read_text() == (tmp_path / "output" / newest).read_text()
        assert not (tmp_path / "output" / newest).is_symlink()
    assert stat.S_IMODE((tmp_path / "output/spring-report.md").stat().st_mode) == 0o644
    assert report.lines[:2] == ["Run of the migration spring", "  create namespace: shop"]
    assert report.lines[-2:] == ["Source and target are equal: 1 tags in 1 repositories.", "Outcome: equal"]


def test_no_later_run_replaces_what_a_run_has_written(tmp_path: Path) -> None:
    """Not even one that began in the same second; names sort by time, and hold nothing that a file system refuses."""
    Report(tmp_path, comparison=EQUAL, steps=[STEP], started=STARTED)
    before = {name: (tmp_path / name).read_text() for name in OWN}
    Report(tmp_path, comparison=EQUAL, started=STARTED)
    Report(tmp_path, comparison=EQUAL, started=STARTED)
    Report(tmp_path, run="verify", comparison=EQUAL, started=STARTED + 60)
    last = Report(tmp_path, kind="cleanup", started=STARTED + 3600)
    own = [name for name in last.files() if name not in NEWEST]
    assert [name for name in own if name.endswith(".md")] == [
        "spring-cleanup-20261129T040405Z.md",
        "spring-migrate-20261129T030405Z.md",
        "spring-migrate-20261129T030405Z_2.md",
        "spring-migrate-20261129T030405Z_3.md",
        "spring-verify-20261129T030505Z.md",
    ]
    assert {name: (tmp_path / name).read_text() for name in OWN} == before
    assert {json.loads((tmp_path / name).read_text())["run"] for name in own if name.endswith("json")} == {
        "migrate", "verify", "cleanup",
    }  # fmt: skip
    assert json.loads((tmp_path / "spring-report.json").read_text())["run"] == "cleanup"
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in own)


def test_a_run_whose_start_is_not_known_has_the_time_of_its_report(tmp_path: Path) -> None:
    own = [name for name in Report(tmp_path, comparison=EQUAL).files() if name not in NEWEST]
    assert len(own) == 2 and re.fullmatch(r"spring-migrate-20\d{6}T\d{6}Z\.json", own[0])


@pytest.mark.parametrize("name", ["../spring", "Spring", "a/b", ""])
def test_a_name_that_is_none_becomes_no_file(tmp_path: Path, name: str) -> None:
    report = Report(tmp_path / "a/b", migration_id=name, comparison=EQUAL)
    assert report.result["failed"] and f"migration_id is '{name}'" in report.result["msg"]
    assert list(tmp_path.rglob("*")) == []


def test_check_mode_writes_no_report(tmp_path: Path) -> None:
    predicted = Report(tmp_path, check=True, comparison=EQUAL)
    assert (predicted.files(), predicted.lines[0]) == ([], "Prediction for the migration spring")
    assert Report(tmp_path, check=True, kind="cleanup").files() == []


def test_a_cleanup_without_a_directory_only_prints(tmp_path: Path) -> None:
    report = Report(tmp_path, kind="cleanup", given=False, steps=[{**STEP, "action": "delete"}])
    assert (report.files(), report.lines[:2]) == ([], ["Cleanup of the migration spring", "  delete namespace: shop"])


@pytest.mark.parametrize("kind", ["report", "cleanup"])
def test_a_failed_run_fails_again_with_its_reason_after_the_report_is_written(tmp_path: Path, kind: str) -> None:
    report = Report(tmp_path, kind=kind, failure="Harbor replication 7: failed.")
    assert report.result["failed"]
    assert report.result["msg"] == "Harbor replication 7: failed."
    assert set(NEWEST) < set(report.files())


def test_a_difference_that_is_not_accepted_fails_and_one_that_is_does_not(tmp_path: Path) -> None:
    different = {**EQUAL, "equal": False, "accepted": False, "summary": "shop/web:1 missing."}
    refused = Report(tmp_path, comparison=different)
    assert refused.result["msg"].startswith("shop/web:1 missing. The report lists every tag. Run migrate again")
    accepted = Report(tmp_path, comparison={**different, "accepted": True})
    assert not accepted.result.get("failed")
    assert accepted.lines[-1] == "Outcome: equal"


@pytest.mark.parametrize("failure", ["", "Harbor replication 7: failed."])
def test_a_directory_that_cannot_be_written_loses_neither_verdict_nor_reason(tmp_path: Path, failure: str) -> None:
    (tmp_path / "file").write_text("")
    report = Report(tmp_path / "file/output", comparison=EQUAL, failure=failure)
    assert report.result["failed"]
    assert report.result["msg"].startswith(failure or "The report could not be written")
    assert f"could not be written to {tmp_path}/file/output: Not a directory." in report.result["msg"]
    assert "migration_output_directory" in report.result["msg"]
    assert report.lines[-2].startswith(f"The run failed: {failure}" if failure else "Source and target are equal")


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_an_interrupted_write_leaves_what_was_there_and_nothing_half(tmp_path: Path, fails_at: int) -> None:
    Report(tmp_path, comparison=EQUAL, started=STARTED)
    before = {name: (tmp_path / name).read_text() for name in [*OWN, *NEWEST]}
    replace, calls = os.replace, list[int]()

    def fail(*paths: Any) -> None:
        calls.append(1)
        if len(calls) >= fails_at:
            raise OSError(28, "No space left on device")
        replace(*paths)

    with mock.patch.object(report_files.os, "replace", side_effect=fail):
        assert Report(tmp_path, comparison=EQUAL, steps=[STEP], started=STARTED + 1).result["failed"]
    assert {name: (tmp_path / name).read_text() for name in before} == before
    assert all(path.stat().st_size and not path.name.startswith(".") for path in tmp_path.iterdir())


SELECTED = {"source": "https://h", "projects": [], "repositories": [], "tags": [], "accessories": "require"}


def of_source(*digests: str) -> dict[str, Any]:
    """A comparison of a source whose repository has a tag for each digest."""
    tags = [{"tag": digest, "verdict": "equal", "digest": digest} for digest in digests]
    return {**EQUAL, "selection": SELECTED, "repositories": [{**REPOSITORY, "tags": tags}]}


def test_a_push_since_an_earlier_report_fails_the_run_and_is_in_its_report(tmp_path: Path) -> None:
    """Even where the earlier report is the newest, which this run replaces."""
    Report(tmp_path, comparison=of_source("a"), started=STARTED)
    newest = str(tmp_path / "spring-report.json")
    same = Report(tmp_path, run="verify", comparison=of_source("a"), unchanged_since=newest)
    assert not same.result.get("failed") and any(
        "Nothing was pushed to the source since" in line for line in same.lines
    )
    pushed = Report(tmp_path, run="verify", comparison=of_source("a", "b"), unchanged_since=newest)
    assert pushed.result["failed"] and "1 new: shop/web:b" in pushed.result["msg"]
    written = json.loads(Path(newest).read_text())
    assert (written["source_changes"]["new"], written["failure"]) == (["shop/web:b"], "")


def test_a_report_of_another_selection_fails_the_run(tmp_path: Path) -> None:
    Report(tmp_path, comparison=of_source("a"), started=STARTED)
    other = {**of_source("a"), "selection": {**SELECTED, "tags": ["v*"]}}
    report = Report(tmp_path, run="verify", comparison=other, unchanged_since=str(tmp_path / "spring-report.json"))
    assert "compared something else: tags was [], and is ['v*'] now" in report.result["msg"]
