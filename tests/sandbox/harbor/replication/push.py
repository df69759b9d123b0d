# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client with which a replication writes to a target registry."""

from __future__ import annotations

from urllib.parse import quote

from tests.sandbox.core.content import MANIFEST_TYPES
from tests.sandbox.harbor.host.outbound import Reply, TokenSession

_OCTETS = "application/octet-stream"


class PushError(Exception):
    """The target refused; the text is what Harbor logs."""


class PushClient:
    """One repository at a target: existence of manifests and blobs, and their upload.

    `refusal_text` is how refusals are written, with fields `status` and `body`.
    """

    def __init__(self, session: TokenSession, repository: str, refusal_text: str) -> None:
        self._refusal_text = refusal_text
        self._session = session
        self._repository = repository
        self._base = f"/v2/{repository}"

    def digest(self, reference: str) -> str | None:
        """The digest of a manifest at the target, None when it is not there. Raises PushError, Unreachable."""
        accepted = ", ".join(sorted(MANIFEST_TYPES))
        answer = self._request("HEAD", f"/manifests/{reference}", headers={"Accept": accepted})
        if answer.status == 404:
            return None
        return self._checked(answer).headers.get("docker-content-digest", "")

    def has_blob(self, digest: str) -> bool:
        """Whether the target's repository holds a blob. Raises PushError, Unreachable."""
        answer = self._request("HEAD", f"/blobs/{digest}")
        return answer.status != 404 and bool(self._checked(answer))

    def push_blob(self, digest: str, content: bytes) -> None:
        """Upload a blob in one piece. Raises PushError, Unreachable."""
        started = self._checked(self._request("POST", "/blobs/uploads/", body=b""))
        self._finish(started, digest, content)

    def push_chunks(self, digest: str, content: bytes, size: int) -> None:
        """Upload a blob in pieces of a size in bytes. Raises PushError, Unreachable."""
        answer = self._checked(self._request("POST", "/blobs/uploads/", body=b""))
        for start in range(0, len(content), size):
            piece = content[start : start + size]
            headers = {"Content-Type": _OCTETS, "Content-Range": f"{start}-{start + len(piece) - 1}"}
            answer = self._checked(self._send("PATCH", answer.headers.get("location", ""), headers, piece))
        self._finish(answer, digest, b"")

    def push_manifest(self, reference: str, media_type: str, content: bytes) -> None:
        """Upload a manifest. Raises PushError, Unreachable."""
        self._checked(
            self._request("PUT", f"/manifests/{reference}", headers={"Content-Type": media_type}, body=content)
        )

    def _finish(self, started: Reply, digest: str, content: bytes) -> None:
        location = started.headers.get("location", "")
        location += f"{'&' if '?' in location else '?'}digest={quote(digest, safe='')}"
        self._checked(self._send("PUT", location, {"Content-Type": _OCTETS}, content))

    def _request(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        return self._send(method, self._base + path, headers or {}, body)

    def _send(self, method: str, location: str, headers: dict[str, str], body: bytes | None) -> Reply:
        return self._session.request(method, location, f"repository:{self._repository}:pull,push", headers, body)

    def _checked(self, answer: Reply) -> Reply:
        if answer.status // 100 == 2:
            return answer
        raise PushError(self._refusal_text.format(status=answer.status, body=answer.text))
