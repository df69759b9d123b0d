# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Harbor runs on this host, and what its containers resolve and reach. Nothing is changed."""

from __future__ import annotations

import base64
import os
import shlex
from collections.abc import Mapping, Sequence

from .._engine.fields import State
from . import deployment as reading
from .commands import Host
from .diagnostics import ENGINES, ComposeProject, problems_of_containers, problems_without_containers
from .probe import HostProbe

# As the chart labels what it makes.
_KUBECTL = "kubectl get deployments --all-namespaces --selector app=harbor --output json --request-timeout 5s"


def describe(host: Host, probe: HostProbe) -> State:
    """What :class:`HostDeployment` finds on this host."""
    return HostDeployment(host, probe).describe()


class HostDeployment:
    """Looks at the containers first, then for a directory with a compose file, then for a release of the chart."""

    def __init__(self, host: Host, probe: HostProbe) -> None:
        self._host = host
        self._probe = probe
        self._given = shlex.split(probe.compose_command)

    def describe(self) -> State:
        """Kind (compose, kubernetes, bare), directory, command, files, containers, answers and problems."""
        engine, containers = self._containers()
        first = next(iter(containers.values()), None)
        directory = self._probe.compose_directory or (first.directory if first else "")
        base = self._host.read(os.path.join(directory, reading.BASE)) if directory else None
        found: State = {"engine": engine, "directory": directory, "release": None, "command": [], "containers": []}
        if first is None and base is None:
            release = self._release() if self._probe.detect_helm_release else None
            kind = "kubernetes" if release else "bare"
            problems = problems_without_containers(self._host, self._probe, kind)
            return {**found, "kind": kind, "release": release, "problems": problems, "files": {}}
        command, command_files = self._command(engine, directory, first)
        files = self._files(directory)
        existing = [name for name in files if name != reading.BASE]
        chosen = reading.override_for_names(existing, command_files)
        read = reading.overrides_read(command, command_files, chosen)
        found.update(kind="compose", command=command, override=chosen, overrides_read=read)
        found["exists"] = chosen in existing
        found["files"] = {name: base64.b64encode(content).decode() for name, content in files.items()}
        found["containers"] = [
            {"service": one.service, "name": one.name, "running": one.running, "hosts": dict(one.hosts)}
            for one in containers.values()
        ]
        found["problems"] = problems_of_containers(
            self._host,
            self._probe,
            containers,
            ComposeProject(engine, directory, command, command_files, chosen, read, _texts(files)),
        )
        problem = reading.old_compose_problem(self._old_version(command, existing), existing)
        found["problems"] += [{"kind": "files", "text": f"{problem} They are in {directory}."}] if problem else []
        return found

    def _files(self, directory: str) -> dict[str, bytes]:
        """The content of docker-compose.yml and of each override that is there."""
        contents = {
            name: self._host.content(os.path.join(directory, name)) for name in (reading.BASE, *reading.OVERRIDES)
        }
        return {name: content for name, content in contents.items() if content is not None}

    def _old_version(self, command: Sequence[str], existing: Sequence[str]) -> str:
        """The version of docker-compose, where one that is old would not read what is there; else empty."""
        if (
            not command
            or os.path.basename(command[0]) != "docker-compose"
            or list(existing) in ([], [reading.NEW_OVERRIDE])
        ):
            return ""
        return self._host.run([command[0], "version", "--short"]).output.strip()

    def _containers(self) -> tuple[str, dict[str, reading.Container]]:
        """The container engine, and the containers of the services that are there."""
        names = [f"harbor-{service}" for service in self._probe.services]
        for engine in self._engines():
            containers = reading.containers(self._host.run([engine, "inspect", *names]).output)
            if containers:
                return engine, containers
        return next(iter(self._engines()), ""), {}

    def _engines(self) -> list[str]:
        """The container engine beside the compose command that was given, else those of this host."""
        path = next((word for word in self._given if os.path.basename(word) in ENGINES), "")
        if path:
            beside = os.path.join(os.path.dirname(path), ENGINES[os.path.basename(path)])
            return [beside if self._host.has(beside) else os.path.basename(beside)]
        return [name for name in ("docker", "podman") if self._host.has(name)]

    def _command(self, engine: str, directory: str, first: reading.Container | None) -> tuple[list[str], list[str]]:
        """The compose command for this project, and the files that it names."""
        command = self._given or self._found_command(engine)
        named = reading.named_files(command)
        if not named and self._host.variable("COMPOSE_FILE"):
            named = self._host.variable("COMPOSE_FILE").split(":")
        named = named or reading.file_variable(self._host.read(os.path.join(directory, ".env")))
        project = first.project if first else ""
        if command and not self._given and project and project != os.path.basename(directory.rstrip("/")).lower():
            command = [*command, "--project-name", project]
        return command, reading.located(named, directory)

    def _found_command(self, engine: str) -> list[str]:
        name = os.path.basename(engine)
        if name == "podman":
            return ["podman-compose"] if self._host.has("podman-compose") else [engine, "compose"]
        if engine and self._host.run([engine, "compose", "version"]).status == 0:
            return [engine, "compose"]
        return ["docker-compose"] if self._host.has("docker-compose") else []

    def _release(self) -> dict[str, str] | None:
        return reading.chart_release(self._host.run(shlex.split(_KUBECTL)).output)


def _texts(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: content.decode("utf-8", "replace") for name, content in files.items()}
