# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role harbor_name_resolution on the host that the sandbox stands for, with a private link and what the role leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.host_state import HostState
from tests.support.playbooks import PlaybookRun, run_playbook
from tests.tools.environments import COLLECTIONS, clean_environment
from tests.tools.matrix import Core, cores

ROLE = "cloud_registry.migration.harbor_name_resolution"


@dataclass
class HarborHost(HostState):
    """Calls the role; each call is its entry point and its variables.

    :param variables: set in every call.
    :param environment: variables of the process, beside those that Ansible needs.
    :param collections: where Ansible finds collections.
    :param hosts: hosts of one Harbor, which all are this machine.
    :param core: the ansible-core that runs it.
    :param arguments: further ones of ansible-playbook.
    """

    variables: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    collections: Path = COLLECTIONS
    hosts: tuple[str, ...] = ("harbor-host",)
    core: Core = field(default_factory=lambda: cores()[-1])
    arguments: tuple[str, ...] = ()
    run: PlaybookRun = field(default_factory=lambda: PlaybookRun(0, ""))
    _runs: int = 0

    def call(self, *calls: tuple[str, Mapping[str, Any]], check: bool = False, plan: bool = False) -> list[list[str]]:
        """Call the role in one run; the actions of each call in words. ``run`` is the run.

        :param check: in check mode, as ``--check`` sets it.
        :param plan: in check mode, as the playbook plan sets it for its plays.
        """
        self._runs += 1
        home = self.directory / f"run-{self._runs}"
        home.mkdir(parents=True)
        playbook, inventory = home / "play.yml", home / "inventory.yml"
        playbook.write_text(
            yaml.safe_dump([{**play, "check_mode": plan or check} for play in self._playbook(calls)], sort_keys=False)
        )
        variables = json.loads(json.dumps({**self._defaults(), **self.variables}, default=str))
        inventory.write_text(yaml.safe_dump({"all": {"hosts": dict.fromkeys(self.hosts, {}), "vars": variables}}))
        self.run = run_playbook(
            self.core,
            ["-i", inventory, *self.arguments, *(["--check", "--diff"] if check else []), playbook],
            home=home / "home",
            collections=self.collections,
            environment={
                "PATH": f"{self.programs}:{clean_environment().get('PATH', '/usr/bin:/bin')}",
                "ANSIBLE_PIPELINING": "1",
                **self.environment,
            },
        )
        return [[f"{action['action']} {action['object']}" for action in fact["actions"]] for fact in self.facts()]

    def facts(self) -> list[dict[str, Any]]:
        """The fact of the role after each call of the last run."""
        shown = re.findall(r'^ +"msg": ("fact (?:[^"\\]|\\.)*")', self.run.output, re.MULTILINE)
        return [json.loads(json.loads(line).removeprefix("fact ")) for line in shown]

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
                    "ansible.builtin.debug": {"msg": "fact {{ harbor_name_resolution | to_json }}"},
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
