# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""harbor_name_resolution with the DNS of the site: updated by the run, or by the operator while the run waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._dns.server import ServerAddress
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AuthenticationFailed,
    Conflict,
    InvalidInput,
    NotOurs,
)
from tests.modules.host_in_process import HostInProcess, steps
from tests.support.dns_update_server import KEY_NAME, KEY_SECRET, DnsUpdateServer, dns_update_server

CREATED, DELETED = ["create DNS record"], ["delete DNS record"]


@pytest.fixture
def primary(host: HostInProcess) -> Iterator[DnsUpdateServer]:
    """The DNS server of the site, which the containers of Harbor use."""
    zone = host.name.partition(".")[2]
    publish = host.sandbox.network.publish

    def changed(name: str, address: str | None) -> None:
        publish(name, address or "127.0.10.1")

    with dns_update_server(zone, changed=changed) as server:
        yield server


def update(primary: DnsUpdateServer, **options: Any) -> dict[str, Any]:
    return {
        "methods": ["dns_update"],
        "dns": ServerAddress(primary.address, "", KEY_NAME, KEY_SECRET),
        **options,
    }


def test_a_record_comes_is_verified_inside_the_containers_and_goes(
    host: HostInProcess, primary: DnsUpdateServer
) -> None:
    before = host.hosts_file.read_bytes()
    assert host.resolution(**update(primary)).check()["checked"]
    for pending in ({}, {"address": "", "address_pending": True}):
        predicted = host.resolution(check=True, **update(primary, **pending)).ensure()
        assert (steps(predicted), primary.updates, host.note.parent.exists()) == (CREATED, 0, False)
    given, again = host.give(**update(primary)), host.give(**update(primary))
    assert (steps(given), steps(again), given["resolved"]) == (CREATED, [], True)
    assert [f"{one['action']} {one['object']}" for one in given["leftovers"]] == DELETED
    assert primary.values(host.name, "TXT") == {'"managed by cloud_registry.migration: demo"'}
    assert (host.resolved(), host.commands(), host.hosts_file.read_bytes()) == ({host.address}, [], before)
    # Neither names nor address nor method are known any more, as where link and registry are gone.
    unknown = update(primary, names=[], address="", url="", methods=[])
    assert (steps(host.resolution(check=True, **unknown).remove()), primary.updates) == (DELETED, 1)
    removed = host.resolution(**unknown).remove()
    assert (steps(removed), removed["removed"]) == (DELETED, True)
    assert steps(host.resolution(**unknown).remove()) == []
    assert (primary.values(host.name, "A"), primary.values(host.name, "TXT")) == (set(), set())
    assert not host.note.parent.exists()


def test_the_first_of_several_hosts_makes_the_record_for_all(host: HostInProcess, primary: DnsUpdateServer) -> None:
    other = update(primary, first_host=False)
    assert steps(host.resolution(**other).ensure()) == []
    assert primary.updates == 0
    assert steps(host.resolution(**update(primary)).ensure()) == CREATED
    assert host.give(**other)["resolved"]


def test_migrations_share_the_record_and_each_says_so(host: HostInProcess, primary: DnsUpdateServer) -> None:
    other = update(primary, migration_id="other", dns_note_file=str(host.note.with_name("other-dns-update")))
    host.resolution(**other).ensure()
    given = host.give(**update(primary))
    assert given["actions"] == [
        {"action": "update", "object": "DNS record", "key": "harbor-1", "shared_with": ["other"]}
    ]
    assert given["leftovers"] == given["actions"]
    assert host.resolution(**update(primary)).remove()["actions"] == given["actions"]
    assert host.resolved() == {host.address}
    assert steps(host.resolution(**other).remove()) == DELETED
    assert not host.note.parent.exists()


