# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the report on the controller, prints the summary, and fails when the run failed or is not accepted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._errors import InvalidInput
from ..module_utils._migration.continuous.source_changes import baseline_of, source_changes
from ..module_utils._migration.report.data import report_data, report_json, workflow_facts
from ..module_utils._migration.report.documents import report_text, summary
from ..module_utils._migration.report.evidence import Evidence
from ..module_utils._migration.report.figures import figures
from ..module_utils._migration.report.files import list_reports, read_report, write_index, write_report
from ..module_utils._migration.report.job import started_by
from ..module_utils._migration.report.junit import junit_xml
from ..module_utils._migration.report.outcome import outcome_of, verdict_text
from ..module_utils._migration.variables.settings import migration_id_problem
from ..plugin_utils import circumstances
from ..plugin_utils.report_page import index_page, report_page

display = Display()
_FACTS = (
    "registry",
    "harbor",
    "inventory",
    "targets",
    "comparison",
    "charts",
    "continuous",
    "lag",
    "access",
)
_LISTS = ("steps", "executions", "running", "leftovers", "parts", "copied", "kept_at_target")
_SENTENCES = ("not_looked_at", "warnings")
_TEXTS = ("source", "network", "failure", "comparison_problem", "leftovers_problem", "note")
_ELSEWHERE = "Set migration_output_directory to another directory."
ARGUMENTS = {
    "kind": {"type": "str", "choices": ["report", "cleanup"], "default": "report"},
    "run": {"type": "str", "choices": ["migrate", "verify"], "default": "migrate"},
    "migration_id": {"type": "str", "required": True},
    "directory": {"type": "path"},
    "unchanged_since": {"type": "path"},
    "started": {"type": "float"},
    "accepted_verdicts": {"type": "list", "elements": "str", "default": ["extra"]},
    "accessories": {"type": "str", "default": "require"},
    "fail": {"type": "bool", "default": True},
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
        try:
            _validation, options = self.validate_argument_spec(
                ARGUMENTS, required_if=[["kind", "report", ["directory"]]]
            )
        except AnsibleError as error:
            failure = str(self._task.args.get("failure") or "")
            if not failure:
                raise
            # A run that its checks have refused may have variables of which no report can be made. Its reason counts.
            return {**result, "failed": True, "changed": False, "msg": f"{failure} No report was written: {error}"}
        fail, kind, directory = options.pop("fail"), options.pop("kind"), options.pop("directory")
        since = options.pop("unchanged_since")
        if kind == "cleanup":
            options["run"] = kind
        who = started_by(os.environ, task_vars or {}, circumstances.login(), circumstances.host())
        evidence = Evidence(**options, started_by=who, versions=circumstances.versions())
        try:
            evidence = _with_source_changes(evidence, since)
        except InvalidInput as error:
            evidence = replace(evidence, failure=" ".join(filter(None, [evidence.failure, str(error)])))
        report = _Report(evidence, kind, self._task.check_mode)
        report.write(Path(directory) if directory else None)
        for line in report.lines():
            display.display(line)
        result.update(changed=False, **report.result())
        if report.problem and fail:
            result.update(failed=True, msg=report.problem)
        return result


class _Report:
    """One report: its files, what is printed, and what it returns.

    :param kind: ``report`` or ``cleanup``.
    """

    def __init__(self, evidence: Evidence, kind: str, check_mode: bool) -> None:
        self._evidence, self._kind, self._check_mode = evidence, kind, check_mode
        self._now = datetime.now(timezone.utc)
        self._outcome = outcome_of(evidence, check_mode)
        self._data = report_data(evidence, self._outcome, self._now)
        self._files: list[str] = []
        self._run_files: list[str] = []
        self._tag = ""
        self.problem = self._outcome.problem

    def write(self, directory: Path | None) -> None:
        """Write the files, where there is a directory; none in check mode."""
        if directory is None:
            return
        # Of what refused the run nothing is said twice.
        problem = migration_id_problem(self._evidence.migration_id)
        if not problem and not self._check_mode:
            try:
                self._files = self._write(directory)
            except OSError as error:
                problem = (
                    f"The {self._kind} could not be written to {directory}: {error.strerror or error}. {_ELSEWHERE}"
                )
        if problem and not (self._evidence.failure and _subject(problem) in self._evidence.failure):
            self.problem = " ".join(filter(None, [self.problem, problem]))

    def _write(self, directory: Path) -> list[str]:
        evidence = self._evidence
        texts = {
            "md": report_text(evidence, self._outcome, self._now),
            "json": report_json(self._data),
            "html": report_page(self._data, figures(self._data)),
            "xml": junit_xml(self._data),
        }
        started = self._now.timestamp() if evidence.started is None else evidence.started
        files = write_report(directory, evidence.migration_id, evidence.run, started, texts)
        self._run_files = files[: len(texts)]
        self._tag = Path(files[0]).stem.removeprefix(f"{evidence.migration_id}-")
        return [*files, write_index(directory, index_page(list_reports(directory)))]

    def lines(self) -> list[str]:
        """What an operator pastes into a ticket; the outcome comes last."""
        heading = {"report": "Run", "cleanup": "Cleanup"}[self._kind]
        if self._check_mode:
            heading = "Prediction"
        lines = summary(self._evidence, heading, self._files)
        return [*lines, verdict_text(self._evidence, self._outcome), f"Outcome: {self._outcome.name}"]

    def result(self) -> dict[str, Any]:
        """What the task returns."""
        stats = workflow_facts(self._data, [Path(file).name for file in self._files])
        return {
            "files": self._files,
            "run_files": self._run_files,
            "outcome": self._outcome.name,
            "problem": self.problem,
            "tag": self._tag,
            "ansible_stats": _stats(stats),
        }


def _with_source_changes(evidence: Evidence, report: str | None) -> Evidence:
    """The evidence with what was pushed to the source since a report, where there is a report and a comparison.

    :raises InvalidInput: the report is none of the same migration and selection.
    """
    if not report or not report.strip() or not evidence.comparison:
        return evidence
    baseline = baseline_of(read_report(Path(report), "migration_unchanged_since"), evidence.migration_id)
    changes = source_changes(baseline, evidence.comparison, evidence.charts.get("charts", ()))
    return replace(evidence, source_changes={"report": report, **changes})


def _stats(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the module set_stats returns them. A failed task hands none on."""
    return {"data": dict(facts), "per_host": False, "aggregate": False}


def _subject(problem: str) -> str:
    """The variable that a problem is about."""
    return "migration_output_directory" if "migration_output_directory" in problem else "migration_id"
