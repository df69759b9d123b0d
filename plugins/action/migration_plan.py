# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the plan of a migration on the controller, or compares it with the one that was approved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._errors import InvalidInput
from ..module_utils._migration.plan.approval import refusal
from ..module_utils._migration.plan.approved import read_approved_plan
from ..module_utils._migration.plan.document import Plan, make_plan
from ..module_utils._migration.plan.facts import PlanFacts
from ..module_utils._migration.plan.files import JSON, MARKDOWN, TAGS, write_plan
from ..module_utils._migration.plan.identity import project_digests, readable, section_digests
from ..module_utils._migration.plan.markdown import plan_text, summary
from ..module_utils._migration.plan.tags import compressed
from ..module_utils._migration.variables.access import DEFAULT_HOURS, LEASE, MODES
from ..module_utils._migration.variables.settings import NETWORKS, migration_id_problem

display = Display()
_FACTS = ("registry", "harbor", "inventory", "targets", "requirements", "comparison", "charts")
_TEXTS = ("source", "vpc_id", "subnet_id")
ARGUMENTS = {
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
        plan = make_plan(PlanFacts(**options))
        result.update(changed=False, files=[], plan_sha256=plan.sha256)
        if approved not in (None, ""):
            problem = _compare(approved, plan)
            lines = problem.splitlines() or [f"This is the plan that was approved: SHA-256 {plan.sha256}."]
        else:
            result["ansible_stats"] = {"data": facts_for_workflows(plan), "per_host": False, "aggregate": False}
            result["files"], problem = _write(directory, plan)
            lines = summary(plan.document, result["files"])
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


def _compare(approved: Any, plan: Plan) -> str:
    """Why the plan is not the approved one; empty when it is."""
    try:
        return refusal(read_approved_plan(approved, str(plan.document["migration_id"])), plan)
    except InvalidInput as error:
        return str(error)


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
