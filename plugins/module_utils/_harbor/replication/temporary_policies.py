# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary replication policies, each a part of another policy, which they equal in everything else."""

from __future__ import annotations

from typing import Any

from ..._errors import NotFound
from ..api.client import HarborClient
from ..resources.replication_policy import HarborReplicationPolicyResource
from ..rules.restriction import Only, Restriction, is_temporary, restrictions, temporary_name

Action = dict[str, Any]


class TemporaryPolicies:
    """Makes and removes the temporary policies of one policy, whose description, and so its marker, they carry."""

    def __init__(self, client: HarborClient, policy: str) -> None:
        self._client = client
        self._policy = policy
        self._resource = HarborReplicationPolicyResource(client)

    def create(self, only: Only) -> dict[str, Restriction]:
        """Create those that copy only this; returns them by name. What an earlier run has left is removed before.

        :raises NotFound: the policy itself does not exist.
        """
        listed = self._resource.find(None)
        original = next((one for one in listed if one["name"] == self._policy), None)
        if original is None:
            raise NotFound(
                f"Harbor at {self._client.base_url} has no replication policy {self._policy!r}.",
                advice="Create it with harbor_replication_policy first, or correct the name.",
            )
        self._delete(listed)
        made = {}
        for number, one in enumerate(restrictions(original["filters"] or [], only), start=1):
            name = temporary_name(self._policy, number)
            changes = {"name": name, "filters": one.filters, "trigger": {"type": "manual"}, "enabled": True}
            self._resource.create({**original, **changes})
            made[name] = one
        return made

    def remove(self) -> list[Action]:
        """Stop and delete all there are; returns what was deleted.

        :raises MigrationError: one could not be deleted.
        """
        return self._delete(self._resource.find(None))

    def _delete(self, listed: list[dict[str, Any]]) -> list[Action]:
        found = [one for one in listed if is_temporary(one["name"], self._policy)]
        for one in found:
            self._resource.delete(one)
        return [policy_action("delete", one["name"]) for one in found]


def policy_action(action: str, name: str) -> Action:
    """What was done with a policy, as modules return it."""
    return {"action": action, "object": HarborReplicationPolicyResource.kind, "key": name}
