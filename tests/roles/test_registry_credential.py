# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file into which the role registry_credential writes a new credential."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.playbooks import run_playbook
from tests.tools.matrix import Core, cores


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
def test_the_file_is_for_its_owner_and_encrypted_when_there_is_a_password(core: Core, tmp_path: Path) -> None:
    held = {"id": "mine", "username": "100000", "secret": "not-a-secret"}
    passwords = {"clear": "", "encrypted": "not-this-one"}
    tasks = [
        {
            "ansible.builtin.include_role": {
                "name": "cloud_registry.migration.registry_credential",
                "tasks_from": "write_file",
            },
            "vars": {
                "registry_credential": held,
                "registry_credential_file": str(tmp_path / name),
                "migration_credential_vault_password": password,
            },
        }
        for name, password in passwords.items()
    ]
    interpreter = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    play = {"hosts": "localhost", "gather_facts": False, "vars": interpreter, "tasks": tasks}
    playbook = tmp_path / "playbook.json"
    playbook.write_text(json.dumps([play]))
    run = run_playbook(core, [playbook, "-i", "localhost,", "-c", "local", "-vvv", "--diff"], home=tmp_path / "home")
    assert run.status == 0 and "not-a-secret" not in run.output, run.output
    shown = {"credential_id": "mine", "username": "100000", "secret": "not-a-secret"}
    for name in passwords:
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / "clear").read_text()) == shown
    encrypted = tmp_path / "encrypted"
    assert encrypted.read_text().startswith("$ANSIBLE_VAULT;")
    (tmp_path / "password").write_text(passwords["encrypted"])
    view = [core.program("ansible-vault"), "view", "--vault-password-file", tmp_path / "password", encrypted]
    assert json.loads(subprocess.run(view, capture_output=True, text=True, check=True).stdout) == shown
