# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role registry_hosts for a release of Harbor's chart, with modules that stand for those of kubernetes.core."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.journeys.journey import sentences
from tests.integration.roles.harbor_host import HarborHost, linked
from tests.tools.environments import COLLECTIONS

HELM = {
    "registry_hosts_methods": ["helm"],
    "registry_hosts_helm_release": "registry",
    "registry_hosts_helm_namespace": "tools",
}
MAIN: tuple[str, dict[str, Any]] = ("main", HELM)
REMOVE: tuple[str, dict[str, Any]] = ("remove", HELM)

# What the three modules have in common: a file holds the objects, JSON patches are applied as RFC 6902 says.
_MODULE = """
from ansible.module_utils.basic import AnsibleModule
import json
PATH, NAME, OPTIONS = {path!r}, {name!r}, {options!r}
module = AnsibleModule({{one: {{"type": kind}} for one, kind in OPTIONS.items()}}, supports_check_mode=True)
given = module.params
with open(PATH) as file:
    state = json.load(file)
if NAME == "k8s_info":
    module.exit_json(resources=state[given["kind"]])
if NAME == "k8s_exec":
    pod = next(one for one in state["Deployment"] if one["metadata"]["name"] == given["pod"].partition(" ")[0])
    aliases = pod["spec"]["template"]["spec"].get("hostAliases") or []
    found = [alias["ip"] for alias in aliases if given["command"].split()[-1] in alias["hostnames"]]
    module.exit_json(changed=True, rc=0 if found else 2, stdout="".join(ip + "   name" for ip in found))
target = next(one for one in state["Deployment"] if one["metadata"]["name"] == given["name"])
for change in given["patch"]:
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in change["path"].split("/")[1:]]
    place = target
    for part in way:
        place = place[part]
    if change["op"] == "test" and place[last] != change["value"]:
        module.fail_json(msg="test failed")
    if change["op"] == "add":
        place[last] = change["value"]
    if change["op"] == "remove":
        del place[last]
if not module.check_mode:
    state["patches"].append([given["name"], target["spec"]["template"]["spec"].get("hostAliases")])
    with open(PATH, "w") as file:
        json.dump(state, file)
module.exit_json(changed=True, result=target)
"""
_COMMON = {"api_version": "str", "kind": "str", "namespace": "str"}
_OPTIONS = {
    "k8s_info": {**_COMMON, "label_selectors": "list", "field_selectors": "list"},
    "k8s_json_patch": {**_COMMON, "name": "str", "patch": "list", "wait": "bool", "wait_timeout": "int"},
    "k8s_exec": {"namespace": "str", "pod": "str", "command": "str"},
}


def deployment(component: str) -> dict[str, Any]:
    """A Deployment as the chart makes it, with an entry of somebody else."""
    aliases = [{"ip": "10.9.9.9", "hostnames": ["theirs.example.com"]}] if component == "core" else []
    labels = {"app": "harbor", "component": component, "release": "registry"}
    return {
        "metadata": {"name": f"registry-harbor-{component}", "annotations": {"theirs": "1"}, "labels": labels},
        "spec": {"template": {"spec": {"hostAliases": aliases} if aliases else {}}},
    }


class Cluster:
    """The file in which the modules keep their objects, and the collection that holds the modules."""

    def __init__(self, directory: Path) -> None:
        self.collections = directory / "collections"
        self.file = directory / "state.json"
        both = [deployment("core"), deployment("jobservice")]
        pods = [{"metadata": {"name": one["metadata"]["name"]}} for one in both]
        modules = self.collections / "ansible_collections/kubernetes/core/plugins/modules"
        modules.mkdir(parents=True)
        ours = self.collections / "ansible_collections/cloud_registry"
        ours.symlink_to(COLLECTIONS / "ansible_collections/cloud_registry")
        self.file.write_text(json.dumps({"Deployment": both, "Pod": pods, "patches": []}))
        for name, options in _OPTIONS.items():
            text = _MODULE.format(path=str(self.file), name=name, options=options)
            (modules / f"{name}.py").write_text(f"#!/usr/bin/python\n{text}")

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found


@pytest.fixture
def host(make_sandbox: Callable[..., Any], tmp_path: Path) -> HarborHost:
    sandbox = make_sandbox(seed="none", network="private")
    return HarborHost(sandbox, tmp_path / "host", linked(sandbox))


def test_without_the_collection_it_is_said_what_to_install(host: HarborHost) -> None:
    host.call(MAIN)
    assert host.run.status != 0
    assert "ansible-galaxy collection install kubernetes.core" in sentences(host.run), host.run.output
    assert "migration_hosts_methods to vpc_dns, dnsmasq or none" in sentences(host.run)


def test_aliases_come_and_go_again(host: HarborHost, tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "cluster")
    host.collections = cluster.collections
    for program in Path(host.sandbox.facts["compose_command"]).parent.iterdir():
        program.write_text("#!/bin/sh\nexit 1\n")
    host.sandbox.network.recreate_containers({host.name: host.address})
    before = cluster.state["Deployment"]
    steps = host.call(MAIN, MAIN, REMOVE, REMOVE)
    assert host.run.status == 0, host.run.output
    assert steps == [["create host aliases"], [], ["delete host aliases"], []]
    theirs = {"ip": "10.9.9.9", "hostnames": ["theirs.example.com"]}
    ours = {"ip": host.address, "hostnames": [host.name]}
    core, jobservice = "registry-harbor-core", "registry-harbor-jobservice"
    made, taken = [[core, [theirs, ours]], [jobservice, [ours]]], [[core, [theirs]], [jobservice, None]]
    assert cluster.state["patches"] == made + taken
    assert cluster.state["Deployment"] == before
