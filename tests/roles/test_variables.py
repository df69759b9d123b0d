# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of the variables as the playbooks call it: what YAML and Jinja of each ansible-core make of them is seen there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.journeys.journey import sentences
from tests.support.playbooks import run_playbook
from tests.tools.environments import ROOT
from tests.tools.matrix import Core, cores

# As it stands in a file of an inventory.
INVENTORY = """
all:
  hosts:
    localhost: {ansible_connection: local}
  vars:
    migration_id: 1.10
    migration_projects: 2024
    migration_tags: [1.10]
    migration_repositories: "{{ dated }}"
    dated: [2026-01-31]
    migration_registry_name: yes
    migration_registry_id: 100000000001
    migration_vpc_id: "{{ omit }}"
    migration_subnet_id: "{{ nothing }}"
    migration_hosts_restart: " "
    harbor_validate_certs: ""
    tcr_validate_certs: no
    harbor_usrname: admin
    awx_job_id: 7
    tower_job_id: 7
  children:
    harbor:
      hosts:
        harbor-1: {migration_hosts_fil: /etc/hosts}
"""
REFUSED = (
    "migration_id: The number 1.1 was found",
    "migration_tags: The number 1.1 was found",
    "migration_registry_name: The boolean true was found",
    "migration_tag is not a variable of this collection. Did you mean migration_tags?",
    "migration_prject is not a variable of this collection. Did you mean migration_projects?",
    "On harbor-1: migration_hosts_fil is not a variable of this collection. Did you mean migration_hosts_file?",
)
PLAY = {
    "hosts": "localhost",
    "gather_facts": False,
    "vars": {"migration_tag": "latest"},
    "vars_files": [str(ROOT / "playbooks/vars/connections.yml")],
    "tasks": [
        {"name": "Show", "ansible.builtin.debug": {"msg": "SWITCHES {{ switches | to_json }}"}},
        {"name": "Check", "ansible.builtin.import_tasks": str(ROOT / "playbooks/tasks/check_variables.yml")},
    ],
}
SWITCHES = {
    "harbor": "{{ __harbor_connection.harbor_validate_certs | default(omit) == omit }}",
    "tcr": "{{ __tcr_connection.tcr_validate_certs }}",
    "omitted": "{{ migration_vpc_id | default('') | cloud_registry.migration.as_switch('blank') }}",
    "id": "{{ migration_registry_id | default('', true) | string }}",
    "restart": "{{ migration_hosts_restart | cloud_registry.migration.as_switch(true) }}",
}


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
def test_variables_are_refused_as_they_were_given(core: Core, tmp_path: Path) -> None:
    (tmp_path / "inventory.yml").write_text(INVENTORY)
    (tmp_path / "play.yml").write_text(yaml.safe_dump([{**PLAY, "vars": {**PLAY["vars"], "switches": SWITCHES}}]))
    arguments = ["-i", tmp_path / "inventory.yml", tmp_path / "play.yml", "-e", "migration_prject=x"]
    run = run_playbook(core, arguments, home=tmp_path / "home")
    assert run.status != 0
    said = sentences(run)
    assert [one for one in REFUSED if one not in said] == [], run.output
    assert re.search(r"migration_repositories: (A|The) date .*2026", said)
    assert "Traceback" not in run.output
    shown = re.search(r"SWITCHES (\{.*?\})", run.output)
    assert shown and json.loads(shown[1].replace("\\", "")) == {
        "harbor": True,
        "tcr": False,
        "omitted": "blank",
        "id": "100000000001",
        "restart": True,
    }
    for fine in (
        "migration_projects:",
        "migration_registry_id",
        "migration_vpc_id",
        "migration_subnet_id",
        "awx_job_id",
        "validate_certs:",
    ):
        assert fine not in said
    assert "Did you mean harbor_username?" in run.output