def test_a_name_of_somebody_else_is_refused_before_anything_is_written(
    host: HostInProcess, primary: DnsUpdateServer
) -> None:
    primary.add(host.name, "A", "10.9.9.9")
    before = host.hosts_file.read_bytes()
    options = update(primary, methods=["hosts_file", "compose_override", "dns_update"])
    for step in (host.resolution(**options).check, host.resolution(**options).ensure):
        with pytest.raises(NotOurs, match="no migration made it"):
            step()
    assert (host.hosts_file.read_bytes(), host.override.exists(), host.commands()) == (before, False, [])
    assert (primary.values(host.name, "A"), primary.updates, host.note.parent.exists()) == ({"10.9.9.9"}, 0, False)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (ServerAddress(""), InvalidInput),
        (ServerAddress("SERVER", "", KEY_NAME, "YW5vdGhlcg=="), AuthenticationFailed),
    ],
    ids=["no server", "another key"],
)
def test_a_server_that_cannot_be_used_is_told_before_anything_is_written(
    host: HostInProcess, primary: DnsUpdateServer, address: ServerAddress, error: type[Exception]
) -> None:
    given = ServerAddress(address.server.replace("SERVER", primary.address), "", address.key_name, address.key_secret)
    options = update(primary, methods=["hosts_file", "dns_update"], dns=given)
    before = host.hosts_file.read_bytes()
    for step in (host.resolution(**options).check, host.resolution(**options).ensure):
        with pytest.raises(error, match="migration_dns_update_"):
            step()
    assert host.hosts_file.read_bytes() == before
    # The public endpoint needs no names.
    assert host.resolution(**{**options, "bypass_proxy": False}).check()["checked"]


def test_an_update_that_fails_is_told_with_what_was_done(host: HostInProcess, primary: DnsUpdateServer) -> None:
    def refuse() -> None:
        primary.add(host.name, "CNAME", "theirs.example.")

    primary.before_update = refuse
    with pytest.raises(NotOurs) as failed:
        host.resolution(**update(primary, methods=["hosts_file", "dns_update"])).ensure()
    assert steps(failed.value.details) == ["create hosts block"]


def test_a_server_that_does_not_answer_keeps_nothing_else(host: HostInProcess, primary: DnsUpdateServer) -> None:
    before = host.hosts_file.read_bytes()
    both = update(primary, methods=["hosts_file", "dns_update"])
    host.resolution(**both).ensure()
    primary.refuse = "SERVFAIL"
    with pytest.raises(Conflict, match="SERVFAIL") as failed:
        host.resolution(**both).remove()
    assert (steps(failed.value.details), host.hosts_file.read_bytes()) == (["delete hosts block"], before)
    primary.refuse = ""
    assert steps(host.resolution(**both).remove()) == DELETED


def test_the_operator_makes_the_record_while_the_run_waits(host: HostInProcess) -> None:
    manual = {"methods": ["manual"], "wait_timeout": 1}
    waits: list[float] = []

    def make(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            host.sandbox.network.publish(host.name, host.address)

    host.sleep = make
    before = host.hosts_file.read_bytes()
    given = host.give(**manual)
    assert (steps(given), given["leftovers"], given["resolved"], len(waits)) == ([], [], True, 2)
    record = f"{host.name}. IN A {host.address}"
    assert host.said == [
        f"harbor-1: the DNS that Harbor's containers use must have {record} (method manual of migration_hosts_methods).",
        "harbor-1: waiting up to 1 s until Harbor's containers get it.",
    ]
    assert (host.hosts_file.read_bytes(), host.override.exists(), host.commands()) == (before, False, [])
    removed = host.resolution(**manual).remove()
    assert (removed["removed"], steps(removed)) == (True, [])
    assert removed["warnings"] == [f"The record of {host.name} in your DNS was not made by this migration, and stays."]


def test_a_record_that_nobody_makes_is_named_when_the_time_is_up(host: HostInProcess) -> None:
    host.sleep = lambda _seconds: None
    with pytest.raises(Conflict) as failed:
        host.give(methods=["manual"], wait_timeout=1)
    message = str(failed.value)
    assert f"harbor-core resolves {host.name} to 127.0.10.1, expected {host.address}" in message
    assert f"Harbor did not get {host.name}. IN A {host.address} within 1 s. Make the record" in message
    host.stop_engine()
    with pytest.raises(Conflict, match="Harbor itself was asked to reach .* Harbor did not get "):
        host.give(methods=["manual"], wait_timeout=1)


def test_a_prediction_neither_waits_for_the_operator_nor_fails(host: HostInProcess) -> None:
    def sleep(_seconds: float) -> None:
        raise AssertionError("it waits")

    host.sleep = sleep
    resolution = host.resolution(check=True, methods=["manual"])
    verified = resolution.verify(resolution.ensure(), predicted=False, ask_harbor=True)
    assert (steps(verified), verified["resolved"]) == ([], True)
    assert any("migrate will wait for it up to 900 s" in warning for warning in verified["warnings"])
    pending = host.resolution(check=True, methods=["manual"], address="", address_pending=True)
    pending.ensure()
    assert f"{host.name}. IN A (address of the private link)" in host.said[-1]
