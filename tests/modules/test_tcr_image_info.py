# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_image_info against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import connection, runner
from tests.support.steps import fail, succeed
from tests.unit.sandbox.harbor_support import put_image

run = runner("tcr_image_info")

SWITCHES = [{}, {"page_zero": "error"}, {"empty_list": "null"}, {"empty_list": "absent"}]


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(**settings: Any) -> tuple[Any, dict[str, Any], str]:
        sandbox = make_sandbox(harbor_version=None, rate_limits=False, **settings)
        options = connection(sandbox)
        succeed(runner("tcr_namespace"), {**options, "namespaces": [{"name": "team-a"}]})
        digest = put_image(sandbox.tcr.registry.store, "team-a/web/api", "1.0", "latest")
        sandbox.journal.clear()
        return sandbox, {**options, "namespace": "team-a", "repository": "web/api"}, digest

    return started


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("settings", SWITCHES, ids=str)
def test_tags_with_digests(start: Callable[..., Any], settings: dict[str, Any], check: bool) -> None:
    sandbox, options, digest = start(**settings)
    result = succeed(run, options, check=check)
    assert not result["changed"]
    assert [(one["tag"], one["digest"]) for one in result["images"]] == [("1.0", digest), ("latest", digest)]
    assert result["images"][0]["size"] > 0
    assert result["images"][0]["kind"].startswith("Artifact::application/")
    assert result["images"][0]["updated_at"]
    assert not sandbox.journal.writes()


@pytest.mark.parametrize("count", [98, 99, 100, 230])
@pytest.mark.parametrize("page_zero", ["first", "error"])
def test_all_pages_are_read(start: Callable[..., Any], count: int, page_zero: str) -> None:
    sandbox, options, _digest = start(page_zero=page_zero)
    put_image(sandbox.tcr.registry.store, "team-a/web/api", *[f"v{number}" for number in range(count)])
    assert len({one["tag"] for one in succeed(run, options)["images"]}) == count + 2


def test_a_query(start: Callable[..., Any]) -> None:
    sandbox, options, digest = start()
    assert succeed(run, {**options, "query": "[?tag=='1.0'] | [0].digest"})["images"] == digest


@pytest.mark.parametrize("changes", [{"repository": "web"}, {"namespace": "team"}], ids=str)
def test_an_unknown_repository_is_told(start: Callable[..., Any], changes: dict[str, Any]) -> None:
    sandbox, options, _digest = start()
    result = fail(run, {**options, **changes})
    assert result["error"]["kind"] == "NotFound"
    assert all(word in result["msg"] for word in (repr(next(iter(changes.values()))), "tcr_repository_info"))


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "throttle", "error", "status"])
def test_faults_are_overcome(start: Callable[..., Any], kind: str) -> None:
    sandbox, options, _digest = start()
    sandbox.faults.add(service="tcr", match="DescribeImages", kind=kind)
    assert len(succeed(run, options)["images"]) == 2
