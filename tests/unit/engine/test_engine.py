# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine plans and writes."""

from __future__ import annotations

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.fields import State
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import Conflict, InvalidInput, NotOurs
from tests.unit.engine.engine_support import Clock, Server, Things, run


def test_present_creates_updates_and_then_plans_nothing() -> None:
    server = Server([{"name": "a", "size": 1}, {"name": "other", "size": 9}])
    desired_members = [{"name": "a", "size": 2}, {"name": "b", "size": 3}]
    outcome = run(server, desired_members)
    assert outcome.changed
    assert outcome.actions == [
        {"action": "create", "object": "thing", "key": "b"},
        {"action": "update", "object": "thing", "key": "a"},
    ]
    assert [member["name"] for member in outcome.members] == ["a", "b"]
    server.journal.clear()
    again = run(server, desired_members)
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
    assert run(server, [{"name": "a"}], "absent").actions == [{"action": "delete", "object": "thing", "key": "a"}]
    assert not run(server, [{"name": "a"}], "absent").changed
    exact = run(server, [{"name": "b", "size": 1}], "exact")
    assert exact.actions == [{"action": "delete", "object": "thing", "key": "c"}]
    assert [member["name"] for member in exact.members] == ["b"]
    assert run(server, [], "exact").actions == [{"action": "delete", "object": "thing", "key": "b"}]


def test_exact_removes_twins_but_keeps_one() -> None:
    server = Server([{"name": "a", "size": 1}, {"name": "a", "size": 1}])
    assert not run(server, [{"name": "a", "size": 1}]).changed
    assert run(server, [{"name": "a", "size": 1}], "exact").actions == [
        {"action": "delete", "object": "thing", "key": "a"}
    ]
    assert server.things == [{"name": "a", "size": 1}]


def test_check_mode_predicts_what_the_run_then_does() -> None:
    desired_members = [{"name": "a", "size": 2}, {"name": "b", "size": 3}]
    server = Server([{"name": "a", "size": 1}, {"name": "c", "size": 1}])
    predict_after = run(server, desired_members, "exact", check_mode=True)
    assert server.journal == []
    real = run(server, desired_members, "exact")
    assert (predict_after.changed, predict_after.actions, predict_after.diff) == (real.changed, real.actions, real.diff)
    assert predict_after.members == [{name: one[name] for name in ("name", "size")} for one in real.members]


def test_diff_names_only_members_that_change_and_hides_secrets() -> None:
    server = Server([{"name": "a", "size": 1}, {"name": "same", "size": 1}])
    desired_members = [{"name": "a", "size": 2}, {"name": "same", "size": 1}, {"name": "b", "secret": "hush-hush"}]
    outcome = run(server, desired_members, check_mode=True)
    assert outcome.diff["before"] == {"a": {"name": "a", "size": 1}}
    assert outcome.diff["after"] == {"a": {"name": "a", "size": 2}, "b": {"name": "b", "secret": "******** (new)"}}
    assert "hush-hush" not in repr(outcome)


def test_secret_is_written_to_an_existing_member_only_when_the_resource_says_so() -> None:
    server = Server([{"name": "a"}])
    things = Things(server)
    desired = {"name": "a", "secret": "hush-hush"}
    assert not Engine(things, [desired], wait=Clock().wait()).run().changed
    things.secret_is_broken = True
    outcome = Engine(things, [desired], wait=Clock().wait()).run()
    assert outcome.actions == [{"action": "update", "object": "thing", "key": "a"}]
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
    assert outcome.actions == [{"action": "delete", "object": "thing", "key": "ours"}] and outcome.unmanaged == [
        "theirs"
    ]
    assert run(server, [], "exact", migration_id="m1").changed is False
    assert [thing["name"] for thing in server.things] == ["theirs"]


@pytest.mark.parametrize("state", ["present", "absent", "exact"])
def test_an_empty_migration_id_makes_nothing_ours(state: str) -> None:
    server = Server([{"name": "theirs", "size": 1, "description": "made by hand"}])
    for empty in ("", " "):
        with pytest.raises(InvalidInput, match="migration_id is empty"):
            run(server, [], state, migration_id=empty)
    assert server.journal == []


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


def test_a_deletion_that_is_refused_is_refused_in_check_mode_too_and_before_anything_is_written() -> None:
    class Held(Things):
        def check_delete(self, current: State) -> None:
            if current["name"] == "b":
                raise Conflict("b is in use")

    server = Server([{"name": "a"}, {"name": "b"}])
    for check_mode in (True, False):
        with pytest.raises(Conflict, match="b is in use"):
            Engine(Held(server), [], "exact", check_mode=check_mode, wait=Clock().wait()).run()
    assert server.journal == []
