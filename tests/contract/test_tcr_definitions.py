# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's tables of parameters are the vendor's: names, types, what is required, for every action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.tcr_definitions import answer_differences, definition, parameter_differences
from tests.contract.tcr_report import FACT
from tests.sandbox.tcr.dispatch import ACTIONS as OFFERED
from tests.sandbox.tcr.parameters import ACTIONS, STRUCTURES

_TOKENS = {"TotalCount": 0, "Tokens": [], "RequestId": "x"}


def test_every_parameter_is_the_vendor_s(record_property: Callable[[str, object], None]) -> None:
    assert set(OFFERED) == set(ACTIONS)
    assert list(parameter_differences(ACTIONS, STRUCTURES)) == []
    parameters = sum(map(len, (*ACTIONS.values(), *STRUCTURES.values())))
    record_property(FACT, f"actions offered: {len(ACTIONS)} of {len(definition()['actions'])}")
    record_property(FACT, f"parameters validated: {parameters}, each as the vendor defines it")


@pytest.mark.parametrize(
    ("actions", "line"),
    [
        ({"DescribeToken": {}}, "DescribeToken: not an action of the vendor"),
        ({"CheckInstance": {}}, "CheckInstance.RegistryId: the sandbox does not know it"),
        (
            {"CheckInstance": {"RegistryId": "string!", "Region": "string"}},
            "CheckInstance.Region: the vendor has no such parameter",
        ),
        ({"CheckInstance": {"RegistryId": "string"}}, "CheckInstance.RegistryId: sandbox string, vendor string!"),
        ({"CheckInstance": {"RegistryId": "integer!"}}, "CheckInstance.RegistryId: sandbox integer!, vendor string!"),
    ],
)
def test_each_kind_of_difference_is_seen(actions: dict[str, dict[str, str]], line: str) -> None:
    assert list(parameter_differences(actions, {})) == [line]


def test_differences_of_structures_are_seen() -> None:
    assert list(parameter_differences({}, {"Tag": {"Key": "string!"}})) == ["Tag.Value: the sandbox does not know it"]


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ({**_TOKENS, "More": 1}, "DescribeInstanceToken.More: not defined"),
        ({"Tokens": [], "RequestId": "x"}, "DescribeInstanceToken.TotalCount: missing"),
        ({**_TOKENS, "TotalCount": "0"}, "DescribeInstanceToken.TotalCount: str instead of integer"),
        ({**_TOKENS, "TotalCount": True}, "DescribeInstanceToken.TotalCount: bool instead of integer"),
        ({**_TOKENS, "TotalCount": None}, "DescribeInstanceToken.TotalCount: null"),
        ({**_TOKENS, "Tokens": {}}, "DescribeInstanceToken.Tokens: no list"),
        ({**_TOKENS, "Tokens": ["x"]}, "DescribeInstanceToken.Tokens[]: no structure"),
    ],
)
def test_each_kind_of_wrong_answer_is_seen(answer: dict[str, Any], line: str) -> None:
    assert list(answer_differences("DescribeInstanceToken", answer)) == [line]


def test_a_right_answer_has_no_differences() -> None:
    assert list(answer_differences("DescribeInstanceToken", _TOKENS)) == []
