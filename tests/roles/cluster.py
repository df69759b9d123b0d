# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of Harbor's chart in a file, and modules that stand for three of the collection kubernetes.core.

The modules take the options of kubernetes.core 2.2 to 6 (argument specifications of k8s_info, k8s_json_patch and
k8s_exec, and plugins/module_utils/args_common.py), refuse all others, and return what those return.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.tools.environments import COLLECTIONS

NAMESPACE, RELEASE = "tools", "registry"
THEIRS = {"ip": "10.9.9.9", "hostnames": ["theirs.example.com"]}

_MODULE = """#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
import json, re
PATH, NAME, OPTIONS = {path!r}, {name!r}, {options!r}
module = AnsibleModule(OPTIONS, supports_check_mode=True)
given = module.params
with open(PATH) as file:
    state = json.load(file)

def chosen(one):
    metadata, labels = one["metadata"], one["metadata"]["labels"]
    for selector in given["label_selectors"]:
        several = re.fullmatch(r"(\\w+) in \\((.*)\\)", selector)
        name, values = several.groups() if several else selector.split("=")
        if labels.get(name) not in [value.strip() for value in values.split(",")]:
            return False
    for selector in given["field_selectors"]:
        if selector != "status.phase=" + one["status"]["phase"]:
            return False
    return given["namespace"] in (None, metadata["namespace"])

def named(kind, name):
    for one in state[kind]:
        if (one["metadata"]["name"], one["metadata"]["namespace"]) == (name, given["namespace"]):
            return one
    module.fail_json(msg="Failed to retrieve requested object: not found")

if NAME == "k8s_info":
    versions = {{"Deployment": "apps/v1", "Pod": "v1"}}
    known = versions[given["kind"]] == given["api_version"]
    module.exit_json(changed=False, api_found=known, resources=[one for one in state[given["kind"]] if known and chosen(one)])
if NAME == "k8s_exec":
    pod = named("Pod", given["pod"])
    if pod["metadata"]["labels"]["component"] in state["lacking"]:
        int("executable file not found in $PATH")
    aliases = pod["spec"]["hostAliases"]
    found = [alias["ip"] for alias in aliases if given["command"].split()[-1] in alias["hostnames"]]
    status = 0 if found else 2
    module.exit_json(changed=True, rc=status, return_code=status, stderr="", stdout="".join(ip + "   name\\n" for ip in found))
target = named("Deployment", given["name"])
before = json.dumps(target["spec"])
for change in given["patch"]:
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in change["path"].split("/")[1:]]
    place = target
    for part in way:
        place = place[part]
    if change["op"] == "test" and place[last] != change["value"]:
        module.fail_json(msg="Failed to patch existing object: test failed", error=422, status=422, reason="Invalid")
    if change["op"] == "add":
        place[last] = change["value"]
    if change["op"] == "remove":
        del place[last]
if not module.check_mode:
    aliases = target["spec"]["template"]["spec"].get("hostAliases")
    state["patches"].append([given["name"], aliases])
    if json.dumps(target["spec"]) != before:
        labels = target["metadata"]["labels"]
        for pod in state["Pod"]:
            if pod["metadata"]["labels"] == labels:
                pod["metadata"]["deletionTimestamp"] = "2026-11-21T09:16:17Z"
        name = given["name"] + "-" + str(len(state["Pod"]))
        metadata = {{"name": name, "namespace": given["namespace"], "labels": labels}}
        state["Pod"].append({{"metadata": metadata, "status": {{"phase": "Running"}}, "spec": {{"hostAliases": aliases or []}}}})
    with open(PATH, "w") as file:
        json.dump(state, file)
module.exit_json(changed=True, result=target, **({{"duration": 1}} if given["wait"] and not module.check_mode else {{}}))
"""

