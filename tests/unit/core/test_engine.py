# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine against a small in-memory server that can be slow, lossy and shared."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._core.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.fields import Field, State, text
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.resource import Resource
from ansible_collections.cloud_registry.migration.plugins.module_utils._core.wait import READY, Phase, Readiness, Wait
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    MigrationError,
    NotFound,
    NotOurs,
    OutcomeUnknown,
    PermissionDenied,
    WaitFailed,
    WaitTimeout,
)


@dataclass
class Server:
    """Keeps things and a journal; ``before`` and ``after`` may raise around the commit of a write."""

    things: list[State] = field(default_factory=list)
    journal: list[tuple[str, Any]] = field(default_factory=list)
    before: Callable[[str, Any], None] = lambda verb, name: None
    after: Callable[[str, Any], None] = lambda verb, name: None
    reads: int = 0

    def write(self, verb: str, name: Any, commit: Callable[[], None]) -> None:
        self.journal.append((verb, name))
        self.before(verb, name)
        commit()
        self.after(verb, name)


class Things(Resource):
    kind = "thing"
    key = "name"
    fields = (
        Field("name"),
        Field("size"),
        Field("shape", immutable=True),
        Field("description", text),
        Field("secret", write_only=True),
    )
    owner_field = "description"

    def __init__(self, server: Server) -> None:
        self.server = server
        self.secret_is_broken = False

    def find(self, keys: Collection[Any] | None) -> list[State]:
        self.server.reads += 1
        return [dict(thing) for thing in self.server.things if keys is None or thing["name"] in keys]

    def create(self, wish: State) -> State | None:
        stored = {name: value for name, value in wish.items() if name != "secret" and value is not None}
        self.server.write("create", wish["name"], lambda: self.server.things.append(stored))
        return {"token": "told once"}

    def update(self, reality: State, wish: State, changed: frozenset[str]) -> State | None:
        def commit() -> None:
            thing = next(one for one in self.server.things if one["name"] == wish["name"])
            thing.update({name: wish[name] for name in changed if name != "secret"})

        self.server.write("update", wish["name"], commit)
        return None

    def delete(self, reality: State) -> None:
        def commit() -> None:
            index = next((i for i, one in enumerate(self.server.things) if one["name"] == reality["name"]), None)
            if index is None:
                raise NotFound("gone")
            del self.server.things[index]

        self.server.write("delete", reality["name"], commit)

    def ready(self, reality: State) -> Readiness:
        phase = Phase(reality.get("phase", "ready"))
        return READY if phase is Phase.READY else Readiness(phase, f"state {phase.value}")

    def must_write_secret(self, reality: State, wish: State) -> bool:
        return self.secret_is_broken


class Clock:
    """Time that passes only while somebody sleeps; ``on_sleep`` lets the server move on."""

    def __init__(self, on_sleep: Callable[[float], None] = lambda now: None) -> None:
        self.now = 0.0
        self.on_sleep = on_sleep

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.on_sleep(self.now)

    def wait(self, timeout: float = 60, enabled: bool = True) -> Wait:
        return Wait(enabled=enabled, timeout=timeout, interval=5, clock=lambda: self.now, sleep=self.sleep)


def run(server: Server, wishes: list[State], state: str = "present", **options: Any) -> Any:
    options.setdefault("wait", Clock().wait())
    return Engine(Things(server), wishes, state=state, **options).run()


def test_present_creates_updates_and_then_plans_nothing() -> None:
    server = Server([{"name": "a", "size": 1}, {"name": "other", "size": 9}])
    wishes = [{"name": "a", "size": 2}, {"name": "b", "size": 3}]
    outcome = run(server, wishes)
    assert outcome.changed
    assert outcome.actions == [{"action": "create", "key": "b"}, {"action": "update", "key": "a"}]
    assert [member["name"] for member in outcome.members] == ["a", "b"]
    server.journal.clear()
    again = run(server, wishes)
    assert not again.changed and again.actions == [] and server.journal == []
    assert {thing["name"] for thing in server.things} == {"a", "b", "other"}


def test_unchanged_members_cost_one_listing() -> None:
    server = Server([{"name": str(number), "size": 1} for number in range(200)])
    run(server, [{"name": str(number), "size": 1} for number in range(200)])
    assert server.reads == 1


def test_none_is_not_managed_and_empty_makes_empty() -> None:
    server = Server([{"name": "a", "size": 1, "description": "text"}])
    assert not run(server, [{"name": "a", "size": None, "description": None}]).changed
    assert run(server, [{"name": "a", "description": ""}]).changed
    assert server.things == [{"name": "a", "size": 1, "description": ""}]


def test_absent_and_exact() -> None:
    server = Server([{"name": "a", "size": 1}, {"name": "b", "size": 1}, {"name": "c", "size": 1}])
    assert run(server, [{"name": "a"}], "absent").actions == [{"action": "delete", "key": "a"}]
    assert not run(server, [{"name": "a"}], "absent").changed
    exact = run(server, [{"name": "b", "size": 1}], "exact")
    assert exact.actions == [{"action": "delete", "key": "c"}]
    assert [member["name"] for member in exact.members] == ["b"]
    assert run(server, [], "exact").actions == [{"action": "delete", "key": "b"}]


def test_exact_removes_twins_but_keeps_one() -> None:
    server = Server([{"name": "a", "size": 1}, {"name": "a", "size": 1}])
    assert not run(server, [{"name": "a", "size": 1}]).changed
    assert run(server, [{"name": "a", "size": 1}], "exact").actions == [{"action": "delete", "key": "a"}]
    assert server.things == [{"name": "a", "size": 1}]


