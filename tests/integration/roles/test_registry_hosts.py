# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role registry_hosts alone: real files, and the stand-in for the compose command, which records its calls."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.journeys.journey import tcr_client
from tests.integration.modules import harbor_connection
from tests.tools.matrix import Core, cores
from tests.tools.playbooks import PlaybookRun, run_playbook

NAMES = ["demo.tencentcloudcr.com", "demo-vpc.tencentcloudcr.com"]
ROLE = "cloud_registry.migration.registry_hosts"
THEIR_LINES = "127.0.0.1 localhost\n10.9.9.9 theirs.example.com # by hand\n"
BLOCK = """\
# BEGIN managed by cloud_registry.migration: demo
{address} demo.tencentcloudcr.com demo-vpc.tencentcloudcr.com
# END managed by cloud_registry.migration: demo
"""
each_core = pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)


class Host:
    """The Harbor host of a sandbox, on which the role is run."""

    def __init__(self, sandbox: Any, directory: Path, core: Core) -> None:
        self.sandbox = sandbox
        self.core = core
        self.hosts_file: Path = sandbox.harbor.hosts_file
        self.override: Path = sandbox.harbor.compose_directory / "docker-compose.override.yml"
        self._directory = directory
        self._runs = 0
        self.hosts_file.write_text(THEIR_LINES)
        self.address = self._make_target()

    def _make_target(self) -> str:
        """Make the registry reachable in both ways; returns the private address."""
        harbor_connection.target(self.sandbox)
        facts = self.sandbox.facts
        tcr = tcr_client(self.sandbox)
        tcr.create_internal_endpoint(facts["registry_id"], facts["vpc_id"], facts["subnet_id"])
        end = time.monotonic() + 10
        while time.monotonic() < end:
            (link,) = tcr.internal_endpoints(facts["registry_id"]) or [{}]
            if link.get("AccessIp"):
                return str(link["AccessIp"])
            time.sleep(0.1)
        raise AssertionError("the private link did not come up")

    def run(self, entry: str = "main", *arguments: str, **variables: Any) -> PlaybookRun:
        """Run an entry point of the role; forgets earlier calls of the compose command."""
        self._runs += 1
        facts = self.sandbox.facts
        self.sandbox.harbor.deployment.calls.clear()
        harbor = {name: facts[name] for name in ("harbor_url", "harbor_username", "harbor_password")}
        play = {
            "hosts": "harbor-host",
            "gather_facts": False,
            "module_defaults": {"group/cloud_registry.migration.harbor": harbor},
            "vars": {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
                "registry_hosts_migration_id": "demo",
                "registry_hosts_address": self.address,
                "registry_hosts_names": NAMES,
                "registry_hosts_file": str(self.hosts_file),
                "registry_hosts_compose_directory": facts["compose_directory"],
                "registry_hosts_compose_command": f"{facts['compose_command']} compose",
                "registry_hosts_url": facts["registry_url"],
                "registry_hosts_healthy_delay": 1,
                "registry_hosts_proof_retries": 1,
                **variables,
            },
            "tasks": [{"name": "Role", "ansible.builtin.include_role": {"name": ROLE, "tasks_from": entry}}],
        }
        home = self._directory / f"run-{self._runs}"
        home.mkdir()
        book = home / "play.yml"
        book.write_text(json.dumps([play]))
        return run_playbook(self.core, ["-i", "harbor-host,", book, *arguments], home=home)

    def calls(self, *except_for: str) -> list[str]:
        """Compose commands of the last run that are not in ``except_for``."""
        commands = [call[1:] for call in self.sandbox.harbor.deployment.calls if call[:1] == ["compose"]]
        return [" ".join(command) for command in commands if command[0] not in except_for]

    def container_hosts(self, service: str) -> dict[str, str]:
        """What a container resolves by itself."""
        found: dict[str, str] = self.sandbox.harbor.deployment.hosts[service]
        return found


@pytest.fixture
def make_host(make_sandbox: Callable[..., Any], tmp_path: Path) -> Callable[..., Host]:
    def make(core: Core | None = None, **settings: Any) -> Host:
        return Host(make_sandbox(seed="none", network="private", **settings), tmp_path, core or cores()[-1])

    return make


def succeed(run: PlaybookRun) -> PlaybookRun:
    assert run.status == 0, run.output
    assert "WARNING" not in run.output, run.output
    return run


