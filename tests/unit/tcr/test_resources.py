# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the TCR resources make of answers that the sandbox does not give."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.engine import Engine
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.history import NO_HISTORY
from ansible_collections.cloud_registry.migration.plugins.module_utils._engine.wait import Phase
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import (
    AlreadyExists,
    Conflict,
    MigrationError,
    NotFound,
    PermissionDenied,
    ServerFault,
    Unsupported,
    WaitTimeout,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.instances import (
    find_registries,
    registry_name_of,
    require_running,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.resources.private_link import (
    TcrPrivateLinkResource,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.resources.public_access import (
    TcrPublicAccessResource,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.resources.public_whitelist import (
    TcrPublicWhitelistResource,
)
from tests.unit.tcr.tcr_support import REGISTRY, Client, Clock


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("demo.tencentcloudcr.com", "demo"),
        ("demo-vpc.tencentcloudcr.com", "demo"),
        ("demo-vpc", "demo-vpc"),
        ("https://Demo.tencentcloudcr.com:443/v2/", "demo"),
        (" demo.tencentcloudcr.com ", "demo"),
        ("demo", "demo"),
    ],
)
def test_the_name_in_a_domain(domain: str, name: str) -> None:
    assert registry_name_of(domain) == name


def test_a_registry_with_little_to_tell() -> None:
    client: Any = Client(instances=[{"RegistryId": REGISTRY, "TagSpecification": None}])
    found = find_registries(client, REGISTRY)
    assert found[0]["tags"] == {}
    assert found[0]["status"] is None
    with pytest.raises(Conflict, match="no known status"):
        require_running(client, REGISTRY)


def test_the_search_in_other_regions_may_be_forbidden() -> None:
    def instances(ids: Any = None, name: Any = None, all_regions: bool = False) -> Any:
        return PermissionDenied("no") if all_regions else []

    with pytest.raises(NotFound, match="'tcr-1'"):
        require_running(Client(instances=instances), REGISTRY)  # type: ignore[arg-type]


def test_without_a_region_nothing_is_searched_twice() -> None:
    client: Any = Client(instances=[])
    client.region = None
    with pytest.raises(NotFound, match="any region"):
        require_running(client, REGISTRY)
    assert client.count("instances") == 1


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("Opened", Phase.READY),
        ("Opening", Phase.PENDING),
        ("Deleting", Phase.DELETING),
        ("Closing", Phase.DELETING),
        ("SomethingNew", Phase.PENDING),
        ("", Phase.PENDING),
    ],
)
def test_phases_of_the_public_endpoint(status: str, phase: Phase) -> None:
    client: Any = Client(external_endpoint={"Status": status, "Reason": "because"})
    access = TcrPublicAccessResource(client, REGISTRY)
    readiness = access.readiness(access.find(None)[0], NO_HISTORY)
    assert readiness.phase is phase
    assert phase is Phase.READY or "because" in readiness.seen


def test_an_endpoint_that_still_reads_opened_after_closing_is_waited_for() -> None:
    clock = Clock()

    def status(registry_id: str) -> dict[str, Any]:
        return {"Status": "Closed" if clock.now >= 5 else "Opened"}

    client: Any = Client(external_endpoint=status)
    engine = Engine(TcrPublicAccessResource(client, REGISTRY), [{"registry_id": REGISTRY}], "absent", wait=clock.wait())
    assert engine.run().changed
    assert clock.now >= 5
    assert client.count("close_external_endpoint") == 1


@pytest.mark.parametrize(("operation", "status"), [("create", "Closed"), ("delete", "Opened")])
def test_a_refusal_counts_when_the_endpoint_is_not_in_the_state_asked_for(operation: str, status: str) -> None:
    refusal = Unsupported("This edition has no public endpoint.")
    client: Any = Client(
        external_endpoint={"Status": status}, open_external_endpoint=refusal, close_external_endpoint=refusal
    )
    access = TcrPublicAccessResource(client, REGISTRY)
    with pytest.raises(Unsupported):
        getattr(access, operation)({"registry_id": REGISTRY})


@pytest.mark.parametrize(("operation", "status"), [("create", "Opening"), ("delete", "Closing"), ("delete", "Closed")])
def test_a_refusal_is_fine_when_the_endpoint_is_there_already(operation: str, status: str) -> None:
    refusal = Unsupported("The current public network access status is ...")
    client: Any = Client(
        external_endpoint={"Status": status}, open_external_endpoint=refusal, close_external_endpoint=refusal
    )
    getattr(TcrPublicAccessResource(client, REGISTRY), operation)({"registry_id": REGISTRY})
    refused = "open_external_endpoint" if operation == "create" else "close_external_endpoint"
    assert [name for name, _arguments in client.calls][-2:] == [refused, "external_endpoint"]


