# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role harbor_name_resolution with TCR's record in the VPC: one record for all hosts, and a note of who made it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.journey import assert_success, sentences
from tests.modules import harbor_connection
from tests.roles.harbor_host import HarborHost
from tests.support.host_state import MARKER, linked
from tests.tools.matrix import cores

REMOVE: tuple[str, dict[str, Any]] = ("remove", {})
VPC_DNS: tuple[str, dict[str, Any]] = ("main", {"harbor_name_resolution_methods": ["vpc_dns"]})


@pytest.fixture
def host(make_sandbox: Callable[..., Any], tmp_path: Path) -> HarborHost:
    sandbox = make_sandbox(seed="none", network="private")
    return HarborHost(sandbox, tmp_path / "host", linked(sandbox))


def record_is_on(host: HarborHost) -> bool:
    facts = host.sandbox.facts
    status = harbor_connection.tcr(host.sandbox).internal_endpoint_dns_status(
        facts["registry_id"], facts["vpc_id"], host.address, True
    )
    return status == "ENABLED"


def make_record(host: HarborHost, noted: bool) -> None:
    """Make the record, as this migration (with its note) or as somebody else."""
    facts = host.sandbox.facts
    harbor_connection.tcr(host.sandbox).create_internal_endpoint_dns(
        facts["registry_id"], facts["vpc_id"], host.address, True
    )
    end = time.monotonic() + 10
    while not record_is_on(host) and time.monotonic() < end:
        time.sleep(0.05)
    if noted:
        write_note(host, facts["registry_id"])


def write_note(host: HarborHost, registry_id: str) -> None:
    host.note.parent.mkdir(parents=True)
    host.note.write_text(f"{registry_id} {host.sandbox.facts['vpc_id']} {host.address}\n")


def test_two_hosts_of_one_harbor_get_one_record_and_restart_in_turn(host: HarborHost) -> None:
    """On the oldest ansible-core, whose hosts wait for each other in another way than those of the newest."""
    host.core, host.hosts = cores()[0], ("first", "second")
    host.variables = {"harbor_name_resolution_state_directory": str(host.directory / "state-{{ inventory_hostname }}")}
    both = {"harbor_name_resolution_methods": ["vpc_dns", "compose_override"]}
    steps = host.call(("main", both), REMOVE)
    assert_success(host.run)
    # Both hosts are this machine: the second finds what the first has done, because it begins after it.
    assert sorted(steps[:2]) == [[], ["create container hosts", "create VPC DNS record"]]
    assert sorted(steps[2:]) == [[], ["delete container hosts", "delete VPC DNS record"]]
    records = [entry.action for entry in host.sandbox.journal.writes("tcr") if "EndpointDns" in entry.action]
    assert records == ["CreateInternalEndpointDns", "DeleteInternalEndpointDns"]
    assert host.commands() == ["compose up -d --no-deps core jobservice", "compose restart proxy"] * 2
    assert [one.name for one in host.directory.glob("state-*")] == []
    assert {fact["removed"] for fact in host.facts()[2:]} == {True}


def test_a_prediction_for_two_hosts_tells_one_record(host: HarborHost) -> None:
    host.hosts = ("first", "second")
    pending = {**VPC_DNS[1], "harbor_name_resolution_address": "", "harbor_name_resolution_address_pending": True}
    steps = host.call(VPC_DNS, ("main", pending), check=True)
    assert_success(host.run)
    assert [sorted(steps[:2]), sorted(steps[2:])] == [[[], ["create VPC DNS record"]]] * 2
    assert (record_is_on(host), host.note.exists()) == (False, False)


def test_a_record_of_somebody_else_serves_and_stays(host: HarborHost) -> None:
    """The call verifies by itself that the containers get the address."""
    make_record(host, noted=False)
    assert host.call(VPC_DNS, REMOVE) == [[], []]
    assert_success(host.run)
    assert (record_is_on(host), host.note.exists(), host.commands()) == (True, False, [])


def test_a_record_stays_until_the_last_migration_of_this_host_has_left(host: HarborHost) -> None:
    """The names of the migrations begin alike, and the first to come is the first to leave."""
    names = [{"migration_id": one} for one in ("demo", "demo-2")]
    steps = host.call(
        *(("main", {**VPC_DNS[1], **name}) for name in names), *(("remove", name) for name in (*names, names[1]))
    )
    assert_success(host.run)
    assert steps == [["create VPC DNS record"], [], ["keep VPC DNS record"], ["delete VPC DNS record"], []]
    first, second, kept, *_rest = host.facts()
    assert [one.get("shared_with") for one in (*first["leftovers"], *second["leftovers"])] == [None, ["demo"]]
    assert kept["actions"][0]["shared_with"] == ["demo-2"]
    assert (record_is_on(host), host.note.parent.exists()) == (False, False)


def test_a_record_stays_while_a_migration_of_another_host_has_a_credential(host: HarborHost) -> None:
    make_record(host, noted=True)
    client, registry_id = harbor_connection.tcr(host.sandbox), host.sandbox.facts["registry_id"]
    for owner in ("demo", "demo-2"):
        credential = client.create_token(registry_id, f"managed by cloud_registry.migration: {owner}")["TokenId"]
    assert host.call(REMOVE) == [["keep VPC DNS record"]]
    assert_success(host.run)
    assert "used by demo-2. Run cleanup of this migration again" in " ".join(host.run.output.split())
    assert (record_is_on(host), host.note.exists()) == (True, True)
    client.delete_token(registry_id, credential)
    assert host.call(REMOVE) == [["delete VPC DNS record"]]
    assert (record_is_on(host), host.note.parent.exists()) == (False, False)


def test_the_record_goes_with_nothing_but_the_note(host: HarborHost) -> None:
    """The link is gone, and nothing that the playbook knows about registry and network is needed."""
    make_record(host, noted=True)
    host.sandbox.tcr.registry.links.clear()
    host.variables = {"migration_registry_id": "", "migration_vpc_id": "", "harbor_name_resolution_address": ""}
    assert host.call(REMOVE) == [["delete VPC DNS record"]]
    assert_success(host.run)
    assert (record_is_on(host), host.note.exists(), host.note.parent.exists()) == (False, False, False)


def test_files_go_although_the_registry_is_gone(host: HarborHost) -> None:
    before = host.hosts_file.read_text()
    host.give_names(host.address)
    write_note(host, "tcr-deleted1")
    assert host.call(REMOVE) == [["delete hosts block", "delete container hosts"]]
    assert_success(host.run)
    assert f"If the registry was deleted, TCR has removed its VPC DNS record as well: remove {host.note}" in " ".join(
        host.run.output.split()
    )
    assert (host.hosts_file.read_text(), host.override.exists(), host.note.exists()) == (before, False, True)


def test_files_go_although_nobody_answers_for_the_registry(host: HarborHost) -> None:
    before = host.hosts_file.read_text()
    host.give_names(host.address)
    write_note(host, host.sandbox.facts["registry_id"])
    dnsmasq = host.directory / "dnsmasq.conf"
    dnsmasq.write_text(f"# {MARKER}\nhost-record=demo,10.0.0.1\n")
    host.sandbox.faults.add(service="tcr", match="DescribeInstances", kind="status", times=50, status=503)
    host.call(REMOVE)
    assert host.run.status != 0
    assert "503" in sentences(host.run), host.run.output
    assert (host.hosts_file.read_text(), host.override.exists(), dnsmasq.exists()) == (before, False, False)
    assert host.note.exists()
