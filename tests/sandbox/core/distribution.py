# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OCI distribution protocol (/v2/) over a content store, with the refusals of the CNCF distribution server.

Both registries of the sandbox run that server: manifests are refused while something they reference is missing,
blobs belong to a repository, and an index is not given to a client that does not accept indexes.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Request, Response, request

from tests.sandbox.core.content import (
    DOCKER_LIST,
    MANIFEST_TYPES,
    OCI_INDEX,
    OCI_MANIFEST,
    ContentStore,
    Manifest,
    digest_of,
)

Authorise = Callable[[Request, "str | None", str], "Response | None"]
Referrers = Callable[[str, str], "Response | None"]

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_NAME = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_STRICTLY_ACCEPTED = {OCI_MANIFEST: ("OCI manifest", "OCI manifests"), OCI_INDEX: ("OCI index", "OCI indexes")}
_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
_DEFAULT_PLATFORM = ("linux", "amd64")


def error(status: int, code: str, message: str, detail: Any = None, headers: dict[str, str] | None = None) -> Response:
    """An error answer in the form of the distribution specification."""
    body = json.dumps({"errors": [{"code": code, "message": message, "detail": detail}]})
    request.environ["sandbox.code"] = code
    return Response(
        body,
        status,
        {**_VERSION, **(headers or {})},
        content_type="application/json",
    )


def distribution_blueprint(store: ContentStore, authorise: Authorise, referrers: Referrers) -> Blueprint:
    """The routes of /v2/. `authorise(request, repository or None, "pull"|"push"|"delete")`: a refusal or None.

    `referrers(repository, digest)` answers what refers to a digest, or None for a registry without that API of OCI 1.1.
    """
    return _Distribution(store, authorise, referrers).blueprint()


def referrers_answer(store: ContentStore, repository: str, digest: str) -> Response:
    """What a registry with OCI 1.1 answers for the referrers of a digest, also of one that it does not hold."""
    if not _DIGEST.fullmatch(digest):
        return error(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
    wanted, headers = request.args.get("artifactType"), {}
    found = [item for item in store.manifests(repository) if item.subject == digest]
    if wanted:
        found = [item for item in found if item.artifact_type == wanted]
        headers["OCI-Filters-Applied"] = "artifactType"
    listed = [referrer_descriptor(item, item.artifact_type, len(item.content)) for item in found]
    return referrers_index(listed, OCI_INDEX, headers)


def referrer_descriptor(manifest: Manifest, artifact_type: str, size: int) -> dict[str, Any]:
    """One manifest in a list of referrers; what is empty is left out."""
    more = {"annotations": manifest.document.get("annotations"), "artifactType": artifact_type}
    shown = {"mediaType": manifest.media_type, "digest": manifest.digest, "size": size}
    return {**shown, **{name: value for name, value in more.items() if value}}


def referrers_index(manifests: list[dict[str, Any]], content_type: str, headers: dict[str, str]) -> Response:
    """A list of referrers as an OCI index."""
    body = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests})
    return Response(body, headers=headers, content_type=content_type)


