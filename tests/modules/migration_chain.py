# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of a migration in process, one after the other as the playbook ``migrate`` runs them."""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.plan.policies import (
    pending_executions,
)
from tests.modules import harbor_connection, tcr_connection
from tests.sandbox.core.accessories import Push
from tests.sandbox.core.content import ContentStore
from tests.sandbox.core.images import Artifact, put_artifact
from tests.sandbox.harbor.demonstration import fill_with_accessories
from tests.support.modules import run_module
from tests.support.steps import succeed

ID = "demo"
QUICK = {"settle_seconds": 3.5, "wait_interval": 0.1, "wait_timeout": 60, "progress_interval": 0.3}
_SELECTION = ("projects", "repositories", "tags")


class Chain:
    """A migration over the public endpoint, step by step.

    :param override: whether policies replace what is at the target.
    :param selected: options that select, and ``namespace_map``, ``accessories``, ``platforms``.
    """

    def __init__(self, sandbox: Any, override: bool = True, **selected: Any) -> None:
        self.sandbox = sandbox
        self.override = override
        self.selected = selected
        self.found: dict[str, Any] = {}

    @property
    def source(self) -> ContentStore:
        """What Harbor holds."""
        store: ContentStore = self.sandbox.harbor.store
        return store

    @property
    def target(self) -> ContentStore:
        """What the registry holds."""
        store: ContentStore = self.sandbox.tcr.registry.store
        return store

    def push(self, repository: str, artifact: Artifact, *tags: str) -> str:
        """Push to Harbor, whose project is made; returns the digest."""
        fill_with_accessories(self.sandbox.harbor, {"pushed": Push(repository, artifact, tags)})
        return artifact.digest

    def put(self, repository: str, artifact: Artifact, *tags: str) -> str:
        """Leave something at the target that did not come from Harbor."""
        return put_artifact(self.target, repository, artifact, *tags)

    def refuse(self, path: str, status: int, code: str, message: str) -> None:
        """Let the registry refuse all writes of a path (a regular expression)."""
        action = rf"(PUT|POST) /v2/{path}"
        self.sandbox.faults.add(
            service="registry", match=action, kind="error", status=status, code=code, message=message, times=999
        )

    def gather(self) -> dict[str, Any]:
        """What the first step of the playbook finds; failed when it refuses to go on."""
        facts = self.sandbox.facts
        self.found = run_module(
            "migration_state_info",
            self._connections(
                migration_id=ID,
                registry_url=facts["registry_url"],
                network="public",
                public_cidrs=[f"{facts['harbor_address']}/32"],
                wait_timeout=5,
                wait_interval=0.1,
                **{name: one for name, one in self.selected.items() if name != "platforms"},
            ),
        )
        return self.found

    def prepare(self) -> None:
        """Open the way, make namespaces, endpoint and policies."""
        assert not self.gather()["failed"], self.found["msg"]
        reached = harbor_connection.target(self.sandbox)
        reached.tcr.create_security_policies(reached.registry_id, [("127.0.0.1", "controller")])
        names = [{"name": name} for name in self.found["targets"]["namespaces"]]
        succeed(partial(run_module, "tcr_namespace"), tcr_connection.connection(self.sandbox, namespaces=names))
        endpoint = {"name": ID, "type": "docker-registry", "url": reached.url, **reached.credential}
        succeed(partial(run_module, "harbor_registry"), harbor_connection.connection(self.sandbox, **endpoint))
        made = self.make_policies()
        assert not made["failed"], made["msg"]

    def make_policies(self, check: bool = False) -> dict[str, Any]:
        """Make the policies of this migration, and remove all others of it."""
        options = {"policies": self.found["policies"], "registry": ID, "override": self.override, "migration_id": ID}
        wanted = harbor_connection.connection(self.sandbox, **options, state="exact", enabled=True)
        return run_module("harbor_replication_policy", {**wanted, "direction": "push"}, check=check)

    def executions(self) -> list[dict[str, Any]]:
        """The policies that have something to copy, with what they have."""
        before = self.verify(fail_unless_equal=False, inventory=self.found["inventory"])
        return pending_executions(
            self.found["policies"], self.found["inventory"]["repositories"], before["repositories"]
        )

    def execution(self, due: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Options of harbor_replication_execution for one of the executions."""
        verify = {**self._data_plane(), **self.selected, "registry_id": self.sandbox.facts["registry_id"]}
        for name in ("projects", "repositories"):
            verify.pop(name, None)
        connections = self._connections()
        connections.pop("registry_id")
        return {**connections, **QUICK, **due, "verify": verify, **options}

    def copy(self, **options: Any) -> list[dict[str, Any]]:
        """Let Harbor copy what is not equal, and wait; the results, of which some may have failed."""
        return [run_module("harbor_replication_execution", self.execution(due, **options)) for due in self.executions()]

    def verify(self, **options: Any) -> dict[str, Any]:
        """What the gate says."""
        return run_module("migration_verify", self._connections(**self._data_plane(), **self.selected, **options))

    def _connections(self, **options: Any) -> dict[str, Any]:
        both = tcr_connection.connection(self.sandbox, **harbor_connection.connection(self.sandbox))
        return {**both, **options}

    def _data_plane(self) -> dict[str, Any]:
        facts = self.sandbox.facts
        return {"registry_url": facts["registry_url"], "registry_connect_to": facts["public_address"]}
