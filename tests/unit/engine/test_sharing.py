# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several migrations own one member: it stays until the last of them has left, in whatever order they do."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.fields import State
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.ownership import marker, owners
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    InvalidInput,
    MigrationError,
    NotFound,
    NotOurs,
)

from .engine_support import Clock, Server, Things

NAMES = ("harbor", "harbor-2", "Harbor/ä+")


class SharedThings(Things):
    """Things that the server keeps twice if it is told to, and that are found by name and description."""

    accepts_unmanaged = True
    shared_up_to = 100

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        self.server.write("update", desired["name"], lambda: self._locate(current).update(desired))

    def delete(self, current: State) -> None:
        self.server.write("delete", current["name"], lambda: self.server.things.remove(self._locate(current)))

    def _locate(self, current: State) -> State:
        try:
            return next(one for one in self.server.things if one == current)
        except StopIteration:
            raise NotFound("changed meanwhile") from None


class RoomForOne(SharedThings):
    shared_up_to = len(marker("")) + max(map(len, NAMES))


def run(
    server: Server, names: list[str], state: str, migration_id: str, kind: Any = SharedThings, **options: Any
) -> Any:
    desired = [{"name": one, "description": None} for one in names]
    return Engine(kind(server), desired, state, wait=Clock().wait(), migration_id=migration_id, **options).run()


def described(server: Server) -> list[str]:
    return [one["description"] for one in server.things]


def holders(server: Server) -> set[str]:
    return {owner for text in described(server) for owner in owners(text)}


@pytest.mark.parametrize("kind", [SharedThings, RoomForOne])
@pytest.mark.parametrize("leaving", ["absent", "exact"])
@pytest.mark.parametrize("came", list(itertools.permutations(NAMES)))
def test_three_migrations_come_and_go_in_any_order(kind: Any, leaving: str, came: tuple[str, ...]) -> None:
    for went in itertools.permutations(came):
        server = Server([{"name": "b", "description": "theirs"}])
        for count, name in enumerate(came, 1):
            predicted = run(server, ["a"], "exact", name, kind, check_mode=True)
            done = run(server, ["a"], "exact", name, kind)
            assert (predicted.actions, predicted.diff) == (done.actions, done.diff)
            assert done.changed
            assert run(server, ["a"], "exact", name, kind).changed is False
            assert holders(server) == set(came[:count])
        assert len(server.things) == (2 if kind is SharedThings else 4)
        for name in came:
            assert run(server, ["a"], "present", name, kind).changed is False
        for count, name in enumerate(went, 1):
            listed = ["a"] if leaving == "absent" else []
            predicted = run(server, listed, leaving, name, kind, check_mode=True)
            done = run(server, listed, leaving, name, kind)
            assert (predicted.actions, predicted.diff) == (done.actions, done.diff)
            assert done.changed
            assert run(server, listed, leaving, name, kind).changed is False
            assert holders(server) == set(went[count:])
        assert described(server) == ["theirs"]


def test_the_actions_name_the_other_owners() -> None:
    server = Server()
    assert "shared_with" not in run(server, ["a"], "present", "one").actions[0]
    joined = run(server, ["a"], "present", "two")
    assert joined.actions == [{"action": "update", "object": "thing", "key": "a", "shared_with": ["one"]}]
    run(server, ["a"], "present", "three")
    left = run(server, [], "exact", "one")
    assert left.actions == [{"action": "update", "object": "thing", "key": "a", "shared_with": ["two", "three"]}]


def test_what_was_there_before_is_used_and_never_marked() -> None:
    server = Server([{"name": "a", "description": "theirs"}])
    for name in ("one", "two"):
        outcome = run(server, ["a"], "exact", name)
        assert (outcome.changed, outcome.unmanaged) == (False, ["a"])
    for name in ("two", "one"):
        assert run(server, [], "exact", name).changed is False
    assert described(server) == ["theirs"]


