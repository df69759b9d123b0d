# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what tells how Harbor runs on a host: containers, compose files, systemd units, kubectl. Pure."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit, urlunsplit

BASE = "docker-compose.yml"
# The names of an override in the order in which Docker Compose 2 looks for them; it reads the first that is there
# (DefaultOverrideFileNames in cli/options.go of compose-go).
OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
# A new override gets the name that every version knows.
NEW_OVERRIDE = "docker-compose.override.yml"
# Docker Compose 1 knows the names that begin with "docker-", and the others since 1.28 (compose/config/config.py).
_OLD_NAMES = frozenset({"docker-compose.override.yml", "docker-compose.override.yaml"})
_LABEL = "com.docker.compose.project"
_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True)
class Container:
    """A container of Harbor. ``hosts`` are its extra hosts: name to addresses; ``files`` what compose made it from."""

    service: str
    name: str
    running: bool
    created: float
    project: str = ""
    directory: str = ""
    files: tuple[str, ...] = ()
    hosts: Mapping[str, list[str]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def containers(inspected: str) -> dict[str, Container]:
    """Containers by service from the output of ``docker inspect`` or ``podman inspect``; none from anything else."""
    try:
        found = json.loads(inspected or "[]")
    except ValueError:
        return {}
    read = [_container(one) for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    return {one.service: one for one in read}


def _container(shown: Mapping[str, Any]) -> Container:
    configuration = shown.get("Config") or {}
    labels = configuration.get("Labels") or {}
    name = str(shown.get("Name") or "").lstrip("/")
    directory = str(labels.get(f"{_LABEL}.working_dir") or "")
    files = [one.strip() for one in str(labels.get(f"{_LABEL}.config_files") or "").split(",") if one.strip()]
    return Container(
        service=str(labels.get("com.docker.compose.service") or name.partition("-")[2] or name),
        name=name,
        running=bool((shown.get("State") or {}).get("Running")),
        created=seconds(str(shown.get("Created") or "")),
        project=str(labels.get(_LABEL) or ""),
        directory=directory,
        files=tuple(located(files, directory)),
        hosts=host_table((shown.get("HostConfig") or {}).get("ExtraHosts") or []),
        environment=dict(one.split("=", 1) for one in configuration.get("Env") or [] if "=" in one),
    )


def host_table(lines: Sequence[str]) -> dict[str, list[str]]:
    """Name to addresses from lines ``name:address``."""
    table: dict[str, list[str]] = {}
    for line in lines:
        name, _separator, address = str(line).partition(":")
        table.setdefault(name, []).append(address)
    return table


def seconds(moment: str) -> float:
    """A time such as 2026-11-21T09:16:17.908123456Z in seconds since the epoch; 0 for anything else."""
    found = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)", moment)
    if not found:
        return 0.0
    return datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=timezone.utc).timestamp()


def located(files: Sequence[str], directory: str) -> list[str]:
    """Paths, those that are relative below a directory."""
    return [os.path.normpath(os.path.join(directory, one)) for one in files]


def named_files(words: Sequence[str]) -> list[str]:
    """The files that a compose command names with ``-f`` or ``--file``."""
    found = []
    for word, following in zip(words, [*words[1:], ""]):
        if word in ("-f", "--file"):
            found.append(following)
        elif word.startswith("--file="):
            found.append(word.partition("=")[2])
    return found


def override_for_names(existing: Sequence[str], named: Sequence[str]) -> str:
    """The override of a directory that gets names: one that Compose reads already, else a new one.

    :param existing: the names of the overrides that are there.
    :param named: the paths of the files that the command names; none when Compose looks for them itself.
    """
    names = [os.path.basename(one) for one in named]
    known = [one for one in names if one in OVERRIDES] or [one for one in OVERRIDES if one in existing]
    return known[0] if known else NEW_OVERRIDE


def overrides_read(command: Sequence[str], named: Sequence[str], chosen: str) -> list[str]:
    """The names of the overrides that a compose command reads, if they are there.

    podman-compose reads all that it finds (COMPOSE_DEFAULT_LS in podman_compose.py), Docker Compose one.
    """
    names = [os.path.basename(one) for one in named]
    if any(one in OVERRIDES for one in names):
        return [one for one in names if one in OVERRIDES]
    podman = bool(command) and os.path.basename(command[0]) == "podman-compose"
    return list(OVERRIDES) if podman else [chosen]


def old_compose_problem(version: str, existing: Sequence[str]) -> str:
    """Why Docker Compose 1 does not read the override that is there; empty when it does.

    :param version: what ``docker-compose version --short`` says; empty: not asked.
    """
    found = re.match(r"1\.(\d+)", version)
    if not found:
        return ""
    known = [one for one in existing if one in _OLD_NAMES or int(found[1]) >= 28]
    if len(known) > 1:
        return f"Docker Compose {version} does not start with more than one override ({', '.join(known)}). Keep one of them."
    unknown = [one for one in existing if one not in known]
    if unknown and not known:
        return (
            f"Docker Compose {version} does not read {unknown[0]}, which only later versions know. "
            f"Rename it to {NEW_OVERRIDE}."
        )
    return ""


