# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say at the end of a run how many recorded calls were compared, equal and excused, and what the TCR was held to."""

from __future__ import annotations

import pytest

from tests.contract import tcr_report

RECORD = "recorded calls"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the outcome of each replay, and of the contract tests of the TCR."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = [value for report in reports for name, value in getattr(report, "user_properties", []) if name == RECORD]
    for line in [*sorted(set(map(str, lines))), *tcr_report.lines(reports)]:
        terminalreporter.write_line(line)
