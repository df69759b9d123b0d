# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role harbor_name_resolution for a release of Harbor's chart, with modules that stand for those of kubernetes.core."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.journey import sentences
from tests.roles.cluster import NAMESPACE, RELEASE, THEIRS, Cluster
from tests.roles.harbor_host import HarborHost, linked
from tests.tools.matrix import cores

HELM = {
    "harbor_name_resolution_methods": ["helm"],
    "harbor_name_resolution_helm_release": RELEASE,
    "harbor_name_resolution_helm_namespace": NAMESPACE,
}
MAIN: tuple[str, dict[str, Any]] = ("main", HELM)
CORE, JOBSERVICE = f"{RELEASE}-harbor-core", f"{RELEASE}-harbor-jobservice"


@pytest.fixture
def host(make_sandbox: Callable[..., Any], tmp_path: Path) -> HarborHost:
    sandbox = make_sandbox(seed="none", network="private")
    return HarborHost(sandbox, tmp_path / "host", linked(sandbox))


@pytest.fixture
def cluster(host: HarborHost, tmp_path: Path) -> Cluster:
    """The release runs instead of containers; its pods resolve what their aliases say."""
    made = Cluster(tmp_path / "cluster")
    host.collections = made.collections
    host.stop_engine()
    host.sandbox.network.recreate_containers({host.name: host.address})
    return made


def test_without_the_collection_it_is_said_what_to_install(host: HarborHost) -> None:
    host.call(MAIN)
    assert host.run.status != 0
    assert "ansible-galaxy collection install kubernetes.core" in sentences(host.run), host.run.output
    assert "migration_hosts_methods to vpc_dns, dnsmasq or none" in sentences(host.run)


def test_aliases_come_once_and_are_proven_in_the_new_pods(host: HarborHost, cluster: Cluster) -> None:
    """Old pods still run while they end. An image without getent is told, and Harbor's own test decides.

    On the oldest ansible-core, where a module that breaks off gives a status.
    """
    host.core = cores()[0]
    cluster.save({**cluster.state(), "lacking": ["jobservice"]})
    steps = host.call(MAIN, MAIN)
    assert host.run.status == 0, host.run.output
    assert steps == [["create host aliases"], []]
    ours = {"ip": host.address, "hostnames": [host.name]}
    assert cluster.state()["patches"] == [[CORE, [THEIRS, ours]], [JOBSERVICE, [ours]]]
    assert f"No answer came from {JOBSERVICE}-4: {host.name} (getent hosts in the pod)" in host.run.output
    assert f"{CORE}-3: {host.name}" in host.run.output


def test_without_names_harbor_itself_decides(host: HarborHost, cluster: Cluster) -> None:
    """No container can be asked, so a record that is missing is told by what Harbor says."""
    host.core = cores()[0]
    host.sandbox.network.recreate_containers({})
    host.call(("main", {"harbor_name_resolution_methods": ["none"]}))
    assert host.run.status != 0
    said = sentences(host.run)
    assert f"Harbor itself was asked to reach {host.sandbox.facts['registry_url']} and does not: " in said, (
        host.run.output
    )
    assert f"See that they get {host.address} for {host.name}" in said
    assert f"Inside the containers the address of {host.name} could not be asked for" in host.run.output
    assert "No container of Harbor was found; the names are given by none" in host.run.output


def give_names(host: HarborHost, cluster: Cluster) -> list[dict[str, Any]]:
    """Leave what an earlier run left, but pods that do not know it; the Deployments as they were before."""
    state = cluster.state()
    before: list[dict[str, Any]] = json.loads(json.dumps(state["Deployment"]))
    for one in state["Deployment"][:2]:
        aliases = one["spec"]["template"]["spec"].setdefault("hostAliases", [])
        aliases.append({"ip": host.address, "hostnames": [host.name]})
        one["metadata"]["annotations"]["cloud-registry.migration/demo"] = json.dumps({host.name: host.address})
    cluster.save(state)
    return before


def test_pods_that_resolve_another_address_are_told(host: HarborHost, cluster: Cluster) -> None:
    give_names(host, cluster)
    host.call(MAIN)
    assert host.run.status != 0
    said = sentences(host.run)
    assert f"Expected {host.address} for {host.name} inside the pods, found {CORE}: {host.name}" in said, (
        host.run.output
    )
    assert f"hostAliases of the Deployments in the namespace {NAMESPACE}" in said


def test_exactly_the_aliases_that_were_added_go_again(host: HarborHost, cluster: Cluster) -> None:
    before = give_names(host, cluster)
    gone = {**HELM, "harbor_name_resolution_address": "", "harbor_name_resolution_names": []}
    steps = host.call(("remove", gone), ("remove", gone))
    assert host.run.status == 0, host.run.output
    assert steps == [["delete host aliases"], []]
    assert cluster.state()["patches"] == [[CORE, [THEIRS]], [JOBSERVICE, None]]
    assert cluster.state()["Deployment"] == before


def test_without_leave_to_restart_nothing_is_patched(host: HarborHost, cluster: Cluster) -> None:
    host.call(("main", {**HELM, "migration_hosts_restart": False}))
    assert host.run.status != 0
    assert "whose change restarts the pods of core and jobservice, but migration_hosts_restart is false" in sentences(
        host.run
    )
    assert cluster.state()["patches"] == []