def test_check_mode_predicts_what_the_run_then_does() -> None:
    wishes = [{"name": "a", "size": 2}, {"name": "b", "size": 3}]
    server = Server([{"name": "a", "size": 1}, {"name": "c", "size": 1}])
    predicted = run(server, wishes, "exact", check_mode=True)
    assert server.journal == []
    real = run(server, wishes, "exact")
    assert (predicted.changed, predicted.actions, predicted.diff) == (real.changed, real.actions, real.diff)
    assert predicted.members == [{name: one[name] for name in ("name", "size")} for one in real.members]


def test_diff_names_only_members_that_change_and_hides_secrets() -> None:
    server = Server([{"name": "a", "size": 1}, {"name": "same", "size": 1}])
    wishes = [{"name": "a", "size": 2}, {"name": "same", "size": 1}, {"name": "b", "secret": "hush-hush"}]
    outcome = run(server, wishes, check_mode=True)
    assert outcome.diff["before"] == {"a": {"name": "a", "size": 1}}
    assert outcome.diff["after"] == {"a": {"name": "a", "size": 2}, "b": {"name": "b", "secret": "******** (new)"}}
    assert "hush-hush" not in repr(outcome)


def test_secret_is_written_to_an_existing_member_only_when_the_resource_says_so() -> None:
    server = Server([{"name": "a"}])
    things = Things(server)
    wish = {"name": "a", "secret": "hush-hush"}
    assert not Engine(things, [wish], wait=Clock().wait()).run().changed
    things.secret_is_broken = True
    outcome = Engine(things, [wish], wait=Clock().wait()).run()
    assert outcome.actions == [{"action": "update", "key": "a"}]
    assert outcome.diff["after"] == {"a": {"name": "a", "secret": "******** (new)"}}


def test_what_only_creation_tells_is_returned() -> None:
    assert run(Server(), [{"name": "a"}]).members[0]["token"] == "told once"


def test_members_are_marked_and_foreign_ones_refused_or_left_alone() -> None:
    server = Server([{"name": "theirs", "size": 1, "description": "made by hand"}])
    with pytest.raises(NotOurs, match="this migration did not make it"):
        run(server, [{"name": "theirs", "size": 2}], migration_id="m1")
    run(server, [{"name": "ours", "size": 1}], migration_id="m1")
    assert server.things[-1]["description"] == "managed by cloud_registry.migration: m1"
    outcome = run(server, [{"name": "theirs"}, {"name": "ours"}], "absent", migration_id="m1")
    assert outcome.actions == [{"action": "delete", "key": "ours"}] and outcome.foreign == ["theirs"]
    assert run(server, [], "exact", migration_id="m1").changed is False
    assert [thing["name"] for thing in server.things] == ["theirs"]


def test_a_description_that_is_not_managed_keeps_its_text() -> None:
    server = Server()
    run(server, [{"name": "ours", "size": 1, "description": "text"}], migration_id="m1")
    assert run(server, [{"name": "ours", "size": 1}], migration_id="m1").changed is False
    run(server, [{"name": "ours", "size": 2}], migration_id="m1")
    assert server.things[0]["description"] == "text (managed by cloud_registry.migration: m1)"
    run(server, [{"name": "ours", "description": ""}], migration_id="m1")
    assert server.things[0]["description"] == "managed by cloud_registry.migration: m1"


def test_immutable_field_is_refused_before_anything_is_written() -> None:
    server = Server([{"name": "a", "shape": "round"}])
    with pytest.raises(InvalidInput, match="shape of the thing 'a' is 'round' and cannot be changed to 'square'"):
        run(server, [{"name": "b"}, {"name": "a", "shape": "square"}])
    assert server.journal == []


def test_a_member_listed_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="listed twice"):
        run(Server(), [{"name": "a"}, {"name": "a"}])


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


def test_a_leaving_member_is_waited_for_and_created_anew() -> None:
    server = Server([{"name": "a", "size": 1, "phase": "leaving"}])
    clock = Clock(lambda now: server.things.clear() if now == 10 else None)
    assert run(server, [{"name": "a", "size": 1}], wait=clock.wait()).actions == [{"action": "create", "key": "a"}]
    leaving = Server([{"name": "a", "phase": "leaving"}])
    clock = Clock(lambda now: leaving.things.clear())
    assert not run(leaving, [{"name": "a"}], "absent", wait=clock.wait()).changed
    assert leaving.journal == [] and clock.now == 5


def test_a_pending_member_is_changed_only_after_it_has_come_to_rest() -> None:
    server = Server([{"name": "a", "size": 1, "phase": "pending"}])
    clock = Clock(lambda now: server.things[0].update(phase="ready"))
    server.before = lambda verb, name: None if server.things[0]["phase"] == "ready" else pytest.fail("too early")
    assert run(server, [{"name": "a", "size": 2}], wait=clock.wait()).changed


def test_a_deletion_that_is_refused_is_refused_in_check_mode_too_and_before_anything_is_written() -> None:
    class Held(Things):
        def check_delete(self, reality: State) -> None:
            if reality["name"] == "b":
                raise Conflict("b is in use")

    server = Server([{"name": "a"}, {"name": "b"}])
    for check_mode in (True, False):
        with pytest.raises(Conflict, match="b is in use"):
            Engine(Held(server), [], "exact", check_mode=check_mode, wait=Clock().wait()).run()
    assert server.journal == []


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

    wishes = [{"name": str(number)} for number in range(6)]
    Engine(Things(Server(before=overlap)), wishes, wait=Clock().wait()).run()
    assert most > 1
    most = 0
    Engine(Serialised(Server(before=overlap)), wishes, wait=Clock().wait()).run()
    assert most == 1
