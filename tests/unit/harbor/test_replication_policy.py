# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replication policies over a client that only remembers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import Wait
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    Conflict,
    InvalidInput,
    MigrationError,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.capabilities import Capabilities
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.api.payloads import policy_state
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.resources.replication_policy import (
    HarborReplicationPolicyResource,
)

WISH = {"name": "p", "registry": "tcr"}


class System:
    def __init__(self, version: Any) -> None:
        self.capabilities = Capabilities(version)


class Client:
    """Stands in for `HarborClient`; `drops` are the members that this Harbor ignores."""

    def __init__(self, version: Any = (2, 15, 2), drops: tuple[str, ...] = ()) -> None:
        self.version = version
        self.drops = drops
        self.raw: dict[int, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.content = {"shop": ["shop/api", "shop/team/api"], "lib": ["lib/base"]}

    def system(self) -> System:
        return System(self.version)

    def registries(self) -> list[dict[str, Any]]:
        self.calls.append("registries")
        return [{"id": 1, "name": "tcr"}, {"id": 2, "name": "other"}]

    def policies(self) -> list[dict[str, Any]]:
        self.calls.append("policies")
        return [policy_state(one) for one in self.raw.values()]

    def create_policy(self, body: dict[str, Any]) -> int:
        self.calls.append("create")
        number = len(self.raw) + 1
        self._store(number, body)
        return number

    def update_policy(self, policy_id: int, body: dict[str, Any]) -> None:
        self.calls.append("update")
        self._store(policy_id, {**self.raw[policy_id], **body})

    def delete_policy(self, policy_id: int) -> None:
        raise Conflict("refused", status=412, details={"reason": "it has running executions"})

    def executions(self, policy_id: int) -> list[dict[str, Any]]:
        return [{"id": 7, "status": "InProgress"}]

    def tasks(self, execution_id: int) -> list[dict[str, Any]]:
        return [{"status": "InProgress"}]

    def projects(self) -> list[dict[str, Any]]:
        self.calls.append("projects")
        return [{"name": name} for name in self.content]

    def repositories(self, project: str) -> list[dict[str, Any]]:
        self.calls.append(f"repositories of {project}")
        return [{"name": name} for name in self.content[project]]

    def _store(self, number: int, body: dict[str, Any]) -> None:
        names = {0: "Local", 1: "tcr", 2: "other"}
        stored = {key: value for key, value in body.items() if key not in self.drops}
        for side in ("src_registry", "dest_registry"):
            stored[side] = {**body[side], "name": names[body[side]["id"]]}
        self.raw[number] = {**stored, "id": number}


def run(client: Client, *desired_members: dict[str, Any], check_mode: bool = False, state: str = "present") -> Any:
    resource = HarborReplicationPolicyResource(client)  # type: ignore[arg-type]
    return Engine(resource, desired_members, state=state, check_mode=check_mode, wait=Wait(timeout=1, interval=0)).run()


def test_many_policies_are_two_listings_and_the_endpoints_are_looked_up_once() -> None:
    client = Client()
    desired_members = [{**WISH, "name": f"p{number}"} for number in range(50)]
    assert run(client, *desired_members).changed
    assert client.calls.count("registries") == 1
    assert client.calls.count("policies") == 2
    client.calls.clear()
    assert not run(client, *desired_members).changed
    assert client.calls == ["policies"]


def test_an_endpoint_that_is_only_predicted() -> None:
    client = Client()
    predicted = run(client, {**WISH, "registry": "later"}, check_mode=True)
    assert predicted.actions == [{"action": "create", "object": "replication policy", "key": "p"}]
    assert client.calls == ["policies"]
    with pytest.raises(InvalidInput, match="no registry endpoint 'later'; there are: 'other', 'tcr'"):
        run(client, {**WISH, "registry": "later"})


def test_what_the_server_does_not_keep_is_told() -> None:
    client = Client(drops=("copy_by_chunk",))
    with pytest.raises(MigrationError, match=r"still calls for update \(copy_by_chunk\)"):
        run(client, {**WISH, "copy_by_chunk": True})


def test_what_harbor_holds_is_asked_only_where_the_filters_leave_it_open() -> None:
    client = Client()
    safe = {"dest_namespace": "n", "dest_namespace_replace_count": 1, "filters": [{"type": "name", "value": "shop/**"}]}
    run(client, {**WISH, **safe}, check_mode=True)
    assert client.calls == ["policies"]
    client.calls.clear()
    several = {**safe, "filters": [{"type": "name", "value": "{shop,lib}/**"}]}
    run(client, {**WISH, **several}, {**WISH, **several, "name": "q"}, check_mode=True)
    assert client.calls == ["projects", "repositories of shop", "repositories of lib", "policies"]
    client.content["lib"].append("lib/team/api")
    with pytest.raises(InvalidInput, match="'shop/team/api' and 'lib/team/api' would become 'n/team/api'"):
        run(client, {**WISH, **several}, check_mode=True)


def test_before_2_3_everything_but_the_last_component_is_replaced() -> None:
    client = Client(version=(2, 2, 0))
    desired = {**WISH, "dest_namespace": "n", "filters": [{"type": "name", "value": "shop/**"}]}
    with pytest.raises(InvalidInput, match="'shop/api' and 'shop/team/api' would become 'n/api'"):
        run(client, desired, check_mode=True)
    client.content["shop"] = ["shop/api", "shop/web"]
    run(client, desired, check_mode=True)


def test_why_a_policy_is_not_deleted() -> None:
    client = Client()
    run(client, WISH)
    with pytest.raises(Conflict, match="'p' cannot be deleted: it has running executions") as caught:
        run(client, {"name": "p"}, state="absent")
    assert "harbor_replication_execution" in caught.value.advice
