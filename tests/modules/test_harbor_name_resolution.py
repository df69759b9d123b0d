# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""harbor_name_resolution on real files: names come, are replaced and go again; Harbor restarts only for a reason."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    Conflict,
    InvalidInput,
    MigrationError,
    WaitFailed,
)
from tests.modules import harbor_connection
from tests.modules.host_in_process import THEIRS, HostInProcess, MakeHost, steps

OTHERS = b"10.9.9.9 theirs.example.com # B\xfcro"
BOTH = ["create hosts block", "create container hosts"]
BOTH_GONE = ["delete hosts block", "delete container hosts"]
RESTARTS = [
    {"action": "recreate", "object": "containers", "key": "harbor-1: core, jobservice"},
    {"action": "restart", "object": "containers", "key": "harbor-1: proxy"},
]
RESTART = ["compose up -d --no-deps core jobservice", "compose restart proxy"]


def test_a_prediction_changes_nothing(host: HostInProcess) -> None:
    before = host.hosts_file.read_bytes()
    for options in ({}, {"address": "", "address_pending": True}):
        predicted = host.resolution(check=True, **options).ensure()
        assert steps(predicted) == BOTH
        assert len(predicted["diff"]) == 2
        assert (host.commands(), host.hosts_file.read_bytes(), host.override.exists()) == ([], before, False)
    verified = host.resolution(check=True).verify(predicted, predicted=True, ask_harbor=True)
    assert (steps(verified), verified["resolved"], verified["restarts"]) == (BOTH, True, RESTARTS)


def test_names_come_once_beside_those_of_others(host: HostInProcess) -> None:
    host.override.write_bytes(THEIRS)
    host.hosts_file.write_bytes(host.hosts_file.read_bytes() + OTHERS)
    before = host.hosts_file.read_bytes()
    first, second = host.give(), host.give()
    assert (steps(first), steps(second)) == (BOTH, [])
    assert (first["resolved"], second["resolved"]) == (True, True)
    assert (first["restarts"], second["restarts"]) == (RESTARTS, [])
    assert [f"{one['action']} {one['object']}" for one in first["leftovers"]] == BOTH_GONE
    assert (first["deployment"]["kind"], first["deployment"]["directory"]) == ("compose", str(host.override.parent))
    assert host.resolved() == {host.address}
    assert host.commands() == RESTART
    content = host.hosts_file.read_bytes()
    assert content.endswith(before)
    assert f"\n{host.address} {host.name}\n".encode() in content
    assert host.sandbox.harbor.deployment.hosts["core"]["theirs.example.com"] == "10.9.9.9"
    assert f"{host.name}:{host.address}" in host.override.read_text()
    assert host.sandbox.harbor.deployment.hosts["redis"] == {}, "a service that shares a definition gets no names"


@pytest.mark.parametrize("first", [0, 1])
def test_names_stay_until_the_last_of_several_migrations_has_left(host: HostInProcess, first: int) -> None:
    """The second restarts nothing: neither when it comes, nor when it leaves before the other."""
    before = host.hosts_file.read_bytes()
    names = ("demo", "demo-2")
    host.give(migration_id="demo")
    joined = host.give(migration_id="demo-2")
    assert [(one["action"], one["shared_with"]) for one in joined["leftovers"]] == [("update", ["demo"])] * 2
    assert (steps(joined), joined["restarts"]) == (["update hosts block", "update container hosts"], [])
    left = host.resolution(migration_id=names[first]).remove()
    assert [(one["action"], one["shared_with"]) for one in left["actions"]] == [("update", [names[1 - first]])] * 2
    assert (left["restarts"], host.resolved(), host.commands()) == ([], {host.address}, RESTART)
    assert host.resolution(migration_id=names[first]).remove()["actions"] == []
    last = host.resolution(migration_id=names[1 - first]).remove()
    assert (steps(last), last["restarts"]) == (BOTH_GONE, RESTARTS)
    assert (host.hosts_file.read_bytes(), host.override.exists()) == (before, False)


def test_harbor_is_asked_only_what_is_needed(host: HostInProcess) -> None:
    """Nothing about replications and health where no service is recreated."""
    host.give_names(host.address)
    host.sandbox.journal.clear()
    host.give()
    paths = [entry.action for entry in host.sandbox.journal.entries if entry.service == "harbor"]
    assert not [path for path in paths if "executions" in path or "health" in path], paths
    assert host.modules == ["host_deployment_info", "host_name_records", "host_deployment_info"]


