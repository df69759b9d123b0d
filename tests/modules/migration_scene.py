# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox in which a replication can start: open public endpoint, credential, namespaces, endpoint, policy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from tests.modules import harbor_connection, tcr_connection

POLICY = "to-cloud"
# With this scale the pauses between the runs of a task are at most 1.2 s, and Harbor tells times in whole seconds.
RETRY_SCALE = 0.01
QUICK = {"settle_seconds": 3.5, "wait_interval": 0.1, "wait_timeout": 60}


class Scene:
    """What a test needs around a sandbox.

    :param namespaces: those that exist at the target.
    :param projects: those that the policy copies.
    """

    def __init__(
        self, sandbox: Any, namespaces: Iterable[str] = (), projects: Iterable[str] = ("library",), **policy: Any
    ) -> None:
        self.sandbox = sandbox
        self.target = harbor_connection.target(sandbox)
        self.target.tcr.create_security_policies(self.target.registry_id, [("127.0.0.1", "controller")])
        self.harbor = harbor_connection.harbor(sandbox)
        for namespace in namespaces:
            self.create_namespace(namespace)
        endpoint = self.harbor.create_registry(
            {"name": "cloud", "type": "docker-registry", "url": self.target.url, **self.target.credential}
        )
        self.policy_id = self.harbor.create_policy(
            {
                "name": POLICY,
                "dest_registry": {"id": endpoint},
                "enabled": True,
                "override": True,
                "trigger": {"type": "manual"},
                "filters": [{"type": "name", "value": "{" + ",".join(projects) + "}/**"}],
                **policy,
            }
        )
        sandbox.journal.clear()

    def create_namespace(self, name: str) -> None:
        self.target.tcr.create_namespace(self.target.registry_id, name, False)

    def execution(self, **options: Any) -> dict[str, Any]:
        """Options of harbor_replication_execution."""
        return harbor_connection.connection(self.sandbox, **{"policy": POLICY, **QUICK, **options})

    def inventory(self, **options: Any) -> dict[str, Any]:
        """Options of harbor_inventory_info."""
        return harbor_connection.connection(self.sandbox, **options)

    def verify(self, **options: Any) -> dict[str, Any]:
        """Options of migration_verify, which reaches the registry under its public name."""
        facts = self.sandbox.facts
        own = {"registry_url": facts["registry_url"], "registry_connect_to": facts["public_address"]}
        return harbor_connection.connection(
            self.sandbox, **{**tcr_connection.connection(self.sandbox), **own, "projects": ["library"], **options}
        )

    def proof(self) -> dict[str, Any]:
        """Options of harbor_replication_execution with which the digests at the target end the wait."""
        facts = self.sandbox.facts
        own = {"registry_url": facts["registry_url"], "registry_connect_to": facts["public_address"]}
        options = tcr_connection.connection(self.sandbox)
        own["registry_id"] = options.pop("registry_id")
        return {**options, "verify": {**own, "projects": ["library"]}}

    def weights(self, *projects: str) -> dict[str, int]:
        """Source repositories with their bytes."""
        found: dict[str, int] = {}
        for project in projects or ("library",):
            for artifact in self.harbor.project_artifacts(project):
                found[artifact["repository"]] = found.get(artifact["repository"], 0) + artifact["size"]
        return found

    def starts(self) -> int:
        """How often an execution was started since the journal was cleared."""
        return sum(
            entry.method == "POST" and entry.path.endswith("/replication/executions")
            for entry in self.sandbox.journal.writes("harbor")
        )

    def when(self, condition: Callable[[dict[str, Any]], bool], act: Callable[[], None]) -> threading.Thread:
        """Act in the background as soon as the newest execution of the policy fulfils a condition."""

        def watch() -> None:
            end = time.monotonic() + 20
            while time.monotonic() < end:
                newest = self.harbor.executions(self.policy_id, limit=1)
                if newest and condition(newest[0]):
                    act()
                    return
                time.sleep(0.05)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        return thread


def copy_by_hand(sandbox: Any, repository: str) -> None:
    """Bring a repository of the source to the target without Harbor."""
    source, target = sandbox.harbor.store, sandbox.tcr.registry.store
    for tag in source.tags(repository):
        manifest = source.manifest(repository, tag)
        for blob in manifest.blobs():
            target.put_blob(source.blob(blob["digest"]), repository)
        target.put_manifest(repository, tag, manifest.media_type, manifest.content)
