# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_requirements_info against the sandbox, and the proof that its policy holds nothing that is not needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.tcr_connection import connection, runner
from tests.support.modules import run_module
from tests.support.steps import fail, succeed
from tests.unit.sandbox.harbor_support import put_image

run = runner("tcr_requirements_info")
Start = Callable[..., tuple[Any, dict[str, Any]]]
REGISTRY = "tcr-sandbox1"
CODES = ["UnauthorizedOperation", "AuthFailure.UnauthorizedOperation"]
PRIVATE = {"network": "private", "vpc_id": "vpc-sandbox1"}


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Start:
    """A sandbox, and options with the API key whose rights are restricted."""

    def started(**settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, **settings)
        return sandbox, restricted(sandbox, namespaces=["shop"], repositories=["shop/web"])

    return started


def restricted(sandbox: Any, **options: Any) -> dict[str, Any]:
    key = {f"tcr_secret_{part}": sandbox.facts[f"restricted_secret_{part}"] for part in ("id", "key")}
    return connection(sandbox, **key, **options)


def without(policy: dict[str, Any], *actions: str) -> dict[str, Any]:
    """The policy without some rights."""
    kept = [
        {**statement, "action": [one for one in statement["action"] if one not in actions]}
        for statement in policy["statement"]
    ]
    return {"version": "2.0", "statement": kept}


def states(result: dict[str, Any]) -> dict[str, str]:
    return {one["action"]: one["state"] for one in result["requirements"]["permissions"]}


def test_the_policy_is_a_document_of_cam(start: Start) -> None:
    sandbox, options = start()
    result = succeed(run, options)
    assert not result["changed"]
    statements = {tuple(one["resource"]): one["action"] for one in result["requirements"]["policy"]["statement"]}
    assert statements[("*",)] == ["tcr:DescribeInstances"]
    assert "tcr:CreateInstanceToken" in statements[(f"qcs::tcr:ap-guangzhou::instance/{REGISTRY}",)]
    assert statements[(f"qcs::tcr:ap-guangzhou::repository/{REGISTRY}/shop",)] == ["tcr:CreateNamespace"]
    assert "tcr:PushRepository" in statements[(f"qcs::tcr:ap-guangzhou::repository/{REGISTRY}/shop/*",)]
    assert not sandbox.journal.writes()


@pytest.mark.parametrize("path", [{}, PRIVATE], ids=["public", "private"])
def test_every_reading_action_is_called_once(start: Start, path: dict[str, Any]) -> None:
    sandbox, options = start()
    found = states(succeed(run, {**options, **path}))
    # What only names a rule is not asked for in advance: a migration also works without it.
    reading = {action for action in found if action.startswith("tcr:Describe")} - {"tcr:DescribeImmutableTagRules"}
    assert {action for action, state in found.items() if state == "granted"} == reading
    assert {state for action, state in found.items() if action not in reading} == {"unknown"}
    called = [f"tcr:{entry.action}" for entry in sandbox.journal.entries]
    assert sorted(called) == sorted(reading)


@pytest.mark.parametrize("code", CODES)
def test_what_is_missing_is_named_all_at_once(start: Start, code: str) -> None:
    sandbox, options = start(unauthorized_code=code)
    lost = ["tcr:DescribeNamespaces", "tcr:DescribeImages", "tcr:DescribeInternalEndpoints"]
    policy = succeed(run, {**options, **PRIVATE})["requirements"]["policy"]
    sandbox.settings.update(access_policy=without(policy, *lost))
    result = succeed(run, {**options, **PRIVATE})
    assert sorted(action for action, state in states(result).items() if state == "missing") == sorted(lost)
    assert result["requirements"]["policy"] == policy
    assert "namespaces" not in [one["name"] for one in result["requirements"]["quotas"]]


