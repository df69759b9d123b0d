# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks run against a sandbox, with the inventory of the demonstration."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.cloud_registry.migration.plugins.module_utils._tcr.rules.cam_policy import (
    MigrationPath,
    access_policy,
)
from tests.modules import harbor_connection
from tests.support.in_process.player import Player
from tests.support.playbooks import PlaybookRun, run_playbook
from tests.support.schemas import problems_of_documents
from tests.tools.environments import ROOT
from tests.tools.matrix import Core

MARKER = "managed by cloud_registry.migration: demo"
# A failed task counts after this many seconds; the sandbox retries within less with the scale below.
SETTLE_SECONDS = 4
RETRY_SCALE = 0.01


def without_ends(text: str) -> str:
    """A description without the ends of leases, which depend on the time."""
    return re.sub(r" until [\d:T-]+Z", "", text)


@dataclass
class Journey:
    """Runs playbooks for one sandbox and reads what they leave; their API key may do no more than the way needs.

    :param network: the way that is taken.
    :param variables: set in every run, as ``-e`` does.
    :param policy: what the API key may do, instead of what its way needs when the namespaces are not known yet.
    :param environment: variables of every run, for example settings of Ansible that a user may have.
    """

    sandbox: Any
    core: Core
    directory: Path
    network: str = "public"
    variables: dict[str, Any] = field(default_factory=dict)
    policy: dict[str, Any] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    _runs: int = 0

    def run(self, playbook: str, *arguments: str, **variables: Any) -> PlaybookRun:
        """Run a playbook; ``variables`` are added to those of every run. The journal holds only this run afterwards."""
        home = self._new_home(playbook)
        extra = home / "variables.json"
        extra.write_text(json.dumps(self._prepared(variables)))
        run = run_playbook(
            self.core,
            [ROOT / f"playbooks/{playbook}.yml", "-i", ROOT / "examples/demo", "-e", f"@{extra}", *arguments],
            home=home,
            environment=self._environment(),
        )
        assert problems_of_documents(self.output) == []
        return run

    def _new_home(self, playbook: str) -> Path:
        """An empty directory for what a run writes."""
        self._runs += 1
        home = self.directory / f"run-{self._runs}-{playbook}"
        home.mkdir(parents=True)
        return home

    def _prepared(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The variables of a run, for which the sandbox is ready afterwards."""
        settings = {"migration_settle_seconds": SETTLE_SECONDS, **self._key(), **self.variables, **variables}
        self.sandbox.settings.update(access_policy=self.policy or self._smallest_policy(settings))
        self.sandbox.journal.clear()
        return {"migration_output_directory": str(self.output), **settings}

    def _environment(self) -> dict[str, str]:
        return {"SANDBOX_DIRECTORY": str(self.sandbox.directory), "NETWORK": self.network, **self.environment}

    def _key(self) -> dict[str, str]:
        """The API key whose rights are restricted."""
        return {f"tcr_secret_{part}": self.sandbox.facts[f"restricted_secret_{part}"] for part in ("id", "key")}

    def _smallest_policy(self, settings: dict[str, Any]) -> dict[str, Any]:
        """The policy for the way that a run takes, without its namespaces."""
        network = settings.get("migration_network", self.network)
        methods = settings.get("migration_hosts_methods", "")
        facts = self.sandbox.facts
        way = "private" if network == "private" else "public"
        return access_policy(MigrationPath(way, "vpc_dns" in methods, facts["registry_id"], facts["tcr_region"]))

    @property
    def output(self) -> Path:
        """Where plan and report are."""
        return self.directory / "output"

    def plan(self) -> str:
        """The plan file."""
        return (self.output / "demo-plan.md").read_text()

    def plan_data(self) -> dict[str, Any]:
        """The plan for programs."""
        content: dict[str, Any] = json.loads((self.output / "demo-plan.json").read_text())
        return content

    def planned_policy(self) -> dict[str, Any]:
        """The policy in the plan file, as somebody would copy it from there."""
        document: dict[str, Any] = json.loads(self.plan().partition("```json\n")[2].partition("```")[0])
        return document

    def planned_steps(self) -> list[str]:
        """The steps of the plan file, e.g. ``create namespace: `shop```."""
        section = self.plan().partition("## What a run will do")[2].partition("##")[0]
        return re.findall(r"^\d+\. (.*)$", section, re.MULTILINE)

    def report(self) -> dict[str, Any]:
        """The report for programs."""
        content: dict[str, Any] = json.loads((self.output / "demo-report.json").read_text())
        return content

    def report_text(self) -> str:
        """The report for people."""
        return (self.output / "demo-report.md").read_text()

    def steps(self) -> list[str]:
        """What the last run did, in the words of the plan file."""
        steps = [
            {**step, "key": Path(step["key"]).name if step["object"] == "credential file" else step["key"]}
            for step in self.report()["steps"]
        ]
        return [f"{step['action']} {step['object']}: `{step['key']}`" for step in steps]

    def writes(self, *except_for: str) -> list[str]:
        """The writing calls to APIs of the last run, without those named (action or ``METHOD path``)."""
        actions = [entry.action for entry in self.sandbox.journal.writes() if entry.service in ("tcr", "harbor")]
        return [action for action in actions if action not in except_for]

    @property
    def registry(self) -> Any:
        """The registry of the sandbox, as it is in memory."""
        return self.sandbox.tcr.registry

    def whitelist(self) -> dict[str, str]:
        """CIDR to description without the ends of leases."""
        return {one.cidr_block: without_ends(one.description) for one in self.registry.whitelist.policies}

    def credentials(self) -> dict[str, str]:
        """Id to description of the credentials that TCR lists, without the ends of leases."""
        tcr = harbor_connection.tcr(self.sandbox)
        return {token["Id"]: without_ends(token["Desc"]) for token in tcr.tokens(self.registry.id)}

    def endpoints(self) -> dict[str, str]:
        """Name to description of the endpoints in Harbor, without the ends of leases."""
        harbor = harbor_connection.harbor(self.sandbox)
        return {one["name"]: without_ends(one["description"]) for one in harbor.registries()}

    def policies(self) -> dict[str, dict[str, Any]]:
        """Name to replication policy of Harbor."""
        return {one["name"]: one for one in harbor_connection.harbor(self.sandbox).policies()}

    def target_digests(self) -> dict[str, dict[str, str]]:
        """Repository to tag to digest at the target."""
        store = self.registry.store
        return {repository: store.tags(repository) for repository in store.repositories()}


class PlayedJourney(Journey):
    """The same without Ansible's engine: the playbooks are played in this process, which takes a tenth of the time.

    For tests of what the collection does. What Ansible itself does with the playbooks is for a :class:`Journey`.

    :param hosts: those of Harbor; without one no names are checked or given.
    """

    hosts: tuple[str, ...] = ("sandbox",)

    def run(self, playbook: str, *arguments: str, **variables: Any) -> PlaybookRun:
        """As :meth:`Journey.run`; of the arguments it knows ``--check`` alone."""
        assert set(arguments) <= {"--check", "--diff"}, arguments
        self._new_home(playbook)
        player = Player(self._environment(), self._prepared(variables), {"harbor": list(self.hosts)})
        played = player.run(playbook, check="--check" in arguments)
        message = json.dumps({"msg": played.failure})
        failure = f"fatal: [localhost]: FAILED! => {message}\n" if played.status else ""
        recap = {"changed": sum(one.changed for one in played.tasks), "failed": int(played.status != 0)}
        output = "".join(f"{line}\n" for line in [*played.warnings, *played.screen])
        assert problems_of_documents(self.output) == []
        return PlaybookRun(played.status, output + failure, {"localhost": recap})


def sentences(run: PlaybookRun) -> str:
    """The messages of the tasks that failed, without line breaks."""
    found = re.findall(r'"msg": "((?:[^"\\]|\\.)*)"', "".join(re.findall(r"(?s)fatal: .*?(?=\n\n|\Z)", run.output)))
    return " ".join(json.loads(f'"{message}"') for message in found)


def assert_success(run: PlaybookRun, warning: str = "") -> None:
    """Assert that a run ended well and clean: with no warning, or with this one only."""
    assert run.status == 0, run.output
    assert run.total("failed") == run.total("unreachable") == run.total("ignored") == 0, run.output
    warned = re.findall(r"\[WARNING\]: (.*(?:\n\S.*)*)", run.output)
    assert all(warning and warning in " ".join(one.split()) for one in warned), run.output
    for noise in ("DEPRECATION", "Traceback"):
        assert noise not in run.output, run.output
