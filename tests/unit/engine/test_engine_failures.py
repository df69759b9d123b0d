# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine when answers get lost, others interfere, and things take time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AlreadyExists,
    MigrationError,
    OutcomeUnknown,
    PermissionDenied,
    WaitFailed,
    WaitTimeout,
)
from tests.unit.engine.engine_support import Clock, Server, Things, run


@pytest.mark.parametrize("committed", [True, False])
def test_create_with_unknown_outcome_is_read_before_it_is_repeated(committed: bool) -> None:
    server = Server()
    calls: list[str] = []

    def lose_first_answer(verb: str, name: Any) -> None:
        calls.append(verb)
        if len(calls) == 1:
            raise OutcomeUnknown("the connection ended")

    if committed:
        server.after = lose_first_answer
    else:
        server.before = lose_first_answer
    assert run(server, [{"name": "a"}]).changed
    assert len(server.things) == 1
    assert len(server.journal) == (1 if committed else 2)


def test_an_outcome_that_stays_unknown_fails_after_three_tries() -> None:
    server = Server(before=lambda verb, name: (nothing for nothing in ()).throw(OutcomeUnknown("the connection ended")))
    with pytest.raises(OutcomeUnknown):
        run(server, [{"name": "a"}])
    assert len(server.journal) == 3


def test_somebody_else_creating_the_same_is_fine_but_another_value_is_not() -> None:
    server = Server()

    def overtaken(size: int) -> Callable[[str, Any], None]:
        def before(verb: str, name: Any) -> None:
            server.things.append({"name": "a", "size": size})
            raise AlreadyExists("there is one already")

        return before

    server.before = overtaken(1)
    assert run(server, [{"name": "a", "size": 1}]).changed
    server.things.clear()
    server.before = overtaken(2)
    with pytest.raises(MigrationError, match="still calls for update"):
        run(server, [{"name": "a", "size": 1}])


def test_failures_name_what_was_done_and_what_was_not() -> None:
    def refuse_b(verb: str, name: Any) -> None:
        if name == "b":
            raise PermissionDenied("not for you", advice="Ask.", code="UnauthorizedOperation")

    with pytest.raises(PermissionDenied, match="1 of 3 changes of the things failed; the first: b: not") as caught:
        run(Server(before=refuse_b), [{"name": "a"}, {"name": "b"}, {"name": "c"}])
    assert caught.value.code == "UnauthorizedOperation"
    assert {action["key"] for action in caught.value.details["actions"]} == {"a", "c"}
    assert caught.value.details["failed_members"] == {"b": "not for you Ask."}


def test_a_value_that_the_server_does_not_keep_is_reported() -> None:
    server = Server([{"name": "a", "size": 1}])
    server.after = lambda verb, name: server.things[0].update(size=1)
    with pytest.raises(MigrationError, match=r"accepted the update of the thing 'a', but .* update \(size\)"):
        run(server, [{"name": "a", "size": 2}])


def test_waits_until_ready_and_says_what_it_saw_last() -> None:
    server = Server([{"name": "a", "phase": "pending"}])
    clock = Clock(lambda now: server.things[0].update(phase="ready") if now >= 20 else None)
    assert not run(server, [{"name": "a"}], wait=clock.wait()).changed
    assert clock.now == 20
    stuck = Server([{"name": "a", "phase": "pending"}])
    with pytest.raises(WaitTimeout, match="Waited 60 seconds for the thing to be ready; last seen: state pending"):
        run(stuck, [{"name": "a"}])
    broken = Server([{"name": "a", "phase": "failed"}])
    with pytest.raises(WaitFailed, match="state failed"):
        run(broken, [{"name": "a"}])
    assert not run(stuck, [{"name": "a"}], wait=Clock().wait(enabled=False)).changed


def test_a_member_being_deleted_is_waited_for_and_created_again() -> None:
    server = Server([{"name": "a", "size": 1, "phase": "deleting"}])
    clock = Clock(lambda now: server.things.clear() if now == 10 else None)
    assert run(server, [{"name": "a", "size": 1}], wait=clock.wait()).actions == [
        {"action": "create", "object": "thing", "key": "a"}
    ]
    deleting = Server([{"name": "a", "phase": "deleting"}])
    clock = Clock(lambda now: deleting.things.clear())
    assert not run(deleting, [{"name": "a"}], "absent", wait=clock.wait()).changed
    assert deleting.journal == [] and clock.now == 5


def test_a_pending_member_is_changed_only_after_it_has_come_to_rest() -> None:
    server = Server([{"name": "a", "size": 1, "phase": "pending"}])
    clock = Clock(lambda now: server.things[0].update(phase="ready"))
    server.before = lambda verb, name: None if server.things[0]["phase"] == "ready" else pytest.fail("too early")
    assert run(server, [{"name": "a", "size": 2}], wait=clock.wait()).changed


def test_writes_run_concurrently_unless_members_share_state() -> None:
    running = 0
    most = 0
    lock = threading.Lock()

    def overlap(verb: str, name: Any) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1

    class Serialised(Things):
        workers = 1

    desired_members = [{"name": str(number)} for number in range(6)]
    Engine(Things(Server(before=overlap)), desired_members, wait=Clock().wait()).run()
    assert most > 1
    most = 0
    Engine(Serialised(Server(before=overlap)), desired_members, wait=Clock().wait()).run()
    assert most == 1
