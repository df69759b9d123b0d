# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address of a name in DNS, marked by a TXT record of each migration that needs it.

::

    demo.tencentcloudcr.com. 60 IN A   10.0.1.6
    demo.tencentcloudcr.com. 60 IN TXT "managed by cloud_registry.migration: to-cloud"

A name that exists without such a mark belongs to somebody else and is never touched. The mark of a migration goes when
it ends, the address with the last mark. Each update says which records it expects, so that nothing is lost when others
change them at the same time.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .._engine.ownership import PREFIX, marker
from .._errors import Conflict, NotOurs
from .server import ChangedMeanwhile, DnsServer

_TTL = 60
_ADDRESSES = ("A", "AAAA")
_KINDS = (*_ADDRESSES, "CNAME", "TXT")
_ATTEMPTS = 4


@dataclass(frozen=True)
class Found:
    """What the server has for a name: kind of record to values."""

    zone: str
    records: dict[str, list[str]]

    @property
    def addresses(self) -> list[str]:
        """All addresses of the name."""
        return [value for kind in _ADDRESSES for value in self.records.get(kind, [])]

    @property
    def owners(self) -> set[str]:
        """The migrations that marked the name."""
        return {value[len(PREFIX) :] for value in self.records.get("TXT", []) if value.startswith(PREFIX)}


class DnsRecords:
    """The records of one migration."""

    def __init__(self, server: DnsServer, migration_id: str) -> None:
        self._server = server
        self._id = migration_id

    def check(self, name: str) -> Found:
        """What is there, when this migration may give the name an address.

        :raises NotOurs: somebody else has the name.
        """
        found = Found(self._server.zone_of(name), self._server.records(name, _KINDS))
        others = [*found.addresses, *found.records.get("CNAME", [])]
        if others and not found.owners:
            raise NotOurs(
                f"{name} exists in the zone {found.zone} with {' and '.join(others)}, and no migration made it (it has no "
                f"TXT record '{PREFIX}...'). It was not changed.",
                advice="Remove it there; or set migration_hosts_methods to none if it is meant for Harbor.",
            )
        return found

    def sharers(self, name: str) -> list[str]:
        """The other migrations that marked a name."""
        found = Found("", self._server.records(name, ("TXT",)))
        return sorted(found.owners - {self._id})

    def ensure(self, name: str, address: str, predict: bool = False) -> bool:
        """Give a name an address. Returns whether that is a change.

        :param address: empty in a prediction: it is not known yet.
        :raises NotOurs: somebody else has the name.
        :raises Conflict: other migrations need it with another address.
        """
        return self._repeat(lambda: self._ensure(name, address, predict))

    def remove(self, name: str, address: str = "", predict: bool = False) -> bool:
        """Take the mark of this migration away, and with the last mark the address. Returns whether that is a change.

        :param address: the one that was given, where that is known.
        :raises Conflict: it is not known which of several addresses was given.
        """
        return self._repeat(lambda: self._remove(name, address, predict))

    def _ensure(self, name: str, address: str, predict: bool) -> bool:
        found = self.check(name)
        marked, same = self._id in found.owners, _same(found.addresses, address)
        if marked and same:
            return False
        others = sorted(found.owners - {self._id})
        if others and found.addresses and not same and address:
            raise Conflict(
                f"The migration {' and '.join(others)} gave {name} the address {' and '.join(found.addresses)} in the zone "
                f"{found.zone}, but the registry is reached at {address}.",
                advice=f"Run cleanup for the migration {' and '.join(others)} if it has ended.",
            )

        def build(update: Any) -> None:
            _expect(update, name, found)
            if not same:
                for kind in _ADDRESSES:
                    update.delete(_absolute(name), kind)
                update.add(_absolute(name), _TTL, _kind(address), address)
            if not marked:
                update.add(_absolute(name), _TTL, "TXT", f'"{marker(self._id)}"')

        if not predict:
            self._server.update(found.zone, build)
        return True

    def _remove(self, name: str, address: str, predict: bool) -> bool:
        found = Found(self._server.zone_of(name), self._server.records(name, _KINDS))
        if self._id not in found.owners:
            return False
        given = [one for one in found.addresses if _same([one], address)] if address else found.addresses
        last = found.owners == {self._id}
        if last and len(given) > 1:
            raise Conflict(
                f"{name} has several addresses in the zone {found.zone} ({', '.join(given)}), and it is not known which one this "
                "migration gave it. Nothing was removed.",
                advice=f"Remove it there, and the TXT record '{marker(self._id)}'.",
            )

        def build(update: Any) -> None:
            _expect(update, name, found)
            update.delete(_absolute(name), "TXT", f'"{marker(self._id)}"')
            for one in given if last else ():
                update.delete(_absolute(name), _kind(one), one)

        if not predict:
            self._server.update(found.zone, build)
        return True

    @staticmethod
    def _repeat(change: Callable[[], bool]) -> bool:
        for _attempt in range(_ATTEMPTS - 1):
            try:
                return change()
            except ChangedMeanwhile:
                continue
        return change()


def _expect(update: Any, name: str, found: Found) -> None:
    """Let the update happen only while the name has exactly these records."""
    for kind in _KINDS:
        values = found.records.get(kind)
        if values:
            update.present(_absolute(name), kind, *(f'"{_escaped(one)}"' if kind == "TXT" else one for one in values))
        else:
            update.absent(_absolute(name), kind)


def _absolute(name: str) -> str:
    return f"{name.rstrip('.')}."


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _kind(address: str) -> str:
    return "AAAA" if ipaddress.ip_address(address).version == 6 else "A"


def _same(addresses: list[str], address: str) -> bool:
    if not address:
        return False
    return [ipaddress.ip_address(one) for one in addresses] == [ipaddress.ip_address(address)]
