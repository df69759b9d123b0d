# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role harbor_name_resolution where DNS gives the names: TCR's record in the VPC, and a dnsmasq that answers for real."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.journey import MARKER, sentences, tcr_client
from tests.roles.harbor_host import HarborHost, linked
from tests.tools.matrix import cores

REMOVE: tuple[str, dict[str, Any]] = ("remove", {})
VPC_DNS: tuple[str, dict[str, Any]] = ("main", {"harbor_name_resolution_methods": ["vpc_dns"]})
DNSMASQ: tuple[str, dict[str, Any]] = ("main", {"harbor_name_resolution_methods": ["dnsmasq"]})
PLACES = "/usr/local/sbin:/usr/sbin:/sbin"


def record_is_on(host: HarborHost) -> bool:
    facts = host.sandbox.facts
    status = tcr_client(host.sandbox).internal_endpoint_dns_status(
        facts["registry_id"], facts["vpc_id"], host.address, True
    )
    return status == "ENABLED"


@pytest.fixture
def host(make_sandbox: Callable[..., Any], tmp_path: Path) -> HarborHost:
    sandbox = make_sandbox(seed="none", network="private")
    return HarborHost(sandbox, tmp_path / "host", linked(sandbox))


def test_a_record_of_the_vpc_serves_the_containers_without_a_restart(host: HarborHost) -> None:
    # The call proves by itself that the containers get the address.
    steps = host.call(VPC_DNS, VPC_DNS)
    assert host.run.status == 0, host.run.output
    assert steps == [["create VPC DNS record"], []]
    assert [entry.action for entry in host.sandbox.journal.writes("tcr")].count("CreateInternalEndpointDns") == 1
    assert (record_is_on(host), host.commands()) == (True, [])
    assert host.note.read_text().split() == [host.sandbox.facts[name] for name in ("registry_id", "vpc_id")] + [
        host.address
    ]


def test_two_hosts_of_one_harbor_get_one_record_and_restart_in_turn(host: HarborHost) -> None:
    """On the oldest ansible-core, whose hosts wait for each other in another way than those of the newest."""
    host.core, host.hosts = cores()[0], ("first", "second")
    host.variables = {"harbor_name_resolution_state_directory": str(host.directory / "state-{{ inventory_hostname }}")}
    both = {"harbor_name_resolution_methods": ["vpc_dns", "compose_override"]}
    steps = host.call(("main", both), REMOVE)
    assert host.run.status == 0, host.run.output
    # The hosts tell them in any order.
    assert sorted(steps[:2]) == [["create container hosts"], ["create container hosts", "create VPC DNS record"]]
    assert sorted(steps[2:]) == [["delete container hosts"], ["delete container hosts", "delete VPC DNS record"]]
    records = [entry.action for entry in host.sandbox.journal.writes("tcr") if "EndpointDns" in entry.action]
    assert records == ["CreateInternalEndpointDns", "DeleteInternalEndpointDns"]
    assert host.commands() == ["compose up -d --no-deps core jobservice", "compose restart proxy"] * 4
    assert [one.name for one in host.directory.glob("state-*")] == []


def test_a_prediction_for_two_hosts_tells_one_record(host: HarborHost) -> None:
    host.hosts = ("first", "second")
    assert sorted(host.call(VPC_DNS, check=True)) == [[], ["create VPC DNS record"]]
    assert host.run.status == 0, host.run.output


def make_record(host: HarborHost, noted: bool) -> None:
    """Make the record, as this migration (with its note) or as somebody else."""
    facts = host.sandbox.facts
    tcr_client(host.sandbox).create_internal_endpoint_dns(facts["registry_id"], facts["vpc_id"], host.address, True)
    end = time.monotonic() + 10
    while not record_is_on(host) and time.monotonic() < end:
        time.sleep(0.05)
    if noted:
        write_note(host, facts["registry_id"])


def write_note(host: HarborHost, registry_id: str) -> None:
    host.note.parent.mkdir(parents=True)
    host.note.write_text(f"{registry_id} {host.sandbox.facts['vpc_id']} {host.address}\n")


@pytest.mark.parametrize("link", ["there", "gone", "without an address"])
def test_the_record_goes_whatever_the_link_tells(host: HarborHost, link: str) -> None:
    make_record(host, noted=True)
    if link == "gone":
        host.sandbox.tcr.registry.links.clear()
    elif link == "without an address":
        host.sandbox.settings.update(link_address=1e9)
    # Nothing that the playbook knows about the registry and its network is needed.
    host.variables = {"migration_registry_id": "", "migration_vpc_id": "", "harbor_name_resolution_address": ""}
    assert host.call(REMOVE) == [["delete VPC DNS record"]]
    assert host.run.status == 0, host.run.output
    assert (record_is_on(host), host.note.exists()) == (False, False)


def test_files_go_although_the_registry_is_gone(host: HarborHost) -> None:
    before = host.hosts_file.read_text()
    host.give_names(host.address)
    write_note(host, "tcr-deleted1")
    assert host.call(REMOVE) == [["delete hosts block", "delete container hosts"]]
    assert host.run.status == 0, host.run.output
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


def test_a_record_of_somebody_else_stays(host: HarborHost) -> None:
    make_record(host, noted=False)
    steps = host.call(VPC_DNS, REMOVE)
    assert host.run.status == 0, host.run.output
    assert steps == [[], []]
    assert record_is_on(host)


