# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module migration_artifact against the sandbox: files are kept whole, under their names, and never replaced."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import Conflict, NotFound, ServerFault
from ansible_collections.cloud_registry.migration.plugins.module_utils._migration.report.artifact import (
    ARTIFACT_TYPE,
    read_artifact,
)
from ansible_collections.cloud_registry.migration.plugins.module_utils._oci.push import DistributionWriter
from tests.modules.migration_scene import Scene
from tests.modules.test_migration_state_info import options
from tests.modules.test_migration_state_info import run as state
from tests.sandbox.core.content import OCI_MANIFEST
from tests.support.modules import run_module
from tests.support.steps import fail, succeed

run = partial(run_module, "migration_artifact")
REPOSITORY, TAG = "audit/reports", "migrate-20261129T030405Z"


class Kept:
    """A registry with a namespace for reports, and files to keep there."""

    def __init__(self, scene: Scene, directory: Path) -> None:
        self.scene, self.store = scene, scene.sandbox.tcr.registry.store
        self.files = {
            "spring.json": b'{"outcome": "equal"}\n',
            "spring.html": "<p>\u00e4</p>".encode(),
            "empty.md": b"",
        }
        self.paths = [directory / name for name in self.files]
        for path in self.paths:
            path.write_bytes(self.files[path.name])

    def options(self, **changes: Any) -> dict[str, Any]:
        own = {"repository": REPOSITORY, "tag": TAG, "files": [str(path) for path in self.paths], **changes}
        unused = ("harbor_url", "harbor_username", "harbor_password", "projects")
        return {name: value for name, value in self.scene.verify(**own).items() if name not in unused}

    def registry(self) -> DistributionWriter:
        target = self.scene.target
        address = self.scene.sandbox.facts["public_address"]
        return DistributionWriter(target.url, target.access_key, target.access_secret, connect_to=address)

    def read(self, reference: str = TAG) -> dict[str, bytes]:
        return read_artifact(self.registry(), REPOSITORY, reference)


@pytest.fixture
def kept(empty_sandbox: Any, tmp_path: Path) -> Kept:
    return Kept(Scene(empty_sandbox, ("audit",)), tmp_path)


def test_files_are_kept_under_their_names_and_read_back_whole(kept: Kept) -> None:
    predicted = succeed(run, kept.options(), check=True)
    assert (predicted["stored"], predicted["changed"], kept.store.repositories()) == (False, True, [])
    done = succeed(run, kept.options())
    assert (done["stored"], done["reference"]) == (True, f"{REPOSITORY}:{TAG}")
    assert kept.read() == kept.read(done["digest"]) == kept.files
    manifest = json.loads(kept.store.manifest(REPOSITORY, TAG).content)
    assert manifest["artifactType"] == ARTIFACT_TYPE
    assert [one["mediaType"] for one in manifest["layers"]] == ["text/markdown", "text/html", "application/json"]


def test_what_is_kept_is_never_replaced(kept: Kept) -> None:
    first = succeed(run, kept.options())
    again = succeed(run, kept.options())
    assert (first["changed"], again["changed"], again["digest"]) == (True, False, first["digest"])
    kept.paths[0].write_text("another")
    assert "has other files under audit/reports:migrate-20261129T030405Z already" in fail(run, kept.options())["msg"]
    assert kept.read() == kept.files
    assert succeed(run, kept.options(tag="verify-20261129T040405Z"))["digest"] != first["digest"]


def test_a_registry_that_cannot_be_reached_is_a_failure_or_where_that_is_wanted_a_warning(kept: Kept) -> None:
    kept.scene.target.close_whitelist()
    assert "registry_connect_to" in fail(run, kept.options())["msg"]
    told = succeed(run, kept.options(required=False))
    assert (told["stored"], told["changed"], told["digest"]) == (False, False, "")
    (warning,) = told["warnings"]
    assert warning.startswith(
        f"spring.json, spring.html, empty.md could not be stored at the target as {REPOSITORY}:{TAG}: "
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"repository": "reports"}, "migration_report_repository is 'reports'"),
        ({"repository": "audit/Reports"}, "Give it as namespace/repository."),
        ({"files": ["/nowhere/spring.json"]}, "files: /nowhere/spring.json cannot be read: No such file"),
        ({"files": []}, "There is no file to store."),
        ({"repository": "missing/reports"}, "missing"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_the_reason(kept: Kept, changes: dict[str, Any], reason: str) -> None:
    assert reason in fail(run, kept.options(**changes))["msg"]


def test_what_is_no_artifact_of_ours_is_not_read(kept: Kept) -> None:
    with pytest.raises(NotFound, match="has no audit/reports:none"):
        kept.read("none")
    digest = succeed(run, kept.options())["digest"]
    manifest = json.loads(kept.store.manifest(REPOSITORY, TAG).content)
    registry = kept.registry()
    layer = manifest["layers"][0]
    strange = {
        "path": {"layers": [{**layer, "annotations": {"org.opencontainers.image.title": "../spring.json"}}]},
        "type": {"artifactType": "application/vnd.other"},
        "untitled": {"layers": [{**layer, "annotations": {}}]},
        "twice": {"layers": [layer, layer]},
        "large": {"layers": [{**layer, "size": 10**12}]},
    }
    for tag, changes in strange.items():
        registry.push_manifest(REPOSITORY, tag, OCI_MANIFEST, json.dumps({**manifest, **changes}).encode())
        with pytest.raises(Conflict):
            kept.read(tag)
    assert kept.read(digest) == kept.files


def test_a_file_that_is_not_what_its_digest_says_is_not_accepted(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    succeed(run, kept.options())
    monkeypatch.setattr(DistributionWriter, "blob", lambda *_place: b"changed on the way")
    with pytest.raises(ServerFault, match=r"returns another empty.md of audit/reports:migrate"):
        kept.read()
    monkeypatch.setattr(DistributionWriter, "blob", lambda *_place: None)
    with pytest.raises(NotFound, match=r"lost empty.md of audit/reports:migrate"):
        kept.read()


def test_the_namespace_of_the_reports_is_one_that_the_target_needs(sandbox: Any) -> None:
    found = succeed(state, options(sandbox, projects=["library"], report_repository=REPOSITORY))
    assert found["targets"]["namespaces"] == ["audit", "library"]
