# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_project against every flavour of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import Conflict
from ansible_collections.cloud_registry.migration.plugins.module_utils._harbor.resources.project import (
    HarborProjectResource,
)
from tests.modules.harbor_connection import FLAVOURS, connection, harbor
from tests.support.modules import run_module
from tests.support.steps import fail, succeed, twelve_steps

GIBIBYTE = 2**30
WITH_LIMITS = ("1.10", "2.0", "2.9", "2.15")
run = partial(run_module, "harbor_project")
every_flavour = pytest.mark.parametrize("version", FLAVOURS)


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    return lambda version="2.15", **settings: make_sandbox(
        harbor_version=version, seed="none", network="public", **settings
    )


@every_flavour
def test_twelve_steps(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    limits = version in WITH_LIMITS
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create=connection(
            sandbox,
            projects=[
                {"name": "blue", **({"storage_limit": GIBIBYTE} if limits else {})},
                {"name": "red", "public": True},
            ],
        ),
        change=connection(
            sandbox,
            projects=[
                {"name": "blue", "public": True, **({"storage_limit": -1} if limits else {})},
                {"name": "red", "public": False, "auto_scan": True},
            ],
        ),
        delete=connection(sandbox, projects=[{"name": "blue"}, {"name": "red"}], state="absent"),
    )
    blue, red = created["projects"]
    assert (blue["name"], blue["public"], blue["auto_scan"], blue["repository_count"]) == ("blue", False, False, 0)
    assert (red["name"], red["public"]) == ("red", True)
    assert changed is not None
    blue, red = changed["projects"]
    assert (blue["public"], red["public"], red["auto_scan"]) == (True, False, True)
    if limits:
        assert (created["projects"][0]["storage_limit"], blue["storage_limit"]) == (GIBIBYTE, -1)
    assert deleted["projects"] == []
    assert [one["name"] for one in harbor(sandbox).projects()] == ["library"]