def test_a_whitelist_that_is_not_there_yet_is_waited_for() -> None:
    clock = Clock()
    gone = NotFound("Failed to get security group id from registry: tcr-1")

    def policies(registry_id: str) -> Any:
        return [] if clock.now >= 3 else gone

    client: Any = Client(external_endpoint={"Status": "Opened"}, security_policies=policies)
    assert TcrPublicWhitelistResource(client, REGISTRY, False, clock.wait()).find(None) == []
    assert clock.now >= 3
    never: Any = Client(external_endpoint={"Status": "Opened"}, security_policies=gone)
    with pytest.raises(WaitTimeout, match="security group"):
        TcrPublicWhitelistResource(never, REGISTRY, False, clock.wait(5)).find(None)


@pytest.mark.parametrize("error", [ServerFault("no"), PermissionDenied("no")])
def test_a_whitelist_that_cannot_be_read_is_not_taken_for_empty(error: MigrationError) -> None:
    client: Any = Client(external_endpoint={"Status": "Opened"}, security_policies=error)
    with pytest.raises((WaitTimeout, PermissionDenied)):
        TcrPublicWhitelistResource(client, REGISTRY, False, Clock().wait()).find(None)


def test_an_entry_is_written_where_it_stands_now() -> None:
    policies = [
        {"PolicyIndex": 0, "CidrBlock": "192.0.2.0/24", "Description": None, "PolicyVersion": "8"},
        {"PolicyIndex": 1, "CidrBlock": "203.0.113.7", "Description": "a", "PolicyVersion": "8"},
        {"PolicyIndex": 2, "CidrBlock": "203.0.113.7/32", "Description": "a", "PolicyVersion": "8"},
    ]
    client: Any = Client(external_endpoint={"Status": "Opened"}, security_policies=policies)
    whitelist = TcrPublicWhitelistResource(client, REGISTRY, False, Clock().wait())
    stale = {"cidr": "203.0.113.7/32", "description": "a", "index": 7, "version": "3"}
    whitelist.delete(stale)
    assert client.calls[-1] == ("delete_security_policy", (REGISTRY, 2, "8"))
    whitelist.update(stale, {**stale, "description": "b"}, frozenset({"description"}))
    assert ("modify_security_policy", (REGISTRY, 2, "203.0.113.7/32", "b")) in client.calls
    with pytest.raises(NotFound, match=r"198\.51\.100\.1"):
        whitelist.delete({**stale, "cidr": "198.51.100.1"})
    with pytest.raises(AlreadyExists):
        whitelist.create({"cidr": "203.0.113.7"})


@pytest.mark.parametrize(
    ("status", "address", "phase"),
    [
        ("Running", "10.0.0.6", Phase.READY),
        ("Running", "fd00::6", Phase.READY),
        ("Running", "", Phase.PENDING),
        ("Running", None, Phase.PENDING),
        ("Running", "0.0.0.0", Phase.PENDING),
        ("Running", "pending", Phase.PENDING),
        ("Pending", "10.0.0.6", Phase.PENDING),
        (None, None, Phase.PENDING),
        ("Deleting", "10.0.0.6", Phase.DELETING),
        ("CreateFailed", "", Phase.FAILED),
    ],
)
def test_phases_of_a_link(status: str | None, address: str | None, phase: Phase) -> None:
    listed = [{"VpcId": "vpc-1", "SubnetId": "subnet-1", "Status": status, "AccessIp": address}]
    links = TcrPrivateLinkResource(Client(internal_endpoints=listed), REGISTRY, None, False, Clock().wait())  # type: ignore[arg-type]
    assert links.readiness(links.find(None)[0], NO_HISTORY).phase is phase


def test_a_removed_link_that_is_still_listed_is_waited_for() -> None:
    clock = Clock()
    link = {"VpcId": "vpc-1", "SubnetId": "subnet-1", "Status": "Running", "AccessIp": "10.0.0.6"}
    client: Any = Client(
        internal_endpoints=lambda registry_id: [] if clock.now >= 4 else [link],
        internal_endpoint_dns_status=Unsupported("PrivateDNS is not activated."),
    )
    links = TcrPrivateLinkResource(client, REGISTRY, "ap-tokyo", False, clock.wait())
    assert Engine(links, [{"vpc_id": "vpc-1"}], "absent", wait=clock.wait()).run().changed
    assert clock.now >= 4
    assert ("delete_internal_endpoint", (REGISTRY, "vpc-1", "subnet-1", "ap-tokyo")) in client.calls


def test_a_link_that_somebody_else_makes_at_the_same_time_is_not_ours() -> None:
    client: Any = Client(internal_endpoints=[], create_internal_endpoint=AlreadyExists("The VPC is linked already."))
    links = TcrPrivateLinkResource(client, REGISTRY, None, False, Clock().wait())
    with pytest.raises(AlreadyExists):
        Engine(links, [{"vpc_id": "vpc-1", "subnet_id": "subnet-1"}], wait=Clock().wait()).run()
