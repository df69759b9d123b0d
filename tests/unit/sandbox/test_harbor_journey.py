# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way from Harbor to TCR inside the sandbox, on every flavour and over both network ways."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.sandbox.harbor_support import VERSIONS, Client, wait
from tests.unit.sandbox.tcr_support import Api


def _target(sandbox: Any) -> dict[str, str]:
    """Open the public endpoint for Harbor, make its namespaces and a credential; name and secret of it."""
    api = Api(sandbox)
    api.open_public_endpoint()
    api.call("CreateSecurityPolicy", CidrBlock="127.0.20.1/32", Description="harbor")
    for name in sorted({repository.split("/")[0] for repository in sandbox.images}):
        api.call("CreateNamespace", NamespaceName=name, IsPublic=False)
    token = api.call("CreateInstanceToken", TokenType="longterm", Desc="harbor")
    return {"username": token["Username"], "password": token["Token"]}


@pytest.mark.parametrize("version", VERSIONS)
def test_all_images_arrive_with_equal_digests(version: str, make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(harbor_version=version, seed="demo")
    credential, client = _target(sandbox), Client(sandbox.harbor)
    policy = client.policy(client.endpoint(sandbox.facts["registry_url"], **credential))
    execution = client.start(policy)
    assert client.execution(execution)["total"] == 0
    seen = client.finished(execution)
    wait(lambda: client.execution(execution)["in_progress"] == 0)
    seen = client.finished(execution, "Succeed")
    assert (seen["total"], seen["succeed"]) == (len(sandbox.images), len(sandbox.images))
    store = sandbox.tcr.registry.store
    assert {name: store.tags(name) for name in sandbox.images} == sandbox.images
    pushes = [entry for entry in sandbox.journal.entries if entry.service == "registry"]
    assert {entry.source for entry in pushes} == {"127.0.20.1"}

    sandbox.journal.clear()
    client.finished(client.start(policy), "Succeed")
    assert sandbox.journal.writes("registry") == []


def test_private_link_needs_hosts_in_the_containers_and_a_restart_of_the_proxy(
    make_sandbox: Callable[..., Any],
) -> None:
    sandbox = make_sandbox(harbor_version="2.15", seed="demo", harbor_restart_seconds=0.1)
    facts, client, api = sandbox.facts, Client(sandbox.harbor), Api(sandbox)
    address = api.link(facts["vpc_id"], facts["subnet_id"])
    token = api.call("CreateInstanceToken", TokenType="longterm", Desc="harbor")
    url = f"http://{facts['public_domain']}:{facts['registry_port']}"
    credential = {"type": "basic", "access_key": token["Username"], "access_secret": token["Token"]}
    body = {"name": "tcr", "type": "docker-registry", "url": url, "credential": credential}
    Path(facts["hosts_file"]).write_text(f"{address} {facts['public_domain']}\n")
    assert client.refused("POST", "registries", body) == (400, "the registry is unhealthy")

    hosts = {"extra_hosts": [f"{facts['public_domain']}:{address}"]}
    override = {"services": {"core": hosts, "jobservice": hosts}}
    Path(facts["compose_directory"], "docker-compose.override.yml").write_text(yaml.safe_dump(override))

    def docker(*arguments: str) -> str:
        command = [facts["compose_command"], "compose", *arguments]
        ended = subprocess.run(command, cwd=facts["compose_directory"], capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    assert docker("exec", "-T", "core", "getent", "hosts", facts["public_domain"]).split()[0] == facts["public_address"]
    assert "harbor-core  Started" in docker("up", "-d", "core", "jobservice")
    assert docker("exec", "-T", "core", "getent", "hosts", facts["public_domain"]).split()[0] == address
    stale = client.call("GET", "systeminfo")
    assert (stale.status_code, stale.headers["Content-Type"]) == (502, "text/html")
    docker("restart", "proxy")
    wait(lambda: client.call("GET", "systeminfo").status_code == 200)
    assert "Running" in docker("up", "-d", "core", "jobservice")
    client.make("registries", body)
    listed = [json.loads(line)["Service"] for line in docker("ps", "--format", "json").splitlines()]
    assert {"core", "jobservice", "registry", "proxy"} <= set(listed)
