# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replication policies of a Harbor: what is copied to, or from, which registry endpoint."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import State
from ..._engine.resource import Resource
from ..._errors import Conflict, InvalidInput
from ..api.client import HarborClient
from ..rules.policy import check_policy, features_of
from ..rules.policy_fields import POLICY_FIELDS, policy_body, policy_state
from .policy_names import PolicyNames


class HarborReplicationPolicyResource(Resource):
    """Replication policies by name, the endpoint by its name too."""

    kind: ClassVar[str] = "Harbor replication policy"
    key: ClassVar[str] = "name"
    owner_field: ClassVar[str | None] = "description"
    fields = POLICY_FIELDS

    def __init__(self, client: HarborClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._endpoints: dict[str, int] | None = None
        self._names = PolicyNames(client)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All policies with one listing."""
        return [policy_state(policy) for policy in self._client.policies()]

    def create(self, desired: State) -> None:
        """Create a policy: enabled, overriding, pushing, started by hand, unless asked otherwise."""
        self._client.create_policy(self._body(desired))

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Write the whole policy: Harbor replaces it."""
        self._client.update_policy(current["id"], self._body(desired))

    def delete(self, current: State) -> None:
        """Delete a policy, from 2.2 on with the history of its executions.

        :raises Conflict: it is running.
        """
        try:
            self._client.delete_policy(current["id"])
        except Conflict as error:
            error.message = (
                f"The replication policy {current['name']!r} cannot be deleted: {error.details.get('reason')}."
            )
            error.advice = "Wait until its executions end, or stop them (harbor_replication_execution, state: stopped)."
            raise

    def check(self, desired: State) -> None:
        """Refuse what this Harbor would refuse or silently do in another way, and what would lose names."""
        capabilities = self._client.system().capabilities
        check_policy(desired, capabilities.has("strict_cron"))
        for feature in features_of(desired):
            capabilities.require(feature)
        self._names.check(desired)

    def _body(self, desired: State) -> State:
        return policy_body(desired, self._endpoint(desired["registry"]), self._client.system().capabilities.has)

    def _endpoint(self, name: str) -> int:
        with self._lock:
            if self._endpoints is None:
                self._endpoints = {registry["name"]: registry["id"] for registry in self._client.registries()}
        if name not in self._endpoints:
            known = ", ".join(repr(one) for one in sorted(self._endpoints)) or "none at all"
            raise InvalidInput(
                f"registry: Harbor has no registry endpoint {name!r}; there are: {known}.",
                advice="Correct the name, or create it with harbor_registry first.",
            )
        return self._endpoints[name]
