# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_instance_info against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import connection, runner
from tests.support.steps import fail, succeed

run = runner("tcr_instance_info")
SWITCHES = [
    {},
    {"registry_name_filter": "exact"},
    {"empty_list": "null"},
    {"empty_list": "absent"},
    {"unknown_registry": "not_found"},
    {"unknown_registry": "db_error"},
    {"unknown_registry": "empty"},
]
DEMO, ARCHIVE = "tcr-sandbox1", "tcr-sandbox2"


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    def started(**settings: Any) -> tuple[Any, dict[str, Any]]:
        sandbox = make_sandbox(harbor_version=None, **settings)
        return sandbox, connection(sandbox, registry_id=None)

    return started


def ids(result: dict[str, Any]) -> list[str]:
    return [one["registry_id"] for one in result["instances"]]


@pytest.mark.parametrize("settings", SWITCHES, ids=str)
@pytest.mark.parametrize("region", ["ap-guangzhou", None])
@pytest.mark.parametrize(
    "selector",
    [
        {"registry_id": DEMO},
        {"registry_name": "demo"},
        {"domain": "demo.tencentcloudcr.com"},
        {"domain": "DEMO-vpc.tencentcloudcr.com"},
        {"domain": "https://demo.tencentcloudcr.com/v2/"},
    ],
    ids=str,
)
def test_one_is_found(
    start: Callable[..., Any], settings: dict[str, Any], region: str | None, selector: dict[str, str]
) -> None:
    sandbox, options = start(**settings)
    if region is None:
        del options["tcr_region"]
    result = succeed(run, {**options, **selector})
    assert ids(result) == [DEMO]
    assert not result["changed"]
    assert result["instances"][0] == {
        "registry_id": DEMO,
        "name": "demo",
        "status": "Running",
        "region": "ap-guangzhou",
        "type": sandbox.tcr.registry.type,
        "public_domain": "demo.tencentcloudcr.com",
        "internal_domain": "demo-vpc.tencentcloudcr.com",
        "created_at": result["instances"][0]["created_at"],
        "deletion_protection": False,
        "tags": {tag["Key"]: tag["Value"] for tag in sandbox.tcr.registry.tags},
    }
    assert not sandbox.journal.writes()


def test_all_of_a_region_or_of_all_regions(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    assert ids(succeed(run, options)) == [DEMO]
    assert ids(succeed(run, options, check=True)) == [DEMO]
    del options["tcr_region"]
    assert sorted(ids(succeed(run, options))) == [DEMO, ARCHIVE]


def test_a_query_is_applied(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    assert succeed(run, {**options, "query": "[?status=='Running'].name"})["instances"] == ["demo"]
    assert "'[?'" in fail(run, {**options, "query": "[?"})["msg"]


@pytest.mark.parametrize("settings", SWITCHES, ids=str)
@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ({"registry_id": "tcr-unknown1"}, ("'tcr-unknown1'",)),
        ({"registry_name": "dem"}, ("'dem'",)),
        ({"domain": "unknown.tencentcloudcr.com"}, ("'unknown.tencentcloudcr.com'",)),
        ({"registry_id": ARCHIVE}, ("ap-shanghai, not in ap-guangzhou", "Set tcr_region to ap-shanghai")),
        ({"registry_name": "demo-archive"}, ("ap-shanghai, not in ap-guangzhou",)),
    ],
    ids=str,
)
def test_one_that_is_not_there_is_told(
    start: Callable[..., Any], settings: dict[str, Any], selector: dict[str, str], words: tuple[str, ...]
) -> None:
    sandbox, options = start(**settings)
    result = fail(run, {**options, **selector})
    assert result["error"]["kind"] == "NotFound"
    assert all(word in result["msg"] for word in words), result["msg"]


def test_only_one_selector_is_accepted(start: Callable[..., Any]) -> None:
    sandbox, options = start()
    assert "mutually exclusive" in fail(run, {**options, "registry_id": DEMO, "domain": "x"})["msg"]
