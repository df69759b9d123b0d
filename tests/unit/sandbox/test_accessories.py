# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures and SBOMs in the sandbox: what each Harbor makes of a push, and which registries serve referrers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox import Sandbox
from tests.sandbox.core.accessories import SPDX, referrer, scene, tag_for
from tests.sandbox.core.content import OCI_INDEX
from tests.sandbox.core.images import RegistryClient, create_projects
from tests.sandbox.harbor import HarborServer
from tests.sandbox.harbor.accessories import accessories, listed_artifacts
from tests.sandbox.harbor.demonstration import fill_with_accessories
from tests.unit.sandbox.harbor_support import Client, running_harbor
from tests.unit.sandbox.tcr_support import Opened

_APP = "projects/acc/repositories/app/artifacts"
_IMAGE = scene()["image"]


@pytest.fixture
def harbor(tmp_path: Path, version: str) -> Iterator[HarborServer]:
    """A Harbor of a version with the scene."""
    with running_harbor(version, tmp_path) as server:
        fill_with_accessories(server)
        yield server


def _registry(harbor: HarborServer) -> RegistryClient:
    return RegistryClient(harbor.url, harbor.username, harbor.password)


def _types(client: Client) -> dict[str, str]:
    """Name in the scene to type of what hangs on the image of `acc/app`."""
    names = {push.digest: name for name, push in scene().items()}
    artifact = client.get(f"{_APP}/1.0", with_accessory="true")
    return {names[item["digest"]]: item["type"] for item in artifact["accessories"]}


def test_a_seed_fills_harbor_with_the_scene(tmp_path: Path) -> None:
    with Sandbox(tmp_path, seed="accessories") as sandbox:
        assert sandbox.images["acc/tagged"] == {
            "1": scene()["tagged_image"].digest,
            "sbom-1": scene()["tagged_referrer"].digest,
        }
        assert sandbox.images["acc/untagged"] == {
            tag_for(scene()["unt_image"].digest, "sig"): scene()["unt_cosign_sig_tag"].digest
        }


def test_pushes_over_http_make_the_same_accessories(tmp_path: Path) -> None:
    with running_harbor("2.15", tmp_path / "pushed") as pushed, running_harbor("2.15", tmp_path / "filled") as filled:
        create_projects(pushed.url, pushed.username, pushed.password, ["acc"])
        with closing(_registry(pushed)) as client:
            for push in scene().values():
                assert client.push(push.repository, push.artifact, *push.tags) == push.digest
        fill_with_accessories(filled)
        for repository in {push.repository for push in scene().values()}:
            for view in (accessories, listed_artifacts):
                assert view(pushed.flavour, pushed.store, repository) == view(filled.flavour, filled.store, repository)


@pytest.mark.parametrize("version", ["2.15"])
def test_the_kind_of_an_accessory_comes_from_its_artifact_type(harbor: HarborServer) -> None:
    assert _types(Client(harbor)) == {
        "cosign_sig_tag": "signature.cosign",
        "cosign_oci11_referrer": "signature.cosign",
        "notation_referrer": "signature.notation",
        "sbom_referrer": "subject.accessory",
        "sigstore_bundle_referrer": "signature.cosign",
    }


@pytest.mark.parametrize("version", ["2.9"])
def test_2_9_takes_it_from_the_configuration(harbor: HarborServer) -> None:
    assert _types(Client(harbor)) == {
        "cosign_sig_tag": "signature.cosign",
        "cosign_oci11_referrer": "subject.accessory",
        "notation_referrer": "signature.notation",
        "sbom_referrer": "subject.accessory",
        "sigstore_bundle_referrer": "subject.accessory",
    }


