# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_private_dns against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules import harbor_connection
from tests.modules.tcr_connection import QUICK_WAIT, connection, runner
from tests.support.steps import fail, four_steps, succeed, twelve_steps

run = runner("tcr_private_dns")
link = runner("tcr_private_link")

DOMAINS = {"public": "demo.tencentcloudcr.com", "internal": "demo-vpc.tencentcloudcr.com"}
BOTH = ["public", "internal"]
FAULTS = [
    ("drop_after", True),
    ("drop_before", False),
    ("throttle", False),
    ("error", True),
    ("error", False),
    ("status", True),
    ("status", False),
]
PACES = [
    {},
    {"dns_enabling": 0.0, "dns_disabling": 0.0},
    {"dns_enabling": 0.6, "dns_disabling": 0.6},
]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(linked: bool = True, **settings: Any) -> tuple[Any, dict[str, Any]]:
        quick = {"rate_limits": False, "link_entry": 0.0, "link_running": 0.0, "link_address": 0.0}
        sandbox = make_sandbox(harbor_version=None, **quick, **settings)
        options = {**connection(sandbox), **QUICK_WAIT, "vpc_id": sandbox.facts["vpc_id"]}
        if linked:
            succeed(link, {**options, "subnet_id": sandbox.facts["subnet_id"]})
        sandbox.journal.clear()
        return sandbox, options

    return started


@pytest.mark.parametrize("state", ["absent", "exact"])
@pytest.mark.parametrize("public", [True, False], ids=["whitelist entry", "credential"])
def test_a_record_stays_while_another_migration_has_access(start: Callable[..., Any], state: str, public: bool) -> None:
    sandbox, options = start(dns_enabling=0.0, dns_disabling=0.0, endpoint_opening=0.0)
    succeed(run, {**options, "names": BOTH})
    text = "managed by cloud_registry.migration: spring"
    client, registry_id = harbor_connection.tcr(sandbox), sandbox.facts["registry_id"]
    client.create_token(registry_id, text)
    if public:
        succeed(runner("tcr_public_access"), {**connection(sandbox), **QUICK_WAIT})
        client.create_security_policies(registry_id, [("192.0.2.1", f"{text}-2"), ("192.0.2.2", "theirs")])
    else:
        other = client.create_token(registry_id, f"{text}-2")["TokenId"]
    names = BOTH if state == "absent" else []
    removal = {**options, "names": names, "state": state, "migration_id": "spring"}
    for check in (True, False):
        kept = succeed(run, removal, check=check)
        assert (kept["changed"], kept["kept_for"], kept["actions"]) == (False, ["spring-2"], [])
    if public:
        sandbox.tcr.registry.whitelist.policies.pop(0)
    else:
        client.delete_token(registry_id, other)
    assert four_steps(run, sandbox.journal, removal)["kept_for"] == []


@pytest.mark.parametrize("settings", PACES, ids=str)
def test_twelve_steps(start: Callable[..., Any], settings: dict[str, Any]) -> None:
    sandbox, options = start(**settings)
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create={**options, "names": BOTH},
        change={**options, "names": ["public"], "state": "exact"},
        delete={**options, "names": BOTH, "state": "absent"},
    )
    address = created["records"][0]["access_ip"]
    assert created["records"] == [
        {"name": name, "domain": DOMAINS[name], "access_ip": address, "status": "ENABLED"} for name in BOTH
    ]
    assert changed is not None
    assert [one["name"] for one in changed["records"]] == ["public"]
    assert deleted["records"] == []


@pytest.mark.parametrize("name", BOTH)
def test_the_vpc_resolves_the_name_and_nobody_else_does(start: Callable[..., Any], name: str) -> None:
    sandbox, options = start()
    address = succeed(run, {**options, "names": [name]})["records"][0]["access_ip"]
    assert sandbox.network.resolve(DOMAINS[name], "vpc") == address
    assert sandbox.network.resolve(DOMAINS[name], "public") == ("127.0.10.1" if name == "public" else None)
    succeed(run, {**options, "names": [name], "state": "absent"})
    assert sandbox.network.resolve(DOMAINS[name], "vpc") != address


