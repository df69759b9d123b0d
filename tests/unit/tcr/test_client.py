# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TCR client against the sandbox's API, under both readings of what the sources disagree on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    MigrationError,
    NotFound,
    ServerFault,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._http.client import Retry
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.api.client import TcrClient
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.requirements import reading_calls
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.cam_policy import MigrationPath
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.quotas import CapacityRequest
from ansible_collections.cloud_registry.migration.plugins.module_utils._tencent.credentials import Credential
from tests.unit.sandbox.harbor_support import put_image

REGISTRY = "tcr-sandbox1"
IMAGE = "application/vnd.oci.image.manifest.v1+json"
Start = Callable[..., tuple[Any, TcrClient]]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Iterator[Start]:
    def started(region: str | None = "ap-guangzhou", **settings: Any) -> tuple[Any, TcrClient]:
        sandbox = make_sandbox(harbor_version=None, rate_limits=False, **settings)
        credential = Credential(sandbox.facts["tcr_secret_id"], sandbox.facts["tcr_secret_key"])
        quick = Retry(attempts=3, sleep=lambda seconds: None)
        return sandbox, TcrClient(credential, region, sandbox.facts["tcr_endpoint"], timeout=10, retry=quick)

    yield started


@pytest.mark.parametrize("filter_", ["fuzzy", "exact"])
def test_registries_are_found_by_exact_name(start: Start, filter_: str) -> None:
    sandbox, client = start(registry_name_filter=filter_)
    assert [one["RegistryId"] for one in client.instances(name="demo", all_regions=True)] == [REGISTRY]
    assert [one["RegistryId"] for one in client.instances(name="dem", all_regions=True)] == []
    assert [one["RegistryId"] for one in client.instances()] == [REGISTRY]
    assert {one["RegistryId"] for one in client.instances(all_regions=True)} == {REGISTRY, "tcr-sandbox2"}


@pytest.mark.parametrize("reading", ["documented", "not_found", "db_error", "empty"])
def test_an_unknown_registry_is_no_registry_under_every_reading(start: Start, reading: str) -> None:
    sandbox, client = start(unknown_registry=reading)
    assert client.instances(["tcr-unknown1"]) == []
    assert client.instances(["tcr-unknown1"], all_regions=True) == []


def test_the_region_is_found_once_for_each_registry(start: Start) -> None:
    sandbox, client = start(region=None)
    assert client.namespaces(REGISTRY) == []
    assert client.namespaces("tcr-sandbox2") == []
    assert client.instance_region("tcr-sandbox2") == "ap-shanghai"
    assert client.external_endpoint(REGISTRY)["Status"] == "Closed"
    actions = [entry.action for entry in sandbox.journal.entries]
    assert actions.count("DescribeInstances") == 2
    with pytest.raises(NotFound, match=r"'tcr-unknown1'"):
        client.namespaces("tcr-unknown1")


@pytest.mark.parametrize("offset", ["item", "page"])
@pytest.mark.parametrize("count", [0, 99, 100, 101, 250])
def test_all_tokens_are_listed(start: Start, offset: str, count: int) -> None:
    sandbox, client = start(token_offset=offset)
    client.create_token(REGISTRY, "0")
    (made,) = sandbox.tcr.registry.tokens.values()
    sandbox.tcr.registry.tokens = {
        f"token-{number}": replace(made, id=f"token-{number}", description=str(number)) for number in range(count)
    }
    assert sorted(int(one["Desc"]) for one in client.tokens(REGISTRY)) == list(range(count))


@pytest.mark.parametrize("page_zero", ["first", "error"])
@pytest.mark.parametrize("filter_", ["exact", "fuzzy"])
def test_all_repositories_and_images_are_listed(start: Start, page_zero: str, filter_: str) -> None:
    sandbox, client = start(page_zero=page_zero, repository_namespace_filter=filter_)
    store = sandbox.tcr.registry.store
    config = store.put_blob(b"config")
    descriptor = f'{{"mediaType":"application/vnd.oci.image.config.v1+json","size":6,"digest":"{config}"}}'
    manifest = f'{{"schemaVersion":2,"mediaType":"{IMAGE}","layers":[],"config":{descriptor}}}'.encode()
    for namespace in ("team", "team-b"):
        client.create_namespace(REGISTRY, namespace, False)
        store.put_manifest(f"{namespace}/extra/deep", "1.0", IMAGE, manifest)
    for number in range(205):
        store.put_manifest(f"team/app{number}", "1.0", IMAGE, manifest)
        store.put_manifest("team/many", f"tag{number}", IMAGE, manifest)
    assert len(client.repositories(REGISTRY, "team")) == 207
    assert len(client.repositories(REGISTRY)) == 208
    assert {one["Namespace"] for one in client.repositories(REGISTRY, "team")} == {"team"}
    images = client.images(REGISTRY, "team", "many")
    assert sorted(one["ImageVersion"] for one in images) == sorted(f"tag{number}" for number in range(205))


