# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Harbor's check of a password is costly, a run of a module has it checked once, and works without sessions too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules import harbor_connection
from tests.modules.harbor_robots import of_system
from tests.modules.tcr_connection import runner
from tests.sandbox.core.journal import JournalEntry
from tests.support.steps import succeed

PROJECTS = [{"name": f"team-{number}"} for number in range(5)]


def calls(sandbox: Any, path: str) -> list[JournalEntry]:
    """What was asked of Harbor's API under a path."""
    return [entry for entry in sandbox.journal.entries if entry.service == "harbor" and entry.path == path]


def known(sandbox: Any, **options: Any) -> dict[str, Any]:
    """Connection options with what is known about the Harbor; nothing is counted yet."""
    connection = harbor_connection.connection(sandbox, **options)
    detected = succeed(runner("harbor_info"), connection)["harbor"]["detected"]
    sandbox.journal.clear()
    sandbox.harbor.logins.checks = 0
    return {**connection, "harbor_detected": detected}


def test_a_run_checks_the_password_once_however_much_it_reads_and_writes(empty_sandbox: Any) -> None:
    options = known(empty_sandbox)
    assert succeed(runner("harbor_project"), {**options, "projects": PROJECTS})["changed"]
    assert len(empty_sandbox.journal.writes("harbor")) == len(PROJECTS)
    assert empty_sandbox.harbor.logins.checks == len(calls(empty_sandbox, "/c/login")) == 1


@pytest.mark.parametrize("version", ["1.8", "1.10", "2.0", "2.9"])
def test_where_the_check_costs_little_there_is_no_session(make_sandbox: Callable[..., Any], version: str) -> None:
    sandbox = make_sandbox(seed="none", harbor_version=version)
    succeed(runner("harbor_project"), {**known(sandbox), "projects": PROJECTS})
    assert calls(sandbox, "/c/login") == []


def test_robots_have_no_sessions_and_cost_nothing(empty_sandbox: Any) -> None:
    robot = succeed(runner("harbor_robot"), of_system(empty_sandbox, {"name": "ci", "purpose": "migration"}))["robots"][
        0
    ]
    options = known(empty_sandbox, harbor_username=robot["username"], harbor_password=robot["secret"])
    succeed(runner("harbor_inventory_info"), options)
    assert calls(empty_sandbox, "/c/login") == []
    assert empty_sandbox.harbor.logins.checks == 0


@pytest.mark.parametrize("settings", [
    {"harbor_login": "not routed"}, {"harbor_login": "no cookies"}, {"harbor_login": "elsewhere"},
    {"harbor_auth_mode": "oidc_auth"}, {"harbor_auth_mode": "ldap_auth"}, {"harbor_session_seconds": 0},
], ids=str)  # fmt: skip
def test_a_run_works_whatever_becomes_of_sessions(make_sandbox: Callable[..., Any], settings: dict[str, Any]) -> None:
    sandbox = make_sandbox(seed="none", **settings)
    options = known(sandbox)
    assert succeed(runner("harbor_project"), {**options, "projects": PROJECTS})["changed"]
    assert not succeed(runner("harbor_project"), {**options, "projects": PROJECTS})["changed"]
    assert [entry.status for entry in sandbox.journal.writes("harbor")].count(201) == len(PROJECTS)


def test_a_session_that_ends_during_a_run_is_opened_once_more(
    empty_sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = known(empty_sandbox)
    sessions, seen = empty_sandbox.harbor.sessions, []
    caller = type(sessions).caller

    def forgetful(environ: dict[str, Any]) -> Any:
        seen.append(environ["REQUEST_METHOD"])
        if seen.count("POST") == 3:  # the login is none of them
            sessions.clear()
            seen.append("POST")
        return caller(sessions, environ)

    monkeypatch.setattr(sessions, "caller", forgetful)
    succeed(runner("harbor_project"), {**options, "projects": PROJECTS})
    writes = [entry.status for entry in empty_sandbox.journal.writes("harbor")]
    assert writes.count(201) == len(PROJECTS) and 401 in writes
    assert len(calls(empty_sandbox, "/c/login")) == 2
