# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_public_access against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import QUICK_WAIT, connection, runner
from tests.support.steps import fail, succeed, twelve_steps

run = runner("tcr_public_access")

PACES = [
    {},
    {"endpoint_opening": 0.0, "endpoint_closing": 0.0},
]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **settings: make_sandbox(harbor_version=None, **settings)


@pytest.mark.parametrize("settings", PACES, ids=str)
def test_twelve_steps(start: Callable[..., Any], settings: dict[str, Any]) -> None:
    sandbox = start(**settings)
    options = {**connection(sandbox), **QUICK_WAIT}
    opened, _changed, closed = twelve_steps(
        run, sandbox.journal, create=options, change=None, delete={**options, "state": "absent"}
    )
    assert opened["public_access"] == {"registry_id": sandbox.facts["registry_id"], "status": "Opened", "reason": ""}
    assert closed["public_access"] is None


def test_without_waiting_it_only_begins(start: Callable[..., Any]) -> None:
    sandbox = start(endpoint_opening=30.0)
    result = succeed(run, {**connection(sandbox), "wait": False})
    assert result["changed"]
    assert result["public_access"]["status"] == "Opening"
    again = succeed(run, {**connection(sandbox), "wait": False})
    assert not again["changed"]


@pytest.mark.parametrize("status", ["Deleting", "Closing"])
def test_a_public_endpoint_in_transition_is_waited_for(start: Callable[..., Any], status: str) -> None:
    sandbox = start(endpoint_closing_status=status, endpoint_opening=0.5, endpoint_closing=0.5)
    options = {**connection(sandbox), **QUICK_WAIT}
    succeed(run, {**options, "wait": False})
    succeed(run, {**options, "state": "absent"})
    succeed(run, options)
    succeed(run, {**options, "wait": False, "state": "absent"})
    assert succeed(run, options)["public_access"]["status"] == "Opened"
    assert not [entry for entry in sandbox.journal.writes() if entry.code], "a call was made from an unstable state"


def test_a_wait_ends_and_says_what_was_seen(start: Callable[..., Any]) -> None:
    sandbox = start(endpoint_opening=30.0)
    result = fail(run, {**connection(sandbox), "wait_timeout": 0.2, "wait_interval": 0.05})
    assert result["error"]["kind"] == "WaitTimeout"
    assert "Opening" in result["msg"]
    assert "wait_timeout" in result["msg"]


@pytest.mark.parametrize("repeated", ["unsupported", "success"])
@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "throttle", "error", "status"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_faults_are_overcome(start: Callable[..., Any], repeated: str, kind: str, state: str) -> None:
    sandbox = start(repeated_endpoint_operation=repeated, endpoint_opening=0.1, endpoint_closing=0.1)
    options = {**connection(sandbox), **QUICK_WAIT}
    if state == "absent":
        succeed(run, options)
    sandbox.faults.add(service="tcr", match="ManageExternalEndpoint", kind=kind)
    sandbox.faults.add(service="tcr", match="DescribeExternalEndpointStatus", kind=kind, call=2)
    assert succeed(run, {**options, "state": state})["changed"]
    assert not succeed(run, {**options, "state": state})["changed"]
