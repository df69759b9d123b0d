# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role registry_hosts on real files: names come, are replaced and go again; Harbor restarts only for a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.journeys.journey import sentences
from tests.integration.modules import harbor_connection
from tests.integration.roles.harbor_host import HarborHost, linked

OTHERS = "10.9.9.9 theirs.example.com # theirs\n"
MAIN: tuple[str, dict[str, Any]] = ("main", {})
REMOVE: tuple[str, dict[str, Any]] = ("remove", {})
BOTH = ["create hosts block", "create container hosts"]


@pytest.fixture
def make_host(make_sandbox: Callable[..., Any], tmp_path: Path) -> Callable[..., HarborHost]:
    def make(seed: str = "none", harbor_version: str = "2.15", **settings: Any) -> HarborHost:
        sandbox = make_sandbox(seed=seed, harbor_version=harbor_version, network="private", **settings)
        return HarborHost(sandbox, tmp_path / "host", linked(sandbox))

    return make


def test_names_come_are_replaced_and_go_again(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    theirs = {"services": {"core": {"extra_hosts": ["theirs.example.com:10.9.9.9"], "environment": {"A": "b"}}}}
    host.override.write_text(yaml.safe_dump(theirs))
    hosts = Path(host.sandbox.facts["hosts_file"])
    hosts.write_text(hosts.read_text() + OTHERS)
    before = hosts.read_text()

    (predicted,) = host.call(MAIN, check=True)
    assert host.run.status == 0, host.run.output
    assert (predicted, host.commands(), hosts.read_text()) == (BOTH, [], before)

    steps = host.call(MAIN, MAIN)
    assert host.run.status == 0, host.run.output
    assert steps == [BOTH, []]
    assert f"Harbor runs in containers of Compose in {host.override.parent}" in host.run.output
    assert host.resolved() == {host.address}
    assert host.commands() == ["compose up -d --no-deps core jobservice", "compose restart proxy"]
    text = hosts.read_text()
    assert text.endswith(before)
    assert f"\n{host.address} {host.name}\n" in text
    assert yaml.safe_load(host.override.read_text())["services"]["core"]["environment"] == {"A": "b"}

    names = [host.name, f"second.{host.name}"]
    other = {"registry_hosts_names": names, "registry_hosts_address": "127.0.30.200", "registry_hosts_restart": False}
    host.call(("main", other))
    assert host.run.status != 0
    assert f"harbor-core resolves {host.name} to {host.address}, expected 127.0.30.200" in sentences(host.run)
    assert f"127.0.30.200 {host.name} second.{host.name}\n" in hosts.read_text()
    assert f"{host.address} " not in hosts.read_text()
    assert host.address not in host.override.read_text()
    assert len(host.commands()) == 2

    steps = host.call(REMOVE, REMOVE)
    assert host.run.status == 0, host.run.output
    assert steps == [["delete hosts block", "delete container hosts"], []]
    assert hosts.read_text() == before
    assert yaml.safe_load(host.override.read_text()) == theirs
    assert len(host.commands()) == 4
    assert host.address not in host.resolved()


@pytest.mark.parametrize(("compose", "version"), [("docker-compose", "2.9"), ("podman-compose", "2.15")])
def test_other_compose_commands_are_found(make_host: Callable[..., HarborHost], compose: str, version: str) -> None:
    host = make_host(harbor_version=version, harbor_compose=compose)
    base = yaml.safe_load((host.override.parent / "docker-compose.yml").read_text())
    steps = host.call(MAIN, REMOVE)
    assert host.run.status == 0, host.run.output
    assert steps == [BOTH, ["delete hosts block", "delete container hosts"]]
    assert host.commands() == [f"{compose} up -d --no-deps core jobservice", f"{compose} restart proxy"] * 2
    assert not host.override.exists()
    assert ("version" in base) is (version == "2.9")


def test_a_run_that_broke_off_after_writing_is_finished_by_the_next(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    host.call(("main", {"registry_hosts_restart": False}))
    assert host.run.status != 0
    assert "Run in " in host.run.output
    assert host.override.is_file()
    assert host.commands() == []
    assert host.call(MAIN) == [["create container hosts"]]
    assert host.run.status == 0, host.run.output
    assert host.resolved() == {host.address}


def test_nothing_is_changed_while_a_replication_runs(make_host: Callable[..., HarborHost]) -> None:
    host = make_host(seed="demo", harbor_stuck=["library/nginx"])
    harbor = harbor_connection.harbor(host.sandbox)
    usable = harbor_connection.target(host.sandbox)
    target = harbor.create_registry({"name": "x", "type": "docker-registry", "url": usable.url, **usable.credential})
    policy = {"name": "nightly", "dest_registry": {"id": target}, "enabled": True, "trigger": {"type": "manual"}}
    number = harbor.create_policy({**policy, "filters": [{"type": "name", "value": "library/nginx"}]})
    execution = harbor.start_execution(number)
    host.call(("main", {"registry_hosts_methods": ["compose_override"]}))
    assert host.run.status != 0
    said = sentences(host.run)
    assert f"a replication runs: execution {execution} of the policy nightly" in said, host.run.output
    assert "Nothing was changed on this host" in said
    assert (host.override.exists(), host.commands()) == (False, [])


def test_a_site_that_starts_compose_with_f_is_told_what_to_do(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    units = host.directory / "units"
    units.mkdir(parents=True)
    place = host.override.parent
    (units / "harbor.service").write_text(
        f"[Service]\nExecStart=/usr/bin/docker compose \\\n  -f {place}/docker-compose.yml up\nExecStop=/bin/true\n"
    )
    host.call(MAIN)
    assert host.run.status != 0
    said = sentences(host.run)
    assert f"{units}/harbor.service starts Harbor with -f {place}/docker-compose.yml" in said, host.run.output
    assert f"Add -f {place}/docker-compose.override.yml" in said
    assert (host.override.exists(), host.commands()) == (False, [])


def test_without_containers_the_hosts_file_is_chosen(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    for program in Path(host.sandbox.facts["compose_command"]).parent.iterdir():
        program.write_text("#!/bin/sh\nexit 1\n")
    (steps,) = host.call(MAIN)
    assert host.run.status == 0, host.run.output
    assert steps == ["create hosts block"]
    assert "No container of Harbor and no release of its chart was found" in host.run.output
