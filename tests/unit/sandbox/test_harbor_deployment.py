# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for docker: which files it reads, what it recreates, what the containers then resolve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.core.network import Network
from tests.sandbox.harbor.api.flavours import FLAVOURS
from tests.sandbox.harbor.host import compose
from tests.sandbox.harbor.host.compose import CommandError
from tests.sandbox.harbor.host.deployment import Deployment
from tests.sandbox.harbor.settings import HarborSettings

_NAME, _PRIVATE, _PUBLIC = "demo.example", "127.0.30.1", "127.0.10.1"


class Host:
    """A Harbor host with the stand-in, called as the control server calls it."""

    def __init__(self, directory: Path, version: str = "2.15") -> None:
        self.network = Network(list)
        self.network.publish(_NAME, _PUBLIC)
        self.settings = HarborSettings(harbor_restart_seconds=0.0)
        self.deployment = Deployment(FLAVOURS[version], self.network, self.settings, directory)
        self.deployment.install("http://127.0.0.1:9")
        self.directory = self.deployment.directory

    def docker(self, *arguments: str, directory: Path | None = None) -> Any:
        """Run a command; status and both outputs."""
        return self.deployment.run({"arguments": list(arguments), "directory": str(directory or self.directory)})

    def override(self, **services: Any) -> None:
        """Write the override file."""
        text = yaml.safe_dump({"services": {name: {"extra_hosts": hosts} for name, hosts in services.items()}})
        (self.directory / "docker-compose.override.yml").write_text(text)

    def address(self, container: str = "harbor-core") -> str:
        """What a container resolves."""
        return str(self.docker("exec", container, "getent", "hosts", _NAME)["stdout"].split()[0])


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


@pytest.mark.parametrize(("version", "has_key"), [("1.8", True), ("2.9", True), ("2.15", False)])
def test_the_compose_file_has_a_version_until_2_11(version: str, has_key: bool, tmp_path: Path) -> None:
    found = yaml.safe_load((Host(tmp_path, version).directory / "docker-compose.yml").read_text())
    assert ("version" in found) is has_key
    assert {"core", "jobservice", "registry", "proxy"} <= set(found["services"])


def test_neither_the_hosts_file_nor_a_written_override_changes_running_containers(host: Host) -> None:
    host.deployment.hosts_file.write_text(f"{_PRIVATE} {_NAME}\n")
    host.override(core=[f"{_NAME}:{_PRIVATE}"], jobservice=[f"{_NAME}:{_PRIVATE}"])
    assert host.address() == _PUBLIC


@pytest.mark.parametrize("hosts", [[f"{_NAME}:{_PRIVATE}"], [f"{_NAME}={_PRIVATE}"], {_NAME: _PRIVATE}])
def test_recreated_containers_know_their_extra_hosts(hosts: Any, host: Host) -> None:
    host.override(core=hosts, jobservice=hosts)
    assert "harbor-core  Started" in host.docker("compose", "up", "-d", "core", "jobservice")["stdout"]
    assert (host.address(), host.address("harbor-jobservice")) == (_PRIVATE, _PRIVATE)
    assert host.network.resolve(_NAME, "harbor") == _PRIVATE
    assert "Running" in host.docker("compose", "up", "-d", "core", "jobservice")["stdout"]


def test_each_container_has_its_own_hosts(host: Host) -> None:
    host.override(core=[f"{_NAME}:{_PRIVATE}"], jobservice=[f"{_NAME}:{_PRIVATE}"])
    host.docker("compose", "up", "-d", "core")
    assert (host.address(), host.address("harbor-jobservice")) == (_PRIVATE, _PUBLIC)
    assert host.network.resolve(_NAME, "harbor") == _PUBLIC


def test_an_override_is_ignored_when_files_are_named(host: Host) -> None:
    host.override(core=[f"{_NAME}:{_PRIVATE}"])
    host.docker("compose", "-f", "docker-compose.yml", "up", "-d")
    assert host.address() == _PUBLIC
    host.docker("compose", "-f", "docker-compose.yml", "-f", "docker-compose.override.yml", "up", "-d")
    assert host.address() == _PRIVATE