@every_flavour
def test_a_set_is_one_listing(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    projects = [{"name": f"team-{number:03}"} for number in range(120)]
    succeed(run, connection(sandbox, projects=projects))
    sandbox.journal.clear()
    assert not succeed(run, connection(sandbox, projects=projects))["changed"]
    asked = [entry.path for entry in sandbox.journal.entries if entry.path.endswith("/projects")]
    assert len(asked) == (1 if version in ("1.8", "1.10") else 2), "pages of 500 or of 100"
    projects[7]["public"] = True
    sandbox.journal.clear()
    assert succeed(run, connection(sandbox, projects=projects))["actions"] == [
        {"action": "update", "object": "Harbor project", "key": "team-007"}
    ]
    assert len(sandbox.journal.writes()) == 1


@every_flavour
def test_exact_removes_what_is_not_listed(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    succeed(run, connection(sandbox, projects=[{"name": "blue"}, {"name": "red"}]))
    result = succeed(run, connection(sandbox, projects=[{"name": "red"}, {"name": "library"}], state="exact"))
    assert result["actions"] == [{"action": "delete", "object": "Harbor project", "key": "blue"}]
    assert [one["name"] for one in result["projects"]] == ["red", "library"]


@every_flavour
def test_a_project_that_holds_something_is_kept(make_sandbox: Callable[..., Any], version: str) -> None:
    sandbox = make_sandbox(harbor_version=version, network="public")
    name = next(iter(sandbox.images)).split("/")[0]
    for check in (True, False):
        result = fail(run, connection(sandbox, projects=[{"name": name}], state="absent"), check=check)
        assert f"The project '{name}' is not deleted because it is not empty: it holds " in result["msg"]
        assert result["error"]["kind"] == "Conflict"
    assert not sandbox.journal.writes()
    assert name in [one["name"] for one in harbor(sandbox).projects()]


@every_flavour
def test_a_project_that_was_filled_meanwhile_is_kept(make_sandbox: Callable[..., Any], version: str) -> None:
    sandbox = make_sandbox(harbor_version=version, network="public")
    resource = HarborProjectResource(harbor(sandbox))
    held = next(one for one in resource.find(None) if one["repository_count"])
    with pytest.raises(Conflict, match=r"is not empty: the project contains repositories, can not be deleted\."):
        resource.delete(held)


def test_a_storage_limit_needs_1_9(start: Callable[..., Any]) -> None:
    sandbox = start("1.8")
    result = fail(run, connection(sandbox, projects=[{"name": "blue", "storage_limit": GIBIBYTE}]), check=True)
    assert "needs Harbor 1.9 or later; this is Harbor 1.8.6." in result["msg"]
    assert not sandbox.journal.writes()


@pytest.mark.parametrize("version", WITH_LIMITS)
@pytest.mark.parametrize("limit", [0, -2])
def test_a_storage_limit_that_is_none_is_refused(start: Callable[..., Any], version: str, limit: int) -> None:
    sandbox = start(version)
    result = fail(run, connection(sandbox, projects=[{"name": "blue", "storage_limit": limit}]), check=True)
    assert f"must be a number of bytes above 0, or -1 for no limit, not {limit}" in result["msg"]


@pytest.mark.parametrize("version", WITH_LIMITS)
def test_storage_limits_that_are_switched_off_are_told(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version, harbor_quotas=False)
    sandbox.harbor.state.project_named("library").limited = False
    result = fail(run, connection(sandbox, projects=[{"name": "blue", "storage_limit": GIBIBYTE}]), check=True)
    assert "storage limits of projects are switched off in this Harbor" in result["msg"]
    succeed(run, connection(sandbox, projects=[{"name": "blue"}]))
    sandbox.harbor.state.project_named("library").limited = True
    result = fail(run, connection(sandbox, projects=[{"name": "blue", "storage_limit": GIBIBYTE}]))
    assert "The project 'blue' has no storage limit that could be changed" in result["msg"]


@every_flavour
def test_accepted_vulnerabilities_outlive_a_change(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    sandbox.harbor.state.project_named("library").allowlist = [{"cve_id": "CVE-2026-1"}]
    assert succeed(run, connection(sandbox, projects=[{"name": "library", "public": False}]))["changed"]
    assert sandbox.harbor.state.project_named("library").allowlist == [{"cve_id": "CVE-2026-1"}]


@every_flavour
def test_a_name_of_digits_is_a_name(start: Callable[..., Any], version: str) -> None:
    sandbox = start(version)
    succeed(run, connection(sandbox, projects=[{"name": "1", "public": True}]))
    assert sandbox.harbor.state.project_named("1").id != 1
    succeed(run, connection(sandbox, projects=[{"name": "1", "public": False}]))
    assert sandbox.harbor.state.project_named("library").public
    succeed(run, connection(sandbox, projects=[{"name": "1"}], state="absent"))
    assert [one["name"] for one in harbor(sandbox).projects()] == ["library"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_of_unknown_outcome_is_not_repeated_blindly(start: Callable[..., Any], method: str, kind: str) -> None:
    sandbox = start()
    if method != "POST":
        succeed(run, connection(sandbox, projects=[{"name": "blue"}]))
    sandbox.faults.add(service="harbor", match=f"{method} /api/v2.0/projects.*", kind=kind)
    wanted = {"projects": [{"name": "blue", "public": True}], "state": "absent" if method == "DELETE" else "present"}
    result = succeed(run, connection(sandbox, **wanted))
    assert [one["public"] for one in result["projects"]] == ([] if method == "DELETE" else [True])
    assert not succeed(run, connection(sandbox, **wanted))["changed"]


@every_flavour
def test_a_wrong_name_is_told_in_words(start: Callable[..., Any], version: str) -> None:
    result = fail(run, connection(start(version), projects=[{"name": "Blue Team"}]))
    assert "could not create the project 'Blue Team': " in result["msg"]
    assert "illegal characters" in result["msg"]
