# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds out what a Harbor is: the generation of its API, its version, the current user, and what it can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._errors import AuthenticationFailed, InvalidInput, NotFound, PermissionDenied, ServerFault, Unsupported
from ..._http.client import Response
from ..._http.redaction import Redactor
from .capabilities import OLDEST, Capabilities, Version, oldest_version_with, parse_version
from .errors import error_for, has_path

BASES: Mapping[int, str] = {1: "/api", 2: "/api/v2.0"}
# For builds that report no version: by generation, paths that exist from a version on, newest first.
_PROOFS: Mapping[int, Sequence[tuple[str, Version]]] = {
    1: (
        ("/replication/adapterinfos", (1, 10, 0)),
        ("/quotas?page_size=1", (1, 9, 0)),
        ("/replication/adapters", OLDEST),
    ),
    2: (
        ("/projects/library/artifacts?page_size=1", (2, 12, 0)),
        ("/permissions", (2, 10, 0)),
        ("/jobservice/queues", (2, 7, 0)),
        ("/repositories?page_size=1", (2, 3, 0)),
        ("/robots?page_size=1", (2, 2, 0)),
    ),
}


@dataclass(frozen=True)
class HarborSystem:
    """What is known about a Harbor.

    :param version: ``None`` for builds that report none; what they can do is in ``capabilities``.
    :param version_text: as Harbor reports it, e.g. ``v2.15.2-080b0220`` or ``-``.
    :param generation: 1 for the API of 1.8 to 1.10, 2 for that of 2.x.
    :param current_user: ``name``, ``admin``, ``robot`` and ``may_replicate`` (may read endpoints).
    """

    version: Version | None
    version_text: str
    generation: int
    read_only: bool
    auth_mode: str
    with_chartmuseum: bool
    external_url: str
    current_user: Mapping[str, Any]
    capabilities: Capabilities

    def as_result(self, base_url: str, username: str) -> dict[str, Any]:
        """Plain data with which :func:`handed_over` makes the same system again.

        :param base_url: the address of this Harbor.
        :param username: the user of the requests.
        """
        return {
            "url": base_url,
            "username": username,
            "version": list(self.version) if self.version else None,
            "version_text": self.version_text,
            "proven_version": list(self.capabilities.version),
            "generation": self.generation,
            "read_only": self.read_only,
            "auth_mode": self.auth_mode,
            "with_chartmuseum": self.with_chartmuseum,
            "external_url": self.external_url,
            "user": dict(self.current_user),
        }


