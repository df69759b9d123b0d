# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Harbor is doing right now, and whether it can reach a registry that it does not know yet."""

from __future__ import annotations

from collections.abc import Sequence

from ..._engine.fields import State
from ..._errors import ApiError
from ..api.client import HarborClient
from ..api.errors import GATEWAY_TIMEOUT, UNHEALTHY
from .executions import ExecutionView
from .progress import Expectation, doubtful, is_active

# One page of Harbor's listing.
_LISTED = 100


def running(client: HarborClient) -> list[State]:
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


def unfinished_policies(client: HarborClient, policies: Sequence[str]) -> list[str]:
    """Which of these policies have an execution whose tasks may still need the target."""
    if not policies:
        return []
    ids = {one["name"]: int(one["id"]) for one in client.policies()}
    return [name for name in policies if name in ids and _is_unfinished(client, name, ids[name])]


def _is_unfinished(client: HarborClient, policy: str, policy_id: int) -> bool:
    view = ExecutionView(client, policy, Expectation({}, True))
    suspects = [one for one in doubtful(client.executions(policy_id, limit=_LISTED)) if is_active(one)]
    return any(not view.look(one["id"])["finished"] for one in suspects)


def reaches(client: HarborClient, url: str, kind: str, insecure: bool) -> State:
    """``ok`` and ``reason``: whether Harbor reaches a registry that it does not know yet.

    :param kind: the type of endpoint, e.g. ``docker-registry``.
    :param insecure: whether its certificate is not verified.
    """
    try:
        client.test_registry({"url": url, "type": kind, "insecure": insecure})
    except ApiError as error:
        if error.code not in (UNHEALTHY, GATEWAY_TIMEOUT):
            raise
        return {"ok": False, "reason": error.message}
    return {"ok": True, "reason": ""}
