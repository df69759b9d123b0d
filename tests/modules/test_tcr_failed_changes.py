# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change that the TCR accepted and that then failed: the module ends at once and tells the API's reason."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import connection, runner
from tests.support.steps import fail, succeed

WAIT = {"wait_timeout": 30, "wait_interval": 0.05}
QUICK = {
    "endpoint_opening": 0.2, "endpoint_closing": 0.2, "link_entry": 0.0, "link_running": 0.2, "link_address": 0.2,
    "dns_enabling": 0.1, "dns_disabling": 0.1, "instance_deploying": 0.2,
}  # fmt: skip
SOON = 10


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(**settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, **{**QUICK, **settings})
        return sandbox, connection(sandbox, **WAIT)

    return started


def failure(module: str, options: dict[str, Any]) -> str:
    """Run a module whose wait must end early because what it waited for failed; what it says."""
    begin = time.monotonic()
    result = fail(runner(module), options)
    assert result["error"]["kind"] == "WaitFailed", result["msg"]
    assert time.monotonic() - begin < SOON
    return str(result["msg"])


def link(sandbox: Any) -> dict[str, Any]:
    return {name: sandbox.facts[name] for name in ("vpc_id", "subnet_id")}


def test_an_entry_that_does_not_open(start: Callable[..., Any]) -> None:
    _sandbox, options = start(endpoint_opening_result="Closed")
    assert "Closed: The load balancer of the account is not available." in failure("tcr_public_access", options)


def test_an_entry_that_somebody_else_opens_in_vain(start: Callable[..., Any]) -> None:
    _sandbox, options = start(endpoint_opening_result="Closed")
    succeed(runner("tcr_public_access"), {**options, "wait": False})
    assert "load balancer" in failure("tcr_public_access", options)


def test_an_entry_that_does_not_close(start: Callable[..., Any]) -> None:
    _sandbox, options = start(endpoint_closing_result="Opened")
    succeed(runner("tcr_public_access"), options)
    options["state"] = "absent"
    assert "Opened: The load balancer of the account is not available." in failure("tcr_public_access", options)


@pytest.mark.parametrize(
    ("result", "seen"), [("Error", "Error, "), ("gone", "it was listed (Pending), and has vanished")]
)
def test_a_link_that_does_not_come(start: Callable[..., Any], result: str, seen: str) -> None:
    sandbox, options = start(link_creation_result=result)
    options.update(link(sandbox))
    assert seen in failure("tcr_private_link", options)
    sandbox.settings.link_creation_result = "Running"
    succeed(runner("tcr_private_link"), {**options, "state": "absent"})
    assert succeed(runner("tcr_private_link"), options)["changed"]


def test_a_record_that_does_not_come(start: Callable[..., Any]) -> None:
    sandbox, options = start(dns_enabling_result="ERROR")
    succeed(runner("tcr_private_link"), {**options, **link(sandbox)})
    options.update(vpc_id=sandbox.facts["vpc_id"], names=["public"])
    assert "ERROR" in failure("tcr_private_dns", options)
    succeed(runner("tcr_private_dns"), {**options, "state": "absent"})
    sandbox.settings.dns_enabling_result = "ENABLED"
    assert succeed(runner("tcr_private_dns"), options)["changed"]


@pytest.mark.parametrize("status", ["FailedCreated", "Bucket-Error", "Unhealthy"])
def test_a_registry_that_does_not_come(start: Callable[..., Any], status: str) -> None:
    _sandbox, options = start(instance_creation_result=status)
    del options["registry_id"]
    options.update(registry_name="second", type="basic")
    assert f"{status} (The storage bucket is not available)." in failure("tcr_instance", options)


def test_a_registry_that_is_not_running_tells_why(start: Callable[..., Any]) -> None:
    _sandbox, options = start(registry_status="Unhealthy")
    result = fail(runner("tcr_public_access"), options)
    assert "is Unhealthy (The storage bucket is not available), but it must be Running" in result["msg"]
