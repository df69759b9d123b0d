# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module migration_verify against the sandbox: equal only when it is, and never by guess."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.artifact import write_artifact
from ansible_collections.cloud_registry.migration.plugins.module_utils._oci.push import DistributionWriter
from tests.modules.harbor_connection import FLAVOURS
from tests.modules.migration_scene import Scene
from tests.sandbox.core.content import DOCKER_LIST, DOCKER_MANIFEST
from tests.sandbox.core.images import RegistryClient, image, multi_platform
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

run = partial(run_module, "migration_verify")
execute = partial(run_module, "harbor_replication_execution")
PROJECTS = ("charts", "library", "platform", "shop")


@pytest.fixture
def scene(make_sandbox: Callable[..., Any]) -> Callable[..., Scene]:
    def make(version: str = "2.15", copied: tuple[str, ...] = ("library",), **settings: Any) -> Scene:
        namespaces = settings.pop("namespaces", copied)
        sandbox = make_sandbox(harbor_version=version, seed="demo", network="public", **settings)
        stage = Scene(sandbox, namespaces, copied or ("library",))
        if copied:
            succeed(execute, stage.execution(expected_repositories=stage.weights(*copied)))
        sandbox.journal.clear()
        return stage

    return make


def verdicts(result: dict[str, Any]) -> dict[str, str]:
    """Every tag with its verdict."""
    return {
        f"{one['name'] or one['target']}:{tag['tag']}": tag["verdict"]
        for one in result["repositories"]
        for tag in one["tags"]
    }


def overwrite(stage: Scene, reference: str, name: str = "other") -> None:
    """Put another image under a tag of the target."""
    repository, _colon, tag = reference.partition(":")
    store = stage.sandbox.tcr.registry.store
    artifact = image([name])
    for blob in artifact.blobs:
        store.put_blob(blob, repository)
    store.put_manifest(repository, tag, DOCKER_MANIFEST, artifact.content)


@pytest.mark.parametrize("version", FLAVOURS)
def test_equal_after_the_replication(scene: Callable[..., Scene], version: str) -> None:
    stage = scene(version, ("library", "shop"))
    result = succeed(run, stage.verify(projects=["library", "shop"]))
    assert result["equal"] and result["accepted"] and not result["changed"]
    wanted = {name: tags for name, tags in stage.sandbox.images.items() if name.startswith(("library/", "shop/"))}
    assert set(verdicts(result)) == {f"{name}:{tag}" for name, tags in wanted.items() for tag in tags}
    assert set(verdicts(result).values()) == {"equal"}
    assert result["totals"]["tags"] == result["totals"]["equal"] == len(verdicts(result))
    assert not stage.sandbox.journal.writes(), "the listing settles it: no credential is needed"


@pytest.mark.parametrize("listing", ["index", "child", "absent"])
def test_of_a_multi_arch_image_the_registry_itself_is_asked(scene: Callable[..., Scene], listing: str) -> None:
    stage = scene(copied=("platform",), index_listing=listing)
    result = succeed(run, stage.verify(projects=["platform"]))
    assert result["equal"] and result["totals"]["equal"] == 5
    heads = [one for one in stage.sandbox.journal.entries if one.service == "registry" and one.method == "HEAD"]
    assert len(heads) >= 5
    logins = [one for one in stage.sandbox.journal.entries if one.action == "CreateInstanceToken"]
    assert len(logins) == 1 and not stage.sandbox.journal.writes()


def test_a_private_registry_leaves_multi_arch_images_unknown(scene: Callable[..., Scene]) -> None:
    stage = scene(copied=("platform",), index_listing="child")
    nobody = stage.verify(projects=["platform"], registry_url="http://127.0.0.1:1", registry_connect_to=None)
    result = fail(run, nobody)
    assert not result["equal"] and set(verdicts(result).values()) == {"unknown"}
    assert "no connection" in result["repositories"][0]["tags"][0]["reason"]
    assert "5 unknown" in result["msg"] and "registry_connect_to" in result["msg"]
    accepted = succeed(run, {**nobody, "accepted_verdicts": ["unknown", "extra"]})
    assert accepted["accepted"] and not accepted["equal"]


