# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role harbor_name_resolution on real files: names come, are replaced and go again; Harbor restarts only for a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.journeys.journey import sentences
from tests.modules import harbor_connection
from tests.roles.harbor_host import HarborHost, linked

OTHERS = "10.9.9.9 theirs.example.com # theirs\n"
THEIRS = {"services": {"core": {"extra_hosts": ["theirs.example.com:10.9.9.9"], "environment": {"A": "b"}}}}
MAIN: tuple[str, dict[str, Any]] = ("main", {})
REMOVE: tuple[str, dict[str, Any]] = ("remove", {})
BOTH = ["create hosts block", "create container hosts"]


@pytest.fixture
def make_host(make_sandbox: Callable[..., Any], tmp_path: Path) -> Callable[..., HarborHost]:
    def make(seed: str = "none", harbor_version: str = "2.15", **settings: Any) -> HarborHost:
        sandbox = make_sandbox(seed=seed, harbor_version=harbor_version, network="private", **settings)
        return HarborHost(sandbox, tmp_path / "host", linked(sandbox))

    return make


def test_a_prediction_changes_nothing(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    before = host.hosts_file.read_text()
    assert host.call(MAIN, check=True) == [BOTH]
    assert host.run.status == 0, host.run.output
    assert (host.commands(), host.hosts_file.read_text(), host.override.exists()) == ([], before, False)


def test_names_come_once_beside_those_of_others(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    host.override.write_text(yaml.safe_dump(THEIRS))
    host.hosts_file.write_text(host.hosts_file.read_text() + OTHERS)
    before = host.hosts_file.read_text()
    host.variables = {"migration_hosts_restart": ""}
    steps = host.call(MAIN, MAIN)
    assert host.run.status == 0, host.run.output
    assert steps == [BOTH, []]
    assert f"Harbor runs in containers of Compose in {host.override.parent}" in host.run.output
    assert host.resolved() == {host.address}
    assert host.commands() == ["compose up -d --no-deps core jobservice", "compose restart proxy"]
    text = host.hosts_file.read_text()
    assert text.endswith(before)
    assert f"\n{host.address} {host.name}\n" in text
    assert yaml.safe_load(host.override.read_text())["services"]["core"]["environment"] == {"A": "b"}


def test_a_new_address_replaces_the_old_one_and_old_containers_are_told(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    host.give_names(host.address)
    names = [host.name, f"second.{host.name}"]
    other = {
        "harbor_name_resolution_names": names,
        "harbor_name_resolution_address": "127.0.30.200",
        "migration_hosts_restart": "false",
    }
    host.call(("main", other))
    assert host.run.status != 0
    assert f"harbor-core resolves {host.name} to {host.address}, expected 127.0.30.200" in sentences(host.run)
    assert f"127.0.30.200 {host.name} second.{host.name}\n" in host.hosts_file.read_text()
    assert f"{host.address} " not in host.hosts_file.read_text()
    assert host.address not in host.override.read_text()
    assert "up -d --no-deps core jobservice && " in host.run.output
    assert host.commands() == []


def test_the_names_survive_prepare_and_install(make_host: Callable[..., HarborHost]) -> None:
    """Harbor's prepare writes docker-compose.yml anew, and its install.sh takes everything down and up again."""
    host = make_host()
    host.give_names(host.address)
    base = host.override.parent / "docker-compose.yml"
    content = base.read_text()
    for arguments in (["compose", "down", "-v"], ["compose", "up", "-d"]):
        base.unlink(missing_ok=True)
        base.write_text(content)
        ended = host.sandbox.harbor.compose({"arguments": arguments, "directory": str(base.parent)})
        assert ended["status"] == 0, ended
    assert host.resolved() == {host.address}
    host.sandbox.harbor.deployment.calls.clear()
    assert host.call(MAIN) == [[]]
    assert host.run.status == 0, host.run.output
    assert host.commands() == []


def test_exactly_what_was_added_goes_again(make_host: Callable[..., HarborHost]) -> None:
    """Neither address nor names are known any more, as where link and registry are gone."""
    host = make_host()
    host.override.write_text(yaml.safe_dump(THEIRS))
    host.hosts_file.write_text(host.hosts_file.read_text() + OTHERS)
    before = host.hosts_file.read_text()
    host.give_names(host.address)
    nothing: tuple[str, dict[str, Any]] = (
        "remove",
        {"harbor_name_resolution_names": [], "harbor_name_resolution_address": "", "migration_registry_url": ""},
    )
    steps = host.call(nothing, nothing)
    assert host.run.status == 0, host.run.output
    assert steps == [["delete hosts block", "delete container hosts"], []]
    assert host.hosts_file.read_text() == before
    assert yaml.safe_load(host.override.read_text()) == THEIRS
    assert host.commands() == ["compose up -d --no-deps core jobservice", "compose restart proxy"]
    assert host.address not in host.resolved()


def test_a_harbor_that_does_not_get_well_is_told(make_host: Callable[..., HarborHost]) -> None:
    host = make_host(harbor_unhealthy=["jobservice"])
    host.call(
        ("main", {"harbor_name_resolution_methods": ["compose_override"], "harbor_name_resolution_healthy_retries": 1})
    )
    assert host.run.status != 0
    said = sentences(host.run)
    assert "Harbor is not healthy after core and jobservice were recreated: jobservice not healthy." in said
    assert "compose logs core jobservice proxy" in said


def test_what_cannot_be_tested_yet_is_said_and_what_is_insecure_need_not_be_trusted(
    make_host: Callable[..., HarborHost],
) -> None:
    host = make_host(harbor_untrusted=["demo.example"])
    far, insecure = {"harbor_name_resolution_url": "https://far.example"}, {"harbor_name_resolution_insecure": True}
    host.call(("check_hosts", far), ("check_hosts", {"harbor_name_resolution_url": "https://demo.example", **insecure}))
    assert host.run.status == 0, host.run.output
    assert (
        "Whether harbor-core trusts the certificate of https://far.example/v2/ could not be tested" in host.run.output
    )
    host.call(("check_hosts", {"harbor_name_resolution_url": "https://demo.example"}))
    assert "harbor-core does not trust the certificate of https://demo.example/v2/" in sentences(host.run)


def test_a_proxy_in_the_way_fails_the_proof(make_host: Callable[..., HarborHost]) -> None:
    host = make_host(harbor_proxy="http://proxy.example:3128")
    host.give_names(host.address)
    assert host.call(MAIN) == []
    assert f"Add {host.name} to proxy.no_proxy in harbor.yml" in sentences(host.run), host.run.output


@pytest.mark.parametrize(("compose", "version"), [("docker-compose", "2.9"), ("podman-compose", "2.15")])
def test_other_compose_commands_are_found(make_host: Callable[..., HarborHost], compose: str, version: str) -> None:
    """The stand-in for Compose 1 refuses an override whose schema key differs from that of the base file."""
    host = make_host(harbor_version=version, harbor_compose=compose)
    base = yaml.safe_load((host.override.parent / "docker-compose.yml").read_text())
    assert host.call(MAIN) == [BOTH]
    assert host.run.status == 0, host.run.output
    assert host.commands() == [f"{compose} up -d --no-deps core jobservice", f"{compose} restart proxy"]
    assert host.resolved() == {host.address}
    assert yaml.safe_load(host.override.read_text()).get("version") == base.get("version")
    assert ("version" in base) is (version == "2.9")


def test_a_run_that_broke_off_after_writing_is_finished_by_the_next(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    host.give_names(host.address, recreate=False)
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
    before = host.hosts_file.read_text()
    host.call(MAIN)
    assert host.run.status != 0
    said = sentences(host.run)
    assert f"a replication runs: execution {execution} of the policy nightly" in said, host.run.output
    assert "Nothing was changed on this host" in said
    assert (host.hosts_file.read_text(), host.override.exists(), host.commands()) == (before, False, [])


def test_a_site_that_starts_compose_with_f_is_told_what_to_do(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    units = host.directory / "units"
    units.mkdir(parents=True)
    place = host.override.parent
    (units / "harbor.service").write_text(
        f"[Service]\nExecStart=/usr/bin/docker compose \\\n  -f {place}/docker-compose.yml up\nExecStop=/bin/true\n"
    )
    before = host.hosts_file.read_text()
    host.call(MAIN)
    assert host.run.status != 0
    said = sentences(host.run)
    assert f"{units}/harbor.service starts Harbor with -f {place}/docker-compose.yml" in said, host.run.output
    assert f"Add -f {place}/docker-compose.override.yml" in said
    assert (host.hosts_file.read_text(), host.override.exists(), host.commands()) == (before, False, [])


def test_without_containers_the_hosts_file_is_chosen(make_host: Callable[..., HarborHost]) -> None:
    host = make_host()
    host.stop_engine()
    host.sandbox.network.recreate_containers({host.name: host.address})
    (steps,) = host.call(MAIN)
    assert host.run.status == 0, host.run.output
    assert steps == ["create hosts block"]
    assert "No container of Harbor and no release of its chart was found" in host.run.output
