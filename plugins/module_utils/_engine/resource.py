# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a resource must provide so that the engine can manage it: fields, five verbs, and hooks with defaults."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from .._errors import AlreadyExists, MigrationError
from .fields import Field, State
from .history import History
from .wait import READY, Phase, Readiness


class Resource(ABC):
    """A set of objects of one kind at one server; a single object is a set of one.

    A resource keeps no memory between calls: what this run has done to a member and read of it is handed in as a
    :class:`History`.

    :cvar kind: what one member is called in results and messages, e.g. ``whitelist entry``.
    :cvar key: the field that identifies a member.
    :cvar fields: everything that can be managed, the key included.
    :cvar workers: how many calls may run at a time; 1 when members share state on the server.
    :cvar owner_field: the field that carries the marker of a migration, if the kind has one.
    :cvar accepts_unmanaged: what ``present`` does with a member that somebody else made: ``True`` accepts it
        as it is, ``False`` refuses.
    :cvar shared_up_to: the length that ``owner_field`` may have at least, so that markers of several migrations fit in.
        More than 0: ``present`` becomes an owner of a member of other migrations; 0: a member has one owner.
    :cvar accepts_duplicates: what ``present`` does where the server has several members of one key: ``True`` manages
        the first, ``False`` refuses.
    :cvar internal: names in states that only the resource needs; results do not show them.
    :ivar creates_always: existing members do not count: every run creates new ones, and what their creation returned
        is their state. For what the server does not list, and for rotations.
    """

    kind: ClassVar[str]
    key: ClassVar[str]
    fields: ClassVar[Sequence[Field]]
    workers: ClassVar[int] = 8
    owner_field: ClassVar[str | None] = None
    accepts_unmanaged: ClassVar[bool] = False
    shared_up_to: ClassVar[int] = 0
    accepts_duplicates: ClassVar[bool] = True
    internal: ClassVar[frozenset[str]] = frozenset()
    creates_always: bool = False

    @property
    def kinds(self) -> str:
        """What several members are called in messages."""
        return self.kind[:-1] + "ies" if self.kind.endswith("y") else self.kind + "s"

    @abstractmethod
    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The members that exist, with one listing where the server has one.

        :param keys: the keys of interest, or ``None`` for all members; more than these may be returned.
        :returns: states with every field that can be read, and whatever else a user may want to know.
        """

    @abstractmethod
    def create(self, desired: State) -> State | None:
        """Create a member; fields that are ``None`` are left to the server.

        :returns: what only the creation returns (a secret), merged into the result; usually ``None``.
        """

    @abstractmethod
    def update(self, current: State, desired: State, changed: frozenset[str]) -> State | None:
        """Change a member.

        :param desired: the complete state after the change: the current state, overlaid with the desired fields.
        :param changed: the names of the fields that differ.
        """

    @abstractmethod
    def delete(self, current: State) -> None:
        """Delete a member; raising :class:`NotFound` for one that is gone is fine."""

    def readiness(self, current: State, history: History) -> Readiness:
        """The phase in which the member is; ``DELETING`` means that it is being deleted.

        :param history: what this run has requested for it and read of it.
        :raises WaitFailed: what was requested has failed and cannot be waited for any more.
        """
        return READY

    def readiness_of_missing(self, key: Any, history: History) -> Readiness:
        """What is known about a desired member that is not listed; ``FAILED`` when it will not appear."""
        return Readiness(Phase.PENDING, "not there yet")

    def failure_reason(self, current: State, seen: str) -> str:
        """Why a member has failed, in words; called once, before the run ends with an error.

        :param seen: the words that :meth:`readiness` has found for it.
        """
        return seen

    def must_write_secret(self, current: State, desired: State) -> bool:
        """Whether a write-only field of the desired state must be written to an existing member.

        May call the server; several members are checked at a time.
        """
        return False

    def is_created(self, error: MigrationError) -> bool:
        """Whether a refusal of a repeated creation shows that the first attempt, whose answer got lost, succeeded."""
        return isinstance(error, AlreadyExists)

    def check(self, desired: State) -> None:  # noqa: B027 - most resources have nothing to refuse
        """Refuse a desired state that is wrong whatever exists, before anything is read.

        :raises InvalidInput: with the option, what was found and what to do.
        """

    def check_create(self, desired: State) -> None:  # noqa: B027 - most resources have nothing to refuse
        """Refuse a creation that would fail, before anything is written; in check mode too.

        :raises InvalidInput: with what must be given.
        """

    def check_update(self, current: State, desired: State, changed: frozenset[str]) -> None:  # noqa: B027
        """Refuse a change that would fail or do harm, before anything is written; in check mode too.

        :param desired: the complete state after the change.
        :param changed: the names of the fields that differ.
        :raises MigrationError: with what stands in the way and what to do.
        """

    def check_delete(self, current: State) -> None:  # noqa: B027 - most resources can always be deleted
        """Refuse a deletion that would fail or do harm, before anything is written; in check mode too.

        :raises Conflict: with what stands in the way and what to do.
        """

    def other_users(self, migration_id: str) -> Sequence[str]:
        """The other migrations that may use the members of a kind that cannot carry a marker: nothing is removed then."""
        return ()

    def lost_with(self, current: State) -> State:
        """What else is removed when a member is deleted, for the diff; e.g. the repositories of a namespace."""
        return {}
