# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host of Harbor that the sandbox stands for: its files and containers, as a test finds and prepares them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._host.compose_file import (
    ComposeFiles,
    merge_override,
)
from tests.modules import harbor_connection

MARKER = "managed by cloud_registry.migration: demo"


@dataclass
class HostState:
    """Files and containers of the host.

    :param directory: for files of the test.
    :param address: the address that Harbor must get for the name of the registry.
    """

    sandbox: Any
    directory: Path
    address: str

    @property
    def name(self) -> str:
        """The name that Harbor must resolve."""
        return str(self.sandbox.facts["public_domain"])

    @property
    def override(self) -> Path:
        """The override of the compose file."""
        return Path(self.sandbox.facts["compose_directory"]) / "docker-compose.override.yml"

    @property
    def hosts_file(self) -> Path:
        """The hosts file of the host."""
        return Path(self.sandbox.facts["hosts_file"])

    @property
    def note(self) -> Path:
        """The file that tells that this migration made the record of the VPC."""
        return self.directory / "state/demo-vpc-dns"

    @property
    def programs(self) -> Path:
        """The directory with the programs of the container engine."""
        return Path(self.sandbox.facts["compose_command"]).parent

    def give_names(self, address: str, recreate: bool = True) -> None:
        """Leave what an earlier run left: block, override, and containers that know the name.

        :param recreate: otherwise the run broke off before it recreated the containers.
        """
        block = f"# BEGIN {MARKER}\n{address} {self.name}\n# END {MARKER}\n"
        self.hosts_file.write_text(block + self.hosts_file.read_text())
        overrides = {self.override.name: self.override.read_bytes()} if self.override.exists() else {}
        base = (self.override.parent / "docker-compose.yml").read_bytes()
        files = ComposeFiles(base, overrides, self.override.name, [self.override.name])
        merged = merge_override(files, [], ["core", "jobservice"], {self.name: address}, [self.name], "demo")
        for change in merged.changes:
            self.override.write_bytes(change.after or b"")
        if recreate:
            self.compose("up", "-d")
            self.compose("restart", "proxy")
        self.sandbox.harbor.deployment.calls.clear()

    def compose(self, *arguments: str) -> None:
        """Run docker compose as an operator would, who waits until a Harbor that starts again answers."""
        command = {"arguments": ["compose", *arguments], "directory": str(self.override.parent)}
        ended = self.sandbox.harbor.compose(command)
        assert ended["status"] == 0, ended
        if arguments[0] == "restart":
            self.wait_until_started()

    def wait_until_started(self) -> None:
        """Wait until a Harbor that starts again answers."""
        end = time.monotonic() + 10
        while self.sandbox.harbor.deployment.gate() is not None:
            assert time.monotonic() < end
            time.sleep(0.02)

    def stop_engine(self) -> None:
        """From now on the programs of the container engine answer nothing, as where there is none."""
        for program in self.programs.iterdir():
            program.write_text("#!/bin/sh\nexit 1\n")

    def commands(self) -> list[str]:
        """The commands so far that changed something about the containers."""
        calls = [" ".join(call) for call in self.sandbox.harbor.deployment.calls]
        return [call for call in calls if " up " in f" {call} " or " restart " in f" {call} "]

    def resolved(self) -> set[str | None]:
        """What both containers get for the name."""
        return {self.sandbox.harbor.deployment.resolve(service, self.name) for service in ("core", "jobservice")}


def linked(sandbox: Any) -> str:
    """Make a private link; its address."""
    facts, tcr = sandbox.facts, harbor_connection.tcr(sandbox)
    tcr.create_internal_endpoint(facts["registry_id"], facts["vpc_id"], facts["subnet_id"])
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for link in tcr.internal_endpoints(facts["registry_id"]):
            if link["Status"] == "Running" and link["AccessIp"]:
                return str(link["AccessIp"])
        time.sleep(0.05)
    raise AssertionError("the private link did not come up")
