# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what is wrong with the names inside Harbor's containers, and where it is to be put right. Pure."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable, Mapping, Sequence

from .deployment import BASE, OVERRIDES, Container

_WHY_UNTESTED = {
    "kubernetes": "Harbor runs in pods of a cluster",
    "bare": "no container of Harbor was found on this host",
}
NODE_CLOCKS_UNTESTED = (
    "The clocks of the cluster's nodes could not be compared with TCR's, only that of this host. See that NTP sets them "
    "(chronyc tracking)."
)


def file_problems(
    directory: str,
    override: str,
    overrides_read: Sequence[str],
    existing: Iterable[str],
    wanted: Sequence[str],
    command_files: Sequence[str],
    started: Container | None,
    unit: tuple[str, Sequence[str]] | None,
    override_changed: float | None,
) -> list[str]:
    """Why the override is not read, or another command than ours started Harbor.

    :param override: the name of the override that gets names.
    :param overrides_read: the names of those that the command reads, if they are there.
    :param existing: the names of the Compose files that are there.
    :param wanted: the command, for messages.
    :param command_files: the files that the command names by ``-f`` or COMPOSE_FILE; none when it names none.
    :param started: the container core.
    :param unit: a systemd unit that starts compose with ``-f``, and the files that it names.
    :param override_changed: when the override was changed, ``None`` when there is none.
    """
    base, override = os.path.join(directory, BASE), os.path.join(directory, override)
    fix = f"Add -f {override} (or append it to COMPOSE_FILE) there, after the other files, recreate Harbor, and run again."
    problems = []
    if command_files and override not in command_files:
        problems.append(
            f"The compose command '{' '.join(wanted)}' reads only {', '.join(command_files)} (-f, or COMPOSE_FILE in "
            f"{directory}/.env or in the environment), so it ignores {override}. {fix}"
        )
    if unit is not None and override not in unit[1]:
        problems.append(
            f"{unit[0]} starts Harbor with -f {' -f '.join(unit[1])}, so {override} is ignored at the next start. {fix}"
        )
    if started is None or not started.files:
        return problems
    read = list(command_files) or [base, *(os.path.join(directory, one) for one in overrides_read)]
    gone = [os.path.join(directory, one) for one in OVERRIDES if one not in existing]
    strange = [one for one in started.files if one not in read and one not in gone]
    hidden = [one for one in strange if os.path.basename(one) in OVERRIDES]
    if hidden and strange == hidden and not command_files:
        problems.append(
            f"Harbor was started with {', '.join(hidden)}, but Compose reads only one override, and now that is {override}. "
            "Put the content of both into one file, and remove the other."
        )
    elif strange:
        problems.append(
            f"Harbor was started with {', '.join(started.files)}, but '{' '.join(wanted)}' in {directory} does not read "
            f"{', '.join(strange)}. Set migration_compose_command to the command that the site uses, with all its -f, "
            f"and with -f {override}."
        )
    elif not problems and override_changed and override not in started.files and override_changed < started.created - 1:
        problems.append(
            f"{started.name} was created after {override} was written, but without it: Harbor is started with -f or "
            f"with COMPOSE_FILE. Find where (a systemd unit, a script, {directory}/.env). {fix}"
        )
    return problems


def answer_problem(
    container: Container,
    name: str,
    found: Sequence[str],
    address: str,
    directory: str,
    override: str,
    texts: Mapping[str, str],
) -> str:
    """Why a name has not the expected address inside a container, and where that is put right; empty when it has.

    :param found: the addresses that the container gets.
    :param override: the name of the override that gets names.
    :param texts: the content of the compose files by name.
    """
    if list(found) == [address]:
        return ""
    sentence = (
        f"{container.name} resolves {name} to {' and '.join(found)}"
        if found
        else f"{container.name} cannot resolve {name}"
    )
    sentence += f", expected {address}."
    entries = container.hosts.get(name, [])
    if any(one != address for one in entries):
        places = [
            file
            for file, text in texts.items()
            if any(f"{name}{mark}{one}" in text for one in entries for mark in ":=")
        ]
        place = f"in {os.path.join(directory, places[0])}" if places else "with which it was created"
        return f"{sentence} This old address is in the extra_hosts {place}: correct it there and recreate core and jobservice."
    text, path = texts.get(override, ""), os.path.join(directory, override)
    if name in text and address in text:
        return (
            f"{sentence} The line is in {path}, but the container was made without it: it was not recreated since "
            "(docker compose up -d core jobservice), or Harbor is started with -f or COMPOSE_FILE, which leaves that file out."
        )
    kind = "the public address" if any(_public(one) for one in found) else "the public address or an old record"
    source = f"It is what DNS answers: {kind}. " if found else ""
    return (
        f"{sentence} {source}The containers do not read the hosts file of the host. Add compose_override to "
        "migration_hosts_methods (or vpc_dns or dnsmasq, where Harbor's host uses that DNS), or correct the record in your DNS."
    )


def proxy_problem(container: Container, name: str, proxy: str, bypass_proxy: bool) -> str:
    """What a proxy means for a name; empty when none is in the way."""
    if not proxy:
        return ""
    sentence = f"{container.name} reaches {name} through the proxy {proxy}, because no_proxy does not list it."
    if not bypass_proxy:
        return f"{sentence} The registry then sees the address of the proxy: it must be in migration_public_cidrs."
    return (
        f"{sentence} The proxy resolves the name itself and does not use the private link. Add {name} to proxy.no_proxy in "
        "harbor.yml, run ./prepare, and recreate Harbor (up to 1.8: NO_PROXY in common/config/core/env and jobservice/env)."
    )


def clock_problem(skew: float, tolerance: float, against: str) -> str:
    """What a wrong clock means; empty when it is right enough."""
    if abs(skew) <= tolerance:
        return ""
    return (
        f"The clock of Harbor's host is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} {against}; more than "
        f"{tolerance:.0f} s makes the registry refuse tokens now and then (401). Set it by NTP (chronyc tracking)."
    )


def registry_untested(kind: str, url: str) -> str:
    """The sentence about certificate and proxy where no container can be asked.

    :param kind: kubernetes or bare.
    """
    trust = f"Whether Harbor trusts the certificate of {url}, and whether a proxy is in the way,"
    what = trust if url.startswith("https:") else f"Whether a proxy is between Harbor and {url}"
    return (
        f"{what} could not be tested, because {_WHY_UNTESTED[kind]}. Harbor itself tries it when its endpoint is made, "
        "before anything is copied."
    )


def names_untested(kind: str, names: Sequence[str]) -> str:
    """The sentence about names where no container can be asked.

    :param kind: kubernetes or bare.
    """
    return (
        f"Inside the containers the address of {', '.join(names)} could not be asked for, because {_WHY_UNTESTED[kind]}. "
        "Harbor itself tries to reach the registry."
    )


def name_untested(container: str, name: str) -> str:
    """The sentence about a name for which a container could not be asked."""
    return (
        f"{container} could not be asked for the address of {name}, because it has no program getent. Harbor itself tries "
        "to reach the registry."
    )


def _public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
