# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine: state, plan, apply, wait, re-read.

Check mode, diff, idempotency and waiting exist here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .._errors import AlreadyExists, MigrationError, NotFound, OutcomeUnknown, ServerFault
from .fields import State
from .plan import CREATE, DELETE, UPDATE, Change, Plan, Planner, difference, predict_after
from .resource import Resource
from .wait import READY, Phase, Readiness, Wait

_REPEATS_AFTER_UNKNOWN_OUTCOME = 2


@dataclass(frozen=True)
class Outcome:
    """What a run did, or in check mode would do.

    :param members: the state afterwards of the members that were asked for, in the order in which they were given;
        for ``absent`` empty, for ``exact`` all members.
    :param actions: one ``{"action": ..., "key": ...}`` for every write, in the order of the plan.
    :param unmanaged: keys of members that were left alone because somebody else made them; ``None`` where members
        carry no marker.
    """

    changed: bool
    members: list[State]
    actions: list[dict[str, Any]]
    unmanaged: list[Any] | None
    diff: dict[str, Any]


class Engine:
    """Brings one resource to the desired state.

    :param desired_members: the members asked for; for ``absent`` their keys are enough.
    :param state: ``present``, ``absent`` or ``exact``.
    :param check_mode: plan and predict only; nothing is written.
    :param migration_id: limits changes to members that carry this migration's marker.
    """

    def __init__(
        self,
        resource: Resource,
        desired_members: Iterable[State],
        state: str = "present",
        check_mode: bool = False,
        wait: Wait | None = None,
        migration_id: str | None = None,
    ) -> None:
        self._resource = resource
        self._planner = Planner(resource, desired_members, state, migration_id)
        self._check_mode = check_mode
        self._wait = wait or Wait()
        self._extra: dict[Any, State] = {}

    def run(self) -> Outcome:
        """Read, plan, write, wait and read again.

        :raises MigrationError: with ``details`` saying which writes had been made before it went wrong.
        """
        current_members = self._read()
        plan = self._plan(current_members)
        if self._check_mode:
            return self._outcome(plan, predict_after(self._planner, current_members, plan))
        if plan and self._in_transit(plan, current_members):
            self._wait_while_in_transit(plan)
            current_members = self._read()
            plan = self._plan(current_members)
        self._apply(plan)
        after = self._settled(self._read() if plan else current_members)
        self._verify(plan, after)
        return self._outcome(plan, after)

    def _read(self) -> list[State]:
        desired_members = self._planner.desired_members
        keys: Collection[Any] | None = None
        if self._planner.state != "exact":
            keys = [desired[self._resource.key] for desired in desired_members.values()]
        return self._resource.find(keys)

    def _plan(self, current_members: Sequence[State]) -> Plan:
        plan = self._planner.plan(current_members)
        for change in plan.changes:
            if change.action == DELETE:
                self._resource.check_delete(change.current or {})
        return plan

    def _in_transit(self, plan: Plan, current_members: Sequence[State]) -> list[State]:
        touched = {self._planner.key_of({self._resource.key: change.key}) for change in plan.changes}
        transit = (Phase.PENDING, Phase.DELETING)
        return [
            one
            for one in current_members
            if self._planner.key_of(one) in touched and self._resource.ready(one).phase in transit
        ]

    def _wait_while_in_transit(self, plan: Plan) -> None:
        def look() -> Readiness:
            moving = self._in_transit(plan, self._read())
            return Readiness(Phase.PENDING, self._resource.ready(moving[0]).seen) if moving else READY

        self._wait.until(f"the {self._resource.kind} to come to rest before it can be changed", look)

    def _settled(self, current_members: list[State]) -> list[State]:
        """Wait until members asked for are ready and members removed are gone; returns what was read last."""
        last = [current_members]
        unread = [current_members]

        def look() -> Readiness:
            last[0] = unread.pop() if unread else self._read()
            return self._unsettled(last[0])

        if self._wait.enabled:
            goal = "gone" if self._planner.state == "absent" else "ready"
            self._wait.until(f"the {self._resource.kind} to be {goal}", look)
        return last[0]

    def _unsettled(self, members: Sequence[State]) -> Readiness:
        desired_members, state = set(self._planner.desired_members), self._planner.state
        for one in members:
            readiness = self._resource.ready(one)
            if readiness.phase is Phase.READY or (
                self._planner.key_of(one) not in desired_members and state != "exact"
            ):
                continue
            if readiness.phase is Phase.DELETING:
                return Readiness(Phase.PENDING, readiness.seen)
            if state != "absent":
                return readiness
        there = {self._planner.key_of(one) for one in members}
        missing = [
            desired[self._resource.key] for key, desired in self._planner.desired_members.items() if key not in there
        ]
        readiness_of_missing = [self._resource.readiness_of_missing(key) for key in missing if state != "absent"]
        return next(
            (one for one in readiness_of_missing if one.phase is Phase.FAILED),
            readiness_of_missing[0] if readiness_of_missing else READY,
        )

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
        try:
            self._write(change)
        except MigrationError as error:
            return error
        return None

    def _write(self, change: Change) -> None:
        """One write; when its outcome is unknown, look before it is repeated."""
        for repeat in range(_REPEATS_AFTER_UNKNOWN_OUTCOME + 1):
            try:
                self._send(change)
                return
            except (OutcomeUnknown, ServerFault, AlreadyExists) as error:
                if self._is_done(change):
                    return
                if isinstance(error, AlreadyExists) or repeat == _REPEATS_AFTER_UNKNOWN_OUTCOME:
                    raise
                self._wait.sleep(min(self._wait.interval, 2.0**repeat))

    def _send(self, change: Change) -> None:
        extra: State | None = None
        if change.action == CREATE:
            extra = self._resource.create(dict(change.desired or {}))
        elif change.action == UPDATE:
            extra = self._resource.update(dict(change.current or {}), dict(change.desired or {}), change.fields)
        else:
            try:
                self._resource.delete(dict(change.current or {}))
            except NotFound:
                return
        if extra:
            self._extra[self._planner.key_of({self._resource.key: change.key})] = extra

    def _is_done(self, change: Change) -> bool:
        """Whether reading again shows that the write has happened."""
        current_members = self._resource.find([change.key])
        key = self._planner.key_of({self._resource.key: change.key})
        still_planned = self._planner.plan(current_members).changes
        return not any(
            other.action == change.action and self._planner.key_of({self._resource.key: other.key}) == key
            for other in still_planned
        ) and not (change.action == UPDATE and self._writes_secret(change))

    def _verify(self, plan: Plan, after: Sequence[State]) -> None:
        """A second run must plan nothing; what it would plan has not been kept by the server."""
        left = [change for change in self._planner.plan(after).changes if not self._only_secret(change)] if plan else []
        if not self._wait.enabled:
            left = [change for change in left if change.action == UPDATE]
        if left:
            first = left[0]
            fields = f" ({', '.join(sorted(first.fields))})" if first.action == UPDATE else ""
            raise MigrationError(
                f"The server accepted the {plan.changes[0].action} of the {self._resource.kind} {first.key!r}, "
                f"but reading it again still calls for {first.action}{fields}.",
                advice="Something else changes it at the same time, or this server does not keep the value.",
                details={"actions": _actions(plan)},
            )

    def _writes_secret(self, change: Change) -> bool:
        return any(field.write_only and field.name in change.fields for field in self._resource.fields)

    def _only_secret(self, change: Change) -> bool:
        names = {field.name for field in self._resource.fields if field.write_only}
        return change.action == UPDATE and change.fields <= names

    def _outcome(self, plan: Plan, after: Sequence[State]) -> Outcome:
        members: list[State] = []
        for one in after:
            key = self._planner.key_of(one)
            if self._planner.state == "exact" or (
                self._planner.state == "present" and key in self._planner.desired_members
            ):
                members.append({**one, **self._extra.get(key, {})})
        order = {key: index for index, key in enumerate(self._planner.desired_members)}
        members.sort(key=lambda one: order.get(self._planner.key_of(one), len(order)))
        secret = {field.name for field in self._resource.fields if field.write_only}
        shown = [{name: value for name, value in one.items() if name not in secret} for one in members]
        return Outcome(
            changed=bool(plan),
            members=shown,
            actions=_actions(plan),
            unmanaged=list(plan.unmanaged) if self._resource.owner_field else None,
            diff=difference(self._resource, plan),
        )

    def _failure(self, plan: Plan, done: Sequence[Change], failed: dict[str, MigrationError]) -> MigrationError:
        first_key, first = next(iter(failed.items()))
        partly = [action for problem in failed.values() for action in problem.details.get("actions", ())]
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
                "actions": [*({"action": change.action, "key": change.key} for change in done), *partly],
                "failed_members": {key: str(problem) for key, problem in failed.items()},
            },
        )
        return error


def _actions(plan: Plan) -> list[dict[str, Any]]:
    return [{"action": change.action, "key": change.key} for change in plan.changes]
