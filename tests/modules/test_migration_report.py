# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action migration_report: which files it writes, what it prints, and when it fails."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any
from unittest import mock
from xml.etree import ElementTree

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report import files as report_files
from tests.modules.report_scene import DIFFERENT, EVIL, STARTED, Report
from tests.support.schemas import problems_of_documents

TOTALS = {"tags": 1, "equal": 1, "different": 0, "missing": 0, "extra": 0, "unknown": 0}
REPOSITORY = {"name": "shop/web", "target": "shop/web", "verdict": "equal", "tags": [{"tag": "1", "verdict": "equal"}]}
EQUAL = {"equal": True, "accepted": True, "summary": "All equal.", "totals": TOTALS, "repositories": [REPOSITORY]}
STEP = {"action": "create", "object": "namespace", "key": "shop"}


OWN = [f"spring-migrate-20261129T030405Z.{ending}" for ending in ("html", "json", "md", "xml")]
NEWEST = [f"spring-report.{ending}" for ending in ("html", "json", "md", "xml")]
INDEX = "index.html"


def test_a_report_is_written_for_people_and_for_programs(tmp_path: Path) -> None:
    report = Report(tmp_path / "output", comparison=EQUAL, steps=[STEP], started=STARTED)
    assert report.files() == [INDEX, *OWN, *NEWEST]
    written = [Path(file).name for file in report.result["files"]]
    assert (sorted(written[:4]), sorted(written[4:8]), written[8:]) == (OWN, NEWEST, [INDEX])
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
    own = [name for name in last.files() if name not in (INDEX, *NEWEST)]
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
    own = [name for name in Report(tmp_path, comparison=EQUAL).files() if name not in (INDEX, *NEWEST)]
    assert len(own) == 4 and re.fullmatch(r"spring-migrate-20\d{6}T\d{6}Z\.html", own[0])


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


@pytest.mark.parametrize("fails_at", [1, 2, 4, 5])
def test_an_interrupted_write_leaves_what_was_there_and_nothing_half(tmp_path: Path, fails_at: int) -> None:
    Report(tmp_path, comparison=EQUAL, started=STARTED)
    before = {name: (tmp_path / name).read_text() for name in [INDEX, *OWN, *NEWEST]}
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


def test_the_outcome_is_in_the_report_on_the_screen_and_handed_on(tmp_path: Path) -> None:
    different = {**EQUAL, "equal": False, "accepted": False, "summary": "shop/web:1 missing."}
    report = Report(tmp_path, comparison=different, steps=[STEP], started=STARTED, fail=False)
    assert not report.result.get("failed"), "a failed task would hand nothing on"
    assert report.result["problem"].startswith("shop/web:1 missing. The report lists every tag.")
    assert (report.result["outcome"], report.lines[-1]) == ("different", "Outcome: different")
    assert report.result["tag"] == "migrate-20261129T030405Z"
    stats = report.result["ansible_stats"]
    assert (stats["per_host"], stats["aggregate"]) == (False, False)
    assert stats["data"]["cloud_registry_outcome"] == "different"
    assert stats["data"]["cloud_registry_counts"]["steps"] == 1
    assert stats["data"]["cloud_registry_report_files"][0] == "spring-migrate-20261129T030405Z.md"
    data = json.loads((tmp_path / "spring-report.json").read_text())
    assert (data["outcome"], data["problem"]) == ("different", report.result["problem"])
    assert set(data["versions"]) == {"collection", "ansible", "python", "harbor"} and all(
        data["versions"][name] for name in ("collection", "ansible", "python")
    )
    assert data["started_by"]["login"] and data["started_by"]["host"]


def test_a_refused_run_says_once_what_is_wrong_with_name_or_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = str(tmp_path / "file/output")
    wrong = {
        f"migration_output_directory is {place}, but it is not a directory.": "spring",
        "migration_id is 'My migration', which is no name.": "My migration",
    }
    for reason, name in wrong.items():
        assert Report(Path(place), migration_id=name, failure=reason).result["msg"] == reason
    mistyped = Report(tmp_path, failure="migration_tags: no list.", accepted_verdicts={"extra": True})
    assert mistyped.result["msg"].startswith("migration_tags: no list. No report was written: ")


