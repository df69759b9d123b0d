# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How modules are run: options in, one translation of results and errors out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.fields import Field, State
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.resource import Resource
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import NotFound, QuotaExceeded
from ansible_collections.cloud_registry.migration.plugins.module_utils._module import run
from ansible_collections.cloud_registry.migration.plugins.module_utils._module.call import ModuleCall
from ansible_collections.cloud_registry.migration.plugins.module_utils._module.options.common import (
    QUERY,
    SET_STATE,
    WAIT,
    ArgumentGroup,
)
from tests.support.modules import captured

NAMES = ArgumentGroup({"names": {"type": "list", "elements": "str", "required": True}})


class Shelf(Resource):
    kind = "thing"
    key = "name"
    fields = (Field("name"), Field("secret", write_only=True))

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def find(self, keys: Any) -> list[State]:
        return [{"name": name, "secret": "never-shown"} for name in self.names]

    def create(self, desired: State) -> None:
        if desired["name"] == "too-many":
            raise QuotaExceeded("no room", advice="Tidy up.", code="LimitExceeded", request_id="r-1", status=200)
        self.names.append(desired["name"])

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        raise AssertionError("nothing to update")

    def delete(self, current: State) -> None:
        self.names.remove(current["name"])


def run_shelf(shelf: Shelf, single: bool = False) -> Callable[[], None]:
    return lambda: run.run_resource(
        NAMES.merge(SET_STATE),
        build=lambda call: shelf,
        desired_members=lambda call: [{"name": name} for name in call.parameters["names"]],
        returns="things",
        single=single,
    )


def test_a_resource_gives_members_actions_and_a_diff() -> None:
    shelf = Shelf(["old"])
    result = captured(run_shelf(shelf), {"names": ["new", "old"]})
    assert result["changed"] and result["things"] == [{"name": "new"}, {"name": "old"}]
    assert result["actions"] == [{"action": "create", "object": "thing", "key": "new"}]
    assert result["diff"]["after"] == {"new": {"name": "new"}}
    assert captured(run_shelf(shelf), {"names": ["new", "old"]})["changed"] is False


def test_check_mode_writes_nothing() -> None:
    shelf = Shelf([])
    assert captured(run_shelf(shelf), {"names": ["new"]}, check=True)["changed"]
    assert shelf.names == []


def test_a_single_object_is_returned_as_one_or_null() -> None:
    shelf = Shelf([])
    assert captured(run_shelf(shelf, single=True), {"names": ["new"]})["things"] == {"name": "new"}
    assert captured(run_shelf(shelf, single=True), {"names": ["new"], "state": "absent"})["things"] is None


def test_an_error_becomes_one_sentence_with_structure() -> None:
    shelf = Shelf([])
    result = captured(run_shelf(shelf), {"names": ["fine", "too-many"]})
    assert result["failed"] and result["changed"], "one of the two was created"
    assert result["msg"].startswith("1 of 2 changes of the things failed; the first: too-many: no room")
    assert result["msg"].endswith("(request id r-1) Tidy up.")
    assert result["error"] == {"kind": "QuotaExceeded", "code": "LimitExceeded", "request_id": "r-1", "status": 200}
    assert result["failed_members"] == {"too-many": "no room (request id r-1) Tidy up."}
    assert "exception" not in result


NESTED = ArgumentGroup(
    {
        **NAMES.options,
        "id": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "namespace_map": {"type": "dict"},
        "access": {"type": "dict"},
        "rules": {"type": "list", "elements": "dict", "options": {"name": {}, "value": {"type": "raw"}}},
        "ratio": {"type": "float"},
        "enabled": {"type": "bool"},
    }
)


def given(**options: Any) -> dict[str, Any]:
    return captured(lambda: run.run_action(NESTED, lambda call: {"changed": False}), {"names": ["a"], **options})


@pytest.mark.parametrize("value", [1.1, True])
@pytest.mark.parametrize(
    ("place", "make"),
    [
        ("names", lambda value: {"names": ["a", value]}),
        ("names", lambda value: {"names": value}),
        ("id", lambda value: {"id": value}),
        ("namespace_map", lambda value: {"namespace_map": {"a": value}}),
        ("access", lambda value: {"access": {"repository": ["pull", value]}}),
        ("rules.name", lambda value: {"rules": [{"name": value}]}),
        ("rules.value", lambda value: {"rules": [{"name": "a", "value": value}]}),
        ("rules.value", lambda value: {"rules": [{"name": "a", "value": ["b", value]}]}),
    ],
)
def test_a_text_that_yaml_has_read_as_something_else_is_refused(place: str, make: Any, value: Any) -> None:
    """Ansible itself would make "1.1" of 1.10, and "True" of on."""
    result = given(**make(value))
    assert result["failed"], result
    assert result["msg"].startswith(f"{place}: The ") and "Put it in quotes" in result["msg"]


