# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module tcr_namespace against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.tcr_connection import connection, runner
from tests.support.steps import fail, four_steps, succeed, twelve_steps
from tests.unit.sandbox.harbor_support import put_image

run = runner("tcr_namespace")


@pytest.fixture
def start(make_sandbox: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **settings: make_sandbox(harbor_version=None, **settings)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"empty_list": "null"},
        {"empty_list": "absent"},
        {"empty_namespaces": "not_found"},
        {"empty_namespaces": "not_found", "empty_list": "absent"},
        {"namespace_first_page": 1},
        {"namespace_removal": "cascade"},
        {"page_zero": "error"},
        {"repository_namespace_filter": "fuzzy"},
        {"unknown_registry": "not_found"},
        {"unknown_registry": "db_error"},
        {"unknown_registry": "empty"},
    ],
    ids=str,
)
def test_twelve_steps(start: Callable[..., Any], settings: dict[str, Any]) -> None:
    sandbox = start(**settings)
    options = connection(sandbox)
    names = [{"name": "team-a"}, {"name": "shared", "public": True}]
    changed_names = [{"name": "team-a", "public": True}, {"name": "shared", "public": False}]
    created, changed, deleted = twelve_steps(
        run,
        sandbox.journal,
        create={**options, "namespaces": names},
        change={**options, "namespaces": changed_names},
        delete={**options, "namespaces": [{"name": "team-a"}, {"name": "shared"}], "state": "absent"},
    )
    assert [(one["name"], one["public"]) for one in created["namespaces"]] == [("team-a", False), ("shared", True)]
    assert changed is not None
    assert [(one["name"], one["public"]) for one in changed["namespaces"]] == [("team-a", True), ("shared", False)]
    assert created["namespaces"][0]["namespace_id"] == changed["namespaces"][0]["namespace_id"]
    assert deleted["namespaces"] == []


def test_exact_removes_what_is_not_listed(start: Callable[..., Any]) -> None:
    sandbox = start()
    options = connection(sandbox)
    succeed(run, {**options, "namespaces": [{"name": "one1"}, {"name": "two2"}, {"name": "three3"}]})
    result = succeed(run, {**options, "namespaces": [{"name": "two2"}, {"name": "four4"}], "state": "exact"})
    assert [one["name"] for one in result["namespaces"]] == ["two2", "four4"]
    assert result["actions"] == [
        {"action": "create", "object": "namespace", "key": "four4"},
        {"action": "delete", "object": "namespace", "key": "one1"},
        {"action": "delete", "object": "namespace", "key": "three3"},
    ]


def test_many_namespaces_need_one_listing(start: Callable[..., Any]) -> None:
    sandbox = start(namespace_quota=500)
    options = connection(sandbox)
    names = [{"name": f"team-{number:03}"} for number in range(120)]
    succeed(run, {**options, "namespaces": names})
    sandbox.journal.clear()
    assert not succeed(run, {**options, "namespaces": names})["changed"]
    assert [entry.action for entry in sandbox.journal.entries] == ["DescribeInstances", "DescribeNamespaces"]


@pytest.mark.parametrize("removal", ["refuse", "cascade"])
def test_a_namespace_with_repositories_is_kept(start: Callable[..., Any], removal: str) -> None:
    sandbox = start(namespace_removal=removal)
    options = connection(sandbox)
    succeed(run, {**options, "namespaces": [{"name": "team-a"}]})
    sandbox.tcr.registry.store.put_blob(b"{}")
    config = sandbox.tcr.registry.store.put_blob(b"config")
    manifest = (
        '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[],'
        f'"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","size":6,"digest":"{config}"}}}}'
    )
    sandbox.tcr.registry.store.put_manifest(
        "team-a/api", "1.0", "application/vnd.oci.image.manifest.v1+json", manifest.encode()
    )
    sandbox.journal.clear()
    result = fail(run, {**options, "namespaces": [{"name": "team-a"}], "state": "absent"})
    assert "'team-a'" in result["msg"]
    assert "team-a/api" in result["msg"]
    assert "delete_repositories" in result["msg"]
    assert result["error"]["kind"] == "Conflict"
    assert not sandbox.journal.writes()


@pytest.mark.parametrize("removal", ["refuse", "cascade"])
@pytest.mark.parametrize("filter_", ["exact", "fuzzy"])
def test_with_permission_the_repositories_go_too(start: Callable[..., Any], removal: str, filter_: str) -> None:
    sandbox = start(namespace_removal=removal, repository_namespace_filter=filter_)
    options = {**connection(sandbox), "delete_repositories": True, "state": "exact"}
    four_steps(run, sandbox.journal, {**options, "namespaces": [{"name": "team-a"}, {"name": "team-a-two"}]})
    for number in range(12):
        put_image(sandbox.tcr.registry.store, f"team-a/deep/app-{number}", "1.0")
    put_image(sandbox.tcr.registry.store, "team-a-two/app", "1.0")
    sandbox.faults.add(service="tcr", match="DeleteRepository", kind="drop_after", call=3)
    sandbox.faults.add(service="tcr", match="DeleteNamespace", kind="drop_before")
    result = succeed(run, {**options, "namespaces": [{"name": "team-a-two"}]})
    assert result["actions"] == [{"action": "delete", "object": "namespace", "key": "team-a"}]
    assert list(sandbox.tcr.registry.namespaces) == ["team-a-two"]
    assert sandbox.tcr.registry.repositories() == ["team-a-two/app"]
    deletions = [entry for entry in sandbox.journal.writes() if entry.action == "DeleteRepository"]
    assert len(deletions) == 12
    assert not succeed(run, {**options, "namespaces": [{"name": "team-a-two"}]})["changed"]


@pytest.mark.parametrize("name", ["a", "x" * 31, "Team", "-team", "team-", "te--am", "te/am", "täm", ""])
def test_illegal_names_are_refused_before_anything_is_sent(start: Callable[..., Any], name: str) -> None:
    sandbox = start()
    result = fail(run, {**connection(sandbox), "namespaces": [{"name": "fine"}, {"name": name}]})
    assert repr(name) in result["msg"]
    assert not sandbox.journal.writes()


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "throttle", "error", "status"])
@pytest.mark.parametrize("action", ["CreateNamespace", "ModifyNamespace", "DeleteNamespace", "DescribeNamespaces"])
def test_faults_are_overcome(start: Callable[..., Any], action: str, kind: str) -> None:
    sandbox = start()
    options = connection(sandbox)
    succeed(run, {**options, "namespaces": [{"name": "old"}, {"name": "other"}]})
    sandbox.faults.add(service="tcr", match=action, kind=kind)
    result = succeed(
        run, {**options, "namespaces": [{"name": "old", "public": True}, {"name": "new"}], "state": "exact"}
    )
    assert [(one["name"], one["public"]) for one in result["namespaces"]] == [("old", True), ("new", False)]
    assert sorted(sandbox.tcr.registry.namespaces) == ["new", "old"]
