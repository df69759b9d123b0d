# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which variables are known, and what is wrong with those that are given."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.variables.known import (
    OURS,
    Variable,
    Variables,
)

TEXT = {"type": "str"}
NAMES = {"type": "list", "elements": "str"}
SPECIFICATION = {
    "argument_specs": {
        "main": {
            "options": {
                "copy_id": TEXT,
                "copy_file": {"type": "path"},
                "copy_projects": NAMES,
                "copy_methods": {**NAMES, "choices": ["hosts_file", "none"]},
                "copy_map": {"type": "dict"},
                "copy_facts": {"type": "dict"},
                "copy_insecure": {"type": "bool"},
                "copy_timeout": {"type": "float"},
                "copy_speed": {"type": "int"},
                "copy_network": {**TEXT, "choices": ["public", "private"]},
                "copy_rules": {"type": "list", "elements": "dict", "options": {"name": TEXT, "tags": NAMES}},
                "copy_direct": {"type": "bool"},
            }
        },
        "remove": {"options": {"copy_id": TEXT}},
    }
}
DEFAULTS = {
    "copy_id": "{{ migration_id }}",
    "copy_file": "{{ migration_file\n  | default('/etc/x-' ~ copy_id ~ '.conf', true) }}",
    "copy_projects": "{{ migration_projects | default([]) | cloud_registry.migration.as_list }}",
    "copy_methods": "{{ migration_methods | default([]) | cloud_registry.migration.as_list }}",
    "copy_map": "{{ migration_map | default({}) | cloud_registry.migration.as_dict }}",
    "copy_facts": {},
    "copy_insecure": "{{ migration_insecure | default('') | cloud_registry.migration.as_switch(false) }}",
    "copy_timeout": "{{ migration_timeout | default(900, true) }}",
    "copy_speed": "{{ migration_speed | default(0, true) }}",
    "copy_network": "{{ migration_network | default('public', true) }}",
    "copy_rules": "{{ migration_rules | default([]) }}",
    "copy_direct": "{{ migration_network | default('public', true) == 'private' }}",
}
CONNECTIONS = {
    "harbor_url": TEXT,
    "harbor_username": TEXT,
    "harbor_password": {**TEXT, "no_log": True},
    "harbor_validate_certs": {"type": "bool", "default": True},
}
VARIABLES = Variables.of({"copy": (SPECIFICATION, DEFAULTS)}, CONNECTIONS)


def problems(**given: Any) -> list[str]:
    return list(VARIABLES.problems(given, (*OURS, "copy_")))


def test_a_variable_holds_what_the_option_holds_that_it_is_the_default_of() -> None:
    users = VARIABLES.users
    assert set(users) == {f"migration_{name.partition('_')[2]}" for name in DEFAULTS} - {
        "migration_facts",
        "migration_direct",
    } | set(CONNECTIONS)
    assert users["migration_network"] == Variable("str", choices=("public", "private")), (
        "an expression hands nothing on"
    )
    assert users["migration_file"].kind == "path"
    assert users["migration_projects"].names and users["migration_map"].pairs
    assert users["harbor_password"].secret


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("migration_project", "migration_projects"),
        ("migration_prjects", "migration_projects"),
        ("migration_Projects", "migration_projects"),
        ("migration_timeouts", "migration_timeout"),
        ("copy_project", "copy_projects"),
        ("migration_ids", "migration_id"),
    ],
)
def test_a_mistake_in_a_name_is_refused_with_what_was_meant(name: str, meant: str) -> None:
    assert problems(**{name: "shop"}) == [f"{name} is not a variable of this collection. Did you mean {meant}?"]


@pytest.mark.parametrize("prefix", OURS)
def test_every_prefix_is_watched(prefix: str) -> None:
    (problem,) = problems(**{f"{prefix}qqqqqqqqqqqqqqqq": 1})
    assert problem == f'{prefix}qqqqqqqqqqqqqqqq is not a variable of this collection. The guide "Variables" lists all.'


@pytest.mark.parametrize(
    "name", ["awx_job_id", "tower_job_id", "ansible_check_mode", "harbor_version", "tcr_name", "db_migration_x", "shop"]
)
def test_variables_of_others_are_left_alone(name: str) -> None:
    assert problems(**{name: 1.1}) == []


