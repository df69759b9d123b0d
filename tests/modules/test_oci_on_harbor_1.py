# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OCI content in a Harbor 1.8: named and counted, not waited for, and equal once another program has copied it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.modules.migration_scene import Scene, copy_by_hand
from tests.sandbox.core.accessories import Push
from tests.sandbox.core.content import DOCKER_MANIFEST, OCI_MANIFEST
from tests.sandbox.core.images import image, index
from tests.sandbox.harbor.demonstration import fill_with_accessories
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

verify = partial(run_module, "migration_verify")
execute = partial(run_module, "harbor_replication_execution")
MIXED, ONLY = "ocip/mixed", "ocip/only"


@pytest.fixture
def stage(make_sandbox: Callable[..., Any]) -> Scene:
    """A Harbor 1.8 with one repository of both kinds, and one that it does not list."""
    sandbox = make_sandbox(harbor_version="1.8", seed="none", network="public", harbor_retry_scale=1.0)
    oci = image(["oci"], media_type=OCI_MANIFEST)
    pushes = {
        "docker": Push(MIXED, image(["docker"], media_type=DOCKER_MANIFEST), ("docker",)),
        "oci": Push(MIXED, oci, ("oci",)),
        "index": Push(MIXED, index([oci]), ("index",)),
        "only": Push(ONLY, oci, ("1",)),
    }
    fill_with_accessories(sandbox.harbor, pushes)
    return Scene(sandbox, ["ocip"], ["ocip"])


def test_it_is_named_not_waited_for_and_not_called_equal(stage: Scene) -> None:
    options = {**stage.execution(expected_repositories={MIXED: 1}, settle_seconds=200), **stage.proof()}
    options["verify"] = {**options["verify"], "projects": ["ocip"]}
    begin = time.monotonic()
    ended = succeed(execute, options)
    assert time.monotonic() - begin < 30
    assert ended["reason"] == "everything that Harbor can copy has the same digest at the target, the rest has not"

    found = fail(verify, stage.verify(projects=["ocip"]))
    (repository,) = found["repositories"]
    assert {tag["tag"]: (tag["verdict"], tag.get("reason")) for tag in repository["tags"]} == {
        "docker": ("equal", None),
        "index": ("missing", "Harbor 1.x copies no OCI content"),
        "oci": ("missing", "Harbor 1.x copies no OCI content"),
    }
    assert not found["equal"] and found["copied"] and not repository["wanting"]
    assert "skopeo or image-syncer" in found["msg"] and found["inventory"]["totals"]["uncopied"] == 2
    assert found["inventory"]["totals"]["indexes"] == 1, "a plain OCI image is no index"
    assert "ocip/mixed:index, ocip/mixed:oci" in found["notes"][0]


def test_a_repository_that_harbor_does_not_list_is_found_by_its_name(stage: Scene) -> None:
    named = stage.verify(projects=["ocip"], repositories=[ONLY, MIXED])
    found = fail(verify, named)
    assert found["inventory"]["totals"]["uncopied"] == 3 and "ocip/only:1" in found["notes"][0]
    for repository in (MIXED, ONLY):
        copy_by_hand(stage.sandbox, repository)
    assert succeed(verify, named)["equal"], "whatever program copied it"
