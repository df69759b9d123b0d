# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images made for the sandbox: deterministic bytes, put into a store or pushed through a registry's own API."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import tarfile
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from tests.sandbox.core.content import DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, ContentStore, digest_of

_CREATED = "2024-05-01T12:00:00Z"
_HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json"
_HELM_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
_DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
_DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
_OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_TYPES = {DOCKER_MANIFEST: (_DOCKER_CONFIG, _DOCKER_LAYER), OCI_MANIFEST: (OCI_CONFIG, _OCI_LAYER)}
_TIMEOUT = 30


@dataclass(frozen=True)
class Artifact:
    """A manifest with the blobs and the child manifests that must be pushed before it."""

    media_type: str
    content: bytes
    blobs: tuple[bytes, ...] = ()
    children: tuple[Artifact, ...] = ()
    platform: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)  # what an index says about it

    @property
    def digest(self) -> str:
        """The digest under which a registry will know it."""
        return digest_of(self.content)


@lru_cache(maxsize=256)
def layer(name: str, size: int = 4096) -> tuple[bytes, str]:
    """A compressed layer with one file of random, reproducible bytes; the layer and the digest of its tar."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo(f"opt/{name}")
        entry.size = size
        tar.addfile(entry, io.BytesIO(random.Random(name).randbytes(size)))
    return gzip.compress(archive.getvalue(), mtime=0), digest_of(archive.getvalue())


def image(
    layers: list[str], architecture: str = "amd64", media_type: str = DOCKER_MANIFEST, size: int = 4096, **labels: str
) -> Artifact:
    """An image of one platform. Equal layer names give equal layers, so images share them."""
    built = [layer(name, size) for name in layers]
    config_type, layer_type = _TYPES[media_type]
    config = encoded(
        {
            "architecture": architecture,
            "os": "linux",
            "created": _CREATED,
            "config": {"Labels": labels, "Cmd": ["/opt/start"]},
            "rootfs": {"type": "layers", "diff_ids": [diff_id for _content, diff_id in built]},
            "history": [{"created": _CREATED, "created_by": name} for name in layers],
        }
    )
    blobs = [content for content, _diff_id in built]
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": descriptor(config_type, config),
        "layers": [descriptor(layer_type, content) for content in blobs],
    }
    return Artifact(
        media_type, encoded(manifest), (config, *blobs), platform={"architecture": architecture, "os": "linux"}
    )


def index(children: list[Artifact], media_type: str = OCI_INDEX) -> Artifact:
    """An image for several platforms: an OCI index or a Docker manifest list."""
    listed = [_listed(child) for child in children]
    document = {"schemaVersion": 2, "mediaType": media_type, "manifests": listed}
    return Artifact(media_type, encoded(document), children=tuple(children))


def chart(name: str, version: str) -> Artifact:
    """A Helm chart as an OCI artifact."""
    config = encoded({"name": name, "version": version, "apiVersion": "v2", "description": "made for the sandbox"})
    package, _diff_id = layer(f"{name}-{version}.tgz", 2048)
    return single_layer(_HELM_CONFIG, config, _HELM_LAYER, package)


def single_layer(config_type: str, config: bytes, layer_type: str, content: bytes) -> Artifact:
    """An OCI artifact with one layer."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(config_type, config),
        "layers": [descriptor(layer_type, content)],
    }
    return Artifact(OCI_MANIFEST, encoded(manifest), (config, content))


def multi_platform(name: str, media_type: str = OCI_INDEX) -> Artifact:
    """An index over amd64 and arm64 images, of the manifest type that goes with it."""
    child_type = OCI_MANIFEST if media_type == OCI_INDEX else DOCKER_MANIFEST
    children = [image([f"base-{cpu}", f"{name}-{cpu}"], cpu, child_type) for cpu in ("amd64", "arm64")]
    return index(children, media_type)


def demo_images() -> dict[str, dict[str, Artifact]]:
    """Repository to tag to artifact: four projects, nested names, many tags, shared layers, indexes, charts."""
    shop = {f"1.{minor}.0": image(["base", "python", f"web-{minor}"], version=f"1.{minor}.0") for minor in range(24)}
    api = {f"2.{minor}": image(["base", "python", f"api-{minor}"]) for minor in range(6)}
    builder = {f"{major}.0": multi_platform(f"builder-{major}") for major in (1, 2)}
    agent = {f"0.{minor}": multi_platform(f"agent-{minor}", DOCKER_LIST) for minor in (8, 9)}
    return {
        "library/base": {"12": image(["base"]), "12-python": image(["base", "python"])},
        "library/nginx": {
            "1.27": image(["base", "nginx-1.27"]),
            "1.27-oci": image(["base", "nginx-1.27"], media_type=OCI_MANIFEST),
        },
        "shop/web": {**shop, "latest": shop["1.23.0"]},
        "shop/team/api": {**api, "stable": api["2.4"]},
        "shop/team/worker": {"1.0": image(["base", "python", "worker"])},
        "platform/tools/builder": {**builder, "latest": builder["2.0"]},
        "platform/agent": agent,
        "charts/shop": {version: chart("shop", version) for version in ("0.1.0", "0.2.0")},
    }


