# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What failed or differs, and nothing else, is copied again after a failure, with policies that never stay."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules import harbor_connection, tcr_connection
from tests.modules.migration_chain import ID, Chain
from tests.sandbox.core.content import DOCKER_MANIFEST, OCI_MANIFEST
from tests.sandbox.core.images import image
from tests.support.modules import run_module
from tests.support.steps import succeed

FOREVER = 99
WEB, API = "shop/web", "shop/team/api"
FLAVOURS = ("1.8", "2.0", "2.15")


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Chain]:
    """A migration of two repositories with two tags each, whose policies exist."""

    def begin(version: str = "2.15", **settings: Any) -> Chain:
        quick = {"harbor_retry_scale": 0.0, "harbor_status_lag_seconds": 0.5, **settings}
        chain = Chain(make_sandbox(harbor_version=version, seed="none", network="public", **quick))
        kind = OCI_MANIFEST if version == "2.15" else DOCKER_MANIFEST
        for repository in (WEB, API):
            for tag in ("v1", "v2"):
                chain.push(repository, image([f"{repository} {tag}"], media_type=kind), tag)
        chain.prepare()
        return chain

    return begin


def copy(chain: Chain, **options: Any) -> dict[str, Any]:
    """The result of the one execution, whose failures count after a moment."""
    (result,) = chain.copy(**{"settle_seconds": 1.2, "retry_limit": 2, **options})
    return result


def temporary(chain: Chain) -> dict[str, dict[str, Any]]:
    """The temporary policies by name, as they were whenever an execution was started from now on."""
    seen: dict[str, dict[str, Any]] = {}
    state = chain.sandbox.harbor.state
    next_id = state.next_id

    def watch(kind: str) -> int:
        for one in state.policies.values() if kind == "execution" else ():
            if one.name != ID:
                filters = {item["type"]: item["value"] for item in one.filters if item["type"] != "resource"}
                seen[one.name] = {"filters": filters, "description": one.description}
        return int(next_id(kind))

    state.next_id = watch
    return seen


def policies(chain: Chain) -> list[str]:
    return [one["name"] for one in harbor_connection.harbor(chain.sandbox).policies()]


def writes(chain: Chain) -> list[str]:
    """What was changed in Harbor."""
    base = chain.sandbox.harbor.flavour.base
    found = [entry.action.replace(base, "") for entry in chain.sandbox.journal.writes("harbor")]
    return [one for one in found if "/v2/" not in one and "login" not in one]


@pytest.mark.parametrize("version", FLAVOURS)
def test_what_failed_is_copied_again_and_only_that(start: Callable[..., Chain], version: str) -> None:
    chain = start(version, harbor_failing_tasks={API: 1})
    seen = temporary(chain)
    result = copy(chain)
    assert not result["failed"] and result["verdict"] == "succeeded", result.get("msg")
    assert (
        "after 1 retry of what had failed" in result["reason"] and "every tag has the same digest" in result["reason"]
    )
    (retry,) = result["retries"]
    assert retry["repositories"] == [API] and retry["problem"] == ""
    assert [one["verdict"] for one in retry["executions"]] == ["succeeded"]
    assert seen["demo__retry-1"]["filters"] == {"name": API, "tag": "{v1,v2}"}
    assert seen["demo__retry-1"]["description"] == f"managed by cloud_registry.migration: {ID}"
    assert policies(chain) == [ID]
    assert [(one["action"], one["object"], one["key"]) for one in result["actions"]] == [
        ("start", "replication execution", "demo"),
        ("create", "replication policy", "demo__retry-1"),
        ("start", "replication execution", "demo__retry-1"),
        ("delete", "replication policy", "demo__retry-1"),
    ]
    assert chain.verify()["equal"]


def test_only_the_tags_that_are_wanting_are_copied_again(start: Callable[..., Chain]) -> None:
    chain = start(harbor_failing_tasks={API: 1, WEB: 1})
    for repository in (API, WEB):
        manifest = chain.source.manifest(repository, "v1")
        chain.put(repository, image([f"{repository} v1"], media_type=OCI_MANIFEST), "v1")
        assert chain.target.tags(repository)["v1"] == manifest.digest
    chain.sandbox.journal.clear()
    seen = temporary(chain)
    result = copy(chain)
    assert not result["failed"] and result["retries"][0]["repositories"] == [API, WEB]
    filters = [seen[one["policy"]]["filters"] for one in result["retries"][0]["executions"]]
    assert filters == [{"name": WEB, "tag": "v2"}, {"name": API, "tag": "v2"}], "they do not lie beside each other"
    puts = {entry.path for entry in chain.sandbox.journal.writes("registry") if "/manifests/" in entry.path}
    assert puts == {f"/v2/{API}/manifests/v2", f"/v2/{WEB}/manifests/v2"}


def test_what_remains_is_listed_with_the_line_of_the_log(start: Callable[..., Chain]) -> None:
    chain = start(harbor_failing_tasks={API: FOREVER, WEB: 1})
    result = copy(chain)
    assert result["failed"] and result["verdict"] == "failed" and len(result["retries"]) == 2
    assert [one["repositories"] for one in result["retries"]] == [[API, WEB], [API]]
    (remaining,) = result["execution"]["failed_repositories"]
    assert remaining["repository"] == API and "connection reset by peer" in remaining["log_line"]
    assert "after 2 retries, 1 repositories are not as they should be" in result["msg"]
    assert f"Failed: {API}: failed to pushing the blob" in result["msg"] and f"{WEB}:" not in result["msg"]
    assert policies(chain) == [ID] and not chain.verify()["equal"]