_TEXT: dict[str, Any] = {"type": "str"}
_TEXTS = {"type": "list", "elements": "str"}
_AUTHORISATION: dict[str, Any] = {
    **dict.fromkeys(("context", "host", "username", "proxy", "no_proxy", "impersonate_user"), _TEXT),
    **{name: {"no_log": True} for name in ("api_key", "password")},
    "kubeconfig": {"type": "raw"},
    "validate_certs": {"type": "bool", "aliases": ["verify_ssl"]},
    "ca_cert": {"type": "path", "aliases": ["ssl_ca_cert"]},
    "client_cert": {"type": "path", "aliases": ["cert_file"]},
    "client_key": {"type": "path", "aliases": ["key_file"]},
    "proxy_headers": {"type": "dict"},
    "persist_config": {"type": "bool"},
    "impersonate_groups": _TEXTS,
}
_WAIT: dict[str, Any] = {
    "wait": {"type": "bool", "default": False},
    "wait_sleep": {"type": "int", "default": 5},
    "wait_timeout": {"type": "int", "default": 120},
    "wait_condition": {"type": "dict"},
}
_OBJECT: dict[str, Any] = {
    "api_version": {"default": "v1", "aliases": ["api", "version"]},
    "kind": {"type": "str", "required": True},
    "namespace": _TEXT,
}
_REQUIRED = {"type": "str", "required": True}
_SELECTORS = {**_TEXTS, "default": []}
OPTIONS: dict[str, dict[str, Any]] = {
    "k8s_info": {
        **_AUTHORISATION,
        **_WAIT,
        **_OBJECT,
        "name": _TEXT,
        "label_selectors": _SELECTORS,
        "field_selectors": _SELECTORS,
        "hidden_fields": _TEXTS,
    },
    "k8s_json_patch": {
        **_AUTHORISATION,
        **_WAIT,
        **_OBJECT,
        "name": _REQUIRED,
        "patch": {"type": "list", "elements": "dict", "required": True},
    },
    "k8s_exec": {
        **_AUTHORISATION,
        "namespace": _REQUIRED,
        "pod": _REQUIRED,
        "container": _TEXT,
        "command": _REQUIRED,
    },
}


class Cluster:
    """The file in which the modules keep their objects, and the collection that holds the modules."""

    def __init__(self, directory: Path) -> None:
        self.collections = directory / "collections"
        self._file = directory / "state.json"
        modules = self.collections / "ansible_collections/kubernetes/core/plugins/modules"
        modules.mkdir(parents=True)
        ours = self.collections / "ansible_collections/cloud_registry"
        ours.symlink_to(COLLECTIONS / "ansible_collections/cloud_registry")
        components = ("core", "jobservice", "portal")
        deployments = [deployment(one) for one in components] + [deployment("core", "other")]
        pods = [pod(one) for one in components]
        self.save({"Deployment": deployments, "Pod": pods, "patches": [], "lacking": []})
        for name, options in OPTIONS.items():
            text = _MODULE.format(path=str(self._file), name=name, options=options)
            (modules / f"{name}.py").write_text(text)

    def state(self) -> dict[str, Any]:
        """Deployments, pods, the patches so far, and the components whose images have no programs."""
        found: dict[str, Any] = json.loads(self._file.read_text())
        return found

    def save(self, state: dict[str, Any]) -> None:
        """Put another state in its place."""
        self._file.write_text(json.dumps(state))


def deployment(component: str, namespace: str = NAMESPACE) -> dict[str, Any]:
    """A Deployment as the chart makes it, with an entry of somebody else."""
    aliases = [THEIRS] if component == "core" else []
    return {
        "metadata": {**_metadata(component, namespace), "annotations": {"theirs": "1"}},
        "spec": {"template": {"spec": {"hostAliases": aliases} if aliases else {}}},
    }


def pod(component: str) -> dict[str, Any]:
    """A pod that knows no names."""
    return {"metadata": _metadata(component, NAMESPACE), "status": {"phase": "Running"}, "spec": {"hostAliases": []}}


def _metadata(component: str, namespace: str) -> dict[str, Any]:
    labels = {"app": "harbor", "component": component, "release": RELEASE}
    return {"name": f"{RELEASE}-harbor-{component}", "namespace": namespace, "labels": labels}
