# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module harbor_inventory_info against every flavour of the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.harbor_connection import FLAVOURS, connection
from tests.sandbox.core.images import create_projects, image, push_images
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

run = partial(run_module, "harbor_inventory_info")


@pytest.mark.parametrize("version", FLAVOURS)
def test_every_tag_is_listed_with_its_digest(make_sandbox: Callable[..., Any], version: str) -> None:
    sandbox = make_sandbox(harbor_version=version, seed="demo")
    for check in (False, True):
        result = succeed(run, connection(sandbox), check=check)
        found = {one["name"]: one["tags"] for one in result["inventory"]["repositories"]}
        assert found == sandbox.images
        assert not result["changed"] and "targets" not in result
    totals = result["inventory"]["totals"]
    assert totals["tags"] == sum(len(tags) for tags in sandbox.images.values())
    assert totals["repositories"] == len(sandbox.images) and totals["bytes"] > 0
    assert not sandbox.journal.writes()


def test_one_listing_for_each_project_where_harbor_has_it(shared_sandbox: Any) -> None:
    shared_sandbox.journal.clear()
    succeed(run, connection(shared_sandbox))
    listings = [entry.path for entry in shared_sandbox.journal.entries if "artifacts" in entry.path]
    assert len(listings) == len({name.partition("/")[0] for name in shared_sandbox.images})


def test_selection(shared_sandbox: Any) -> None:
    options = connection(shared_sandbox, projects=["shop"], repositories=["shop/team/*"], tags=["2.[0-3]", "stable"])
    shared_sandbox.journal.clear()
    result = succeed(run, options)
    names = {one["name"]: sorted(one["tags"]) for one in result["inventory"]["repositories"]}
    assert names == {"shop/team/api": ["2.0", "2.1", "2.2", "2.3", "stable"]}
    listings = [entry.path for entry in shared_sandbox.journal.entries if "artifacts" in entry.path]
    assert len(listings) == 1, "other projects need not be listed"


def test_projects_that_no_pattern_can_match_are_not_listed(shared_sandbox: Any) -> None:
    shared_sandbox.journal.clear()
    succeed(run, connection(shared_sandbox, repositories=["sho?/**"]))
    listings = [entry.path for entry in shared_sandbox.journal.entries if "artifacts" in entry.path]
    assert len(listings) == 1 and "/projects/shop/" in listings[0]


def test_targets(shared_sandbox: Any) -> None:
    result = succeed(run, connection(shared_sandbox, namespace_map={"shop": "store"}))
    targets = result["targets"]
    assert targets["repositories"]["shop/team/api"] == "store/team/api"
    assert targets["namespaces"] == ["charts", "library", "platform", "store"]
    assert targets["projects"]["shop"]["dest_namespace_replace_count"] == 1
    assert succeed(run, connection(shared_sandbox, namespace_map={}))["targets"]["namespaces"][-1] == "shop"


def test_two_sources_on_one_target_are_named(sandbox: Any) -> None:
    facts = sandbox.facts
    login = (facts["harbor_url"], facts["harbor_username"], facts["harbor_password"])
    create_projects(*login, ["mirror"])
    push_images(*login, {"mirror/nginx": {"1.27": image(["base", "nginx-1.27"])}})
    result = fail(run, connection(sandbox, namespace_map={"mirror": "library"}))
    assert "'library/nginx' and 'mirror/nginx' -> 'library/nginx'" in result["msg"]
    assert "namespace_map" in result["msg"]
    assert result["collisions"] == {"library/nginx": ["library/nginx", "mirror/nginx"]}


def test_a_name_that_is_not_legal_at_the_target_is_named(shared_sandbox: Any) -> None:
    result = fail(run, connection(shared_sandbox, namespace_map={"shop": "NO"}))
    assert "'NO'" in result["msg"] and "'shop'" in result["msg"]


def test_before_2_3_deep_repositories_cannot_be_mapped(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(harbor_version="1.10", seed="demo")
    result = fail(run, connection(sandbox, namespace_map={"shop": "store"}))
    assert "'shop/team/api'" in result["msg"] and "before 2.3" in result["msg"]
    assert succeed(run, connection(sandbox, namespace_map={"library": "base"}))["targets"]["projects"]["library"] == {
        "namespace": "base",
        "dest_namespace": "base",
        "dest_namespace_replace_count": None,
    }


def test_query(shared_sandbox: Any) -> None:
    result = succeed(run, connection(shared_sandbox, query="totals.repositories"))
    assert result["inventory"] == len(shared_sandbox.images)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"projects": ["shop", "nowhere"]}, "no project 'nowhere'"),
        ({"repositories": ["{shop"]}, "'{shop' cannot be used"),
        ({"harbor_password": "wrong-password"}, "does not accept user 'admin'"),
    ],
)
def test_bad_input(shared_sandbox: Any, options: dict[str, Any], text: str) -> None:
    assert text in fail(run, connection(shared_sandbox, **options))["msg"]
