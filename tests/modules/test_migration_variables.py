# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action migration_variables: it looks at the variables of the controller and of Harbor's hosts, and at files to come.

Which values are refused is tested in tests/unit/migration/test_variables.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleError

from ansible_collections.cloud_registry.migration.plugins.action import migration_variables as plugin


class HostVars(dict[str, dict[str, Any]]):
    """The variables of all hosts, as templates and as what they give, which here is the same."""

    def raw_get(self, host: str) -> dict[str, Any]:
        return self[host]


def template(value: Any) -> Any:
    if value == "{{ nothing }}":
        raise AnsibleError("'nothing' is undefined")
    return value


def check(
    inventory: dict[str, dict[str, Any]] | None = None, play: dict[str, Any] | None = None, **options: Any
) -> dict[str, Any]:
    """Run the action with variables of hosts and of the play; returns its result."""
    action = object.__new__(plugin.ActionModule)
    action._task = SimpleNamespace(
        args=options, async_val=0, check_mode=False, diff=False, action="migration_variables", no_log=False
    )
    action._connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    action._templar = SimpleNamespace(template=template)
    hosts = HostVars({"localhost": {}, **(inventory or {})})
    result: dict[str, Any] = action.run(task_vars={**hosts["localhost"], **(play or {}), "hostvars": hosts})
    assert not result["changed"]
    return result


def refused(*arguments: Any, **options: Any) -> str:
    result = check(*arguments, **options)
    assert result["failed"]
    return str(result["msg"])


MISTAKE = "migration_project is not a variable of this collection. Did you mean migration_projects?"


def test_variables_that_are_right_pass() -> None:
    result = check({"localhost": {"migration_id": "spring", "migration_projects": "a, b", "harbor_port": 1.1}})
    assert not result.get("failed") and result["warnings"] == []


@pytest.mark.parametrize("place", ["inventory", "play"])
def test_a_mistake_is_found_wherever_the_variable_is_set(place: str) -> None:
    wrong = {"migration_project": "shop"}
    assert refused({"localhost": wrong}) == MISTAKE if place == "inventory" else refused(play=wrong) == MISTAKE


def test_a_mistake_on_a_host_of_harbor_is_found_and_said_once() -> None:
    wrong = {"migration_project": "shop"}
    inventory = {"harbor-1": wrong, "harbor-2": wrong, "other": {"migration_x": 1}}
    assert refused(inventory, hosts=["harbor-1", "harbor-2"]) == f"On harbor-1, harbor-2: {MISTAKE}"
    assert refused({**inventory, "localhost": wrong}, hosts=["harbor-1"]) == MISTAKE
    assert "failed" not in check(inventory)


def test_all_that_is_wrong_is_said_at_once() -> None:
    said = refused({"localhost": {"migration_project": 1, "migration_tags": [1.1], "migration_wait_timeout": "10m"}})
    assert all(one in said for one in (MISTAKE, "migration_tags: The number 1.1", "migration_wait_timeout: '10m'"))


def test_what_an_option_of_a_role_is_made_of_is_not_said_twice() -> None:
    """In a role, its defaults are variables as well; only what somebody has set counts."""
    assert (
        refused({"localhost": {"migration_id": 1.1}}, {"migration_preflight_migration_id": 1.1}).count("1.1 was") == 1
    )
    assert "registry_access_network" in refused({"localhost": {"registry_access_network": "vpn"}})


def test_a_template_that_cannot_be_worked_out_is_left_to_the_task_that_needs_it() -> None:
    assert "failed" not in check({"localhost": {"migration_id": "{{ nothing }}"}})


def test_a_doubtful_name_is_warned_of() -> None:
    assert "Did you mean harbor_validate_certs?" in check({"localhost": {"harbor_validate_cert": False}})["warnings"][0]


