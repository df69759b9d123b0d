# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a lease: when it is written and renewed, and what is removed when it is over. The clock stands still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.fields import Field, text
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.lease import (
    HOUR,
    LONGEST_END,
    Lease,
    is_over,
    moment_of,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.ownership import (
    end_of,
    expired_owners,
    marker,
    owners,
    with_marker,
    without_ends,
    without_marker,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.plan import Expiry

from .engine_support import Clock, Server, Things
from .test_sharing import SharedThings, interleave

# On the full hour.
NOW = datetime(2026, 12, 1, 6, tzinfo=UTC).timestamp()
END = "2026-12-04T06Z"
LATER = "2026-12-05T18Z"
RENEWED = {"action": "renew", "object": "thing", "key": "a"}


def run(
    server: Server,
    migration_id: str = "demo",
    hours: int | None = 72,
    after: float = 0,
    kind: Any = Things,
    **rest: Any,
) -> Any:
    lease = None if hours is None else Lease(hours, NOW + after * HOUR)
    options = {"state": "exact", **rest}
    desired = [{"name": "a", "description": options.pop("description", None)}]
    return Engine(kind(server), desired, wait=Clock().wait(), migration_id=migration_id, lease=lease, **options).run()


def described(server: Server) -> list[str]:
    return [one["description"] for one in server.things]


def clean(server: Server, now: float, kept: Sequence[str] = (), check_mode: bool = False) -> Any:
    resource, expiry = SharedThings(server), Expiry(now, kept)
    return Engine(resource, [], "exact", check_mode=check_mode, wait=Clock().wait(), expiry=expiry).run()


@pytest.mark.parametrize(
    ("left", "due"),
    [(72, False), (73, False), (36, False), (35.9, True), (0, True), (-5, True), (74, False), (75, True)],
)
def test_an_end_is_renewed_when_less_than_half_is_left_or_more_than_the_lease_gives(left: float, due: bool) -> None:
    lease = Lease(72, NOW + (72 - left) * HOUR)
    assert lease.end_after(END) == (lease.new_end if due else END)


def test_an_end_is_a_full_hour_that_is_not_earlier_than_the_hours_say() -> None:
    assert Lease(72, NOW).new_end == END
    assert Lease(72, NOW + 1).new_end == "2026-12-04T07Z"
    assert Lease(0, NOW).new_end == ""
    assert len(LONGEST_END) == len(END)


@pytest.mark.parametrize("end", ["2026-12-01T06Z", "2026-12-01T06:00Z", "2026-12-01T06:00:00Z"])
def test_ends_are_understood_to_the_hour_minute_and_second(end: str) -> None:
    assert moment_of(end) == NOW
    assert is_over(end, NOW)
    assert not is_over(end, NOW - 1)


@pytest.mark.parametrize("end", ["", "2026-13-01T06Z", "2026-12-01T66Z", "2026-12-01T::Z"])
def test_what_is_no_time_is_never_over_and_is_replaced(end: str) -> None:
    assert not is_over(end, NOW * 2)
    assert Lease(72, NOW).end_after(end) == END


@pytest.mark.parametrize("around", ["{}", "for Harbor ({})", "{}; credential abc-1", "{}. Do not touch.", "{}\nby Ann"])
def test_each_owner_has_an_end_of_its_own(around: str) -> None:
    bare = around.format(marker("demo"))
    ended = with_marker(bare, "demo", END)
    assert ended == around.format(f"{marker('demo')} until {END}")
    joined = with_marker(ended, "b", LATER)
    assert owners(joined) == ("demo", "b")
    assert [end_of(joined, one) for one in ("demo", "b", "c")] == [END, LATER, ""]
    assert with_marker(joined, "demo") == joined
    assert without_ends(with_marker(joined, "demo", "")) == without_ends(joined) == with_marker(bare, "b")
    assert without_marker(joined, "b") == ended
    assert with_marker(ended, "demo", "") == bare


def test_one_of_several_owners_has_run_out() -> None:
    text = f"{marker('demo')} until {END}; b; c until {LATER}"
    end = moment_of(END) or 0
    assert expired_owners(text, end - 1) == ()
    assert expired_owners(text, end) == ("demo",)
    assert expired_owners(text, end * 2) == ("demo", "c")
    assert expired_owners(f"{text}, {marker('demo')}", end) == ()
    assert expired_owners("demo until 2020-01-01T00Z", end) == ()


def test_a_second_run_changes_nothing_and_a_late_one_only_the_end() -> None:
    server = Server()
    assert run(server).actions[0]["action"] == "create"
    assert described(server) == [f"{marker('demo')} until {END}"]
    assert not run(server, after=36).changed
    predicted = run(server, after=37, check_mode=True)
    done = run(server, after=37)
    assert (predicted.actions, predicted.diff) == (done.actions, done.diff)
    assert done.actions == [RENEWED]
    assert done.diff["after"]["a"]["description"] == f"{marker('demo')} until 2026-12-05T19Z"
    assert not run(server, after=37).changed


def test_another_mode_changes_the_marker_once() -> None:
    server = Server()
    run(server, description="for Harbor")
    for hours, action, end in (
        (0, "update", ""),
        (72, "update", f" until {END}"),
        (24, "renew", " until 2026-12-02T06Z"),
    ):
        assert [one["action"] for one in run(server, hours=hours, description="for Harbor").actions] == [action]
        assert described(server) == [f"for Harbor ({marker('demo')}{end})"]
        assert not run(server, hours=hours, description="for Harbor").changed


def test_without_a_lease_ends_stay() -> None:
    server = Server()
    run(server)
    assert not run(server, hours=None, after=99).changed
    run(server, hours=None, after=99, description="for Harbor")
    assert described(server) == [f"for Harbor ({marker('demo')} until {END})"]


def test_a_change_of_more_than_the_end_is_an_update() -> None:
    server = Server()
    run(server)
    assert run(server, after=40, description="for Ann").actions == [{**RENEWED, "action": "update"}]
    assert described(server) == [f"for Ann ({marker('demo')} until 2026-12-05T22Z)"]


def test_a_description_that_cannot_be_changed_keeps_its_first_end() -> None:
    class Fixed(Things):
        fields = tuple(
            Field("description", text, immutable=True) if one.name == "description" else one for one in Things.fields
        )

    server = Server()
    run(server, kind=Fixed)
    assert not run(server, after=99, kind=Fixed).changed
    assert described(server) == [f"{marker('demo')} until {END}"]


def test_owners_of_one_member_renew_apart() -> None:
    server = Server()
    run(server, "one", kind=SharedThings)
    run(server, "two", after=30, hours=24, kind=SharedThings)
    assert described(server) == [f"{marker('one')} until {END}; two until 2026-12-03T12Z"]
    assert run(server, "two", after=50, hours=24, kind=SharedThings).actions == [RENEWED]
    assert described(server) == [f"{marker('one')} until {END}; two until 2026-12-04T08Z"]


def test_an_end_without_room_beside_other_owners_gets_a_member_of_its_own() -> None:
    class Narrow(SharedThings):
        shared_up_to = len(f"{marker('one')}; two") + 10

    server = Server()
    run(server, "one", hours=None, kind=Narrow)
    run(server, "two", hours=None, kind=Narrow)
    assert described(server) == [f"{marker('one')}; two"]
    predicted = run(server, "one", kind=Narrow, check_mode=True)
    done = run(server, "one", kind=Narrow)
    assert (predicted.actions, predicted.diff) == (done.actions, done.diff)
    assert [one["action"] for one in done.actions] == ["create", "update"]
    assert described(server) == [marker("two"), f"{marker('one')} until {END}"]
    assert not run(server, "one", kind=Narrow).changed
    run(server, "two", kind=Narrow)
    assert described(server) == [f"{marker('two')} until {END}", f"{marker('one')} until {END}"]


def test_what_has_run_out_goes_and_what_somebody_needs_stays() -> None:
    over, alive = f"until {END}", f"until {LATER}"
    kept = [
        {"name": "unmarked", "description": "theirs"},
        {"name": "permanent", "description": marker("x")},
        {"name": "alive", "description": f"{marker('y')} {alive}"},
    ]
    server = Server([{"name": "gone", "description": f"{marker('old')} {over}; older {over}"}, *kept])
    server.things += [
        {"name": "shared", "description": f"for all ({marker('old')} {over}; y {alive})"},
        {"name": "busy", "description": f"{marker('busy')} {over}"},
    ]
    now = (moment_of(END) or 0) + 1
    assert not clean(server, now - HOUR).changed
    predicted, done = clean(server, now, ["busy"], check_mode=True), clean(server, now, ["busy"])
    assert (predicted.actions, predicted.diff) == (done.actions, done.diff)
    assert done.actions == [
        {"action": "update", "object": "thing", "key": "shared", "shared_with": ["y"], "expired": ["old"]},
        {"action": "delete", "object": "thing", "key": "gone", "expired": ["old", "older"]},
    ]
    assert server.things[:3] == kept
    assert described(server)[3:] == [f"for all ({marker('y')} {alive})", f"{marker('busy')} {over}"]
    assert not clean(server, now, ["busy"]).changed


def test_an_owner_that_renews_while_expired_members_are_removed_keeps_its_own() -> None:
    server = Server([{"name": "a", "description": f"{marker('old')} until {END}"}])
    interleave(server, "delete", lambda: run(server, "old", after=80, kind=SharedThings))
    clean(server, moment_of(END) or 0)
    assert described(server) == [f"{marker('old')} until 2026-12-07T14Z"]
