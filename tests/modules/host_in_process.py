# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host that the sandbox stands for, with the steps of harbor_name_resolution run in the process of the test."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._dns.records import DnsRecords
from ansible_collections.cloud_registry.migration.plugins.module_utils._dns.server import DnsServer
from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import MigrationError
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.name_resolution.request import (
    NameResolutionRequest,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.name_resolution.resolution import (
    NameResolution,
)
from tests.modules import harbor_connection
from tests.support.host_state import HostState
from tests.support.modules import run_module

# An override of others, odd in several ways.
THEIRS = (
    b"# our site\r\nservices:\r\n  core: &core # shared\r\n    extra_hosts: [theirs.example.com:10.9.9.9]\r\n"
    b"    environment: {A: =, B: no}\r\n    ports: [2222:22]\r\n    user: 1001:0\r\n  redis: *core"
)


@dataclass
class HostInProcess(HostState):
    """Modules run in this process, and Harbor is asked by a client of the sandbox.

    :param said: what was shown to the operator.
    :param modules: the modules that ran.
    :param sleep: waits between two looks.
    """

    said: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    sleep: Callable[[float], None] = time.sleep

    def use_programs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let modules find the programs of the host."""
        monkeypatch.setenv("PATH", f"{self.programs}:/usr/bin:/bin")
        monkeypatch.delenv("COMPOSE_FILE", raising=False)

    def resolution(self, check: bool = False, **options: Any) -> NameResolution:
        """The steps for this host; options are those of the request."""

        def run(name: str, arguments: Mapping[str, Any], check: bool = check) -> Mapping[str, Any]:
            self.modules.append(name)
            found = run_module(name, json.loads(json.dumps(arguments)), check=check)
            if found["failed"]:
                raise MigrationError(found["msg"], details={"actions": found.get("actions", [])})
            return found

        request = {
            "host": "harbor-1",
            "migration_id": "demo",
            "address": self.address,
            "names": [self.name],
            "url": self.sandbox.facts["registry_url"],
            "bypass_proxy": True,
            "hosts_file": str(self.hosts_file),
            "dnsmasq_file": str(self.directory / "dnsmasq.conf"),
            "unit_directories": [str(self.directory / "units")],
            "note_file": str(self.note),
            "dns_note_file": str(self.note.with_name("demo-dns-update")),
            "health_retries": 40,
            "verify_retries": 3,
            "interval": 0.1,
            "clock_offset": 0,
            **options,
        }
        return NameResolution(
            NameResolutionRequest(**request),
            run,
            partial(run, check=True),
            lambda: harbor_connection.harbor(self.sandbox),
            lambda: DnsRecords(DnsServer(request["dns"]), request["migration_id"]),
            check_mode=check,
            report=self.said.append,
            sleep=self.sleep,
        )

    def give(self, **options: Any) -> dict[str, Any]:
        """Give the names and verify them, as the role does."""
        applied = self.resolution(**options).ensure()
        return self.resolution(**options).verify(applied, predicted=False, ask_harbor=True)


MakeHost = Callable[..., HostInProcess]


def steps(result: Mapping[str, Any]) -> list[str]:
    """The actions in words; each is about this host."""
    assert {action["key"] for action in result["actions"]} <= {"harbor-1"}
    return [f"{action['action']} {action['object']}" for action in result["actions"]]
