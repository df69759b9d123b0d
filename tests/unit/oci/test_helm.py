# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts as artifacts: byte for byte what Helm 3.18.6 pushed (tests/contract/records/helm-3.18.6.json)."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import Any

import pytest

from ansible_collections.cloud_registry.migration.plugins.module_utils._errors import InvalidInput
from ansible_collections.cloud_registry.migration.plugins.module_utils._oci import helm
from tests.tools.environments import ROOT

RECORDED = json.loads((ROOT / "tests/contract/records/helm-3.18.6.json").read_text())
CHART = """
apiVersion: v2
name: demo
description: A lab chart
type: application
version: 0.1.0
appVersion: "1.2.3"
home: https://example.org/demo
icon: https://example.org/demo.png
sources: [https://example.org/src/demo]
keywords: [lab]
maintainers:
  - name: Example Maintainer
    email: maintainer@example.org
annotations:
  example.org/team: lab
"""


def archive(**files: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name.replace("__", "/").replace("_", "."))
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(packed.getvalue(), mtime=0)


def metadata_of(chart: str, **files: str) -> dict[str, Any]:
    return helm.read_metadata(archive(demo__Chart_yaml=chart, **files))


@pytest.mark.parametrize("version", ["0.1.0", "1.0.0+build.5"])
def test_configuration_and_manifest_are_those_of_helm(version: str) -> None:
    recorded = RECORDED[f"demo-{helm.tag_of(version)}"]
    metadata = metadata_of(CHART.replace("0.1.0", version))
    config = helm.config_of(metadata)
    assert config.decode() == recorded["config"]

    known = json.loads(recorded["manifest"])
    created = known["annotations"]["org.opencontainers.image.created"]
    made = helm.manifest_of(metadata, config, b"archive", None, created).decode()
    (layer,) = known["layers"]
    mine = json.loads(made)["layers"][0]
    as_recorded = made.replace(mine["digest"], layer["digest"]).replace('"size":7}', f'"size":{layer["size"]}}}')
    assert as_recorded == recorded["manifest"]


def test_a_provenance_file_is_a_layer_and_layers_are_sorted_by_digest() -> None:
    metadata = metadata_of(CHART)
    for provenance in (b"one", b"two", b"three"):
        manifest = helm.manifest_of(metadata, b"{}", b"archive", provenance, "2026-11-29T03:58:42Z")
        layers = json.loads(manifest)["layers"]
        assert [one["digest"] for one in layers] == sorted(one["digest"] for one in layers)
        assert helm.layer_digests(manifest) == {
            helm.ARCHIVE_MEDIA_TYPE: helm.digest_of(b"archive"),
            helm.PROVENANCE_MEDIA_TYPE: helm.digest_of(provenance),
        }


def test_layers_are_found_in_a_recorded_manifest() -> None:
    found = helm.layer_digests(RECORDED["signed-0.2.0"]["manifest"])
    assert found[helm.ARCHIVE_MEDIA_TYPE].startswith("sha256:5717d055")
    assert found[helm.PROVENANCE_MEDIA_TYPE].startswith("sha256:87705ef2")


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"layers": null}', '{"layers": [1]}', "<html>"])
def test_what_is_no_manifest_has_no_layers(manifest: str) -> None:
    assert helm.layer_digests(manifest) == {}


def test_numbers_in_the_place_of_texts_are_written_as_go_writes_them() -> None:
    metadata = metadata_of("apiVersion: v2\nname: demo\nversion: 0.1.0\nappVersion: 1.10\nkeywords: [2024, true]\n")
    assert metadata["appVersion"] == "1.1"
    assert metadata["keywords"] == ["2024", "true"]


def test_characters_that_go_escapes() -> None:
    config = helm.config_of(metadata_of("apiVersion: v2\nname: demo\nversion: 0.1.0\ndescription: <a> & é\n"))
    assert b'"description":"\\u003ca\\u003e \\u0026 \xc3\xa9"' in config


def test_dependencies_of_a_first_generation_chart_are_in_another_file() -> None:
    chart = "name: demo\nversion: 0.1.0\nunknown: dropped\n"
    requirements = "dependencies:\n- {name: redis, version: ~1, repository: https://example.org, tags: [db]}\n"
    metadata = metadata_of(chart, demo__requirements_yaml=requirements, demo__charts__redis__Chart_yaml="name: redis\n")
    assert metadata == {
        "name": "demo",
        "version": "0.1.0",
        "apiVersion": "v1",
        "dependencies": [{"name": "redis", "version": "~1", "repository": "https://example.org", "tags": ["db"]}],
    }
    assert list(metadata) == ["name", "version", "apiVersion", "dependencies"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", "it is no gzipped tar archive"),
        (gzip.compress(b"no tar"), "it is no gzipped tar archive"),
        (archive(demo__values_yaml="a: 1"), "it has no Chart.yaml"),
        (archive(demo__Chart_yaml="- a"), "its Chart.yaml is no mapping"),
        (archive(demo__Chart_yaml="a: ["), "its Chart.yaml is no YAML"),
    ],
    ids=["a page", "another file", "no Chart.yaml", "a list", "broken"],
)
def test_what_is_no_chart_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        helm.read_metadata(content)


@pytest.mark.parametrize(
    ("version", "tag", "legal"),
    [("1.0.0+build.5", "1.0.0_build.5", True), ("1.0.0-rc.1", "1.0.0-rc.1", True), ("1" * 129, "1" * 129, False)],
)
def test_versions_become_tags(version: str, tag: str, legal: bool) -> None:
    assert helm.tag_of(version) == tag
    assert (not helm.tag_problem(version)) is legal
