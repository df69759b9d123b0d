# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dynamic updates against a server on loopback: names are marked, those of others stay, and nothing is lost in a race."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._dns import server as module
from ansible_collections.cloud_registry.migration.plugins.module_utils._dns.records import DnsRecords
from ansible_collections.cloud_registry.migration.plugins.module_utils._dns.server import DnsServer, ServerAddress
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    ApiError,
    AuthenticationFailed,
    Conflict,
    InvalidInput,
    MigrationError,
    MissingLibrary,
    NotFound,
    NotOurs,
    PermissionDenied,
    Unreachable,
)
from tests.support.dns_update_server import KEY_NAME, KEY_SECRET, DnsUpdateServer, dns_update_server

ZONE, NAME, ADDRESS = "tencentcloudcr.com", "demo.tencentcloudcr.com", "10.0.0.7"
MARKER = '"managed by cloud_registry.migration: {}"'


@pytest.fixture
def primary() -> Iterator[DnsUpdateServer]:
    with dns_update_server(ZONE) as server:
        yield server


def records(primary: DnsUpdateServer, migration_id: str = "one", **address: str) -> DnsRecords:
    key = {"key_name": KEY_NAME, "key_secret": KEY_SECRET}
    return DnsRecords(DnsServer(ServerAddress(**{"server": primary.address, **key, **address})), migration_id)


@pytest.mark.parametrize(("address", "kind"), [(ADDRESS, "A"), ("fd00::7", "AAAA")])
def test_a_name_comes_with_its_mark_is_predicted_and_goes(primary: DnsUpdateServer, address: str, kind: str) -> None:
    before = {place: set(values) for place, values in primary.records.items()}
    ours = records(primary)
    assert ours.ensure(NAME, address, predict=True)
    assert ours.ensure(NAME, "", predict=True)
    assert (primary.records, primary.updates) == (before, 0)
    assert ours.ensure(NAME, address)
    assert primary.values(NAME, kind) == {address}
    assert primary.values(NAME, "TXT") == {MARKER.format("one")}
    assert not ours.ensure(NAME, address)
    assert not ours.ensure(NAME, address, predict=True)
    assert ours.remove(NAME, predict=True)
    assert primary.updates == 1
    assert ours.remove(NAME)
    assert not ours.remove(NAME)
    assert (primary.records, primary.updates) == (before, 2)


def test_a_new_address_replaces_the_old_one(primary: DnsUpdateServer) -> None:
    records(primary).ensure(NAME, ADDRESS)
    assert records(primary).ensure(NAME, "fd00::8")
    assert (primary.values(NAME, "A"), primary.values(NAME, "AAAA")) == (set(), {"fd00::8"})


@pytest.mark.parametrize(
    ("kind", "value"), [("A", "10.9.9.9"), ("A", ADDRESS), ("AAAA", "fd00::1"), ("CNAME", "x.example.")]
)
def test_a_name_of_somebody_else_is_never_touched(primary: DnsUpdateServer, kind: str, value: str) -> None:
    primary.add(NAME, kind, value)
    ours = records(primary)
    for step in (
        lambda: ours.check(NAME),
        lambda: ours.ensure(NAME, ADDRESS),
        lambda: ours.ensure(NAME, "", predict=True),
    ):
        with pytest.raises(NotOurs) as refused:
            step()
        assert f"{NAME} exists in the zone {ZONE}. with {value}, and no migration made it" in str(refused.value)
        assert "migration_hosts_methods to none" in str(refused.value)
    assert not ours.remove(NAME)
    assert (primary.values(NAME, kind), primary.updates) == ({value}, 0)


def test_texts_and_other_addresses_of_somebody_else_stay(primary: DnsUpdateServer) -> None:
    primary.add(NAME, "TXT", '"v=spf1 -all"', '"a \\"quoted\\" one"')
    primary.add(f"x.{NAME}", "A", "10.9.9.9")
    before = {place: set(values) for place, values in primary.records.items()}
    ours = records(primary)
    assert ours.ensure(NAME, ADDRESS)
    assert len(primary.values(NAME, "TXT")) == 3
    primary.add(NAME, "A", "10.9.9.8")
    with pytest.raises(Conflict, match=r"has several addresses .* Nothing was removed"):
        ours.remove(NAME)
    assert ours.remove(NAME, ADDRESS)
    assert primary.values(NAME, "A") == {"10.9.9.8"}
    primary.records.pop((f"{NAME}.", "A"))
    assert primary.records == before


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_migrations_share_a_name_and_the_last_one_removes_it(primary: DnsUpdateServer, order: tuple[str, str]) -> None:
    for migration in ("one", "two"):
        assert records(primary, migration).ensure(NAME, ADDRESS)
    with pytest.raises(
        Conflict, match=r"The migration two gave demo.* the address 10\.0\.0\.7 .* reached at 10\.0\.0\.8"
    ):
        records(primary, "one").ensure(NAME, "10.0.0.8")
    assert records(primary, order[0]).remove(NAME, ADDRESS)
    assert primary.values(NAME, "A") == {ADDRESS}
    assert primary.values(NAME, "TXT") == {MARKER.format(order[1])}
    assert records(primary, order[1]).remove(NAME, ADDRESS)
    assert (primary.values(NAME, "A"), primary.values(NAME, "TXT")) == (set(), set())


