# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Harbor requires of its users. Pure."""

from __future__ import annotations

from ..._engine.fields import State, text
from ..._errors import Conflict, InvalidInput

BUILT_IN = "admin"
LONGEST_COMMENT = 30


def check_user(user: State) -> None:
    """Refuse what no version of Harbor accepts.

    :raises InvalidInput: with the option, what was found and what to do.
    """
    name = user["username"]
    if name == BUILT_IN:
        raise InvalidInput(
            f"The user {BUILT_IN!r} is Harbor's built-in administrator, which is not managed.",
            advice="Make another user an administrator (admin: true).",
        )
    if len(text(user.get("comment"))) > LONGEST_COMMENT:
        raise InvalidInput(
            f"comment of the user {name!r} has {len(user['comment'])} characters.",
            advice=f"Harbor accepts {LONGEST_COMMENT} at most.",
        )
    for option in ("email", "realname"):
        if user.get(option) == "":
            raise InvalidInput(f"{option} of the user {name!r} is empty.", advice="Harbor requires one.")


def check_new_user(user: State) -> None:
    """Refuse a user that is yet to be created and lacks something.

    :raises InvalidInput: naming what must be given.
    """
    lacking = [name for name in ("password", "email") if not user.get(name)]
    if lacking:
        raise InvalidInput(
            f"The user {user['username']!r} does not exist, and to create it {' and '.join(lacking)} must be given.",
            advice="Give them, or correct username.",
        )


def require_other_account(own_username: str, username: str, refusal: str) -> None:
    """Keep a task from locking itself out.

    :param own_username: the account with which the task logs in.
    :param username: the account that would be changed or deleted.
    :param refusal: what is not done, as it reads after the name, e.g. ``is not deleted``.
    :raises Conflict: both are the same.
    """
    if username == own_username:
        raise Conflict(
            f"The account {username!r} {refusal}: it is the one with which this task logs in.",
            advice="Do it as another administrator.",
        )
