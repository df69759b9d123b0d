# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the variables of a migration must say before anything is asked of a system. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .access import DEFAULT_HOURS, LEASE, access_problems

# A name of DNS or an address, without a scheme and a port.
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_IDS = {"vpc": re.compile(r"vpc-[a-z0-9]+"), "subnet": re.compile(r"subnet-[a-z0-9]+")}
_MIGRATION_ID = re.compile(r"[a-z0-9]([a-z0-9._-]{0,38}[a-z0-9])?")
NETWORKS = ("public", "private")
HOSTS_METHODS = ("hosts_file", "compose_override", "vpc_dns", "dnsmasq", "helm", "dns_update", "manual", "none")


@dataclass(frozen=True)
class Settings:
    """The variables that decide what a migration does, each under the name of the variable without ``migration_``.

    :param harbor_hosts: the hosts of the inventory group ``harbor``.
    """

    id: str
    registry_id: str = ""
    registry_name: str = ""
    network: str = "public"
    public_cidrs: Sequence[str] = ()
    access: str = LEASE
    lease_hours: int = DEFAULT_HOURS
    vpc_id: str = ""
    subnet_id: str = ""
    registry_connect_to: str = ""
    harbor_hosts: Sequence[str] = ()
    hosts_methods: Sequence[str] = ()


def migration_id_problem(migration_id: str) -> str:
    """What is wrong with the name of a migration, which is part of markers and of the names of files; empty: nothing."""
    if _MIGRATION_ID.fullmatch(migration_id):
        return ""
    return (
        f"migration_id is '{migration_id}', which is not a name of 1 to 40 characters (a-z, 0-9 and . _ - between "
        "them). It marks everything that this migration creates: give each migration its own."
    )


def identity_problems(settings: Settings) -> Iterator[str]:
    """What is wrong with the variables that every playbook needs, also one that only reads or removes."""
    problem = migration_id_problem(settings.id)
    if problem:
        yield problem
    if not settings.registry_id and not settings.registry_name:
        yield (
            "Neither migration_registry_id nor migration_registry_name is set. Take one of them from the list of "
            "instances in the TCR console."
        )


def continuous_problems(continuous: bool, access: str) -> Iterator[str]:
    """Why a replication cannot copy each push at once.

    :param continuous: whether it is to.
    :param access: how long the access of the migration stays: ``lease``, ``run`` or ``permanent``.
    """
    if continuous and access == "run":
        yield (
            "migration_continuous is true, but migration_access is run: what a push needs to be copied is removed at the end of "
            "the run. Set migration_access to lease or permanent, or migration_continuous to false."
        )


def path_problems(settings: Settings) -> Iterator[str]:
    """What is wrong with the variables of the network path and of name resolution."""
    if settings.network not in NETWORKS:
        yield f"migration_network is '{settings.network}'. Set it to public or private."
    unknown = [method for method in settings.hosts_methods if method not in HOSTS_METHODS]
    if unknown:
        yield f"migration_hosts_methods names {', '.join(unknown)}. Choose from {', '.join(HOSTS_METHODS)}."
    if "none" in settings.hosts_methods and set(settings.hosts_methods) != {"none"}:
        yield f"migration_hosts_methods is {', '.join(settings.hosts_methods)}, but none excludes every other method. Remove one."
    if settings.registry_connect_to and not _HOST.fullmatch(settings.registry_connect_to):
        yield (
            f"migration_registry_connect_to is '{settings.registry_connect_to}', which is no host. Set it to a name or an "
            "address, without a scheme and a port."
        )
    if settings.network == "public" and not settings.public_cidrs:
        yield (
            "migration_public_cidrs is empty, so the public endpoint would refuse Harbor. Set it to the public addresses "
            "from which Harbor connects (for example 203.0.113.7/32)."
        )
    yield from access_problems(settings.access, settings.lease_hours, settings.public_cidrs)
    if settings.network == "private":
        yield from _private_path_problems(settings)


def _private_path_problems(settings: Settings) -> Iterator[str]:
    if not settings.vpc_id or not settings.subnet_id:
        yield (
            f"migration_network is private, but migration_vpc_id is '{settings.vpc_id}' and migration_subnet_id is "
            f"'{settings.subnet_id}'. Name the VPC that Harbor can reach and one of its subnets."
        )
    for kind, given in (("vpc", settings.vpc_id), ("subnet", settings.subnet_id)):
        if given and not _IDS[kind].fullmatch(given):
            yield f"migration_{kind}_id is '{given}', which is no id of a {kind}. Take it from the VPC console: {kind}-1a2b3c4d."
    if not settings.harbor_hosts and set(settings.hosts_methods) != {"none"}:
        yield (
            "migration_network is private, but the inventory group 'harbor' has no host that could learn the private "
            "address. Add the hosts on which Harbor runs, or set migration_hosts_methods to none if your own DNS answers "
            "with the private address."
        )
