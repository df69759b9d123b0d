# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether users of a Harbor can log in with the passwords that they shall have."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from ..._engine.fields import State
from ..._errors import Conflict
from ..api.accounts import HarborAccountsApi

_WORKERS = 8


def require_other(accounts: HarborAccountsApi, username: str, refusal: str) -> None:
    """Keep a task from shutting itself out.

    :param refusal: what is not done to the user as whom the task works, and why, as it reads after the name.
    :raises Conflict: this is that user.
    """
    if username == accounts.own_name:
        raise Conflict(f"The account {username!r} {refusal}.", advice="Do it as another administrator.")


class HarborPasswords:
    """Asks Harbor, which takes 1.5 s for a wrong password; a right one is not tried again."""

    def __init__(self, accounts: HarborAccountsApi) -> None:
        self._accounts = accounts
        self._right: dict[str, bool] = {}

    def try_out(self, users: Iterable[State]) -> None:
        """Let users, each with ``username`` and perhaps ``password``, log in."""
        untried = [user for user in users if user.get("password") and not self.is_right(user["username"])]
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            right = pool.map(lambda user: self._accounts.accepts(user["username"], user["password"]), untried)
            self._right.update(zip([user["username"] for user in untried], right))

    def is_right(self, username: str) -> bool:
        """Whether the password that was tried last is the one of the user."""
        return self._right.get(username, False)

    def replace(self, user: State) -> None:
        """Write the password of a user, unless it is the right one by now: Harbor refuses the same one again.

        :param user: ``user_id``, ``username`` and ``password``.
        """
        if not self._accounts.accepts(user["username"], user["password"]):
            require_other(
                self._accounts, user["username"], "keeps its password: it is the one as whom this task logs in"
            )
            self._accounts.set_password(user["user_id"], user["password"])
