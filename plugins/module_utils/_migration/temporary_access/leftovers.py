# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Harbor and the registry still have of a migration, and what of others has expired."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from ..._engine.fields import State
from ..._engine.ownership import is_marked
from ..._engine.wait import Wait
from ..._errors import MigrationError, PermissionDenied
from ..._harbor.api.client import HarborClient
from ..._harbor.api.robots import KIND
from ..._harbor.replication.executions import unfinished_executions
from ..._harbor.resources.registry import HarborRegistryResource
from ..._harbor.resources.replication_policy import HarborReplicationPolicyResource
from ..._harbor.rules.registry import stored_credential_id
from ..._tcr.api.client import TcrClient
from ..._tcr.resources.access_credential import TcrAccessCredentialResource
from ..._tcr.resources.public_whitelist import TcrPublicWhitelistResource, read_whitelist
from .steps import Described, expired_removals, removals, said

Found = dict[str, Any]


class Leftovers:
    """Lists each kind of object once.

    :param wait: how to wait for a public endpoint that is being opened, because it has no whitelist before.
    """

    def __init__(self, migration_id: str, wait: Wait) -> None:
        self._id = migration_id
        self._wait = wait

    def read(self, harbor: Callable[[], HarborClient], tcr: Callable[[], tuple[TcrClient, str]]) -> Found:
        """What each system still has. One that does not answer hides nothing of the other.

        :param tcr: makes the client of the TCR API, with the id of the registry.
        """
        found: Found = {"leftovers": [], "robots": [], "robots_note": "", "held_credential_ids": [], "executions": []}
        problems: list[str] = []
        expired: list[str] = []
        looks: tuple[Callable[[], list[str]], ...] = (
            lambda: self._in_harbor(harbor(), found),
            lambda: self._in_registry(*tcr(), found),
        )
        for look in looks:
            try:
                expired += look()
            except MigrationError as error:
                problems.append(str(error))
        warnings = [expiry_note(expired)] if expired else []
        running = policies_of(found["executions"])
        return {**found, "running": running, "leftovers_problem": " ".join(problems), "warnings": warnings}

    def marked(self, listed: Iterable[State]) -> list[State]:
        """The objects of Harbor that carry the marker of the migration."""
        return [one for one in listed if is_marked(text_of(one), self._id)]

    def robots(self, harbor: HarborClient) -> list[State]:
        """The robot accounts that carry the marker; none where the user may list none."""
        return self.marked(all_robots(harbor))

    def removable_robots(self, harbor: HarborClient, marked: Iterable[State]) -> list[dict[str, Any]]:
        """The names of marked robot accounts by project, but for the account that is used now."""
        names: dict[str, list[dict[str, str]]] = {}
        for robot in marked:
            if robot["username"] != harbor.accounts.own_username:
                names.setdefault(robot["project"] or "", []).append({"name": robot["name"]})
        return [{"project": project, "robots": robots} for project, robots in sorted(names.items())]

    def robots_note(self, harbor: HarborClient) -> str:
        """What must be said of robot accounts where one of them is used, which cannot be removed by itself."""
        if not harbor.system().current_user["robot"]:
            return ""
        return (
            f"The robot account {harbor.accounts.own_username!r}, which this run used, stays. When the migration is over, "
            "remove it as an administrator of Harbor, and with it all others of the migration: module harbor_robot with "
            f"state: exact, robots: [] and migration_id: {self._id}."
        )

    def _in_harbor(self, harbor: HarborClient, found: Found) -> list[str]:
        """Add what Harbor has of the migration; returns what of any migration has expired, in words.

        What runs is asked in any case: whoever deletes a credential must know it, also of the one that Harbor holds, which
        may have expired and is then replaced; and a report says what goes on.
        """
        policies, endpoints, robots = harbor.policies(), harbor.registries(), all_robots(harbor)
        held = map(stored_credential_id, map(text_of, self.marked(endpoints)))
        found["held_credential_ids"] = [one for one in held if one]
        expired = []
        for kind, listed in (
            (HarborReplicationPolicyResource.kind, policies),
            (HarborRegistryResource.kind, endpoints),
            (KIND, robots),
        ):
            found["leftovers"] += removals(kind, described(listed), self._id)
            expired += said(expired_removals(kind, described(listed), time.time()))
        found["robots"] = self.removable_robots(harbor, self.marked(robots))
        found["robots_note"] = self.robots_note(harbor)
        found["executions"] += unfinished_executions(harbor, self.marked(policies))
        return expired

    def _in_registry(self, tcr: TcrClient, registry_id: str, found: Found) -> list[str]:
        """Add what the registry has of the migration; returns what of any migration has expired, in words."""
        expired = []
        for kind, listed in registry_objects(tcr, registry_id, self._wait).items():
            found["leftovers"] += removals(kind, listed, self._id)
            expired += said(expired_removals(kind, listed, time.time()))
        return expired


def registry_objects(tcr: TcrClient, registry_id: str, wait: Wait) -> dict[str, list[Described]]:
    """The objects of a registry that may carry a marker, by kind."""
    credentials = [(str(one["Id"]), str(one.get("Desc") or "")) for one in tcr.tokens(registry_id)]
    _status, entries = read_whitelist(tcr, registry_id, wait)
    return {
        TcrAccessCredentialResource.kind: credentials,
        TcrPublicWhitelistResource.kind: [(one["cidr"], one["description"]) for one in entries],
    }


def described(listed: Iterable[State]) -> list[Described]:
    """Objects of Harbor by their names."""
    return [(str(one["name"]), text_of(one)) for one in listed]


def policies_of(executions: Iterable[Found]) -> list[str]:
    """The policies of executions, each once."""
    return list(dict.fromkeys(one["execution"]["policy"] for one in executions))


def expiry_note(expired: Iterable[str]) -> str:
    """The sentence about access whose lease is over."""
    return (
        f"The lease of temporary access is over: {', '.join(expired)}. Run cleanup with cleanup_expired: true, which removes "
        "what no migration needs any more, or migrate again where it is still needed."
    )


def all_robots(harbor: HarborClient) -> list[State]:
    try:
        return list(harbor.robots.everywhere(harbor.projects()))
    except PermissionDenied:
        return []


def text_of(listed: State) -> str:
    return str(listed.get("description") or "")
