# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module migration_state_info: what it gathers, and what it refuses before anything is written."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.cam_policy import (
    MigrationPath,
    access_policy,
    needed_actions,
)
from tests.modules import harbor_connection, tcr_connection
from tests.sandbox import Sandbox
from tests.sandbox.core.helm_charts import chart_archive
from tests.sandbox.core.images import create_projects, image, push_images
from tests.sandbox.core.web import serve
from tests.support.steps import fail, succeed

MODULE = "migration_state_info"
MARKER = "managed by cloud_registry.migration: demo"
run = tcr_connection.runner(MODULE)
Start = Callable[..., Any]


def options(sandbox: Any, network: str = "public", **changes: Any) -> dict[str, Any]:
    """Options of a complete migration; those that are None are left out."""
    facts = sandbox.facts
    path: dict[str, Any] = {"network": network, "wait_timeout": 1, "wait_interval": 0.1}
    if network == "public":
        path["public_cidrs"] = [f"{facts['harbor_address']}/32"]
    else:
        path.update(vpc_id=facts["vpc_id"], subnet_id=facts["subnet_id"], harbor_hosts=["harbor"])
    connections = tcr_connection.connection(sandbox, **harbor_connection.connection(sandbox))
    merged = {**connections, "migration_id": "demo", "registry_url": facts["registry_url"], **path, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def refused(sandbox: Any, *expected: str, network: str = "public", **changes: Any) -> dict[str, Any]:
    """Gather, and assert that this is refused with these words and without a write."""
    sandbox.journal.clear()
    result = fail(run, options(sandbox, network, **changes))
    for words in expected:
        assert words in result["msg"]
    assert not sandbox.journal.writes()
    return result


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One sandbox for all tests that leave it as it was."""
    with Sandbox(tmp_path_factory.mktemp("sandbox"), seed="demo") as sandbox:
        facts = sandbox.facts
        login = (facts["harbor_url"], facts["harbor_username"], facts["harbor_password"])
        create_projects(*login, ["x", "mirror"])
        push_images(*login, {"x/app": {"1": image(["x"])}, "mirror/nginx": {"1.27": image(["mirror"])}})
        user = {"username": "dev", "password": "Harbor12345", "email": "dev@example.com", "realname": "dev"}
        requests.post(f"{login[0]}/api/v2.0/users", json=user, auth=login[1:], timeout=10).raise_for_status()
        yield sandbox


REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no migration_id": ({"migration_id": ""}, ["migration_id is ''"]),
    "bad migration_id": ({"migration_id": "My migration"}, ["migration_id is 'My migration'"]),
    "no registry": ({"registry_id": None}, ["Neither migration_registry_id nor migration_registry_name"]),
    "no address of Harbor": ({"harbor_url": "harbor"}, ["harbor_url is 'harbor'"]),
    "bad network": ({"network": "vpn"}, ["migration_network is 'vpn'", "public or private"]),
    "no source": ({"public_cidrs": []}, ["migration_public_cidrs is empty"]),
    "unknown method": ({"hosts_methods": ["etc_hosts"]}, ["migration_hosts_methods names etc_hosts"]),
    "no address of the registry": ({"registry_url": "registry/"}, ["url of the registry endpoint 'demo' must be http"]),
    "address with a user": ({"registry_url": "https://me:pw@registry.example"}, ["without a user"]),
    "no host to connect to": ({"registry_connect_to": "http://127.0.0.1"}, ["migration_registry_connect_to is"]),
    "no address of the API": ({"tcr_endpoint": "ftp://tcr"}, ["tcr_endpoint"]),
    "no certificate authorities": ({"tcr_ca_path": "/nowhere/ca.pem"}, ["/nowhere/ca.pem"]),
    "none of Harbor": ({"harbor_ca_path": "/nowhere/ca.pem"}, ["/nowhere/ca.pem"]),
    "tags that YAML misread": ({"tags": [1.10]}, ["tags: The number 1.1", "in quotes"]),
    "names that YAML misread": ({"projects": [True]}, ["projects: The boolean true"]),
    "misread namespace": ({"namespace_map": {"library": 1.5}}, ["namespace_map: The number 1.5"]),
    "no namespace": ({"namespace_map": {"library": "Not_Legal!"}}, ["'Not_Legal!'", "namespace_map"]),
    "empty namespace": ({"namespace_map": {"library": ""}}, ["namespace_map"]),
    "pattern of tags that is none": ({"tags": ["v[1"]}, ["'v[1'", "never closed"]),
    "IPv6 that is none": ({"public_cidrs": ["fd00::/129"]}, ["fd00::/129"]),
    "address of a name": ({"public_cidrs": ["harbor.example.com"]}, ["'harbor.example.com' is not a network"]),
    "none and another": ({"hosts_methods": ["none", "helm"]}, ["none excludes every other method"]),
    "wrong TCR key": ({"tcr_secret_key": "wrong"}, ["SignatureFailure", "tcr_secret_key"]),
    "wrong TCR id": ({"tcr_secret_id": "AKIDnobody"}, ["SecretIdNotFound", "tcr_secret_id"]),
    "unknown registry": ({"registry_id": "tcr-nobody12"}, ["tcr-nobody12"]),
    "unknown name": ({"registry_id": None, "registry_name": "nobody"}, ["'nobody'"]),
    "unknown region": ({"tcr_region": "ap-nowhere"}, ["ap-nowhere", "tcr_region"]),
    "wrong region": ({"tcr_region": "ap-singapore"}, ["tcr-sandbox1", "ap-singapore"]),
    "no CIDR": ({"public_cidrs": ["10.0.0"]}, ["cidr '10.0.0' is not a network", "Give a network such as"]),
    "host bits": ({"public_cidrs": ["10.0.0.1/24"]}, ["'10.0.0.1/24'", "Did you mean 10.0.0.0/24"]),
    "any source": ({"public_cidrs": ["0.0.0.0/0"]}, ["every address of the internet", "allow_any_source"]),
    "wrong Harbor password": ({"harbor_password": "wrong"}, ["does not accept user 'admin'", "harbor_password"]),
    "no administrator": (
        {"harbor_username": "dev", "harbor_password": "Harbor12345"},
        ["User 'dev'", "has no permission to manage registry endpoints", "system administrator"],
    ),
    "no Harbor there": (
        {"harbor_url": "http://127.0.0.1:9"},
        ["http://127.0.0.1:9", "no connection", "Check harbor_url"],
    ),
    "unknown project": ({"projects": ["library", "nothing-here"]}, ["nothing-here"]),
    "nothing selected": ({"projects": ["library"], "tags": ["no-such-tag"]}, ["has no tag that", "migration_tags"]),
    "bad pattern": ({"repositories": ["{library/a,shop/b}"]}, ["a slash between braces"]),
    "illegal namespace": ({"projects": ["x"]}, ["'x'", "2 to 30", "namespace_map"]),
    "no repository": ({"report_repository": "reports"}, ["migration_report_repository is 'reports'"]),
    "reports among images": (
        {"report_repository": "library/nginx"},
        ["'library/nginx', into which the migration copies"],
    ),
    "collision": (
        {"projects": ["library", "mirror"], "namespace_map": {"mirror": "library"}},
        ["'library/nginx' and 'mirror/nginx'", "namespace_map"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_work_is_refused_before_anything_is_written(shared: Any, case: str) -> None:
    changes, expected = REFUSED[case]
    refused(shared, *expected, **{"projects": ["library"], **changes})


@pytest.mark.parametrize("name", ["vpc_id", "subnet_id", "harbor_hosts"])
def test_the_private_path_needs_a_vpc_a_subnet_and_hosts(shared: Any, name: str) -> None:
    refused(shared, "migration_network is private", network="private", **{name: None})


@pytest.mark.parametrize("purpose", ["verify", "cleanup", "leftovers"])
def test_a_migration_without_a_name_is_refused_before_anything_is_asked(shared: Any, purpose: str) -> None:
    refused(shared, "migration_id is 'My migration'", purpose=purpose, migration_id="My migration")
    assert not shared.journal.entries


def test_a_harbor_before_1_8_is_refused(shared: Any) -> None:
    old = Flask("old")
    old.add_url_rule("/api/systeminfo", "system", view_func=lambda: {"harbor_version": "v1.7.6-11111111"})
    old.add_url_rule("/api/users/current", "user", view_func=lambda: {"username": "admin", "sysadmin_flag": True})
    server = serve(old.wsgi_app, "127.0.0.1")
    try:
        refused(shared, "1.7.6", "1.8", harbor_url=server.url)
    finally:
        server.close()


def restricted(sandbox: Any, policy: dict[str, Any]) -> dict[str, Any]:
    """Options that use the API key with this policy."""
    sandbox.settings.update(access_policy=policy)
    return {f"tcr_secret_{part}": sandbox.facts[f"restricted_secret_{part}"] for part in ("id", "key")}


def test_a_key_without_any_permission_gets_the_policy_that_it_needs(make_sandbox: Start) -> None:
    sandbox = make_sandbox(seed="none")
    key = restricted(sandbox, {"version": "2.0", "statement": []})
    result = refused(sandbox, "not authorized to perform operation (tcr:DescribeInstances)", "Attach the policy", **key)
    assert result["msg"].count("Attach the policy") == 1
    granted = [action for statement in result["policy"]["statement"] for action in statement["action"]]
    assert sorted(granted) == sorted(needed_actions(MigrationPath("public")))


def test_all_missing_permissions_are_named_at_once(make_sandbox: Start) -> None:
    sandbox = make_sandbox(unauthorized_code="AuthFailure.UnauthorizedOperation")
    allowed = {"effect": "allow", "action": ["tcr:DescribeInstance*", "tcr:DescribeR*"], "resource": ["*"]}
    result = refused(sandbox, "CAM does not allow", **restricted(sandbox, {"version": "2.0", "statement": [allowed]}))
    missing = ("Namespaces", "Images", "ExternalEndpointStatus", "SecurityPolicies")
    assert ", ".join(f"tcr:Describe{name}" for name in missing) in result["msg"]
    assert "platform" in str(result["policy"])


def test_a_rule_for_addresses_gets_no_policy_because_none_would_help(make_sandbox: Start) -> None:
    sandbox = make_sandbox(seed="none")
    sandbox.faults.add(kind="error", match="DescribeInstances", service="tcr", code="IpNotInWhitelist")
    result = refused(sandbox, "IpNotIn")
    assert "policy" not in result


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"clock_skew": 900}, ["SignatureExpire", "clock"]),
        ({"registry_status": "Deploying"}, ["tcr-sandbox1", "Deploying", "Running"]),
        ({"harbor_read_only": True}, ["read-only mode"]),
    ],
    ids=["clock", "registry", "read-only"],
)
def test_a_system_that_cannot_work_is_refused(
    make_sandbox: Start, settings: dict[str, Any], expected: list[str]
) -> None:
    sandbox = make_sandbox(seed="none")
    sandbox.settings.update(**settings)
    refused(sandbox, *expected)


def test_a_public_endpoint_that_does_not_open_is_refused(make_sandbox: Start) -> None:
    sandbox = make_sandbox(endpoint_opening=600)
    harbor_connection.tcr(sandbox).open_external_endpoint(sandbox.tcr.registry.id)
    refused(sandbox, "Opening", "run again")


def test_a_vpc_that_is_linked_through_another_subnet_is_refused(make_sandbox: Start) -> None:
    # TCR lists a new link after a moment only.
    sandbox = make_sandbox(link_entry=0)
    facts = sandbox.facts
    tcr = harbor_connection.tcr(sandbox)
    tcr.create_internal_endpoint(facts["registry_id"], facts["vpc_id"], facts["second_subnet_id"])
    refused(sandbox, facts["vpc_id"], facts["second_subnet_id"], facts["subnet_id"], network="private")


@pytest.mark.parametrize(("endpoint", "policy"), [("demo", "other"), ("other", "demo")])
def test_an_object_of_somebody_else_is_refused(make_sandbox: Start, endpoint: str, policy: str) -> None:
    sandbox = make_sandbox()
    target = harbor_connection.target(sandbox)
    harbor = harbor_connection.harbor(sandbox)
    made = harbor.create_registry({"name": endpoint, "type": "docker-registry", "url": target.url, **target.credential})
    harbor.create_policy(
        {"name": policy, "dest_registry": {"id": made}, "enabled": True, "trigger": {"type": "manual"}, "filters": []}
    )
    refused(sandbox, "named 'demo' exists, but this migration did not make it")


@pytest.mark.parametrize("version", harbor_connection.FLAVOURS)
def test_everything_that_a_migration_needs_is_gathered_with_one_look_at_each(make_sandbox: Start, version: str) -> None:
    sandbox = make_sandbox(harbor_version=version)
    before = time.time()
    found = succeed(run, options(sandbox, namespace_map={"library": "store"}, projects=["library", "shop"]))
    assert not found["changed"] and not found["warnings"]
    assert found["registry"]["registry_id"] == sandbox.facts["registry_id"]
    assert found["registry_url"] == sandbox.facts["registry_url"]
    assert abs(found["clock_offset"]) < 3
    assert found["harbor"]["version_text"]
    images = {name: tags for name, tags in sandbox.images.items() if name.startswith(("library/", "shop/"))}
    assert {one["name"] for one in found["inventory"]["repositories"]} <= set(images)
    assert found["targets"]["namespaces"] == ["shop", "store"]
    assert {one["dest_namespace"] for one in found["policies"]} == {"", "store"}
    assert all(one["state"] != "missing" for one in found["requirements"]["permissions"])
    assert before <= found["started"] <= found["ended"] <= time.time()


def test_each_thing_is_asked_once(make_sandbox: Start) -> None:
    sandbox = make_sandbox()
    succeed(run, options(sandbox))
    calls = [entry.action for entry in sandbox.journal.entries]
    once = [
        call for call in calls if re.search(r"DescribeInstances|/projects|/repositories|/version|/systeminfo", call)
    ]
    assert len(once) > 5
    assert sorted(once) == sorted(set(once))


def leave_everything(sandbox: Any) -> dict[str, str]:
    """What an earlier run of the migration left, and the same of others; returns ids of ours."""
    target = harbor_connection.target(sandbox)
    harbor, tcr, registry_id = harbor_connection.harbor(sandbox), target.tcr, target.registry_id
    token = tcr.create_token(registry_id, MARKER)["TokenId"]
    tcr.create_token(registry_id, "managed by cloud_registry.migration: demo-2")
    tcr.create_security_policies(registry_id, [("10.1.1.0/24", MARKER), ("10.2.2.0/24", "theirs")])
    endpoint = {"type": "docker-registry", "url": target.url, **target.credential}
    made = harbor.create_registry({**endpoint, "name": "demo", "description": f"{MARKER}; credential {token}"})
    policy = {"dest_registry": {"id": made}, "enabled": True, "trigger": {"type": "manual"}}
    filters = [{"type": "name", "value": "library/**"}]
    number = harbor.create_policy({**policy, "name": "demo", "description": MARKER, "filters": filters})
    sandbox.journal.clear()
    return {"credential": token, "policy": str(number)}


def test_leftovers_are_what_carries_the_marker(make_sandbox: Start) -> None:
    sandbox = make_sandbox()
    ours = leave_everything(sandbox)
    found = succeed(run, options(sandbox, purpose="leftovers"))
    assert not sandbox.journal.writes()
    assert [(one["action"], one["object"], one["key"]) for one in found["leftovers"]] == [
        ("delete", "replication policy", "demo"),
        ("delete", "Harbor endpoint", "demo"),
        ("delete", "access credential", ours["credential"]),
        ("delete", "whitelist entry", "10.1.1.0/24"),
    ]
    assert found["held_credential_ids"] == [ours["credential"]]
    assert (found["running"], found["leftovers_problem"]) == ([], "")


def test_leftovers_say_what_runs_also_where_harbor_holds_the_only_credential(make_sandbox: Start) -> None:
    """The held one may have expired: a plan then creates another, and must not predict the deletion of the first."""
    sandbox = make_sandbox(harbor_stuck=["library/base"])
    ours = leave_everything(sandbox)
    harbor_connection.tcr(sandbox).create_namespace(sandbox.facts["registry_id"], "library", False)
    harbor_connection.harbor(sandbox).start_execution(int(ours["policy"]))
    found = succeed(run, options(sandbox, purpose="leftovers"))
    assert (found["held_credential_ids"], found["running"]) == ([ours["credential"]], ["demo"])
    assert [(one["execution"]["policy"], one["verdict"]) for one in found["executions"]] == [("demo", "running")]


@pytest.mark.parametrize(
    ("broken", "left"),
    [
        ({"harbor_url": "http://127.0.0.1:9"}, ["access credential", "whitelist entry"]),
        ({"tcr_secret_key": "wrong"}, ["replication policy", "Harbor endpoint"]),
    ],
    ids=["Harbor", "TCR"],
)
def test_a_system_that_does_not_answer_hides_nothing_of_the_other_and_the_list_is_said_to_be_incomplete(
    make_sandbox: Start, broken: dict[str, str], left: list[str]
) -> None:
    sandbox = make_sandbox()
    leave_everything(sandbox)
    found = succeed(run, options(sandbox, purpose="leftovers", **broken))
    assert [one["object"] for one in found["leftovers"]] == left
    assert found["leftovers_problem"]


def test_leftovers_name_the_other_owners_and_only_what_is_owned(make_sandbox: Start) -> None:
    sandbox = make_sandbox()
    target = harbor_connection.target(sandbox)
    entries = [("10.1.1.0/24", f"{MARKER}; demo-2"), ("10.2.2.0/24", "managed by cloud_registry.migration: demo-2")]
    target.tcr.create_security_policies(target.registry_id, entries)
    found = succeed(run, options(sandbox, purpose="leftovers"))
    assert found["leftovers"] == [
        {"action": "update", "object": "whitelist entry", "key": "10.1.1.0/24", "shared_with": ["demo-2"]}
    ]


def test_a_cleanup_is_refused_while_a_replication_runs(make_sandbox: Start) -> None:
    sandbox = make_sandbox(harbor_stuck=["library/base"])
    ours = leave_everything(sandbox)
    harbor_connection.tcr(sandbox).create_namespace(sandbox.facts["registry_id"], "library", False)
    harbor_connection.harbor(sandbox).start_execution(int(ours["policy"]))
    refused(sandbox, "A replication of demo has not ended", "migration_stop_running", purpose="cleanup")
    found = succeed(run, options(sandbox, purpose="cleanup", stop_running=True))
    assert (found["running"], found["registry_problem"]) == (["demo"], "")


def test_a_cleanup_goes_on_without_the_registry(shared: Any) -> None:
    found = succeed(run, options(shared, purpose="cleanup", registry_id="tcr-nobody12"))
    assert found["registry"] == {}
    assert "tcr-nobody12" in found["registry_problem"]


def test_a_comparison_gets_the_address_of_the_private_link(make_sandbox: Start) -> None:
    sandbox = make_sandbox()
    facts = sandbox.facts
    assert succeed(run, options(sandbox, "private", purpose="verify"))["address"] == ""
    harbor_connection.tcr(sandbox).create_internal_endpoint(facts["registry_id"], facts["vpc_id"], facts["subnet_id"])
    end = time.monotonic() + 10
    while not (address := succeed(run, options(sandbox, "private", purpose="verify"))["address"]):
        assert time.monotonic() < end
    assert address.startswith("127.0.30.")


def test_the_smallest_policy_is_enough_for_every_purpose(make_sandbox: Start) -> None:
    sandbox = make_sandbox()
    facts = sandbox.facts
    path = MigrationPath("public", False, facts["registry_id"], facts["tcr_region"])
    key = restricted(sandbox, access_policy(path))
    for purpose in ("migrate", "verify", "cleanup", "leftovers"):
        found = succeed(run, options(sandbox, purpose=purpose, **key))
        assert not found.get("leftovers_problem") and not found.get("registry_problem")


CHARTS = {"shop": {"front": ["1.0.0+5"]}, "only-charts": {"tool": ["0.1.0"]}}


@pytest.fixture
def with_charts(make_sandbox: Start) -> Any:
    sandbox = make_sandbox(harbor_version="1.10", seed="demo", harbor_charts=CHARTS)
    create_projects(*(sandbox.facts[f"harbor_{name}"] for name in ("url", "username", "password")), ["only-charts"])
    return sandbox


def test_charts_have_places_namespaces_and_a_right(with_charts: Any) -> None:
    chosen = {"projects": ["shop", "only-charts"], "chart_prefix": "charts/"}
    found = succeed(run, options(with_charts, **chosen))
    assert [one["target"] for one in found["charts"]] == ["only-charts/charts/tool:0.1.0", "shop/charts/front:1.0.0_5"]
    assert found["targets"]["namespaces"] == ["only-charts", "shop"]
    assert "tcr:DescribeImageManifests" in str(found["requirements"]["policy"])
    left = succeed(run, options(with_charts, **chosen, charts=False))
    assert (left["charts"], left["targets"]["namespaces"]) == ([], ["shop"])
    assert "tcr:DescribeImageManifests" not in str(left["requirements"]["policy"])


def test_a_project_that_holds_only_charts_is_something(with_charts: Any) -> None:
    assert len(succeed(run, options(with_charts, projects=["only-charts"]))["charts"]) == 1


def test_a_chart_without_a_place_is_refused_here(with_charts: Any) -> None:
    with_charts.harbor.state.charts.put("shop", chart_archive("web", "1.0.0"))
    refused(with_charts, "'shop/web', which holds images", "migration_chart_prefix", projects=["shop"])


@pytest.mark.parametrize("value", [True, "true"])
def test_charts_that_are_required_need_a_chart_museum(shared: Any, value: Any) -> None:
    refused(shared, "migration_charts is true", "has no ChartMuseum", projects=["library"], charts=value)
