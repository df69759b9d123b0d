# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A migration without a name owns nothing: roles that remove what carries its marker must not remove everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbooks import PlaybookRun, run_playbook
from tests.tools.environments import ROOT
from tests.tools.matrix import Core, cores

NAMELESS: dict[str, dict[str, Any]] = {"empty": {"migration_id": ""}, "null": {"migration_id": None}, "undefined": {}}
ROLE_VARIABLE = {"null for the role": {"migration_id": "spring", "harbor_replication_migration_id": None}}
# Nobody listens there, so the refusal comes before the first call, or else the message is another one.
HARBOR = {"harbor_url": "http://127.0.0.1:9", "harbor_username": "admin", "harbor_password": "not-this-one"}


def play(core: Core, home: Path, variables: dict[str, Any], tasks: list[dict[str, Any]], **more: Any) -> PlaybookRun:
    playbook = home / "playbook.json"
    content = {"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks, **more}
    playbook.write_text(json.dumps([content]))
    inventory = home / "hosts.ini"
    inventory.write_text(
        'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n'
    )
    return run_playbook(core, [playbook, "-i", inventory], home=home / "home")


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
@pytest.mark.parametrize("case", {**NAMELESS, **ROLE_VARIABLE})
def test_removal_is_refused(core: Core, case: str, tmp_path: Path) -> None:
    remove = {
        "ansible.builtin.include_role": {
            "name": "cloud_registry.migration.harbor_replication",
            "tasks_from": "remove",
        }
    }
    defaults = {"group/cloud_registry.migration.harbor": HARBOR}
    run = play(core, tmp_path, {**NAMELESS, **ROLE_VARIABLE}[case], [remove], module_defaults=defaults)
    assert run.status == 2 and "migration_id is empty" in run.output, run.output


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
@pytest.mark.parametrize("case", NAMELESS)
def test_roles_never_give_null_which_would_mean_whoever_made_it(core: Core, case: str, tmp_path: Path) -> None:
    roles = ("harbor_replication", "registry_access", "registry_credential")
    files = [str(ROOT / f"roles/{role}/defaults/main.yml") for role in roles]
    tasks = [{"ansible.builtin.assert": {"that": f"{role}_migration_id == ''"}} for role in roles]
    run = play(core, tmp_path, NAMELESS[case], tasks, vars_files=files)
    assert run.status == 0, run.output