def test_the_records_go_before_the_link(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    succeed(run, {**options, "names": BOTH})
    assert fail(link, {**options, "state": "absent"})["error"]["kind"] == "Conflict"
    succeed(run, {**options, "names": [], "state": "exact"})
    assert succeed(link, {**options, "state": "absent"})["changed"]
    assert not succeed(run, {**options, "names": BOTH, "state": "absent"})["changed"]


@pytest.mark.parametrize("state", ["gone", "without an address"])
def test_a_record_whose_link_tells_no_address_goes_by_its_address(start: Callable[..., Any], state: str) -> None:
    sandbox, options = start()
    address = succeed(run, {**options, "names": ["public"]})["records"][0]["access_ip"]
    if state == "gone":
        sandbox.tcr.registry.links.clear()
    else:
        sandbox.settings.update(link_address=1e9)
    absent = {**options, "names": ["public"], "state": "absent"}
    assert not succeed(run, absent)["changed"]
    assert sandbox.network.resolve(DOMAINS["public"], "vpc") == address
    assert succeed(run, {**absent, "access_ip": address})["changed"]
    assert sandbox.network.resolve(DOMAINS["public"], "vpc") != address


def test_without_a_link_it_is_predicted_but_not_done(start: Callable[..., Any]) -> None:
    sandbox, options = start(linked=False)
    assert succeed(run, {**options, "names": ["public"]}, check=True)["changed"]
    result = fail(run, {**options, "names": ["public"]})
    assert result["error"]["kind"] == "Conflict"
    assert all(word in result["msg"] for word in (options["vpc_id"], "no private link", "tcr_private_link"))
    assert not sandbox.journal.writes()


def test_without_the_service_it_is_told(start: Callable[..., Any]) -> None:
    sandbox, options = start(private_dns_activated=False)
    result = fail(run, {**options, "names": ["public"]})
    assert result["error"]["kind"] == "Unsupported"
    assert "PrivateDNS" in result["msg"]
    assert "console" in result["msg"]


@pytest.mark.parametrize("repeated", ["error", "success"])
@pytest.mark.parametrize(("kind", "executed"), FAULTS)
@pytest.mark.parametrize("action", ["CreateInternalEndpointDns", "DeleteInternalEndpointDns"])
def test_faults_are_overcome(start: Callable[..., Any], action: str, kind: str, repeated: str, executed: bool) -> None:
    sandbox, options = start(repeated_dns_creation=repeated)
    sandbox.faults.add(service="tcr", match=action, kind=kind, executed=executed)
    sandbox.faults.add(service="tcr", match="DescribeInternalEndpointDnsStatus", kind=kind, call=2)
    assert succeed(run, {**options, "names": ["internal"]})["records"][0]["status"] == "ENABLED"
    four_steps(run, sandbox.journal, {**options, "names": ["internal"], "state": "absent"})


def test_a_lost_answer_for_a_record_that_comes_late(start: Callable[..., Any]) -> None:
    sandbox, options = start(dns_enabling=1.5)
    sandbox.faults.add(service="tcr", match="CreateInternalEndpointDns", kind="drop_after")
    assert succeed(run, {**options, "names": ["public"]})["records"][0]["status"] == "ENABLED"
    assert len(sandbox.tcr.registry.dns_records) == 1


def test_a_record_that_never_comes_ends_the_wait(start: Callable[..., Any]) -> None:
    sandbox, options = start(dns_enabling=30.0)
    result = fail(run, {**options, "names": ["public"], "wait_timeout": 0.3})
    assert result["error"]["kind"] == "WaitTimeout"
    assert "run again" in result["msg"]
