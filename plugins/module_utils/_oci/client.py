# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client of a registry's data plane: the OCI distribution protocol (``/v2/``). ``push.py`` writes to it."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from .._errors import ApiError, AuthenticationFailed, PermissionDenied, RateLimited, ServerFault
from .._http.client import Http, Response, Retry
from .._http.readable import code_and_message
from .._http.redaction import Redactor
from .auth import Challenge, Tokens

MANIFEST_MEDIA_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.artifact.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.docker.distribution.manifest.v1+json",
)
_ACCEPT = {"Accept": ", ".join(MANIFEST_MEDIA_TYPES)}
_NEXT_PAGE = re.compile(r"<([^>]*)>\s*;\s*rel=\"?next\"?")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ATTEMPTS_WHEN_THROTTLED = 5
_LONGEST_PAUSE = 30.0
# Harbor locks a user for 1.5 seconds; so often is waited for that.
_LOCK = 1.6
_PATIENCE = 4
_MOST_PAGES = 10000
# Where packets are dropped (a private network, a whitelist) finding out must not take longer than this.
_LONGEST_CHECK = 10.0


class DistributionClient:
    """Reads tags and digests of one registry; may be used by several threads at a time.

    :param base_url: ``https://host[:port]``.
    :param username: without it requests are anonymous.
    :param connect_to: an address to connect to instead of resolving the host of ``base_url``.
    :param locks_users: whether the registry refuses a user for a moment after somebody's wrong password, as Harbor does;
        what is refused is then asked again, once before the first success and for some seconds afterwards.
    """

    def __init__(
        self,
        base_url: str,
        username: str | None = None,
        password: str | None = None,
        validate_certs: bool = True,
        ca_path: str | None = None,
        timeout: float = 60,
        connect_to: str | None = None,
        retry: Retry | None = None,
        sleep: Callable[[float], None] = time.sleep,
        locks_users: bool = False,
    ) -> None:
        self._redactor = Redactor([password])
        self._http = Http(
            base_url,
            validate_certs=validate_certs,
            ca_path=ca_path,
            timeout=timeout,
            connect_to=connect_to,
            redactor=self._redactor,
            retry=retry,
            option="registry_url",
        )
        self.base_url = self._http.base_url
        self._timeout = timeout
        self._tokens = Tokens(self._http, username, password, self._redactor)
        self._requester = f"user {username!r}" if username else "nobody (no user given)"
        self._sleep = sleep
        self._locks_users = locks_users
        self._accepted = False

    def check(self) -> None:
        """Find out whether the registry can be reached and accepts the credentials.

        :raises Unreachable: no connection.
        :raises AuthenticationFailed: it does not accept the credentials.
        :raises ApiError: it answers with an error, or is not a registry.
        """
        answer = self._send("GET", "/v2/", "", timeout=min(_LONGEST_CHECK, self._timeout))
        if answer.status != 200:
            raise self._failure(answer, "to confirm that it is a registry")

    def tags(self, repository: str) -> list[str]:
        """All tags of a repository, page by page; none when it does not exist.

        OCI distribution 1.1: ``n`` and the header Link with ``rel="next"``.
        """
        path = f"/v2/{quote(repository)}/tags/list?n=1000"
        found: dict[str, None] = {}
        for _page in range(_MOST_PAGES):
            answer = self._send("GET", path, repository)
            if answer.status == 404:
                break
            if answer.status != 200:
                raise self._failure(answer, f"for the tags of {repository!r}")
            before = len(found)
            found.update(dict.fromkeys(answer.json().get("tags") or ()))
            link = _NEXT_PAGE.search(answer.headers.get("Link", ""))
            if not link or len(found) == before:
                break
            following = urlsplit(urljoin(path, link.group(1)))
            path = f"{following.path}?{following.query}"
        return list(found)

    def serves_referrers(self, repository: str, digest: str) -> bool:
        """Whether the registry can list what refers to a manifest that it has.

        OCI distribution 1.1: GET referrers answers with an index, and 404 where a registry does not have that API.
        """
        answer = self._send("GET", f"/v2/{quote(repository)}/referrers/{quote(digest, safe=':')}", repository)
        if answer.status in (400, 404, 405, 501):
            return False
        if answer.status != 200:
            raise self._failure(answer, f"for what refers to {repository}@{digest}")
        return True

    def digest(self, repository: str, reference: str) -> str | None:
        """The digest of a manifest, whatever its kind; ``None`` when it does not exist.

        :param reference: a tag or a digest.
        """
        found = self.manifest_kind(repository, reference)
        return found[0] if found else None

    def manifest_kind(self, repository: str, reference: str) -> tuple[str, str] | None:
        """Digest and media type of a manifest; ``None`` when it does not exist.

        OCI distribution 1.1: HEAD on the manifest; the header Docker-Content-Digest, or where a registry leaves it
        out (or knows no HEAD) the digest of the manifest itself.

        :param reference: a tag or a digest.
        """
        answer = self._manifest("HEAD", repository, reference)
        if answer is not None and not answer.headers.get("Docker-Content-Digest"):
            answer = self._manifest("GET", repository, reference)
        if answer is None:
            return None
        digest = answer.headers.get("Docker-Content-Digest") or "sha256:" + hashlib.sha256(answer.content).hexdigest()
        return digest, answer.headers.get("Content-Type", "").partition(";")[0].strip()

    def manifest(self, repository: str, reference: str) -> bytes | None:
        """The bytes of a manifest, whatever its kind; ``None`` when it does not exist.

        :param reference: a tag or a digest.
        """
        answer = self._manifest("GET", repository, reference)
        return None if answer is None else answer.content

    def blob(self, repository: str, digest: str) -> bytes | None:
        """The bytes of a blob; ``None`` when the repository does not have it.

        A registry may keep its blobs elsewhere and redirect there (OCI distribution 1.1), mostly with a signed address. That
        address gets none of our credentials, and must be as safe as the registry's own.
        """
        answer = self._send("GET", f"/v2/{quote(repository)}/blobs/{quote(digest, safe=':')}", repository)
        location = urljoin(f"{self.base_url}/", answer.headers.get("Location", ""))
        if answer.status in _REDIRECTS and not (self.base_url.startswith("https:") and location.startswith("http:")):
            for signature in (urlsplit(location).query, *dict(parse_qsl(urlsplit(location).query)).values()):
                self._redactor.add(signature)
            answer = self._http.request("GET", location)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise self._failure(answer, f"for the blob {repository}@{digest}")
        return answer.content

    def _manifest(self, method: str, repository: str, reference: str) -> Response | None:
        path = f"/v2/{quote(repository)}/manifests/{quote(reference, safe=':')}"
        answer = self._send(method, path, repository, _ACCEPT)
        if answer.status == 404:
            return None
        if method == "HEAD" and answer.status in (400, 405, 501):
            return self._manifest("GET", repository, reference)
        if answer.status != 200:
            raise self._failure(answer, f"for the manifest {repository}:{reference}")
        return answer

    def _send(
        self,
        method: str,
        path: str,
        repository: str,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        actions: str = "pull",
        data: bytes | None = None,
        safe: bool | None = None,
    ) -> Response:
        """One request with whatever authentication the registry wants; waits and repeats when it is throttled.

        :param actions: what the token must allow.
        :param safe: whether repeating a write cannot do harm.
        """
        scope = f"repository:{repository}:{actions}" if repository else ""
        renewed = False
        throttled = 0
        patience = (_PATIENCE if self._accepted else 1) if self._locks_users else 0
        while True:
            authorization = self._tokens.authorization(scope)
            answer = self._http.request(
                method, path, headers={**(headers or {}), **authorization}, data=data, safe=safe, timeout=timeout
            )
            if answer.status == 429 and throttled < _ATTEMPTS_WHEN_THROTTLED - 1:
                self._sleep(_pause(answer, throttled))
                throttled += 1
            elif answer.status == 401 and not renewed:
                challenge = Challenge.parse(answer.headers.get("WWW-Authenticate", ""))
                if challenge is None:
                    return answer
                try:
                    self._tokens.authenticate(challenge, scope, refused=authorization)
                    renewed = True
                except AuthenticationFailed:
                    if not patience:
                        raise
                    patience = self._wait_for_lock(patience)
            elif answer.status == 401 and patience:
                # The token service of Harbor gives a user who is locked a token for nothing.
                patience = self._wait_for_lock(patience)
                renewed = False
            else:
                self._accepted = self._accepted or answer.status != 401
                return answer

    def _wait_for_lock(self, patience: int) -> int:
        self._sleep(_LOCK)
        return patience - 1

    def _failure(self, answer: Response, purpose: str) -> ApiError:
        request = f"The registry {self.base_url} was asked {purpose}"
        result = f"and answered HTTP {answer.status}: {self._redactor(_reason(answer))}"
        if answer.status == 401:
            return AuthenticationFailed(
                f"{request} by {self._requester} {result}.",
                advice="Check user name and password: the credential may have been disabled or deleted.",
                status=401,
            )
        if answer.status == 403:
            return PermissionDenied(
                f"{request} {result}.",
                advice="Check that the registry's whitelist has this host's address, and what the credential may do.",
                status=403,
            )
        if answer.status == 429:
            return RateLimited(f"{request} {result}.", advice="Try again later.", status=429)
        if answer.status >= 500:
            return ServerFault(f"{request} {result}.", advice="Try again later.", status=answer.status)
        if 300 <= answer.status < 400:
            return ApiError(
                f"{request}, but it redirects to {self._redactor(answer.headers.get('Location', ''))}.",
                advice="Give the address to which it redirects.",
                status=answer.status,
            )
        return ApiError(
            f"{request} {result}.", advice="Check that this is the address of a registry.", status=answer.status
        )


def _reason(answer: Response) -> str:
    """What the registry says: the code and the messages of its error envelope, else the beginning of the body."""
    try:
        body = json.loads(answer.shown)
    except (ValueError, RecursionError):
        return answer.excerpt()
    return " ".join(code_and_message(body)).strip() or "no reason given"


def _pause(answer: Response, throttled: int) -> float:
    try:
        return min(_LONGEST_PAUSE, float(answer.headers.get("Retry-After", "")))
    except ValueError:
        return min(_LONGEST_PAUSE, 2.0**throttled)
