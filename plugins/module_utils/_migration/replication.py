# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module harbor_replication_execution does: start, stop, wait, and compare while it waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._engine.wait import Wait
from .._harbor.api.client import HarborClient
from .._harbor.replication.executions import ReplicationExecutions
from .._harbor.replication.watch import Result
from .._tcr.api.client import TcrClient
from .verification import Registry, Verification


def perform(
    harbor: HarborClient,
    tcr: Callable[[], TcrClient],
    registry: Registry,
    options: Mapping[str, Any],
    wait: Wait,
    check_mode: bool,
) -> Result:
    """What the module does and returns.

    :param tcr: makes the client of the TCR API, which only ``verify`` needs.
    :param registry: see :class:`Verification`.
    """

    def is_equal() -> bool:
        chosen = {**verify_options(options), "accepted_verdicts": (), "allow_empty": False}
        return bool(Verification(harbor, tcr(), registry, chosen).run(check_mode=False)["equal"])

    executions = ReplicationExecutions(harbor, options, is_equal if options["verify"] else None)
    stop = options["state"] == "stopped"
    result = executions.stop(wait, check_mode) if stop else executions.run(wait, options["restarts"], check_mode)
    return {**result, "changed": bool(result["actions"])}


def verify_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the module migration_verify, from those of harbor_replication_execution.

    Connections are the same; without another selection what is expected to be copied is compared.
    """
    chosen = dict(options["verify"])
    if not chosen.get("projects") and not chosen.get("repositories"):
        chosen["repositories"] = sorted(options.get("expected_repositories") or ())
    connections = {name: value for name, value in options.items() if name.startswith(("harbor_", "tcr_"))}
    return {**connections, **chosen, "fail_unless_equal": False}