def test_a_new_address_replaces_the_old_one_and_old_containers_are_told(host: HostInProcess) -> None:
    host.give_names(host.address)
    names = [host.name, f"second.{host.name}"]
    with pytest.raises(Conflict) as failed:
        host.give(names=names, address="127.0.30.200", restart=False)
    message = str(failed.value)
    assert f"harbor-core resolves {host.name} to {host.address}, expected 127.0.30.200" in message
    assert f"Run in {host.override.parent}: docker compose up -d --no-deps core jobservice && " in message
    assert f"127.0.30.200 {host.name} second.{host.name}\n" in host.hosts_file.read_text()
    assert f"{host.address} " not in host.hosts_file.read_text()
    assert host.address not in host.override.read_text()
    assert host.commands() == []
    # What was done is reported on failure as well.
    assert steps(failed.value.details) == BOTH
    assert failed.value.details["resolved"] is False


def test_the_names_survive_prepare_and_install(host: HostInProcess) -> None:
    """Harbor's prepare writes docker-compose.yml again, and its install.sh takes everything down and up again."""
    host.give_names(host.address)
    base = host.override.parent / "docker-compose.yml"
    content = base.read_text()
    for arguments in (["down", "-v"], ["up", "-d"]):
        base.unlink(missing_ok=True)
        base.write_text(content)
        host.compose(*arguments)
    assert host.resolved() == {host.address}
    host.sandbox.harbor.deployment.calls.clear()
    assert steps(host.give()) == []
    assert host.commands() == []


def test_exactly_what_was_added_goes_again(host: HostInProcess) -> None:
    """Neither address nor names are known any more, as where link and registry are gone."""
    host.override.write_bytes(THEIRS)
    host.hosts_file.write_bytes(host.hosts_file.read_bytes() + b"10.9.9.9 theirs.example.com\n")
    before = host.hosts_file.read_bytes()
    host.give_names(host.address)
    unknown: dict[str, Any] = {"names": [], "address": "", "url": ""}
    assert steps(host.resolution(check=True, **unknown).remove()) == BOTH_GONE
    assert host.commands() == []
    first = host.resolution(**unknown).remove()
    second = host.resolution(**unknown).remove()
    assert (steps(first), first["removed"], first["leftovers"]) == (BOTH_GONE, True, [])
    assert (steps(second), second["removed"]) == ([], True)
    assert host.hosts_file.read_bytes() == before
    assert host.override.read_bytes() == THEIRS
    assert host.commands() == RESTART
    assert host.address not in host.resolved()


def test_what_cannot_be_taken_back_keeps_nothing_else(host: HostInProcess) -> None:
    before = host.hosts_file.read_bytes()
    host.give_names(host.address)
    host.override.write_text(host.override.read_text() + "\tno YAML")
    host.note.parent.mkdir(parents=True)
    host.note.write_text("only two\n")
    with pytest.raises(Conflict) as failed:
        host.resolution().remove()
    assert "docker-compose.override.yml cannot be read as YAML" in str(failed.value)
    assert f"{host.note} on this host does not name registry, VPC and address" in str(failed.value)
    assert host.hosts_file.read_bytes() == before
    assert steps(failed.value.details) == ["delete hosts block"]
    assert failed.value.details["removed"] is False


def test_a_hosts_file_that_is_damaged_does_not_keep_the_containers(host: HostInProcess) -> None:
    host.give_names(host.address)
    damaged = host.hosts_file.read_text().replace("# END", "# ENDE")
    host.hosts_file.write_text(damaged)
    with pytest.raises(Conflict, match="do not enclose one block") as failed:
        host.resolution().remove()
    assert host.hosts_file.read_text() == damaged
    assert not host.override.exists()
    assert steps(failed.value.details) == ["delete container hosts"]
    host.wait_until_started()
    with pytest.raises(MigrationError, match="do not enclose one block"):
        host.resolution().ensure()
    assert not host.override.exists(), "names are added everywhere or nowhere"


def test_a_harbor_that_does_not_become_healthy_is_told(make_host: MakeHost) -> None:
    host = make_host(harbor_unhealthy=["jobservice"])
    with pytest.raises(WaitFailed) as failed:
        host.resolution(methods=["compose_override"], health_retries=1).ensure()
    message = str(failed.value)
    assert "Harbor is not healthy after core and jobservice were recreated: jobservice not healthy." in message
    assert "docker compose logs core jobservice proxy" in message
    assert steps(failed.value.details) == ["create container hosts"]
    assert failed.value.details["restarts"] == RESTARTS


