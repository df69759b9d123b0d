# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Harbor is replicating right now."""

from __future__ import annotations

from ..._engine.fields import State
from ..api.client import HarborClient


def running_executions(client: HarborClient) -> list[State]:
    """The executions that have not ended: ``id``, ``policy`` (its name), ``started`` and ``total`` tasks so far."""
    found = client.running_executions()
    names = {one["id"]: one["name"] for one in client.policies()} if found else {}
    return [
        {
            "id": one["id"],
            "policy": str(names.get(one.get("policy_id"), "")),
            "started": one.get("start_time") or "",
            "total": one.get("total") or 0,
        }
        for one in found
    ]