def handed_over(detected: Mapping[str, Any] | None, base_url: str, username: str) -> HarborSystem | None:
    """The system that an earlier detection found; ``None`` when there was none, or by another user: rights differ.

    :param detected: as :meth:`HarborSystem.as_result` gave it.
    :raises InvalidInput: it is about another Harbor, or lacks something.
    """
    if not detected:
        return None
    advice = "Give what harbor_info returned for this Harbor as harbor.detected, or leave harbor_detected out."
    try:
        url, by_whom = str(detected["url"]), str(detected["username"])
        version, proven = detected["version"], detected["proven_version"]
        system = HarborSystem(
            version=_version(version) if version else None,
            version_text=str(detected["version_text"]),
            generation=int(detected["generation"]),
            read_only=bool(detected["read_only"]),
            auth_mode=str(detected["auth_mode"]),
            with_chartmuseum=bool(detected["with_chartmuseum"]),
            external_url=str(detected["external_url"]),
            current_user={name: detected["user"][name] for name in ("name", "admin", "robot", "may_replicate")},
            capabilities=Capabilities(_version(proven), exact=bool(version)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"harbor_detected is not what harbor_info returns: {error!r} is wrong.", advice) from None
    if url != base_url:
        raise InvalidInput(f"harbor_detected is about the Harbor at {url}, but harbor_url is {base_url}.", advice)
    return system if by_whom == username else None


class Detection:
    """One look at a Harbor.

    :param get: sends a GET for a path from the root of the server, with our credentials.
    :param get_publicly: sends one that needs none.
    """

    def __init__(
        self,
        get: Callable[[str], Response],
        get_publicly: Callable[[str], Response],
        base_url: str,
        username: str,
        redactor: Redactor,
    ) -> None:
        self._get = get
        self._get_publicly = get_publicly
        self._base_url = base_url
        self._username = username
        self._redactor = redactor

    def system(self) -> HarborSystem:
        """What this Harbor is.

        :raises AuthenticationFailed: it does not know the user or the password.
        :raises NotFound: there is no Harbor.
        :raises Unsupported: older than 1.8.
        """
        generation = self._generation()
        base = BASES[generation]
        user = self.current_user(base)
        facts = self._facts(base)
        if "read_only" not in facts:  # what anonymous users see: somebody's wrong password locked the user just now
            self.current_user(base)
            facts = self._facts(base)
        text = str(facts.get("harbor_version") or "")
        version = parse_version(text)
        if version is not None and version < OLDEST:
            raise _too_old(f"Harbor {text}")
        proven = version or self._infer_version(base, generation, facts)
        return HarborSystem(
            version=version,
            version_text=text,
            generation=generation,
            read_only=bool(facts.get("read_only")),
            auth_mode=str(facts.get("auth_mode") or ""),
            with_chartmuseum=bool(facts.get("with_chartmuseum")),
            external_url=str(facts.get("external_url") or ""),
            current_user=user,
            capabilities=Capabilities(proven, exact=version is not None),
        )

    def _facts(self, base: str) -> dict[str, Any]:
        facts: dict[str, Any] = self._checked(self._get(base + "/systeminfo"), "report its system information").json()
        return facts

    def _generation(self) -> int:
        """Harbor API: 2.x answers ``{"version": "v2.0"}`` at /api/version, 1.x has no such path; whoever asks."""
        answer = self._get_publicly("/api/version")
        if answer.status == 404 and self._get_publicly("/api/systeminfo").status != 404:
            return 1
        if answer.status != 404:
            try:
                found = self._checked(answer, "report the version of its API").json()
            except ServerFault:
                if answer.status >= 500:
                    raise
                found = None
            if isinstance(found, dict) and "version" in found:
                return 2
        raise NotFound(
            f"There is no Harbor at {self._base_url}: /api/version answers HTTP {answer.status}, but not as Harbor does.",
            advice="Give the address under which Harbor's portal opens, without any path, as harbor_url.",
            status=answer.status,
        )

    def current_user(self, base: str) -> dict[str, Any]:
        """The user that Harbor has authenticated.

        Harbor API: a wrong password is no error but an anonymous login, for which /users/current answers 401; robots get 412.

        :param base: the base of the API, one of :data:`BASES`.
        :raises AuthenticationFailed: Harbor does not know the user or the password.
        """
        answer = self._get(base + "/users/current")
        if answer.status == 401:
            raise AuthenticationFailed(
                f"Harbor at {self._base_url} does not accept user {self._username!r} with this password.",
                advice="Check harbor_username and harbor_password. Where another service does the login (OIDC), use "
                "Harbor's local administrator or a robot account.",
                status=401,
            )
        robot = answer.status == 412
        facts = {} if robot else self._checked(answer, "report the current user").json()
        admin = any(facts.get(name) for name in ("sysadmin_flag", "has_admin_role", "admin_role_in_auth"))
        return {
            "name": facts.get("username") or self._username,
            "admin": admin,
            "robot": robot,
            "may_replicate": self._may_replicate(base) if robot else admin,
        }

    def _may_replicate(self, base: str) -> bool:
        answer = self._get(base + "/registries?page_size=1")
        try:
            self._checked(answer, "list the registry endpoints")
        except PermissionDenied:
            return False
        return True

    def _checked(self, answer: Response, task: str) -> Response:
        if 200 <= answer.status < 300:
            return answer
        raise error_for(answer, task, self._base_url, self._redactor)

    def _infer_version(self, base: str, generation: int, facts: Mapping[str, Any]) -> Version:
        """The oldest version that answers as this Harbor does."""
        oldest = oldest_version_with(facts) if generation == 2 else (1, 0, 0)
        for path, version in _PROOFS[generation]:
            if version <= oldest:
                break
            if has_path(self._get(base + path)):
                return version
        if oldest < OLDEST:
            raise _too_old("This Harbor")
        return oldest


def _version(parts: Sequence[Any]) -> Version:
    major, minor, patch = (int(part) for part in parts)
    return major, minor, patch


def _too_old(what: str) -> Unsupported:
    return Unsupported(
        f"{what} is older than 1.8 and has no API for replication endpoints.",
        advice="Upgrade it to Harbor 1.8 or later first.",
    )
