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
_ANNOTATIONS = "/metadata/annotations"

Alias = dict[str, Any]


def alias_patches(
    deployments: Sequence[Mapping[str, Any]],
    services: Sequence[str],
    hosts: Mapping[str, str],
    migration_id: str,
    release: str,
    namespace: str,
) -> dict[str, Any]:
    """What must change in the Deployments of a release.

    :param services: each must have one Deployment.
    :returns: ``patches`` of those that must change, each with ``name``, ``patch`` (see :func:`alias_patch`) and ``restarts``
        (whether its pods are replaced), ``shared_with`` (the other migrations that need names of this one), and ``owned``
        (whether this migration has something to take back afterwards).
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
    records = [_Record(one, hosts, migration_id) for one in deployments]
    return {
        "patches": [
            {
                **one,
                "restarts": any(operation["path"] == _PATH and operation["op"] != "test" for operation in one["patch"]),
            }
            for one in patches
            if one["patch"]
        ],
        "shared_with": sorted({owner for record in records for owner in record.shared_with}),
        "owned": any(record.after for record in records),
    }


def alias_patch(deployment: Mapping[str, Any], hosts: Mapping[str, str], migration_id: str) -> list[dict[str, Any]]:
    """The JSON patch (RFC 6902) after which exactly these names of this migration are in ``hostAliases``.

    What a migration needs of what migrations added is recorded in an annotation of the Deployment for each of them, so
    that the last one can take it back after the address is no longer known. The patch is refused by the server when
    somebody changed ``hostAliases`` or, where names go, annotations meanwhile.

    :param deployment: the Deployment as the API shows it.
    :param hosts: name to address; empty takes everything of this migration away.
    :returns: the operations; none when nothing is to be done.
    :raises InvalidInput: somebody else gives a name another address.
    """
    record = _Record(deployment, hosts, migration_id)
    patch: list[dict[str, Any]] = []
    if record.aliases != record.aliases_before:
        patch += [{"op": "test", "path": _PATH, "value": record.aliases_before}] if record.aliases_before else []
        patch.append(
            {"op": "add", "path": _PATH, "value": record.aliases} if record.aliases else {"op": "remove", "path": _PATH}
        )
    elif record.after and record.before != record.after:
        # What another migration added is needed by this one too, so it must still be there.
        patch.append({"op": "test", "path": _PATH, "value": record.aliases_before})
    if record.after and record.before != record.after:
        if not record.annotations:
            patch.append({"op": "add", "path": _ANNOTATIONS, "value": {}})
        patch.append({"op": "add", "path": record.pointer, "value": json.dumps(record.after, sort_keys=True)})
    elif not record.after and record.key in record.annotations:
        patch.append({"op": "remove", "path": record.pointer})
    if patch and record.before:
        # Another migration that needs the names by now has added its annotation.
        patch.insert(0, {"op": "test", "path": _ANNOTATIONS, "value": record.annotations})
    return patch


class _Record:
    """What migrations need in one Deployment.

    :ivar before: name to address of what this migration needed so far.
    :ivar after: the same afterwards; without what people gave its pods.
    :ivar aliases: ``hostAliases`` afterwards.
    :ivar shared_with: the other migrations that need something of ``before`` or ``after``.
    """

    def __init__(self, deployment: Mapping[str, Any], hosts: Mapping[str, str], migration_id: str) -> None:
        metadata = deployment.get("metadata") or {}
        self.annotations: Mapping[str, str] = metadata.get("annotations") or {}
        self.key = f"{ANNOTATION}/{migration_id}"
        self.pointer = f"{_ANNOTATIONS}/" + self.key.replace("~", "~0").replace("/", "~1")
        self.before: dict[str, str] = json.loads(self.annotations.get(self.key) or "{}")
        others = {
            key.partition("/")[2]: json.loads(value or "{}")
            for key, value in self.annotations.items()
            if key.startswith(f"{ANNOTATION}/") and key != self.key
        }
        needed = {(name, address) for names in others.values() for name, address in names.items()}
        spec = ((deployment.get("spec") or {}).get("template") or {}).get("spec", {})
        self.aliases_before: list[Alias] = spec.get("hostAliases") or []
        leaving = {name: address for name, address in self.before.items() if (name, address) not in needed}
        self.aliases = _without([dict(one) for one in self.aliases_before], leaving)
        missing = _missing(self.aliases, hosts, str(metadata.get("name")), others)
        for name, address in missing.items():
            _append(self.aliases, name, address)
        self.after = {name: one for name, one in hosts.items() if name in missing or (name, one) in needed}
        own = {*self.before.items(), *self.after.items()}
        self.shared_with = sorted(owner for owner, names in others.items() if own & set(names.items()))


def _without(aliases: list[Alias], ours: Mapping[str, str]) -> list[Alias]:
    kept = []
    for alias in aliases:
        names = [name for name in alias.get("hostnames") or [] if ours.get(name) != alias.get("ip")]
        if names:
            kept.append({**alias, "hostnames": names})
    return kept


def _missing(
    aliases: list[Alias], hosts: Mapping[str, str], deployment: str, others: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    present = {name: str(alias.get("ip")) for alias in aliases for name in alias.get("hostnames") or []}
    for name, address in hosts.items():
        known = present.get(name, address)
        if known == address:
            continue
        owners = " and ".join(sorted(one for one, names in others.items() if names.get(name) == known))
        raise InvalidInput(
            f"{name!r} is given the address {known} in hostAliases of the Deployment {deployment!r} already"
            f"{f' by the migration {owners}' if owners else ''}, but the registry is reached at {address}.",
            advice=f"Run cleanup for the migration {owners} if it has ended."
            if owners
            else "Remove that entry from the Deployment; this migration then adds its own.",
        )
    return {name: address for name, address in hosts.items() if name not in present}


def _append(aliases: list[Alias], name: str, address: str) -> None:
    for alias in aliases:
        if alias.get("ip") == address:
            alias["hostnames"] = [*alias.get("hostnames", []), name]
            return
    aliases.append({"ip": address, "hostnames": [name]})
