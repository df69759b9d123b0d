# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of temporary access gets the end of its lease, keeps it, renews it late, and loses it with another mode."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._module.options import common
from tests.modules import harbor_connection, tcr_connection
from tests.modules.host_in_process import HostInProcess, MakeHost, steps
from tests.modules.tcr_connection import QUICK_WAIT
from tests.sandbox.tcr.state import SecurityPolicy
from tests.support.modules import run_module
from tests.support.steps import fail, four_steps, succeed

MARKER = "managed by cloud_registry.migration: demo"
NOW = datetime(2026, 12, 1, 6, tzinfo=UTC).timestamp()
HOUR = 3600
END, RENEWED = " until 2026-12-04T06Z", " until 2026-12-05T19Z"
OWNER = {"migration_id": "demo"}
LEASE = {**OWNER, "lease_hours": 72}
CIDR = "203.0.113.7/32"
SetHours = Callable[[float], None]


@pytest.fixture
def set_hours(monkeypatch: pytest.MonkeyPatch) -> SetHours:
    """Sets the clock by which leases are measured to so many hours after its beginning; it stands still."""

    def put(hours: float) -> None:
        monkeypatch.setattr(common, "time", SimpleNamespace(time=lambda: NOW + hours * HOUR))

    put(0)
    return put


def whitelist(sandbox: Any) -> tuple[str, dict[str, Any], Callable[[], str]]:
    """Module, options and a look at the description of each kind of access."""
    succeed(tcr_connection.runner("tcr_public_access"), {**tcr_connection.connection(sandbox), **QUICK_WAIT})
    options = {**tcr_connection.connection(sandbox), **QUICK_WAIT, "entries": [{"cidr": CIDR}], "state": "exact"}
    return "tcr_public_whitelist", options, lambda: sandbox.tcr.registry.whitelist.policies[0].description


def credential(sandbox: Any) -> tuple[str, dict[str, Any], Callable[[], str]]:
    return "tcr_access_credential", tcr_connection.connection(sandbox), lambda: _tokens(sandbox)[0]["Desc"]


def endpoint(sandbox: Any) -> tuple[str, dict[str, Any], Callable[[], str]]:
    usable = harbor_connection.target(sandbox)
    given = {"name": "demo", "url": usable.url, "update_secret": "on_create", **usable.credential}
    options = {**harbor_connection.connection(sandbox), **given}
    return "harbor_registry", options, lambda: harbor_connection.harbor(sandbox).registries()[0]["description"]


def policy(sandbox: Any) -> tuple[str, dict[str, Any], Callable[[], str]]:
    _module, options, _look = endpoint(sandbox)
    succeed(tcr_connection.runner("harbor_registry"), options)
    given = {**harbor_connection.connection(sandbox), "name": "demo", "registry": "demo"}
    return "harbor_replication_policy", given, lambda: harbor_connection.harbor(sandbox).policies()[0]["description"]


def robot(sandbox: Any) -> tuple[str, dict[str, Any], Callable[[], str]]:
    options = harbor_connection.connection(sandbox)
    robots = [{"name": "demo", "permissions": [{"access": {"repository": ["pull"]}}]}]
    given = {**options, "project": "library", "robots": robots}
    return (
        "harbor_robot",
        given,
        lambda: harbor_connection.harbor(sandbox).robots.everywhere(_library(sandbox))[0]["description"],
    )


def _library(sandbox: Any) -> list[dict[str, Any]]:
    return [one for one in harbor_connection.harbor(sandbox).projects() if one["name"] == "library"]


def _tokens(sandbox: Any) -> list[dict[str, Any]]:
    return list(harbor_connection.tcr(sandbox).tokens(sandbox.facts["registry_id"]))


