# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the report on the controller, prints the summary, and fails when the run failed or is not accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._errors import InvalidInput
from ..module_utils._migration.continuous.source_changes import baseline_of, changes_text, source_changes
from ..module_utils._migration.report.charts import charts_advice
from ..module_utils._migration.report.documents import (
    Evidence,
    report_data,
    report_text,
    summary,
    verdict_text,
)
from ..module_utils._migration.report.files import read_report, write_report
from ..module_utils._migration.variables.settings import migration_id_problem

display = Display()
_FACTS = ("registry", "harbor", "comparison", "charts", "continuous", "lag", "durations")
_LISTS = ("steps", "executions", "running", "leftovers")
_SENTENCES = ("not_looked_at", "warnings")
_TEXTS = ("source", "network", "failure", "comparison_problem", "leftovers_problem", "note")
_ADVICE = "The report lists every tag. Run migrate again, or name in migration_accepted_verdicts what you accept."
_CHANGED_ADVICE = "Stop pushes to the source, run migrate, and take its report for the next check."
_ELSEWHERE = "Set migration_output_directory to another directory."
ARGUMENTS = {
    "kind": {"type": "str", "choices": ["report", "cleanup"], "default": "report"},
    "run": {"type": "str", "choices": ["migrate", "verify"], "default": "migrate"},
    "migration_id": {"type": "str", "required": True},
    "directory": {"type": "path"},
    "unchanged_since": {"type": "path"},
    "started": {"type": "float"},
    **{name: {"type": "dict", "default": {}} for name in _FACTS},
    **{name: {"type": "list", "elements": "dict", "default": []} for name in _LISTS},
    **{name: {"type": "list", "elements": "str", "default": []} for name in _SENTENCES},
    **{name: {"type": "str", "default": ""} for name in _TEXTS},
}


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(ARGUMENTS, required_if=[["kind", "report", ["directory"]]])
        kind, directory = options.pop("kind"), options.pop("directory")
        since = options.pop("unchanged_since")
        if kind == "cleanup":
            options["run"] = kind
        evidence = Evidence(**options)
        problem = migration_id_problem(evidence.migration_id) if directory else ""
        try:
            evidence = _with_source_changes(evidence, since)
        except InvalidInput as error:
            evidence = replace(evidence, failure=" ".join(filter(None, [evidence.failure, str(error)])))
        files: list[str] = []
        if directory and not problem and not self._task.check_mode:
            try:
                files = _write(Path(directory), evidence)
            except OSError as error:
                problem = f"The {kind} could not be written to {directory}: {error.strerror or error}. {_ELSEWHERE}"
        self._print(kind, evidence, files)
        result.update(changed=False, files=files)
        message = " ".join(filter(None, [_refusal(kind, evidence, self._task.check_mode), problem]))
        if message:
            result.update(failed=True, msg=message)
        return result

    def _print(self, kind: str, evidence: Evidence, files: list[str]) -> None:
        """Print on the screen what an operator pastes into a ticket."""
        heading = {"report": "Run", "cleanup": "Cleanup"}[kind]
        if self._task.check_mode:
            heading = "Prediction"
        for line in summary(evidence, heading, files):
            display.display(line)
        if kind == "report":
            display.display(verdict_text(evidence))


def _refusal(kind: str, evidence: Evidence, check_mode: bool) -> str:
    """The sentences with which the run fails; empty when it does not."""
    if evidence.failure or kind != "report":
        return evidence.failure
    comparison, charts = evidence.comparison, evidence.charts
    refusals = []
    if comparison and not comparison["accepted"]:
        refusals.append(" ".join(filter(None, [comparison["summary"], comparison.get("advice"), _ADVICE])))
    # A prediction of migrate has moved no chart.
    if not charts.get("equal", True) and (evidence.run == "verify" or not check_mode):
        refusals.append(f"{charts['summary']} {charts_advice(charts)}")
    if not evidence.source_changes.get("unchanged", True):
        refusals.append(f"{changes_text(evidence.source_changes)} {_CHANGED_ADVICE}")
    return " ".join(refusals)


def _with_source_changes(evidence: Evidence, report: str | None) -> Evidence:
    """The evidence with what was pushed to the source since a report, where there is a report and a comparison.

    :raises InvalidInput: the report is none of the same migration and selection.
    """
    if not report or not report.strip() or not evidence.comparison:
        return evidence
    baseline = baseline_of(read_report(Path(report), "migration_unchanged_since"), evidence.migration_id)
    changes = source_changes(baseline, evidence.comparison, evidence.charts.get("charts", ()))
    return replace(evidence, source_changes={"report": report, **changes})


def _write(directory: Path, evidence: Evidence) -> list[str]:
    """Write the files; returns their paths. Raises OSError."""
    now = datetime.now(timezone.utc)
    started = now.timestamp() if evidence.started is None else evidence.started
    texts = {"md": report_text(evidence, now), "json": report_data(evidence, now)}
    return write_report(directory, evidence.migration_id, evidence.run, started, texts)
