# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes plan or report on the controller, prints the summary, and fails when the run failed or is not accepted."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._migration.report import Evidence, plan_text, report_data, report_text, summary, verdict_text

display = Display()
_FACTS = ("registry", "harbor", "inventory", "targets", "requirements", "comparison", "durations")
_LISTS = ("steps", "executions", "leftovers")
_TEXTS = ("source", "network", "failure", "leftovers_problem", "note")
_ADVICE = "The report lists every tag. Run migrate again, or name in migration_accepted_verdicts what you accept."
ARGUMENTS = {
    "kind": {"type": "str", "choices": ["plan", "report", "cleanup"], "default": "report"},
    "migration_id": {"type": "str", "required": True},
    "directory": {"type": "path"},
    **{name: {"type": "dict", "default": {}} for name in _FACTS},
    **{name: {"type": "list", "elements": "dict", "default": []} for name in _LISTS},
    **{name: {"type": "str", "default": ""} for name in _TEXTS},
}


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            ARGUMENTS, required_if=[["kind", "plan", ["directory"]], ["kind", "report", ["directory"]]]
        )
        kind = options["kind"]
        evidence = Evidence(**{name: value for name, value in options.items() if name not in ("kind", "directory")})
        files: list[str] = []
        # A plan is written in check mode too: it is what the run is for.
        if kind == "plan" or (kind == "report" and not self._task.check_mode):
            try:
                files = _write(Path(options["directory"]), evidence, kind)
            except OSError as error:
                text = f"The {kind} could not be written to {options['directory']}: {error.strerror or error}."
                return {**result, "failed": True, "msg": f"{text} Set migration_output_directory to another directory."}
        self._print(kind, evidence, files)
        result.update(changed=False, files=files)
        message = _refusal(kind, evidence)
        if message:
            result.update(failed=True, msg=message)
        return result

    def _print(self, kind: str, evidence: Evidence, files: list[str]) -> None:
        """Print on the screen what an operator pastes into a ticket."""
        heading = {"plan": "Plan", "report": "Run", "cleanup": "Cleanup"}[kind]
        for line in summary(evidence, heading, files):
            display.display(line)
        if kind == "report":
            display.display(verdict_text(evidence))


def _refusal(kind: str, evidence: Evidence) -> str:
    """The sentence with which the run fails; empty when it does not."""
    if evidence.failure:
        return evidence.failure
    if kind == "report" and evidence.comparison and not evidence.comparison["accepted"]:
        return f"{evidence.comparison['summary']} {_ADVICE}"
    return ""


def _write(directory: Path, evidence: Evidence, kind: str) -> list[str]:
    """Write the files of a kind; returns their paths. Raises OSError."""
    directory.mkdir(mode=0o755, parents=True, exist_ok=True)
    now = datetime.now(timezone.utc)
    if kind == "plan":
        texts = {"plan.md": plan_text(evidence)}
    else:
        texts = {"report.md": report_text(evidence, now), "report.json": report_data(evidence, now)}
    files = []
    for name, text in texts.items():
        path = directory / f"{evidence.migration_id}-{name}"
        _replace(path, text)
        files.append(str(path))
    return files


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as temporary:
        temporary.write(text)
    try:
        os.chmod(temporary.name, 0o644)
        os.replace(temporary.name, path)
    except OSError:
        os.unlink(temporary.name)
        raise
