# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_public_whitelist against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import QUICK_WAIT, connection, runner
from tests.support.steps import fail, succeed, twelve_steps

run = runner("tcr_public_whitelist")
run_access = runner("tcr_public_access")


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    """A sandbox with an open public endpoint, and the options for it."""

    def started(**settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, endpoint_opening=0.0, **settings)
        options = {**connection(sandbox), **QUICK_WAIT}
        succeed(run_access, options)
        return sandbox, options

    return started


def listed(sandbox: Any) -> list[tuple[str, str]]:
    return [(one.cidr_block, one.description) for one in sandbox.tcr.registry.whitelist.policies]


def append(sandbox: Any, *entries: tuple[str, str]) -> None:
    """Put entries into the list as somebody else would, twins included."""
    policy = type("Policy", (), {})
    for cidr, description in entries:
        one = policy()
        one.cidr_block, one.description = cidr, description
        sandbox.tcr.registry.whitelist.policies.append(one)
        sandbox.tcr.registry.whitelist.version += 1


@pytest.mark.parametrize("migration_id", [None, "spring"])
def test_twelve_steps(start: Callable[..., Any], migration_id: str | None) -> None:
    sandbox, options = start()
    if migration_id:
        options["migration_id"] = migration_id
    entries = [{"cidr": "203.0.113.7", "description": "Harbor"}, {"cidr": "198.51.100.0/24"}]
    changed_entries = [{"cidr": "203.0.113.7/32", "description": "old Harbor"}, {"cidr": "198.51.100.0/24"}]
    created, changed, _deleted = twelve_steps(
        run,
        sandbox.journal,
        create={**options, "entries": entries},
        change={**options, "entries": changed_entries},
        delete={**options, "entries": [{"cidr": "203.0.113.7"}, {"cidr": "198.51.100.0/24"}], "state": "absent"},
    )
    assert [one["cidr"].removesuffix("/32") for one in created["entries"]] == ["203.0.113.7", "198.51.100.0/24"]
    assert created["entries"][0]["description"].startswith("Harbor")
    assert changed is not None
    assert changed["entries"][0]["description"].startswith("old Harbor")
    assert listed(sandbox) == []


def test_the_marker_is_in_the_description_and_others_are_kept(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    append(sandbox, ("203.0.113.0/24", "theirs"), ("198.51.100.7/32", "theirs too"))
    options["migration_id"] = "spring"
    entries = [{"cidr": "203.0.113.0/24", "description": "ours"}, {"cidr": "192.0.2.1/32"}]
    result = succeed(run, {**options, "entries": entries})
    assert result["unmanaged"] == ["203.0.113.0/24"]
    marker = "managed by cloud_registry.migration: spring"
    assert listed(sandbox)[-1] == ("192.0.2.1/32", marker)
    removal = succeed(run, {**options, "entries": [], "state": "exact"})
    assert removal["actions"] == [{"action": "delete", "object": "whitelist entry", "key": "192.0.2.1/32"}]
    assert listed(sandbox) == [("203.0.113.0/24", "theirs"), ("198.51.100.7/32", "theirs too")]


@pytest.mark.parametrize("delete_by_cidr", ["first", "all"])
def test_of_twins_exact_keeps_one_and_absent_none(start: Callable[..., Any], delete_by_cidr: str) -> None:
    sandbox, options = start(delete_by_cidr=delete_by_cidr)
    append(sandbox, ("203.0.113.7", "a"), ("192.0.2.0/24", "b"), ("203.0.113.7/32", "a"), ("203.0.113.7/32", "a"))
    entry = {"cidr": "203.0.113.7/32", "description": "a"}
    assert not succeed(run, {**options, "entries": [entry]})["changed"]
    succeed(run, {**options, "entries": [entry, {"cidr": "192.0.2.0/24"}], "state": "exact"})
    assert listed(sandbox) == [("203.0.113.7", "a"), ("192.0.2.0/24", "b")]
    append(sandbox, ("203.0.113.7/32", "c"))
    succeed(run, {**options, "entries": [entry], "state": "absent"})
    assert listed(sandbox) == [("192.0.2.0/24", "b")]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "throttle", "error", "status"])