def test_a_report_that_does_not_match_its_schema_is_noticed(tmp_path: Path) -> None:
    Report(tmp_path, **DIFFERENT)
    assert problems_of_documents(tmp_path) == []
    (tmp_path / "spring-report.json").unlink()
    (file,) = tmp_path.glob("spring-migrate-*.json")
    for name, value in (("outcome", "good"), ("surprise", 1), ("started", "yesterday")):
        broken = {**json.loads(file.read_text()), name: value}
        other = tmp_path / "spring-verify-20261129T030405Z.json"
        other.write_text(json.dumps(broken))
        assert len(problems_of_documents(tmp_path)) == 1, name
        other.unlink()


# What may be where, and with which attributes: what the schemas of Jenkins and GitLab have in common.
SHAPE: dict[str, tuple[set[str], set[str]]] = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
        {"properties", "testcase"},
    ),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name", "classname", "time"}, {"failure", "error", "system-out"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}


def cases(directory: Path) -> dict[str, ElementTree.Element]:
    """The test cases of the newest report by name; the whole has the shape that CI systems read."""
    root = ElementTree.parse(directory / "spring-report.xml").getroot()
    for element in root.iter():
        attributes, children = SHAPE[element.tag]
        assert set(element.attrib) == attributes
        assert {child.tag for child in element} <= children
    found = list(root.iter("testcase"))
    for count, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        assert root.get(count) == root[0].get(count) == str(len(list(root.iter(tag))))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", root[0].get("timestamp", ""))
    return {str(case.get("name")): case for case in found}


def test_a_ci_system_shows_each_repository_and_chart_as_a_test(tmp_path: Path) -> None:
    Report(tmp_path, **DIFFERENT)
    found = cases(tmp_path)
    results = {name: [child.tag for child in case] for name, case in found.items()}
    assert results.pop("migrate") == [] and results.pop("shop/web:1.0.0+5") == []
    assert results.pop("shop/legacy") == ["system-out"]
    assert found["shop/legacy"][0].text == "Accepted:\nshop/legacy: extra (only at the target)"
    assert results.pop("library/base") == []
    assert set(map(tuple, results.values())) == {("failure",)} and len(results) == 3
    failure = found["shop/api"][0]
    assert failure.get("type") == "missing"
    assert (failure.text or "").splitlines() == [
        f"9: missing (Harbor says {EVIL})",
        "sha256-4d1c.sig (signature.cosign): missing (left behind: the filter has no room)",
    ]


def test_a_run_that_broke_off_is_an_error_and_what_xml_cannot_hold_is_replaced(tmp_path: Path) -> None:
    Report(tmp_path, failure="Harbor said \x1b[31mno\x00 & <never>.", run="verify")
    (case,) = cases(tmp_path).values()
    assert (case.get("name"), case[0].tag) == ("verify", "error")
    assert case[0].text == "Harbor said \ufffd[31mno\ufffd & <never>."
    Report(tmp_path, kind="cleanup", leftovers=[STEP])
    (case,) = cases(tmp_path).values()
    assert "namespace shop" in (case[0].text or "")
    Report(tmp_path, comparison={}, comparison_problem="no connection.")
    (case,) = cases(tmp_path).values()
    assert (case[0].tag, case[0].get("type")) == ("failure", "not_compared")


def test_nothing_in_a_report_becomes_a_part_of_the_page(tmp_path: Path) -> None:
    Report(tmp_path, **{**DIFFERENT, "source": EVIL, "failure": EVIL, "warnings": [EVIL], "note": EVIL})
    for name in ("spring-report.html", INDEX):
        text = (tmp_path / name).read_text()
        assert "<script" not in text and "&lt;script&gt;" in text
        assert not re.search(r"(?:src|href)=\"(?!data:|spring-)", text), "nothing is loaded from elsewhere"


def test_the_index_lists_all_reports_with_the_newest_first_and_passes_over_what_is_none(tmp_path: Path) -> None:
    for number, migration in enumerate(("spring", "autumn", "spring")):
        Report(tmp_path, migration_id=migration, comparison=EQUAL, started=STARTED + number * 60)
    strange = {"spring-migrate-20261129T040406Z.json": "{}", "spring-migrate-20261129T050405Z.json": "no JSON"}
    for name, content in strange.items():
        (tmp_path / name).write_text(content)
    Report(tmp_path, kind="cleanup", started=STARTED + 3600)
    links = re.findall(r'href="(spring|autumn)-(\w+)-20261129T(\d{6})Z\.html"', (tmp_path / INDEX).read_text())
    assert links == [
        ("spring", "cleanup", "040405"),
        ("spring", "migrate", "030605"),
        ("autumn", "migrate", "030505"),
        ("spring", "migrate", "030405"),
    ]
    for name in strange:
        (tmp_path / name).unlink()
