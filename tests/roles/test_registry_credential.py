# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the role registry_credential keeps the credential that Harbor holds."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.playbooks import run_playbook
from tests.tools.environments import ROOT
from tests.tools.matrix import Core, cores

STORED = "https://demo.tencentcloudcr.com"
# Address that is wanted -> whether the credential of the stored endpoint is one for it.
ADDRESSES = {
    STORED: True,
    f"{STORED}/": True,
    f" {STORED.upper().replace('HTTPS', 'https')}// ": True,
    "https://other.tencentcloudcr.com": False,
    f"{STORED}:8443": False,
    f"{STORED}.example.com": False,
}


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
def test_the_same_address_written_otherwise_needs_no_new_credential(core: Core, tmp_path: Path) -> None:
    endpoint = {"url": STORED, "access_key": "100000", "description": "", "connection": {"ok": True}}
    tasks = [
        {
            "ansible.builtin.assert": {"that": f"__registry_credential_works | bool == {good}"},
            "vars": {"registry_credential_endpoint_url": address},
        }
        for address, good in ADDRESSES.items()
    ]
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"__registry_credential_asked": {"registries": [endpoint]}},
        "vars_files": [str(ROOT / "roles/registry_credential/vars/main.yml")],
        "tasks": tasks,
    }
    playbook = tmp_path / "playbook.json"
    playbook.write_text(json.dumps([play]))
    run = run_playbook(core, [playbook, "-i", "localhost,"], home=tmp_path / "home")
    assert run.status == 0 and run.total("ok") == len(ADDRESSES), run.output


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
@pytest.mark.parametrize(
    ("secret", "held", "kept"),
    [
        ("new", "mine", ["mine", "mine"]),
        ("new", "theirs", ["mine", "theirs"]),
        ("", "old", ["mine"]),
        ("new", None, ["mine"]),
    ],
)
def test_a_credential_that_another_run_handed_over_is_not_retired(
    core: Core, secret: str, held: str | None, kept: list[str], tmp_path: Path
) -> None:
    """Without a secret the creation was only predicted, and what Harbor holds is what will be replaced."""
    registries = [{"description": f"managed by cloud_registry.migration: demo; credential {held}"}] if held else []
    variables = {
        "registry_credential_id": "mine",
        "registry_credential_steps": ["create"],
        "registry_credential_secret": secret,
        "__registry_credential_held": {"registries": registries},
    }
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": variables,
        "vars_files": [str(ROOT / "roles/registry_credential/vars/main.yml")],
        "tasks": [{"ansible.builtin.assert": {"that": f"__registry_credential_kept_at_last == {kept}"}}],
    }
    playbook = tmp_path / "playbook.json"
    playbook.write_text(json.dumps([play]))
    run = run_playbook(core, [playbook, "-i", "localhost,"], home=tmp_path / "home")
    assert run.status == 0, run.output


@pytest.mark.parametrize("core", cores(), ids=lambda core: core.line)
@pytest.mark.parametrize("password", ["", "not-this-one"], ids=["clear", "encrypted"])
def test_the_file_is_encrypted_when_there_is_a_password_for_it(core: Core, password: str, tmp_path: Path) -> None:
    credential = {"credential_id": "mine", "username": "100000", "secret": "not-a-secret"}
    file = tmp_path / "credential.json"
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "registry_credential_file": str(file),
            "migration_credential_vault_password": password,
            "__registry_credential_created": {"credential": {**credential, "enabled": True}},
        },
        "tasks": [
            {
                "ansible.builtin.include_role": {
                    "name": "cloud_registry.migration.registry_credential",
                    "tasks_from": "file",
                }
            }
        ],
    }
    playbook = tmp_path / "playbook.json"
    playbook.write_text(json.dumps([play]))
    run = run_playbook(core, [playbook, "-i", "localhost,", "-c", "local", "-vvv", "--diff"], home=tmp_path / "home")
    assert run.status == 0 and "not-a-secret" not in run.output, run.output
    assert file.stat().st_mode & 0o777 == 0o600
    content = file.read_text()
    if password:
        assert content.startswith("$ANSIBLE_VAULT;") and "not-a-secret" not in content
        (tmp_path / "password").write_text(password)
        view = [core.program("ansible-vault"), "view", "--vault-password-file", tmp_path / "password", file]
        content = subprocess.run(view, capture_output=True, text=True, check=True).stdout
    assert {name: json.loads(content)[name] for name in credential} == credential
