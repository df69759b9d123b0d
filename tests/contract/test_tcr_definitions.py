# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's tables of parameters are the vendor's: names, types, what is required, for every action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.tcr_definitions import definition
from tests.contract.tcr_report import FACT
from tests.sandbox.tcr.services import SERVICES, TCR

_TOKENS = {"TotalCount": 0, "Tokens": [], "RequestId": "x"}


def test_every_parameter_is_the_vendor_s(record_property: Callable[[str, object], None]) -> None:
    parameters = 0
    for service in SERVICES:
        assert set(service.actions) == set(service.definitions)
        differences = definition(service.name).parameter_differences(service.definitions, service.structures)
        assert list(differences) == []
        parameters += sum(map(len, (*service.definitions.values(), *service.structures.values())))
    more = sum(len(service.actions) for service in SERVICES) - len(TCR.actions)
    offered = f"actions offered: {len(TCR.actions)} of {len(definition('tcr').actions)}"
    record_property(FACT, f"{offered}, and {more} of the services for tags and roles")
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
    assert list(definition("tcr").parameter_differences(actions, {})) == [line]


def test_differences_of_structures_are_seen() -> None:
    given = {"Tag": {"Key": "string!"}}
    assert list(definition("tcr").parameter_differences({}, given)) == ["Tag.Value: the sandbox does not know it"]


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
    assert list(definition("tcr").answer_differences("DescribeInstanceToken", answer)) == [line]


def test_a_right_answer_has_no_differences() -> None:
    assert list(definition("tcr").answer_differences("DescribeInstanceToken", _TOKENS)) == []
