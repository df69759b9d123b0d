# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a replication is that copies each push at once: its policies, their endpoint, and what they did last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._engine.ownership import is_marked
from ..._harbor.api.client import HarborClient
from ..._harbor.replication.executions import EVENT_BASED, execution_times
from ..._harbor.rules.policy_fields import policy_state

# Harbor 2.2 and later keeps the newest 50 executions of a policy.
_LOOKED_AT = 50
_SHOWN = 5
_HEALTHY = "healthy"
_AGAIN = "Run migrate again with migration_continuous: true."

Facts = Mapping[str, Any]


def read_health(harbor: HarborClient, migration_id: str, names: Sequence[str]) -> dict[str, Any]:
    """The health of the continuous replication of a migration.

    :param names: the policies that the migration has.
    :returns: ``healthy``, ``problems`` (in sentences), ``policies``, and ``endpoints`` with the ``status`` that Harbor has found,
        which may be five minutes old.
    """
    listed = [policy_state(one) for one in harbor.policies() if is_marked(one.get("description"), migration_id)]
    policies = [
        policy_health(one, harbor.executions(int(one["id"]), limit=_LOOKED_AT))
        for one in listed
        if one["name"] in names
    ]
    used = {one["registry"] for one in listed}
    endpoints = [
        {"name": str(one["name"]), "status": str(one.get("status") or "")}
        for one in harbor.registries()
        if one["name"] in used
    ]
    problems = problems_of(names, policies, endpoints)
    return {"healthy": not problems, "problems": problems, "policies": policies, "endpoints": endpoints}


def policy_health(policy: Facts, executions: Sequence[Facts]) -> dict[str, Any]:
    """One policy: ``name``, ``enabled``, ``trigger``, its last ``executions``, its last ``failed`` ones, and how many of those
    that were ``looked_at`` failed (``failed_total``).

    :param executions: newest first, as the Harbor client returns them.
    """
    failed = [one for one in executions if one.get("status") == "Failed"]
    return {
        "name": str(policy["name"]),
        "enabled": bool(policy.get("enabled")),
        "trigger": str((policy.get("trigger") or {}).get("type") or "manual"),
        "executions": [_shown(one) for one in executions[:_SHOWN]],
        "failed": [_shown(one) for one in failed[:_SHOWN]],
        "failed_total": len(failed),
        "looked_at": len(executions),
    }


def problems_of(names: Sequence[str], policies: Sequence[Facts], endpoints: Iterable[Facts]) -> list[str]:
    """Why pushes may not be copied, in sentences."""
    return [*_policy_problems(names, policies), *_endpoint_problems(endpoints)]


def _shown(execution: Facts) -> dict[str, Any]:
    return {
        **{name: execution.get(name) for name in ("id", "status", "trigger")},
        "status_text": str(execution.get("status_text") or ""),
        **execution_times(execution),
    }


def _policy_problems(names: Iterable[str], policies: Sequence[Facts]) -> list[str]:
    known = {one["name"] for one in policies}
    missing = [name for name in names if name not in known]
    problems = []
    if missing:
        problems.append(
            f"Harbor has no replication policy {', '.join(missing)} of this migration, so that pushes are not copied. {_AGAIN}"
        )
    for one in policies:
        if not one["enabled"]:
            problems.append(
                f"The replication policy {one['name']} is disabled, so that pushes are not copied. {_AGAIN}"
            )
        elif one["trigger"] != EVENT_BASED:
            problems.append(
                f"The trigger of the replication policy {one['name']} is {one['trigger']}, so that pushes are not copied. {_AGAIN}"
            )
    return problems


def _endpoint_problems(endpoints: Iterable[Facts]) -> list[str]:
    return [
        f"Harbor reports the endpoint {one['name']} as {one['status'] or 'not tested'}, so that pushes may not arrive. Test it in "
        "Harbor (Registries), and check the credential, the whitelist and name resolution; migrate does that as well."
        for one in endpoints
        if one["status"] != _HEALTHY
    ]
