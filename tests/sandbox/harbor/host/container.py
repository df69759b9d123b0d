# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A container of Harbor: how the container engine shows it, and the few programs that are in it."""

from __future__ import annotations

import stat
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.sandbox.harbor.host.compose import CommandError
from tests.sandbox.harbor.host.outbound import Dropped, Outbound, Unreachable
from tests.sandbox.harbor.settings import HarborSettings

# A socket takes half as long to import as http.client, and tests run this hundreds of times.
_SCRIPT = '''#!{python} -IS
"""Stands for a container command on the Harbor host of the sandbox."""
import json, os, socket, sys
call = {{"program": os.path.basename(sys.argv[0]), "arguments": sys.argv[1:], "directory": os.getcwd()}}
body = json.dumps(call).encode()
with socket.create_connection({place}, timeout=60) as connection:
    connection.sendall(b"POST /compose HTTP/1.0\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(body), body))
    with connection.makefile("rb") as stream:
        answer = json.loads(stream.read().partition(b"\\r\\n\\r\\n")[2])
sys.stdout.write(answer["stdout"])
sys.stderr.write(answer["stderr"])
sys.exit(answer["status"])
'''


def write_command(path: Path, control_url: str) -> None:
    """Write an executable file that hands its arguments to the sandbox."""
    control = urlsplit(control_url)
    script = _SCRIPT.format(python=sys.executable, place=(control.hostname, control.port))
    path.write_text(script, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


@dataclass(frozen=True)
class Created:
    """When a container was created, and from which compose files."""

    when: float
    directory: Path
    files: tuple[Path, ...]

    @staticmethod
    def now(directory: Path, files: list[Path]) -> Created:
        """Created at this moment from these files."""
        return Created(time.time(), directory, tuple(files))


def document(
    service: str, name: str, hosts: Mapping[str, str], created: Created, running: bool, settings: HarborSettings
) -> dict[str, Any]:
    """A container as `docker inspect` shows it."""
    environment = ["PATH=/usr/bin:/bin"]
    if settings.harbor_proxy and service in ("core", "jobservice"):
        proxy = settings.harbor_proxy
        environment += [f"HTTP_PROXY={proxy}", f"HTTPS_PROXY={proxy}", f"NO_PROXY={','.join(settings.harbor_no_proxy)}"]
    return {
        "Name": f"/{name}",
        "Created": datetime.fromtimestamp(created.when, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f789Z"),
        "State": {"Running": running, "Status": "running" if running else "exited"},
        "Config": {
            "Env": environment,
            "Labels": {
                "com.docker.compose.project": created.directory.name,
                "com.docker.compose.project.config_files": ",".join(map(str, created.files)),
                "com.docker.compose.project.working_dir": str(created.directory),
                "com.docker.compose.service": service,
            },
        },
        "HostConfig": {"ExtraHosts": [f"{host}:{address}" for host, address in hosts.items()] or None},
    }


class Inside:
    """What can be run in a container: `getent hosts NAME`, `date +%s`, a look for a file by sh, and curl with one address."""

    def __init__(
        self, resolve: Callable[[str], str | None], outbound: Outbound | None, settings: HarborSettings
    ) -> None:
        self._resolve = resolve
        self._outbound = outbound
        self._settings = settings

    def run(self, arguments: list[str]) -> str:
        """The output of a command. Raises CommandError."""
        if arguments[:1] == ["openssl"] or arguments[:1] and arguments[0] in self._settings.harbor_lacking:
            raise CommandError(f'exec: "{arguments[0]}": executable file not found in $PATH', status=127)
        if arguments[:2] == ["sh", "-c"] and "test -s" in arguments[2]:
            if self._settings.harbor_bundle:
                return ""
            raise CommandError("", status=int(arguments[2].rpartition(" ")[2]))
        if arguments[:2] == ["getent", "hosts"] and len(arguments) == 3:
            address = self._resolve(arguments[2])
            if address is None:
                raise CommandError("", status=2)
            return f"{address:<15} {arguments[2]}\n"
        if arguments == ["date", "+%s"]:
            return f"{time.time() + self._settings.harbor_clock_skew:.0f}\n"
        if arguments[:1] == ["curl"] and self._outbound is not None:
            return self._curl(self._outbound, arguments[-1])
        raise CommandError("the containers of the sandbox run nothing but: getent hosts NAME, date +%s, curl ... URL")

    def _curl(self, outbound: Outbound, url: str) -> str:
        """`--write-out "%{http_code} %{remote_ip}"`; the statuses are those of curl."""
        host = urlsplit(url).hostname or ""
        address = outbound.route(host)[0]
        if host in self._settings.harbor_untrusted:
            problem = "curl: (60) SSL certificate problem: unable to get local issuer certificate"
            raise CommandError(problem, status=60, output=f"000 {address}")
        try:
            answer = outbound.request("GET", url)
        except Dropped:
            raise CommandError("curl: (28) Connection timed out", status=28, output="000 ") from None
        except Unreachable as problem:
            if address is None:
                raise CommandError(f"curl: (6) Could not resolve host: {host}", status=6, output="000 ") from problem
            raise CommandError(f"curl: (7) Failed to connect to {host}", status=7, output="000 ") from problem
        return f"{answer.status} {address}"
