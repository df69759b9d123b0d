# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run has done to each member and read of it since: the memory of a run, so that resources need none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .fields import State

CREATE, UPDATE, DELETE = "create", "update", "delete"
# An update of nothing but the end of a lease, which depends on when it is looked at.
RENEW = "renew"


@dataclass(frozen=True)
class Change:
    """One write.

    :param action: ``create``, ``update`` or ``delete``.
    :param key: the key of the member.
    :param current: what is there; ``None`` for a creation.
    :param desired: the complete state afterwards; ``None`` for a deletion.
    :param fields: the names of the fields that are written.
    :param lost_with_it: what else a deletion removes, for the diff.
    :param shared_with: the other migrations that own the member too.
    :param renews: nothing but the end of a lease changes.
    :param expired: the migrations whose lease is over, which is why the change is made.
    """

    action: str
    key: Any
    current: State | None
    desired: State | None
    fields: frozenset[str] = frozenset()
    lost_with_it: State = field(default_factory=dict)
    shared_with: tuple[str, ...] = ()
    renews: bool = False
    expired: tuple[str, ...] = ()

    @property
    def verb(self) -> str:
        """The action as it is reported."""
        return RENEW if self.renews else self.action


@dataclass(frozen=True)
class History:
    """What one run has requested for a member, and read of it since.

    :param requested: the last write that the server has accepted; ``None`` if there was none.
    :param seen: the states read since that write, or since the run began; oldest first, repetitions left out.
    :param refusal: the reason of a server that refused a deletion because it does not know the object any more.
    """

    requested: Change | None = None
    seen: tuple[State, ...] = ()
    refusal: str = ""

    @property
    def requested_action(self) -> str | None:
        """The action that the server has accepted in this run: ``create``, ``update``, ``delete`` or ``None``."""
        return self.requested.action if self.requested else None

    @property
    def state_before(self) -> State | None:
        """The state in which the member was when its deletion or change was requested."""
        return self.requested.current if self.requested else None

    def with_state(self, state: State) -> History:
        """The history continued by a state that was read."""
        if self.seen and self.seen[-1] == state:
            return self
        return History(self.requested, (*self.seen, state), self.refusal)


NO_HISTORY = History()
