# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCR client's calls for registries, service accounts, rules and triggers against the sandbox's API."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    ApiError,
    NotFound,
    QuotaExceeded,
    ServerFault,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.api.client import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.client import RateLimiter
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import Credential
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.endpoints import sibling_endpoint
from tests.sandbox.tcr.limits import DEFAULT_LIMIT, LIMITS

REGISTRY = "tcr-sandbox1"
RIGHTS = [{"Resource": "team", "Actions": ["tcr:PullRepository"]}]
Start = Callable[..., tuple[Any, TcrClient]]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Start:
    def started(**settings: Any) -> tuple[Any, TcrClient]:
        sandbox = make_sandbox(harbor_version=None, rate_limits=False, **settings)
        credential = Credential(sandbox.facts["tcr_secret_id"], sandbox.facts["tcr_secret_key"])
        quick = Retry(attempts=3, sleep=lambda seconds: None)
        client = TcrClient(credential, "ap-guangzhou", sandbox.facts["tcr_endpoint"], timeout=10, retry=quick)
        client.create_namespace(REGISTRY, "team", False)
        return sandbox, client

    return started


@pytest.mark.parametrize("form", ["documented", "prefixed", "bare", "either"])
@pytest.mark.parametrize("unknown", ["failed_operation", "db_error", "not_found"])
def test_accounts_are_named_as_the_api_wants_it(start: Start, form: str, unknown: str) -> None:
    sandbox, client = start(service_account_names=form, unknown_service_account=unknown)
    client.create_service_account(REGISTRY, "harbor", RIGHTS)
    client.modify_service_account(REGISTRY, "harbor", {"Disable": True})
    assert client.set_service_account_password(REGISTRY, "harbor", "Secret123") == "Secret123"
    assert len(client.set_service_account_password(REGISTRY, "harbor", None)) == 32
    assert sandbox.tcr.registry.service_accounts["tcr$harbor"].disabled
    client.delete_service_account(REGISTRY, "harbor")
    assert client.service_accounts(REGISTRY) == []
    expected = {"failed_operation": ApiError, "db_error": ServerFault, "not_found": NotFound}[unknown]
    with pytest.raises(expected, match="does not exist"):
        client.delete_service_account(REGISTRY, "harbor")


def test_other_refusals_are_not_tried_again_with_another_name(start: Start) -> None:
    sandbox, client = start()
    client.create_service_account(REGISTRY, "harbor", RIGHTS)
    sandbox.journal.clear()
    with pytest.raises(ApiError, match="InvalidParameter"):
        client.set_service_account_password(REGISTRY, "harbor", "weak")
    assert len(sandbox.journal.entries) == 1


def test_passwords_are_masked_from_then_on(start: Start) -> None:
    sandbox, client = start()
    made = client.create_service_account(REGISTRY, "harbor", RIGHTS)
    client.set_service_account_password(REGISTRY, "harbor", "Secret123")
    assert client.redactor(f"{made['Password']} Secret123") == "******** ********"


@pytest.mark.parametrize("everything", ["everything", "pages"])
@pytest.mark.parametrize("count", [0, 99, 100, 101, 250])
def test_all_accounts_with_their_rights(start: Start, everything: str, count: int) -> None:
    sandbox, client = start(service_accounts_all=everything)
    accounts = sandbox.tcr.registry.service_accounts
    client.create_service_account(REGISTRY, "user", RIGHTS)
    made = accounts.pop("tcr$user")
    accounts.update({f"tcr$user-{number}": replace(made, name=f"tcr$user-{number}") for number in range(count)})
    found = client.service_accounts(REGISTRY)
    assert len({one["Name"] for one in found}) == count
    assert all(one["Permissions"] == RIGHTS for one in found)


def test_the_quota_of_accounts(start: Start) -> None:
    _sandbox, client = start(service_account_quota=0)
    with pytest.raises(QuotaExceeded):
        client.create_service_account(REGISTRY, "harbor", RIGHTS)


@pytest.mark.parametrize(
    ("name", "problem"),
    [("free", ""), ("demo", "is taken"), ("demo-archive", "is taken"), ("1st", "valid"), ("admin", "reserved")],
)
def test_names_of_registries(start: Start, name: str, problem: str) -> None:
    _sandbox, client = start()
    assert problem in client.name_problem(name, "ap-guangzhou")
    assert bool(client.name_problem(name, "ap-guangzhou")) == bool(problem)


def test_a_registry_from_beginning_to_end(start: Start) -> None:
    _sandbox, client = start(instance_deploying=0.0, instance_upgrade=0.0, instance_removal=0.0, instance_tagging=0.0)
    made = client.create_instance("second", "basic", "ap-guangzhou", {"stage": "test"}, protected=True)
    shown = client.instances([made])[0]
    assert (shown["RegistryType"], shown["DeletionProtection"]) == ("basic", True)
    assert shown["TagSpecification"]["Tags"] == [{"Key": "stage", "Value": "test"}]
    client.modify_instance_edition(made, "premium")
    client.modify_instance_protection(made, False)
    client.modify_instance_tags(made, {"team": "a"}, ["stage"])
    shown = client.instances([made])[0]
    assert shown["RegistryType"] == "premium"
    assert shown["TagSpecification"]["Tags"] == [{"Key": "team", "Value": "a"}]
    client.delete_instance(made, delete_bucket=True)
    assert client.instances([made]) == []


