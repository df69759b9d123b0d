# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known about a run when its report is written. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Facts = Mapping[str, Any]
MIGRATE, VERIFY, CLEANUP = "migrate", "verify", "cleanup"


@dataclass(frozen=True)
class Evidence:
    """What is known about a migration when its plan or report is written.

    :param run: the playbook that ran: ``migrate``, ``verify`` or ``cleanup``.
    :param started: when it began, in seconds since 1970; ``None``: not known.
    :param source: address of Harbor.
    :param inventory: what is selected, and ``targets``: where it goes, as migration_state_info returned them.
    :param steps: what was or would be done: ``action``, ``object`` and ``key`` each.
    :param executions: what harbor_replication_execution returned for each execution of this run.
    :param running: the same for executions of the migration that had not ended when the report was written.
    :param comparison: what migration_verify returned; empty when nothing was compared.
    :param comparison_problem: why nothing was compared, where there is more to say.
    :param charts: what harbor_chart_migration returned about the charts of ChartMuseum: ``equal``, ``charts``, ``summary``;
        empty when there are none.
    :param continuous: the health of the replication that copies each push at once, as migration_state_info returned it; empty
        when it was not looked at.
    :param lag: what has not arrived, as :func:`..comparison.lag.lag_summary` made it; empty when it was not read.
    :param source_changes: what :func:`..continuous.source_changes.source_changes` returned, and the ``report`` since which that is;
        empty when it was not asked.
    :param copied: what the run has brought to the target, see :func:`..rollback.copied.copied_contents`.
    :param kept_at_target: what stays at the target although cleanup was asked to remove what the migration made there.
    :param failure: why the run failed; empty when it did not.
    :param leftovers: temporary access that still exists, as steps that would remove it, or take only the marker of this
        migration out of it where it is ``shared_with`` others.
    :param leftovers_problem: why that list may be incomplete.
    :param not_looked_at: where this run did not look for temporary access.
    :param warnings: what the modules warned of.
    :param note: what else is to be done.
    :param parts: each part of the run in its order: ``name``, ``started`` and ``ended`` in seconds since 1970.
    :param started_by: who or which job runs it, see :func:`.job.started_by`.
    :param versions: of ``collection``, ``ansible`` and ``python``.
    :param accepted_verdicts: the verdicts that are accepted beside equal.
    :param accessories: how what hangs on images is treated: ``require``, ``report`` or ``ignore``.
    :param access: how long temporary access stays: ``mode``, and what else is known.
    """

    migration_id: str
    run: str = MIGRATE
    started: float | None = None
    source: str = ""
    network: str = ""
    registry: Facts = field(default_factory=dict)
    harbor: Facts = field(default_factory=dict)
    inventory: Facts = field(default_factory=dict)
    targets: Facts = field(default_factory=dict)
    steps: Sequence[Facts] = ()
    executions: Sequence[Facts] = ()
    running: Sequence[Facts] = ()
    comparison: Facts = field(default_factory=dict)
    comparison_problem: str = ""
    charts: Facts = field(default_factory=dict)
    continuous: Facts = field(default_factory=dict)
    lag: Facts = field(default_factory=dict)
    source_changes: Facts = field(default_factory=dict)
    copied: Sequence[Facts] = ()
    kept_at_target: Sequence[Facts] = ()
    failure: str = ""
    leftovers: Sequence[Facts] = ()
    leftovers_problem: str = ""
    not_looked_at: Sequence[str] = ()
    warnings: Sequence[str] = ()
    note: str = ""
    parts: Sequence[Facts] = ()
    started_by: Facts = field(default_factory=dict)
    versions: Facts = field(default_factory=dict)
    accepted_verdicts: Sequence[str] = ("extra",)
    accessories: str = "require"
    access: Facts = field(default_factory=dict)
