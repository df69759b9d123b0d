# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A migration without a name owns nothing: roles that remove what carries its marker must not remove everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbooks import run_playbook
from tests.tools.environments import ROOT
from tests.tools.matrix import Core, cores

NAMELESS: dict[str, dict[str, Any]] = {"empty": {"migration_id": ""}, "null": {"migration_id": None}, "undefined": {}}
ROLE_VARIABLE = {"null for the role": {"migration_id": "spring", "harbor_replication_migration_id": None}}
HARBOR = {"harbor_url": "http://127.0.0.1:9", "harbor_username": "admin", "harbor_password": "not-this-one"}
ROLES = ("harbor_replication", "registry_access", "registry_credential")
REMOVE = {"name": "cloud_registry.migration.harbor_replication", "tasks_from": "remove", "rolespec_validate": False}


def refused(variables: dict[str, Any]) -> dict[str, Any]:
    """A play in which the removal must fail because the migration has no name."""
    said = {"that": "'migration_id is empty' in ansible_failed_result.msg"}
    survived = {"ansible.builtin.fail": {"msg": "the removal was not refused"}}
    block = {
        "block": [{"ansible.builtin.include_role": REMOVE}, survived],
        "rescue": [{"ansible.builtin.assert": said}],
    }
    return {"vars": variables, "tasks": [block], "module_defaults": {"group/cloud_registry.migration.harbor": HARBOR}}


def never_null(variables: dict[str, Any]) -> dict[str, Any]:
    """A play in which the defaults of roles must turn a missing name into an empty one; null would mean "whoever"."""
    files = [str(ROOT / f"roles/{role}/defaults/main.yml") for role in ROLES]
    tasks = [{"ansible.builtin.assert": {"that": f"{role}_migration_id == ''"}} for role in ROLES]
    return {"vars": variables, "tasks": tasks, "vars_files": files}


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
def test_nothing_is_removed_without_a_name(core: Core, tmp_path: Path) -> None:
    plays = [refused(variables) for variables in (NAMELESS | ROLE_VARIABLE).values()]
    plays += [never_null(variables) for variables in NAMELESS.values()]
    playbook = tmp_path / "playbook.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, **play} for play in plays]))
    inventory = tmp_path / "hosts.ini"
    inventory.write_text(
        'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n'
    )
    run = run_playbook(core, [playbook, "-i", inventory], home=tmp_path / "home")
    assert run.status == 0, run.output
    assert run.total("rescued") == len(NAMELESS | ROLE_VARIABLE)
