# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reaches the target, and asks what it holds: the TCR API for its listings, and the registry itself for single tags."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..._errors import AuthenticationFailed, CertificateRefused, MigrationError, NotFound, OutcomeUnknown, Unreachable
from ..._oci.client import DistributionClient
from ..._tcr.api.client import TcrClient
from ..._tcr.instances import require_running
from ..comparison.verdicts import Listing, Place, RegistryAnswer

_WORKERS = 8
_ATTEMPTS_WITH_A_NEW_CREDENTIAL = 5
_PAUSE = 2.0
_TO_REACH = (
    "Let this host reach the registry itself: with registry_connect_to (migration_registry_connect_to), or with its address in "
    "the whitelist (migration_public_cidrs)."
)


Client = TypeVar("Client", bound=DistributionClient)


@dataclass(frozen=True)
class TargetRegistry(Generic[Client]):
    """One registry.

    :param connect: makes a client of the registry itself from address, user, password and the address to connect to.
    :param url: the address of the registry itself; empty: ``https://`` and its public domain.
    :param connect_to: the address to connect to instead of resolving the name.
    """

    tcr: TcrClient
    connect: Callable[[str, str, str, str | None], Client]
    registry_id: str
    url: str = ""
    connect_to: str | None = None

    def new_credential(self) -> tuple[str, str]:
        """User and password of a credential that is valid for an hour, and may not be known everywhere yet."""
        made = self.tcr.create_token(self.registry_id, long_term=False)
        return made["Username"], made["Token"]

    def client(self, username: str, password: str) -> Client:
        """A client of the registry itself.

        :raises NotFound: there is no such registry.
        :raises Conflict: it is not Running.
        """
        return self.connect(
            self.url or registry_address(self.tcr, self.registry_id), username, password, self.connect_to
        )

    def log_in(self) -> Client:
        """A client with a new credential that works.

        :raises Unreachable: the registry cannot be reached from here, or does not let this host in.
        :raises MigrationError: there is no credential, or it does not work.
        """
        registry = self.client(*self.new_credential())
        require_login(registry)
        return registry


def read_listing(client: TcrClient, registry_id: str, targets: Sequence[str]) -> Listing:
    """List the tags of the target repositories, and the names of all repositories beside them.

    TCR API 2019-09-24: DescribeNamespaces, DescribeRepositories for each namespace, DescribeImages for each repository.

    :param targets: target repositories with their namespace; those whose namespace is missing are not asked for.
    """
    wanted = {target.partition("/")[0] for target in targets}
    namespaces = sorted(wanted & {one["Name"] for one in client.namespaces(registry_id)})
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        listings = list(pool.map(lambda namespace: repository_names(client, registry_id, namespace), namespaces))
        present = {name for names in listings for name in names}
        compared = sorted(present & set(targets))
        tags = dict(zip(compared, pool.map(lambda name: tag_digests(client, registry_id, name), compared)))
    filled = {name.partition("/")[0] for name in present}
    return Listing({**{name: {} for name in present}, **tags}, frozenset(wanted - filled))


def wait_for_login(
    registry: DistributionClient, new_credential: bool, sleep: Callable[[float], None] = time.sleep
) -> MigrationError | None:
    """Why the registry cannot be used; ``None`` when it can.

    :param new_credential: whether the credential has just been made and may not be known everywhere yet.
    """
    problem: MigrationError | None = None
    for attempt in range(_ATTEMPTS_WITH_A_NEW_CREDENTIAL if new_credential else 1):
        if attempt:
            sleep(_PAUSE)
        try:
            registry.check()
        except AuthenticationFailed as error:
            problem = error
            continue
        except MigrationError as error:
            return error
        return None
    return problem


def require_login(registry: DistributionClient) -> None:
    """Wait until the registry accepts a credential that has just been made.

    :raises MigrationError: it cannot be used; where there is no way to it, the advice names the options that make one.
    """
    problem = wait_for_login(registry, new_credential=True)
    # What lies between may refuse the connection, or take it and end it.
    if isinstance(problem, (Unreachable, OutcomeUnknown)) and not isinstance(problem, CertificateRefused):
        problem.advice = f"{problem.advice} {_TO_REACH}".lstrip()
    if problem is not None:
        raise problem


def ask_registry(
    registry: DistributionClient,
    places: Sequence[Place],
    new_credential: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[Place, RegistryAnswer]:
    """Ask the registry itself for digests, several at a time; when it cannot be reached, every answer says why.

    :param new_credential: whether the credential has just been made and may not be known everywhere yet.
    """
    problem = wait_for_login(registry, new_credential, sleep)
    unreachable = [problem.message] if problem else []

    def ask(place: Place) -> RegistryAnswer:
        if unreachable:
            return RegistryAnswer(problem=unreachable[0])
        try:
            return RegistryAnswer(registry.digest(*place))
        except Unreachable as error:
            unreachable.append(error.message)
            return RegistryAnswer(problem=error.message)
        except MigrationError as error:
            return RegistryAnswer(problem=error.message)

    ordered = _in_turns(places)
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        return dict(zip(ordered, pool.map(ask, ordered)))


def _in_turns(places: Sequence[Place]) -> list[Place]:
    """The places so that all repositories have their first turn, then their second, and so on.

    A registry wants a token for each repository: whoever comes second to a repository finds it.
    """
    turns: dict[str, int] = {}
    numbered = []
    for place in places:
        turns[place[0]] = turns.get(place[0], -1) + 1
        numbered.append((turns[place[0]], place))
    return [place for _turn, place in sorted(numbered, key=lambda one: one[0])]


def repository_names(client: TcrClient, registry_id: str, namespace: str) -> list[str]:
    """The repositories of a namespace, with its name."""
    return [str(one["Name"]) for one in client.repositories(registry_id, namespace)]


def tag_digests(client: TcrClient, registry_id: str, name: str) -> dict[str, str]:
    """Tag to digest of a repository (with its namespace), as the API lists them; none where there is no such repository."""
    namespace, _slash, repository = name.partition("/")
    try:
        images = client.images(registry_id, namespace, repository)
    except NotFound:
        return {}
    return {str(one["ImageVersion"]): str(one.get("Digest") or "") for one in images}


def registry_address(client: TcrClient, registry_id: str) -> str:
    """The address of the registry itself, from its public domain.

    :raises NotFound: there is no such registry.
    :raises Conflict: it is not Running.
    """
    return f"https://{require_running(client, registry_id)['public_domain']}"
