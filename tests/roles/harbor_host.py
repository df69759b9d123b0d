# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role harbor_name_resolution on the host that the sandbox stands for, with a private link and what the role leaves."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.cloud_registry.migration.plugins.module_utils._host.compose_override import with_hosts
from tests.journeys.journey import MARKER, tcr_client
from tests.support.playbooks import PlaybookRun, run_playbook
from tests.tools.environments import COLLECTIONS, clean_environment
from tests.tools.matrix import Core, cores

ROLE = "cloud_registry.migration.harbor_name_resolution"


@dataclass
class HarborHost:
    """Calls the role; each call is its entry point and its variables.

    :param variables: set in every call.
    :param environment: variables of the process, beside those that Ansible needs.
    :param collections: where Ansible finds collections.
    :param hosts: hosts of one Harbor, which all are this machine.
    :param core: the ansible-core that runs it.
    """

    sandbox: Any
    directory: Path
    address: str
    variables: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    collections: Path = COLLECTIONS
    hosts: tuple[str, ...] = ("harbor-host",)
    core: Core = field(default_factory=lambda: cores()[-1])
    run: PlaybookRun = field(default_factory=lambda: PlaybookRun(0, ""))
    _runs: int = 0

    @property
    def name(self) -> str:
        """The name that Harbor must resolve."""
        return str(self.sandbox.facts["public_domain"])

    @property
    def override(self) -> Path:
        """The override of the compose file."""
        return Path(self.sandbox.facts["compose_directory"]) / "docker-compose.override.yml"

    def call(self, *calls: tuple[str, Mapping[str, Any]], check: bool = False) -> list[list[str]]:
        """Call the role in one run; the steps of each call, in the words of the plan. ``run`` is the run."""
        self._runs += 1
        home = self.directory / f"run-{self._runs}"
        home.mkdir(parents=True)
        playbook, inventory = home / "play.yml", home / "inventory.yml"
        playbook.write_text(yaml.safe_dump(self._playbook(calls), sort_keys=False))
        variables = json.loads(json.dumps({**self._defaults(), **self.variables}, default=str))
        inventory.write_text(yaml.safe_dump({"all": {"hosts": dict.fromkeys(self.hosts, {}), "vars": variables}}))
        programs = str(Path(self.sandbox.facts["compose_command"]).parent)
        self.run = run_playbook(
            self.core,
            ["-i", inventory, *(["--check"] if check else []), playbook],
            home=home / "home",
            collections=self.collections,
            environment={
                "PATH": f"{programs}:{clean_environment().get('PATH', '/usr/bin:/bin')}",
                "ANSIBLE_PIPELINING": "1",
                **self.environment,
            },
        )
        told = re.findall(r'^ +"msg": ("steps (?:[^"\\]|\\.)*")', self.run.output, re.MULTILINE)
        return [_steps(json.loads(json.loads(line).removeprefix("steps "))) for line in told]

    @property
    def hosts_file(self) -> Path:
        """The hosts file of the host."""
        return Path(self.sandbox.facts["hosts_file"])

    @property
    def note(self) -> Path:
        """The file that tells that this migration made the record of the VPC."""
        return self.directory / "state/demo-vpc-dns"

    def give_names(self, address: str, recreate: bool = True) -> None:
        """Leave what an earlier run of the role left: block, override, and containers that know the name.

        :param recreate: otherwise the run broke off before it recreated the containers.
        """
        block = f"# BEGIN {MARKER}\n{address} {self.name}\n# END {MARKER}\n"
        self.hosts_file.write_text(block + self.hosts_file.read_text())
        theirs = yaml.safe_load(self.override.read_text()) if self.override.exists() else None
        base = yaml.safe_load((self.override.parent / "docker-compose.yml").read_text())
        content = with_hosts(theirs, base, ["core", "jobservice"], {self.name: address}, "demo")
        self.override.write_text(yaml.safe_dump(content))
        for arguments in (["compose", "up", "-d"], ["compose", "restart", "proxy"]) if recreate else ():
            ended = self.sandbox.harbor.compose({"arguments": arguments, "directory": str(self.override.parent)})
            assert ended["status"] == 0, ended
        self.sandbox.harbor.deployment.calls.clear()

    def stop_engine(self) -> None:
        """From now on the programs of the container engine answer nothing, as where there is none."""
        for program in Path(self.sandbox.facts["compose_command"]).parent.iterdir():
            program.write_text("#!/bin/sh\nexit 1\n")

    def commands(self) -> list[str]:
        """The commands so far that changed something about the containers."""
        calls = [" ".join(call) for call in self.sandbox.harbor.deployment.calls]
        return [call for call in calls if " up " in f" {call} " or " restart " in f" {call} "]

    def resolved(self) -> set[str | None]:
        """What both containers get for the name."""
        return {self.sandbox.harbor.deployment.resolve(service, self.name) for service in ("core", "jobservice")}

    def _defaults(self) -> dict[str, Any]:
        facts = self.sandbox.facts
        return {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "migration_id": "demo",
            "migration_network": "private",
            "migration_registry_url": facts["registry_url"],
            "migration_hosts_file": facts["hosts_file"],
            "migration_vpc_id": facts["vpc_id"],
            "migration_registry_id": facts["registry_id"],
            "migration_dnsmasq_file": str(self.directory / "dnsmasq.conf"),
            "migration_dnsmasq_reload": "true",
            "migration_wait_interval": 0.2,
            "harbor_name_resolution_state_directory": str(self.directory / "state"),
            "harbor_name_resolution_unit_directories": [str(self.directory / "units")],
            "harbor_name_resolution_names": [self.name],
            "harbor_name_resolution_address": self.address,
            "harbor_name_resolution_healthy_delay": 1,
            "harbor_name_resolution_healthy_retries": 8,
            "harbor_name_resolution_proof_retries": 1,
            "harbor_name_resolution_clock_offset": 0,
            "harbor_name_resolution_public_url": facts["tcr_endpoint"],
        }

    def _playbook(self, calls: tuple[tuple[str, Mapping[str, Any]], ...]) -> list[dict[str, Any]]:
        facts = self.sandbox.facts
        tcr = ("tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "tcr_region")
        harbor = ("harbor_url", "harbor_username", "harbor_password")
        tasks: list[dict[str, Any]] = []
        for entry, variables in calls:
            role = {"name": ROLE, "tasks_from": entry}
            tasks += [
                {"name": "Call", "ansible.builtin.include_role": role, "vars": dict(variables)},
                {
                    "name": "Show",
                    "ansible.builtin.debug": {"msg": "steps {{ harbor_name_resolution.actions | to_json }}"},
                },
            ]
        return [
            {
                "name": "Role",
                "hosts": "all",
                "gather_facts": False,
                "module_defaults": {
                    "group/cloud_registry.migration.tcr": {name: facts[name] for name in tcr},
                    "group/cloud_registry.migration.harbor": {name: facts[name] for name in harbor},
                },
                "tasks": tasks,
            }
        ]


def linked(sandbox: Any) -> str:
    """Make a private link; its address."""
    facts = sandbox.facts
    tcr = tcr_client(sandbox)
    tcr.create_internal_endpoint(facts["registry_id"], facts["vpc_id"], facts["subnet_id"])
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for link in tcr.internal_endpoints(facts["registry_id"]):
            if link["Status"] == "Running" and link["AccessIp"]:
                return str(link["AccessIp"])
        time.sleep(0.05)
    raise AssertionError("the private link did not come up")


def _steps(found: list[dict[str, str]]) -> list[str]:
    return [f"{step['action']} {step['object']}" for step in found]