@pytest.mark.parametrize("version", ["2.7"])
def test_2_7_knows_signatures_by_tag_whose_subject_is_there(harbor: HarborServer) -> None:
    client = Client(harbor)
    assert _types(client) == {"cosign_sig_tag": "signature.cosign"}
    signed = client.get(f"{_APP}/1.0", with_accessory="true")["accessories"][0]
    assert "subject_artifact_digest" not in signed
    listed = {item["digest"] for item in client.get(_APP, page_size=100)}
    assert scene()["sbom_referrer"].digest in listed
    assert scene()["cosign_sig_tag"].digest not in listed
    assert len(client.get("projects/acc/repositories/orphan/artifacts")) == 2


@pytest.mark.parametrize("version", ["2.0"])
def test_older_versions_list_signatures_as_artifacts(harbor: HarborServer) -> None:
    client = Client(harbor)
    listed = client.get(_APP, with_accessory="true", page_size=100)
    assert len(listed) == len([push for push in scene().values() if push.repository == "acc/app"])
    assert all("accessories" not in item for item in listed)
    assert client.refused("GET", f"{_APP}/1.0/accessories")[0] == 404


@pytest.mark.parametrize("version", ["2.9", "2.15"])
def test_an_accessory_whose_subject_is_missing_is_in_no_list(harbor: HarborServer) -> None:
    client = Client(harbor)
    assert [item["tags"][0]["name"] for item in client.get("projects/acc/repositories/orphan/artifacts")] == ["1"]
    harbor.store.delete_manifest("acc/orphan", scene()["orphan_image"].digest)
    repository = next(item for item in client.get("projects/acc/repositories") if item["name"] == "acc/orphan")
    assert "artifact_count" not in repository


@pytest.mark.parametrize("version", ["2.15"])
def test_what_hangs_on_an_artifact_is_deleted_with_it(harbor: HarborServer) -> None:
    assert Client(harbor).call("DELETE", f"{_APP}/1.0").status_code == 200
    left = {item.digest for item in harbor.store.manifests("acc/app")}
    assert left == {scene()[name].digest for name in ("attestation_tag", "sbom_tag", "untagged_image")}


@pytest.mark.parametrize("version", ["2.15"])
def test_the_list_of_accessories_needs_a_right_of_its_own(harbor: HarborServer) -> None:
    access = [{"resource": "artifact", "action": "list"}, {"resource": "artifact", "action": "read"}]
    permission = {"kind": "project", "namespace": "acc", "access": access}
    body = {"name": "reader", "level": "system", "duration": -1, "permissions": [permission]}
    made = Client(harbor).call("POST", "robots", body).json()
    robot = Client(harbor, made["name"], made["secret"])
    assert robot.get(f"{_APP}/1.0", with_accessory="true")["accessories"]
    assert robot.refused("GET", f"{_APP}/1.0/accessories")[0] == 403


def _referrers(harbor: HarborServer, digest: str, **query: str) -> requests.Response:
    address = f"{harbor.url}/v2/acc/app/referrers/{digest}"
    return requests.get(address, params=query, auth=(harbor.username, harbor.password), timeout=10)


@pytest.mark.parametrize("version", ["2.15"])
def test_referrers_are_filtered_by_artifact_type(harbor: HarborServer) -> None:
    answer = _referrers(harbor, _IMAGE.digest, artifactType=SPDX)
    assert [item["digest"] for item in answer.json()["manifests"]] == [scene()["sbom_referrer"].digest]
    assert answer.headers["OCI-Filters-Applied"] == "artifactType"
    unknown = _referrers(harbor, f"sha256:{'0' * 64}")
    assert (unknown.status_code, unknown.json()["manifests"]) == (200, [])
    assert _referrers(harbor, "1.0").status_code == 400


@pytest.mark.parametrize("version", ["2.9"])
def test_2_9_lists_referrers_as_plain_json(harbor: HarborServer) -> None:
    answer = _referrers(harbor, _IMAGE.digest)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["X-Total-Count"] == "5"
    assert answer.json()["manifests"][3]["artifactType"] == "application/vnd.oci.empty.v1+json"
    assert _referrers(harbor, f"sha256:{'0' * 64}").json() == {}


