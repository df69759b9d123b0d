# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What outsiders see first says everything once: author and addresses; workflows and hooks only call what make calls."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.examples import read_block
from tests.tools.environments import ROOT
from tests.tools.mirror import checkout_files

GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text())
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
# A domain that is reserved for examples; galaxy.yml says that it is a placeholder.
PLACEHOLDER = "git.example" + ".org"


def authors() -> Iterator[tuple[str, list[str]]]:
    """File and authors of everything that names one."""
    for module in sorted((ROOT / "plugins/modules").glob("*.py")):
        author = read_block(module, "DOCUMENTATION")["author"]
        yield module.name, [author] if isinstance(author, str) else author
    for role in sorted((ROOT / "roles").iterdir()):
        entries = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]
        yield from ((f"{role.name}, {name}", [entry["author"]]) for name, entry in entries.items())
        yield role.name, [yaml.safe_load((role / "meta/main.yml").read_text())["galaxy_info"]["author"]]


def steps(workflow: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(workflow.read_text())["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def test_the_author_is_the_same_everywhere() -> None:
    assert len(GALAXY["authors"]) == 1
    others = {place: found for place, found in authors() if found != GALAXY["authors"]}
    assert not others


def test_addresses_of_the_home_stand_in_one_place() -> None:
    assert all(PLACEHOLDER in GALAXY[field] for field in ("repository", "issues", "documentation"))
    elsewhere = [name for name in checkout_files() if PLACEHOLDER.encode() in (ROOT / name).read_bytes()]
    assert elsewhere == ["galaxy.yml"]


def test_there_is_a_workflow_for_changes_for_the_night_and_for_releases() -> None:
    assert [path.stem for path in WORKFLOWS] == ["ci", "nightly", "release"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_only_calls_make(workflow: Path) -> None:
    commands = [step["run"] for step in steps(workflow) if "run" in step]
    targets = [re.fullmatch(r'make ([a-z]+)( VERSION="\$\{GITHUB_REF_NAME#v\}")?', command) for command in commands]
    others = [command for command, target in zip(commands, targets, strict=True) if not target]
    assert [
        command for command in others if not command.startswith("sudo apt-get update && sudo apt-get install")
    ] == []
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {target[1] for target in targets if target} <= known


def test_nothing_is_published_without_a_secret() -> None:
    (publish,) = [step for step in steps(ROOT / ".github/workflows/release.yml") if "publish" in step.get("run", "")]
    job = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())["jobs"]["release"]
    assert publish["if"] == "env.HAS_TOKEN == 'true'"
    assert job["env"]["HAS_TOKEN"] == "${{ secrets.GALAXY_TOKEN != '' }}"


def test_hooks_are_local_and_use_the_tools_of_the_checkout() -> None:
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    for hook in repositories[0]["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")


def test_the_example_and_the_checkout_show_output_alike() -> None:
    """Neither names a directory of collections, because ``ansible-galaxy collection install`` would install there."""

    def shown(name: str) -> dict[str, str]:
        configuration = configparser.ConfigParser()
        configuration.read(ROOT / name)
        assert configuration.sections() == ["defaults"]
        return dict(configuration["defaults"])

    assert shown("examples/project/ansible.cfg") == shown("ansible.cfg")
    assert "collections_path" not in shown("ansible.cfg")
    assert shown("ansible.cfg")["display_skipped_hosts"] == "false"


def test_the_readme_lists_every_playbook_role_and_module() -> None:
    listed = set(re.findall(r"`(\w+)`", (ROOT / "README.md").read_text().partition("## What is in it")[2]))
    playbooks = {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
    roles = {path.name for path in (ROOT / "roles").iterdir()}
    modules = {path.stem for path in (ROOT / "plugins/modules").glob("*.py")}
    assert listed >= playbooks | roles | modules
