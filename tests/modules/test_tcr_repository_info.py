# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_repository_info against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import connection, runner
from tests.support.steps import fail, succeed
from tests.unit.sandbox.harbor_support import put_image

run = runner("tcr_repository_info")

SWITCHES = [
    {},
    {"repository_namespace_filter": "fuzzy"},
    {"page_zero": "error"},
    {"empty_namespaces": "not_found"},
    {"empty_list": "null"},
    {"empty_list": "absent"},
]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(filled: bool = True, **settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, rate_limits=False, **settings)
        options = connection(sandbox)
        if filled:
            namespaces = [{"name": "team", "public": True}, {"name": "team-a"}]
            succeed(runner("tcr_namespace"), {**options, "namespaces": namespaces})
            for name in ("team/web/api", "team/app", "team-a/app"):
                put_image(sandbox.tcr.registry.store, name, "1.0")
        sandbox.journal.clear()
        return sandbox, options

    return started


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("settings", SWITCHES, ids=str)
def test_repositories_of_a_namespace_and_of_all(
    start: Callable[..., Any], settings: dict[str, Any], check: bool
) -> None:
    sandbox, options = start(**settings)
    result = succeed(run, options, check=check)
    assert not result["changed"]
    assert [one["name"] for one in result["repositories"]] == ["team-a/app", "team/app", "team/web/api"]
    found = succeed(run, {**options, "namespace": "team"}, check=check)["repositories"]
    assert [(one["namespace"], one["repository"], one["public"]) for one in found] == [
        ("team", "app", True),
        ("team", "web/api", True),
    ]
    assert found[0]["created_at"] and found[0]["updated_at"]
    assert succeed(run, {**options, "namespace": "tea"})["repositories"] == []
    assert not sandbox.journal.writes()


@pytest.mark.parametrize("settings", SWITCHES, ids=str)
def test_an_empty_registry(start: Callable[..., Any], settings: dict[str, Any]) -> None:
    sandbox, options = start(filled=False, **settings)
    assert succeed(run, options)["repositories"] == []
    assert succeed(run, {**options, "namespace": "team"})["repositories"] == []


@pytest.mark.parametrize("count", [99, 100, 101, 230])
def test_all_pages_are_read(start: Callable[..., Any], count: int) -> None:
    sandbox, options = start()
    for number in range(count):
        put_image(sandbox.tcr.registry.store, f"team-a/many-{number:03}", "1.0")
    assert len(succeed(run, {**options, "namespace": "team-a"})["repositories"]) == count + 1


def test_a_query_and_one_that_is_none(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    assert succeed(run, {**options, "query": "[?public].name"})["repositories"] == ["team/app", "team/web/api"]
    assert "JMESPath" in fail(run, {**options, "query": "[?"})["msg"]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "throttle", "error", "status"])
def test_faults_are_overcome(start: Callable[..., Any], kind: str) -> None:
    sandbox, options = start()
    sandbox.faults.add(service="tcr", match="DescribeRepositories", kind=kind)
    assert len(succeed(run, options)["repositories"]) == 3
