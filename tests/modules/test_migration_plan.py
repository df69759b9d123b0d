# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action migration_plan: which files it writes, what it prints and gives to workflows, and when it fails."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from ansible_collections.cloud_registry.migration.plugins.action import migration_plan as plugin
from ansible_collections.cloud_registry.migration.plugins.action.migration_variables import known_variables
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan import files as plan_files
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.variables.known import FACTS
from tests.modules.migration_scene import Scene
from tests.unit.migration.plan_scene import options, repository

FILES = ["spring-plan-tags.jsonl.gz", "spring-plan.json", "spring-plan.md"]
# What a job may give to later ones; AWX keeps it in its database.
MOST_BYTES = 50_000


class Planned:
    """Runs the action migration_plan and keeps what it returned and printed."""

    def __init__(self, check: bool = True, **given: Any) -> None:
        self.lines = list[str]()
        action = object.__new__(plugin.ActionModule)
        action._task = SimpleNamespace(
            args={**options(), **given},
            async_val=0,
            check_mode=check,
            diff=False,
            action="migration_plan",
            no_log=False,
        )
        action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
        with mock.patch.object(plugin.display, "display", self.lines.append):
            self.result = action.run(task_vars={})

    @property
    def facts(self) -> dict[str, Any]:
        """What later jobs of a workflow get."""
        assert not self.result["ansible_stats"]["per_host"]
        data: dict[str, Any] = self.result["ansible_stats"]["data"]
        return data


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.mark.parametrize("check", [True, False])
def test_a_plan_is_three_files_and_a_summary_also_in_check_mode(tmp_path: Path, check: bool) -> None:
    planned = Planned(check, directory=str(tmp_path / "output"))
    assert names(tmp_path / "output") == FILES
    assert not planned.result.get("failed") and not planned.result["changed"]
    assert sorted(Path(file).name for file in planned.result["files"]) == FILES
    assert stat.S_IMODE((tmp_path / "output/spring-plan.json").stat().st_mode) == 0o644
    document = json.loads((tmp_path / "output/spring-plan.json").read_text())
    assert planned.result["plan_sha256"] == document["sha256"]
    assert planned.lines[0] == "Plan of the migration spring"
    assert "  create namespace: store" in planned.lines
    assert planned.lines[-1] == f"SHA-256 of the plan: {document['sha256']}"


def test_the_same_state_gives_the_same_files_wherever_they_are_written(tmp_path: Path) -> None:
    for place in ("here", "there"):
        Planned(directory=str(tmp_path / place))
    here, there = ({name: (tmp_path / place / name).read_bytes() for name in FILES} for place in ("here", "there"))
    assert here == there


def test_workflows_get_small_facts_that_are_no_variables_of_the_collection(tmp_path: Path) -> None:
    projects = [repository(f"project{number}/{'name' * 20}", {"1": "x"}) for number in range(3000)]
    large = Planned(directory=str(tmp_path), inventory={**options()["inventory"], "repositories": projects})
    assert large.facts["approved_plan"].keys() == {"migration_id", "sha256", "sections", "projects"}
    assert large.facts["approved_plan_sha256"] == large.facts["approved_plan"]["sha256"] == large.result["plan_sha256"]
    assert (large.facts["plan_steps"], large.facts["plan_interruptions"], large.facts["plan_tags"]) == (2, 0, 3)
    assert len(json.dumps(large.facts)) < MOST_BYTES
    known = known_variables()
    assert not large.facts.keys() & {*known.users, *known.options, *FACTS}


@pytest.mark.parametrize("form", ["file", "sha256", "fact", "text of the fact"])
def test_an_approved_plan_is_compared_and_nothing_is_written(tmp_path: Path, form: str) -> None:
    planned = Planned(directory=str(tmp_path))
    approved = {
        "file": str(tmp_path / "spring-plan.json"),
        "sha256": planned.result["plan_sha256"],
        "fact": planned.facts["approved_plan"],
        "text of the fact": json.dumps(planned.facts["approved_plan"]),
    }[form]
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    same = Planned(approved=approved, directory=str(tmp_path))
    assert not same.result.get("failed") and same.result["files"] == []
    assert same.lines == [f"This is the plan that was approved: SHA-256 {planned.result['plan_sha256']}."]
    other = Planned(approved=approved, directory=str(tmp_path), access="run")
    assert other.result["failed"] and "Nothing was changed." in other.result["msg"]
    assert ("access" in other.result["msg"]) is (form != "sha256")
    assert other.lines == other.result["msg"].splitlines()
    assert "ansible_stats" not in other.result
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


