# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input ends ``migrate`` with one sentence that says what to do, and without a single write."""

from __future__ import annotations

import json
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.cam_policy import (
    MigrationPath,
    needed_actions,
)
from tests.journeys.journey import Journey, sentences, tcr_client
from tests.sandbox.core.images import create_projects, image, push_images
from tests.sandbox.core.web import serve

MakeJourney = Callable[..., Journey]


def refused(journey: Journey, *expected: str, **variables: Any) -> str:
    """Run ``migrate`` and assert that it is refused with these words, no traceback and no write."""
    run = journey.run("migrate", **{"migration_wait_timeout": 1, **variables})
    assert run.status != 0, run.output
    assert "Traceback" not in run.output, run.output
    assert "defect of the collection" not in run.output, run.output
    said = sentences(run)
    for words in expected:
        assert words in said, run.output
    assert journey.writes() == [], run.output
    return said


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One sandbox for all cases that leave it as it was, because they are refused."""
    from tests.sandbox import Sandbox

    with Sandbox(tmp_path_factory.mktemp("sandbox"), seed="demo") as sandbox:
        facts = sandbox.facts
        login = (facts["harbor_url"], facts["harbor_username"], facts["harbor_password"])
        create_projects(*login, ["x", "mirror"])
        push_images(*login, {"x/app": {"1": image(["x"])}, "mirror/nginx": {"1.27": image(["mirror"])}})
        dev = {"username": "dev", "password": "Harbor12345", "email": "dev@example.com", "realname": "dev"}
        requests.post(f"{login[0]}/api/v2.0/users", json=dev, auth=login[1:], timeout=10).raise_for_status()
        yield sandbox


@pytest.fixture
def journey(shared: Any, tmp_path: Path) -> Journey:
    from tests.tools.matrix import cores

    return Journey(shared, cores()[-1], tmp_path, "public", {"migration_projects": "library, shop"})


VARIABLES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no migration_id": ({"migration_id": ""}, ["Expected in migration_id", "found ''"]),
    "bad migration_id": ({"migration_id": "My migration"}, ["Expected in migration_id", "found 'My migration'"]),
    "no registry": ({"migration_registry_id": ""}, ["Expected migration_registry_id or migration_registry_name"]),
    "no harbor_url": ({"harbor_url": "harbor"}, ["Expected in harbor_url", "found 'harbor'"]),
    "bad network": ({"migration_network": "vpn"}, ["Expected public or private in migration_network, found 'vpn'"]),
    "no source": ({"migration_public_cidrs": ""}, ["Expected in migration_public_cidrs", "found nothing"]),
    "no VPC": (
        {"migration_network": "private", "migration_vpc_id": ""},
        ["Expected migration_vpc_id and migration_subnet_id"],
    ),
    "wrong TCR key": ({"tcr_secret_key": "wrong"}, ["SignatureFailure", "tcr_secret_key"]),
    "wrong TCR id": ({"tcr_secret_id": "AKIDnobody"}, ["SecretIdNotFound", "tcr_secret_id"]),
    "unknown registry": ({"migration_registry_id": "tcr-nobody12"}, ["tcr-nobody12"]),
    "unknown name": ({"migration_registry_id": "", "migration_registry_name": "nobody"}, ["'nobody'"]),
    "unknown region": ({"tcr_region": "ap-nowhere"}, ["ap-nowhere", "tcr_region"]),
    "wrong region": ({"tcr_region": "ap-singapore"}, ["tcr-sandbox1", "ap-singapore"]),
    "no CIDR": ({"migration_public_cidrs": "10.0.0"}, ["'10.0.0' is no network", "Give a network such as"]),
    "host bits": ({"migration_public_cidrs": "10.0.0.1/24"}, ["'10.0.0.1/24'", "Did you mean 10.0.0.0/24"]),
    "any source": ({"migration_public_cidrs": "0.0.0.0/0"}, ["every address of the internet", "allow_any_source"]),
    "wrong Harbor password": (
        {"harbor_password": "wrong"},
        ["does not accept user 'admin' with this password", "harbor_password"],
    ),
    "no administrator": (
        {"harbor_username": "dev", "harbor_password": "Harbor12345"},
        ["User 'dev'", "may not manage registry endpoints", "system administrator"],
    ),
    "unknown project": ({"migration_projects": "library, nothing-here"}, ["nothing-here"]),
    "nothing selected": ({"migration_tags": "no-such-tag"}, ["Nothing is selected", "migration_tags"]),
    "bad pattern": ({"migration_repositories": "{library/a,shop/b}"}, ["a slash between braces"]),
    "illegal namespace": ({"migration_projects": "x"}, ["'x'", "2 to 30", "namespace_map"]),
    "collision": (
        {"migration_projects": "library, mirror", "migration_namespace_map": "mirror=library"},
        ["'library/nginx' and 'mirror/nginx'", "namespace_map"],
    ),
    "bad namespace map": ({"migration_namespace_map": "mirror"}, ["name=value", "'mirror'"]),
}


@pytest.mark.parametrize("case", VARIABLES)
def test_variables(journey: Journey, case: str) -> None:
    variables, expected = VARIABLES[case]
    refused(journey, *expected, **variables)


@pytest.mark.parametrize("playbook", ["verify", "cleanup"])
def test_a_migration_without_a_name_is_refused_before_anything_is_asked(journey: Journey, playbook: str) -> None:
    run = journey.run(playbook, migration_id="My migration")
    assert run.status != 0, run.output
    assert "Expected in migration_id" in sentences(run)
    assert not journey.sandbox.journal.entries


def test_no_harbor_there(journey: Journey) -> None:
    refused(journey, "http://127.0.0.1:9", "no connection", "Check harbor_url", harbor_url="http://127.0.0.1:9")


def test_harbor_before_1_8(journey: Journey) -> None:
    old = Flask("old")
    old.add_url_rule("/api/systeminfo", "system", view_func=lambda: {"harbor_version": "v1.7.6-11111111"})
    old.add_url_rule("/api/users/current", "user", view_func=lambda: {"username": "admin", "sysadmin_flag": True})
    server = serve(old.wsgi_app, "127.0.0.1")
    try:
        refused(journey, "1.7.6", "1.8", harbor_url=server.url)
    finally:
        server.close()


def test_a_library_that_is_missing_where_modules_run(journey: Journey, tmp_path: Path) -> None:
    python = tmp_path / "bare/bin/python"
    venv.create(tmp_path / "bare", with_pip=False)
    said = refused(journey, "requests", "pip install", ansible_python_interpreter=str(python))
    assert str(python.parent) in said


def test_a_key_that_may_nothing(make_journey: MakeJourney) -> None:
    journey = make_journey(seed="none")
    journey.policy = {"version": "2.0", "statement": []}
    said = refused(journey, "not authorized to perform operation (tcr:DescribeInstances)", "attach it to the identity")
    assert said.count("attach it") == 1


def test_a_key_that_may_not_read_everything(make_journey: MakeJourney) -> None:
    """All that is missing is said at once, and the policy that allows it can be copied from the screen."""
    journey = make_journey(unauthorized_code="AuthFailure.UnauthorizedOperation")
    allowed = {"effect": "allow", "action": ["tcr:DescribeInstance*", "tcr:DescribeR*"], "resource": ["*"]}
    journey.policy = {"version": "2.0", "statement": [allowed]}
    run = journey.run("migrate")
    missing = ("Namespaces", "Images", "ExternalEndpointStatus", "SecurityPolicies")
    assert ", ".join(f"tcr:Describe{name}" for name in missing) in sentences(run), run.output
    assert journey.writes() == []
    shown = json.loads(run.output.partition('"msg": ')[2].partition("\n}")[0])
    granted = [action for statement in shown["statement"] for action in statement["action"]]
    assert sorted(granted) == sorted(needed_actions(MigrationPath("public")))


def test_clock_skew(make_journey: MakeJourney) -> None:
    refused(make_journey(seed="none", clock_skew=900), "SignatureExpire", "clock")


def test_a_registry_that_is_not_running(make_journey: MakeJourney) -> None:
    refused(make_journey(seed="none", registry_status="Deploying"), "tcr-sandbox1", "Deploying", "Running")


def test_a_public_entry_that_is_still_opening(make_journey: MakeJourney) -> None:
    journey = make_journey(endpoint_opening=600)
    tcr_client(journey.sandbox).open_external_endpoint(journey.registry.id)
    refused(journey, "Opening", "run again")


def test_a_vpc_that_is_linked_through_another_subnet(make_journey: MakeJourney) -> None:
    journey = make_journey(network="private")
    facts = journey.sandbox.facts
    tcr = tcr_client(journey.sandbox)
    tcr.create_internal_endpoint(facts["registry_id"], facts["vpc_id"], facts["second_subnet_id"])
    refused(journey, facts["vpc_id"], facts["second_subnet_id"], facts["subnet_id"])


def test_harbor_in_read_only_mode(make_journey: MakeJourney) -> None:
    journey = make_journey()
    journey.sandbox.settings.update(harbor_read_only=True)
    refused(journey, "read-only mode")


def test_an_endpoint_of_somebody_else(make_journey: MakeJourney) -> None:
    journey = make_journey()
    make_theirs(journey, "demo", "other")
    refused(journey, "registry endpoint named 'demo' exists, but this migration did not make it")


def test_a_policy_of_somebody_else(make_journey: MakeJourney) -> None:
    journey = make_journey()
    make_theirs(journey, "other", "demo")
    refused(journey, "policy named 'demo' exists, but this migration did not make it")


def make_theirs(journey: Journey, endpoint: str, policy: str) -> None:
    """An endpoint and a policy made by hand."""
    from tests.modules import harbor_connection

    target = harbor_connection.target(journey.sandbox)
    harbor = harbor_connection.harbor(journey.sandbox)
    made = harbor.create_registry({"name": endpoint, "type": "docker-registry", "url": target.url, **target.credential})
    harbor.create_policy(
        {"name": policy, "dest_registry": {"id": made}, "enabled": True, "trigger": {"type": "manual"}, "filters": []}
    )


def test_a_target_that_harbor_cannot_reach(make_journey: MakeJourney) -> None:
    journey = make_journey(variables={"migration_propagation_timeout": 0.5})
    started = time.monotonic()
    run = journey.run("migrate", migration_public_cidrs="127.0.0.1/32")
    assert run.status != 0
    assert "Traceback" not in run.output, run.output
    said = sentences(run)
    assert "Harbor's core container tried to use http://demo.tencentcloudcr.com" in said, run.output
    assert "It was tried from inside Harbor, not from this host" in said
    assert journey.endpoints() == {}
    report = journey.report()
    assert "tried from inside Harbor" in report["failure"]
    assert {one["object"] for one in report["temporary_access"]} == {"whitelist entry"}
    assert journey.credentials() == {}
    assert time.monotonic() - started < 120
