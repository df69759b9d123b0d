# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the contract tests of the TCR have shown, as lines for the end of a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

FACT = "contract of the TCR"
RUN = "switch with module"


def lines(reports: Iterable[Any]) -> list[str]:
    """From pytest's reports: the facts that tests recorded under `FACT`, and what was recorded under `RUN`, counted.

    A fact is recorded by `record_property(FACT, text)`; a module that passed under a setting of a switch by
    `record_property(RUN, "switch=setting module")`.
    """
    passed = [item for report in reports if report.passed for item in getattr(report, "user_properties", ())]
    facts = sorted({str(value) for name, value in passed if name == FACT})
    runs = {str(value) for name, value in passed if name == RUN}
    if runs:
        settings = {run.split()[0] for run in runs}
        switches = {setting.partition("=")[0] for setting in settings}
        modules = {run.split()[1] for run in runs}
        counted = f"{len(switches)} switches with {len(settings)} settings, {len(modules)} modules"
        facts.append(f"switches x modules run: {len(runs)} ({counted})")
    return [f"TCR {fact}" for fact in facts]
