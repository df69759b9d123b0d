# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a resource must provide so that the engine can manage it: fields and five verbs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from .fields import Field, State
from .wait import READY, Phase, Readiness


class Resource(ABC):
    """A set of objects of one kind at one server; a single object is a set of one.

    :cvar kind: what one member is called in messages, e.g. ``whitelist entry``.
    :cvar key: the field that identifies a member.
    :cvar fields: everything that can be managed, the key included.
    :cvar workers: how many writes may run at a time; 1 when members share state on the server.
    :cvar owner_field: the field that carries the marker of a migration, if the kind has one.
    :cvar accepts_unmanaged: what ``present`` does with a member that somebody else made: ``True`` accepts it
        as it is, ``False`` refuses.
    """

    kind: ClassVar[str]
    key: ClassVar[str]
    fields: ClassVar[Sequence[Field]]
    workers: ClassVar[int] = 8
    owner_field: ClassVar[str | None] = None
    accepts_unmanaged: ClassVar[bool] = False

    @property
    def kinds(self) -> str:
        """What several members are called in messages."""
        return self.kind[:-1] + "ies" if self.kind.endswith("y") else self.kind + "s"

    @abstractmethod
    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The members that exist, with one listing where the server has one.

        :param keys: the keys of interest, or ``None`` for all members; more than asked may be returned.
        :returns: states with every field that can be read, and whatever else a user may want to know.
        """

    @abstractmethod
    def create(self, desired: State) -> State | None:
        """Create a member; fields that are ``None`` are left to the server.

        :returns: what only the creation tells (a secret), merged into the result; usually ``None``.
        """

    @abstractmethod
    def update(self, current: State, desired: State, changed: frozenset[str]) -> State | None:
        """Change a member.

        :param desired: the complete state after the change: what was found, overlaid with what was asked for.
        :param changed: the names of the fields that differ.
        """

    @abstractmethod
    def delete(self, current: State) -> None:
        """Delete a member; raising :class:`NotFound` for one that is gone is fine."""

    def ready(self, current: State) -> Readiness:
        """Where the member is in its life; ``DELETING`` means that it is being deleted."""
        return READY

    def readiness_of_missing(self, key: Any) -> Readiness:
        """What is known about a member that shall be there and is not listed; ``FAILED`` when it will not come."""
        return Readiness(Phase.PENDING, "not there yet")

    def must_write_secret(self, current: State, desired: State) -> bool:
        """Whether a write-only field of the desired state must be written to an existing member."""
        return False

    def check(self, desired: State) -> None:  # noqa: B027 - most resources have nothing to refuse
        """Refuse a desired state that cannot be reached, before anything is written.

        :raises InvalidInput: with the option, what was found and what to do.
        """

    def check_delete(self, current: State) -> None:  # noqa: B027 - most resources can always be deleted
        """Refuse a deletion that would fail or do harm, before anything is written; in check mode too.

        :raises Conflict: with what stands in the way and what to do.
        """
