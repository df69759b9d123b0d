# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whitelist of the public endpoint of a TCR registry ("security policies")."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from ..._engine.fields import Field, State, cidr, text
from ..._engine.ownership import end_of, owners, with_marker, without_marker
from ..._engine.resource import Resource
from ..._engine.wait import READY, Phase, Readiness, Wait
from ..._errors import AlreadyExists, Conflict, InvalidInput, InvalidRequest, NotFound
from ..api.client import TcrClient
from ..instances import require_running
from ..rules.cidr import check_source
from ..rules.network_status import OPENED, OPENING
from ..rules.whitelist import content, replaced_by_mistake

_DESCRIPTION = "cloud_registry.migration"
# TCR documents no length. The list is a VPC security group, whose descriptions have up to 100 characters.
_LONGEST_SHARED_DESCRIPTION = 100
_ATTEMPTS = 4
# Seconds within which a migration that has read the list writes to it.
_LONGEST_WRITE = 2.0


class TcrPublicWhitelistResource(Resource):
    """Entries by network.

    TCR API 2019-09-24: an entry has no id, only a position and a version of the whole list, both void after the
    next change, and equal entries are accepted silently. So every write reads first, and only one runs at a time.
    While the public endpoint is closed there is no list. Migrations with the same network share one entry, whose
    description names them all; where that has no room, each has its own.

    :param allow_any_source: permit an entry for all addresses.
    :param wait: how to wait for a public endpoint that is being opened.
    """

    kind: ClassVar[str] = "whitelist entry"
    key: ClassVar[str] = "cidr"
    fields = (Field("cidr", cidr), Field("description", text))
    workers: ClassVar[int] = 1
    owner_field: ClassVar[str | None] = "description"
    accepts_unmanaged: ClassVar[bool] = True
    shared_up_to: ClassVar[int] = _LONGEST_SHARED_DESCRIPTION

    def __init__(self, client: TcrClient, registry_id: str, allow_any_source: bool, wait: Wait) -> None:
        self._client = client
        self._registry_id = registry_id
        self._allow_any_source = allow_any_source
        self._wait = wait
        require_running(client, registry_id)

    def find(self, keys: Collection[Any] | None) -> list[State]:
        """The list in its order; empty while the public endpoint is closed."""
        return read_whitelist(self._client, self._registry_id, self._wait)[1]

    def create(self, desired: State) -> None:
        """Append an entry, unless the network is listed already.

        :raises Conflict: the public endpoint is not open.
        """
        status, entries = read_whitelist(self._client, self._registry_id, self._wait)
        if status != OPENED:
            raise Conflict(
                f"The public endpoint of {self._registry_id} is {status}, but its whitelist exists only while it is open.",
                advice="Open it first (tcr_public_access with state: present).",
            )
        description = desired.get("description") or _DESCRIPTION
        listed = [one for one in entries if cidr(one["cidr"]) == cidr(desired["cidr"])]
        if any(not _is_full_of_others(one["description"], description) for one in listed):
            raise AlreadyExists(f"The whitelist of {self._registry_id} lists {desired['cidr']} already.")
        self._client.create_security_policies(self._registry_id, [(cidr(desired["cidr"]), description)])

    def update(self, current: State, desired: State, changed: frozenset[str]) -> None:
        """Change the description of an entry at its current position.

        TCR API 2019-09-24: ModifySecurityPolicy takes no version of the list. When an entry before this one was removed
        since the list was read, it replaces the entry of somebody else, which is then put back.

        :raises NotFound: the entry is gone, or has another description by now.
        :raises Conflict: whether an entry was replaced is not certain, or other migrations undo the change.
        """
        self._describe(current, desired["description"])
        self._hold(current, desired)

    def _describe(self, current: State, description: str) -> None:
        """Give an entry another description."""
        entries, entry = self._write_at_place(
            current,
            lambda one: self._client.modify_security_policy(self._registry_id, one["index"], one["cidr"], description),
        )
        written = {"cidr": entry["cidr"], "description": description}
        lost = replaced_by_mistake(entries, self.find(None), int(entry["index"]), written)
        if lost and not lost.certain:
            raise Conflict(
                f"The whitelist of {self._registry_id} was changed at the same time, and the entry {lost.entry['cidr']} "
                f"({lost.entry['description']}) is gone.",
                advice="If it is still needed, add it again: another run or somebody else may have removed it.",
            )
        if lost:
            self._client.create_security_policies(
                self._registry_id, [(lost.entry["cidr"], lost.entry["description"] or _DESCRIPTION)]
            )

    def _hold(self, current: State, desired: State) -> None:
        """Repeat in a shared entry what another migration has undone that read the list before our write and wrote after it.

        TCR has no lock. What is read somewhat later than our write holds: who had read before it has written by then.

        :raises Conflict: it was undone each time.
        """
        before, after = owners(current["description"]), owners(desired["description"])
        if len({*before, *after}) < 2:
            return
        for _attempt in range(_ATTEMPTS):
            self._wait.sleep(min(self._wait.interval, _LONGEST_WRITE))
            listed = [one for one in self.find(None) if cidr(one["cidr"]) == cidr(current["cidr"])]
            entry = next((one for one in listed if {*owners(one["description"])} & {*before, *after}), None)
            if entry is None:
                return
            text = entry["description"]
            for one in after:
                text = text if one in before else with_marker(text, one, end_of(desired["description"], one))
            for one in before:
                text = text if one in after else without_marker(text, one)
            if text == entry["description"]:
                return
            if text:
                self._describe(entry, text)
            else:
                self.delete(entry)
        raise Conflict(
            f"Other migrations change the whitelist entry {current['cidr']} of {self._registry_id} all the time, and undo that "
            f"{', '.join(sorted({*before} ^ {*after}))} joined or left it.",
            advice="Run again when they have ended.",
        )

    def delete(self, current: State) -> None:
        """Delete an entry at its current position."""
        self._write_at_place(
            current, lambda one: self._client.delete_security_policy(self._registry_id, one["index"], one["version"])
        )

    def check(self, desired: State) -> None:
        """Refuse what is not a network, and the network of all addresses unless it is permitted."""
        check_source(desired["cidr"], self._allow_any_source)
        if desired.get("description") == "":
            raise InvalidInput(
                f"entries: the description of {desired['cidr']!r} is empty, which TCR may refuse.",
                advice="Describe what the entry is for, or leave the description out.",
            )

    def _write_at_place(self, current: State, write: Callable[[State], None]) -> tuple[list[State], State]:
        """Write to an entry at its position, again when that was void because the list changed meanwhile.

        :returns: the list as it was before the write, and the entry in it.
        """
        for last in (*[False] * (_ATTEMPTS - 1), True):
            entries = self.find(None)
            entry = self._locate(current, entries)
            try:
                write(entry)
                break
            except InvalidRequest:
                unchanged = [one["version"] for one in self.find(None)[:1]] == [entry["version"]]
                if last or unchanged:
                    raise
        return entries, entry

    def _locate(self, current: State, entries: Sequence[State]) -> State:
        """The entry as it is listed now; of several equal ones the last, whose removal moves no other."""
        wanted = content(current)
        equal = [one for one in entries if content(one) == wanted]
        if not equal:
            raise NotFound(
                f"The whitelist entry {current['cidr']!r} is gone: something else changes the list at the same time.",
                advice="Run again.",
            )
        return max(equal, key=lambda one: int(one["index"] or 0))


