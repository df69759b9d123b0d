# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_private_link against the sandbox."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.api.client import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import Credential
from tests.modules.tcr_connection import QUICK_WAIT, connection, runner
from tests.support.steps import fail, succeed, twelve_steps

run = runner("tcr_private_link")

PACES = [
    {},
    {"private_dns_activated": False},
    {"link_entry": 0.0, "link_running": 0.0, "link_address": 0.0, "link_removal": 0.0},
    {"link_entry": 0.4, "link_running": 0.4, "link_address": 0.9, "link_removal": 0.6},
]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(**settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, **settings)
        link = {name: sandbox.facts[name] for name in ("vpc_id", "subnet_id")}
        return sandbox, {**connection(sandbox), **QUICK_WAIT, **link}

    return started


def client_of(sandbox: Any) -> TcrClient:
    facts = sandbox.facts
    credential = Credential(facts["tcr_secret_id"], facts["tcr_secret_key"])
    return TcrClient(credential, facts["tcr_region"], facts["tcr_endpoint"])


@pytest.mark.parametrize("settings", PACES, ids=str)
def test_twelve_steps(start: Callable[..., Any], settings: dict[str, Any]) -> None:
    sandbox, options = start(**settings)
    created, _changed, deleted = twelve_steps(
        run, sandbox.journal, create=options, change=None, delete={**options, "state": "absent", "subnet_id": None}
    )
    link = created["private_link"]
    assert (link["vpc_id"], link["subnet_id"]) == (options["vpc_id"], options["subnet_id"])
    assert link["status"] == "Running"
    assert ipaddress.ip_address(link["access_ip"]) in ipaddress.ip_network("127.0.30.0/24")
    assert deleted["private_link"] is None


@pytest.mark.parametrize("check", [True, False])
def test_another_subnet_of_the_vpc_is_refused(start: Callable[..., Any], check: bool) -> None:
    sandbox, options = start()
    succeed(run, options)
    sandbox.journal.clear()
    result = fail(run, {**options, "subnet_id": sandbox.facts["second_subnet_id"]}, check=check)
    assert options["subnet_id"] in result["msg"]
    assert sandbox.facts["second_subnet_id"] in result["msg"]
    assert not sandbox.journal.writes()


@pytest.mark.parametrize("names", [(True,), (False,), (True, False)], ids=str)
def test_a_link_with_vpc_dns_is_removed_only_when_asked_for(start: Callable[..., Any], names: tuple[bool, ...]) -> None:
    sandbox, options = start(dns_disabling=0.3)
    address = succeed(run, options)["private_link"]["access_ip"]
    for public in names:
        client_of(sandbox).create_internal_endpoint_dns(options["registry_id"], options["vpc_id"], address, public)
    sandbox.tcr.clock.advance(1)
    sandbox.journal.clear()
    result = fail(run, {**options, "state": "absent"})
    assert result["error"]["kind"] == "Conflict"
    assert all(word in result["msg"] for word in ("VPC DNS", address, "remove_dns")), result["msg"]
    usual = sandbox.facts["public_domain"]
    domains = {public: f" {usual.replace('.', ending, 1)} " for public, ending in ((True, "."), (False, "-vpc."))}
    assert {public for public, domain in domains.items() if domain in result["msg"]} == set(names), result["msg"]
    assert not sandbox.journal.writes()
    assert succeed(run, {**options, "state": "absent", "remove_dns": True})["changed"]
    actions = [entry.action for entry in sandbox.journal.writes()]
    assert actions == [*["DeleteInternalEndpointDns"] * len(names), "ManageInternalEndpoint"]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "throttle", "error", "status"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_faults_are_overcome(start: Callable[..., Any], kind: str, state: str) -> None:
    sandbox, options = start()
    if state == "absent":
        succeed(run, options)
    sandbox.faults.add(service="tcr", match="ManageInternalEndpoint", kind=kind)
    sandbox.faults.add(service="tcr", match="DescribeInternalEndpoints", kind=kind, call=2)
    assert succeed(run, {**options, "state": state})["changed"]
    assert not succeed(run, {**options, "state": state})["changed"]


def test_a_lost_answer_for_a_link_that_is_listed_late(start: Callable[..., Any]) -> None:
    sandbox, options = start(link_entry=3.0, link_running=3.0, link_address=3.0)
    sandbox.faults.add(service="tcr", match="ManageInternalEndpoint", kind="drop_after")
    assert succeed(run, options)["private_link"]["access_ip"]
    assert len(sandbox.tcr.registry.links) == 1


def test_without_waiting_it_only_begins(start: Callable[..., Any]) -> None:
    sandbox, options = start(link_entry=0.0, link_running=30.0, link_address=30.0)
    result = succeed(run, {**options, "wait": False})
    assert result["private_link"]["status"] == "Pending"
    assert result["private_link"]["access_ip"] == ""
    assert not succeed(run, {**options, "wait": False})["changed"]
    predicted = succeed(run, options, check=True)
    assert (predicted["actions"], predicted["private_link"]["access_ip"]) == ([], "")


def test_a_link_without_address_is_not_ready(start: Callable[..., Any]) -> None:
    sandbox, options = start(link_entry=0.0, link_running=0.0, link_address=30.0)
    result = fail(run, {**options, "wait_timeout": 0.3})
    assert result["error"]["kind"] == "WaitTimeout"
    assert "Running, no address yet" in result["msg"]


@pytest.mark.parametrize("status", ["Failed", "CreateError"])
def test_a_failed_link_ends_the_wait(start: Callable[..., Any], status: str) -> None:
    sandbox, options = start(link_entry=0.0, link_running=30.0, link_pending_status=status)
    result = fail(run, options)
    assert result["error"]["kind"] == "WaitFailed"
    assert status in result["msg"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vpc_id": "vpc-unknown1"}, ("vpc-unknown1", "does not exist")),
        ({"subnet_id": "subnet-unknown1"}, ("subnet-unknown1",)),
        ({"subnet_id": "subnet-sandbox3"}, ("no free address",)),
        ({"region": "ap-tokyo"}, ("no replica",)),
        ({"subnet_id": None}, ("subnet_id",)),
    ],
)
def test_what_cannot_be_linked_is_told(
    start: Callable[..., Any], changes: dict[str, Any], words: tuple[str, ...]
) -> None:
    sandbox, options = start()
    result = fail(run, {**options, **changes})
    assert all(word in result["msg"] for word in words), result["msg"]
    assert not sandbox.tcr.registry.links


def test_the_quota_of_links_is_told(start: Callable[..., Any]) -> None:
    sandbox, options = start(link_quota=1)
    succeed(run, options)
    result = fail(run, {**options, "vpc_id": "vpc-sandbox2", "subnet_id": "subnet-sandbox4"})
    assert result["error"]["kind"] == "QuotaExceeded"