def test_lost_answers_leave_no_twins(start: Callable[..., Any], kind: str) -> None:
    sandbox, options = start()
    append(sandbox, ("192.0.2.1/32", "old"), ("192.0.2.2/32", "to change"))
    for action in (
        "CreateMultipleSecurityPolicy",
        "ModifySecurityPolicy",
        "DeleteSecurityPolicy",
        "DescribeSecurityPolicies",
        "DescribeExternalEndpointStatus",
    ):
        sandbox.faults.add(service="tcr", match=action, kind=kind)
    entries = [{"cidr": "203.0.113.7"}, {"cidr": "203.0.113.8"}, {"cidr": "192.0.2.2", "description": "changed"}]
    succeed(run, {**options, "entries": entries, "state": "exact"})
    assert sorted(cidr for cidr, _text in listed(sandbox)) == ["192.0.2.2/32", "203.0.113.7/32", "203.0.113.8/32"]
    assert ("192.0.2.2/32", "changed") in listed(sandbox)


@pytest.mark.parametrize(
    ("cidr", "words"),
    [
        ("203.0.113.7/24", ("203.0.113.0/24", "203.0.113.7", "host bits")),
        ("203.0.113.7/33", ("such as 203.0.113.0/24",)),
        ("203.0.113", ("such as",)),
        ("harbor.example.org", ("such as",)),
        ("", ("such as",)),
        ("0.0.0.0/0", ("allow_any_source", "every address")),
        ("::/0", ("allow_any_source",)),
        ("0.0.0.7/0", ("0.0.0.0/0",)),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_is_no_network_is_refused(
    start: Callable[..., Any], cidr: str, words: tuple[str, ...], check: bool
) -> None:
    sandbox, options = start()
    sandbox.journal.clear()
    result = fail(run, {**options, "entries": [{"cidr": "192.0.2.1"}, {"cidr": cidr}]}, check=check)
    assert result["error"]["kind"] == "InvalidInput"
    assert all(word in result["msg"] for word in (repr(cidr), *words)), result["msg"]
    assert not sandbox.journal.writes()


def test_all_addresses_can_be_permitted(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "entries": [{"cidr": "0.0.0.0/0"}], "allow_any_source": True})
    assert [cidr for cidr, _text in listed(sandbox)] == ["0.0.0.0/0"]
    succeed(run, {**options, "entries": [{"cidr": "0.0.0.0/0"}], "state": "absent"})
    assert listed(sandbox) == []


def test_one_network_in_two_spellings_is_refused(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    result = fail(run, {**options, "entries": [{"cidr": "192.0.2.1"}, {"cidr": "192.0.2.1/32"}]})
    assert "listed twice" in result["msg"]


def test_an_empty_description_is_refused(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    result = fail(run, {**options, "entries": [{"cidr": "192.0.2.1", "description": ""}]})
    assert "description" in result["msg"]


def test_a_closed_entry_is_named(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run_access, {**options, "state": "absent"})
    entries = [{"cidr": "192.0.2.1"}]
    assert succeed(run, {**options, "entries": entries}, check=True)["changed"]
    sandbox.journal.clear()
    result = fail(run, {**options, "entries": entries})
    assert "Closed" in result["msg"]
    assert "tcr_public_access" in result["msg"]
    assert not sandbox.journal.writes()
    assert not succeed(run, {**options, "entries": entries, "state": "absent"})["changed"]


def test_an_opening_entry_is_waited_for(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(harbor_version=None, endpoint_opening=0.8)
    options = {**connection(sandbox), **QUICK_WAIT}
    succeed(run_access, {**options, "wait": False})
    succeed(run, {**options, "entries": [{"cidr": "192.0.2.1"}]})
    assert [cidr for cidr, _text in listed(sandbox)] == ["192.0.2.1/32"]


def test_an_entry_that_stays_opening_is_told(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(harbor_version=None, endpoint_opening=60.0)
    options = {**connection(sandbox), "wait_timeout": 0.2, "wait_interval": 0.05}
    succeed(run_access, {**options, "wait": False})
    result = fail(run, {**options, "entries": [{"cidr": "192.0.2.1"}]})
    assert result["error"]["kind"] == "WaitTimeout"
    assert "Opening" in result["msg"]


def test_the_quota_is_told_with_what_was_done(start: Callable[..., Any]) -> None:
    sandbox, options = start(whitelist_quota=2)
    result = fail(run, {**options, "entries": [{"cidr": f"192.0.2.{number}"} for number in range(3)]})
    assert result["error"]["kind"] == "QuotaExceeded"
    assert [one["key"] for one in result["actions"]] == ["192.0.2.0", "192.0.2.1"]
    assert list(result["failed_members"]) == ["192.0.2.2"]
    assert result["changed"]
