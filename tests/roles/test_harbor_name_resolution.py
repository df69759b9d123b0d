# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role harbor_name_resolution as the playbooks call it: few tasks, one fact, and failures whose first line is the reason.

What the role does in each situation is tested without ansible-playbook, in tests/modules/test_harbor_name_resolution.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.journey import assert_success, sentences
from tests.roles.harbor_host import HarborHost
from tests.support.dns_update_server import KEY_NAME, KEY_SECRET, dns_update_server
from tests.support.host_state import MARKER, linked

CHECK: tuple[str, dict[str, Any]] = ("check_hosts", {})
MAIN: tuple[str, dict[str, Any]] = ("main", {})
REMOVE: tuple[str, dict[str, Any]] = ("remove", {})
BOTH = ["create hosts block", "create container hosts"]
ALL = [*BOTH, "create DNS record"]
ALL_GONE = ["delete hosts block", "delete container hosts", "delete DNS record"]


@pytest.fixture
def host(make_sandbox: Callable[..., Any], tmp_path: Path) -> HarborHost:
    sandbox = make_sandbox(seed="none", network="private")
    return HarborHost(sandbox, tmp_path / "host", linked(sandbox))


def headers(output: str) -> list[int]:
    """The number of tasks of each call; the task that shows its fact is not one of them."""
    tasks = re.findall(r"^TASK \[([^\]]*)\]", output, re.MULTILINE)
    places = [place for place, task in enumerate(tasks) if task == "Show"]
    return [end - start - 1 for start, end in zip([-1, *places], places, strict=False)]


def test_a_step_is_at_most_five_tasks_and_leaves_one_fact(host: HarborHost) -> None:
    before = host.hosts_file.read_bytes()
    with dns_update_server(host.name.partition(".")[2]) as primary:
        host.arguments = ("-vvv",)
        host.variables = {
            "migration_hosts_methods": "hosts_file, compose_override, dns_update",
            "migration_dns_update_server": primary.address,
            "migration_dns_update_key_name": KEY_NAME,
            "migration_dns_update_key_secret": KEY_SECRET,
        }
        calls = host.call(CHECK, MAIN, MAIN, REMOVE)
    assert_success(host.run)
    assert calls == [[], ALL, [], ALL_GONE]
    assert (primary.updates, primary.values(host.name, "A"), host.note.parent.exists()) == (2, set(), False)
    assert KEY_SECRET not in host.run.output
    assert headers(host.run.output) == [3, 5, 5, 4]
    checked, first, second, removed = host.facts()
    assert (checked["checked"], first["resolved"], second["resolved"], removed["removed"]) == (True, True, True, True)
    assert [f"{one['action']} {one['object']}" for one in first["leftovers"]] == ALL_GONE
    assert {one["key"] for one in [*first["actions"], *first["leftovers"], *removed["actions"]]} == {"harbor-host"}
    assert {fact["deployment"]["directory"] for fact in host.facts()} == {str(host.override.parent)}
    assert host.commands() == ["compose up -d --no-deps core jobservice", "compose restart proxy"] * 2
    assert (host.hosts_file.read_bytes(), host.override.exists()) == (before, False)
    assert "harbor-host: Harbor runs in containers of Compose in" in host.run.output


def test_a_prediction_shows_the_files_and_changes_nothing(host: HarborHost) -> None:
    before = host.hosts_file.read_bytes()
    pending = {"harbor_name_resolution_address": "", "harbor_name_resolution_address_pending": True}
    assert host.call(("main", pending), check=True) == [BOTH]
    assert_success(host.run)
    assert f"+(address of the private link) {host.name}" in host.run.output
    assert f'+      - "{host.name}:(address of the private link)" # {MARKER}' in host.run.output
    assert (host.commands(), host.hosts_file.read_bytes(), host.override.exists()) == ([], before, False)


def test_a_failure_begins_with_its_reason_and_keeps_what_was_done(host: HarborHost) -> None:
    """What could not be tested is a warning; no secret of Harbor is shown, whatever the verbosity."""
    host.arguments = ("-vvv",)
    host.variables = {"migration_hosts_methods": "hosts_file", "harbor_name_resolution_url": "https://far.example"}
    host.call(("check_hosts", {"harbor_name_resolution_clock_offset": ""}), MAIN)
    assert host.run.status != 0
    message = " ".join(host.run.output.split())
    assert "[WARNING]: Harbor's clock was not compared with TCR's" in message, host.run.output
    assert sentences(host.run).startswith(f"harbor-core resolves {host.name} to 127.0.10.1, expected {host.address}.")
    assert "Add compose_override to migration_hosts_methods" in sentences(host.run)
    assert '"object": "hosts block"' in host.run.output.partition("fatal:")[2]
    assert str(host.sandbox.facts["harbor_password"]) not in host.run.output
    assert "Traceback" not in host.run.output
