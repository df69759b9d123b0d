# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way, over both networks, on the oldest and the newest ansible-core: plan, migrate, again, verify, cleanup."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.journeys.journey import RETRY_SCALE, Journey, PlayedJourney, assert_success
from tests.modules import harbor_connection
from tests.sandbox import Sandbox
from tests.support.playbooks import PlaybookRun
from tests.tools.matrix import cores

# A temporary token is not listed by TCR and gone after an hour; comparing needs one.
TOKEN = "CreateInstanceToken"
_ALWAYS_LEFT = {"replication policy", "Harbor endpoint", "access credential"}
LEFTOVERS = {
    "public": {*_ALWAYS_LEFT, "whitelist entry"},
    "private": {*_ALWAYS_LEFT, "hosts block", "container hosts"},
}


@dataclass
class AmongOthers:
    """A migrated journey: the state before it, the output of its migration, and the file with the credential."""

    journey: Journey
    before: dict[str, object]
    output: str
    credential: Path


def leave_things_of_others(journey: Journey) -> None:
    """What somebody else made at the same places, and must still be there at the end."""
    sandbox = journey.sandbox
    target = harbor_connection.target(sandbox)
    harbor_connection.harbor(sandbox).create_registry(
        {"name": "theirs", "type": "docker-registry", "url": target.url, "description": "theirs", **target.credential}
    )
    hosts = sandbox.harbor.hosts_file
    hosts.write_text(hosts.read_text() + "10.9.9.9 theirs.example.com\n")
    override = sandbox.harbor.compose_directory / "docker-compose.override.yml"
    override.write_bytes(
        b"# our site\r\nservices:\r\n  core: &core # shared\r\n    extra_hosts: [theirs.example.com:10.9.9.9]\r\n"
        b"    ports: [2222:22]\r\n  redis: *core"
    )


def assert_migrates_as_planned(journey: Journey, *arguments: str, steps: int) -> str:
    """Plan, then migrate in as many steps as planned; returns what the migration printed."""
    source = journey.sandbox.images
    planning = journey.run("plan")
    assert_success(planning)
    assert_short(journey, planning, 40)
    assert journey.writes() == []
    planned, plan = journey.planned_steps(), journey.plan()
    assert len(planned) == steps, plan
    assert ("## Harbor is interrupted" in plan) is any(step.startswith("recreate containers") for step in planned)
    journey.policy = journey.planned_policy()

    first = journey.run("migrate", *arguments)
    assert_success(first)
    assert_short(journey, first, 60)
    assert first.total("changed") == planning.total("changed")
    assert journey.steps() == planned
    assert journey.target_digests() == source
    report = journey.report()
    assert report["comparison"]["equal"] is True
    assert report["comparison"]["totals"]["equal"] == sum(len(tags) for tags in source.values())
    assert "Source and target are equal" in journey.report_text()
    return first.output


def assert_nothing_is_left_to_do(journey: Journey) -> None:
    """Migrate again, and predict a cleanup: neither changes anything."""
    second = journey.run("migrate")
    assert_success(second)
    assert_short(journey, second, 40)
    assert second.total("changed") == 0, second.output
    assert journey.writes(TOKEN) == []
    assert journey.steps() == []
    made = state_of(journey)
    assert_success(journey.run("cleanup", "--check"))
    assert journey.writes() == []
    assert state_of(journey) == made


def assert_short(journey: Journey, run: PlaybookRun, most: int) -> None:
    """Assert that a run has few tasks, skipped ones included. A step that is switched off costs one, one that is on five."""
    tasks = re.findall(r"^TASK \[(.*)\]", run.output, re.MULTILINE)
    assert len(tasks) <= most and bool(tasks) is not isinstance(journey, PlayedJourney), tasks


OLDER = cores()[:-1]


