# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine asks a resource before it writes, and what it remembers so that the resource need not."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.fields import Field, State
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.history import DELETE, UPDATE, History
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.once import Once
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import READY, Phase, Readiness
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AlreadyExists,
    Conflict,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    ServerFault,
    WaitFailed,
)
from tests.unit.engine.engine_support import Clock, Server, Things


def run(resource: Things, desired_members: list[State], state: str = "present", **options: Any) -> Any:
    options.setdefault("wait", Clock().wait())
    return Engine(resource, desired_members, state, **options).run()


class Refusing(Things):
    def check_create(self, desired: State) -> None:
        if desired.get("size") is None:
            raise InvalidInput(f"size of {desired['name']} must be given")

    def check_update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        if "size" in changed and desired["size"] < current["size"]:
            raise InvalidInput(f"{current['name']} cannot shrink")


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_refused_change_is_refused_in_check_mode_too_and_before_anything_is_written(check_mode: bool) -> None:
    server = Server([{"name": "a", "size": 2}])
    with pytest.raises(InvalidInput, match="a cannot shrink"):
        run(Refusing(server), [{"name": "b", "size": 1}, {"name": "a", "size": 1}], check_mode=check_mode)
    with pytest.raises(InvalidInput, match="size of c must be given"):
        run(Refusing(server), [{"name": "a", "size": 3}, {"name": "c"}], check_mode=check_mode)
    assert server.journal == []


def test_what_is_not_written_is_not_checked() -> None:
    server = Server([{"name": "a", "size": 2}])
    assert not run(Refusing(server), [{"name": "a"}]).changed
    assert run(Refusing(server), [{"name": "a", "size": 3}]).changed


def test_what_takes_the_place_of_something_being_deleted_is_checked_when_that_is_gone() -> None:
    server = Server([{"name": "a", "phase": "deleting"}])
    checked: list[int] = []

    class Watched(Things):
        def check_create(self, desired: State) -> None:
            checked.append(len(server.things))

    run(Watched(server), [{"name": "a"}], check_mode=True)
    assert checked == []
    run(Watched(server), [{"name": "a"}], wait=Clock(lambda now: server.things.clear()).wait())
    assert checked == [0]


def test_readiness_knows_what_this_run_has_requested_and_what_was_read_since() -> None:
    server = Server([{"name": "a", "size": 1}])
    histories: list[History] = []

    class Watched(Things):
        def readiness(self, current: State, history: History) -> Readiness:
            histories.append(history)
            done = history.requested is None or current["phase_seen"] == 3
            return READY if done else Readiness(Phase.PENDING, "busy")

        def find(self, keys: Collection[Any] | None) -> list[State]:
            return [{**one, "phase_seen": self.server.reads} for one in super().find(keys)]

    assert run(Watched(server), [{"name": "a", "size": 2}]).changed
    assert histories[0].requested_action is None and histories[0].state_before is None
    last = histories[-1]
    assert last.requested_action == UPDATE and last.requested is not None
    assert last.requested.fields == {"size"} and (last.requested.desired or {})["size"] == 2
    assert (last.state_before or {})["size"] == 1
    assert [one["phase_seen"] for one in last.seen] == [2, 3]


def test_a_state_that_is_read_again_is_remembered_once() -> None:
    history = History().with_state({"name": "a"}).with_state({"name": "a"}).with_state({"name": "a", "size": 1})
    assert history.seen == ({"name": "a"}, {"name": "a", "size": 1})


def test_a_member_that_reads_as_before_after_its_deletion_is_waited_for() -> None:
    server = Server([{"name": "a"}])

    class Slow(Things):
        def delete(self, current: State) -> None:
            self.server.journal.append(("delete", current["name"]))
            raise NotFound("known no more")

        def readiness(self, current: State, history: History) -> Readiness:
            if history.requested_action != DELETE:
                return READY
            assert history.refusal == "known no more"
            return Readiness(Phase.DELETING, "still there")

    clock = Clock(lambda now: server.things.clear() if now >= 10 else None)
    assert run(Slow(server), [{"name": "a"}], "absent", wait=clock.wait()).changed
    assert clock.now == 10 and server.journal == [("delete", "a")]


def test_a_missing_member_is_judged_by_what_was_read_of_it() -> None:
    server = Server()

    class Vanishing(Things):
        def readiness_of_missing(self, key: Any, history: History) -> Readiness:
            if history.seen:
                return Readiness(Phase.FAILED, f"{key} has vanished")
            return super().readiness_of_missing(key, history)

    server.after = lambda verb, name: server.things[0].update(phase="pending")
    with pytest.raises(WaitFailed, match="a has vanished"):
        run(Vanishing(server), [{"name": "a"}], wait=Clock(lambda now: server.things.clear()).wait())


def test_the_reason_of_a_failure_is_asked_for_once() -> None:
    asked: list[str] = []

    class Explaining(Things):
        def failure_reason(self, current: State, seen: str) -> str:
            asked.append(current["name"])
            return f"{seen}: out of addresses"

    with pytest.raises(WaitFailed, match="state failed: out of addresses"):
        run(Explaining(Server([{"name": "a", "phase": "failed"}])), [{"name": "a"}])
    assert asked == ["a"]


