# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine: state, plan, apply, wait, re-read.

Check mode, diff, idempotency and waiting exist here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from .._errors import AlreadyExists, MigrationError, NotFound, OutcomeUnknown, ServerFault
from .fields import State
from .history import CREATE, DELETE, NO_HISTORY, UPDATE, Change, History
from .lease import Lease
from .plan import Expiry, Plan, Planner, difference, predict_after
from .resource import Resource
from .wait import READY, Phase, Readiness, Wait

_REPEATS_AFTER_UNKNOWN_OUTCOME = 2
_REPEATS_OF_SHARED = 3


@dataclass(frozen=True)
class Outcome:
    """What a run did, or in check mode would do.

    :param members: the state afterwards of the desired members, in the order in which they were given;
        for ``absent`` empty, for ``exact`` all members, the others in the order of their keys.
    :param actions: one ``{"action": ..., "object": ..., "key": ...}`` for every write, in the order of the plan;
        ``object`` is the kind of the resource. With ``shared_with`` where other migrations own the member too.
    :param unmanaged: keys of members that were left alone because somebody else made them; ``None`` where members
        carry no marker.
    :param kept_for: the other migrations for which members without a marker were not removed; ``None`` where the
        question does not arise.
    """

    changed: bool
    members: list[State]
    actions: list[dict[str, Any]]
    unmanaged: list[Any] | None
    diff: dict[str, Any]
    kept_for: list[str] | None = None


