# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options of module harbor_replication_execution mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._harbor.replication.executions import ReplicationRequest


def replication_request(parameters: Mapping[str, Any]) -> ReplicationRequest:
    """What the options of module harbor_replication_execution mean."""
    expected = parameters["expected_repositories"] or {}
    return ReplicationRequest(
        policy=parameters["policy"],
        execution_id=parameters["execution_id"],
        stop=parameters["state"] == "stopped",
        expected_repositories={name: int(size or 0) for name, size in expected.items()},
        allow_empty=parameters["allow_empty"],
        settle_seconds=parameters["settle_seconds"],
        restarts=parameters["restarts"],
        patience=parameters["progress_interval"],
        retry_limit=parameters["retry_limit"],
        only=None if parameters["only"] is None else {name: tags or () for name, tags in parameters["only"].items()},
    )