def file_variable(text: str | None) -> list[str]:
    """The files that COMPOSE_FILE in a file ``.env`` names."""
    values = re.findall(r"""(?m)^\s*(?:export\s+)?COMPOSE_FILE\s*=\s*["']?([^"'\n#]*)""", text or "")
    return [one.strip() for one in re.split("[:;]", values[-1]) if one.strip()] if values else []


def unit_files(text: str, directory: str) -> list[str]:
    """The files that the commands of a systemd unit name, when it starts compose in that directory; else none."""
    joined = re.sub(r"\\\n", " ", text)
    if not directory or directory not in joined:
        return []
    for line in re.findall(r"(?m)^\s*Exec(?:Start|Reload|StartPre)\s*=\s*(.*)$", joined):
        try:
            words = shlex.split(line)
        except ValueError:
            words = line.split()
        if any("compose" in word for word in words) and "up" in words:
            found = named_files(words)
            if found:
                return located(found, directory)
    return []


def chart_release(text: str) -> dict[str, str] | None:
    """Namespace and release of the Harbor chart from ``kubectl get deployments -o json``; ``None`` when there is none."""
    try:
        found = json.loads(text).get("items") or []
    except (ValueError, AttributeError):
        return None
    for one in found:
        metadata = one.get("metadata") or {}
        labels = metadata.get("labels") or {}
        name, component = str(metadata.get("name") or ""), str(labels.get("component") or "")
        release = str(labels.get("release") or labels.get("app.kubernetes.io/instance") or "")
        if component == "core" and release:
            return {"namespace": str(metadata.get("namespace") or ""), "release": release, "core": name}
    return None


def addresses(output: str) -> list[str]:
    """The addresses in the output of ``getent hosts NAME``, each once."""
    return list(dict.fromkeys(line.split()[0] for line in output.splitlines() if line.strip()))


def proxy_for(url: str, environment: Mapping[str, str]) -> str:
    """The proxy that Harbor, a Go program, uses for a URL with this environment, without its password; empty when none.

    As golang.org/x/net/http/httpproxy does it, on which net/http builds: of each variable the name in capitals counts
    before the other, and an empty one is not given. Requests to the machine itself use no proxy.
    """
    parts = urlsplit(url)
    proxy = _first_given(environment, f"{parts.scheme}_proxy")
    host, port = _ascii((parts.hostname or "").lower()), str(parts.port or _PORTS.get(parts.scheme, ""))
    address = _ip(host)
    if not proxy or host == "localhost" or (address is not None and address.is_loopback):
        return ""
    if any(_is_exempt(host, port, entry) for entry in _first_given(environment, "no_proxy").split(",")):
        return ""
    shown = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    return urlunsplit(shown._replace(netloc=shown.netloc.rpartition("@")[2])).lstrip("/")


def _first_given(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name.upper()) or environment.get(name) or ""


def _is_exempt(host: str, port: str, entry: str) -> bool:
    """Whether an entry of NO_PROXY covers a host: ``*``, an address, a network, or a domain with all below it.

    A port limits an address or a domain to that port. With a leading dot or ``*.`` the domain itself is not covered.
    """
    entry = entry.strip().lower()
    if entry == "*":
        return True
    address = _ip(host)
    if "/" in entry and _network(entry) is not None:
        return address is not None and _in_network(address, entry)
    name, only = _without_port(entry)
    if not name or (only and only != port):
        return False
    if _ip(name) is not None:
        return _ip(name) == address
    below = name[1:] if name.startswith("*.") else name
    if below.startswith("."):
        return host.endswith("." + _ascii(below[1:]))
    return f".{host}".endswith("." + _ascii(below))


def _without_port(entry: str) -> tuple[str, str]:
    """An entry of NO_PROXY and its port; IPv6 has one only behind brackets. Brackets without a port make it a name."""
    match = re.fullmatch(r"\[([^\[\]]*)\]:([^:\[\]]*)|([^:\[\]]*):([^:\[\]]*)", entry)
    if not match:
        return entry, ""
    return (match[1], match[2]) if match[1] is not None else (match[3], match[4])


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address; one of IPv4 in the form of IPv6 is that of IPv4. ``None`` for anything else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A network with the length of its prefix; ``None`` for anything else, also for one with a netmask."""
    address, _slash, length = text.partition("/")
    if not re.fullmatch(r"[0-9]+", length) or "%" in address:
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _in_network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, network: str) -> bool:
    found = _network(network)
    return found is not None and address.version == found.version and address in found


def _ascii(name: str) -> str:
    """A name as it is asked for in DNS."""
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name
