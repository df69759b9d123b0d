# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the plan of a migration on the controller, or compares it with the one that was approved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._engine.wait import Wait
from ..module_utils._errors import InvalidInput, MigrationError
from ..module_utils._migration.plan.approval import refusal
from ..module_utils._migration.plan.approved import ApprovedPlan, read_approved_plan, read_stored_plan
from ..module_utils._migration.plan.document import Plan, make_plan
from ..module_utils._migration.plan.facts import PlanFacts
from ..module_utils._migration.plan.files import JSON, MARKDOWN, TAGS, write_plan
from ..module_utils._migration.plan.identity import project_digests, readable, section_digests
from ..module_utils._migration.plan.markdown import plan_text, summary
from ..module_utils._migration.plan.tags import compressed
from ..module_utils._migration.report.storage import ArtifactStorage
from ..module_utils._migration.variables.access import DEFAULT_HOURS, LEASE, MODES
from ..module_utils._migration.variables.settings import NETWORKS, migration_id_problem
from ..module_utils._module.call import ModuleCall
from ..module_utils._module.clients.storage import artifact_storage
from ..module_utils._module.options.tcr import DATA_PLANE, TCR

display = Display()
_FACTS = ("registry", "harbor", "inventory", "targets", "requirements", "comparison", "charts")
_TEXTS = ("source", "vpc_id", "subnet_id")
# Where the plan is kept at the target, and how that is reached.
STORAGE = {"report_repository": {"type": "str"}, **TCR.options, **DATA_PLANE.options}
ARGUMENTS = {
    **STORAGE,
    "migration_id": {"type": "str", "required": True},
    "directory": {"type": "path"},
    "approved": {"type": "raw"},
    "network": {"type": "str", "choices": list(NETWORKS), "required": True},
    "access": {"type": "str", "choices": list(MODES), "default": LEASE},
    "lease_hours": {"type": "int", "default": DEFAULT_HOURS},
    "public_cidrs": {"type": "list", "elements": "str", "default": []},
    "accessories": {"type": "str", "default": "require"},
    "charts_mode": {"type": "str", "default": "auto"},
    "speed": {"type": "int", "default": -1},
    **{name: {"type": "dict", "default": {}} for name in _FACTS},
    "steps": {"type": "list", "elements": "dict", "default": []},
    **{name: {"type": "str", "default": ""} for name in _TEXTS},
}
_ELSEWHERE = "Set migration_output_directory to another directory."


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(ARGUMENTS, required_one_of=[["directory", "approved"]])
        directory, approved = options.pop("directory"), options.pop("approved")
        storage = _storage({name: options.pop(name) for name in STORAGE}, options["registry"])
        plan = make_plan(PlanFacts(**options))
        result.update(changed=False, files=[], plan_sha256=plan.sha256)
        if approved not in (None, ""):
            problem = _compare(approved, plan, storage)
            lines = problem.splitlines() or [f"This is the plan that was approved: SHA-256 {plan.sha256}."]
        else:
            result["ansible_stats"] = {"data": facts_for_workflows(plan), "per_host": False, "aggregate": False}
            result["files"], problem = _write(directory, plan)
            lines = summary(plan.document, result["files"])
            if storage and not problem:
                kept = storage.keep(stored_tag(plan.sha256), result["files"], required=False, check_mode=False)
                lines += [f"Stored at the target: {kept['reference']}"] if kept["stored"] else []
                result["warnings"] = kept["warnings"]
        for line in lines:
            display.display(line)
        if problem:
            result.update(failed=True, msg=problem)
        return result


def facts_for_workflows(plan: Plan) -> dict[str, Any]:
    """The artifacts of a job, small enough for the database of AWX; their names are no variables of the collection."""
    document = plan.document
    return {
        "approved_plan": {
            "migration_id": document["migration_id"],
            "sha256": plan.sha256,
            "sections": section_digests(document),
            "projects": project_digests(document),
        },
        "approved_plan_sha256": plan.sha256,
        "plan_steps": len(document["steps"]),
        "plan_interruptions": len(document["interruptions"]),
        "plan_tags": document["totals"]["tags"],
        "plan_bytes": document["transfer"]["bytes"],
        "plan_seconds": document["transfer"]["seconds"],
        "plan_risks": sorted({one["risk"] for one in document["risks"]}),
    }


def stored_tag(sha256: str) -> str:
    """The tag under which a plan is kept at the target: the same plan has always the same."""
    return f"plan-{sha256}"


def _storage(options: dict[str, Any], registry: dict[str, Any]) -> ArtifactStorage | None:
    """Where plans are kept at the target; ``None`` where nobody asked for that."""
    repository = options.pop("report_repository")
    if not repository or not registry:
        return None
    options.update(repository=repository, registry_id=registry["registry_id"])
    return artifact_storage(ModuleCall(options, False, _no_command, Wait()))


def _no_command(*_arguments: Any, **_options: Any) -> tuple[int, str, str]:
    raise NotImplementedError("a plan runs no command")


def _compare(approved: Any, plan: Plan, storage: ArtifactStorage | None) -> str:
    """Why the plan is not the approved one; empty when it is."""
    migration_id = str(plan.document["migration_id"])
    try:
        given = read_approved_plan(approved, migration_id)
        if given.sha256 != plan.sha256 and given.document is None and storage:
            given = _stored(given, migration_id, storage)
        return refusal(given, plan)
    except InvalidInput as error:
        return str(error)


def _stored(given: ApprovedPlan, migration_id: str, storage: ArtifactStorage) -> ApprovedPlan:
    """The approved plan with its tags, where it was kept at the target and can be read there."""
    try:
        return read_stored_plan(storage.read(stored_tag(given.sha256)), migration_id)
    except MigrationError as error:
        display.warning(f"The approved plan could not be read from the target, so that no tags can be named: {error}")
        return given


def _write(directory: str, plan: Plan) -> tuple[list[str], str]:
    """Write the files, also in check mode, because they are what the run is for; returns their paths, or the problem."""
    migration_id = plan.document["migration_id"]
    problem = migration_id_problem(migration_id)
    if problem:
        return [], problem
    contents = {
        MARKDOWN: plan_text(plan.document).encode(),
        JSON: readable(plan.document).encode(),
        TAGS: compressed(plan.lines),
    }
    try:
        return write_plan(Path(directory), migration_id, contents), ""
    except OSError as error:
        return [], f"The plan could not be written to {directory}: {error.strerror or error}. {_ELSEWHERE}"