def test_a_digest_that_the_listing_shows_needs_no_registry(scene: Callable[..., Scene]) -> None:
    stage = scene()
    result = succeed(run, stage.verify(registry_url="http://127.0.0.1:1", registry_connect_to=None))
    assert result["equal"]


@pytest.mark.parametrize("listing", ["index", "child"])
def test_check_mode_asks_the_registry_as_a_run_does(scene: Callable[..., Scene], listing: str) -> None:
    stage = scene(copied=("platform",), index_listing=listing)
    result = succeed(run, stage.verify(projects=["platform"]), check=True)
    assert result["equal"] and not stage.sandbox.journal.writes()


def test_check_mode_does_not_guess(scene: Callable[..., Scene]) -> None:
    stage = scene(copied=("platform",), index_listing="child")
    nobody = stage.verify(projects=["platform"], registry_url="http://127.0.0.1:1", registry_connect_to=None)
    result = fail(run, nobody, check=True)
    assert set(verdicts(result).values()) == {"unknown"} and not stage.sandbox.journal.writes()


def test_on_a_blank_target_everything_is_missing(scene: Callable[..., Scene]) -> None:
    stage = scene(copied=())
    result = fail(run, stage.verify(projects=list(PROJECTS)))
    assert set(verdicts(result).values()) == {"missing"}
    assert result["totals"]["missing"] == result["totals"]["tags"] == sum(map(len, stage.sandbox.images.values()))
    assert len(result["msg"]) < 600 and "charts/shop:0.1.0 missing" in result["msg"] and "and 3 more" in result["msg"]
    assert not stage.sandbox.journal.writes(), "no credential is needed to see that"
    assert not succeed(run, stage.verify(projects=list(PROJECTS), fail_unless_equal=False))["equal"]


def test_different_missing_and_extra(scene: Callable[..., Scene]) -> None:
    stage = scene()
    overwrite(stage, "library/base:12")
    overwrite(stage, "library/base:new")
    overwrite(stage, "library/alien:1")
    stage.sandbox.tcr.registry.store.delete_manifest("library/nginx", stage.sandbox.images["library/nginx"]["1.27"])
    result = fail(run, stage.verify())
    assert verdicts(result) == {
        "library/base:12": "different",
        "library/base:12-python": "equal",
        "library/base:new": "extra",
        "library/nginx:1.27": "missing",
        "library/nginx:1.27-oci": "equal",
    }
    by_name = {one["name"] or one["target"]: one["verdict"] for one in result["repositories"]}
    assert by_name == {"library/base": "different", "library/nginx": "missing", "library/alien": "extra"}
    assert "1 different, 1 missing, 1 extra" in result["msg"] and "library/base:12 different" in result["msg"]
    assert result["error"]["kind"] == "MigrationError" and not result["changed"]
    assert fail(run, stage.verify(accepted_verdicts=["different", "missing"]))["accepted"] is False
    assert succeed(run, stage.verify(accepted_verdicts=["different", "missing", "extra"]))["equal"] is False


def test_another_digest_in_the_listing_is_checked_with_the_registry(scene: Callable[..., Scene]) -> None:
    stage = scene()
    overwrite(stage, "library/base:12")
    unreachable = stage.verify(registry_url="http://127.0.0.1:1", registry_connect_to=None)
    assert verdicts(fail(run, unreachable))["library/base:12"] == "unknown"
    assert verdicts(fail(run, unreachable, check=True))["library/base:12"] == "different"


def test_namespace_map_and_selection(scene: Callable[..., Scene]) -> None:
    stage = scene(copied=(), namespaces=("base",))
    stage.harbor.update_policy(stage.policy_id, {"dest_namespace": "base", "dest_namespace_replace_count": 1})
    succeed(execute, stage.execution(expected_repositories=stage.weights()))
    options = stage.verify(namespace_map={"library": "base"}, repositories=["library/*"], tags=["12*"])
    result = succeed(run, options)
    assert [(one["name"], one["target"]) for one in result["repositories"] if one["name"]] == [
        ("library/base", "base/base")
    ]
    assert result["equal"] and result["totals"]["tags"] == 2


