# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the containers of Harbor for names, time and a connection, and tells what is wrong with the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from . import name_resolution, tls_probe
from .beside import clock_problems
from .commands import Host
from .deployment import OVERRIDE, Container, addresses, proxy_for, unit_files
from .probe import HostProbe
from .registry_access import Problem, probe_registry_access

# Compose command to the program that runs something in a container.
ENGINES = {"docker": "docker", "docker-compose": "docker", "podman": "podman", "podman-compose": "podman"}


def problems_of(
    host: Host,
    probe: HostProbe,
    engine: str,
    containers: Mapping[str, Container],
    directory: str,
    texts: Mapping[str, str],
    command: Sequence[str],
    command_files: Sequence[str],
) -> list[Problem]:
    """All that is wrong, as ``{kind, text}`` with kind files, running, clock, proxy, answer, trust,
    connection or untested."""
    found = [
        {"kind": "files", "text": text}
        for text in name_resolution.file_problems(
            directory,
            command,
            command_files,
            containers.get("core"),
            _unit(host, probe.unit_directories, directory),
            host.modified(f"{directory}/{OVERRIDE}"),
        )
    ]
    if not command:
        sentence = "There is neither docker compose nor docker-compose nor podman-compose on the path of this host."
        found.append({"kind": "files", "text": f"{sentence} Set migration_compose_command to the command of the site."})
    running = [one for one in containers.values() if one.running]
    missing = [name for name in probe.services if name not in [one.service for one in running]]
    if missing:
        sentence = f"No running container of {' and '.join(missing)} was found on this host."
        found.append({"kind": "running", "text": f"{sentence} Start Harbor, or check migration_compose_directory."})
    if "core" not in [one.service for one in running]:
        found += clock_problems(probe, host.now())
    with ThreadPoolExecutor(max_workers=4) as pool:
        for problems in pool.map(lambda one: list(_asked(host, probe, engine, one, directory, texts)), running):
            found += problems
    return found


def _asked(
    host: Host, probe: HostProbe, engine: str, container: Container, directory: str, texts: Mapping[str, str]
) -> Iterator[Problem]:
    """The problems of one container."""
    inside = [engine, "exec", container.name]
    if container.service == "core":
        told = host.run([*inside, "date", "+%s"]).output.strip() if probe.clock_reference else ""
        yield from clock_problems(probe, float(told) if told.isdigit() else host.now())
    scheme = (probe.url or "https:").partition(":")[0]
    for name in probe.names:
        proxy = proxy_for(f"{scheme}://{name}/", container.environment)
        yield from _problem("proxy", name_resolution.proxy_problem(container, name, proxy, probe.bypass_proxy))
        if probe.address:
            ended = host.run([*inside, "getent", "hosts", name])
            if ended.status in tls_probe.CANNOT_RUN:
                yield from _problem("untested", tls_probe.unasked(container.name, name))
                continue
            answer = addresses(ended.output)
            text = name_resolution.answer_problem(container, name, answer, probe.address, directory, texts)
            yield from _problem("answer", text)
    if probe.url:
        url = f"{probe.url.rstrip('/')}/v2/"
        yield from probe_registry_access(host, inside, container.name, url, probe.public_url)


def _problem(kind: str, text: str) -> Iterator[Problem]:
    if text:
        yield {"kind": kind, "text": text}


def _unit(host: Host, directories: Sequence[str], directory: str) -> tuple[str, list[str]] | None:
    """The first systemd unit that starts compose with ``-f`` in the directory."""
    for place in directories:
        for path in host.files(place, ".service"):
            named = unit_files(host.read(path) or "", directory)
            if named:
                return path, named
    return None