@pytest.mark.parametrize("proof", [AlreadyExists("there is one already"), ServerFault("busy", code="Exists")])
def test_a_repeated_creation_that_is_refused_shows_that_the_first_one_succeeded(proof: ServerFault) -> None:
    server = Server()
    answers = [OutcomeUnknown("the connection ended"), proof]

    class Late(Things):
        def is_created(self, error: Any) -> bool:
            return super().is_created(error) or error.code == "Exists"

    def answer(verb: str, name: Any) -> None:
        raise answers.pop(0)

    server.before = answer
    clock = Clock(lambda now: server.things.append({"name": "a"}) if now == 6 else None)
    assert run(Late(server), [{"name": "a"}], wait=clock.wait()).changed
    assert len(server.journal) == 2


def test_a_first_creation_that_is_refused_is_not_ours() -> None:
    server = Server(before=lambda verb, name: (nothing for nothing in ()).throw(AlreadyExists("there is one already")))
    with pytest.raises(AlreadyExists):
        run(Things(server), [{"name": "a"}])


def test_a_failure_tells_what_all_attempts_have_done() -> None:
    attempts: list[str] = []

    class Parts(Things):
        def delete(self, current: State) -> None:
            attempts.append(current["name"])
            done = {"actions": [{"action": "delete", "key": f"part {len(attempts)}"}]}
            raise OutcomeUnknown("the connection ended", details=done)

    with pytest.raises(OutcomeUnknown) as caught:
        run(Parts(Server([{"name": "a"}])), [{"name": "a"}], "absent")
    assert [one["key"] for one in caught.value.details["actions"]] == ["part 1", "part 2", "part 3"]


def test_what_is_created_with_every_run_is_known_by_what_its_creation_returned() -> None:
    class Tickets(Things):
        creates_always = True

    server = Server([{"name": "a", "size": 1}])
    for check_mode in (True, False):
        outcome = run(Tickets(server), [{"name": "a", "size": 2}], check_mode=check_mode)
        assert [one["action"] for one in outcome.actions] == ["create"]
    assert outcome.members[0]["token"] == "told once" and outcome.members[0]["size"] == 2
    assert server.reads == 0 and len(server.journal) == 1


def test_a_kind_without_duplicates_refuses_them_unless_they_are_sorted_out() -> None:
    class Unique(Things):
        accepts_duplicates = False

    server = Server([{"name": "a", "size": 1}, {"name": "a", "size": 2}])
    with pytest.raises(Conflict, match="There are 2 things with name 'a'"):
        run(Unique(server), [{"name": "a", "size": 1}])
    exact = run(Unique(server), [{"name": "a", "size": 1}], "exact", check_mode=True)
    assert [one["action"] for one in exact.actions] == ["delete"] and len(exact.members) == 1
    assert run(Unique(server), [{"name": "a"}], "absent").changed and server.things == []


def test_a_diff_shows_what_else_a_deletion_removes() -> None:
    class Holding(Things):
        def lost_with(self, current: State) -> State:
            return {"parts": ["x", "y"]}

    outcome = run(Holding(Server([{"name": "a", "size": 1}])), [{"name": "a"}], "absent", check_mode=True)
    assert outcome.diff["before"] == {"a": {"name": "a", "size": 1, "parts": ["x", "y"]}}


def test_results_and_diffs_show_a_value_as_its_field_displays_it_and_nothing_internal() -> None:
    class Masked(Things):
        fields = (Field("name"), Field("size", display=lambda value: "*" * value))
        internal = frozenset({"number"})

    server = Server([{"name": "a", "size": 1, "number": 7}])
    outcome = run(Masked(server), [{"name": "a", "size": 3}])
    assert outcome.members == [{"name": "a", "size": "***"}]
    assert outcome.diff["before"] == {"a": {"name": "a", "size": "*"}}
    assert outcome.diff["after"] == {"a": {"name": "a", "size": "***"}}


def test_the_server_is_asked_about_several_secrets_at_a_time_and_once_each() -> None:
    asked: list[str] = []
    together = threading.Barrier(3, timeout=5)

    class Secretive(Things):
        def must_write_secret(self, current: State, desired: State) -> bool:
            asked.append(current["name"])
            together.wait()
            return bool(current["name"] == "a")

    server = Server([{"name": name} for name in "abcd"])
    outcome = run(Secretive(server), [{"name": name, "secret": "s"} for name in "abc"] + [{"name": "d"}])
    assert server.journal == [("update", "a")] and outcome.changed
    assert sorted(asked) == ["a", "b", "c"]


def test_once_asks_once_for_each_list_of_arguments_and_again_after_a_failure() -> None:
    asked: list[Any] = []

    def ask(name: str) -> str:
        asked.append(name)
        if len(asked) == 1:
            raise ServerFault("busy")
        return name.upper()

    once = Once(ask)
    with pytest.raises(ServerFault):
        once("a")
    assert [once("a"), once("a"), once("b"), once("b")] == ["A", "A", "B", "B"]
    assert asked == ["a", "a", "b"]
