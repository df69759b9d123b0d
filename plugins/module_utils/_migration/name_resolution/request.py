# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked for the Harbor of one host, and what is returned whatever was asked. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._dns.server import ServerAddress
from ..._engine.fields import State
from ..._errors import InvalidInput
from ..._host.name_records import CONTAINER_HOSTS, DNSMASQ_RECORD, HOSTS_BLOCK, is_leaving
from . import messages

# What is chosen where no methods are asked for, by kind of deployment.
FITTING_METHODS = {"compose": ("hosts_file", "compose_override"), "kubernetes": ("helm",), "bare": ("hosts_file",)}
OBJECTS = {
    "helm": "host aliases",
    "hosts_file": HOSTS_BLOCK,
    "compose_override": CONTAINER_HOSTS,
    "vpc_dns": "VPC DNS record",
    "dnsmasq": DNSMASQ_RECORD,
    "dns_update": "DNS record",
}
# These are done by other modules, after what this host holds.
ELSEWHERE = ("helm", "vpc_dns")
# With these this collection gives no names on a host.
WITHOUT_NAMES = frozenset(("manual", "none"))
# What the note about a record in a VPC holds, in this order.
_NOTE = ("registry_id", "vpc_id", "address")


@dataclass(frozen=True)
class NameResolutionRequest:
    """Names for the Harbor of one host. What is empty was not asked for, or is found by looking.

    :param host: the name of the host, for messages and actions.
    :param address_pending: the address is not known yet, which is possible in check mode only.
    :param public_url: an address that everybody trusts, tried where the registry is not reached yet.
    :param bypass_proxy: the registry is reached over a private link, so names matter and no proxy may be in between.
    :param methods: how the names are added; empty: what fits how Harbor runs.
    :param restart: whether services may be recreated.
    :param clock_offset: seconds by which the clock of the cloud is ahead of the clock here; ``None``: not known.
    :param vpc_record: the record in a VPC that the hosts of one VPC share: its registry and VPC.
    :param note_file: where the host notes that this migration made that record.
    :param dns: the DNS server of the site, for the method dns_update.
    :param dns_note_file: where the host notes the names that it gave an address there.
    :param lease_file: where the host keeps the end of the migration's lease.
    :param lease_hours: after how many hours the names count as expired; 0: never; ``None``: an end stays as it is.
    :param first_host: whether this host makes what several hosts share.
    :param wait_timeout: seconds to wait for a record that the operator makes.
    :param health_retries: how often to look again whether Harbor is healthy.
    :param verify_retries: how often to look again whether DNS gives the address and Harbor reaches the registry.
    :param interval: seconds between two looks.
    :param kubernetes_found: whether the collection kubernetes.core is installed.
    :raises InvalidInput: the migration has no name.
    """

    host: str
    migration_id: str
    address: str = ""
    address_pending: bool = False
    names: Sequence[str] = ()
    url: str = ""
    public_url: str = ""
    insecure: bool = False
    bypass_proxy: bool = False
    methods: Sequence[str] = ()
    hosts_file: str = "/etc/hosts"
    dnsmasq_file: str = ""
    dnsmasq_reload: str = ""
    compose_directory: str = ""
    compose_command: str = ""
    services: Sequence[str] = ("core", "jobservice")
    proxy_service: str = "proxy"
    unit_directories: Sequence[str] = ()
    helm_release: str = ""
    helm_namespace: str = ""
    restart: bool = True
    backup: bool = True
    clock_offset: float | None = None
    clock_tolerance: float = 60
    vpc_record: str = ""
    note_file: str = ""
    dns: ServerAddress = ServerAddress("")
    dns_note_file: str = ""
    lease_file: str = ""
    lease_hours: int | None = None
    first_host: bool = True
    wait_timeout: float = 900
    health_retries: int = 60
    verify_retries: int = 6
    interval: float = 5
    kubernetes_found: bool = False

    def __post_init__(self) -> None:
        if not self.migration_id.strip():
            raise InvalidInput(
                "The migration has no name, so nothing could be marked as its own.", advice="Set migration_id."
            )

    @property
    def shown_address(self) -> str:
        """The address, or words that stand for it in a prediction."""
        return self.address or messages.ADDRESS_PENDING

    @property
    def wanted_records(self) -> str:
        """The records that the operator makes with the method manual."""
        return messages.wanted_records(self.names, self.shown_address)

    @property
    def helm_may_be_needed(self) -> bool:
        """Whether a release of the chart is looked for: a cluster may be slow to answer, so only where that may matter."""
        return not self.methods or "helm" in self.methods

    def methods_for(self, kind: str) -> list[str]:
        """How the names are added for a kind of deployment."""
        return list(self.methods or FITTING_METHODS[kind])

    def pending_methods(self, methods: Sequence[str]) -> list[str]:
        """Those of the methods that other modules do."""
        return [method for method in ELSEWHERE if method in methods]

    def release(self, found: Mapping[str, Any]) -> dict[str, str]:
        """Release and namespace of Harbor's chart."""
        detected = found.get("release") or {}
        return {
            "release": self.helm_release or detected.get("release", ""),
            "namespace": self.helm_namespace or detected.get("namespace") or "default",
        }

    def summary(self, found: Mapping[str, Any]) -> str:
        """How Harbor runs, and where its names come from. Over the public network path nobody needs names.

        :param found: what the module host_deployment_info found.
        """
        if found["kind"] == "compose":
            sentence = f"Harbor runs in containers of Compose in {found['directory']} ({' '.join(found['command'])})"
        elif found["kind"] == "kubernetes":
            release = self.release(found)
            sentence = (
                f"Harbor runs as the release {release['release']} of its chart in the namespace {release['namespace']}"
            )
        else:
            no_release = "and no release of its chart " if self.helm_may_be_needed else ""
            sentence = f"No container of Harbor {no_release}was found"
        if not self.bypass_proxy:
            return f"{sentence}."
        reason = "as migration_hosts_methods says" if self.methods else "migration_hosts_methods would change that"
        return f"{sentence}; names come from {', '.join(self.methods_for(found['kind']))} ({reason})."

    def demand_names(self, prediction: bool) -> None:
        """Check that there are names and an address.

        :raises InvalidInput: there are none, or the address is none.
        """
        if not self.names:
            raise InvalidInput("There is no name for which Harbor needs an address.", advice=messages.NAMES_ADVICE)
        if prediction and self.address_pending:
            return
        try:
            ipaddress.ip_address(self.address)
        except ValueError:
            raise InvalidInput(
                f"Harbor cannot be given {self.address!r} as the address of {', '.join(self.names)}: it is no IP address.",
                advice=messages.NAMES_ADVICE,
            ) from None

    def demand_helm(self, found: Mapping[str, Any]) -> None:
        """Check that the Deployments of a release can be patched.

        :raises InvalidInput: a collection is missing, or the release is not known.
        """
        if not self.kubernetes_found:
            raise InvalidInput(messages.NO_KUBERNETES_COLLECTION)
        if not self.release(found)["release"]:
            raise InvalidInput(messages.NO_RELEASE)

    def noted_record(self, note: str) -> dict[str, str]:
        """Registry, VPC and address of the record that this migration made; empty when it made none.

        :raises InvalidInput: the note is damaged.
        """
        parts = note.split()[: None if not is_leaving(note) else -1]
        if parts and len(parts) != len(_NOTE):
            raise InvalidInput(
                f"{self.note_file} on this host does not name registry, VPC and address of a record: {note.strip()!r}.",
                advice="Correct it, or remove it if TCR has no such record.",
            )
        return dict(zip(_NOTE, parts))

    @staticmethod
    def sharers(record: str, notes: Mapping[str, str]) -> list[str]:
        """The other migrations whose notes on this host name a record.

        :param record: its registry and VPC.
        :param notes: by the ids of the migrations.
        """
        return sorted(one for one, note in notes.items() if record and note.split()[:2] == record.split()[:2])

    def action(self, action: str, kind: str) -> dict[str, str]:
        """An action on this host."""
        return {"action": action, "object": kind, "key": self.host}

    def own(self, actions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Actions of a module on this host, whose keys are paths there; several files of one object are one action."""
        own = [{**one, "key": self.host} for one in actions]
        return [one for place, one in enumerate(own) if one not in own[:place]]

    def restarts(self, restarted: Sequence[str]) -> list[dict[str, str]]:
        """What is away for a moment, as steps: the services that are recreated, and the proxy that is restarted."""
        services = [one for one in restarted if one != self.proxy_service]
        steps = [("recreate", services), ("restart", [one for one in restarted if one == self.proxy_service])]
        return [
            {"action": action, "object": "containers", "key": f"{self.host}: {', '.join(names)}"}
            for action, names in steps
            if names
        ]

    def result(self, found: Mapping[str, Any], warnings: list[str]) -> State:
        """What is returned whatever was asked.

        :param found: what the module host_deployment_info found.
        """
        shown = ("kind", "directory", "engine", "command", "containers")
        return {
            "host": self.host,
            "actions": [],
            "restarts": [],
            "leftovers": [],
            "diff": [],
            "deployment": {**{name: found[name] for name in shown}, **self.release(found)},
            "services": list(self.services),
            "methods": self.methods_for(found["kind"]),
            "pending_methods": [],
            "hosts": {},
            "vpc_record": self.vpc_record,
            "note_file": self.note_file,
            "note": "",
            "noted_record": {},
            "record_shared_with": [],
            "manual_steps": "",
            "warnings": warnings,
        }


def parse_clock_offset(value: Any) -> float | None:
    """Seconds by which the clock of the cloud is ahead; ``None`` where there is nothing, or an empty text.

    :raises InvalidInput: it is no number.
    """
    if value in (None, ""):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InvalidInput(
            f"The offset of the clock is {value!r}, which is no number of seconds.",
            advice="Give harbor_name_resolution_clock_offset a number, or leave it empty.",
        ) from None


def with_sharers(leftovers: Iterable[Mapping[str, Any]], sharers: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Steps that take back what is left, of which those that other migrations need too take out only this one.

    :param sharers: the other migrations by kind of object.
    """
    return [
        {**one, "action": "update", "shared_with": list(sharers[one["object"]])}
        if sharers.get(one["object"])
        else {**one}
        for one in leftovers
    ]


def with_completed_method(
    result: Mapping[str, Any], method: str, done: bool, shared_with: Sequence[str] = (), owned: bool = True
) -> State:
    """A result after another module has done one of its ``pending_methods``.

    :param done: whether there was something to do. Host aliases that change make Kubernetes replace the pods.
    :param shared_with: the other migrations that use what the method makes, so that it stays for them.
    :param owned: whether this migration has to take back what the method makes.
    """
    kind, removing = OBJECTS[method], "removed" in result
    shared = {"shared_with": list(shared_with)} if shared_with else {}
    verb = ("keep" if shared else "delete") if removing else "create"
    steps = [{"action": verb, "object": kind, "key": result["host"], **shared}] if done or verb == "keep" else []
    pods = {"action": "recreate", "object": "pods", "key": f"{result['host']}: {', '.join(result.get('services', ()))}"}
    leftovers = [{**one, **shared} if one["object"] == kind else one for one in result.get("leftovers", ())]
    pending = [one for one in result["pending_methods"] if one != method]
    completed = {
        **result,
        "actions": [*result["actions"], *steps],
        "restarts": [*result.get("restarts", ()), *([pods] if done and method == "helm" else [])],
        "leftovers": [one for one in leftovers if owned or one["object"] != kind],
        "pending_methods": pending,
    }
    return {**completed, "removed": not pending} if "removed" in result else completed


def problem_texts(found: Mapping[str, Any], kinds: Iterable[str]) -> list[str]:
    """The sentences about problems of these kinds that the module host_deployment_info found."""
    return [problem["text"] for problem in found["problems"] if problem["kind"] in kinds]