def test_what_cannot_heal_is_not_tried_again(start: Callable[..., Chain]) -> None:
    chain = start(harbor_failing_tasks={WEB: 1})
    chain.refuse(f"{API}/.*", 403, "DENIED", "requested access to the resource is denied")
    result = copy(chain)
    assert result["failed"] and [one["repositories"] for one in result["retries"]] == [[WEB]]
    (remaining,) = result["execution"]["failed_repositories"]
    assert remaining["repository"] == API and "code: 403" in remaining["log_line"]
    assert "check the permissions of its account" in result["msg"]


def test_beside_a_tag_that_a_rule_keeps_the_others_are_tried_again(start: Callable[..., Chain]) -> None:
    chain = start()
    chain.put(WEB, image(["another"], media_type=OCI_MANIFEST), "v1")
    rules = [{"namespace": "shop", "repositories": "web", "tags": "v1"}]
    succeed(partial(run_module, "tcr_immutable_tag"), tcr_connection.connection(chain.sandbox, rules=rules))
    chain.sandbox.faults.add(
        service="registry", match=rf"PUT /v2/{WEB}/manifests/v2", kind="error", status=500, times=3
    )
    result = copy(chain)
    assert result["failed"] and chain.target.tags(WEB)["v2"] == chain.source.tags(WEB)["v2"]
    assert [one["repositories"] for one in result["retries"]] == [[WEB]] and "immutable tag rule" in result["msg"]


def test_a_rule_alone_is_no_reason_for_a_retry(start: Callable[..., Chain]) -> None:
    chain = start()
    chain.put(WEB, image(["another"], media_type=OCI_MANIFEST), "v1")
    rules = [{"namespace": "shop", "repositories": "web", "tags": "v1"}]
    succeed(partial(run_module, "tcr_immutable_tag"), tcr_connection.connection(chain.sandbox, rules=rules))
    result = copy(chain)
    assert result["failed"] and "retries" not in result and "immutable tag rule" in result["msg"]


@pytest.mark.parametrize("limit", [0, 2])
def test_without_a_failure_there_is_not_one_call_more(start: Callable[..., Chain], limit: int) -> None:
    chain = start()
    (due,) = chain.executions()
    chain.sandbox.journal.clear()
    result = succeed(partial(run_module, "harbor_replication_execution"), chain.execution(due, retry_limit=limit))
    assert "retries" not in result and writes(chain) == ["POST /replication/executions"]
    assert sum(entry.action == "GET /api/v2.0/replication/policies" for entry in chain.sandbox.journal.entries) == 1


def test_without_a_limit_the_failure_is_what_it_was(start: Callable[..., Chain]) -> None:
    result = copy(start(harbor_failing_tasks={API: 1}), retry_limit=0)
    assert result["failed"] and "retries" not in result and "1 of 2 repositories failed permanently" in result["msg"]


def test_without_a_comparison_the_repositories_that_failed_are_copied_again(start: Callable[..., Chain]) -> None:
    chain = start(harbor_failing_tasks={API: 1})
    (due,) = chain.executions()
    options = {**chain.execution(due, retry_limit=1, settle_seconds=1.2), "verify": None}
    result = succeed(partial(run_module, "harbor_replication_execution"), options)
    assert result["retries"][0]["repositories"] == [API] and chain.verify()["equal"]


def test_temporary_policies_are_removed_although_a_retry_was_prevented(start: Callable[..., Chain]) -> None:
    chain = start(harbor_failing_tasks={API: 1})
    chain.sandbox.faults.add(
        service="harbor", match=r"POST .*/replication/executions", kind="status", status=403, call=2, times=9
    )
    result = copy(chain)
    assert result["failed"] and policies(chain) == [ID]
    assert result["retries"][0]["executions"] == [] and result["retries"][0]["problem"] in result["msg"]


def test_what_a_killed_run_has_left_is_removed_by_the_next_one_also_while_it_copies(
    start: Callable[..., Chain],
) -> None:
    chain = start(harbor_failing_tasks={API: 1}, harbor_task_seconds=1.0)
    (due,) = chain.executions()
    left = succeed(
        partial(run_module, "harbor_replication_execution"), chain.execution(due, only={API: ["v1"], WEB: []})
    )
    assert [one["policy"] for one in left["temporary"]] == ["demo__retry-1", "demo__retry-2"]
    found = run_module("migration_state_info", chain._connections(migration_id=ID, purpose="leftovers"))
    assert {"demo__retry-1", "demo__retry-2"} <= {one["key"] for one in found["leftovers"]}
    predicted = chain.make_policies(check=True)
    assert [(one["action"], one["key"]) for one in predicted["actions"]] == [
        ("delete", "demo__retry-1"),
        ("delete", "demo__retry-2"),
    ]
    done = chain.make_policies()
    assert not done["failed"] and done["actions"] == predicted["actions"] and policies(chain) == [ID]


def test_a_part_of_a_policy_is_copied_on_request(start: Callable[..., Chain]) -> None:
    chain = start()
    (due,) = chain.executions()
    run = partial(run_module, "harbor_replication_execution")
    only = {WEB: ["v2"]}
    assert succeed(run, chain.execution(due, only=only), check=True)["temporary"] == []
    assert policies(chain) == [ID]
    succeed(run, chain.execution(due, only=only))
    end = time.monotonic() + 10
    while "v2" not in chain.target.tags(WEB) and time.monotonic() < end:
        threading.Event().wait(0.1)
    removed = succeed(run, chain.execution(due, only={}, state="stopped"))
    assert removed["changed"] and policies(chain) == [ID] and chain.target.tags(WEB).keys() == {"v2"}
    assert not succeed(run, chain.execution(due, only={}, state="stopped"))["changed"]