def test_harbor_1_copies_one_platform_and_that_is_different(scene: Callable[..., Scene]) -> None:
    stage = scene("1.10")
    artifact = multi_platform("old", DOCKER_LIST)
    repository = "library/multi"
    for store in (stage.sandbox.harbor.store, stage.sandbox.tcr.registry.store):
        for child in artifact.children:
            for blob in child.blobs:
                store.put_blob(blob, repository)
            store.put_manifest(repository, child.digest, child.media_type, child.content)
    stage.sandbox.harbor.store.put_manifest(repository, "1", DOCKER_LIST, artifact.content)
    child = artifact.children[0]
    stage.sandbox.tcr.registry.store.put_manifest(repository, "1", child.media_type, child.content)
    result = fail(run, stage.verify(repositories=[repository]))
    tag = result["repositories"][0]["tags"][0]
    assert tag["verdict"] == "different" and "only one platform" in tag["reason"]
    assert tag["digest"] == artifact.digest and tag["target_digest"] == child.digest


def test_the_credential_is_shown_nowhere(scene: Callable[..., Scene]) -> None:
    stage = scene(copied=("platform",))
    result = succeed(run, stage.verify(projects=["platform"]))
    assert "eyJ" not in json.dumps(result)


def test_a_repository_pushed_by_others_beside_ours(scene: Callable[..., Scene]) -> None:
    stage = scene()
    facts = stage.sandbox.facts
    harbor = RegistryClient(facts["harbor_url"], facts["harbor_username"], facts["harbor_password"])
    harbor.push("library/late", image(["late"]), "1")
    harbor.push("library/late", image(["untagged"]))
    harbor.close()
    result = fail(run, stage.verify())
    assert verdicts(result)["library/late:1"] == "missing"
    assert result["totals"]["untagged"] == 1


def test_the_repository_of_the_reports_is_the_only_one_that_is_not_extra(scene: Callable[..., Scene]) -> None:
    stage = scene()
    registry = DistributionWriter(
        stage.target.url,
        stage.target.access_key,
        stage.target.access_secret,
        connect_to=stage.sandbox.facts["public_address"],
    )
    for repository in ("library/reports", "library/reports2"):
        write_artifact(registry, repository, "migrate-20261129T030405Z", {"spring.json": b"{}"})

    def extra(**options: Any) -> list[str]:
        found = run(stage.verify(fail_unless_equal=False, **options))
        return [one["target"] for one in found["repositories"] if one["verdict"] == "extra"]

    assert extra() == ["library/reports", "library/reports2"]
    assert extra(report_repository="library/reports") == ["library/reports2"]
    refused = fail(run, stage.verify(report_repository="library/nginx"))
    assert "migration_report_repository is 'library/nginx', into which the migration copies" in refused["msg"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"projects": ["nowhere"]}, "no project 'nowhere'"),
        ({"tags": ["nothing*"]}, "has no tag that projects, repositories and tags select"),
        ({"namespace_map": {"library": "x"}}, "'x'"),
        ({"registry_id": "tcr-unknown1"}, "tcr-unknown1"),
        ({"registry_username": "someone"}, "registry_password"),
        ({"tcr_secret_key": "wrong"}, "AuthFailure"),
    ],
)
def test_bad_input(shared_sandbox: Any, options: dict[str, Any], text: str) -> None:
    stage = Scene.__new__(Scene)
    stage.sandbox = shared_sandbox
    result = fail(run, stage.verify(**options))
    assert text in result["msg"] or text in json.dumps(result["error"])


def test_nothing_selected_can_be_right(shared_sandbox: Any) -> None:
    stage = Scene.__new__(Scene)
    stage.sandbox = shared_sandbox
    assert succeed(run, stage.verify(tags=["nothing*"], allow_empty=True))["totals"]["tags"] == 0
