# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What signs requests to the Tencent Cloud API: a key, or one that ends and is renewed while a module runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from .._errors import (
    ApiError,
    AuthenticationFailed,
    MigrationError,
    OutcomeUnknown,
    RateLimited,
    ServerFault,
    Unreachable,
)

_RENEWED_BEFORE = 300.0


@dataclass(frozen=True)
class Role:
    """A CAM role to assume, as far as one place names it; ``duration`` of a session in seconds."""

    arn: str | None = None
    session_name: str | None = None
    duration: int | None = None
    external_id: str | None = None


class CredentialSource(Protocol):
    """Gives the key with which the next request is signed."""

    @property
    def region(self) -> str | None:
        """The region that the user's environment names, if it does."""

    def current(self) -> Credential:
        """The key that is good now.

        :raises MigrationError: there is none.
        """

    def invalidate(self, key: Credential) -> bool:
        """Do not give a key again that the API refused; returns whether there can be another one."""


@dataclass(frozen=True)
class Credential:
    """A key.

    :param token: the session token of a temporary key.
    :param region: the region that the user's environment names, if it does.
    :param role: the role that the place where the key was found names with it.
    :param expires_at: Unix seconds; ``None`` when it is not known or does not expire.
    :param source: where it comes from, for messages: words that go behind "the key from".
    """

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    region: str | None = None
    role: Role | None = None
    expires_at: float | None = field(default=None, compare=False)
    source: str = field(default="", compare=False)

    def current(self) -> Credential:
        """The key itself: it does not change."""
        return self

    def invalidate(self, key: Credential) -> bool:
        """There is no other."""
        return False

    @property
    def is_session_key(self) -> bool:
        """Whether it is that of a role's session: only those have a known end."""
        return self.expires_at is not None


class TemporaryCredential:
    """A key that is fetched when it is first needed, and again before it expires; thread-safe.

    It is renewed 300 seconds before its end (more than the API lets clocks differ), or after half of its time when
    that is shorter. If that fails while the old key is good, the old one is used, and renewal is tried again later.

    :param fetch: returns a new key with its ``expires_at``; raises MigrationError.
    :param first: a key that was fetched already.
    :param clock: the time in Unix seconds.
    """

    def __init__(
        self,
        fetch: Callable[[], Credential],
        region: str | None = None,
        first: Credential | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.region = region
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._held = first
        self._renew_at = self._renewal_time(first)

    def current(self) -> Credential:
        """The key that is good now.

        :raises MigrationError: there is none, and none can be fetched. The class says what that means for the request
            that was to be signed: nothing was sent, and nothing is known of the object that it is about.
        """
        with self._lock:
            if self._held is None or self._clock() >= self._renew_at:
                self._held = self._renewed(self._held)
                self._renew_at = self._renewal_time(self._held)
            return self._held

    def invalidate(self, key: Credential) -> bool:
        """Have a new key fetched in place of this one, unless that has happened meanwhile."""
        with self._lock:
            if self._held is key:
                self._held = None
        return True

    def _renewed(self, held: Credential | None) -> Credential:
        try:
            return self._fetch()
        except MigrationError as error:
            if held is None or (held.expires_at or 0) <= self._clock():
                raise _without_key(error) from None
            return held

    def _renewal_time(self, held: Credential | None) -> float:
        now = self._clock()
        end = now if held is None or held.expires_at is None else held.expires_at
        return max(end - _RENEWED_BEFORE, now + (end - now) / 2)


def _without_key(error: MigrationError) -> MigrationError:
    kinds: dict[type[MigrationError], type[MigrationError]] = {
        **dict.fromkeys((OutcomeUnknown, RateLimited, ServerFault), Unreachable),
        ApiError: AuthenticationFailed,
    }
    kind = next((kind for given, kind in kinds.items() if isinstance(error, given)), type(error))
    return kind(error.message, error.advice, error.code, error.request_id, error.status, error.details)
