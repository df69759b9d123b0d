# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists and mappings that may come as text from a survey."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.variables.survey_values import (
    as_dict,
    as_list,
    as_switch,
    or_default,
)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (["a", " b "], ["a", "b"]),
        (("a",), ["a"]),
        ("a, b", ["a", "b"]),
        ("a\nb\n", ["a", "b"]),
        ("a;b,,", ["a", "b"]),
        ("", []),
        (" \n", []),
        (None, []),
        ([], []),
        (["", "a"], ["a"]),
    ],
)
def test_items_of_a_list_or_of_text(value: Any, items: list[str]) -> None:
    assert as_list(value) == items


@pytest.mark.parametrize(("value", "items"), [([1], ["1"]), (2024, ["2024"]), (0, ["0"]), ([10**20], [f"{10**20}"])])
def test_a_whole_number_is_its_digits_also_alone(value: Any, items: list[str]) -> None:
    assert as_list(value) == items


MISREAD = [1.10, 1.0, 1e30, True, False, date(2026, 1, 31), datetime(2026, 1, 31, 8)]


@pytest.mark.parametrize("value", MISREAD)
def test_what_yaml_has_read_as_something_else_is_refused_with_the_advice_to_quote(value: Any) -> None:
    for given in (value, [value], ["a", value]):
        with pytest.raises(InvalidInput, match="in quotes"):
            as_list(given)
    for mapping in ({"a": value}, {value: "a"}):
        with pytest.raises(InvalidInput, match="in quotes"):
            as_dict(mapping)


@pytest.mark.parametrize("value", [[None], [["a"]], [{"a": "b"}], {"a": "b"}, '{"a": "b"}', '[["a"]]'])
def test_what_holds_no_names_is_no_list(value: Any) -> None:
    with pytest.raises(InvalidInput, match="where a (text|list) is expected"):
        as_list(value)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("v1.{1,2}*", ["v1.{1,2}*"]),
        ("v1.{1,2}*, [0-9,a]*;latest", ["v1.{1,2}*", "[0-9,a]*", "latest"]),
        ("{shop,{web,app}-*}/**", ["{shop,{web,app}-*}/**"]),
        ("[{,]a", ["[{,]a"]),
        (r"a\,b, \{c", [r"a\,b", r"\{c"]),
        ("[a-z]*, [0-9]", ["[a-z]*", "[0-9]"]),
        ("[ab],[cd]", ["[ab]", "[cd]"]),
        ('"x,y", z', ["x,y", "z"]),
    ],
)
def test_what_stands_in_braces_brackets_or_quotes_is_not_separated(text: str, items: list[str]) -> None:
    assert as_list(text) == items


@pytest.mark.parametrize("text", ["v1.{1,2", "a}", "[a", '"a'])
def test_a_group_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="do not match"):
        as_list(text)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('["1.10", "b"]', ["1.10", "b"]),
        ("[a, 'b', 2024]", ["a", "b", "2024"]),
        ("- a\n-\n- b\n", ["a", "b"]),
        ("---\n- '010'\n", ["010"]),
        ("- v1.{1,2}*", ["v1.{1,2}*"]),
        ("[v1.{1,2}*, b]", ["v1.{1,2}*", "b"]),
        ("[*]", ["*"]),
        ("[]", []),
        # This is no YAML: nothing was read as something else.
        ("1.10, 010, no", ["1.10", "010", "no"]),
    ],
)
def test_yaml_and_json_are_read_as_such(text: str, items: list[str]) -> None:
    assert as_list(text) == items


@pytest.mark.parametrize(
    "text", ["[1.10]", "- 1.10", "[no]", "[true]", "[null]", "[2026-01-31]", "[010]", "[22:22]", "[1_000]", "- 0x1F"]
)
def test_text_that_yaml_reads_as_something_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="in quotes"):
        as_list(text)


def test_a_list_with_a_date_that_jinja_made_a_text_is_refused() -> None:
    with pytest.raises(InvalidInput, match="date"):
        as_list(str([date(2026, 1, 31)]))


@pytest.mark.parametrize(
    ("value", "mapping"),
    [
        ({"a.b": "a-b"}, {"a.b": "a-b"}),
        ({2024: 2025}, {"2024": "2025"}),
        ("a.b=a-b, c = d", {"a.b": "a-b", "c": "d"}),
        ("a=b\nc=d,", {"a": "b", "c": "d"}),
        ("", {}),
        (None, {}),
        (["a=b"], {"a": "b"}),
        ([{"a": "b"}, "c=d"], {"a": "b", "c": "d"}),
        ('{"a.b": "a-b"}', {"a.b": "a-b"}),
        ("{a: b, c: d}", {"a": "b", "c": "d"}),
        ("a.b: a-b\nc: d\n", {"a.b": "a-b", "c": "d"}),
        ("a=b,a=b", {"a": "b"}),
    ],
)
def test_pairs_of_a_mapping_or_of_text(value: Any, mapping: dict[str, str]) -> None:
    assert as_dict(value) == mapping


@pytest.mark.parametrize("value", ["a", ["a"], 7])
def test_what_is_no_pair_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput, match="name=value"):
        as_dict(value)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([], []),
        (0, 0),
        (0.0, 0.0),
        (False, False),
        ({}, {}),
        ("x", "x"),
        ("", "default"),
        (" \n", "default"),
        (None, "default"),
    ],
)
def test_only_what_is_blank_becomes_the_default(value: Any, found: Any) -> None:
    assert or_default(value, "default") == found


@pytest.mark.parametrize("value", ["a=", "a: ", "{a}", '{"a": null}', {"a": None}, {"a": " "}, "=b", {"": "b"}])
def test_a_name_without_a_value_or_a_value_without_a_name_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput, match="has no (value|name)"):
        as_dict(value)


@pytest.mark.parametrize("value", ["a=b,a=c", '{"a": "b", "a": "c"}'])
def test_a_name_with_two_values_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput, match="'a' has two values"):
        as_dict(value)


@pytest.mark.parametrize("value", ["a: 1.10", '{"a": true}', "a: b, c: d", "- a: b"])
def test_a_mapping_in_yaml_is_read_as_such(value: str) -> None:
    with pytest.raises(InvalidInput):
        as_dict(value)


@pytest.mark.parametrize("default", [True, False, "omitted"])
@pytest.mark.parametrize("value", ["", " ", "\n", None, "__omit_place_holder__0123"])
def test_a_blank_switch_is_not_given(value: Any, default: Any) -> None:
    assert as_switch(value, default) is default


@pytest.mark.parametrize("value", [False, 0, "0", "no", "No", "off", "False", "false\n", "n"])
def test_a_switch_that_is_off_is_not_blank(value: Any) -> None:
    assert as_switch(value, True) is False


@pytest.mark.parametrize("value", [True, 1, "1", "yes", "ON", "True", "true\n", "y"])
def test_a_switch_is_on(value: Any) -> None:
    assert as_switch(value, False) is True


@pytest.mark.parametrize("value", ["maybe", 2, ["yes"], {}])
def test_a_switch_is_on_or_off(value: Any) -> None:
    with pytest.raises(InvalidInput, match="true or false"):
        as_switch(value, True)


def test_a_default_that_is_a_text_may_be_given() -> None:
    assert [as_switch(value, "auto") for value in ("auto", " Auto ", "", "no", True)] == [*["auto"] * 3, False, True]
