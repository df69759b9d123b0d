# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of the repositories that go with a namespace."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    Conflict,
    MigrationError,
    OutcomeUnknown,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.resources.namespace import (
    TcrNamespaceResource,
)
from tests.unit.tcr.tcr_support import REGISTRY, Client, Clock


class Content:
    """Namespaces with repositories, of which those named in `failure_of` answer their deletion with an error."""

    def __init__(self, *repositories: str, **failure_of: MigrationError) -> None:
        self.repositories = list(repositories)
        self.failure_of = failure_of
        self.namespaces = sorted({name.partition("/")[0] for name in repositories})

    def listed(self, registry_id: str, namespace: str) -> list[dict[str, str]]:
        return [{"Name": name} for name in self.repositories if name.startswith(f"{namespace}/")]

    def delete(self, registry_id: str, namespace: str, repository: str) -> MigrationError | None:
        error = self.failure_of.get(repository)
        if error is None:
            self.repositories.remove(f"{namespace}/{repository}")
        return error and type(error)(error.message)

    def delete_namespace(self, registry_id: str, namespace: str) -> None:
        self.namespaces.remove(namespace)

    def engine(self, check_mode: bool = False, permitted: bool = True) -> Engine:
        client: Any = Client(
            namespaces=lambda registry_id: [{"Name": name} for name in self.namespaces],
            repositories=self.listed,
            delete_repository=self.delete,
            delete_namespace=self.delete_namespace,
        )
        desired_members = [{"name": name} for name in self.namespaces]
        resource = TcrNamespaceResource(client, REGISTRY, permitted)
        return Engine(resource, desired_members, "absent", check_mode, Clock().wait())


@pytest.mark.parametrize("failure_of", [Conflict("immutable tag"), OutcomeUnknown("no answer")])
def test_a_failure_tells_which_repositories_are_gone(failure_of: MigrationError) -> None:
    with pytest.raises(type(failure_of)) as caught:
        Content("shop/a", "shop/b", "shop/c", b=failure_of).engine().run()
    assert caught.value.as_result()["actions"] == [{"action": "delete", "object": "repository", "key": "shop/a"}]


def test_a_failure_before_anything_is_gone_tells_of_no_change() -> None:
    with pytest.raises(Conflict) as caught:
        Content("shop/a", a=Conflict("immutable tag")).engine().run()
    assert "actions" not in caught.value.as_result()


def test_of_several_namespaces_each_tells_what_is_gone() -> None:
    with pytest.raises(Conflict) as caught:
        Content("hub/a", "hub/b", "shop/a", "shop/b", "tools/a", b=Conflict("immutable tag")).engine().run()
    keys = [action["key"] for action in caught.value.as_result()["actions"]]
    assert sorted(keys) == ["hub/a", "shop/a", "tools"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_difference_shows_which_repositories_go(check_mode: bool) -> None:
    content = Content("shop/b", "shop/a")
    outcome = content.engine(check_mode).run()
    assert outcome.diff["before"] == {"shop": {"name": "shop", "public": False, "repositories": ["a", "b"]}}
    assert outcome.diff["after"] == {}
    assert content.repositories == (["shop/b", "shop/a"] if check_mode else [])
