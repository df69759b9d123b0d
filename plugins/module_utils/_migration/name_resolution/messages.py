# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages about the name resolution of one Harbor. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._host.name_records import ServiceRestart

ADDRESS_PENDING = "(address of the private link)"
NAMES_ADVICE = (
    "The private link gives the address, the registry the name: see harbor_name_resolution_address and _names."
)
CLOCK_NOT_COMPARED = (
    "Harbor's clock was not compared with TCR's, because the time of TCR is not known. A clock that is wrong by more than a minute makes "
    "the registry refuse tokens now and then (401): see that NTP sets it (chronyc tracking)."
)
NO_KUBERNETES_COLLECTION = (
    "Harbor runs as a release of its chart, whose pods get names through hostAliases, which needs the collection "
    "kubernetes.core, which is not installed here. Run: ansible-galaxy collection install kubernetes.core (and pip install "
    "kubernetes). Or let DNS give the names and set migration_hosts_methods to vpc_dns, dnsmasq or none."
)
NO_RELEASE = (
    "migration_hosts_methods names helm, but no release of Harbor's chart was found with kubectl on this host. Set "
    "migration_helm_release and migration_helm_namespace."
)


def not_compose(directory: str) -> str:
    """The sentence about a host without a compose file."""
    return (
        "migration_hosts_methods names compose_override, but there is no container of Harbor and no docker-compose.yml in "
        f"'{directory}' on this host. Set migration_compose_directory, or another method."
    )


def replication_runs(executions: Sequence[Mapping[str, Any]], services: Sequence[str], state: str) -> str:
    """The sentence about a replication that a restart would interrupt.

    :param executions: each with ``id`` and ``policy``.
    :param state: the sentence about what was changed so far.
    """
    ids = ", ".join(str(one["id"]) for one in executions)
    policies = ", ".join(dict.fromkeys(str(one["policy"]) for one in executions))
    return (
        f"{' and '.join(services).capitalize()} must be recreated so that they learn the names, but a replication is running: "
        f"execution {ids} of the policy {policies}. {state}Wait until it has ended, or stop it, and run again; or set "
        "migration_hosts_restart to false and recreate them yourself."
    )


def manual_steps(restart: ServiceRestart) -> str:
    """What is left to do where services may not be recreated."""
    commands = " && ".join(" ".join(command) for command in restart.commands())
    return f"migration_hosts_restart is false. Run in {restart.directory}: {commands}. Then run again."


def wanted_records(names: Sequence[str], address: str) -> str:
    """The records that the operator makes, as a zone file has them."""
    kind = "AAAA" if ":" in address else "A"
    return "; ".join(f"{name.rstrip('.')}. IN {kind} {address}" for name in names)


def record_wanted(host: str, records: str) -> str:
    """Shown where the operator makes the record."""
    return (
        f"{host}: the DNS that Harbor's containers use must have {records} (method manual of migration_hosts_methods)."
    )


def waiting_for_record(host: str, timeout: float) -> str:
    """Shown before a wait for the record of the operator."""
    return f"{host}: waiting up to {timeout:.0f} s until Harbor's containers get it."


def record_missing(records: str, timeout: float) -> str:
    """The sentence about a record that did not come in time."""
    return (
        f"Harbor did not get {records} within {timeout:.0f} s. Make the record in the DNS that it uses, and run again."
    )


def record_not_there_yet(records: str, timeout: float) -> str:
    """The warning of a prediction."""
    return (
        f"Harbor does not get {records} yet. migrate will wait for it up to {timeout:.0f} s; it can be made beforehand."
    )


def record_stays(names: Sequence[str]) -> str:
    """The warning of a removal."""
    return f"The record of {', '.join(names) or 'the registry'} in your DNS was not made by this migration, and stays."


def waiting(host: str, restart: ServiceRestart) -> str:
    """Shown before a wait."""
    return f"{host}: {' and '.join(restart.services)} were recreated; waiting until Harbor is healthy again."


def unhealthy(restart: ServiceRestart, problem: str) -> str:
    """The sentence about a Harbor that did not become healthy."""
    return f"Harbor is not healthy after {' and '.join(restart.services)} were recreated: {problem}"


def logs(restart: ServiceRestart) -> str:
    """Where the reason is found."""
    command = " ".join([*restart.command, "logs", *restart.services, restart.proxy_service])
    return (
        f"Look at the logs of the containers ({command} in {restart.directory}), and run again when Harbor is healthy."
    )


def unreached(url: str, reason: str, kind: str, address: str, names: Sequence[str]) -> str:
    """The sentence about a registry that Harbor itself does not reach.

    :param kind: compose, kubernetes or bare; only containers of Compose were asked for the names before.
    """
    sentence = f"Harbor itself was asked to reach {url} and does not: {reason}"
    if kind == "compose":
        return sentence
    return (
        f"{sentence} What its containers resolve could not be asked here. See that they get {address} for {', '.join(names)} "
        "(containers do not read the hosts file of their host), and see migration_hosts_methods and "
        "migration_compose_directory."
    )
