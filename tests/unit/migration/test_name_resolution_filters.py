# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of role harbor_name_resolution for what other modules do."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

FILTERS = "ansible_collections.cloud_registry.migration.plugins.filter"
NAME, ADDRESS = "demo.tencentcloudcr.com", "10.0.0.7"
RELEASE = {"release": "registry", "namespace": "tools"}


def named(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = importlib.import_module(f"{FILTERS}.{name}").FilterModule().filters()[name]
    return found


def answer(pod: str, **result: Any) -> dict[str, Any]:
    return {"item": [{"metadata": {"name": pod}}, NAME], **result}


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        ({"stdout": f"{ADDRESS}   {NAME}\n"}, None),
        ({"stdout": "10.0.0.70   demo\n"}, "wrong"),
        ({"stdout": ""}, "wrong"),
        ({"failed": True, "msg": "executable file not found"}, "silent"),
    ],
)
def test_pods_are_told_by_their_answers(result: dict[str, Any], kind: str | None) -> None:
    found = named("pod_answers")([answer("core-1", **result)], ADDRESS)
    assert found == {"wrong": [], "silent": [], **({kind: [f"core-1: {NAME}"]} if kind else {})}


def test_only_deployments_that_must_change_are_patched() -> None:
    alias = {"ip": ADDRESS, "hostnames": [NAME]}
    has = {"metadata": {"name": "has"}, "spec": {"template": {"spec": {"hostAliases": [alias]}}}}
    lacks: dict[str, Any] = {"metadata": {"name": "lacks"}, "spec": {"template": {"spec": {}}}}
    result = {"hosts": {NAME: ADDRESS}, "deployment": RELEASE}
    found = named("host_alias_patches")([has, lacks], result, "demo", ["core", "jobservice"])
    (patched,) = found["patches"]
    assert (patched["restarts"], found["shared_with"], found["owned"]) == (True, [], True)
    assert patched["name"] == "lacks"
    assert {"op": "add", "path": "/spec/template/spec/hostAliases", "value": [alias]} in patched["patch"]
    nothing = {"patches": [], "shared_with": [], "owned": False}
    assert named("host_alias_patches")([has, lacks], {**result, "hosts": {}}, "demo", ["core", "jobservice"]) == nothing


def test_deployments_that_are_missing_are_named() -> None:
    one = {"metadata": {"name": "registry-core"}, "spec": {"template": {"spec": {}}}}
    result = {"hosts": {}, "deployment": RELEASE}
    with pytest.raises(AnsibleFilterError) as refused:
        named("host_alias_patches")([one], result, "demo", ["core", "jobservice"])
    told = str(refused.value)
    assert "The release registry must have one Deployment each for core and jobservice in the namespace tools" in told
    assert "found: registry-core. Check migration_helm_release" in told


def test_a_method_of_another_module_completes_the_result() -> None:
    completed = named("method_completed")
    services = ["core", "jobservice"]
    given = {"host": "harbor-1", "actions": [], "services": services, "pending_methods": ["helm", "vpc_dns"]}
    after = completed(given, "helm", True)
    assert after["actions"] == [{"action": "create", "object": "host aliases", "key": "harbor-1"}]
    assert after["restarts"] == [{"action": "recreate", "object": "pods", "key": "harbor-1: core, jobservice"}]
    assert completed(given, "helm", False)["restarts"] == completed(given, "vpc_dns", True)["restarts"] == []
    assert (after["pending_methods"], "removed" in after) == (["vpc_dns"], False)
    assert completed(after, "vpc_dns", False)["actions"] == after["actions"]
    first = completed({**given, "removed": False}, "helm", False)
    last = completed(first, "vpc_dns", True)
    assert (first["removed"], last["removed"]) == (False, True)
    assert last["actions"] == [{"action": "delete", "object": "VPC DNS record", "key": "harbor-1"}]