def test_with_none_nothing_is_written_and_the_answer_is_proven_all_the_same(host: HarborHost) -> None:
    before = host.hosts_file.read_text()
    none: tuple[str, dict[str, Any]] = ("main", {"harbor_name_resolution_methods": ["none"]})
    host.call(none)
    assert host.run.status != 0
    assert f"harbor-core resolves {host.name} to 127.0.10.1, expected {host.address}" in sentences(host.run)
    make_record(host, noted=False)
    assert host.call(none) == [[]]
    assert host.run.status == 0, host.run.output
    assert (host.hosts_file.read_text(), host.override.exists(), host.commands()) == (before, False, [])


@pytest.fixture(scope="session")
def dnsmasq() -> str:
    """The program of the Debian package dnsmasq-base, which is installed where that is possible."""
    found = shutil.which("dnsmasq", path=f"{os.environ.get('PATH', '')}:{PLACES}")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "dnsmasq-base"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
        )
        found = shutil.which("dnsmasq", path=PLACES)
    if found is None:
        pytest.skip("dnsmasq is not installed (Debian package dnsmasq-base), and only root can install it with apt-get")
    return found


class Resolver:
    """A dnsmasq on loopback that reads one directory, started anew by a script as a service manager would."""

    def __init__(self, program: str, directory: Path) -> None:
        self.records = directory / "records"
        self.records.mkdir(parents=True)
        self._pid = directory / "dnsmasq.pid"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.restart = directory / "restart"
        self.restart.write_text(
            f"#!/bin/sh\n{self._stop()}\nexec {program} --port={self.port} --listen-address=127.0.0.1 --bind-interfaces "
            f"--no-resolv --no-hosts --user= --conf-file=/dev/null --conf-dir={self.records} --pid-file={self._pid}\n"
        )
        self.restart.chmod(0o755)

    def _stop(self) -> str:
        return (
            f'if [ -s {self._pid} ]; then kill "$(cat {self._pid})"; while [ -s {self._pid} ]; do sleep 0.05; done; fi'
        )

    def close(self) -> None:
        subprocess.run(["sh", "-c", self._stop()], timeout=10, check=True)

    def ask(self, name: str) -> str | None:
        """The address of a name; None when there is none."""
        labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
        question = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.sendto(question, ("127.0.0.1", self.port))
            answer = client.recv(512)
        count = struct.unpack(">H", answer[6:8])[0]
        return socket.inet_ntoa(answer[-4:]) if count else None


@pytest.fixture
def resolver(dnsmasq: str, tmp_path: Path) -> Iterator[Resolver]:
    started = Resolver(dnsmasq, tmp_path / "resolver")
    subprocess.run([str(started.restart)], timeout=10, check=True)
    yield started
    started.close()


def test_dnsmasq_answers_for_real(host: HarborHost, resolver: Resolver) -> None:
    theirs = resolver.records / "theirs.conf"
    theirs.write_text("host-record=theirs.example.com,10.9.9.9\n")
    host.variables = {
        "migration_dnsmasq_file": str(resolver.records / "migration.conf"),
        "migration_dnsmasq_reload": str(resolver.restart),
    }
    assert resolver.ask(host.name) is None
    # The containers of this host ask dnsmasq, as its resolver: they would get what it answers now.
    host.sandbox.network.publish(host.name, host.address)
    steps = host.call(DNSMASQ, DNSMASQ)
    assert host.run.status == 0, host.run.output
    assert steps == [["create dnsmasq record"], []]
    assert resolver.ask(host.name) == host.address
    assert resolver.ask(f"other.{host.name}") is None
    assert resolver.ask("theirs.example.com") == "10.9.9.9"
    host.variables["harbor_name_resolution_address"] = ""
    assert host.call(REMOVE) == [["delete dnsmasq record"]]
    assert resolver.ask(host.name) is None
    assert resolver.ask("theirs.example.com") == "10.9.9.9"


def test_a_dnsmasq_that_does_not_start_is_told_and_tried_again(host: HarborHost) -> None:
    file = host.directory / "dnsmasq.conf"
    host.variables = {"migration_dnsmasq_reload": "/bin/sh -c 'echo no such unit >&2; exit 5'"}
    host.call(DNSMASQ)
    assert host.run.status != 0
    said = sentences(host.run)
    assert "failed with no such unit" in said, host.run.output
    assert "Set migration_dnsmasq_reload" in said
    assert not file.exists()


def test_a_dnsmasq_that_still_answers_is_tried_again_by_the_next_removal(host: HarborHost) -> None:
    file, allowed = host.directory / "dnsmasq.conf", host.directory / "allowed"
    host.directory.mkdir(exist_ok=True)
    ours = f"# {MARKER}\nhost-record={host.name},{host.address}\n"
    file.write_text(ours)
    host.variables = {"migration_dnsmasq_reload": f"test -e {allowed}"}
    host.call(REMOVE)
    assert host.run.status != 0
    assert "The file was put back, because dnsmasq may still answer with it" in sentences(host.run), host.run.output
    assert file.read_text() == ours
    allowed.touch()
    assert host.call(REMOVE) == [["delete dnsmasq record"]]
    assert host.run.status == 0, host.run.output
    assert not file.exists()


def test_a_dnsmasq_file_of_somebody_else_is_neither_replaced_nor_removed(host: HarborHost) -> None:
    file, theirs = host.directory / "dnsmasq.conf", "server=10.9.9.9\n"
    host.directory.mkdir(exist_ok=True)
    file.write_text(theirs)
    steps = host.call(REMOVE, DNSMASQ)
    assert (steps, file.read_text()) == ([[]], theirs)
    assert host.run.status != 0
    assert f"{file} shall hold nothing but the records of this migration" in sentences(host.run), host.run.output
