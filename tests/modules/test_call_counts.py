# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many calls a set costs, whatever it holds. ``make bench`` measures the seconds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.comparison import platforms
from tests.bench import scenes
from tests.modules import harbor_connection, tcr_connection
from tests.support.modules import run_module
from tests.support.steps import succeed

MANY = 200


def listings(sandbox: Any, end: str) -> int:
    """Calls of Harbor's API whose path ends so; there must be no other ones but those that find out what it is, and a login."""
    paths = [entry.path for entry in sandbox.journal.entries if entry.service == "harbor"]
    knowing = [
        path for path in paths if path.endswith(("/version", "/users/current", "/systeminfo", "/v2.0/ping", "/login"))
    ]
    found = [path for path in paths if path.endswith(end)]
    assert len(knowing) <= 5 and len(knowing) + len(found) == len(paths), paths
    return len(found)


def test_200_policies_unchanged_are_two_list_calls(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(seed="none", network="public")
    wanted = scenes.policies(sandbox, MANY)
    options = harbor_connection.connection(sandbox, policies=wanted, registry=scenes.ENDPOINT)
    assert not succeed(partial(run_module, "harbor_replication_policy"), options)["changed"]
    assert listings(sandbox, "/replication/policies") == 2


def test_200_endpoints_unchanged_are_two_list_calls(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(seed="none", network="public")
    target = harbor_connection.target(sandbox)
    one = {"type": "docker-registry", "url": target.url, **target.credential}
    registries = [{"name": f"endpoint-{number:03}", **one} for number in range(MANY)]
    options = harbor_connection.connection(sandbox, registries=registries, update_secret="on_create")
    run = partial(run_module, "harbor_registry")
    succeed(run, options)
    sandbox.journal.clear()
    assert not succeed(run, options)["changed"]
    assert listings(sandbox, "/registries") == 2


def test_namespaces_cost_one_call_each_and_one_listing_before_and_after(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(harbor_version=None)
    wanted = scenes.namespaces(30, "set")
    succeed(partial(run_module, "tcr_namespace"), tcr_connection.connection(sandbox, namespaces=wanted))
    actions = [entry.action for entry in sandbox.journal.entries]
    assert actions.count("CreateNamespace") == len(wanted)
    assert actions.count("DescribeNamespaces") == 2


def test_tags_are_verified_with_one_listing_of_each_repository(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(seed="none", network="public")
    options = scenes.tags(sandbox, repositories=10, each=20)
    result = succeed(partial(run_module, "migration_verify"), options)
    assert result["equal"] and result["totals"]["tags"] == 200
    actions = [entry.action for entry in sandbox.journal.entries if entry.service == "tcr"]
    assert actions.count("DescribeImages") == 10
    assert [entry for entry in sandbox.journal.entries if entry.service == "registry"] == []
    assert sum(entry.service == "harbor" for entry in sandbox.journal.entries) <= 10


@pytest.mark.parametrize("listing", ["index", "child"])
def test_many_multi_arch_tags_are_verified_with_at_most_1_2_calls_of_the_registry_each(
    make_sandbox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, listing: str
) -> None:
    """As of 5,000 tags: what is allowed in any case does not count here."""
    monkeypatch.setattr(platforms, "ALWAYS_CALLS", 0)
    sandbox = make_sandbox(seed="none", network="public", index_listing=listing)
    options = scenes.indexes(sandbox, repositories=5, each=60)
    result = succeed(partial(run_module, "migration_verify"), options)
    assert result["equal"] and result["totals"]["tags"] == 300
    calls = sum(entry.service == "registry" for entry in sandbox.journal.entries)
    looked_at = result["totals"]["platforms"]
    assert calls <= 1.2 * 300 and looked_at["compared"] == 600 and looked_at["unknown"]
    assert looked_at["equal"] > (300 if listing == "index" else 0)
    assert f"{looked_at['unknown']} were not looked at" in " ".join(result["notes"])
