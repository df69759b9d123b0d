# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The distribution protocol: what the server refuses, uploads in pieces, and skopeo, which nobody here wrote."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import requests

from tests.sandbox.core.content import DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, digest_of
from tests.sandbox.core.images import Artifact, chart, image, multi_platform
from tests.unit.sandbox.tcr_support import Opened, wait


def test_protocol(opened: Opened) -> None:
    """What the distribution server refuses: missing blobs, wrong digests, clients that do not accept an index."""
    client = opened.client()
    incomplete = image(["absent"])
    for wrong, status in (
        (incomplete, "404"),
        (Artifact("text/plain", b"{}"), "400"),
        (Artifact(OCI_INDEX, b"["), "400"),
    ):
        with pytest.raises(requests.HTTPError, match=status):
            client.push("shop/web", Artifact(wrong.media_type, wrong.content), "1")
    artifact, listing = multi_platform("tool"), multi_platform("agent", DOCKER_LIST)
    for tag, item in (("oci", artifact), ("docker", listing), ("chart", chart("shop", "1.0.0"))):
        client.push("shop/web", item, tag)
    headers = opened.bearer("shop/web")
    assert opened.status("HEAD", "/v2/shop/web/manifests/oci", headers) == 200
    assert opened.status("HEAD", "/v2/shop/web/manifests/oci", {**headers, "Accept": DOCKER_MANIFEST}) == 404
    path = f"{opened.url}/v2/shop/web/manifests/docker"
    rewritten = requests.head(path, headers={**headers, "Accept": DOCKER_MANIFEST}, timeout=10)
    assert rewritten.headers["Docker-Content-Digest"] == listing.children[0].digest
    first = requests.get(f"{opened.url}/v2/shop/web/tags/list?n=2", headers=headers, timeout=10)
    assert (first.json()["tags"], 'rel="next"' in first.headers["Link"]) == (["chart", "docker"], True)
    rest = requests.get(f"{opened.url}/v2/shop/web/tags/list?n=2&last=docker", headers=headers, timeout=10)
    assert (rest.json()["tags"], "Link" in rest.headers) == (["oci"], False)
    client.close()


def test_chunked_upload_and_mount(opened: Opened) -> None:
    headers = {**opened.bearer("shop/web"), "Content-Type": "application/octet-stream"}
    start = requests.post(f"{opened.url}/v2/shop/web/blobs/uploads/", headers=headers, timeout=10)
    location = opened.url + start.headers["Location"]
    for part, place, status in ((b"abc", "0-2", 202), (b"def", "1-3", 416), (b"def", "3-5", 202)):
        given = {**headers, "Content-Range": place}
        assert requests.patch(location, data=part, headers=given, timeout=10).status_code == status
    assert requests.patch(location, data=iter([b"gh", b"i"]), headers=headers, timeout=10).status_code == 202
    state = requests.get(location, headers=headers, timeout=10)
    assert (state.status_code, state.headers["Range"]) == (204, "0-8")
    digest = digest_of(b"abcdefghi")
    wrong = requests.put(location, params={"digest": digest_of(b"other")}, headers=headers, timeout=10)
    assert wrong.status_code == 400
    single = requests.post(
        f"{opened.url}/v2/shop/web/blobs/uploads/",
        params={"digest": digest},
        data=b"abcdefghi",
        headers=headers,
        timeout=10,
    )
    assert single.status_code == 201
    scopes = {"scope": ["repository:shop/web:pull", "repository:shop/api:pull,push"]}
    keys = (opened.username, opened.password)
    token = requests.get(f"{opened.url}/service/token", params=scopes, auth=keys, timeout=10).json()["token"]
    both = {"Authorization": f"Bearer {token}"}
    assert opened.status("HEAD", f"/v2/shop/api/blobs/{digest}", both) == 404
    mount = f"/v2/shop/api/blobs/uploads/?mount={digest}&from=shop/web"
    assert opened.status("POST", mount, both) == 201
    assert opened.status("HEAD", f"/v2/shop/api/blobs/{digest}", both) == 200


def write_directory(directory: Path, artifact: Artifact) -> None:
    """An artifact in the form of skopeo's `dir:` transport."""
    directory.mkdir()
    (directory / "version").write_text("Directory Transport Version: 1.1\n")
    (directory / "manifest.json").write_bytes(artifact.content)
    for child in artifact.children:
        (directory / f"{child.digest.removeprefix('sha256:')}.manifest.json").write_bytes(child.content)
    for blob in [blob for item in (artifact, *artifact.children) for blob in item.blobs]:
        (directory / digest_of(blob).removeprefix("sha256:")).write_bytes(blob)


@pytest.mark.parametrize("artifact", [image(["base", "web"]), multi_platform("web")], ids=["image", "index"])
def test_skopeo(opened: Opened, skopeo: str, tmp_path: Path, artifact: Artifact) -> None:
    def run(*arguments: str) -> bytes:
        command = [skopeo, "--insecure-policy", *arguments]
        return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout

    keys, target = f"{opened.username}:{opened.password}", f"docker://{opened.url[7:]}/shop/team/web:1"
    write_directory(tmp_path / "source", artifact)
    push = ("--dest-tls-verify=false", "--dest-creds", keys, "--preserve-digests")
    run("copy", "--all", *push, f"dir:{tmp_path / 'source'}", target)
    raw = run("inspect", "--raw", "--tls-verify=false", "--creds", keys, target)
    assert digest_of(raw) == artifact.digest
    pull = ("--src-tls-verify=false", "--src-creds", keys)
    run("copy", "--all", *pull, target, f"dir:{tmp_path / 'copy'}")
    assert (tmp_path / "copy" / "manifest.json").read_bytes() == artifact.content
    tags = run("list-tags", "--tls-verify=false", "--creds", keys, target.rpartition(":")[0])
    assert json.loads(tags)["Tags"] == ["1"]
    wait(lambda: opened.api.call("DescribeRepositories")["TotalCount"] == 1)
