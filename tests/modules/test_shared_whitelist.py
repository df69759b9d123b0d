# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_public_whitelist for several migrations with the same network, which the sandbox's registry lets in."""

from __future__ import annotations

from collections.abc import Callable
from threading import Timer
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.api.network import TcrNetworkApi
from tests.modules.tcr_connection import QUICK_WAIT, connection, runner
from tests.sandbox.tcr.state import SecurityPolicy
from tests.support.steps import fail, four_steps, succeed

MARKER = "managed by cloud_registry.migration: "
CIDR = "203.0.113.7/32"
SHORT = ("harbor", "harbor-2", "harbor.2")
LONG = tuple(f"{'harbor-in-the-old-data-centre':.<{length}}x" for length in (39, 38, 37))
run = runner("tcr_public_whitelist")


@pytest.fixture
def sandbox(make_sandbox: Callable[..., Any]) -> Any:
    """A sandbox with an open public endpoint."""
    sandbox = make_sandbox(harbor_version=None, endpoint_opening=0.0)
    succeed(runner("tcr_public_access"), {**connection(sandbox), **QUICK_WAIT})
    return sandbox


def listed(sandbox: Any) -> list[tuple[str, str]]:
    return [(one.cidr_block, one.description) for one in sandbox.tcr.registry.whitelist.policies]


def append(sandbox: Any, cidr: str, description: str) -> None:
    whitelist = sandbox.tcr.registry.whitelist
    whitelist.policies.append(SecurityPolicy(cidr, description))
    whitelist.version += 1


def arrival(sandbox: Any, name: str) -> dict[str, Any]:
    entries = [{"cidr": CIDR}]
    return {**connection(sandbox), **QUICK_WAIT, "entries": entries, "migration_id": name, "state": "exact"}


def departure(sandbox: Any, name: str) -> dict[str, Any]:
    return {**arrival(sandbox, name), "entries": []}


@pytest.mark.parametrize("went", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("names", [SHORT, LONG], ids=["one entry", "no room"])
def test_the_network_is_let_in_until_the_last_migration_leaves(
    sandbox: Any, names: tuple[str, ...], went: tuple[int, ...]
) -> None:
    append(sandbox, "192.0.2.1/32", "theirs")
    for name in names:
        four_steps(run, sandbox.journal, arrival(sandbox, name))
    if names is SHORT:
        assert listed(sandbox)[1:] == [(CIDR, f"{MARKER}harbor; harbor-2; harbor.2")]
    else:
        assert listed(sandbox)[1:] == [(CIDR, MARKER + name) for name in LONG]
    for count, place in enumerate(went, 1):
        four_steps(run, sandbox.journal, departure(sandbox, names[place]))
        assert (CIDR in dict(listed(sandbox))) == (count < 3)
    assert listed(sandbox) == [("192.0.2.1/32", "theirs")]


def test_the_second_owner_is_named_and_the_entry_is_changed_in_place(sandbox: Any) -> None:
    succeed(run, arrival(sandbox, "harbor"))
    joined = succeed(run, arrival(sandbox, "harbor-2"))
    assert joined["actions"] == [
        {"action": "update", "object": "whitelist entry", "key": CIDR, "shared_with": ["harbor"]}
    ]
    sandbox.journal.clear()
    left = succeed(run, departure(sandbox, "harbor"))
    assert left["actions"][0]["shared_with"] == ["harbor-2"]
    assert [one.action for one in sandbox.journal.writes()] == ["ModifySecurityPolicy"]
    assert listed(sandbox) == [(CIDR, f"{MARKER}harbor-2")]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "error", "status"])
def test_lost_answers_neither_keep_nor_lose_an_owner(sandbox: Any, kind: str) -> None:
    succeed(run, arrival(sandbox, "one"))
    for act, left in ((arrival, ["one; two"]), (departure, ["one"])):
        sandbox.faults.add(service="tcr", match="ModifySecurityPolicy", kind=kind)
        succeed(run, act(sandbox, "two"))
        assert listed(sandbox) == [(CIDR, MARKER + one) for one in left]


def test_a_network_that_is_no_longer_listed_loses_only_the_own_marker(sandbox: Any) -> None:
    for name in ("one", "two"):
        succeed(run, arrival(sandbox, name))
    succeed(run, {**arrival(sandbox, "one"), "entries": [{"cidr": "192.0.2.1"}]})
    assert listed(sandbox) == [(CIDR, f"{MARKER}two"), ("192.0.2.1/32", f"{MARKER}one")]


