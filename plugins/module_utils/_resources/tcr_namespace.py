# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The namespaces of a TCR registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ansible_collections.cloud_registry.migration.plugins.module_utils._api.tcr import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.fields import Field, State
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.naming import namespace_problem
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.resource import Resource
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import Conflict, InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._resources.tcr_instance import require_running


class TcrNamespaces(Resource):
    """Namespaces by name, public or private; a name cannot be changed."""

    kind: ClassVar[str] = "TCR namespace"
    key: ClassVar[str] = "name"
    fields = (Field("name"), Field("public"))

    def __init__(self, client: TcrClient, registry_id: str) -> None:
        self._client = client
        self._registry_id = registry_id
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """All namespaces with one call: the API's own filter is fuzzy."""
        return [
            {
                "name": one.get("Name"),
                "public": one.get("Public") in (True, "true"),
                "namespace_id": one.get("NamespaceId"),
                "created_at": one.get("CreationTime"),
            }
            for one in self._client.namespaces(self._registry_id)
        ]

    def create(self, wish: State) -> None:
        """Create a namespace, private unless asked otherwise."""
        self._client.create_namespace(self._registry_id, wish["name"], bool(wish.get("public")))

    def update(self, reality: State, wish: State, changed: frozenset[str]) -> None:
        """Change the visibility."""
        self._client.modify_namespace(self._registry_id, wish["name"], wish["public"])

    def delete(self, reality: State) -> None:
        """Delete an empty namespace."""
        self._client.delete_namespace(self._registry_id, reality["name"])

    def check_delete(self, reality: State) -> None:
        """Refuse to delete a namespace that holds repositories; the API may refuse that or remove them.

        :raises Conflict: it holds some.
        """
        name = reality["name"]
        held = self._client.repositories(self._registry_id, name)
        if held:
            examples = ", ".join(str(one.get("Name")) for one in held[:3])
            raise Conflict(
                f"The namespace {name!r} is not deleted because it holds {len(held)} repositories ({examples}, ...).",
                advice="Delete its repositories first, if they are really not needed any more.",
            )

    def check(self, wish: State) -> None:
        """Refuse a name that TCR does not allow."""
        problem = namespace_problem(wish["name"])
        if problem:
            raise InvalidInput(
                f"namespaces: {wish['name']!r} cannot be a namespace of TCR: {problem}.", advice="Choose another name."
            )
