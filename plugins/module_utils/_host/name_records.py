# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of a migration on one host: in the hosts file, for dnsmasq, and for the containers of Compose."""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from .._engine.history import CREATE
from .._engine.lease import Lease
from .._errors import Conflict, InvalidInput, MigrationError, NotOurs
from .._http.readable import readable
from . import dnsmasq, hosts_block, leases
from .commands import CommandResult, Host
from .files import Files

HOSTS_BLOCK = "hosts block"
CONTAINER_HOSTS = "container hosts"
DNSMASQ_RECORD = "dnsmasq record"

# Containers may take long to stop, and an image may have to be pulled.
_PATIENCE = 900

# What the note of a migration ends with that takes back what it made.
_LEAVING = "leaving"

Change = Callable[[], object]


@dataclass(frozen=True)
class OverrideChange:
    """An override of Compose as it was read, and as it must become.

    :param before: the SHA-256 of its content; empty: there was no file.
    :param after: its content; ``None``: there must be no file.
    """

    path: str
    before: str
    after: bytes | None


@dataclass(frozen=True)
class ServiceRestart:
    """Services that must be recreated by a compose command in a directory, and the proxy in front of them."""

    directory: str
    command: Sequence[str]
    services: Sequence[str]
    proxy_service: str

    def commands(self) -> list[list[str]]:
        """The commands in their order.

        What the services depend on (database, cache, log) stays as it is. The nginx of the proxy resolved the services
        once, when it started.
        """
        return [
            [*self.command, "up", "-d", "--no-deps", *self.services],
            [*self.command, "restart", self.proxy_service],
        ]


@dataclass(frozen=True)
class NameRecordsRequest:
    """What a host must hold for a migration. An empty path: not managed.

    :param present: otherwise everything of this migration goes.
    :param note_file: a file that says what this migration made elsewhere.
    :param note: what it must hold; empty: there must be none; ``None``: it is only read.
    :param lease_file: holds the end of the migration's lease on this host.
    :param lease: ``None``: what it holds stays.
    """

    migration_id: str
    present: bool = True
    names: Sequence[str] = ()
    address: str = ""
    hosts_file: str = ""
    dnsmasq_file: str = ""
    dnsmasq_reload: str = ""
    overrides: Sequence[OverrideChange] = ()
    restart: ServiceRestart | None = None
    note_file: str = ""
    note: str | None = None
    lease_file: str = ""
    lease: Lease | None = None


@dataclass
class Done:
    """What was done, or in check mode would be.

    :param restarted: the services that were recreated, then the proxy in front of them, which was restarted.
    :param note: the text of the note.
    :param shared_with: the other migrations that need the same, by the kind of object.
    :param other_notes: the notes of other migrations in the same directory, by their ids.
    """

    actions: list[dict[str, Any]] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)
    note: str = ""
    shared_with: dict[str, list[str]] = field(default_factory=dict)
    other_notes: dict[str, str] = field(default_factory=dict)