PUBLIC_PROJECTS = frozenset({"library"})


def put_artifact(store: ContentStore, repository: str, artifact: Artifact, *tags: str) -> str:
    """Leave in a store what a push of an artifact under some tags (none = by digest only) leaves there; its digest."""
    for child in artifact.children:
        put_artifact(store, repository, child)
    for blob in artifact.blobs:
        store.put_blob(blob, repository)
    for reference in tags or (artifact.digest,):
        store.put_manifest(repository, reference, artifact.media_type, artifact.content)
    return artifact.digest


class RegistryClient:
    """Pushes to a registry with basic credentials, exchanging them for bearer tokens where it asks for those."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url = url.rstrip("/")
        self._credentials = (username, password)
        self._session = _session()
        self._tokens: dict[str, str] = {}
        self._pushed: set[tuple[str, str]] = set()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def push(self, repository: str, artifact: Artifact, *tags: str) -> str:
        """Push an artifact with everything below it under some tags (none = by digest only); returns its digest."""
        for child in artifact.children:
            self.push(repository, child)
        for blob in artifact.blobs:
            self._push_blob(repository, blob)
        for reference in tags or (artifact.digest,):
            path = f"/v2/{repository}/manifests/{reference}"
            self.call("PUT", repository, path, data=artifact.content, headers={"Content-Type": artifact.media_type})
        return artifact.digest

    def call(
        self, method: str, repository: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> requests.Response:
        """One request, authorised for pull and push in a repository. Raises requests.HTTPError for a refusal."""
        for _attempt in range(2):
            given = dict(headers or {})
            if repository in self._tokens:
                given["Authorization"] = f"Bearer {self._tokens[repository]}"
            answer = self._session.request(method, self._absolute(path), headers=given, timeout=_TIMEOUT, **options)
            challenge = answer.headers.get("WWW-Authenticate", "")
            if answer.status_code != requests.codes.unauthorized or "realm=" not in challenge:
                break
            self._tokens[repository] = self._token(challenge, repository)
        answer.raise_for_status()
        return answer

    def _push_blob(self, repository: str, content: bytes) -> None:
        digest = digest_of(content)
        if (repository, digest) in self._pushed:
            return
        started = self.call("POST", repository, f"/v2/{repository}/blobs/uploads/")
        location = self._absolute(started.headers["Location"])
        location += ("&" if "?" in location else "?") + f"digest={digest}"
        self.call("PUT", repository, location, data=content, headers={"Content-Type": "application/octet-stream"})
        self._pushed.add((repository, digest))

    def _token(self, challenge: str, repository: str) -> str:
        parts = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        parameters = {"service": parts.get("service", ""), "scope": f"repository:{repository}:pull,push"}
        answer = self._session.get(parts["realm"], params=parameters, auth=self._credentials, timeout=_TIMEOUT)
        answer.raise_for_status()
        return str(answer.json()["token"])

    def _absolute(self, path: str) -> str:
        return path if path.startswith("http") else self._url + path


def create_projects(url: str, username: str, password: str, names: list[str]) -> None:
    """Create projects through Harbor's API, 2.0 or the one before; existing ones stay. Raises requests.HTTPError."""
    with _session() as session:
        session.auth = (username, password)
        base = f"{url}/api/v2.0" if _is_modern(url) else f"{url}/api"
        for name in names:
            body = {"project_name": name, "metadata": {"public": str(name in PUBLIC_PROJECTS).lower()}}
            answer = session.post(f"{base}/projects", json=body, timeout=_TIMEOUT)
            if answer.status_code != requests.codes.conflict:
                answer.raise_for_status()


def push_images(
    url: str, username: str, password: str, images: dict[str, dict[str, Artifact]]
) -> dict[str, dict[str, str]]:
    """Push images; what is there then, repository to tag to digest. Raises requests.HTTPError."""
    client = RegistryClient(url, username, password)
    try:
        return {
            repository: {tag: client.push(repository, artifact, tag) for tag, artifact in tags.items()}
            for repository, tags in images.items()
        }
    finally:
        client.close()


def _is_modern(url: str) -> bool:
    """Whether a Harbor has the API of 2.x."""
    with _session() as session:
        return session.get(f"{url}/api/v2.0/systeminfo", timeout=_TIMEOUT).ok


def _session() -> requests.Session:
    """A session without proxies, and without cookies: Harbor would take it for a browser and want a CSRF token."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _listed(child: Artifact) -> dict[str, Any]:
    """What an index says about one of its manifests."""
    more = {"platform": child.platform, "annotations": child.annotations}
    return {**descriptor(child.media_type, child.content), **{name: value for name, value in more.items() if value}}


def descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    """How a manifest refers to some bytes."""
    return {"mediaType": media_type, "size": len(content), "digest": digest_of(content)}


def encoded(document: dict[str, Any]) -> bytes:
    """JSON as clients write it."""
    return json.dumps(document, separators=(",", ":")).encode()