def test_what_is_no_approved_plan_is_refused(tmp_path: Path) -> None:
    refused = Planned(approved=str(tmp_path / "missing.json"))
    assert refused.result["failed"] and "cannot be read" in refused.result["msg"]


@pytest.mark.parametrize("name", ["../spring", "Spring", "a/b", ""])
def test_a_name_that_is_none_becomes_no_file(tmp_path: Path, name: str) -> None:
    planned = Planned(directory=str(tmp_path / "a/b"), migration_id=name)
    assert planned.result["failed"] and f"migration_id is '{name}'" in planned.result["msg"]
    assert list(tmp_path.rglob("*")) == []


def test_a_directory_that_cannot_be_written_loses_no_line_on_the_screen(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    planned = Planned(directory=str(tmp_path / "file/output"))
    assert f"could not be written to {tmp_path}/file/output: Not a directory." in planned.result["msg"]
    assert "migration_output_directory" in planned.result["msg"]
    assert planned.lines[-1].startswith("SHA-256 of the plan: ")


def test_an_interrupted_write_leaves_the_plan_that_was_there(tmp_path: Path) -> None:
    Planned(directory=str(tmp_path))
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    with mock.patch.object(plan_files.os, "replace", side_effect=OSError(28, "No space left on device")):
        assert "No space left on device" in Planned(directory=str(tmp_path), access="run").result["msg"]
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


def test_nothing_secret_reaches_the_files(tmp_path: Path) -> None:
    Planned(directory=str(tmp_path), harbor={**options()["harbor"], "detected": {"password": "Harbor12345"}})
    assert b"Harbor12345" not in b"".join((tmp_path / name).read_bytes() for name in FILES)
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


class Stored:
    """A registry in which plans are kept, and the connection to it as options of the action."""

    def __init__(self, sandbox: Any) -> None:
        self.store = sandbox.tcr.registry.store
        self.scene = Scene(sandbox, ("audit",))
        given = self.scene.verify()
        names = [name for name in given if name.startswith("tcr_")] + ["registry_url", "registry_connect_to"]
        self.options = {
            **{name: given[name] for name in names},
            "report_repository": "audit/plans",
            "registry": {**options()["registry"], "registry_id": given["registry_id"]},
        }

    def close(self) -> None:
        """Let nobody in any more."""
        self.scene.target.close_whitelist()


@pytest.fixture
def stored(empty_sandbox: Any) -> Stored:
    return Stored(empty_sandbox)


def test_a_plan_that_is_kept_at_the_target_names_the_tags_for_its_sha256(stored: Stored, tmp_path: Path) -> None:
    first = Planned(directory=str(tmp_path / "output"), **stored.options)
    sha256 = first.result["plan_sha256"]
    assert first.lines[-1] == f"Stored at the target: audit/plans:plan-{sha256}"
    assert list(stored.store.tags("audit/plans")) == [f"plan-{sha256}"]
    again = Planned(directory=str(tmp_path / "again"), **stored.options)
    assert (again.lines[-1], again.result["warnings"]) == (first.lines[-1], [])
    shutil.rmtree(tmp_path / "again")

    pushed = options()["inventory"]
    pushed["repositories"][0]["tags"]["3"] = f"sha256:{'f' * 64}"
    for approved in (sha256, first.facts["approved_plan"]):
        refused = Planned(approved=approved, inventory=pushed, **stored.options).result["msg"]
        assert "shop/web: tag 3 was pushed since the approval" in refused
    assert "tag 3 was pushed" not in Planned(approved=sha256, inventory=pushed).result["msg"]
    assert not Planned(approved=sha256, **stored.options).result.get("failed")


def test_where_the_target_cannot_be_reached_the_plan_is_written_with_a_warning(stored: Stored, tmp_path: Path) -> None:
    stored.close()
    planned = Planned(directory=str(tmp_path / "output"), **stored.options)
    assert names(tmp_path / "output") == FILES and not planned.result.get("failed")
    (warning,) = planned.result["warnings"]
    assert "could not be stored at the target as audit/plans:plan-" in warning
    with mock.patch.object(plugin.display, "warning") as warned:
        refused = Planned(approved="0" * 64, **stored.options).result["msg"]
    assert "SHA-256" in refused and "could not be read from the target" in warned.call_args.args[0]


def test_a_renewal_that_is_due_makes_no_other_plan(tmp_path: Path) -> None:
    """Otherwise an approval would become void by waiting."""
    renewed = [*options()["steps"], {"action": "renew", "object": "whitelist entry", "key": "10.1.2.3/32"}]
    here, there = (Planned(directory=str(tmp_path), steps=steps) for steps in (options()["steps"], renewed))
    assert here.result["plan_sha256"] == there.result["plan_sha256"]