def test_what_was_there_before_is_preferred_to_a_member_of_another_migration() -> None:
    server = Server([{"name": "a", "description": marker("one")}, {"name": "a", "description": "theirs"}])
    assert run(server, ["a"], "present", "two").unmanaged == ["a"]
    assert described(server) == [marker("one"), "theirs"]


def test_the_text_of_a_shared_member_stays_as_its_first_owner_wrote_it() -> None:
    server = Server()
    for name, text in (("one", "for Ann"), ("two", "for Bob")):
        desired = [{"name": "a", "description": text}]
        Engine(SharedThings(server), desired, wait=Clock().wait(), migration_id=name).run()
    assert described(server) == [f"for Ann ({marker('one')}; two)"]
    desired = [{"name": "a", "description": "for Bob"}]
    assert not Engine(SharedThings(server), desired, wait=Clock().wait(), migration_id="two").run().changed
    run(server, [], "exact", "one")
    assert described(server) == [f"for Ann ({marker('two')})"]


def test_a_member_that_cannot_be_shared_is_refused_but_is_left_to_a_second_owner_that_somebody_added() -> None:
    server = Server()
    run(server, ["a"], "present", "one", Things)
    with pytest.raises(NotOurs):
        run(server, ["a"], "present", "two", Things)
    server.things[0]["description"] += "; two"
    outcome = run(server, [], "exact", "one", Things)
    assert outcome.actions == [{"action": "update", "object": "thing", "key": "a", "shared_with": ["two"]}]
    assert described(server) == [marker("two")]


def test_without_a_migration_id_everything_can_be_removed() -> None:
    server = Server([{"name": "a", "description": f"{marker('one')}; two"}])
    Engine(SharedThings(server), [{"name": "a"}], "absent", wait=Clock().wait()).run()
    assert server.things == []


@pytest.mark.parametrize("name", ["one; two", "a b", "(a)", "a."])
def test_an_id_that_cannot_be_recognised_is_refused(name: str) -> None:
    server = Server()
    with pytest.raises(InvalidInput, match="could not be told from the text"):
        run(server, ["a"], "present", name)
    assert server.journal == []


def interleave(server: Server, verb: str, other: Any, times: int = 1) -> None:
    """Let another run act between the reading and the next writes of this kind."""
    left = [times]

    def before(done: str, _name: Any) -> None:
        if done == verb and left[0]:
            left[0] -= 1
            other()

    server.before = before


def test_two_owners_that_leave_at_the_same_time_leave_nothing() -> None:
    server = Server()
    run(server, ["a"], "present", "one")
    run(server, ["a"], "present", "two")
    interleave(server, "update", lambda: run(server, [], "exact", "two"))
    outcome = run(server, [], "exact", "one")
    assert outcome.actions == [{"action": "delete", "object": "thing", "key": "a"}]
    assert server.things == []


def test_an_owner_that_comes_while_the_last_one_leaves_keeps_the_member() -> None:
    server = Server()
    run(server, ["a"], "present", "one")
    interleave(server, "delete", lambda: run(server, ["a"], "present", "two"))
    run(server, [], "exact", "one")
    assert described(server) == [marker("two")]


def test_two_owners_that_come_at_the_same_time_are_both_there() -> None:
    server = Server()
    run(server, ["a"], "present", "one")
    interleave(server, "update", lambda: run(server, ["a"], "present", "two"))
    outcome = run(server, ["a"], "present", "three")
    assert outcome.actions == [{"action": "update", "object": "thing", "key": "a", "shared_with": ["one", "two"]}]
    assert described(server) == [f"{marker('one')}; two; three"]


def test_a_member_that_never_comes_to_rest_is_an_error() -> None:
    server = Server()
    run(server, ["a"], "present", "one")
    count = itertools.count()

    def meddle() -> None:
        server.things[0]["description"] = f"{marker('one')}; other-{next(count)}"

    interleave(server, "update", meddle, times=99)
    with pytest.raises(MigrationError, match="reading it again still calls for update"):
        run(server, ["a"], "present", "two")