def _is_full_of_others(listed: str, desired: str) -> bool:
    """Whether an entry of other migrations has no room for the one that wants a description."""
    joined = listed
    for one in owners(desired):
        joined = with_marker(joined, one, end_of(desired, one))
    return bool(owners(listed)) and joined != listed and len(joined) > _LONGEST_SHARED_DESCRIPTION


def read_whitelist(client: TcrClient, registry_id: str, wait: Wait) -> tuple[str, list[State]]:
    """The status of the public endpoint and, when it is open, its whitelist in order; waits while it is being opened.

    :returns: entries with ``cidr``, ``description``, ``index`` and ``version``, the last two void after any change.
    """
    status = ""
    policies: list[dict[str, Any]] = []

    def look() -> Readiness:
        nonlocal status, policies
        status = str(client.external_endpoint(registry_id).get("Status") or "unknown")
        if status == OPENING:
            return Readiness(Phase.PENDING, status)
        if status == OPENED:
            try:
                policies = client.security_policies(registry_id)
            except NotFound as error:
                return Readiness(Phase.PENDING, error.message)
        return READY

    wait.until(f"the whitelist of {registry_id} to become available", look)
    return status, [
        {
            "cidr": one.get("CidrBlock"),
            "description": one.get("Description") or "",
            "index": one.get("PolicyIndex"),
            "version": one.get("PolicyVersion"),
        }
        for one in policies
    ]