@each_core
def test_names_are_given_changed_and_taken_back(make_host: Callable[..., Host], core: Core) -> None:
    host = make_host(core, harbor_version="2.9")
    assert succeed(host.run("main", "--check", "--diff")).total("changed") > 0
    assert host.hosts_file.read_text() == THEIR_LINES
    assert not host.override.exists()
    assert host.calls("exec", "ps", "config", "version") == []

    succeed(host.run())
    assert host.hosts_file.read_text() == BLOCK.format(address=host.address) + THEIR_LINES
    assert host.calls("exec", "ps", "config", "version") == ["up -d --no-deps core jobservice", "restart proxy"]
    assert host.container_hosts("core") == host.container_hosts("jobservice") == dict.fromkeys(NAMES, host.address)
    assert host.container_hosts("proxy") == {}
    assert yaml.safe_load(host.override.read_text())["version"] == "2.3"

    assert succeed(host.run()).total("changed") == 0
    assert host.calls("exec", "ps", "config", "version") == []

    public = host.sandbox.facts["public_address"]
    succeed(host.run(registry_hosts_address=public))
    assert host.hosts_file.read_text() == BLOCK.format(address=public) + THEIR_LINES
    assert host.container_hosts("core") == dict.fromkeys(NAMES, public)

    succeed(host.run("remove", registry_hosts_address="", registry_hosts_names=[]))
    assert host.hosts_file.read_text() == THEIR_LINES
    assert not host.override.exists()
    assert host.container_hosts("core") == {}
    assert succeed(host.run("remove")).total("changed") == 0
    backups = {path.name.split(".")[0] for path in host.hosts_file.parent.glob("hosts.*~")}
    assert backups == {"hosts"}


def test_an_override_of_others_is_merged_and_left_as_it_was(make_host: Callable[..., Host]) -> None:
    host = make_host()
    theirs = {
        "services": {"core": {"environment": {"A": "b"}, "extra_hosts": ["theirs.example.com:10.9.9.9"]}},
        "networks": {"other": {"external": True}},
    }
    host.override.write_text(yaml.safe_dump(theirs))
    succeed(host.run())
    merged = yaml.safe_load(host.override.read_text())
    assert merged["services"]["core"]["environment"] == {"A": "b"}
    assert host.container_hosts("core")["theirs.example.com"] == "10.9.9.9"
    assert host.container_hosts("core")[NAMES[0]] == host.address
    succeed(host.run("remove"))
    assert yaml.safe_load(host.override.read_text()) == theirs


def test_a_restart_that_was_interrupted_is_made_up_for(make_host: Callable[..., Host]) -> None:
    host = make_host()
    written = host.run(registry_hosts_restart=False)
    assert written.status != 0
    assert "was not recreated since" in written.output
    assert host.calls("exec", "ps", "config", "version") == []
    assert host.container_hosts("core") == {}
    assert host.override.exists()
    succeed(host.run())
    assert host.calls("exec", "ps", "config", "version") == ["up -d --no-deps core jobservice", "restart proxy"]
    assert host.container_hosts("core") == dict.fromkeys(NAMES, host.address)


def test_compose_that_is_started_with_its_file_does_not_see_the_override(make_host: Callable[..., Host]) -> None:
    host = make_host()
    command = f"{host.sandbox.facts['compose_command']} compose -f docker-compose.yml"
    run = host.run(registry_hosts_compose_command=command)
    assert run.status != 0
    assert "Compose does not read docker-compose.override.yml when it is started with -f" in run.output
    assert "Traceback" not in run.output


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("services: {core: {extra_hosts: ['demo.tencentcloudcr.com:10.1.1.1']}}", "is given the address 10.1.1.1"),
        ("services: {core: [", "cannot be read as YAML"),
    ],
)
def test_an_override_that_cannot_be_merged_is_left_alone(
    make_host: Callable[..., Host], override: str, expected: str
) -> None:
    host = make_host()
    host.override.write_text(override)
    run = host.run()
    assert run.status != 0
    assert expected in run.output
    assert "Traceback" not in run.output
    assert host.override.read_text() == override
    assert host.calls() == []


def test_a_directory_without_harbor(make_host: Callable[..., Host], tmp_path: Path) -> None:
    run = make_host().run(registry_hosts_compose_directory=str(tmp_path))
    assert run.status != 0
    assert f"{tmp_path}/docker-compose.yml" in run.output


def test_an_address_that_is_none_is_refused(make_host: Callable[..., Host]) -> None:
    host = make_host()
    run = host.run(registry_hosts_address="")
    assert run.status != 0
    assert "Expected an IP address and names for Harbor's hosts, found ''" in run.output
    assert host.hosts_file.read_text() == THEIR_LINES
