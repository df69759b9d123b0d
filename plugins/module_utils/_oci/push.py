# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes to a registry's data plane: blobs and manifests (OCI distribution 1.1)."""

from __future__ import annotations

import hashlib
from urllib.parse import quote, urljoin, urlsplit

from .._errors import ApiError, Conflict, OutcomeUnknown
from .._http.client import Response
from .client import DistributionClient

_ATTEMPTS = 3
_ALSO_PUSH = "pull,push"
# A finished upload is named by its digest, so that doing it again changes nothing.
_UPLOAD_ENDED = frozenset({404, 416, 502, 503, 504})


class DistributionWriter(DistributionClient):
    """Reads and writes one registry; may be used by several threads at a time."""

    def push_blob(self, repository: str, content: bytes) -> str:
        """Upload a blob and return its digest; the registry itself checks that it has received these bytes.

        :raises ApiError: (its subclass for the status) the registry refuses it.
        :raises OutcomeUnknown: there was no answer, also to later attempts.
        """
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            started = self._send(
                "POST", f"/v2/{quote(repository)}/blobs/uploads/", repository, actions=_ALSO_PUSH, data=b"", safe=True
            )
            if started.status != 202:
                raise self._refusal(started, f"to begin an upload to {repository!r}")
            try:
                answer = self._send(
                    "PUT",
                    self._upload_path(started, digest),
                    repository,
                    {"Content-Type": "application/octet-stream"},
                    actions=_ALSO_PUSH,
                    data=content,
                )
            except OutcomeUnknown:
                if last:
                    raise
                continue
            if answer.status == 201:
                return digest
            if answer.status not in _UPLOAD_ENDED or last:
                raise self._refusal(answer, f"to take {len(content)} bytes for {repository!r}")
        raise AssertionError("unreachable: the last attempt returns or raises")

    def push_manifest(self, repository: str, tag: str, media_type: str, content: bytes) -> str:
        """Store a manifest under a tag and return its digest. What the tag pointed to before is replaced.

        :raises Conflict: a rule of the registry makes the tag immutable.
        :raises ApiError: (its subclass for the status) the registry refuses it.
        """
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        path = f"/v2/{quote(repository)}/manifests/{quote(tag)}"
        headers = {"Content-Type": media_type}
        answer = self._send("PUT", path, repository, headers, actions=_ALSO_PUSH, data=content, safe=True)
        if answer.status != 201:
            raise self._refusal(answer, f"to store {repository}:{tag}")
        stored = answer.headers.get("Docker-Content-Digest") or digest
        if stored != digest:
            raise ApiError(
                f"The registry {self.base_url} was given {repository}:{tag} with the digest {digest}, and stored {stored}.",
                advice="Something between here and the registry changes what is sent: look for a proxy.",
            )
        return digest

    def _upload_path(self, started: Response, digest: str) -> str:
        """Where to send the blob. Only the registry itself gets our credentials."""
        location = urlsplit(urljoin(self.base_url + "/", started.headers.get("Location", "")))
        own = urlsplit(self.base_url)
        if location.hostname != own.hostname:
            raise ApiError(
                f"The registry {self.base_url} wants an upload to go to another host, {location.hostname}.",
                advice="Give the address under which the registry itself is reached.",
            )
        query = f"{location.query}&" if location.query else ""
        return f"{location.path}?{query}digest={quote(digest)}"

    def _refusal(self, answer: Response, purpose: str) -> ApiError:
        if answer.status == 412:
            failure = self._failure(answer, purpose)
            return Conflict(
                failure.message,
                advice="A rule for immutable tags protects it: take the rule away, or leave the tag out.",
                status=412,
            )
        return self._failure(answer, purpose)