@pytest.mark.parametrize("empty_list", ["list", "null", "absent"])
@pytest.mark.parametrize("none", ["list", "not_found"])
def test_nothing_is_an_empty_list(start: Start, empty_list: str, none: str) -> None:
    sandbox, client = start(empty_list=empty_list, empty_namespaces=none, empty_repositories=none, endpoint_opening=0)
    client.open_external_endpoint(REGISTRY)
    assert client.namespaces(REGISTRY) == []
    assert client.tokens(REGISTRY) == []
    assert client.internal_endpoints(REGISTRY) == []
    assert client.security_policies(REGISTRY) == []
    assert client.repositories(REGISTRY) == []
    assert client.service_accounts(REGISTRY) == []
    assert client.retention_rules(REGISTRY) == []
    assert client.immutable_rules(REGISTRY) == []
    assert client.instances(name="no-such-name") == []
    assert client.instance_reasons(REGISTRY) == []
    client.create_namespace(REGISTRY, "team", False)
    number = client.namespaces(REGISTRY)[0]["NamespaceId"]
    assert client.webhook_triggers(REGISTRY, "team", number) == []


@pytest.mark.parametrize("reading", ["documented", "not_found", "db_error"])
def test_a_missing_registry_is_not_an_empty_listing(start: Start, reading: str) -> None:
    sandbox, client = start(unknown_registry=reading)
    with pytest.raises((NotFound, ServerFault)):
        client.namespaces("tcr-unknown1")


@pytest.mark.parametrize("spelling", ["ENABLED", "ENABLE"])
def test_the_status_of_vpc_dns_has_one_spelling(start: Start, spelling: str) -> None:
    sandbox, client = start(
        dns_spelling=spelling, link_entry=0, link_running=0, link_address=0, dns_enabling=0, dns_disabling=0
    )
    vpc_id = sandbox.facts["vpc_id"]
    client.create_internal_endpoint(REGISTRY, vpc_id, sandbox.facts["subnet_id"])
    address = client.internal_endpoints(REGISTRY)[0]["AccessIp"]
    assert client.internal_endpoint_dns_status(REGISTRY, vpc_id, address, True) == "DISABLED"
    client.create_internal_endpoint_dns(REGISTRY, vpc_id, address, True)
    assert client.internal_endpoint_dns_status(REGISTRY, vpc_id, address, True) == "ENABLED"
    assert client.internal_endpoint_dns_status(REGISTRY, vpc_id, address, False) == "DISABLED"
    client.delete_internal_endpoint_dns(REGISTRY, vpc_id, address, True)
    assert client.internal_endpoint_dns_status(REGISTRY, vpc_id, address, True) == "DISABLED"


def test_temporary_tokens_last_an_hour_and_are_not_listed(start: Start) -> None:
    sandbox, client = start()
    created = client.create_token(REGISTRY, long_term=False)
    assert created["TokenId"] == ""
    assert client.tokens(REGISTRY) == []


def test_a_new_secret_is_masked_from_then_on(start: Start) -> None:
    sandbox, client = start()
    created = client.create_token(REGISTRY, "for Harbor")
    assert created["Token"] not in client.redactor(f"it is {created['Token']}")


@pytest.mark.parametrize("action", ["DescribeNamespaces", "CreateNamespace"])
def test_messages_are_english_and_have_a_request_id(start: Start, action: str) -> None:
    sandbox, client = start()
    with pytest.raises(MigrationError) as caught:
        if action == "CreateNamespace":
            client.create_namespace("tcr-unknown1", "team", False)
        else:
            client.namespaces("tcr-unknown1")
    assert caught.value.message.isascii()
    assert action in caught.value.message
    assert len(caught.value.request_id) == 36


@pytest.mark.parametrize("form", ["with_namespace", "bare"])
def test_a_repository_that_is_called_like_its_namespace_hides_no_other(start: Start, form: str) -> None:
    sandbox, client = start(repository_names=form)
    client.create_namespace(REGISTRY, "team", False)
    client.create_namespace(REGISTRY, "shop", False)
    wanted = ["shop/app", "team/app", "team/team/app"]
    for name in wanted:
        put_image(sandbox.tcr.registry.store, name, "1.0")
    assert sorted(one["Name"] for one in client.repositories(REGISTRY)) == wanted
    assert [one["Name"] for one in client.repositories(REGISTRY, "team")] == wanted[1:]


def test_whether_tokens_may_be_listed_is_asked_with_one_call(start: Start) -> None:
    sandbox, client = start()
    for number in range(101):
        client.create_token(REGISTRY, str(number))
    sandbox.journal.clear()
    probe_permission = reading_calls(client, MigrationPath("public", registry_id=REGISTRY), CapacityRequest())
    assert len(probe_permission["tcr:DescribeInstanceToken"]()) == 1
    assert [entry.action for entry in sandbox.journal.entries] == ["DescribeInstanceToken"]
