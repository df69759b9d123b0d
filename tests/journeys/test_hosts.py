# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are not reached or left out: nothing is done by halves, and nothing is called done that was not looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.journey import MARKER, Journey, assert_success, sentences
from tests.modules import harbor_connection
from tests.roles.harbor_host import HarborHost


@pytest.fixture
def journey(make_journey: Callable[..., Journey]) -> Journey:
    """The private way, with a credential and names that an earlier run left."""
    journey = make_journey(network="private")
    harbor_connection.tcr(journey.sandbox).create_token(journey.registry.id, MARKER)
    return journey


@pytest.fixture
def silent(tmp_path: Path) -> list[str]:
    """Arguments that add a second host of Harbor, at which nobody listens."""
    inventory = tmp_path / "silent.json"
    host = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
    inventory.write_text(json.dumps({"harbor": {"hosts": {"silent": host}}}))
    return ["-i", str(inventory)]


def test_nothing_is_changed_while_a_host_is_not_reached(journey: Journey, silent: list[str]) -> None:
    run = journey.run("migrate", *silent)
    assert run.status != 0
    assert "silent of the group harbor did not get through, because Ansible does not reach one" in sentences(run), (
        run.output
    )
    assert journey.writes() == []
    report = journey.report()
    assert (report["run"], report["outcome"], report["steps"]) == ("migrate", "failed", [])
    assert "silent of the group harbor did not get through" in report["failure"]


def test_cleanup_does_the_rest_and_names_the_host(journey: Journey, silent: list[str]) -> None:
    host = HarborHost(journey.sandbox, journey.directory, "127.0.30.1")
    host.give_names(host.address)
    run = journey.run("cleanup", *silent)
    assert run.status != 0
    assert "silent: the names stay on this host. It was not reached, see above." in sentences(run), run.output
    assert journey.credentials() == {}
    assert host.name not in host.hosts_file.read_text()


def test_cleanup_does_the_rest_when_a_host_cannot_be_cleaned(journey: Journey) -> None:
    host = HarborHost(journey.sandbox, journey.directory, "127.0.30.1")
    host.give_names(host.address)
    host.override.write_text(host.override.read_text() + "\tno YAML")
    run = journey.run("cleanup")
    assert run.status != 0
    said = sentences(run)
    assert "sandbox: the names stay on this host." in said, run.output
    assert "YAML" in said.partition("the names stay on this host.")[2]
    assert journey.credentials() == {}


@pytest.mark.parametrize("playbook", ["plan", "migrate", "verify"])
def test_without_localhost_nothing_is_called_done(journey: Journey, playbook: str) -> None:
    run = journey.run(playbook, "--limit", "harbor")
    assert run.status != 0
    assert "The limit 'harbor' leaves out localhost" in sentences(run), run.output
    assert journey.writes() == []


def test_a_limit_cleans_only_the_hosts(journey: Journey) -> None:
    host = HarborHost(journey.sandbox, journey.directory, "127.0.30.1")
    before = host.hosts_file.read_text()
    host.give_names(host.address)
    run = journey.run("cleanup", "--limit", "harbor")
    assert_success(run)
    assert (host.hosts_file.read_text(), host.override.exists()) == (before, False)
    assert "hosts block" in run.output and "container hosts" in run.output
    assert len(journey.credentials()) == 1
    nameless = journey.run("cleanup", "--limit", "harbor", migration_id="")
    assert nameless.status != 0
    assert "migration_id" in sentences(nameless)