class _Distribution:
    """The views of the protocol; `_uploads` holds uploads in progress, session id to repository and bytes."""

    def __init__(self, store: ContentStore, authorise: Authorise, referrers: Referrers) -> None:
        self._store = store
        self._authorise = authorise
        self._referrers_of = referrers
        self._uploads: dict[str, tuple[str, bytearray]] = {}

    def blueprint(self) -> Blueprint:
        """A blueprint with a name of its own, so that one application could carry several."""
        blueprint = Blueprint(f"distribution-{uuid.uuid4().hex}", __name__)
        blueprint.add_url_rule("/v2/", "base", self._base, methods=["GET"])
        routes: list[tuple[str, str, str, Callable[..., Response]]] = [
            ("tags/list", "GET", "pull", self._tags),
            ("referrers/<digest>", "GET", "pull", self._referrers),
            ("manifests/<reference>", "GET", "pull", self._read_manifest),
            ("manifests/<reference>", "PUT", "push", self._write_manifest),
            ("manifests/<reference>", "DELETE", "delete", self._delete_manifest),
            ("blobs/<digest>", "GET", "pull", self._read_blob),
            ("blobs/uploads/", "POST", "push", self._start_upload),
            ("blobs/uploads/<session>", "GET", "push", self._show_upload),
            ("blobs/uploads/<session>", "PATCH", "push", self._append),
            ("blobs/uploads/<session>", "PUT", "push", self._finish_upload),
            ("blobs/uploads/<session>", "DELETE", "push", self._cancel_upload),
        ]
        for rule, method, action, view in routes:
            guarded = self._guarded(action, view)
            name = view.__name__.strip("_")
            blueprint.add_url_rule(f"/v2/<path:repository>/{rule}", name, guarded, methods=[method])
        return blueprint

    def _guarded(self, action: str, view: Callable[..., Response]) -> Callable[..., Response]:
        def answer(repository: str, **arguments: str) -> Response:
            if not _NAME.fullmatch(repository):
                return error(400, "NAME_INVALID", "invalid repository name")
            return self._authorise(request, repository, action) or view(repository, **arguments)

        return answer

    def _base(self) -> Response:
        return self._authorise(request, None, "pull") or Response(
            "{}", headers=_VERSION, content_type="application/json"
        )

    def _tags(self, repository: str) -> Response:
        names = list(self._store.tags(repository))
        if not names and not self._store.manifests(repository):
            return error(404, "NAME_UNKNOWN", "repository name not known to registry", {"name": repository})
        names = [name for name in names if name > request.args.get("last", "")]
        headers = {}
        limit = request.args.get("n", type=int)
        if limit is not None and 0 < limit < len(names):
            names = names[:limit]
            headers["Link"] = f'</v2/{repository}/tags/list?n={limit}&last={names[-1]}>; rel="next"'
        body = json.dumps({"name": repository, "tags": names})
        return Response(body, headers=headers, content_type="application/json")

    def _referrers(self, repository: str, digest: str) -> Response:
        return self._referrers_of(repository, digest) or Response(
            "404 page not found\n", 404, content_type="text/plain; charset=utf-8"
        )

    def _read_manifest(self, repository: str, reference: str) -> Response:
        manifest = self._store.manifest(repository, reference)
        if manifest is None:
            return _manifest_unknown(repository, reference)
        chosen = _negotiated(self._store, repository, reference, manifest)
        if isinstance(chosen, Response):
            return chosen
        headers = {"Docker-Content-Digest": chosen.digest, "ETag": f'"{chosen.digest}"'}
        return Response(chosen.content, headers=headers, content_type=chosen.media_type)

    def _write_manifest(self, repository: str, reference: str) -> Response:
        content = request.get_data()
        media_type = (request.content_type or "").split(";")[0]
        if media_type not in MANIFEST_TYPES:
            return error(400, "MANIFEST_INVALID", f"manifest invalid: media type {media_type!r} is not supported")
        manifest = Manifest(digest_of(content), media_type, content)
        try:
            missing = self._store.missing(repository, manifest)
        except (ValueError, KeyError, TypeError, AttributeError):
            return error(400, "MANIFEST_INVALID", "manifest invalid")
        if missing:
            return error(404, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", {"digest": missing[0]})
        if reference.startswith("sha256:"):
            if reference != manifest.digest:
                return error(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        elif not _TAG.fullmatch(reference):
            return error(400, "TAG_INVALID", "manifest tag did not match URI")
        self._store.put_manifest(repository, reference, media_type, content)
        headers = {
            "Docker-Content-Digest": manifest.digest,
            "Location": f"/v2/{repository}/manifests/{manifest.digest}",
        }
        if manifest.subject is not None and self._referrers_of(repository, manifest.subject) is not None:
            headers["OCI-Subject"] = manifest.subject
        return Response(status=201, headers=headers)

    def _delete_manifest(self, repository: str, reference: str) -> Response:
        if not self._store.delete_manifest(repository, reference):
            return _manifest_unknown(repository, reference)
        return Response(status=202)

    def _read_blob(self, repository: str, digest: str) -> Response:
        content = self._store.blob(digest)
        if content is None or not self._store.has_blob(repository, digest):
            return error(404, "BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})
        headers = {"Docker-Content-Digest": digest, "ETag": f'"{digest}"'}
        return Response(content, headers=headers, content_type="application/octet-stream")

    def _start_upload(self, repository: str) -> Response:
        mounted, source = request.args.get("mount", ""), request.args.get("from", "")
        if self._may_mount(mounted, source):
            self._store.mount_blob(repository, mounted)
            return _blob_created(repository, mounted)
        wanted = request.args.get("digest")
        if wanted is not None:
            return self._finish(repository, request.get_data(), wanted)
        session = str(uuid.uuid4())
        self._uploads[session] = (repository, bytearray())
        return _upload_state(repository, session, 0)

    def _may_mount(self, digest: str, source: str) -> bool:
        return self._store.has_blob(source, digest) and self._authorise(request, source, "pull") is None

    def _upload(self, repository: str, session: str) -> bytearray | None:
        owner, content = self._uploads.get(session, ("", bytearray()))
        return content if owner == repository else None

    def _show_upload(self, repository: str, session: str) -> Response:
        content = self._upload(repository, session)
        return _upload_unknown() if content is None else _upload_state(repository, session, len(content), 204)

    def _append(self, repository: str, session: str) -> Response:
        content = self._upload(repository, session)
        if content is None:
            return _upload_unknown()
        given = re.fullmatch(r"(\d+)-(\d+)", request.headers.get("Content-Range", ""))
        if given is not None and int(given[1]) != len(content):
            return error(416, "RANGE_INVALID", "invalid content range")
        content.extend(request.get_data())
        return _upload_state(repository, session, len(content))

    def _finish_upload(self, repository: str, session: str) -> Response:
        content = self._upload(repository, session)
        if content is None:
            return _upload_unknown()
        self._uploads.pop(session, None)
        return self._finish(repository, bytes(content) + request.get_data(), request.args.get("digest", ""))

    def _cancel_upload(self, repository: str, session: str) -> Response:
        if self._upload(repository, session) is None:
            return _upload_unknown()
        self._uploads.pop(session, None)
        return Response(status=204)

    def _finish(self, repository: str, content: bytes, wanted: str) -> Response:
        if not _DIGEST.fullmatch(wanted) or digest_of(content) != wanted:
            return error(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        self._store.put_blob(content, repository)
        return _blob_created(repository, wanted)


def _negotiated(store: ContentStore, repository: str, reference: str, manifest: Manifest) -> Manifest | Response:
    """What a client may have: itself, the amd64 child of a Docker list that it does not accept, or a refusal."""
    header = ",".join(request.headers.getlist("Accept"))
    accepted = {item.split(";")[0].strip() for item in header.split(",")}
    if manifest.media_type in accepted:
        return manifest
    if manifest.media_type in _STRICTLY_ACCEPTED:
        return error(404, "MANIFEST_UNKNOWN", not_accepted(manifest.media_type))
    if manifest.media_type == DOCKER_LIST and not reference.startswith("sha256:"):
        for child in manifest.children():
            platform = child.get("platform", {})
            if (platform.get("os"), platform.get("architecture")) == _DEFAULT_PLATFORM:
                return store.manifest(repository, child["digest"]) or _manifest_unknown(repository, reference)
        return _manifest_unknown(repository, reference)
    return manifest


def not_accepted(media_type: str) -> str:
    """Why a registry does not give an OCI manifest to a client that did not ask for that type."""
    one, several = _STRICTLY_ACCEPTED[media_type]
    return f"{one} found, but accept header does not support {several}"


def _manifest_unknown(repository: str, reference: str) -> Response:
    return error(404, "MANIFEST_UNKNOWN", "manifest unknown", {"name": repository, "reference": reference})


def _upload_unknown() -> Response:
    return error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")


def _blob_created(repository: str, digest: str) -> Response:
    headers = {"Docker-Content-Digest": digest, "Location": f"/v2/{repository}/blobs/{digest}"}
    return Response(status=201, headers=headers)


def _upload_state(repository: str, session: str, length: int, status: int = 202) -> Response:
    headers = {
        "Docker-Upload-UUID": session,
        "Location": f"/v2/{repository}/blobs/uploads/{session}",
        "Range": f"0-{max(length - 1, 0)}",
    }
    return Response(status=status, headers=headers)