def test_null_is_no_name_in_a_list_but_an_option_that_is_not_given() -> None:
    assert "names: An empty value (null)" in given(names=["a", None])["msg"]
    assert not given(id=None)["failed"]


def test_a_list_is_no_text() -> None:
    assert given(id=["a"])["msg"].startswith("id: A list was found where a text is expected")


def test_a_misread_secret_is_not_shown() -> None:
    result = given(password=815.47)
    assert result["msg"].startswith("password: What was found cannot be used.")
    assert "815" not in str(result["msg"])


def test_whole_numbers_are_texts_and_others_stay_what_they_are() -> None:
    mapping = {"2024": 2025}
    assert not given(names=[2024], id=10**20, namespace_map=mapping, ratio=1.1, enabled="no")["failed"]


def test_a_defect_says_that_it_is_one() -> None:
    def broken(call: ModuleCall) -> dict[str, Any]:
        raise KeyError("forgotten")

    result = captured(lambda: run.run_info(ArgumentGroup(), broken, "things"), {})
    assert result["failed"] and "This is a defect of the collection" in result["msg"]
    assert result["msg"].startswith("Unexpected KeyError at test_run.py:")


def test_info_takes_a_query() -> None:
    def collect(call: ModuleCall) -> dict[str, Any]:
        return {"things": [{"name": "a", "size": 1}, {"name": "b", "size": 2}]}

    def info() -> None:
        run.run_info(QUERY, collect, "things")

    assert captured(info, {"query": "[?size > `1`].name"})["things"] == ["b"]
    assert "is no JMESPath expression" in captured(info, {"query": "[?"})["msg"]


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jmespath", None)
    result = captured(lambda: run.run_info(QUERY, lambda call: {"things": []}, "things"), {"query": "[]"})
    assert "The Python library 'jmespath' is missing" in result["msg"]


def test_action_is_told_about_check_mode() -> None:
    def perform(call: ModuleCall) -> dict[str, Any]:
        if call.parameters["names"] == ["absent"]:
            raise NotFound("there is none", advice="Create it.")
        return {"changed": not call.check_mode}

    def action() -> None:
        run.run_action(NAMES, perform)

    assert captured(action, {"names": ["a"]})["changed"]
    assert not captured(action, {"names": ["a"]}, check=True)["changed"]
    assert captured(action, {"names": ["absent"]})["msg"] == "there is none Create it."


def test_what_a_call_makes_is_made_once() -> None:
    made: list[ModuleCall] = []

    def client(call: ModuleCall) -> int:
        made.append(call)
        return len(made)

    def perform(call: ModuleCall) -> dict[str, Any]:
        return {"changed": False, "numbers": [call.once(client), call.once(client)]}

    for expected in (1, 2):
        assert captured(lambda: run.run_action(NAMES, perform), {"names": []})["numbers"] == [expected, expected]


def test_how_to_wait_comes_from_the_options() -> None:
    def wait(call: ModuleCall) -> dict[str, Any]:
        return {"changed": False, "wait": [call.wait.enabled, call.wait.timeout, call.wait.interval]}

    given = {"wait": False, "wait_timeout": 7, "wait_interval": 0.5}
    assert captured(lambda: run.run_action(WAIT, wait), given)["wait"] == [False, 7, 0.5]
    assert captured(lambda: run.run_action(ArgumentGroup(), wait), {})["wait"] == [True, 60, 1]


def test_groups_refuse_an_option_defined_twice() -> None:
    with pytest.raises(ValueError, match="names"):
        NAMES.merge(NAMES)


def test_groups_merge_constraints() -> None:
    merged = ArgumentGroup({"a": {}}, required_one_of=[["a"]]).merge(
        ArgumentGroup({"b": {}}, required_one_of=[["b"]], required_by={"b": ["a"]})
    )
    assert merged.module_arguments() == {
        "argument_spec": {"a": {}, "b": {}},
        "required_one_of": [["a"], ["b"]],
        "required_by": {"b": ["a"]},
    }
