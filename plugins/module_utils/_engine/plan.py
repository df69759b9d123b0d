# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: what must be created, updated and deleted so that reality is as wished. Pure, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import InvalidInput, NotOurs
from .fields import HIDDEN, State
from .ownership import is_marked, marker, stamped
from .resource import Resource
from .wait import Phase

CREATE, UPDATE, DELETE = "create", "update", "delete"
_ORDER = {CREATE: 0, UPDATE: 1, DELETE: 2}


@dataclass(frozen=True)
class Change:
    """One write: the action, the member's key, what is there, and what shall be there."""

    action: str
    key: Any
    reality: State | None
    wish: State | None
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """The writes in the order in which they are made, and the keys of members left alone because they are not ours."""

    changes: tuple[Change, ...]
    foreign: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)


class Planner:
    """Plans for one resource and one ``state``.

    :param state: ``present`` adds and updates, ``absent`` removes, ``exact`` also removes what is not listed.
    :param migration_id: when given, only members that carry its marker are changed or removed.
    :raises InvalidInput: a member is listed twice, the resource refuses a wish, or ``migration_id`` is empty: then
        everything would count as made by the migration, and ``exact`` would remove what others made.
    """

    def __init__(self, resource: Resource, wishes: Iterable[State], state: str, migration_id: str | None) -> None:
        if migration_id is not None and not migration_id.strip():
            raise InvalidInput(
                "migration_id is empty, so nothing tells what belongs to this migration.",
                advice="Give the name under which the migration was run, or leave migration_id out.",
            )
        self.resource = resource
        self.state = state
        self.migration_id = migration_id if resource.owner_field else None
        self._identity = next(field.compare for field in resource.fields if field.name == resource.key)
        self.wishes: dict[Any, State] = {}
        self._undescribed: set[Any] = set()
        for wish in wishes:
            key = self.key_of(wish)
            if key in self.wishes:
                raise InvalidInput(
                    f"The {resource.kind} {wish[resource.key]!r} is listed twice.", advice="List each one once."
                )
            if state != "absent":
                resource.check(wish)
            if self.migration_id and wish.get(str(resource.owner_field)) is None:
                self._undescribed.add(key)
            self.wishes[key] = self._owned(wish) if state != "absent" else wish

    def key_of(self, state: State) -> Any:
        """The key of a member in the form in which keys are compared."""
        return self._identity(state[self.resource.key])

    def plan(self, realities: Sequence[State]) -> Plan:
        """Compare the wishes with what was found.

        :raises NotOurs: a member that must be changed was made by somebody else.
        :raises InvalidInput: a field that cannot be changed differs.
        """
        found: dict[Any, list[State]] = {}
        for reality in realities:
            found.setdefault(self.key_of(reality), []).append(reality)
        changes: list[Change] = []
        foreign: list[Any] = []
        if self.state != "absent":
            for key, wish in self.wishes.items():
                changes += self._fulfil(wish, [one for one in found.get(key, []) if not self._leaving(one)], foreign)
        for key, members in found.items():
            for surplus in self._surplus(key, [one for one in members if not self._leaving(one)]):
                if self._is_ours(surplus):
                    changes.append(Change(DELETE, surplus[self.resource.key], surplus, None))
                elif key in self.wishes:
                    foreign.append(surplus[self.resource.key])
        return Plan(tuple(sorted(changes, key=lambda change: _ORDER[change.action])), tuple(dict.fromkeys(foreign)))

    def _surplus(self, key: Any, members: list[State]) -> list[State]:
        wished = key in self.wishes
        if self.state == "exact":
            return members[1:] if wished else members
        return members if self.state == "absent" and wished else []

    def _fulfil(self, wish: State, members: list[State], foreign: list[Any]) -> list[Change]:
        key = wish[self.resource.key]
        if not members:
            given = frozenset(name for name, value in wish.items() if value is not None)
            return [Change(CREATE, key, None, wish, given)]
        reality = members[0]
        if not self._is_ours(reality):
            if not self.resource.keeps_foreign:
                raise self._not_ours(reality)
            foreign.append(key)
            return []
        if self.key_of(wish) in self._undescribed:
            wish = {**wish, str(self.resource.owner_field): None}
        changed = self._changed_fields(wish, reality)
        if not changed:
            return []
        complete = {**reality, **{name: value for name, value in wish.items() if value is not None}}
        return [Change(UPDATE, key, reality, complete, changed)]

    def _changed_fields(self, wish: State, reality: State) -> frozenset[str]:
        fields = self.resource.fields
        changed = {field.name for field in fields if field.differs(wish, reality)}
        for field in fields:
            if field.immutable and field.name in changed:
                raise InvalidInput(
                    f"{field.name} of the {self.resource.kind} {wish[self.resource.key]!r} is "
                    f"{reality.get(field.name)!r} and cannot be changed to {wish[field.name]!r}.",
                    advice="Delete it first (state: absent), or ask for what is there.",
                )
        secrets = {field.name for field in fields if field.write_only and wish.get(field.name) is not None}
        if secrets and self.resource.must_write_secret(reality, wish):
            changed |= secrets
        return frozenset(changed)

    def _not_ours(self, reality: State) -> NotOurs:
        description = reality.get(str(self.resource.owner_field)) or ""
        return NotOurs(
            f"A {self.resource.kind} named {reality[self.resource.key]!r} exists, but this migration did not make it: "
            f"its description {description!r} lacks {marker(str(self.migration_id))!r}.",
            advice="Choose another name, or put that text into its description to hand it over.",
        )

    def _owned(self, wish: State) -> State:
        if not self.migration_id:
            return dict(wish)
        field = str(self.resource.owner_field)
        return {**wish, field: stamped(wish.get(field), self.migration_id)}

    def _is_ours(self, reality: State) -> bool:
        return not self.migration_id or is_marked(reality.get(str(self.resource.owner_field)), self.migration_id)

    def _leaving(self, reality: State) -> bool:
        return self.resource.ready(reality).phase is Phase.LEAVING


def predicted(planner: Planner, realities: Sequence[State], plan: Plan) -> list[State]:
    """What will be there when the plan has been carried out."""
    gone = [change.reality for change in plan.changes if change.action == DELETE]
    updated = {id(change.reality): change.wish for change in plan.changes if change.action == UPDATE}
    after = [updated.get(id(one)) or one for one in realities if not any(one is other for other in gone)]
    return after + [dict(change.wish or {}) for change in plan.changes if change.action == CREATE]


def difference(resource: Resource, plan: Plan) -> dict[str, Any]:
    """The diff that Ansible shows: only the members that change, by key, secrets hidden."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for change in plan.changes:
        name = str(change.key)
        while name in before or name in after:
            name += " (another)"
        if change.reality is not None:
            before[name] = _shown(resource, change.reality, change, "stored")
        if change.wish is not None:
            after[name] = _shown(resource, change.wish, change, "new")
    return {"before": before, "after": after, "before_header": resource.kinds, "after_header": resource.kinds}


def _shown(resource: Resource, state: Mapping[str, Any], change: Change, secret_is: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for field in resource.fields:
        if field.write_only:
            if field.name in change.fields:
                shown[field.name] = f"{HIDDEN} ({secret_is})"
        elif state.get(field.name) is not None:
            shown[field.name] = state[field.name]
    return shown
