# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Harbor's docker-compose installation: its files, and the answers of the command that stands for docker.

Containers read neither the host's hosts file nor a changed compose file until they are recreated; nginx resolves the
address of core once, at its start, and answers 502 when core was recreated under it.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import yaml

from tests.sandbox.core.network import Network
from tests.sandbox.harbor.api.flavour import Flavour
from tests.sandbox.harbor.api.request import Answer, gateway_page
from tests.sandbox.harbor.host import compose, container
from tests.sandbox.harbor.host.compose import BASE, CommandError
from tests.sandbox.harbor.host.container import Created
from tests.sandbox.harbor.host.outbound import Outbound
from tests.sandbox.harbor.settings import HarborSettings

_CONTAINERS = {
    "log": "harbor-log",
    "registry": "registry",
    "registryctl": "registryctl",
    "postgresql": "harbor-db",
    "core": "harbor-core",
    "portal": "harbor-portal",
    "jobservice": "harbor-jobservice",
    "redis": "redis",
    "proxy": "nginx",
}
# What `version --short` says; only version 1 is asked by somebody who must know.
_VERSIONS = {"docker compose": "2.24.6", "docker-compose": "1.29.2", "podman-compose": "1.0.6"}


class Deployment:
    """The installation directory and the containers. `calls` holds the arguments of every command."""

    def __init__(self, flavour: Flavour, network: Network, settings: HarborSettings, directory: Path) -> None:
        self._flavour = flavour
        self._network = network
        self._settings = settings
        self._lock = threading.Lock()
        self.directory = directory.resolve() / "harbor"
        self.command = directory.resolve() / "bin" / "docker"
        self.hosts_file = directory.resolve() / "hosts"
        self.calls: list[list[str]] = []
        self.hosts: dict[str, dict[str, str]] = {name: {} for name in _CONTAINERS}
        self.outbounds: dict[str, Outbound] = {}
        self.running = True
        self._created: dict[str, Created] = {}
        self._files: list[Path] = []
        self._proxy_stale = False
        self._away_until = 0.0

    def install(self, control_url: str) -> None:
        """Write the compose file, the hosts file of the host, and the command."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.command.parent.mkdir(parents=True, exist_ok=True)
        (self.directory / BASE).write_text(yaml.safe_dump(self._base_file(), sort_keys=False), encoding="utf-8")
        self.hosts_file.write_text("127.0.0.1 localhost\n", encoding="utf-8")
        for program in compose.PROGRAMS[self._settings.harbor_compose]:
            container.write_command(self.command.parent / program, control_url)
        self._created = {name: Created.now(self.directory, [self.directory / BASE]) for name in _CONTAINERS}
        self._network.recreate_containers({})

    def gate(self) -> Answer | None:
        """nginx's own answer while it cannot reach core."""
        stale = self._proxy_stale and self._settings.harbor_stale_proxy
        if stale or not self.running or time.monotonic() < self._away_until:
            return gateway_page("502 Bad Gateway", 502)
        return None

    def run(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run a command: `arguments`, `directory` and perhaps `program` to `status`, `stdout`, `stderr`."""
        arguments = [str(item) for item in request.get("arguments", [])]
        program = str(request.get("program", "docker"))
        with self._lock:
            self.calls.append(arguments if program == "docker" else [program, *arguments])
            try:
                output = self._run(program, arguments, Path(str(request.get("directory", "."))))
            except CommandError as problem:
                return {"status": problem.status, "stdout": problem.output, "stderr": f"{problem}\n"}
        return {"status": 0, "stdout": output, "stderr": ""}

    def _run(self, program: str, arguments: list[str], directory: Path) -> str:
        if program.endswith("-compose"):
            return self._compose(arguments, directory)
        if arguments[:1] == ["exec"]:
            return self._execute(compose.after_options(arguments[1:]))
        if arguments[:1] == ["inspect"]:
            return self._inspect(compose.words_of(arguments[1:]))
        if arguments[:1] != ["compose"] or self._settings.harbor_compose != "docker compose":
            raise CommandError(f"{program}: {' '.join(arguments[:1])!r} is not a {program} command.")
        return self._compose(arguments[1:], directory)

    def _compose(self, arguments: list[str], directory: Path) -> str:
        files, directory, rest = compose.project(arguments, directory)
        if rest[:1] == ["version"]:
            return f"{_VERSIONS[self._settings.harbor_compose]}\n"
        kind = self._settings.harbor_compose
        services = compose.read(files, directory, _CONTAINERS, kind)
        if (files[0].parent if files else directory).resolve() != self.directory:
            raise CommandError(f"{directory} is not the directory of the sandbox's Harbor, which is {self.directory}")
        actions = {"up": self._up, "down": self._down, "restart": self._restart, "ps": self._ps, "config": self._config}
        if rest[:1] == ["exec"]:
            return self._execute(compose.after_options(rest[1:]))
        if not rest or rest[0] not in actions:
            raise CommandError(f"docker compose: {' '.join(rest[:1])!r} is not a command of the sandbox")
        self._files = files or compose.found_files(directory, kind)
        return actions[rest[0]](services, rest[1:])

    def _up(self, services: dict[str, Any], arguments: list[str]) -> str:
        """Recreate the containers whose definition changed, or all with --force-recreate."""
        named, lines, recreated = _named(services, arguments), [], set()
        for name in named:
            wanted = compose.host_table(services[name]["extra_hosts"])
            if self.hosts[name] != wanted or "--force-recreate" in arguments or not self.running:
                self.hosts[name] = wanted
                self._created[name] = Created.now(self.directory, self._files)
                recreated.add(name)
            lines.append(f" Container {_CONTAINERS[name]}  {'Started' if name in recreated else 'Running'}\n")
        self._proxy_stale = "proxy" not in recreated and (self._proxy_stale or "core" in recreated)
        if recreated:
            self._away_until = time.monotonic() + self._settings.harbor_restart_seconds
        self.running = True
        shared = self.hosts["core"].items() & self.hosts["jobservice"].items()
        self._network.recreate_containers(dict(shared))
        return "".join(lines)

    def _down(self, _services: dict[str, Any], _arguments: list[str]) -> str:
        self.running = False
        return "".join(f" Container {name}  Removed\n" for name in _CONTAINERS.values())

    def _restart(self, services: dict[str, Any], arguments: list[str]) -> str:
        """Start processes again in the same containers; nginx resolves core again."""
        named = _named(services, arguments)
        self._proxy_stale = self._proxy_stale and "proxy" not in named
        self._away_until = time.monotonic() + self._settings.harbor_restart_seconds
        return "".join(f" Container {_CONTAINERS[name]}  Started\n" for name in named)

    def _ps(self, services: dict[str, Any], arguments: list[str]) -> str:
        named = _named(services, arguments) if self.running else []
        if "json" not in arguments and "--format=json" not in arguments:
            return "".join(f"{_CONTAINERS[name]}\n" for name in named)
        rows = (
            {"Name": _CONTAINERS[name], "Service": name, "State": "running", "Health": "healthy", "ExitCode": 0}
            for name in named
        )
        return "".join(json.dumps(row) + "\n" for row in rows)

    def _config(self, services: dict[str, Any], arguments: list[str]) -> str:
        if "--services" in arguments:
            return "".join(f"{name}\n" for name in services)
        return "" if "--quiet" in arguments or "-q" in arguments else yaml.safe_dump({"services": services})

    def _inspect(self, wanted: list[str]) -> str:
        """Containers as `docker inspect` shows them; those that do not exist are a message and a status of 1."""
        services = {container_name: name for name, container_name in _CONTAINERS.items()}
        known = [name for name in wanted if name in services and self._created]
        shown = [
            container.document(
                services[name],
                name,
                self.hosts[services[name]],
                self._created[services[name]],
                self.running,
                self._settings,
            )
            for name in known
        ]
        missing = [f"Error: No such object: {name}" for name in wanted if name not in known]
        if missing:
            raise CommandError("\n".join(missing), output=json.dumps(shown) + "\n")
        return json.dumps(shown) + "\n"

    def _execute(self, arguments: list[str]) -> str:
        """A command in a container, which has the hosts with which it was created, then DNS."""
        names = {container_name: name for name, container_name in _CONTAINERS.items()}
        name = names.get(arguments[0], arguments[0]) if arguments else ""
        if name not in _CONTAINERS or not self.running:
            raise CommandError(f"Error response from daemon: No such container: {name}")
        inside = container.Inside(lambda host: self.resolve(name, host), self.outbounds.get(name), self._settings)
        return inside.run(arguments[1:])

    def resolve(self, service: str, host: str) -> str | None:
        """The address of a name in the container of a service."""
        return self.hosts[service].get(host) or self._network.resolve(host, "harbor")

    def _base_file(self) -> dict[str, Any]:
        version = {"version": "2.3"} if self._flavour.compose_version_key else {}
        tag = self._flavour.version.split("-", 1)[0]
        services = {
            name: {
                "image": f"goharbor/{name}:{tag}",
                "container_name": container,
                "restart": "always",
                "networks": ["harbor"],
            }
            for name, container in _CONTAINERS.items()
        }
        return {**version, "services": services, "networks": {"harbor": {"external": False}}}


def _named(services: dict[str, Any], arguments: list[str]) -> list[str]:
    """The services that a command names, all of them when it names none. Raises CommandError."""
    named = compose.words_of(arguments)
    for name in named:
        if name not in services:
            raise CommandError(f"no such service: {name}")
    return named or list(services)