class NameRecords:
    """Makes a host hold what is asked for."""

    def __init__(self, host: Host, files: Files, request: NameRecordsRequest, check_mode: bool) -> None:
        self._host = host
        self._files = files
        self._request = request
        self._check_mode = check_mode
        self._done = Done()

    def apply(self) -> Done:
        """Write everything, then recreate the services.

        Names are given all or none: a place that refuses is found before anything is written. They are removed
        wherever that can be done, and what cannot be done is reported at the end.

        :raises InvalidInput: the block in the hosts file is damaged, or another migration gives a name another address.
        :raises NotOurs: the file for dnsmasq belongs to somebody else.
        :raises Conflict: a file was changed meanwhile, or a command failed.
        :raises MigrationError: a file cannot be read or written. All errors hold ``actions`` and ``restarted`` so far.
        """
        plans = (self._hosts_block, self._dnsmasq, self._overrides, self._note, self._restart)
        try:
            if self._request.present:
                # The lease is written first: what a run leaves that breaks off then has an end.
                for change in [change for plan in (self._lease, *plans) for change in plan()]:
                    change()
                self._leave_out_new_lease()
            else:
                self._all_that_can_be_done(plans)
                self._end_lease()
        except MigrationError as error:
            error.details = {**error.details, "actions": self._done.actions, "restarted": self._done.restarted}
            raise
        return self._done

    def _all_that_can_be_done(self, plans: Sequence[Callable[[], Iterator[Change]]]) -> None:
        failures = []
        for plan in plans:
            try:
                for change in plan():
                    change()
            except MigrationError as error:
                failures.append(error)
        if len(failures) == 1:
            raise failures[0]
        if failures:
            raise Conflict(" ".join(str(error) for error in failures))

    def _hosts_block(self) -> Iterator[Change]:
        path, request = self._request.hosts_file, self._request
        content = self._files.read(path) if path else None
        if content is None:
            if path and request.present:
                raise InvalidInput(
                    f"The hosts file {path} does not exist.",
                    advice="Set migration_hosts_file, or leave hosts_file out of migration_hosts_methods.",
                )
            return
        self._files.demand_change(path, self._hosts_after(content, path))
        yield lambda: self._write_hosts_block(path)

    def _write_hosts_block(self, path: str) -> None:
        """The file as it is now decides: another migration may have come or left since it was checked."""
        with self._files.turn(path):
            self._change(HOSTS_BLOCK, path, self._hosts_after(self._files.read(path) or b"", path))

    def _hosts_after(self, content: bytes, path: str) -> bytes:
        """The hosts file as it must become; notes who else needs the block."""
        request = self._request
        if request.present:
            after = hosts_block.with_block(content, path, request.migration_id, request.names, request.address)
        else:
            after = hosts_block.without_block(content, path, request.migration_id)
        others = hosts_block.sharers(after if request.present else content, path, request.migration_id)
        self._done.shared_with = {HOSTS_BLOCK: list(others)} if others else {}
        return after

    def _dnsmasq(self) -> Iterator[Change]:
        path, request = self._request.dnsmasq_file, self._request
        if not path:
            return
        before = self._files.read(path)
        if before is not None and not dnsmasq.is_of_migration(before, request.migration_id):
            if request.present:
                raise NotOurs(
                    f"{path} must hold nothing but the records of this migration, but its first line is not "
                    f"'{dnsmasq.marker(request.migration_id)}', so it belongs to somebody else. It was not changed.",
                    advice="Set migration_dnsmasq_file to a path that is free, in a directory that dnsmasq reads (conf-dir).",
                )
            return
        after = None
        if request.present:
            self._demand_command(request.dnsmasq_reload)
            for other in self._files.names_in(os.path.dirname(path)):
                place = os.path.join(os.path.dirname(path), other)
                content = (self._files.read(place) if os.path.isfile(place) else None) or b""
                dnsmasq.refuse_other_address(content, place, request.migration_id, request.names, request.address)
            after = dnsmasq.record_file(request.migration_id, request.names, request.address)
        self._files.demand_change(path, after)
        yield lambda: self._write_for_dnsmasq(path, before, after)

    def _demand_command(self, command: str) -> None:
        try:
            words = shlex.split(command)
        except ValueError:
            words = []
        if command and not (words and self._host.has(words[0])):
            raise InvalidInput(
                f"'{command}', the command after which dnsmasq has read its file, is no command of this host.",
                advice="Set migration_dnsmasq_reload to the command that restarts dnsmasq on this host.",
            )

    def _write_for_dnsmasq(self, path: str, before: bytes | None, after: bytes | None) -> None:
        """dnsmasq reads its configuration only when it starts; a reload reads hosts files."""
        reload = self._request.dnsmasq_reload
        # A copy in the same directory would be read as well.
        if not self._change(DNSMASQ_RECORD, path, after, backup=False) or not reload or self._check_mode:
            return
        ended = self._host.run(shlex.split(reload))
        if ended.status == 0:
            return
        self._done.actions.pop()
        with suppress(OSError):
            self._files.put(path, before)
        rolled_back = "was removed again" if before is None else "was put back as it was"
        raise Conflict(
            f"dnsmasq did not take over {path}: '{reload}' failed with {_reason(ended)}. The file {rolled_back}, so that the "
            "next run tries again.",
            advice="Set migration_dnsmasq_reload to the command that restarts dnsmasq on this host, and run again.",
        )

    def _overrides(self) -> Iterator[Change]:
        for change in self._request.overrides:
            content = self._files.read(change.path)
            if change.before != ("" if content is None else hashlib.sha256(content).hexdigest()):
                raise Conflict(
                    f"{change.path} was changed while this ran. It was left as it is now.",
                    advice="Run again.",
                )
            self._files.demand_change(change.path, change.after)
        yield from map(self._override, self._request.overrides)

    def _override(self, change: OverrideChange) -> Change:
        return lambda: self._change(CONTAINER_HOSTS, change.path, change.after)

    def _note(self) -> Iterator[Change]:
        path, note = self._request.note_file, self._request.note
        if not path:
            return
        content = self._files.read(path) or b""
        self._done.note = content.decode("utf-8", "replace") if note is None else note
        if note is None and content and not self._request.present and not is_leaving(self._done.note):
            note = f"{self._done.note.rstrip()} {_LEAVING}\n"
        if note is not None:
            changed: str = note
            yield lambda: self._write_note(path, changed)
        # Read after the own note says that this migration leaves: of two that leave at the same time, one sees it.
        self._done.other_notes = self._notes_of_others(path)

    def _notes_of_others(self, path: str) -> dict[str, str]:
        """The notes of other migrations that do not leave, by their ids."""
        directory, name = os.path.split(path)
        ending = name.removeprefix(self._request.migration_id)
        others = [one for one in self._files.names_in(directory) if one.endswith(ending) and one != name]
        found = {}
        for other in others if ending not in ("", name) else ():
            text = (self._files.read(os.path.join(directory, other)) or b"").decode("utf-8", "replace")
            if text.strip() and not is_leaving(text):
                found[other.removesuffix(ending)] = text
        return found

    def _write_note(self, path: str, note: str) -> None:
        if note:
            self._files.make_directory(os.path.dirname(path))
        self._files.change(path, note.encode() or None, backup=False)
        if not note:
            self._files.remove_empty_directory(os.path.dirname(path))

    def _lease(self) -> Iterator[Change]:
        path, lease = self._request.lease_file, self._request.lease
        if path and lease is not None:
            before = self._files.read(path)
            after = leases.lease_after(before, self._request.migration_id, lease)
            if before != after:
                yield lambda: self._write_lease(path, before, after)

    def _write_lease(self, path: str, before: bytes | None, after: bytes | None) -> None:
        self._write_note(path, (after or b"").decode())
        verb = leases.verb(before, after)
        self._done.actions.append({"action": verb, "object": leases.LEASE, "key": path})

    def _leave_out_new_lease(self) -> None:
        """A lease that begins with the names is part of what is done for them."""
        if len(self._done.actions) > 1:
            new = {"action": CREATE, "object": leases.LEASE, "key": self._request.lease_file}
            self._done.actions = [one for one in self._done.actions if one != new]

    def _end_lease(self) -> None:
        """Remove the lease when all is gone; while a record elsewhere is left, it must be found again."""
        path = self._request.lease_file
        if path and not leases.is_needed(self._files, path):
            self._write_note(path, "")

    def _restart(self) -> Iterator[Change]:
        restart = self._request.restart
        if restart is not None:
            yield lambda: self._recreate(restart)

    def _recreate(self, restart: ServiceRestart) -> None:
        if CONTAINER_HOSTS not in [action["object"] for action in self._done.actions]:
            self._note_action(CONTAINER_HOSTS, restart.directory)
        for command, services in zip(restart.commands(), (restart.services, [restart.proxy_service])):
            self._done.restarted += services
            if self._check_mode:
                continue
            ended = self._host.run(command, restart.directory, _PATIENCE)
            if ended.status:
                raise Conflict(
                    f"'{' '.join(command)}' in {restart.directory} failed with {_reason(ended)}.",
                    advice="Harbor may be down: run "
                    f"{' && '.join(' '.join(one) for one in restart.commands())} there, and then run again.",
                )

    def _change(self, kind: str, path: str, content: bytes | None, backup: bool = True) -> bool:
        changed = self._files.change(path, content, backup)
        if changed:
            self._note_action(kind, path)
        return changed

    def _note_action(self, kind: str, key: str) -> None:
        others = self._done.shared_with.get(kind)
        verb = "update" if others else "create" if self._request.present else "delete"
        self._done.actions.append(
            {"action": verb, "object": kind, "key": key, **({"shared_with": others} if others else {})}
        )


def is_leaving(note: str) -> bool:
    """Whether the migration that wrote a note is taking back what it made."""
    return note.split()[-1:] == [_LEAVING]


def _reason(ended: CommandResult) -> str:
    return readable(ended.errors, 1000) or readable(ended.output, 1000) or f"status {ended.status}"
