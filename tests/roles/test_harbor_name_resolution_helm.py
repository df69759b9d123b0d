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
from tests.roles.harbor_host import HarborHost
from tests.support.host_state import linked
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


def test_aliases_come_once_are_verified_in_the_new_pods_and_go_again(host: HarborHost, cluster: Cluster) -> None:
    """Old pods still run while they end. An image without getent is reported, and Harbor's own test decides.

    On the oldest ansible-core, where a module that breaks off gives a status. Taking back needs no address and no names.
    """
    host.core = cores()[0]
    before = cluster.state()["Deployment"]
    cluster.save({**cluster.state(), "lacking": ["jobservice"]})
    gone = ("remove", {**HELM, "harbor_name_resolution_address": "", "harbor_name_resolution_names": []})
    steps = host.call(MAIN, MAIN, gone, gone)
    assert host.run.status == 0, host.run.output
    assert steps == [["create host aliases"], [], ["delete host aliases"], []]
    assert [fact.get("removed") for fact in host.facts()] == [None, None, True, True]
    ours = {"ip": host.address, "hostnames": [host.name]}
    given, taken_back = cluster.state()["patches"][:2], cluster.state()["patches"][2:]
    assert given == [[CORE, [THEIRS, ours]], [JOBSERVICE, [ours]]]
    assert taken_back == [[CORE, [THEIRS]], [JOBSERVICE, None]]
    assert f"No answer came from {JOBSERVICE}-4: {host.name} (getent hosts in the pod)" in host.run.output
    assert f"{CORE}-3: {host.name}" in host.run.output
    assert cluster.state()["Deployment"] == before


def give_names(host: HarborHost, cluster: Cluster) -> None:
    """Leave what an earlier run left, but pods that do not know it."""
    state = cluster.state()
    for one in state["Deployment"][:2]:
        aliases = one["spec"]["template"]["spec"].setdefault("hostAliases", [])
        aliases.append({"ip": host.address, "hostnames": [host.name]})
        one["metadata"]["annotations"]["cloud-registry.migration/demo"] = json.dumps({host.name: host.address})
    cluster.save(state)


def test_pods_that_resolve_another_address_are_told(host: HarborHost, cluster: Cluster) -> None:
    give_names(host, cluster)
    host.call(MAIN)
    assert host.run.status != 0
    said = sentences(host.run)
    assert f"Pods of Harbor do not resolve {host.name} to {host.address}: {CORE}: {host.name}" in said, host.run.output
    assert f"hostAliases of the Deployments in the namespace {NAMESPACE}" in said


def test_a_plan_does_not_ask_pods_for_names_that_are_only_predicted(host: HarborHost, cluster: Cluster) -> None:
    """But it says what would stop a run where nothing has to be patched."""
    assert host.call(MAIN, plan=True) == [["create host aliases"]]
    assert host.run.status == 0, host.run.output
    assert cluster.state()["patches"] == []
    give_names(host, cluster)
    host.call(MAIN, plan=True)
    assert host.run.status != 0
    assert f"Pods of Harbor do not resolve {host.name} to {host.address}" in sentences(host.run), host.run.output


def test_without_permission_to_restart_nothing_is_patched(host: HarborHost, cluster: Cluster) -> None:
    host.call(("main", {**HELM, "migration_hosts_restart": False}))
    assert host.run.status != 0
    assert "whose change restarts the pods of core and jobservice, but migration_hosts_restart is false" in sentences(
        host.run
    )
    assert cluster.state()["patches"] == []
