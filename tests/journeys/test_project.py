# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``examples/project`` works as it is, with the oldest ansible-core, the collection installed and nothing of the checkout in reach."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.journey import Journey, assert_success
from tests.support.playbooks import PlaybookRun, run_playbook
from tests.tools.environments import ROOT
from tests.tools.matrix import cores
from tests.tools.package import build, install

# On this machine runs no container that could be asked.
UNTESTED = "could not be tested, because no container of Harbor was found on this host"
PLAYBOOKS = ("plan", "migrate", "verify", "cleanup")


@pytest.fixture
def installed(tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the project, and a directory with the installed collection."""
    archive = build(tmp_path)
    collections = tmp_path / "collections"
    install(archive, collections, cores()[0])
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples/project", project)
    return project, collections


def sandbox_variables(journey: Journey) -> dict[str, Any]:
    """What stands in the project for a real registry and a real Harbor, said by the sandbox instead."""
    facts = journey.sandbox.facts
    connection = ("tcr_endpoint", "tcr_secret_id", "tcr_secret_key", "harbor_url", "harbor_username", "harbor_password")
    return {
        **{name: facts[name] for name in connection},
        "migration_registry_id": facts["registry_id"],
        "migration_registry_url": facts["registry_url"],
        "migration_registry_connect_to": facts["public_address"],
        "migration_public_cidrs": ["127.0.0.0/8"],
        "migration_projects": ["library"],
        "migration_namespace_map": {},
        "migration_wait_interval": 0.2,
        # The host of the example does not exist, so this machine stands for it; no cluster is asked for a chart.
        "ansible_connection": "local",
        "ansible_become": False,
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "cloud_registry_in_process": False,
        "migration_hosts_methods": "none",
    }


def test_the_project_runs_as_it_is(
    make_journey: Callable[..., Journey], installed: tuple[Path, Path], tmp_path: Path
) -> None:
    project, collections = installed
    core = cores()[0]
    journey = make_journey()
    variables = tmp_path / "variables.json"
    variables.write_text(json.dumps(sandbox_variables(journey)))

    def run(name: str, *arguments: str) -> PlaybookRun:
        return run_playbook(
            core,
            [*arguments, "-i", "inventory", "-e", f"@{variables}"],
            home=tmp_path / f"home-{name}",
            directory=project,
            collections=collections,
        )

    assert_success(run("syntax", "--syntax-check", *(f"{playbook}.yml" for playbook in PLAYBOOKS)))
    assert_success(run("migrate", "migrate.yml"), UNTESTED)
    assert set(journey.target_digests()) == {"library/base", "library/nginx"}
    report = (project / "output/harbor-to-tcr-report.md").read_text()
    assert "Source and target are equal" in report
    # Again by its name, and with modules in forks.
    variables.write_text(json.dumps({**sandbox_variables(journey), "cloud_registry_in_process": True}))
    assert_success(run("by-name", "cloud_registry.migration.plan"), UNTESTED)
    assert "Nothing: everything is in place." in (project / "output/harbor-to-tcr-plan.md").read_text()