def test_what_changes_between_look_and_update_is_looked_at_again(primary: DnsUpdateServer) -> None:
    def interfere() -> None:
        primary.before_update = lambda: None
        primary.add(NAME, "A", ADDRESS)
        primary.add(NAME, "TXT", MARKER.format("two"))

    primary.before_update = interfere
    assert records(primary).ensure(NAME, ADDRESS)
    assert primary.values(NAME, "TXT") == {MARKER.format("one"), MARKER.format("two")}
    primary.before_update = lambda: primary.add(NAME, "TXT", f'"{primary.updates}-{len(primary.values(NAME, "TXT"))}"')
    with pytest.raises(Conflict, match="changed by somebody else meanwhile"):
        records(primary).remove(NAME)


def test_the_zone_is_found_or_the_reason_why_not(primary: DnsUpdateServer) -> None:
    assert DnsServer(ServerAddress(primary.address, "", KEY_NAME, KEY_SECRET)).zone_of(f"a.b.{NAME}") == f"{ZONE}."
    assert records(primary, zone=f"{ZONE}.").ensure(NAME, ADDRESS)
    with pytest.raises(InvalidInput, match=r"The zone tencentcloudcr\.com\. .* does not hold demo\.example"):
        records(primary, zone=ZONE).check("demo.example")
    with pytest.raises(NotFound, match=r"is not authoritative for the zone x\.tencentcloudcr\.com"):
        records(primary, zone=f"x.{ZONE}").check(f"demo.x.{ZONE}")
    with pytest.raises(PermissionDenied, match="REFUSED"):
        records(primary).check("demo.example")


def test_an_answer_without_a_signature_is_not_believed(primary: DnsUpdateServer) -> None:
    primary.signs = False
    with pytest.raises(AuthenticationFailed, match="the answer is not signed"):
        records(primary).check(NAME)


def test_a_server_that_wants_no_signature_gets_none() -> None:
    with dns_update_server(ZONE, algorithm="") as server:
        assert records(server, key_name="", key_secret="").ensure(NAME, ADDRESS)
        assert server.values(NAME, "A") == {ADDRESS}


OTHER_SECRET = "YW5vdGhlci1rZXktb2YtMzItYnl0ZXMtbG9uZyEhISE="


@pytest.mark.parametrize(
    ("address", "error", "reason"),
    [
        ({"key_secret": OTHER_SECRET}, AuthenticationFailed, f"do not agree on the key '{KEY_NAME}'"),
        ({"key_name": "unknown"}, AuthenticationFailed, "do not agree on the key 'unknown'"),
        ({"key_algorithm": "hmac-sha512"}, AuthenticationFailed, "_key_algorithm, and the clocks"),
        ({"key_name": "", "key_secret": ""}, PermissionDenied, "Allow it there without a key"),
        ({"key_name": ""}, InvalidInput, "Only one of migration_dns_update_key_name"),
        ({"key_secret": "no Base64!"}, InvalidInput, "is not a key in Base64"),
        ({"server": "127.0.0.1:1"}, Unreachable, "gave no answer to the query"),
        ({"server": "nobody.invalid"}, Unreachable, "gave no answer to the query"),
        ({"server": "[::1]:0"}, InvalidInput, "no name or address of a DNS server"),
        ({"server": "ns.example:domain"}, InvalidInput, "no name or address of a DNS server"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_changed_and_without_the_secret(
    primary: DnsUpdateServer, address: dict[str, str], error: type[MigrationError], reason: str
) -> None:
    with pytest.raises(error) as refused:
        records(primary, **address).check(NAME)
    assert reason in str(refused.value)
    assert "migration_dns_update" in str(refused.value) or "Allow it" in str(refused.value)
    assert all(secret not in str(refused.value) for secret in (KEY_SECRET, OTHER_SECRET))
    assert KEY_SECRET not in repr(ServerAddress("x", "", KEY_NAME, KEY_SECRET))
    assert primary.updates == 0


@pytest.mark.parametrize(
    ("code", "error"), [("REFUSED", PermissionDenied), ("SERVFAIL", ApiError), ("NOTIMP", ApiError)]
)
def test_an_update_that_the_server_refuses_is_told_with_its_code(
    primary: DnsUpdateServer, code: str, error: type[MigrationError]
) -> None:
    ours = records(primary)
    ours.check(NAME)
    primary.refuse = code
    with pytest.raises(error, match=f"refuses the query for .* SOA: {code}"):
        ours.ensure(NAME, ADDRESS)


def test_without_the_library_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DNS_FOUND", False)
    with pytest.raises(MissingLibrary, match="dnspython"):
        DnsServer(ServerAddress("127.0.0.1"))