def test_a_directory_that_is_missing_can_be_made(tmp_path: Path) -> None:
    assert "failed" not in check(output_directory=str(tmp_path / "a/b"), credential_file=str(tmp_path / "key"))
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_files_that_could_not_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    for directory, reason in (
        (tmp_path / "file", "file is not a directory"),
        (tmp_path / "file/below", "file is not a directory"),
        (tmp_path / "broken", "broken is not a directory"),
        (Path("/proc/output"), "/proc cannot be written to"),
    ):
        said = refused(output_directory=str(directory))
        assert said.startswith(f"migration_output_directory is {directory}, but ") and reason in said
    for file, reason in (
        (tmp_path, "is a directory"),
        (tmp_path / "missing/key", "missing does not exist"),
        (tmp_path / "file/key", "file is not a directory"),
        (Path("/proc/key"), "/proc cannot be written to"),
    ):
        said = refused(credential_file=str(file))
        assert said.startswith(f"migration_credential_file is {file}, but ") and reason in said


def test_a_password_of_blanks_is_refused_because_the_file_would_be_as_good_as_open() -> None:
    assert "migration_credential_vault_password: " in refused(
        {"localhost": {"migration_credential_vault_password": "  "}}
    )
    assert "failed" not in check({"localhost": {"migration_credential_vault_password": ""}})


def test_an_approved_plan_that_cannot_be_one_is_refused_before_any_call(tmp_path: Path) -> None:
    """What is wrong with plans in particular is tested in tests/unit/migration/test_plan_approval.py."""
    missing, artifact = str(tmp_path / "spring-plan.json"), {"migration_id": "autumn", "sha256": "0" * 64}

    def named(approved: Any) -> dict[str, Any]:
        return {"localhost": {"migration_id": "spring", "migration_approved_plan": approved}}

    assert f"migration_approved_plan is {missing}, which cannot be read" in refused(
        named(missing), approved_plan=missing
    )
    assert "of the migration 'autumn'" in refused(named(artifact), approved_plan=artifact)
    for approved in ("0" * 64, {**artifact, "migration_id": "spring"}, "", None, {}):
        assert not check(named(approved), approved_plan=approved).get("failed")


def test_a_report_with_which_the_source_is_compared_must_be_one_of_this_migration(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    named = {"localhost": {"migration_id": "spring", "migration_unchanged_since": str(path)}}
    assert "cannot be read: No such file" in refused(named, unchanged_since=str(path))
    path.write_text("{")
    assert "is no JSON" in refused(named, unchanged_since=str(path))
    path.write_text('{"migration_id": "summer", "run": "verify", "comparison": {}}')
    assert "is one of the migration summer, not of spring" in refused(named, unchanged_since=str(path))
    assert "failed" not in check(named, unchanged_since="")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"cleanup_target": True}, "cleanup_target_confirm is not set"),
        ({"cleanup_target": "yes", "cleanup_target_confirm": "summer"}, "cleanup_target_confirm is 'summer'"),
        ({"cleanup_target": True, "cleanup_target_confirm": "spring"}, ""),
        ({"cleanup_target": "false"}, ""),
    ],
)
def test_a_removal_at_the_target_must_be_confirmed_before_any_call(given: dict[str, Any], words: str) -> None:
    variables = {"localhost": {"migration_id": "spring", **given}}
    assert words in refused(variables) if words else "failed" not in check(variables)


def test_what_a_rollback_would_remove_must_be_known_before_any_call(tmp_path: Path) -> None:
    given = {"migration_id": "spring", "cleanup_target": True, "cleanup_target_confirm": "spring"}
    variables = {"localhost": given}
    asked = {"rollback": True, "output_directory": str(tmp_path)}
    assert f"{tmp_path} has no report of a run of migrate of spring" in refused(variables, **asked)
    report = {"migration_id": "spring", "run": "migrate", "copied": [], "steps": [], "started": "1"}
    file = tmp_path / "spring-migrate-1.json"
    file.write_text(json.dumps({**report, "target": {"registry_id": ""}}))
    assert f"has got as far as the registry: {file}" in refused(variables, **asked)
    (tmp_path / "spring-migrate-2.json").write_text(json.dumps({**report, "target": {"registry_id": "tcr-1"}}))
    assert "failed" not in check(variables, **asked)
    assert "failed" not in check(
        {"localhost": {"migration_id": "spring"}}, rollback=True, output_directory=str(tmp_path / "none")
    )
