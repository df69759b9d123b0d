# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access of any migration whose lease is over: what it is, what must stay all the same, and its removal.

Each kind of object is a set: it is listed once, whatever the number of migrations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..._engine.engine import Engine
from ..._engine.fields import State
from ..._engine.ownership import expired_owners
from ..._engine.plan import Expiry
from ..._engine.resource import Resource
from ..._engine.wait import Wait
from ..._errors import MigrationError
from ..._harbor.api.client import HarborClient
from ..._harbor.api.robots import KIND
from ..._harbor.replication.executions import unfinished_executions
from ..._harbor.resources.registry import HarborRegistryResource
from ..._harbor.resources.replication_policy import HarborReplicationPolicyResource
from ..._harbor.resources.robot import robots
from ..._harbor.rules.registry import stored_credential_id
from ..._tcr.api.client import TcrClient
from ..._tcr.resources.access_credential import TcrAccessCredentialResource, TcrMarkedCredentialsResource
from ..._tcr.resources.public_whitelist import TcrPublicWhitelistResource
from .leftovers import all_robots, described, policies_of, registry_objects, text_of
from .steps import Step, expired_removals


@dataclass
class Seen:
    """What was found.

    :param steps: what a removal would do, see :func:`.steps.expired_removals`.
    :param kept: why something stays although its lease is over, in sentences.
    :param kept_ids: the migrations of which nothing is removed, because a replication runs.
    :param kept_credentials: the ids of credentials that an endpoint still holds.
    :param projects: the projects (``None``: the system) with robot accounts to remove.
    """

    steps: list[Step]
    kept: list[str]
    kept_ids: tuple[str, ...] = ()
    kept_credentials: frozenset[str] = frozenset()
    projects: tuple[str | None, ...] = ()


@dataclass
class Removal:
    """What was done, or in check mode would be, and why something stays."""

    actions: list[Step] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    diffs: list[dict[str, Any]] = field(default_factory=list)


class ExpiredAccess:
    """Access of any migration in one Harbor and one registry.

    :param tcr: makes the client of the TCR API, with the id of the registry; raises what hides the registry.
    :param now: seconds since 1970.
    :param wait: how to wait for what is being changed.
    """

    def __init__(self, harbor: HarborClient, tcr: Callable[[], tuple[TcrClient, str]], now: float, wait: Wait) -> None:
        self._harbor = harbor
        self._tcr = tcr
        self._now = now
        self._wait = wait

    def look(self) -> Seen:
        """What has expired; nothing is changed.

        :raises MigrationError: Harbor or the registry does not answer.
        """
        policies, endpoints, accounts = self._harbor.policies(), self._harbor.registries(), all_robots(self._harbor)
        seen = self._running([one for one in policies if self._expired(one)])
        own = self._harbor.accounts.own_username
        removable = [one for one in accounts if one["username"] != own]
        for kind, listed in (
            (HarborReplicationPolicyResource.kind, policies),
            (HarborRegistryResource.kind, endpoints),
            (KIND, removable),
        ):
            seen.steps += expired_removals(kind, described(listed), self._now, seen.kept_ids)
        seen.projects = tuple(dict.fromkeys(one["project"] for one in removable if self._expired(one)))
        seen.kept += [
            f"The robot account {own!r}, which this run uses, stays: remove it as an administrator of Harbor."
            for one in accounts
            if one["username"] == own and self._expired(one)
        ]
        self._add_registry(seen, endpoints)
        return seen

    def remove(self, check_mode: bool) -> Removal:
        """Remove what has expired.

        What the registry has goes last, and only when nothing in Harbor can use it any more.

        :raises MigrationError: something could not be removed; its details have the actions so far.
        """
        seen = self.look()
        done = Removal(kept=seen.kept)
        for resource in self._resources(seen):
            engine = Engine(
                resource, [], "exact", check_mode, self._wait, expiry=Expiry(self._now, frozenset(seen.kept_ids))
            )
            try:
                outcome = engine.run()
            except MigrationError as error:
                error.details = {**error.details, "actions": [*done.actions, *error.details.get("actions", ())]}
                raise
            done.actions += outcome.actions
            done.diffs += [outcome.diff] if outcome.changed else []
        return done

    def _resources(self, seen: Seen) -> Iterator[Resource]:
        yield HarborReplicationPolicyResource(self._harbor)
        yield HarborRegistryResource(self._harbor)
        for project in seen.projects:
            yield robots(self._harbor, project)
        tcr, registry_id = self._tcr()
        yield TcrMarkedCredentialsResource(tcr, registry_id, seen.kept_credentials)
        yield TcrPublicWhitelistResource(tcr, registry_id, False, self._wait)

    def _running(self, policies: list[State]) -> Seen:
        """The expired migrations of which a replication runs, so that all of theirs stays."""
        running = policies_of(unfinished_executions(self._harbor, policies))
        owners = {one["name"]: expired_owners(text_of(one), self._now) for one in policies}
        kept = tuple(dict.fromkeys(owner for name in running for owner in owners[name]))
        sentences = [
            f"A replication of the policy {name} has not ended, so everything of {' and '.join(owners[name])} stays. Wait until "
            "it has ended, or stop it, and run cleanup again."
            for name in running
        ]
        return Seen([], sentences, kept)

    def _add_registry(self, seen: Seen, endpoints: list[State]) -> None:
        tcr, registry_id = self._tcr()
        removed = {
            one["key"]
            for one in seen.steps
            if one["object"] == HarborRegistryResource.kind and "shared_with" not in one
        }
        holders = {stored_credential_id(text_of(one)): one["name"] for one in endpoints if one["name"] not in removed}
        for kind, listed in registry_objects(tcr, registry_id, self._wait).items():
            steps = expired_removals(kind, listed, self._now, seen.kept_ids)
            held = [one for one in steps if kind == TcrAccessCredentialResource.kind and one["key"] in holders]
            seen.kept_credentials |= {one["key"] for one in held}
            seen.kept += [
                f"The access credential {one['key']} stays, because the Harbor endpoint {holders[one['key']]} uses it."
                for one in held
            ]
            seen.steps += [one for one in steps if one not in held]

    def _expired(self, listed: State) -> tuple[str, ...]:
        return expired_owners(text_of(listed), self._now)