def test_compose_reads_the_first_override_that_is_there(host: Host) -> None:
    host.override(core=[f"{_NAME}:{_PRIVATE}"])
    (host.directory / "compose.override.yaml").write_text("# nothing yet\n")
    host.docker("compose", "up", "-d")
    assert host.address() == _PUBLIC
    (host.directory / "compose.override.yaml").unlink()
    host.docker("compose", "up", "-d")
    assert host.address() == _PRIVATE


def test_version_1_refuses_two_overrides_and_podman_reads_both(tmp_path: Path) -> None:
    for number, name in enumerate(("compose.override.yml", "docker-compose.override.yml")):
        (tmp_path / name).write_text(f"services: {{core: {{extra_hosts: ['{_NAME}{number}:{_PRIVATE}']}}}}")
    (tmp_path / "docker-compose.yml").write_text("services: {core: {}}")
    with pytest.raises(CommandError, match="Multiple override files found"):
        compose.read([], tmp_path, ["core"], "docker-compose")
    assert len(compose.read([], tmp_path, ["core"], "podman-compose")["core"]["extra_hosts"]) == 2
    assert len(compose.read([], tmp_path, ["core"], "docker compose")["core"]["extra_hosts"]) == 1


@pytest.mark.parametrize("twice", ["a: 1, a: 2", f"core: {{extra_hosts: ['{_NAME}:1.1.1.1', '{_NAME}:1.1.1.1']}}"])
def test_what_stands_twice_is_refused(twice: str, host: Host) -> None:
    (host.directory / "docker-compose.override.yml").write_text(f"services: {{{twice}}}")
    assert host.docker("compose", "up", "-d", "core")["status"] == 1


def test_removing_the_override_removes_the_hosts(host: Host) -> None:
    host.override(core=[f"{_NAME}:{_PRIVATE}"])
    host.docker("compose", "up", "-d")
    (host.directory / "docker-compose.override.yml").unlink()
    host.docker("compose", "--project-directory", str(host.directory), "up", "-d", directory=Path("/"))
    assert host.address() == _PUBLIC


def test_the_proxy_is_stale_until_it_is_restarted(host: Host) -> None:
    host.override(core=[f"{_NAME}:{_PRIVATE}"])
    assert host.deployment.gate() is None
    host.docker("compose", "up", "-d", "core")
    stale = host.deployment.gate()
    assert stale is not None
    assert stale.status == 502
    host.docker("compose", "restart", "proxy")
    assert host.deployment.gate() is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "x"], "not a docker command"),
        (["compose", "fly"], "not a command of the sandbox"),
        (["compose", "up", "-d", "missing"], "no such service: missing"),
        (["compose", "-f", "missing.yml", "up"], "missing.yml: No such file or directory"),
        (["exec", "missing", "getent", "hosts", _NAME], "No such container: missing"),
        (["exec", "harbor-core", "cat", "/etc/hosts"], "run nothing but: getent hosts NAME"),
        (["exec", "harbor-core", "getent", "hosts", "missing.example"], ""),
    ],
)
def test_commands_that_fail(arguments: list[str], message: str, host: Host) -> None:
    ended = host.docker(*arguments)
    assert ended["status"] in (1, 2)
    assert message in ended["stderr"]


def test_elsewhere_there_is_no_compose_file(host: Host, tmp_path: Path) -> None:
    ended = host.docker("compose", "ps", directory=tmp_path)
    assert (ended["status"], ended["stderr"]) == (1, "no configuration file provided: not found\n")


@pytest.mark.parametrize("content", ["services: [", "services: nothing", "services: {core: {extra_hosts: [name]}}"])
def test_a_broken_override_is_refused_and_changes_nothing(content: str, host: Host) -> None:
    (host.directory / "docker-compose.override.yml").write_text(content)
    assert host.docker("compose", "up", "-d", "core")["status"] == 1
    assert host.address() == _PUBLIC
