# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of README.md work word for word: run in a copy of the checkout, with an empty home, against a sandbox.

They are run as in a fresh clone, and the installation once more as in a clone in which ``make demo`` has run, which has
linked the clone as a collection. Then also from within the clone, where its ``ansible.cfg`` holds: whatever the directory,
the collection arrives in the home.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.sandbox import Sandbox
from tests.tools.environments import ROOT, base_python, clean_environment
from tests.tools.mirror import copy_checkout

SECTION = "Use it: five minutes"
# What the reader fills in between the two blocks is copied over the inventory of the project.
FILL_IN = 'cp -R "$FILLED_IN"/. inventory/'
# What a reader may type instead of the commands of README.md.
IN_THE_CLONE = '"$HOME"/migration-venv/bin/ansible-galaxy collection install "$HOME"/my-migration/cloud_registry-migration-*.tar.gz'
INSTALLED = ".ansible/collections/ansible_collections/cloud_registry/migration/MANIFEST.json"
CONNECTION = ("tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "harbor_url", "harbor_username", "harbor_password")


class ReadmeWrong(Exception):
    """A command of README.md does not do what it should; the message holds the output."""


def shell_blocks(text: str, section: str) -> list[str]:
    """The blocks of a section of a Markdown file that are marked as shell, in order."""
    (content,) = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return re.findall(r"^```shell\n(.*?)^```$", content, re.DOTALL | re.MULTILINE)


def fill_in(directory: Path, facts: Mapping[str, Any]) -> None:
    """Write an inventory that says of the sandbox what the reader says of the own Harbor and registry."""
    migration = {
        "migration_id": "harbor-to-tcr",
        "migration_registry_id": facts["registry_id"],
        "migration_registry_url": facts["registry_url"],
        "migration_registry_connect_to": facts["public_address"],
        "migration_network": "public",
        "migration_public_cidrs": ["127.0.0.0/8"],
        "migration_wait_interval": 0.2,
        "migration_output_directory": "{{ inventory_dir | dirname }}/output",
    }
    python = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    files = {
        "hosts.yml": {"all": {"hosts": {"localhost": python}, "children": {"harbor": {}}}},
        "group_vars/all/migration.yml": migration,
        "group_vars/all/connections.yml": {name: facts[name] for name in CONNECTION},
    }
    for name, content in files.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(content))


def run(script: str, clone: Path, home: Path, filled_in: Path) -> str:
    """Run a script as a reader would, who has nothing but a Python; returns its output. Raises ReadmeWrong."""
    path = [entry for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if not entry.startswith(str(ROOT))]
    environment = {
        **clean_environment(),
        "HOME": str(home),
        "PATH": os.pathsep.join([str(Path(base_python()).parent), *path]),
        "FILLED_IN": str(filled_in),
    }
    done = subprocess.run(
        ["sh", "-eux", "-c", script],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReadmeWrong(f"ended with status {done.returncode}:\n{done.stdout}")
    return done.stdout


def check(directory: Path) -> str:
    """Run the commands of README.md. Returns a summary; raises ReadmeWrong."""
    clone, home, filled_in = directory / "clone", directory / "home", directory / "inventory"
    home.mkdir()
    copy_checkout(clone)
    install, migrate = shell_blocks((clone / "README.md").read_text(), SECTION)
    with Sandbox(directory / "sandbox", seed="demo", network="public") as sandbox:
        fill_in(filled_in, sandbox.facts)
        run("\n".join([install, FILL_IN, migrate]), clone, home, filled_in)
    # The last migration: cleanup has written the newest report.
    report = max((home / "my-migration/output").glob("*-migrate-*.md"))
    if "Source and target are equal" not in report.read_text():
        raise ReadmeWrong(f"the report does not say that source and target are equal:\n{report.read_text()}")
    shutil.rmtree(home / ".ansible")
    shutil.rmtree(home / "my-migration")
    # What "make demo" leaves in a clone, without the minute that its environment takes.
    link = "import tests.tools.environments as setup; setup.link_collection()"
    subprocess.run([sys.executable, "-c", link], cwd=clone, env=clean_environment(), check=True)
    for script in (install, IN_THE_CLONE, f"{IN_THE_CLONE} --force"):
        shutil.rmtree(home / ".ansible", ignore_errors=True)
        run(script, clone, home, filled_in)
        if not (home / INSTALLED).is_file():
            raise ReadmeWrong(f"after make demo, these commands do not install the collection into the home:\n{script}")
    lines = [line for line in (install + migrate).splitlines() if line]
    return f"{len(lines)} commands work in a fresh clone, and the installation also after make demo"


def main() -> int:
    """Run the gate. Returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="readme-") as directory:
        try:
            print(f"readme: {check(Path(directory))}")
        except ReadmeWrong as error:
            print(f"readme: {error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
