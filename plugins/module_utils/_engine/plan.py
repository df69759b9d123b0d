# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: what must be created, updated and deleted so that the current state becomes the desired one. Pure, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import Conflict, InvalidInput, NotOurs
from .fields import HIDDEN, State
from .history import CREATE, DELETE, UPDATE, Change
from .lease import Lease
from .ownership import (
    end_of,
    expired_owners,
    is_marked,
    is_usable_id,
    marker,
    owners,
    with_marker,
    without_ends,
    without_marker,
)
from .resource import Resource
from .wait import Phase, Readiness

_ORDER = {CREATE: 0, UPDATE: 1, DELETE: 2}


@dataclass(frozen=True)
class Plan:
    """The writes in the order in which they are made, and the keys of members left alone because they are not ours."""

    changes: tuple[Change, ...]
    unmanaged: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)


@dataclass(frozen=True)
class Expiry:
    """Whose members are removed when their lease is over.

    :param now: seconds since 1970.
    :param kept: migrations that are left alone, although their lease may be over.
    """

    now: float
    kept: Collection[str] = ()


class Planner:
    """Plans for one resource and one ``state``.

    :param state: ``present`` adds and updates, ``absent`` removes, ``exact`` also removes what is not listed.
    :param migration_id: when given, only members that carry its marker are changed or removed. A member that carries
        markers of others too loses only this one; the last owner removes it. Nobody is given a share of a member
        without a marker: it was there before.
    :param lease: the end of what this migration marks; ``None`` leaves ends as they are.
    :param expiry: instead of a migration: ``exact`` removes what no migration needs any more.
    :param readiness: the phase of a current member.
    :raises InvalidInput: a member is listed twice, the resource refuses a desired state, or ``migration_id`` is empty (then
        everything would count as made by the migration, and ``exact`` would remove what others made) or cannot be
        told from the text around it.
    """

    def __init__(
        self,
        resource: Resource,
        desired_members: Iterable[State],
        state: str,
        migration_id: str | None,
        readiness: Callable[[State], Readiness],
        lease: Lease | None = None,
        expiry: Expiry | None = None,
    ) -> None:
        if migration_id is not None and not migration_id.strip():
            raise InvalidInput(
                "migration_id is empty, so what belongs to this migration cannot be recognised.",
                advice="Give the name of the migration, or leave migration_id out.",
            )
        if migration_id is not None and not is_usable_id(migration_id):
            raise InvalidInput(
                f"migration_id is {migration_id!r}, which could not be told from the text around it in a description.",
                advice="Give one word without ; , ( and ), which does not end in a dot.",
            )
        self.resource = resource
        self.state = state
        self.migration_id = migration_id if resource.owner_field else None
        self.shares = bool(self.migration_id or expiry) and resource.shared_up_to > 0
        # A description that cannot be changed keeps the end with which it was created.
        fixed = any(one.immutable for one in resource.fields if one.name == resource.owner_field)
        self._lease, self._renewal = lease, None if fixed else lease
        self._expiry = expiry
        self._readiness = readiness
        self._identity = next(field.compare for field in resource.fields if field.name == resource.key)
        self.desired_members: dict[Any, State] = {}
        self._undescribed: set[Any] = set()
        for desired in desired_members:
            key = self.key_of(desired)
            if key in self.desired_members:
                raise InvalidInput(
                    f"The {resource.kind} {desired[resource.key]!r} is listed twice.", advice="List each one once."
                )
            if state != "absent":
                resource.check(desired)
            if self.migration_id and desired.get(str(resource.owner_field)) is None:
                self._undescribed.add(key)
            self.desired_members[key] = self._marked(desired) if state != "absent" else desired

    def key_of(self, state: State) -> Any:
        """The key of a member in the form in which keys are compared."""
        return self._identity(state[self.resource.key])

    def is_deleting(self, current: State) -> bool:
        """Whether a current member is being deleted, so that it is no longer managed."""
        return self._readiness(current).phase is Phase.DELETING

    def plan(self, current_members: Sequence[State], secrets_to_write: Collection[Any] = ()) -> Plan:
        """Compare the desired members with the current ones.

        :param secrets_to_write: the keys of existing members to which the desired write-only fields must be written.
        :raises NotOurs: a member that must be changed was made by somebody else.
        :raises InvalidInput: a field that cannot be changed differs.
        :raises Conflict: the server has several members of one desired key, and the resource does not accept that.
        """
        found = self._by_key(current_members)
        changes: list[Change] = []
        unmanaged: list[Any] = []
        if self.state != "absent":
            for key, desired in self.desired_members.items():
                changes += self._plan_member(desired, found.get(key, []), unmanaged, key in secrets_to_write)
        # Servers list in any order, and check mode and a run must name the same removals in the same one.
        for key, members in sorted(found.items(), key=lambda one: str(one[0])):
            for surplus in self._surplus(key, members):
                if self._is_ours(surplus):
                    changes.append(self._removal(surplus))
                elif key in self.desired_members:
                    unmanaged.append(surplus[self.resource.key])
        return Plan(tuple(sorted(changes, key=lambda change: _ORDER[change.action])), tuple(dict.fromkeys(unmanaged)))

    def members_with_secrets(self, current_members: Sequence[State]) -> list[tuple[Any, State, State]]:
        """The existing members for which a write-only field is desired: key, current and desired state of each."""
        names = {field.name for field in self.resource.fields if field.write_only}
        found = self._by_key(current_members) if names and self.state != "absent" else {}
        return [
            (key, found[key][0], desired)
            for key, desired in self.desired_members.items()
            if found.get(key) and self._is_ours(found[key][0]) and any(desired.get(name) is not None for name in names)
        ]

    def _by_key(self, current_members: Sequence[State]) -> dict[Any, list[State]]:
        """The current members that are not being deleted."""
        found: dict[Any, list[State]] = {}
        for current in current_members:
            if not self.is_deleting(current):
                found.setdefault(self.key_of(current), []).append(current)
        if self.shares:
            for members in found.values():
                members.sort(key=self._rank)
        return found

    def _surplus(self, key: Any, members: list[State]) -> list[State]:
        listed = key in self.desired_members
        if self.state == "exact":
            return members[1:] if listed else members
        return members if self.state == "absent" and listed else []

    def _plan_member(
        self, desired: State, members: list[State], unmanaged: list[Any], write_secrets: bool
    ) -> list[Change]:
        key = desired[self.resource.key]
        if not members:
            return [self._creation(desired)]
        if len(members) > 1 and self.state == "present" and not self.resource.accepts_duplicates:
            raise Conflict(
                f"There are {len(members)} {self.resource.kinds} with {self.resource.key} {key!r}.",
                advice="Delete the surplus ones, for example with state: exact, which keeps one.",
            )
        current = members[0]
        others = self._other_owners(current)
        if not self._is_ours(current):
            if self.shares and others:
                return [self._share(desired, members)]
            if not self.resource.accepts_unmanaged:
                raise self._not_ours(current)
            unmanaged.append(key)
            return []
        described = self._described(desired, current, others)
        if others and self._has_no_room(described, current):
            return [self._creation(desired), self._removal(current)]
        changed = self._changed_fields(described, current, write_secrets)
        if not changed:
            return []
        complete = {**current, **{name: value for name, value in described.items() if value is not None}}
        return [Change(UPDATE, key, current, complete, changed, renews=self._renews(current, complete, changed))]

    def _described(self, desired: State, current: State, others: Sequence[str]) -> State:
        """The desired member with the description that fits the one that is there.

        What several own keeps its text: each of them would change it back. The end of a lease stays until it must be renewed.
        """
        if not self.migration_id:
            return desired
        field = str(self.resource.owner_field)
        text = current.get(field)
        end = end_of(text, self.migration_id)
        if not (self.key_of(desired) in self._undescribed or (self.shares and others)):
            text = desired[field]
        return {
            **desired,
            field: with_marker(text, self.migration_id, self._renewal.end_after(end) if self._renewal else end),
        }

    def _has_no_room(self, described: State, current: State) -> bool:
        """Whether the end of a lease does not fit beside other owners, so that this migration needs a member of its own."""
        field, longest = str(self.resource.owner_field), self.resource.shared_up_to
        return self.shares and len(described[field]) > max(longest, len(str(current.get(field))))

    def _renews(self, current: State, desired: State, changed: frozenset[str]) -> bool:
        field = str(self.resource.owner_field)
        if not self.migration_id or changed != {field}:
            return False
        before, after = current.get(field), desired.get(field)
        return without_ends(before) == without_ends(after) and all(
            end_of(text, self.migration_id) for text in (before, after)
        )

    def _creation(self, desired: State) -> Change:
        given = frozenset(name for name, value in desired.items() if value is not None)
        return Change(CREATE, desired[self.resource.key], None, desired, given)

    def _changed_fields(self, desired: State, current: State, write_secrets: bool) -> frozenset[str]:
        fields = self.resource.fields
        changed = {field.name for field in fields if field.differs(desired, current)}
        for field in fields:
            if field.immutable and field.name in changed:
                raise InvalidInput(
                    f"{field.name} of the {self.resource.kind} {desired[self.resource.key]!r} is "
                    f"{field.display(current.get(field.name))!r} and cannot be changed to "
                    f"{field.display(desired[field.name])!r}.",
                    advice="Delete it first (state: absent), or give the value that it has.",
                )
        if write_secrets:
            changed |= {field.name for field in fields if field.write_only and desired.get(field.name) is not None}
        return frozenset(changed)

    def _not_ours(self, current: State) -> NotOurs:
        description = current.get(str(self.resource.owner_field)) or ""
        return NotOurs(
            f"A {self.resource.kind} named {current[self.resource.key]!r} exists, but this migration did not make it: "
            f"its description {description!r} lacks {marker(str(self.migration_id))!r}.",
            advice="Choose another name, or add that text to its description to hand it over.",
        )

    def _rank(self, current: State) -> int:
        """Which of several members of one key is managed: ours, rather alone; else one that was there before, else one to share."""
        others = bool(self._other_owners(current))
        return int(others) if self._is_ours(current) else 2 + int(others)

    def _share(self, desired: State, members: Sequence[State]) -> Change:
        """Become an owner of a member of other migrations; where its description has no room, make a second one."""
        field, key = str(self.resource.owner_field), desired[self.resource.key]
        for current in members:
            joined = with_marker(current.get(field), str(self.migration_id), self._new_end)
            if len(joined) <= self.resource.shared_up_to:
                others = self._other_owners(current)
                return Change(UPDATE, key, current, {**current, field: joined}, frozenset({field}), shared_with=others)
        return self._creation(desired)

    def _removal(self, current: State) -> Change:
        """Delete a member, or where other migrations own it too, only take the marker of this one out."""
        field, key = str(self.resource.owner_field), current[self.resource.key]
        others, leaving = self._other_owners(current), self._own(current)
        expired = leaving if self._expiry else ()
        if not others:
            return Change(DELETE, key, current, None, expired=expired)
        left = {**current, field: without_marker(str(current[field]), *leaving)}
        return Change(UPDATE, key, current, left, frozenset({field}), shared_with=others, expired=expired)

    def _own(self, current: State) -> tuple[str, ...]:
        """The owners of a member for which this run acts."""
        text = current.get(str(self.resource.owner_field))
        if self._expiry:
            return tuple(one for one in expired_owners(text, self._expiry.now) if one not in self._expiry.kept)
        return (self.migration_id,) if self.migration_id and is_marked(text, self.migration_id) else ()

    def _other_owners(self, current: State) -> tuple[str, ...]:
        if not self.migration_id and not self._expiry:
            return ()
        own = self._own(current)
        return tuple(one for one in owners(current.get(str(self.resource.owner_field))) if one not in own)

    def _marked(self, desired: State) -> State:
        if not self.migration_id:
            return dict(desired)
        field = str(self.resource.owner_field)
        return {**desired, field: with_marker(desired.get(field), self.migration_id, self._new_end)}

    @property
    def _new_end(self) -> str | None:
        return self._lease.new_end if self._lease else None

    def _is_ours(self, current: State) -> bool:
        return bool(self._own(current)) if self.migration_id or self._expiry else True