@pytest.mark.parametrize("region", ["ap-guangzhou", None])
def test_a_key_that_may_nothing(start: Start, region: str | None) -> None:
    sandbox, options = start(access_policy={"version": "2.0", "statement": []})
    result = succeed(run, {name: value for name, value in {**options, "tcr_region": region}.items() if value})
    found = states(result)
    assert found["tcr:DescribeInstances"] == "missing"
    assert found["tcr:DescribeNamespaces"] == ("missing" if region else "unknown")
    assert result["requirements"]["policy"]["statement"]


def test_the_policy_is_written_without_any_key_or_call(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(harbor_version=None)
    result = succeed(run, {"policy_only": True, "query": "policy"})
    resources = [one for statement in result["requirements"]["statement"] for one in statement["resource"]]
    assert "qcs::tcr:::instance/*" in resources
    assert sandbox.journal.entries == []
    assert "registry_id" in fail(run, {})["msg"]


def test_vpc_dns_needs_rights_of_its_own(start: Start) -> None:
    sandbox, options = start(link_address=0, link_running=0, link_entry=0)
    link = {"vpc_id": sandbox.facts["vpc_id"], "subnet_id": sandbox.facts["subnet_id"]}
    succeed(partial(run_module, "tcr_private_link"), connection(sandbox, **link))
    found = states(succeed(run, {**options, **PRIVATE, "vpc_dns": True}))
    assert found["tcr:DescribeInternalEndpointDnsStatus"] == "granted"
    assert found["tcr:CreateInternalEndpointDns"] == "unknown"
    assert "tcr:CreateInternalEndpointDns" not in states(succeed(run, {**options, **PRIVATE}))


def test_a_rule_about_addresses_is_no_matter_of_actions(start: Start) -> None:
    sandbox, options = start()
    sandbox.faults.add(service="tcr", match="DescribeInstances", kind="error", code="IpNotInWhitelist", message="no")
    assert "do not list the address of this host" in fail(run, options)["msg"]


def test_quotas_warn_and_the_api_decides(start: Start) -> None:
    sandbox, options = start(namespace_quota=50)
    sandbox.tcr.registry.type = "basic"
    namespaces = [{"name": f"team-{number}"} for number in range(49)]
    succeed(partial(run_module, "tcr_namespace"), connection(sandbox, namespaces=namespaces))
    wanted = ["shop", "platform", "team-1"]
    result = succeed(run, {**options, "namespaces": wanted, "public_cidrs": ["203.0.113.7"]})
    assert result["requirements"]["quotas"] == [
        {"name": "namespaces", "edition": "basic", "limit": 50, "used": 49, "needed": 2, "enough": False},
        {"name": "repositories", "edition": "basic", "limit": 1000, "used": 0, "needed": 1, "enough": True},
        {"name": "whitelist entries", "edition": "basic", "limit": 5, "used": 0, "needed": 1, "enough": True},
    ]
    (warning,) = set(result["warnings"])
    assert "holds 49 namespaces and the migration adds 2" in warning
    assert "basic usually allows 50" in warning
    full = fail(
        partial(run_module, "tcr_namespace"), connection(sandbox, namespaces=[{"name": name} for name in wanted])
    )
    assert full["error"]["kind"] == "QuotaExceeded"
    assert "higher quota or edition" in full["msg"]


def test_a_second_run_needs_no_more_room(start: Start) -> None:
    sandbox, options = start()
    put_image(sandbox.tcr.registry.store, "shop/web", "1.0")
    succeed(partial(run_module, "tcr_namespace"), connection(sandbox, namespaces=[{"name": "shop"}]))
    quotas = succeed(run, options)["requirements"]["quotas"]
    assert [(one["used"], one["needed"]) for one in quotas[:2]] == [(1, 0), (1, 0)]


def test_a_registry_that_is_not_there_is_told(start: Start) -> None:
    _sandbox, options = start()
    assert "'tcr-unknown1'" in fail(run, {**options, "registry_id": "tcr-unknown1"})["msg"]
