# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module migration_referrers_tag: clients find what was copied, and nobody's entries are lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules import tcr_connection
from tests.modules.migration_scene import Scene
from tests.sandbox.core.accessories import SPDX, later, referrer, scene, tag_for
from tests.sandbox.core.content import OCI_INDEX, digest_of
from tests.sandbox.core.images import put_artifact
from tests.sandbox.harbor.demonstration import fill_with_accessories
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

verify = partial(run_module, "migration_verify")
execute = partial(run_module, "harbor_replication_execution")
run = partial(run_module, "migration_referrers_tag")
IMAGE = scene()["image"].digest
TAG = tag_for(IMAGE)


@pytest.fixture
def stage(make_sandbox: Callable[..., Any]) -> Callable[..., Scene]:
    def make(**settings: Any) -> Scene:
        sandbox = make_sandbox(seed="accessories", network="public", harbor_retry_scale=0.01, **settings)
        return Scene(sandbox, ["acc"], ["acc"])

    return make


def copy(found: Scene) -> None:
    succeed(execute, found.execution(expected_repositories=found.weights("acc")))
    found.sandbox.journal.clear()


def options(found: Scene, check: bool = False) -> dict[str, Any]:
    """Options of the module after a comparison of now."""
    compared = run_module("migration_verify", found.verify(projects=["acc"], fail_unless_equal=False), check=check)
    own = {name: found.verify()[name] for name in ("registry_url", "registry_connect_to")}
    return {**tcr_connection.connection(found.sandbox), **own, "repositories": compared["repositories"]}


def listed(found: Scene, repository: str, tag: str) -> list[dict[str, Any]]:
    """What the index under a tag of the target lists."""
    manifest = found.sandbox.tcr.registry.store.manifest(repository, tag)
    assert manifest is not None and manifest.media_type == OCI_INDEX
    entries: list[dict[str, Any]] = json.loads(manifest.content)["manifests"]
    return entries


def test_predict_write_and_write_nothing_again(stage: Callable[..., Scene]) -> None:
    found = stage()
    predicted = succeed(run, options(found, check=True), check=True)
    copy(found)
    assert succeed(run, options(found), check=True)["actions"] == predicted["actions"]
    assert not found.sandbox.journal.writes()
    done = succeed(run, options(found))
    assert (done["actions"], done["referrers_api"]) == (predicted["actions"], False)
    assert f"acc/app:{TAG}" in [one["key"] for one in done["actions"]]
    for check in (True, False):
        again = succeed(run, options(found), check=check)
        assert (again["changed"], again["actions"]) == (False, [])
    assert succeed(verify, found.verify(projects=["acc"], accepted_verdicts=[]))["equal"], (
        "these tags are nobody's images"
    )


def test_the_index_lists_what_the_api_would_list(stage: Callable[..., Scene]) -> None:
    found = stage()
    copy(found)
    succeed(run, options(found))
    sbom = scene()["sbom_referrer"]
    (entry,) = (one for one in listed(found, "acc/app", TAG) if one["digest"] == sbom.digest)
    document = json.loads(sbom.artifact.content)
    assert entry["size"] == len(sbom.artifact.content)
    assert entry["mediaType"] == sbom.artifact.media_type
    assert entry["artifactType"] == document.get("artifactType") or document["config"]["mediaType"]
    assert entry.get("annotations") == document.get("annotations")
    signed = tag_for(sbom.digest)
    assert listed(found, "acc/app", signed), "what hangs on the SBOM is found as well"


def test_entries_of_others_stay(stage: Callable[..., Scene]) -> None:
    found = stage()
    copy(found)
    store = found.sandbox.tcr.registry.store
    theirs = referrer(scene()["image"].artifact, SPDX, "attached at the target")
    put_artifact(store, "acc/app", theirs)
    entry = {"mediaType": theirs.media_type, "digest": theirs.digest, "size": len(theirs.content), "urls": ["x"]}
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry], "annotations": {"by": "them"}}
    store.put_manifest("acc/app", TAG, OCI_INDEX, json.dumps(index).encode())
    done = succeed(run, options(found))
    assert {"action": "update", "object": "referrers tag", "key": f"acc/app:{TAG}"} in done["actions"]
    assert listed(found, "acc/app", TAG)[0] == entry
    assert json.loads(store.manifest("acc/app", TAG).content)["annotations"] == {"by": "them"}
    fill_with_accessories(found.sandbox.harbor, {"late": later()["late_sbom_referrer"]})
    copy(found)
    late = succeed(run, options(found))
    assert late["actions"] == [{"action": "update", "object": "referrers tag", "key": f"acc/app:{TAG}"}]
    assert listed(found, "acc/app", TAG)[0] == entry
    assert listed(found, "acc/app", TAG)[-1]["digest"] == later()["late_sbom_referrer"].digest


def test_an_index_of_the_source_stays_as_it_was_copied(stage: Callable[..., Scene]) -> None:
    found = stage()
    copy(found)
    tag = tag_for(scene()["fallback_image"].digest)
    before = found.sandbox.tcr.registry.store.manifest("acc/fallback", tag)
    assert before is not None
    assert f"acc/fallback:{tag}" not in [one["key"] for one in succeed(run, options(found))["actions"]]
    assert found.sandbox.tcr.registry.store.manifest("acc/fallback", tag) == before


def test_a_registry_with_the_api_gets_no_such_tags(stage: Callable[..., Scene]) -> None:
    found = stage(referrers_api="served")
    copy(found)
    done = succeed(run, options(found))
    assert (done["changed"], done["referrers_api"]) == (False, True)
    assert not [one for one in found.sandbox.journal.entries if one.service == "registry" and one.method == "PUT"]


def test_what_is_no_index_is_not_replaced(stage: Callable[..., Scene]) -> None:
    found = stage()
    copy(found)
    image = scene()["image"].artifact
    put_artifact(found.sandbox.tcr.registry.store, "acc/app", image, TAG)
    refused = fail(run, options(found))
    assert f"acc/app:{TAG} is no index of referrers" in refused["msg"]
    assert found.sandbox.tcr.registry.store.tags("acc/app")[TAG] == digest_of(image.content)


def test_where_nothing_hangs_on_images_nothing_is_asked(stage: Callable[..., Scene]) -> None:
    found = stage()
    result = succeed(run, {**options(found), "repositories": []})
    assert (result["changed"], result["referrers_api"]) == (False, None)


def test_a_registry_that_cannot_be_reached_is_named_and_predicted_for(stage: Callable[..., Scene]) -> None:
    found = stage()
    copy(found)
    unreachable = {**options(found), "registry_url": "http://127.0.0.1:1", "registry_connect_to": None}
    assert "no connection" in fail(run, unreachable)["msg"]
    assert succeed(run, unreachable, check=True)["changed"]