def test_the_operator_sees_why_it_waits(host: HostInProcess) -> None:
    host.resolution().ensure()
    assert host.said == ["harbor-1: core and jobservice were recreated; waiting until Harbor is healthy again."]


def test_a_proxy_in_the_way_fails_the_verification(make_host: MakeHost) -> None:
    host = make_host(harbor_proxy="http://proxy.example:3128")
    host.give_names(host.address)
    with pytest.raises(Conflict, match=rf"Add {host.name} to proxy\.no_proxy in harbor\.yml"):
        host.give()


@pytest.mark.parametrize(("compose", "version"), [("docker-compose", "2.9"), ("podman-compose", "2.15")])
def test_other_compose_commands_are_found(make_host: MakeHost, compose: str, version: str) -> None:
    """The stand-in for Compose 1 refuses an override whose schema key differs from that of the base file."""
    host = make_host(harbor_version=version, harbor_compose=compose)
    base = yaml.safe_load((host.override.parent / "docker-compose.yml").read_text())
    assert steps(host.give()) == BOTH
    assert host.commands() == [f"{compose} up -d --no-deps core jobservice", f"{compose} restart proxy"]
    assert host.resolved() == {host.address}
    assert yaml.safe_load(host.override.read_text()).get("version") == base.get("version")
    assert ("version" in base) is (version == "2.9")


@pytest.mark.parametrize("restart", [True, False])
def test_a_run_that_broke_off_after_writing_is_finished_by_the_next(host: HostInProcess, restart: bool) -> None:
    host.give_names(host.address, recreate=False)
    if restart:
        assert steps(host.give()) == ["create container hosts"]
        assert host.resolved() == {host.address}
    else:
        applied = host.resolution(restart=False).ensure()
        assert steps(applied) == []
        assert (
            "docker compose up -d --no-deps core jobservice && docker compose restart proxy" in applied["manual_steps"]
        )
        assert applied["warnings"] == [applied["manual_steps"]]


@pytest.mark.parametrize("check", [False, True])
def test_nothing_is_changed_while_a_replication_runs(make_host: MakeHost, check: bool) -> None:
    host = make_host(seed="demo", harbor_stuck=["library/nginx"])
    execution = run_replication(host)
    before = host.hosts_file.read_text()
    with pytest.raises(Conflict) as failed:
        host.resolution(check=check).ensure()
    message = str(failed.value)
    assert message.startswith(
        "Core and jobservice must be recreated so that they learn the names, but a replication is running: "
    )
    assert f"execution {execution} of the policy nightly. Nothing was changed on this host." in message
    assert "or set migration_hosts_restart to false" in message
    assert (host.hosts_file.read_text(), host.override.exists(), host.commands()) == (before, False, [])


def test_a_replication_keeps_only_the_names_in_the_containers(make_host: MakeHost) -> None:
    host = make_host(seed="demo", harbor_stuck=["library/nginx"])
    before = host.hosts_file.read_text()
    host.give_names(host.address)
    run_replication(host)
    with pytest.raises(Conflict, match=r"a replication is running: .* The names in the containers stay\."):
        host.resolution().remove()
    assert (host.hosts_file.read_text(), host.override.exists(), host.commands()) == (before, True, [])


def run_replication(host: HostInProcess) -> int:
    """Start an execution that does not end; its number."""
    harbor = harbor_connection.harbor(host.sandbox)
    usable = harbor_connection.target(host.sandbox)
    target = harbor.create_registry({"name": "x", "type": "docker-registry", "url": usable.url, **usable.credential})
    policy = {"name": "nightly", "dest_registry": {"id": target}, "enabled": True, "trigger": {"type": "manual"}}
    number = harbor.create_policy({**policy, "filters": [{"type": "name", "value": "library/nginx"}]})
    return harbor.start_execution(number)


def test_a_site_that_starts_compose_with_f_gets_the_line_to_add(host: HostInProcess) -> None:
    units, place = host.directory / "units", host.override.parent
    units.mkdir()
    (units / "harbor.service").write_text(
        f"[Service]\nExecStart=/usr/bin/docker compose \\\n  -f {place}/docker-compose.yml up\nExecStop=/bin/true\n"
    )
    before = host.hosts_file.read_text()
    for step in (host.resolution().check, host.resolution().ensure):
        with pytest.raises(Conflict) as failed:
            step()
        message = str(failed.value)
        assert f"{units}/harbor.service starts Harbor with -f {place}/docker-compose.yml" in message
        assert f"Add -f {place}/docker-compose.override.yml" in message
    assert (host.hosts_file.read_text(), host.override.exists(), host.commands()) == (before, False, [])
    # Without the override, and for taking it back, it does not matter.
    assert host.resolution(methods=["hosts_file"]).check()["checked"]
    assert host.resolution().remove()["removed"]