def predict_after(current_members: Sequence[State], plan: Plan) -> list[State]:
    """What will be there when the plan has been carried out."""
    gone = [change.current for change in plan.changes if change.action == DELETE]
    updated = {id(change.current): change.desired for change in plan.changes if change.action == UPDATE}
    after = [updated.get(id(one)) or one for one in current_members if not any(one is other for other in gone)]
    return after + [dict(change.desired or {}) for change in plan.changes if change.action == CREATE]


def difference(resource: Resource, plan: Plan) -> dict[str, Any]:
    """The diff that Ansible shows: only the members that change, by key, secrets hidden."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for change in plan.changes:
        name = str(change.key)
        while name in before or name in after:
            name += " (another)"
        if change.current is not None:
            before[name] = {**_displayed(resource, change.current, change, "stored"), **change.lost_with_it}
        if change.desired is not None:
            after[name] = _displayed(resource, change.desired, change, "new")
    return {"before": before, "after": after, "before_header": resource.kinds, "after_header": resource.kinds}


def _displayed(resource: Resource, state: Mapping[str, Any], change: Change, secret_is: str) -> dict[str, Any]:
    displayed: dict[str, Any] = {}
    for field in resource.fields:
        if field.write_only:
            if field.name in change.fields:
                displayed[field.name] = f"{HIDDEN} ({secret_is})"
        elif state.get(field.name) is not None:
            displayed[field.name] = field.display(state[field.name])
    return displayed
