# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role registry_hosts on the host that the sandbox stands for, with a private link and what the role leaves."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.integration.journeys.journey import tcr_client
from tests.tools.environments import COLLECTIONS, clean_environment
from tests.tools.matrix import cores
from tests.tools.playbooks import PlaybookRun, run_playbook

ROLE = "cloud_registry.migration.registry_hosts"


@dataclass
class HarborHost:
    """Calls the role; each call is its entry point and its variables.

    :param variables: set in every call.
    :param collections: where Ansible finds collections.
    """

    sandbox: Any
    directory: Path
    address: str
    variables: dict[str, Any] = field(default_factory=dict)
    collections: Path = COLLECTIONS
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
        playbook, inventory, results = home / "play.yml", home / "inventory.yml", home / "results"
        results.mkdir()
        playbook.write_text(yaml.safe_dump(self._playbook(calls, results), sort_keys=False))
        variables = json.loads(json.dumps({**self._defaults(), **self.variables}, default=str))
        inventory.write_text(yaml.safe_dump({"all": {"hosts": {"harbor-host": variables}}}))
        programs = str(Path(self.sandbox.facts["compose_command"]).parent)
        self.run = run_playbook(
            cores()[-1],
            ["-i", inventory, *(["--check"] if check else []), playbook],
            home=home / "home",
            collections=self.collections,
            environment={"PATH": f"{programs}:{clean_environment().get('PATH', '/usr/bin:/bin')}"},
        )
        found = [results / f"{number}.json" for number in range(len(calls))]
        return [_steps(json.loads(path.read_text())) for path in found if path.is_file()]

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
            "registry_hosts_state_directory": str(self.directory / "state"),
            "registry_hosts_unit_directories": [str(self.directory / "units")],
            "registry_hosts_names": [self.name],
            "registry_hosts_address": self.address,
            "registry_hosts_healthy_delay": 1,
            "registry_hosts_proof_retries": 1,
            "registry_hosts_clock_url": facts["tcr_endpoint"],
        }

    def _playbook(self, calls: tuple[tuple[str, Mapping[str, Any]], ...], results: Path) -> list[dict[str, Any]]:
        facts = self.sandbox.facts
        tcr = ("tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "tcr_region")
        harbor = ("harbor_url", "harbor_username", "harbor_password")
        tasks: list[dict[str, Any]] = []
        for number, (entry, variables) in enumerate(calls):
            fact = "registry_hosts_removals" if entry == "remove" else "registry_hosts_steps"
            role = {"name": ROLE, "tasks_from": entry}
            copy = {"content": f"{{{{ {fact} | default([]) | to_json }}}}", "dest": f"{results}/{number}.json"}
            tasks += [
                {"name": "Call", "ansible.builtin.include_role": role, "vars": dict(variables)},
                {
                    "name": "Keep",
                    "ansible.builtin.copy": copy,
                    "changed_when": False,
                    "check_mode": False,
                    "diff": False,
                },
            ]
        return [
            {
                "name": "Role",
                "hosts": "harbor-host",
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