class Engine:
    """Brings one resource to the desired state.

    :param desired_members: the desired members; for ``absent`` their keys are enough.
    :param state: ``present``, ``absent`` or ``exact``.
    :param check_mode: plan and predict only; nothing is written.
    :param migration_id: limits changes to members that carry this migration's marker.
    :param lease: see :class:`Planner`, as for ``expiry``.
    """

    def __init__(
        self,
        resource: Resource,
        desired_members: Iterable[State],
        state: str = "present",
        check_mode: bool = False,
        wait: Wait | None = None,
        migration_id: str | None = None,
        lease: Lease | None = None,
        expiry: Expiry | None = None,
    ) -> None:
        self._resource = resource
        self._histories: dict[Any, History] = {}
        self._planner = Planner(resource, desired_members, state, migration_id, self._readiness, lease, expiry)
        # Whose removals respect other migrations although members of this kind carry no marker.
        self._user = None if resource.owner_field else migration_id
        self._kept_for: list[str] = []
        self._check_mode = check_mode
        self._wait = wait or Wait()
        # What only the creation or change of a member has returned, by key.
        self._returned: dict[Any, State] = {}
        self._created: dict[Any, State] = {}
        # Changes of shared members that were not made, because another migration had changed the member meanwhile.
        self._overtaken: list[Change] = []

    def run(self) -> Outcome:
        """Read, plan, write, wait and read again.

        :raises MigrationError: with the writes that had been made before the failure in ``details``.
        """
        current_members = self._read()
        plan = self._plan(current_members)
        if self._check_mode:
            return self._outcome(plan, predict_after(current_members, plan))
        if plan and self._in_transit(plan, current_members):
            self._wait_while_in_transit(plan)
            current_members = self._read()
            plan = self._plan(current_members)
        self._apply(plan)
        after = self._wait_until_settled(self._read() if plan else current_members)
        plan, after = self._repeat_what_was_overtaken(plan, after)
        self._verify(plan, after)
        done = tuple(change for change in plan.changes if not any(change is other for other in self._overtaken))
        return self._outcome(replace(plan, changes=done), after)

    def _read(self) -> list[State]:
        desired_members = self._planner.desired_members
        keys: Collection[Any] | None = None
        if self._planner.state != "exact":
            keys = [desired[self._resource.key] for desired in desired_members.values()]
        members = self._find(keys)
        for one in members:
            key = self._planner.key_of(one)
            self._histories[key] = self._history(key).with_state(one)
        return members

    def _find(self, keys: Collection[Any] | None) -> list[State]:
        return list(self._created.values()) if self._resource.creates_always else self._resource.find(keys)

    def _history(self, key: Any) -> History:
        return self._histories.get(key, NO_HISTORY)

    def _readiness(self, current: State) -> Readiness:
        return self._resource.readiness(current, self._history(self._planner.key_of(current)))

    def _plan(self, current_members: Sequence[State]) -> Plan:
        """Plan, and let the resource refuse what would fail or do harm."""
        plan = self._planned(current_members, self._secrets_to_write(current_members))
        deleting = {self._planner.key_of(one) for one in current_members if self._planner.is_deleting(one)}
        return replace(plan, changes=tuple(self._checked(change, deleting) for change in plan.changes))

    def _planned(self, current_members: Sequence[State], secrets_to_write: Collection[Any] = ()) -> Plan:
        """The plan, without the removal of members that other migrations may use."""
        plan = self._planner.plan(current_members, secrets_to_write)
        others = tuple(change for change in plan.changes if change.action != DELETE)
        if self._user is None or others == plan.changes:
            return plan
        self._kept_for = list(self._resource.other_users(self._user))
        return replace(plan, changes=others) if self._kept_for else plan

    def _checked(self, change: Change, deleting: Collection[Any]) -> Change:
        current, desired = change.current or {}, change.desired or {}
        # Whether something can be created in place of what is being deleted shows when that is gone.
        if change.action == CREATE and self._key_of(change) not in deleting:
            self._resource.check_create(desired)
        elif change.action == UPDATE:
            self._resource.check_update(current, desired, change.fields)
        elif change.action == DELETE:
            self._resource.check_delete(current)
            return replace(change, lost_with_it=self._resource.lost_with(current))
        return change

    def _secrets_to_write(self, current_members: Sequence[State]) -> set[Any]:
        """The keys of members to which the desired secrets must be written; several are checked at a time."""
        members = self._planner.members_with_secrets(current_members)
        if not members:
            return set()
        with ThreadPoolExecutor(max_workers=min(self._resource.workers, len(members))) as pool:
            needed = pool.map(lambda one: self._resource.must_write_secret(one[1], one[2]), members)
            return {key for (key, _current, _desired), write in zip(members, needed) if write}

    def _repeat_what_was_overtaken(self, plan: Plan, after: list[State]) -> tuple[Plan, list[State]]:
        """Plan shared members again while another migration changes them at the same time.

        :returns: all that was planned, and what was read last.
        """
        for _repeat in range(_REPEATS_OF_SHARED if plan and self._planner.shares else 0):
            left = self._plan(after)
            if not left:
                break
            self._apply(left)
            plan = replace(plan, changes=(*plan.changes, *left.changes))
            after = self._wait_until_settled(self._read())
        return plan, after

    def _in_transit(self, plan: Plan, current_members: Sequence[State]) -> list[Readiness]:
        """The phases of the members that the plan touches and that the server is still changing."""
        touched = {self._key_of(change) for change in plan.changes}
        readiness = [self._readiness(one) for one in current_members if self._planner.key_of(one) in touched]
        return [one for one in readiness if one.phase in (Phase.PENDING, Phase.DELETING)]

    def _wait_while_in_transit(self, plan: Plan) -> None:
        def look() -> Readiness:
            moving = self._in_transit(plan, self._read())
            return Readiness(Phase.PENDING, moving[0].seen) if moving else READY

        self._wait.until(f"the {self._resource.kind} to come to rest before it can be changed", look)

    def _wait_until_settled(self, current_members: list[State]) -> list[State]:
        """Wait until desired members are ready and removed members are gone; returns what was read last."""
        last = [current_members]
        unread = [current_members]

        def look() -> Readiness:
            last[0] = unread.pop() if unread else self._read()
            return self._overall_readiness(last[0])

        if self._wait.enabled:
            goal = "gone" if self._planner.state == "absent" else "ready"
            self._wait.until(f"the {self._resource.kind} to be {goal}", look)
        return last[0]

    def _overall_readiness(self, members: Sequence[State]) -> Readiness:
        desired_members, state = set(self._planner.desired_members), self._planner.state
        for one in members:
            readiness = self._readiness(one)
            if readiness.phase is Phase.READY or (
                self._planner.key_of(one) not in desired_members and state != "exact"
            ):
                continue
            if readiness.phase is Phase.DELETING:
                return Readiness(Phase.PENDING, readiness.seen)
            if state != "absent":
                failed = readiness.phase is Phase.FAILED
                seen = self._resource.failure_reason(one, readiness.seen) if failed else readiness.seen
                return Readiness(readiness.phase, seen)
        return READY if state == "absent" else self._readiness_of_missing(members)

    def _readiness_of_missing(self, members: Sequence[State]) -> Readiness:
        existing = {self._planner.key_of(one) for one in members}
        missing = [
            self._resource.readiness_of_missing(desired[self._resource.key], self._history(key))
            for key, desired in self._planner.desired_members.items()
            if key not in existing
        ]
        failed = (one for one in missing if one.phase is Phase.FAILED)
        return next(failed, missing[0] if missing else READY)

    def _apply(self, plan: Plan) -> None:
        """Carry out the plan kind by kind (create, update, delete), as concurrently as the resource allows."""
        done: list[Change] = []
        failed: dict[str, MigrationError] = {}
        for action in (CREATE, UPDATE, DELETE):
            changes = [change for change in plan.changes if change.action == action]
            if not changes or failed:
                continue
            with ThreadPoolExecutor(max_workers=min(self._resource.workers, len(changes))) as pool:
                for change, error in zip(changes, pool.map(self._attempt, changes)):
                    if error is None:
                        done.append(change)
                    else:
                        failed[str(change.key)] = error
        if failed:
            raise self._failure(plan, done, failed)

    def _attempt(self, change: Change) -> MigrationError | None:
        """Carry out one change; the ``details`` of an error have what all its attempts had done."""
        partly: list[dict[str, Any]] = []
        try:
            self._write(change, partly)
        except MigrationError as error:
            if partly:
                error.details = {**error.details, "actions": partly}
            return error
        return None

    def _write(self, change: Change, partly: list[dict[str, Any]]) -> None:
        """One write; when its outcome is unknown, read before it is repeated."""
        lost = False
        for repeat in range(_REPEATS_AFTER_UNKNOWN_OUTCOME + 1):
            try:
                self._send(change)
                return
            except MigrationError as error:
                partly += [one for one in error.details.get("actions", ()) if one not in partly]
                if lost and change.action == CREATE and self._resource.is_created(error):
                    self._accepted(change)
                    return
                if not isinstance(error, (OutcomeUnknown, ServerFault, AlreadyExists)):
                    raise
                if self._is_done(change):
                    return
                if isinstance(error, AlreadyExists) or repeat == _REPEATS_AFTER_UNKNOWN_OUTCOME:
                    raise
                lost = True
                self._wait.sleep(min(self._wait.interval, 2.0**repeat))

    def _send(self, change: Change) -> None:
        returned: State | None = None
        refusal = ""
        try:
            if change.action == CREATE:
                returned = self._resource.create(dict(change.desired or {}))
                self._created[self._key_of(change)] = {**(change.desired or {}), **(returned or {})}
            elif change.action == UPDATE:
                returned = self._resource.update(dict(change.current or {}), dict(change.desired or {}), change.fields)
            else:
                self._resource.delete(dict(change.current or {}))
        except NotFound as error:
            if self._planner.shares and change.action != CREATE:
                self._overtaken.append(change)
                return
            if change.action != DELETE:
                raise
            refusal = error.message
        if returned:
            self._returned[self._key_of(change)] = returned
        self._accepted(change, refusal)

    def _accepted(self, change: Change, refusal: str = "") -> None:
        self._histories[self._key_of(change)] = History(change, refusal=refusal)

    def _is_done(self, change: Change) -> bool:
        """Whether reading again shows that the write has happened."""
        current_members = self._find([change.key])
        key = self._key_of(change)
        still_planned = self._planner.plan(current_members).changes
        if any(other.action == change.action and self._key_of(other) == key for other in still_planned):
            return False
        if change.action == UPDATE and any(
            field.write_only and field.name in change.fields for field in self._resource.fields
        ):
            return False
        self._accepted(change)
        for one in current_members:
            if self._planner.key_of(one) == key:
                self._histories[key] = self._history(key).with_state(one)
        return True

    def _key_of(self, change: Change) -> Any:
        return self._planner.key_of({self._resource.key: change.key})

    def _verify(self, plan: Plan, after: Sequence[State]) -> None:
        """A second run must plan nothing, but for secrets; what it would plan has not been kept by the server."""
        left = list(self._planned(after).changes) if plan else []
        if not self._wait.enabled:
            left = [change for change in left if change.action == UPDATE]
        if left:
            first = left[0]
            fields = f" ({', '.join(sorted(first.fields))})" if first.action == UPDATE else ""
            raise MigrationError(
                f"The server accepted the {plan.changes[0].action} of the {self._resource.kind} {first.key!r}, "
                f"but reading it again still calls for {first.action}{fields}.",
                advice="Something else changes it at the same time, or this server does not keep the value.",
                details={"actions": self._actions(plan.changes)},
            )

    def _outcome(self, plan: Plan, after: Sequence[State]) -> Outcome:
        members: list[State] = []
        for one in after:
            key = self._planner.key_of(one)
            if self._planner.state == "exact" or (
                self._planner.state == "present" and key in self._planner.desired_members
            ):
                members.append({**self._displayed(one), **self._returned.get(key, {})})
        order = {key: index for index, key in enumerate(self._planner.desired_members)}
        keys = {id(one): self._planner.key_of(one) for one in members}
        members.sort(key=lambda one: (order.get(keys[id(one)], len(order)), str(keys[id(one)])))
        return Outcome(
            changed=bool(plan),
            members=members,
            actions=self._actions(plan.changes),
            unmanaged=list(plan.unmanaged) if self._resource.owner_field else None,
            diff=difference(self._resource, plan),
            kept_for=None if self._user is None else self._kept_for,
        )

    def _displayed(self, member: State) -> State:
        """A member as results show it: without secrets and without what only the resource needs."""
        fields = {field.name: field for field in self._resource.fields}
        hidden = self._resource.internal | {name for name, field in fields.items() if field.write_only}
        return {
            name: fields[name].display(value) if name in fields and value is not None else value
            for name, value in member.items()
            if name not in hidden
        }

    def _actions(self, changes: Iterable[Change]) -> list[dict[str, Any]]:
        return [
            {
                "action": change.verb,
                "object": self._resource.kind,
                "key": change.key,
                **{name: list(ids) for name in ("shared_with", "expired") if (ids := getattr(change, name))},
            }
            for change in changes
        ]

    def _failure(self, plan: Plan, done: Sequence[Change], failed: dict[str, MigrationError]) -> MigrationError:
        first_key, first = next(iter(failed.items()))
        partly = [action for error in failed.values() for action in error.details.get("actions", ())]
        if len(plan.changes) == 1:
            return first
        message = (
            f"{len(failed)} of {len(plan.changes)} changes of the {self._resource.kinds} failed; "
            f"the first: {first_key}: {first.message}"
        )
        error = type(first).__new__(type(first))
        MigrationError.__init__(
            error,
            message,
            first.advice,
            first.code,
            first.request_id,
            first.status,
            details={
                "actions": [*self._actions(done), *partly],
                "failed_members": {key: str(problem) for key, problem in failed.items()},
            },
        )
        return error
