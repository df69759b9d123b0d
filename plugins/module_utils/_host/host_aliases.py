# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names for the pods of a Kubernetes Deployment (``hostAliases``) as a JSON patch that can be taken back. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .._errors import InvalidInput

ANNOTATION = "cloud-registry.migration"
_PATH = "/spec/template/spec/hostAliases"

Alias = dict[str, Any]


def alias_patches(
    deployments: Sequence[Mapping[str, Any]],
    services: Sequence[str],
    hosts: Mapping[str, str],
    migration_id: str,
    release: str,
    namespace: str,
) -> list[dict[str, Any]]:
    """The Deployments of a release that must change, each as ``name`` and ``patch`` (see :func:`alias_patch`).

    :param services: each must have one Deployment.
    :raises InvalidInput: a Deployment is missing, or somebody else gives a name another address.
    """
    if len(deployments) != len(services):
        found = ", ".join(str(one["metadata"]["name"]) for one in deployments) or "none"
        raise InvalidInput(
            f"The release {release} must have one Deployment each for {' and '.join(services)} in the namespace {namespace}; "
            f"found: {found}.",
            advice="Check migration_helm_release and migration_helm_namespace.",
        )
    patches = [{"name": one["metadata"]["name"], "patch": alias_patch(one, hosts, migration_id)} for one in deployments]
    return [one for one in patches if one["patch"]]


def alias_patch(deployment: Mapping[str, Any], hosts: Mapping[str, str], migration_id: str) -> list[dict[str, Any]]:
    """The JSON patch (RFC 6902) after which exactly these names of this migration are in ``hostAliases``.

    What was added is recorded in an annotation of the Deployment, so that it can be taken back after the address is
    no longer known. The patch is refused by the server when somebody changed ``hostAliases`` meanwhile.

    :param deployment: the Deployment as the API shows it.
    :param hosts: name to address; empty takes everything of this migration away.
    :returns: the operations; none when nothing is to be done.
    :raises InvalidInput: somebody else gives a name another address.
    """
    metadata = deployment.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    key = f"{ANNOTATION}/{migration_id}"
    before = ((deployment.get("spec") or {}).get("template") or {}).get("spec", {}).get("hostAliases") or []
    aliases = _without([dict(one) for one in before], json.loads(annotations.get(key) or "{}"))
    added = _missing(aliases, hosts, str(metadata.get("name")))
    for name, address in added.items():
        _append(aliases, name, address)
    patch: list[dict[str, Any]] = []
    if aliases != before:
        patch += [{"op": "test", "path": _PATH, "value": before}] if before else []
        patch.append({"op": "add", "path": _PATH, "value": aliases} if aliases else {"op": "remove", "path": _PATH})
    if added and json.loads(annotations.get(key) or "{}") != added:
        if not annotations:
            patch.append({"op": "add", "path": "/metadata/annotations", "value": {}})
        patch.append({"op": "add", "path": _pointer(key), "value": json.dumps(added, sort_keys=True)})
    elif not added and key in annotations:
        patch.append({"op": "remove", "path": _pointer(key)})
    return patch


def _without(aliases: list[Alias], ours: Mapping[str, str]) -> list[Alias]:
    kept = []
    for alias in aliases:
        names = [name for name in alias.get("hostnames") or [] if ours.get(name) != alias.get("ip")]
        if names:
            kept.append({**alias, "hostnames": names})
    return kept


def _missing(aliases: list[Alias], hosts: Mapping[str, str], deployment: str) -> dict[str, str]:
    present = {name: str(alias.get("ip")) for alias in aliases for name in alias.get("hostnames") or []}
    for name, address in hosts.items():
        if present.get(name, address) != address:
            raise InvalidInput(
                f"{name!r} is given the address {present[name]} in hostAliases of the Deployment {deployment!r} already, "
                f"but the registry is reached at {address}.",
                advice="Remove that entry from the Deployment; this migration then adds its own.",
            )
    return {name: address for name, address in hosts.items() if name not in present}


def _append(aliases: list[Alias], name: str, address: str) -> None:
    for alias in aliases:
        if alias.get("ip") == address:
            alias["hostnames"] = [*alias.get("hostnames", []), name]
            return
    aliases.append({"ip": address, "hostnames": [name]})


def _pointer(annotation: str) -> str:
    return "/metadata/annotations/" + annotation.replace("~", "~0").replace("/", "~1")
