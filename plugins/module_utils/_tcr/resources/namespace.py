# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The namespaces of a TCR registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from ..._engine.fields import Field, State
from ..._engine.resource import Resource
from ..._errors import Conflict, InvalidInput, MigrationError, NotFound
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.names import namespace_problem


class TcrNamespaceResource(Resource):
    """Namespaces by name, public or private; a name cannot be changed.

    :param delete_repositories: delete a namespace with the repositories in it, instead of refusing.
    """

    kind: ClassVar[str] = "namespace"
    key: ClassVar[str] = "name"
    fields = (Field("name"), Field("public"))

    def __init__(self, client: TcrClient, registry_id: str, delete_repositories: bool = False) -> None:
        self._client = client
        self._delete_repositories = delete_repositories
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

    def create(self, desired: State) -> None:
        """Create a namespace, private unless desired otherwise."""
        self._client.create_namespace(self._registry_id, desired["name"], bool(desired.get("public")))

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change the visibility."""
        self._client.modify_namespace(self._registry_id, desired["name"], desired["public"])

    def delete(self, current: State) -> None:
        """Delete a namespace, and before it what it holds, if that is permitted: the API may refuse it otherwise.

        :raises MigrationError: with ``details`` saying which repositories are gone.
        """
        name = current["name"]
        gone: list[str] = []
        try:
            for repository in self._repositories(name) if self._delete_repositories else ():
                self._delete_repository(name, repository)
                gone.append(f"{name}/{repository}")
            self._client.delete_namespace(self._registry_id, name)
        except MigrationError as error:
            actions = [{"action": "delete", "object": "repository", "key": key} for key in gone]
            error.details = {**error.details, **({"actions": actions} if actions else {})}
            raise

    def check_delete(self, current: State) -> None:
        """Refuse to delete a namespace that holds repositories, unless that is permitted.

        :raises Conflict: it holds some.
        """
        name = current["name"]
        held = [] if self._delete_repositories else self._repositories(name)
        if held:
            examples = ", ".join(f"{name}/{repository}" for repository in held[:3])
            raise Conflict(
                f"The namespace {name!r} is not deleted because it holds {len(held)} repositories ({examples}, ...).",
                advice="To delete them too, with all their images, set delete_repositories: true.",
            )

    def lost_with(self, current: State) -> State:
        """The repositories that are deleted with a namespace, if that is permitted."""
        held = sorted(self._repositories(current["name"])) if self._delete_repositories else []
        return {"repositories": held} if held else {}

    def check(self, desired: State) -> None:
        """Refuse a name that TCR does not allow."""
        problem = namespace_problem(desired["name"])
        if problem:
            raise InvalidInput(
                f"namespaces: {desired['name']!r} cannot be a namespace of TCR: {problem}.",
                advice="Choose another name.",
            )

    def _delete_repository(self, namespace: str, repository: str) -> None:
        try:
            self._client.delete_repository(self._registry_id, namespace, repository)
        except NotFound:
            return

    def _repositories(self, namespace: str) -> list[str]:
        """The names of its repositories, without the namespace."""
        found = self._client.repositories(self._registry_id, namespace)
        return [str(one.get("Name")).partition("/")[2] for one in found]
