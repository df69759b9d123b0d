# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: many policies, many namespaces, many tags, each with the options of the modules that handle them."""

from __future__ import annotations

import json
from typing import Any

from tests.modules import harbor_connection, tcr_connection
from tests.sandbox.core.content import DOCKER_MANIFEST, OCI_MANIFEST
from tests.sandbox.core.helm_charts import chart_archive
from tests.sandbox.core.images import image, index, put_artifact
from tests.support.modules import run_module

ENDPOINT = "cloud"
PROJECT = "bench"


def policies(sandbox: Any, number: int) -> list[dict[str, Any]]:
    """Create an endpoint and that many policies; returns the policies as options."""
    target = harbor_connection.target(sandbox)
    endpoint = {"name": ENDPOINT, "type": "docker-registry", "url": target.url, **target.credential}
    _run("harbor_registry", harbor_connection.connection(sandbox, **endpoint))
    wanted = [
        {"name": f"policy-{one:03}", "filters": [{"type": "name", "value": f"project-{one:03}/**"}]}
        for one in range(number)
    ]
    _run("harbor_replication_policy", harbor_connection.connection(sandbox, policies=wanted, registry=ENDPOINT))
    sandbox.journal.clear()
    return wanted


def namespaces(number: int, prefix: str) -> list[dict[str, Any]]:
    """That many namespaces as options."""
    return [{"name": f"{prefix}-{one:03}", "public": False} for one in range(number)]


def tags(sandbox: Any, repositories: int, each: int) -> dict[str, Any]:
    """Put equal tags into source and target; returns the options of migration_verify that compare them."""
    target = harbor_connection.target(sandbox)
    target.tcr.create_security_policies(target.registry_id, [("127.0.0.1", "controller")])
    target.tcr.create_namespace(target.registry_id, PROJECT, False)
    sandbox.harbor.state.add_project(PROJECT, {"public": "false"}, sandbox.harbor.state.users[1])
    layers = image(["base"])
    for repository in (f"{PROJECT}/repository-{one:03}" for one in range(repositories)):
        for store in (sandbox.harbor.store, sandbox.tcr.registry.store):
            for blob in layers.blobs:
                store.put_blob(blob, repository)
            for tag in range(each):
                manifest = {**json.loads(layers.content), "annotations": {"tag": str(tag)}}
                store.put_manifest(repository, f"v{tag}", DOCKER_MANIFEST, json.dumps(manifest).encode())
    sandbox.journal.clear()
    facts = sandbox.facts
    own = {"registry_url": facts["registry_url"], "registry_connect_to": facts["public_address"]}
    connections = {**tcr_connection.connection(sandbox), **harbor_connection.connection(sandbox)}
    return {**connections, **own, "projects": [PROJECT]}


def indexes(sandbox: Any, repositories: int, each: int) -> dict[str, Any]:
    """As :func:`tags`, with multi-arch images of two platforms."""
    options = tags(sandbox, repositories, 1)
    for repository in (f"{PROJECT}/repository-{one:03}" for one in range(repositories)):
        for tag in range(each):
            artifact = index(
                [image(["base"], cpu, OCI_MANIFEST, number=f"{repository} {tag}") for cpu in ("amd64", "arm64")]
            )
            for store in (sandbox.harbor.store, sandbox.tcr.registry.store):
                put_artifact(store, repository, artifact, f"v{tag}")
    return options


def charts(sandbox: Any, versions: int) -> dict[str, Any]:
    """Put that many versions, 100 a chart, into ChartMuseum; returns the options of harbor_chart_migration."""
    target = harbor_connection.target(sandbox)
    target.tcr.create_security_policies(target.registry_id, [("127.0.0.1", "controller")])
    target.tcr.create_namespace(target.registry_id, "library", False)
    for one in range(versions):
        sandbox.harbor.state.charts.put("library", chart_archive(f"chart-{one // 100:03}", f"1.{one % 100}.0"))
    sandbox.journal.clear()
    facts = sandbox.facts
    own = {"registry_url": facts["registry_url"], "registry_connect_to": facts["public_address"]}
    return {**tcr_connection.connection(sandbox), **harbor_connection.connection(sandbox), **own}


def calls(sandbox: Any) -> dict[str, int]:
    """How many calls each system got since the journal was cleared, without the controller's own listing of them."""
    found: dict[str, int] = {}
    for entry in sandbox.journal.entries:
        found[entry.service] = found.get(entry.service, 0) + 1
    return found


def _run(name: str, parameters: dict[str, Any]) -> None:
    result = run_module(name, parameters)
    if result["failed"]:
        raise RuntimeError(f"{name}: {result['msg']}")