KINDS = {
    "whitelist entry": whitelist,
    "access credential": credential,
    "Harbor endpoint": endpoint,
    "replication policy": policy,
    "Harbor robot account": robot,
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_end_is_written_kept_renewed_and_taken_out(
    make_sandbox: Callable[..., Any], set_hours: SetHours, kind: str
) -> None:
    sandbox = make_sandbox(seed="none", endpoint_opening=0.0)
    name, options, description = KINDS[kind](sandbox)
    run = tcr_connection.runner(name)
    four_steps(run, sandbox.journal, {**options, **LEASE})
    assert description() == MARKER + END
    set_hours(36)
    assert not succeed(run, {**options, **LEASE})["changed"]
    set_hours(37)
    renewed = four_steps(run, sandbox.journal, {**options, **LEASE})
    assert [(one["action"], one["object"]) for one in renewed["actions"]] == [("renew", kind)]
    assert END in str(renewed["diff"]["before"])
    assert RENEWED in str(renewed["diff"]["after"])
    assert description() == MARKER + RENEWED
    set_hours(999)
    assert not succeed(run, {**options, **OWNER})["changed"]
    permanent = four_steps(run, sandbox.journal, {**options, **OWNER, "lease_hours": 0})
    assert [one["action"] for one in permanent["actions"]] == ["update"]
    assert description() == MARKER
    removed = {**options, **LEASE, "state": "absent"}
    assert succeed(run, removed)["actions"][0]["action"] == "delete"


def test_the_robot_account_of_an_old_harbor_keeps_its_first_end(
    make_sandbox: Callable[..., Any], set_hours: SetHours
) -> None:
    sandbox = make_sandbox(harbor_version="1.10")
    name, options, description = robot(sandbox)
    run = tcr_connection.runner(name)
    for hours in (0, 60):
        set_hours(hours)
        succeed(run, {**options, **LEASE})
    assert description() == MARKER + END


def test_the_credential_of_an_endpoint_is_renewed_by_its_id(
    make_sandbox: Callable[..., Any], set_hours: SetHours
) -> None:
    sandbox = make_sandbox(harbor_version=None)
    run, options = tcr_connection.runner("tcr_access_credential"), tcr_connection.connection(sandbox)
    made = [succeed(run, {**options, **LEASE, "rotate": True})["credential"]["credential_id"] for _one in range(2)]
    set_hours(37)
    result = succeed(run, {**options, **LEASE, "credential_id": made[0]})
    assert result["actions"] == [{"action": "renew", "object": "access credential", "key": made[0]}]
    assert {one["Id"]: one["Desc"] for one in _tokens(sandbox)} == dict(
        zip(made, (MARKER + RENEWED, MARKER + END), strict=True)
    )


def test_a_network_that_another_migration_uses_has_an_end_for_each(
    make_sandbox: Callable[..., Any], set_hours: SetHours
) -> None:
    sandbox = make_sandbox(harbor_version=None, endpoint_opening=0.0)
    name, options, description = whitelist(sandbox)
    run = tcr_connection.runner(name)
    succeed(run, {**options, **LEASE})
    four_steps(run, sandbox.journal, {**options, "migration_id": "b", "lease_hours": 24})
    assert description() == f"{MARKER}{END}; b until 2026-12-02T06Z"
    four_steps(run, sandbox.journal, {**options, **OWNER, "entries": []})
    assert description() == "managed by cloud_registry.migration: b until 2026-12-02T06Z"


def test_the_longest_name_fits_with_its_end_and_two_get_an_entry_each(
    make_sandbox: Callable[..., Any], set_hours: SetHours
) -> None:
    sandbox = make_sandbox(harbor_version=None, endpoint_opening=0.0)
    name, options, _description = whitelist(sandbox)
    run = tcr_connection.runner(name)
    names = ["a" * 40, "b" * 40]
    for one in names:
        four_steps(run, sandbox.journal, {**options, "migration_id": one, "lease_hours": 72})
    stored = [one.description for one in sandbox.tcr.registry.whitelist.policies]
    assert stored == [f"managed by cloud_registry.migration: {one}{END}" for one in names]
    assert max(map(len, stored)) <= sandbox.settings.policy_description_length


def test_an_entry_of_two_without_ends_becomes_two_when_an_end_has_no_room(
    make_sandbox: Callable[..., Any], set_hours: SetHours
) -> None:
    sandbox = make_sandbox(harbor_version=None, endpoint_opening=0.0)
    name, options, _description = whitelist(sandbox)
    listed = sandbox.tcr.registry.whitelist
    listed.policies.append(SecurityPolicy(CIDR, f"{MARKER}; harbor-in-the-old-data-centre-number-2"))
    listed.version += 1
    four_steps(tcr_connection.runner(name), sandbox.journal, {**options, **LEASE})
    assert sorted(one.description for one in listed.policies) == [
        MARKER + END,
        "managed by cloud_registry.migration: harbor-in-the-old-data-centre-number-2",
    ]


def test_a_description_must_leave_room_for_an_end(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(harbor_version=None)
    run, options = tcr_connection.runner("tcr_access_credential"), tcr_connection.connection(sandbox)
    longest = 255 - len(f" ({MARKER}{END})")
    succeed(run, {**options, **LEASE, "description": "x" * longest})
    assert "has 256 characters" in fail(run, {**options, **OWNER, "description": "x" * (longest + 1)})["msg"]


@pytest.mark.parametrize("hours", [-1, 1.5, "soon"])
def test_hours_that_are_none_are_refused(make_sandbox: Callable[..., Any], hours: Any) -> None:
    sandbox = make_sandbox(harbor_version=None)
    options = {**tcr_connection.connection(sandbox), **OWNER, "lease_hours": hours}
    assert "lease_hours" in fail(tcr_connection.runner("tcr_access_credential"), options)["msg"]


@pytest.fixture
def host(make_host: MakeHost) -> HostInProcess:
    """A host whose names are in its hosts file."""
    return make_host()


def test_a_host_keeps_the_end_beside_the_names(host: HostInProcess, set_hours: SetHours) -> None:
    lease = host.note.with_name("demo-lease")
    options = {"lease_file": str(lease), "lease_hours": 72, "methods": ["hosts_file"]}
    assert steps(host.resolution(**options).ensure()) == ["create hosts block"]
    assert lease.read_text() == f"{MARKER}{END}\n"
    before = host.hosts_file.read_bytes()
    set_hours(36)
    assert steps(host.resolution(**options).ensure()) == []
    set_hours(37)
    assert steps(host.resolution(check=True, **options).ensure()) == ["renew lease"]
    assert steps(host.resolution(**options).ensure()) == ["renew lease"]
    assert lease.read_text() == f"{MARKER}{RENEWED}\n"
    permanent = {**options, "lease_hours": 0}
    assert steps(host.resolution(**permanent).ensure()) == ["delete lease"]
    assert steps(host.resolution(**permanent).ensure()) == []
    assert steps(host.resolution(**options).ensure()) == ["create lease"]
    assert host.hosts_file.read_bytes() == before
    assert steps(host.resolution(**options).remove()) == ["delete hosts block"]
    assert not lease.exists()


def test_the_lease_stays_while_a_record_elsewhere_is_noted(host: HostInProcess, set_hours: SetHours) -> None:
    lease = host.note.with_name("demo-lease")
    options = {"lease_file": str(lease), "lease_hours": 72, "methods": ["hosts_file"]}
    host.resolution(**options).ensure()
    host.note.write_text("tcr-1 vpc-1 10.0.0.1\n")
    removed = host.resolution(**options).remove()
    assert removed["pending_methods"] == ["vpc_dns"]
    assert lease.exists()
    note = {"note_file": str(host.note), "note": "", "lease_file": str(lease)}
    run_module("host_name_records", {**OWNER, **note, "state": "absent"})
    assert not lease.exists()
