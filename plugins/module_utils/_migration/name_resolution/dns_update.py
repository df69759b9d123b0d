# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The method dns_update: records in the DNS server of the site, made from the controller.

The name is not known any more when the registry is gone, so the host that makes the record notes it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..._dns.records import DnsRecords
from ..._errors import InvalidInput
from .request import OBJECTS, NameResolutionRequest, with_sharers

RunModule = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
Actions = list[dict[str, Any]]
METHOD = "dns_update"


class DnsUpdate:
    """What the first of several hosts does for all of them.

    :ivar sharers: the other migrations that need the record, by its kind, once it was looked at.
    :param run_module: runs a module of this collection on the host, by its short name.
    :param records: makes the client of the DNS server when it is first needed.
    """

    def __init__(
        self,
        request: NameResolutionRequest,
        run_module: RunModule,
        records: Callable[[], DnsRecords],
        check_mode: bool,
    ) -> None:
        self._request = request
        self._run_module = run_module
        self._records = records
        self._check_mode = check_mode
        self.sharers: dict[str, list[str]] = {}

    def missing(self, methods: Sequence[str]) -> list[str]:
        """The names that must be given the address, by this host. Nothing is changed.

        :raises InvalidInput: the variables name no server, or no key.
        :raises NotOurs: somebody else has a name.
        :raises ApiError: the server does not accept the key, or has no zone for a name.
        """
        if not self._concerned(methods):
            return []
        records = self._records()
        self._find_sharers(records, self._request.names)
        return [name for name in self._request.names if records.ensure(name, self._request.address, predict=True)]

    def ensure(self, missing: Sequence[str]) -> Actions:
        """Give names the address; returns the actions. Errors as for :meth:`missing`."""
        if not missing:
            return []
        if not self._check_mode:
            noted = "".join(f"{name} {self._request.address}\n" for name in self._request.names)
            self._note(note=noted)
            for name in missing:
                self._records().ensure(name, self._request.address)
        return with_sharers([self._request.action("create", OBJECTS[METHOD])], self.sharers)

    def remove(self) -> Actions:
        """Take back what this migration added; returns the actions.

        Without a server in the variables nothing can be asked, and nothing is done.

        :raises Conflict: it is not known which address was given.
        :raises ApiError: the server refuses.
        """
        if not self._request.dns.server:
            return []
        noted = dict(line.split()[:2] for line in self._note()["note"].splitlines() if len(line.split()) > 1)
        names = noted or dict.fromkeys(self._request.names if self._request.first_host else (), "")
        if not names:
            return []
        records = self._records()
        self._find_sharers(records, names)
        removed = [name for name, address in names.items() if records.remove(name, address, predict=self._check_mode)]
        if noted and not self._check_mode:
            self._note(note="", state="absent", lease_file=self._request.lease_file)
        return with_sharers([self._request.action("delete", OBJECTS[METHOD])], self.sharers) if removed else []

    def _find_sharers(self, records: DnsRecords, names: Iterable[str]) -> None:
        self.sharers = {OBJECTS[METHOD]: sorted({owner for name in names for owner in records.sharers(name)})}

    def _concerned(self, methods: Sequence[str]) -> bool:
        if METHOD not in methods or not self._request.first_host:
            return False
        if not self._request.dns.server:
            raise InvalidInput(
                "migration_hosts_methods names dns_update, but migration_dns_update_server is not set.",
                advice="Set it to the primary server of the zone, with migration_dns_update_key_name and _key_secret.",
            )
        return True

    def _note(self, **options: str) -> Mapping[str, Any]:
        request = self._request
        return self._run_module(
            "host_name_records", {"migration_id": request.migration_id, "note_file": request.dns_note_file, **options}
        )