@pytest.mark.skipif(not OLDER, reason="only one ansible-core is prepared (python -m tests.tools.matrix)")
def test_the_oldest_core_does_the_private_journey_with_modules_sent_to_the_host(
    make_journey: Callable[..., Journey],
) -> None:
    """As where the controller is not the host on which modules run; ``test_project.py`` takes the public path."""
    journey = make_journey(OLDER[0], network="private", variables={"cloud_registry_in_process": False})
    assert_success(journey.run("migrate"))
    assert journey.target_digests() == journey.sandbox.images
    assert journey.report()["comparison"]["equal"] is True


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], AmongOthers]]:
    """By network path: a journey that has migrated among things of others. Each is made once for the file."""
    with ExitStack() as stack:

        @cache
        def migrate(network: str) -> AmongOthers:
            directory = tmp_path_factory.mktemp(network)
            sandbox = stack.enter_context(
                Sandbox(directory / "sandbox", network=network, harbor_retry_scale=RETRY_SCALE)
            )
            file = directory / "credential.json"
            variables = {"migration_credential_file": str(file)}
            # The demonstration and the oldest ansible-core take the private path with ansible-playbook.
            kind = Journey if network == "public" else PlayedJourney
            journey = kind(sandbox, cores()[-1], directory / "journey", network, variables)
            # Whatever strategy the user has, each play takes its own.
            journey.environment["ANSIBLE_STRATEGY"] = "free"
            leave_things_of_others(journey)
            before = state_of(journey)
            # The endpoint is open already, and somebody else has let Harbor in.
            arguments = ["--diff", "-vvv"] if network == "public" else ["--diff"]
            output = assert_migrates_as_planned(journey, *arguments, steps=10 if network == "public" else 14)
            return AmongOthers(journey, before, output, file)

        yield migrate


@pytest.fixture
def among_others(migrated: Callable[[str], AmongOthers], network: str) -> AmongOthers:
    return migrated(network)


on_both_paths = pytest.mark.parametrize("network", ["public", "private"])


@on_both_paths
def test_a_run_does_what_was_planned_and_says_nothing_secret(among_others: AmongOthers) -> None:
    journey = among_others.journey
    assert_nothing_secret(journey, among_others.output, among_others.credential)
    listed = {leftover["object"] for leftover in journey.report()["temporary_access"]}
    assert listed == LEFTOVERS[journey.network]


@on_both_paths
def test_a_second_run_has_nothing_to_do_and_verify_neither(among_others: AmongOthers) -> None:
    journey = among_others.journey
    assert_nothing_is_left_to_do(journey)
    of_the_copying = sorted(journey.output.glob("demo-migrate-20*.json"))[0]
    evidence = of_the_copying.read_text()
    verified = journey.run("verify")
    assert_success(verified)
    assert_short(journey, verified, 20)
    report = journey.report()
    assert (journey.writes(TOKEN), report["run"], report["steps"]) == ([], "verify", [])
    assert report["not_looked_at"] == ["names on sandbox"]
    assert of_the_copying.read_text() == evidence and json.loads(evidence)["steps"]


@on_both_paths
def test_cleanup_takes_back_what_the_run_made_and_nothing_else(among_others: AmongOthers) -> None:
    """The last of the file that uses the migration, because it ends it."""
    journey = among_others.journey
    cleaned = journey.run("cleanup")
    assert_success(cleaned)
    assert_short(journey, cleaned, 30)
    assert state_of(journey) == among_others.before
    assert journey.target_digests() == journey.sandbox.images
    report = journey.report()
    assert {step["object"] for step in report["steps"]} - {"containers"} == LEFTOVERS[journey.network]
    assert (report["run"], report["temporary_access"], report["temporary_access_problem"]) == ("cleanup", [], "")
    again = journey.run("cleanup")
    assert_success(again)
    assert again.total("changed") == 0, again.output
    assert journey.writes() == []
    assert_no_right_is_idle(journey)


