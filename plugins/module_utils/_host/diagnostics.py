# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong on a host of Harbor: its clock, the start of Compose, and what its containers resolve and reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from . import name_resolution
from .commands import Host
from .deployment import Container, addresses, proxy_for, unit_files
from .probe import HostProbe
from .tls_probe import CANNOT_RUN, Problem, probe_registry_access

# Compose command to the program that runs something in a container.
ENGINES = {"docker": "docker", "docker-compose": "docker", "podman": "podman", "podman-compose": "podman"}


@dataclass(frozen=True)
class ComposeProject:
    """How Compose starts Harbor.

    :param engine: the program that runs something in a container.
    :param command: the compose command.
    :param command_files: the files that the command names; none when it names none.
    :param override: the name of the override that gets names.
    :param overrides_read: the names of the overrides that the command reads, if they are there.
    :param texts: the text of each file that is there, by name.
    """

    engine: str
    directory: str
    command: Sequence[str]
    command_files: Sequence[str]
    override: str
    overrides_read: Sequence[str]
    texts: Mapping[str, str]


def problems_without_containers(host: Host, probe: HostProbe, kind: str) -> list[Problem]:
    """All that is known where no containers can be asked, as ``{kind, text}`` with kind clock or untested.

    :param kind: kubernetes or bare.
    """
    sentences = []
    if probe.clock_reference and kind == "kubernetes":
        sentences.append(name_resolution.NODE_CLOCKS_UNTESTED)
    if probe.url:
        sentences.append(name_resolution.registry_untested(kind, probe.url))
    if probe.address and probe.names:
        sentences.append(name_resolution.names_untested(kind, probe.names))
    return _clock_problems(probe, host.now()) + [{"kind": "untested", "text": text} for text in sentences]


def problems_of_containers(
    host: Host, probe: HostProbe, containers: Mapping[str, Container], project: ComposeProject
) -> list[Problem]:
    """All that is wrong, as ``{kind, text}`` with kind files, running, clock, proxy, answer, trust,
    connection or untested."""
    found = [
        {"kind": "files", "text": text}
        for text in name_resolution.file_problems(
            project.directory,
            project.override,
            project.overrides_read,
            project.texts,
            project.command,
            project.command_files,
            containers.get("core"),
            _unit(host, probe.unit_directories, project.directory),
            host.modified(f"{project.directory}/{project.override}"),
        )
    ]
    if not project.command:
        sentence = "There is neither docker compose nor docker-compose nor podman-compose on the path of this host."
        found.append({"kind": "files", "text": f"{sentence} Set migration_compose_command to the command of the site."})
    running = [one for one in containers.values() if one.running]
    missing = [name for name in probe.services if name not in [one.service for one in running]]
    if missing:
        sentence = f"No running container of {' and '.join(missing)} was found on this host."
        found.append({"kind": "running", "text": f"{sentence} Start Harbor, or check migration_compose_directory."})
    if "core" not in [one.service for one in running]:
        found += _clock_problems(probe, host.now())
    with ThreadPoolExecutor(max_workers=4) as pool:
        for problems in pool.map(lambda one: list(_of_container(host, probe, one, project)), running):
            found += problems
    return found


def _of_container(host: Host, probe: HostProbe, container: Container, project: ComposeProject) -> Iterator[Problem]:
    """The problems of one container."""
    inside = [project.engine, "exec", container.name]
    if container.service == "core":
        answer = host.run([*inside, "date", "+%s"]).output.strip() if probe.clock_reference else ""
        yield from _clock_problems(probe, float(answer) if answer.isdigit() else host.now())
    for name in probe.names:
        proxy = proxy_for(_url_of(name, probe.url), container.environment)
        yield from _problem("proxy", name_resolution.proxy_problem(container, name, proxy, probe.bypass_proxy))
        if probe.address:
            ended = host.run([*inside, "getent", "hosts", name])
            if ended.status in CANNOT_RUN:
                yield from _problem("untested", name_resolution.name_untested(container.name, name))
                continue
            found = addresses(ended.output)
            text = name_resolution.answer_problem(
                container, name, found, probe.address, project.directory, project.override, project.texts
            )
            yield from _problem("answer", text)
    if probe.url:
        url = f"{probe.url.rstrip('/')}/v2/"
        yield from probe_registry_access(host, inside, container.name, url, probe.public_url)


def _url_of(name: str, url: str) -> str:
    """The URL under which Harbor asks for a name: that of the registry with its port, where the name is the registry's."""
    parts = urlsplit(url or "https:")
    return url if parts.hostname == name.lower() else f"{parts.scheme}://{name}/"


def _clock_problems(probe: HostProbe, clock: float) -> list[Problem]:
    """What is wrong with a clock, in seconds since the epoch; none where there is nothing to compare it with."""
    if not probe.clock_reference:
        return []
    text = name_resolution.clock_problem(clock - probe.clock_reference, probe.clock_tolerance, "TCR's")
    return list(_problem("clock", text))


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
