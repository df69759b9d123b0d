# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replication policies of a Harbor: what is copied to, or from, which registry endpoint."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import State
from ..._engine.once import Once
from ..._engine.resource import Resource
from ..._engine.wait import READY, Phase, Readiness, Wait
from ..._errors import Conflict, InvalidInput
from ..api.client import ENDED_TASK, HarborClient
from ..rules.policy import (
    check_namespace,
    check_policy,
    check_targets,
    features_of,
    keeps_names_apart,
    matching_repositories,
    may_match_project,
)
from ..rules.policy_fields import POLICY_FIELDS, policy_body, policy_state
from ..rules.restriction import is_temporary

# The status of an execution follows its tasks some seconds later.
SETTLING = Wait(timeout=60, interval=1)


class HarborReplicationPolicyResource(Resource):
    """Replication policies by name, the endpoint by its name too."""

    kind: ClassVar[str] = "replication policy"
    key: ClassVar[str] = "name"
    owner_field: ClassVar[str | None] = "description"
    fields = POLICY_FIELDS

    def __init__(self, client: HarborClient, settling: Wait = SETTLING) -> None:
        self._client = client
        self._settling = settling
        # A set of hundreds of policies needs the same endpoints, projects and repositories again and again.
        self._endpoints: Once[dict[str, int]] = Once(
            lambda: {registry["name"]: registry["id"] for registry in client.registries()}
        )
        self._projects = Once(lambda: [project["name"] for project in client.projects()])
        self._repositories = Once(lambda project: [one["name"] for one in client.repositories(project)])

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All policies with one listing."""
        return [policy_state(policy) for policy in self._client.policies()]

    def create(self, desired: State) -> None:
        """Create a policy: enabled, overriding, pushing, started manually, unless desired otherwise."""
        self._client.create_policy(self._body(desired))

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Write the whole policy: Harbor replaces it."""
        self._client.update_policy(current["id"], self._body(desired))

    def delete(self, current: State) -> None:
        """Delete a policy, from 2.2 on with the history of its executions.

        A temporary one is stopped before. Where all its tasks have ended, and Harbor has not yet brought its executions up to
        date, this waits for Harbor.

        :raises Conflict: it is running.
        :raises WaitTimeout: Harbor still calls an execution unfinished, all tasks of which have ended.
        """
        try:
            self._client.delete_policy(current["id"])
        except Conflict as error:
            if is_temporary(current["name"]):
                self._stop(current["id"])
            elif self._is_copying(current["id"]):
                error.message = (
                    f"The replication policy {current['name']!r} cannot be deleted: {error.details.get('reason')}."
                )
                error.advice = (
                    "Wait until its executions end, or stop them (harbor_replication_execution, state: stopped)."
                )
                raise
            what = f"Harbor to note that the executions of the policy {current['name']!r} have ended"
            self._settling.until(what, lambda: self._deleted(current["id"]))

    def _stop(self, policy_id: int) -> None:
        for one in self._client.executions(policy_id):
            if one.get("status") == "InProgress":
                self._client.stop_execution(one["id"])

    def _is_copying(self, policy_id: int) -> bool:
        """Whether a task of the policy has not ended, or an execution has none yet."""
        unfinished = [one for one in self._client.executions(policy_id) if one.get("status") == "InProgress"]
        tasks = [self._client.tasks(one["id"]) for one in unfinished]
        return any(not found or any(task.get("status") not in ENDED_TASK for task in found) for found in tasks)

    def _deleted(self, policy_id: int) -> Readiness:
        try:
            self._client.delete_policy(policy_id)
        except Conflict as error:
            return Readiness(Phase.PENDING, str(error.details.get("reason")))
        return READY

    def check(self, desired: State) -> None:
        """Refuse what this Harbor would refuse or silently do differently, and what would lose names."""
        capabilities = self._client.system().capabilities
        check_policy(desired, capabilities.has("strict_cron"))
        for feature in features_of(desired):
            capabilities.require(feature)
        self._check_names(desired)

    def _check_names(self, desired: State) -> None:
        """Refuse a policy under which two repositories would become one.

        Where its filters do not decide that, the repositories of Harbor do.

        :raises InvalidInput: with the names.
        """
        namespace, count = desired.get("dest_namespace") or "", desired.get("dest_namespace_replace_count")
        check_namespace(namespace, count, self._client.system().capabilities.has("dest_namespace_replace_count"))
        filters = desired.get("filters") or []
        if not namespace or desired.get("direction") == "pull" or keeps_names_apart(filters, count):
            return
        projects = [project for project in self._projects() if may_match_project(project, filters)]
        names = [name for project in projects for name in self._repositories(project)]
        check_targets(matching_repositories(names, filters), namespace, count)

    def _body(self, desired: State) -> State:
        return policy_body(desired, self._endpoint(desired["registry"]), self._client.system().capabilities.has)

    def _endpoint(self, name: str) -> int:
        endpoints = self._endpoints()
        if name not in endpoints:
            known = ", ".join(repr(one) for one in sorted(endpoints)) or "none at all"
            raise InvalidInput(
                f"registry: Harbor has no registry endpoint {name!r}; there are: {known}.",
                advice="Correct the name, or create it with harbor_registry first.",
            )
        return endpoints[name]
