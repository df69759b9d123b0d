# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module harbor_replication_execution does: start, stop, wait, and compare while it waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.harbor import HarborClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._api.tcr import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.following import Result
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.proof import verify_options
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.wait import Wait
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.migration_verification import (
    Registry,
    Verification,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.replication_execution import (
    ReplicationExecutions,
)


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
        chosen = {**verify_options(options), "tolerate": (), "allow_empty": False}
        return bool(Verification(harbor, tcr(), registry, chosen).run(check_mode=False)["equal"])

    executions = ReplicationExecutions(harbor, options, is_equal if options["verify"] else None)
    stop = options["state"] == "stopped"
    result = executions.stop(wait, check_mode) if stop else executions.run(wait, options["restarts"], check_mode)
    return {**result, "changed": bool(result["actions"])}