@pytest.mark.parametrize("page_zero", ["first", "error"])
@pytest.mark.parametrize("count", [0, 99, 100, 101, 250])
def test_all_rules(start: Start, page_zero: str, count: int) -> None:
    sandbox, client = start(page_zero=page_zero)
    registry = sandbox.tcr.registry
    parts = {"RepositoryPattern": "**", "RepositoryDecoration": "repoMatches", "TagDecoration": "matches"}
    client._call("CreateImmutableTagRules", REGISTRY, {"NamespaceName": "team", "Rule": {**parts, "TagPattern": "v"}})
    number = client.namespaces(REGISTRY)[0]["NamespaceId"]
    rule = {"NamespaceId": number, "CronSetting": "manual", "RetentionRule": {"Key": "latestPushedK", "Value": 1}}
    client._call("CreateTagRetentionRule", REGISTRY, rule)
    (immutable,), (retention,) = registry.immutable_rules.values(), registry.retention_rules.values()
    registry.immutable_rules = {
        one: replace(immutable, id=one, content={**immutable.content, "TagPattern": f"v{one}"}) for one in range(count)
    }
    registry.retention_rules = {one: replace(retention, id=one) for one in range(count)}
    assert len({one["TagPattern"] for one in client.immutable_rules(REGISTRY)}) == count
    assert len({one["RetentionId"] for one in client.retention_rules(REGISTRY)}) == count


def test_triggers_of_one_namespace_only(start: Start) -> None:
    _sandbox, client = start(rule_namespace_filter="fuzzy")
    client.create_namespace(REGISTRY, "team-a", False)
    numbers = {one["Name"]: one["NamespaceId"] for one in client.namespaces(REGISTRY)}
    trigger = {
        "Name": "t",
        "Targets": [{"Address": "https://ci.example.com"}],
        "EventTypes": ["pushImage"],
        "Condition": ".*",
        "Enabled": True,
    }
    for name in numbers:
        client.create_webhook_trigger(REGISTRY, name, trigger)
    found = client.webhook_triggers(REGISTRY, "team", numbers["team"])
    assert [one["NamespaceId"] for one in found] == [numbers["team"]]
    client.modify_webhook_trigger(REGISTRY, "team", found[0]["Id"], {**trigger, "Enabled": False})
    assert not client.webhook_triggers(REGISTRY, "team", numbers["team"])[0]["Enabled"]
    client.delete_webhook_trigger(REGISTRY, "team", found[0]["Id"])
    assert client.webhook_triggers(REGISTRY, "team", numbers["team"]) == []


@pytest.mark.parametrize("offset", ["item", "page"])
@pytest.mark.parametrize("page_zero", ["first", "error"])
@pytest.mark.parametrize("count", [99, 100, 101, 250])
def test_all_triggers(start: Start, offset: str, page_zero: str, count: int) -> None:
    sandbox, client = start(trigger_offset=offset, page_zero=page_zero)
    number = client.namespaces(REGISTRY)[0]["NamespaceId"]
    trigger = {
        "Targets": [{"Address": "https://ci.example.com"}],
        "EventTypes": ["pushImage"],
        "Condition": ".*",
        "Enabled": True,
    }
    client.create_webhook_trigger(REGISTRY, "team", {**trigger, "Name": "t"})
    (made,) = sandbox.tcr.registry.triggers.values()
    sandbox.tcr.registry.triggers = {
        one: replace(made, id=one, content={**made.content, "Name": f"t{one}"}) for one in range(count)
    }
    assert len({one["Name"] for one in client.webhook_triggers(REGISTRY, "team", number)}) == count


@pytest.mark.parametrize("count", [99, 100, 101, 250])
def test_all_registries(start: Start, count: int) -> None:
    sandbox, client = start()
    registries = sandbox.tcr.state.registries
    for number in range(count - len(registries)):
        made = replace(sandbox.tcr.registry, id=f"tcr-{number:08}", name=f"registry-{number}")
        registries[made.id] = made
    assert len({one["RegistryId"] for one in client.instances(all_regions=True)}) == count


def test_the_rate_limit_holds_for_all_threads_together() -> None:
    """Each call of an action gets a turn of its own, so far after the one before that the server's limit is kept."""
    turns: list[float] = []
    limiter = RateLimiter({"ManageInternalEndpoint": 2}, clock=lambda: 0.0, sleep=turns.append)
    actions = ["CreateNamespace"] * 30 + ["ManageInternalEndpoint"] * 4
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(limiter.wait, actions))
    gaps = {"CreateNamespace": 1 / 20, "ManageInternalEndpoint": 1 / 2}
    # The first call of each action need not wait.
    expected = [number * gap * 1.05 for action, gap in gaps.items() for number in range(1, actions.count(action))]
    assert sorted(turns) == pytest.approx(sorted(expected))


def test_the_client_knows_the_limits_that_tcr_has(start: Start) -> None:
    _sandbox, client = start()
    known = client._client._limiter._limits
    assert known["ManageInternalEndpoint"] == 2
    assert {action: limit for action, limit in known.items() if limit > LIMITS.get(action, DEFAULT_LIMIT)} == {}


@pytest.mark.parametrize("service", ["tag", "sts"])
@pytest.mark.parametrize(
    ("endpoint", "other"),
    [
        ("tcr.tencentcloudapi.com", "{}.tencentcloudapi.com"),
        ("https://tcr.ap-guangzhou.tencentcloudapi.com", "https://{}.ap-guangzhou.tencentcloudapi.com"),
        ("tcr.intl.tencentcloudapi.com", "{}.intl.tencentcloudapi.com"),
        ("tcr.internal.tencentcloudapi.com", "{}.internal.tencentcloudapi.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("proxy.example.com", "proxy.example.com"),
    ],
)
def test_the_other_services_are_beside_that_of_tcr(endpoint: str, other: str, service: str) -> None:
    assert sibling_endpoint(endpoint, "tcr", service) == other.format(service)
