# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the variables of a run where they still are what YAML has read: on the controller, before any call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.common.yaml import yaml_load
from ansible.plugins.action import ActionBase

from ..module_utils._errors import InvalidInput
from ..module_utils._migration.continuous.source_changes import baseline_of
from ..module_utils._migration.plan.approved import read_approved_plan
from ..module_utils._migration.report.files import read_report
from ..module_utils._migration.rollback.reports import read_made, rollback_problem
from ..module_utils._migration.variables.known import FACTS, OURS, Variables
from ..module_utils._migration.variables.survey_values import as_list, as_switch
from ..module_utils._module.options.harbor import HARBOR
from ..module_utils._module.options.tcr import TCR
from ..plugin_utils.paths import directory_problem, file_problem

ROLES = Path(__file__).resolve().parents[2] / "roles"
CONTROLLER = "localhost"
# Each is the variable of this name that begins with migration_.
FILES = {
    "output_directory": {"type": "path"},
    "credential_file": {"type": "path"},
}
# These exist before the run. What was approved is of whatever type a workflow gives it.
BEFORE = {"unchanged_since": {"type": "path"}, "approved_plan": {"type": "raw"}}
ARGUMENTS = {
    "hosts": {"type": "list", "elements": "str", "default": []},
    "rollback": {"type": "bool", "default": False},
    **FILES,
    **BEFORE,
}
# What was found once is handed on between tasks, and is no variable of users.
HANDED_ON = ("harbor_detected", "tcr_registry")
BESIDE_ROLES = {
    **{name: option for name, option in HARBOR.merge(TCR).options.items() if name not in HANDED_ON},
    **{f"migration_{name}": option for name, option in {**FILES, **BEFORE}.items()},
}


def known_variables(roles: Path = ROLES) -> Variables:
    """The variables of the collection, from the argument specifications and defaults of its roles."""
    files = ("meta/argument_specs.yml", "defaults/main.yml")
    found = {role.name: [yaml_load((role / file).read_text()) for file in files] for role in _directories(roles)}
    return Variables.of({name: (one[0], one[1]) for name, one in found.items()}, BESIDE_ROLES)


def _directories(roles: Path) -> list[Path]:
    return sorted(path for path in roles.iterdir() if (path / "meta/argument_specs.yml").is_file())


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(ARGUMENTS)
        variables = known_variables()
        prefixes = (*OURS, *(f"{role.name}_" for role in _directories(ROLES)))
        found: dict[str, list[str]] = {}
        suspicious: set[str] = set()
        for host in (CONTROLLER, *options["hosts"]):
            given = self._given(host, task_vars, variables)
            suspicious.update(variables.warnings(given))
            for problem in variables.problems(given, prefixes):
                found.setdefault(problem, []).append(host)
        local = self._given(CONTROLLER, task_vars, variables)
        migration_id = str(local.get("migration_id", ""))
        for problem in (
            *file_problems(options),
            *report_problems(options, migration_id),
            *approval_problems(options, migration_id),
            *removal_problems(local, options),
        ):
            found.setdefault(problem, []).append(CONTROLLER)
        result.update(changed=False, warnings=sorted(suspicious))
        if found:
            result.update(failed=True, msg=" ".join(_sentence(problem, hosts) for problem, hosts in found.items()))
        return result

    def _given(self, host: str, task_vars: Mapping[str, Any], variables: Variables) -> dict[str, Any]:
        """The variables of a host; of those that the collection knows also the values.

        Of the controller those of the play count as well, but not what the defaults of the running role make of them.
        """
        of_host = task_vars["hostvars"].raw_get(host) if host in task_vars["hostvars"] else {}
        if host == CONTROLLER:
            of_host = {**{name: one for name, one in task_vars.items() if name not in variables.options}, **of_host}
        known = variables.users.keys() | variables.options.keys()
        given = dict.fromkeys((name for name in of_host if name not in FACTS and name not in known), None)
        for name in known & of_host.keys():
            scope = task_vars if host == CONTROLLER and name not in variables.options else task_vars["hostvars"][host]
            try:
                value = self._templar.template(scope[name])
            except AnsibleError:
                # The task that needs the variable says what is wrong with its template.
                continue
            if not (isinstance(value, str) and "{{" in value):
                given[name] = value
        return given


def file_problems(options: Mapping[str, Any]) -> Iterator[str]:
    """Why the files of a run could not be written; a file without a name is none."""
    directory, file = (options[name] for name in FILES)
    problem = directory_problem(Path(directory)) if directory and directory.strip() else ""
    if problem:
        yield f"migration_output_directory is {directory}, but {problem}. Set it to a directory that can be written to."
    problem = file_problem(Path(file)) if file and file.strip() else ""
    if problem:
        yield f"migration_credential_file is {file}, but {problem}. Set it to a file in a directory that can be written to."


def report_problems(options: Mapping[str, Any], migration_id: str) -> Iterator[str]:
    """Why the report with which the source is compared is none that says what the source had."""
    path = options["unchanged_since"]
    if path and path.strip():
        try:
            baseline_of(read_report(Path(path), "migration_unchanged_since"), migration_id)
        except InvalidInput as error:
            yield str(error)


def removal_problems(given: Mapping[str, Any], options: Mapping[str, Any]) -> Iterator[str]:
    """Why nothing may be removed at the target, where the variables of the controller ask for that.

    With ``rollback`` also why the reports do not tell what there is to remove.
    """
    try:
        asked = bool(as_switch(given.get("cleanup_target"), False))
        reports = [Path(one) for one in as_list(given.get("cleanup_target_reports"))]
    except InvalidInput:
        # The check of its value says that.
        return
    problem = rollback_problem(
        asked, *(str(given.get(name) or "") for name in ("cleanup_target_confirm", "migration_id"))
    )
    if not problem and asked and options["rollback"]:
        try:
            read_made(reports, Path(options["output_directory"] or "."), str(given["migration_id"]))
        except InvalidInput as error:
            problem = str(error)
    if problem:
        yield problem


def approval_problems(options: Mapping[str, Any], migration_id: str) -> Iterator[str]:
    """Why a run cannot be compared with the plan that was approved; nothing where none is given."""
    approved = options["approved_plan"]
    if approved in (None, "", {}):
        return
    try:
        read_approved_plan(approved, migration_id)
    except InvalidInput as error:
        yield str(error)


def _sentence(problem: str, hosts: Sequence[str]) -> str:
    """The problem; where only hosts of Harbor have it, with their names."""
    return problem if CONTROLLER in hosts else f"On {', '.join(hosts)}: {problem}"