def between(monkeypatch: pytest.MonkeyPatch, call: str, act: Callable[[], Any]) -> None:
    """Let something happen after the list was read and before the next such call is sent."""
    original, pending = getattr(TcrNetworkApi, call), [act]

    def late(*arguments: Any) -> Any:
        if pending:
            pending.pop()()
        return original(*arguments)

    monkeypatch.setattr(TcrNetworkApi, call, late)


@pytest.mark.parametrize("first", ["modify_security_policy", "delete_security_policy"])
def test_two_cleanups_at_the_same_time_take_nothing_from_others(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    append(sandbox, "192.0.2.1/32", f"{MARKER}two")
    append(sandbox, "192.0.2.2/32", f"{MARKER}one")
    append(sandbox, CIDR, f"{MARKER}one; three")
    append(sandbox, "192.0.2.3/32", "theirs")
    between(monkeypatch, first, lambda: succeed(run, departure(sandbox, "two")))
    succeed(run, departure(sandbox, "one"))
    succeed(run, departure(sandbox, "one"))
    assert set(listed(sandbox)) == {(CIDR, f"{MARKER}three"), ("192.0.2.3/32", "theirs")}
    succeed(run, departure(sandbox, "three"))
    assert listed(sandbox) == [("192.0.2.3/32", "theirs")]


def overwritten(sandbox: Any, monkeypatch: pytest.MonkeyPatch, times: int, description: Callable[[str], str]) -> None:
    """Let another migration write, as often, right after a change of a description, what it made of the text before."""
    original, left = TcrNetworkApi.modify_security_policy, [times]

    def stale(client: Any, registry_id: str, index: int, cidr: str, text: str) -> None:
        (policy,) = (one for one in sandbox.tcr.registry.whitelist.policies if one.cidr_block == cidr)
        before = policy.description
        original(client, registry_id, index, cidr, text)
        if left[0]:
            left[0] -= 1
            original(client, registry_id, index, cidr, description(before))

    monkeypatch.setattr(TcrNetworkApi, "modify_security_policy", stale)


@pytest.mark.parametrize("times", [1, 3])
def test_two_that_join_in_the_same_instant_are_both_owners(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    succeed(run, arrival(sandbox, "one"))
    overwritten(sandbox, monkeypatch, times, lambda text: text if "three" in text else f"{text}; three")
    succeed(run, arrival(sandbox, "two"))
    assert listed(sandbox) == [(CIDR, f"{MARKER}one; three; two")]


def test_who_writes_an_older_list_a_moment_later_takes_no_marker_away(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeed(run, arrival(sandbox, "one"))
    original = TcrNetworkApi.modify_security_policy
    timers: list[Timer] = []

    def modify(*arguments: Any) -> None:
        original(*arguments)
        if not timers:
            timers.append(Timer(0.2, original, (*arguments[:-1], f"{MARKER}one; three")))
            timers[0].start()

    monkeypatch.setattr(TcrNetworkApi, "modify_security_policy", modify)
    succeed(run, {**arrival(sandbox, "two"), "wait_interval": 1})
    timers[0].join()
    assert listed(sandbox) == [(CIDR, f"{MARKER}one; three; two")]


def test_one_that_leaves_in_the_instant_in_which_another_joins_is_gone(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        succeed(run, arrival(sandbox, name))
    overwritten(sandbox, monkeypatch, 1, lambda text: f"{text}; three")
    succeed(run, departure(sandbox, "one"))
    assert listed(sandbox) == [(CIDR, f"{MARKER}two; three")]


def test_two_that_leave_in_the_same_instant_leave_nothing(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        succeed(run, arrival(sandbox, name))
    overwritten(sandbox, monkeypatch, 1, lambda _text: f"{MARKER}one")
    succeed(run, departure(sandbox, "one"))
    assert listed(sandbox) == []


def test_a_marker_that_is_taken_away_each_time_is_named(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    succeed(run, arrival(sandbox, "one"))
    overwritten(sandbox, monkeypatch, 20, lambda _text: f"{MARKER}one")
    refused = fail(run, arrival(sandbox, "two"))
    assert "undo that two joined or left it" in refused["msg"]


def test_an_entry_that_vanishes_while_another_is_changed_is_named(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(sandbox, CIDR, f"{MARKER}one; two")
    append(sandbox, "192.0.2.3/32", "theirs")
    policies = sandbox.tcr.registry.whitelist.policies
    between(monkeypatch, "modify_security_policy", lambda: policies.pop(0))
    result = fail(run, departure(sandbox, "one"))
    assert "192.0.2.3/32 (theirs) is gone" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_an_id_that_cannot_be_recognised_is_refused(sandbox: Any, check: bool) -> None:
    sandbox.journal.clear()
    assert "one word" in fail(run, arrival(sandbox, "a; b"), check=check)["msg"]
    assert not sandbox.journal.writes()