def assert_no_right_is_idle(journey: Journey) -> None:
    """The policy of the plan file was enough, and none of its rights was left unused.

    The entry was open already, no other migration shares an entry of the whitelist, no lease had to be renewed, and no
    immutable tag is in the way.
    """
    idle = {"ManageExternalEndpoint", "ModifySecurityPolicy", "ModifyInstanceToken", "DescribeImmutableTagRules"}
    given = {action for statement in journey.planned_policy()["statement"] for action in statement["action"]}
    assert given - journey.sandbox.tcr.access.used <= {f"tcr:{one}" for one in idle}


def content_of(path: Path) -> bytes:
    """The content of a file, also of a compressed one."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def assert_nothing_secret(journey: Journey, output: str, file: Path) -> None:
    """Neither output nor reports hold a secret; the file that was asked for does, and only its owner may read it."""
    secret = yaml.safe_load(file.read_text())["secret"]
    assert file.stat().st_mode & 0o777 == 0o600
    facts = journey.sandbox.facts
    for value in (secret, facts["restricted_secret_key"], facts["harbor_password"]):
        assert value not in output
        assert all(value.encode() not in content_of(path) for path in journey.output.iterdir())


@pytest.mark.parametrize("network", ["public", "private"])
def test_check_on_a_blank_target_predicts_and_writes_nothing(
    make_journey: Callable[..., Journey], network: str
) -> None:
    journey = make_journey(network=network)
    before = hosts_of(journey)
    run = journey.run("migrate", "--check", "--diff")
    assert_success(run)
    assert journey.writes() == []
    assert hosts_of(journey) == before
    assert not journey.output.exists()
    assert run.total("changed") > 5
    assert ("; names come from hosts_file, compose_override" in run.output) is (network == "private")
    assert f"+++ after: {'whitelist entries' if network == 'public' else 'private link'}" in run.output


def test_a_plan_is_the_same_files_on_every_controller(
    make_played_journey: Callable[..., Journey], tmp_path: Path
) -> None:
    """Also for another user, in another directory and time zone, in check mode, and with Ansible's own engine."""
    journey = make_played_journey(variables={"migration_credential_file": str(tmp_path / "credential.json")})
    assert_success(journey.run("plan"))
    first = {path.name: path.read_bytes() for path in journey.output.iterdir()}
    assert first.keys() == {"demo-plan.md", "demo-plan.json", "demo-plan-tags.jsonl.gz"}
    assert str(tmp_path).encode() not in b"".join(first.values())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = Journey(journey.sandbox, journey.core, elsewhere / "journey")
    other.variables = {"migration_credential_file": str(elsewhere / "credential.json")}
    other.environment = {"HOME": str(elsewhere), "USER": "ci", "TZ": "Asia/Shanghai", "PWD": str(elsewhere)}
    other.environment["ANSIBLE_SHOW_CUSTOM_STATS"] = "1"
    planned = other.run("plan", "--check")
    assert_success(planned)
    assert re.search(r'CUSTOM STATS(.|\n)*"approved_plan_sha256": "[0-9a-f]{64}"', planned.output)
    assert {path.name: path.read_bytes() for path in other.output.iterdir()} == first


def state_of(journey: Journey) -> dict[str, object]:
    """Everything that a migration adds beside images and namespaces."""
    return {
        "whitelist": journey.whitelist(),
        "credentials": journey.credentials(),
        "endpoints": journey.endpoints(),
        "policies": sorted(journey.policies()),
        **hosts_of(journey),
    }


def hosts_of(journey: Journey) -> dict[str, object]:
    """The files that give names on the Harbor host."""
    override = journey.sandbox.harbor.compose_directory / "docker-compose.override.yml"
    return {
        "hosts": journey.sandbox.harbor.hosts_file.read_text(),
        "override": override.read_bytes() if override.exists() else None,
    }


def test_the_clients_of_these_tests_see_the_sandbox(make_journey: Callable[..., Journey]) -> None:
    journey = make_journey(seed="none")
    created = harbor_connection.tcr(journey.sandbox).create_token(journey.registry.id, "theirs")
    assert journey.credentials() == {created["TokenId"]: "theirs"}
    assert (journey.endpoints(), journey.policies()) == ({}, {})