def test_what_the_roles_themselves_hand_over_is_known() -> None:
    assert problems(migration_preflight={"registry": {}}, migration_verify={}, migration_preflight_leftovers={}) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("migration_id", 1.1, "The number 1.1"),
        ("migration_id", ["a"], "A list was found"),
        ("migration_file", True, "The boolean true"),
        ("migration_projects", 1.1, "The number 1.1"),
        ("migration_projects", ["a", date(2026, 1, 31)], "The date 2026-01-31"),
        ("migration_projects", [None], "An empty value (null)"),
        ("migration_projects", False, "The boolean false"),
        ("migration_projects", {"a": 1}, "A mapping with the keys a"),
        ("migration_methods", "hosts_file, etc_hosts", "Found etc_hosts. Choose from hosts_file, none."),
        ("migration_map", {"a": None}, "'a' has no value"),
        ("migration_map", "a", "name=value"),
        ("migration_insecure", "maybe", "'maybe' was found where true or false is expected"),
        ("migration_timeout", "10m", "'10m' was found where a number of 0 or more"),
        ("migration_timeout", -1, "-1 was found where a number"),
        ("migration_timeout", "nan", "'nan' was found where a number"),
        ("migration_timeout", "inf", "'inf' was found where a number"),
        ("migration_timeout", True, "True was found where a number"),
        ("migration_timeout", [], "[] was found where a number"),
        ("migration_speed", 1.5, "1.5 was found where a whole number"),
        ("migration_network", "vpn", "Found vpn. Choose from public, private."),
        ("copy_timeout", "soon", "'soon' was found where a number"),
        ("harbor_validate_certs", "perhaps", "'perhaps' was found where true or false is expected"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_with_its_variable(name: str, value: Any, expected: str) -> None:
    (problem,) = problems(**{name: value})
    assert problem.startswith(f"{name}: ") and expected in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("migration_id", 2024),
        ("migration_projects", 0),
        ("migration_projects", "a, b"),
        ("migration_methods", ["none"]),
        ("migration_map", {2024: "a"}),
        ("migration_insecure", False),
        ("migration_insecure", "no"),
        ("migration_timeout", "15.5"),
        ("migration_timeout", 0),
        ("migration_speed", "1024"),
        ("harbor_validate_certs", 0),
        ("copy_facts", {"anything": [1.1, True]}),
    ],
)
def test_values_that_can_be_meant(name: str, value: Any) -> None:
    assert problems(**{name: value}) == []


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_variable_is_not_given_whatever_it_holds(empty: Any) -> None:
    assert problems(**dict.fromkeys(VARIABLES.users, empty)) == []


@pytest.mark.parametrize("blank", [" ", "\n"])
def test_blanks_are_an_empty_list_mapping_or_switch_and_no_other_value(blank: str) -> None:
    empty = ("migration_projects", "migration_methods", "migration_map", "migration_insecure", "harbor_validate_certs")
    assert problems(**dict.fromkeys(empty, blank)) == []
    others = VARIABLES.users.keys() - set(empty) - {"migration_rules"}
    said = problems(**dict.fromkeys(others, blank))
    assert len(said) == len(others)
    assert "migration_id: Nothing but blanks was found. Set it, or leave it empty." in said


def test_a_secret_that_is_no_text_is_not_shown() -> None:
    (problem,) = problems(harbor_password=815.47)
    assert problem.startswith("harbor_password: ") and "815" not in problem


def test_keys_of_mappings_that_are_defined_here_are_known() -> None:
    assert problems(migration_rules=[{"name": "a", "tags": ["1"]}]) == []
    assert problems(migration_rules=[{"nam": "a"}, {"tags": [1.1]}]) == [
        "migration_rules has no key 'nam'. Did you mean name?",
        "migration_rules.tags: The number 1.1 was found where a text is expected (YAML reads 1.10 as 1.1). "
        "Put it in quotes, exactly as it is written at its origin.",
    ]


def test_a_name_that_may_be_of_others_is_only_warned_of() -> None:
    assert problems(harbor_validate_cert=False) == []
    assert list(VARIABLES.warnings(["harbor_validate_cert", "harbor_port", "shop"])) == [
        "harbor_validate_cert is not a variable of this collection, and is ignored. Did you mean harbor_validate_certs?"
    ]
    assert list(VARIABLES.warnings(["migratoin_projects"])), "a mistake in the prefix"
    assert list(VARIABLES.warnings(["harbor_validate_cert", "harbor_validate_certs"])) == [], "both are meant"
    assert list(VARIABLES.warnings(["__migration_projects", "_harbor_url"])) == [], "private to a playbook"