def test_without_containers_the_hosts_file_is_chosen(host: HostInProcess) -> None:
    host.stop_engine()
    host.sandbox.network.recreate_containers({host.name: host.address})
    given = host.give()
    assert steps(given) == ["create hosts block"]
    assert any("Inside the containers the address of" in warning for warning in given["warnings"])
    with pytest.raises(InvalidInput, match="names compose_override, but there is no container of Harbor"):
        host.resolution(methods=["compose_override"]).ensure()


def test_without_containers_harbor_itself_decides(host: HostInProcess) -> None:
    host.stop_engine()
    url = host.sandbox.facts["registry_url"]
    with pytest.raises(Conflict) as failed:
        host.give(methods=["none"])
    message = str(failed.value)
    assert f"Harbor itself was asked to reach {url} and does not: " in message
    assert f"See that they get {host.address} for {host.name}" in message
    # Another host of the same Harbor has it tried.
    applied = host.resolution(methods=["none"]).ensure()
    assert host.resolution(methods=["none"]).verify(applied, predicted=False, ask_harbor=False)["resolved"]


def test_with_none_nothing_is_written_and_the_answer_is_verified_all_the_same(host: HostInProcess) -> None:
    before = host.hosts_file.read_text()
    with pytest.raises(Conflict, match=rf"harbor-core resolves {host.name} to 127\.0\.10\.1, expected {host.address}"):
        host.give(methods=["none"])
    host.sandbox.network.publish(host.name, host.address)
    given = host.give(methods=["none"])
    assert (steps(given), given["leftovers"], given["resolved"]) == ([], [], True)
    assert (host.hosts_file.read_text(), host.override.exists(), host.commands()) == (before, False, [])


def test_dns_gets_time_to_give_the_new_address(host: HostInProcess) -> None:
    applied = host.resolution(methods=["vpc_dns"]).ensure()
    assert (applied["pending_methods"], steps(applied)) == (["vpc_dns"], [])
    host.sleep = lambda _seconds: host.sandbox.network.publish(host.name, host.address)
    verified = host.resolution(methods=["vpc_dns"]).verify(applied, predicted=False, ask_harbor=True)
    assert verified["resolved"]
    assert host.modules.count("host_deployment_info") == 3


def test_a_release_of_the_chart_needs_the_collection_for_kubernetes(host: HostInProcess) -> None:
    for found, message in (
        (False, "ansible-galaxy collection install kubernetes.core"),
        (True, "Set migration_helm_release"),
    ):
        with pytest.raises(InvalidInput, match=message):
            host.resolution(methods=["hosts_file", "helm"], kubernetes_found=found).ensure()
        with pytest.raises(Conflict, match=message):
            host.resolution(methods=["helm"], kubernetes_found=found).remove()
    chart = {"kubernetes_found": True, "helm_release": "registry", "helm_namespace": "tools"}
    applied = host.resolution(methods=["helm"], **chart).ensure()
    assert (applied["pending_methods"], applied["hosts"]) == (["helm"], {host.name: host.address})
    assert (applied["deployment"]["release"], applied["deployment"]["namespace"]) == ("registry", "tools")


@pytest.mark.parametrize("address", ["", "not an address", "10.0.0", "10.0.0.7 evil"])
def test_an_address_that_is_none_is_refused(host: HostInProcess, address: str) -> None:
    with pytest.raises(InvalidInput, match="it is no IP address"):
        host.resolution(address=address).ensure()
    with pytest.raises(InvalidInput, match="it is no IP address"):
        host.resolution(address=address, address_pending=True).ensure()
    assert host.modules == []


def test_without_names_there_is_nothing_to_give(host: HostInProcess) -> None:
    with pytest.raises(InvalidInput, match="There is no name"):
        host.resolution(names=[]).ensure()


def test_an_override_that_somebody_changes_meanwhile_is_left_alone(
    host: HostInProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and writing."""
    resolution = host.resolution()
    inspect = resolution._inspect

    def changed_after(**options: Any) -> Any:
        found = inspect(**options)
        host.override.write_text("services: {}\n")
        return found

    monkeypatch.setattr(resolution, "_inspect", changed_after)
    before = host.hosts_file.read_text()
    with pytest.raises(MigrationError, match="was changed while this ran"):
        resolution.ensure()
    assert (host.override.read_text(), host.hosts_file.read_text()) == ("services: {}\n", before)