@pytest.mark.parametrize("version", ["1.8", "1.10", "2.0", "2.7"])
def test_older_versions_serve_no_referrers(harbor: HarborServer) -> None:
    answer = _referrers(harbor, _IMAGE.digest)
    assert (answer.status_code, answer.text) == (404, "404 page not found\n")


@pytest.mark.parametrize(("version", "named"), [("2.15", _IMAGE.digest), ("2.0", None)])
def test_a_push_with_a_subject_is_confirmed_where_referrers_are_served(harbor: HarborServer, named: str | None) -> None:
    late = referrer(_IMAGE.artifact, SPDX, "late")
    with closing(_registry(harbor)) as client:
        client.push("acc/app", late)
        headers = {"Content-Type": late.media_type}
        answer = client.call("PUT", "acc/app", f"/v2/acc/app/manifests/{late.digest}", headers, data=late.content)
    assert answer.headers.get("OCI-Subject") == named


class TestTargetRegistry:
    """The data plane of the TCR."""

    @pytest.fixture(autouse=True)
    def _pushed(self, opened: Opened) -> None:
        with closing(opened.client()) as client:
            for name in ("image", "cosign_sig_tag", "sbom_referrer", "notation_referrer"):
                push = scene()[name]
                client.push("shop/app", push.artifact, *push.tags)

    def _get(self, opened: Opened, path: str, **query: str) -> requests.Response:
        headers = opened.bearer("shop/app")
        return requests.get(f"{opened.url}/v2/shop/app/{path}", params=query, headers=headers, timeout=10)

    def test_has_no_referrers_api_unless_it_is_switched_on(self, opened: Opened) -> None:
        answer = self._get(opened, f"referrers/{_IMAGE.digest}")
        assert (answer.status_code, answer.text) == (404, "404 page not found\n")
        opened.sandbox.settings.referrers_api = "served"
        answer = self._get(opened, f"referrers/{_IMAGE.digest}")
        assert answer.headers["Content-Type"] == OCI_INDEX
        found = {item["digest"]: item for item in answer.json()["manifests"]}
        assert set(found) == {scene()[name].digest for name in ("sbom_referrer", "notation_referrer")}
        notation = found[scene()["notation_referrer"].digest]
        assert notation["annotations"] == {"io.cncf.notary.x509chain.thumbprint#S256": '["00"]'}
        assert notation["size"] == len(scene()["notation_referrer"].artifact.content)

    def test_filters_referrers_and_lists_none_of_an_unknown_digest(self, opened: Opened) -> None:
        opened.sandbox.settings.referrers_api = "served"
        answer = self._get(opened, f"referrers/{_IMAGE.digest}", artifactType=SPDX)
        assert [item["digest"] for item in answer.json()["manifests"]] == [scene()["sbom_referrer"].digest]
        assert answer.headers["OCI-Filters-Applied"] == "artifactType"
        assert self._get(opened, f"referrers/sha256:{'0' * 64}").json()["manifests"] == []
        assert requests.get(f"{opened.url}/v2/shop/app/referrers/{_IMAGE.digest}", timeout=10).status_code == 401

    def test_gives_untagged_manifests_by_digest_and_lists_tagged_ones(self, opened: Opened) -> None:
        described = scene()["sbom_referrer"]
        assert self._get(opened, f"manifests/{described.digest}").content == described.artifact.content
        where: dict[str, Any] = {"NamespaceName": "shop", "RepositoryName": "app"}
        images = opened.api.call("DescribeImages", **where)["ImageInfoList"]
        signed = tag_for(_IMAGE.digest, "sig")
        assert {item["ImageVersion"]: item["Digest"] for item in images} == {
            "1.0": _IMAGE.digest,
            signed: scene()["cosign_sig_tag"].digest,
        }
