# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who logs in with which password: what a check costs, and the lock of a user for whom somebody sent a wrong one.

Harbor's source, 1.8 to 2.15: src/core/auth/authenticator.go and lock.go. A locked user is refused at once, unchecked, and the
lock is not extended; a wrong password is refused when the lock ends. Robots come before users and are never locked.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from threading import Lock

from tests.sandbox.harbor.api.identity import Identity, robot_with
from tests.sandbox.harbor.settings import HarborSettings
from tests.sandbox.harbor.state import HarborState, User

_BUILT_IN = 1  # the administrator, whose password Harbor knows itself whatever the mode


class Logins:
    """The checks of passwords of one Harbor; thread-safe.

    `checks` counts those of users, which are what costs.
    """

    def __init__(self, state: HarborState, settings: HarborSettings) -> None:
        self._state = state
        self._settings = settings
        self._lock = Lock()
        self._failures: dict[str, float] = {}
        self.checks = 0

    def lock(self, name: str) -> None:
        """Lock a user, as a wrong password does."""
        with self._lock:
            self._failures[name] = time.monotonic()

    def identify(self, header: str | None) -> Identity:
        """The caller of an Authorization header. A wrong password makes an anonymous caller, as in Harbor."""
        scheme, _separator, value = (header or "").partition(" ")
        if scheme.lower() != "basic":
            return Identity()
        try:
            name, _separator, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return Identity()
        robot = robot_with(self._state, name, password)
        return Identity(robot=robot) if robot else Identity(user=self.user(name, password))

    def user(self, name: str, password: str) -> User | None:
        """The user with this password; none while the user is locked, and who fails locks the user."""
        user = self._state.user_named(name)
        if self._external(user):
            return None
        with self._lock:
            locked = time.monotonic() - self._failures.get(name, float("-inf")) <= self._settings.harbor_lock_seconds
            self.checks += not locked
        if locked:
            return None
        if user is not None:
            time.sleep(self._settings.harbor_password_seconds)
            if hmac.compare_digest(user.password.encode(), password.encode()):
                return user
        self.lock(name)
        time.sleep(self._settings.harbor_lock_seconds)
        return None

    def single_sign_on(self, name: str) -> bool:
        """Whether only a browser can log this user in, at another service."""
        return self._external(self._state.user_named(name))

    def _external(self, user: User | None) -> bool:
        return self._settings.harbor_auth_mode == "oidc_auth" and (user is None or user.id != _BUILT_IN)
