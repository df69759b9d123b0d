# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A primary DNS server on loopback that takes dynamic updates (RFC 2136) over TCP and wants them signed (TSIG)."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.tsig
import dns.tsigkeyring
import dns.update

KEY_NAME = "migration-key"
KEY_SECRET = "bWlncmF0aW9uLWtleS1vZi0zMi1ieXRlcy1sb25nISE="
Records = dict[tuple[str, str], set[str]]


class DnsUpdateServer:
    """One zone. ``records`` are its content, by name and kind; ``updates`` the number of updates that were done.

    :param algorithm: the only one that its key is for; empty: updates need no signature.
    :param changed: called with name and address, or None, after each update.
    """

    def __init__(
        self, zone: str, algorithm: str = "hmac-sha256", changed: Callable[[str, str | None], None] | None = None
    ):
        self.zone = dns.name.from_text(zone)
        self.records: Records = {(self.zone.to_text(), "SOA"): {f"ns.{zone}. admin.{zone}. 1 3600 600 86400 60"}}
        self.updates = 0
        self.before_update: Callable[[], None] = lambda: None
        self.refuse = ""
        self.signs = True
        self._changed = changed or (lambda _name, _address: None)
        key = dns.tsig.Key(dns.name.from_text(KEY_NAME), KEY_SECRET, dns.name.from_text(algorithm or "hmac-sha256"))
        self._keyring = {key.name: key} if algorithm else {}
        self._signed = bool(algorithm)
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                while size := self.request.recv(2):
                    wire = b""
                    while len(wire) < struct.unpack("!H", size)[0]:
                        wire += self.request.recv(65535)
                    answer = outer.answer(wire)
                    self.request.sendall(struct.pack("!H", len(answer)) + answer)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def values(self, name: str, kind: str) -> set[str]:
        return self.records.get((dns.name.from_text(name).to_text(), kind), set())

    def add(self, name: str, kind: str, *values: str) -> None:
        self.records.setdefault((dns.name.from_text(name).to_text(), kind), set()).update(values)

    def answer(self, wire: bytes) -> bytes:
        """The answer to a message; one whose signature does not hold gets NOTAUTH with the reason (RFC 8945, 5.2)."""
        try:
            message = dns.message.from_wire(wire, keyring=self._keyring)
        except (dns.message.UnknownTSIGKey, dns.tsig.BadSignature, dns.tsig.BadAlgorithm):
            return self._not_authentic(wire)
        response = dns.message.make_response(message)
        response.flags |= dns.flags.AA
        if self._signed and not message.had_tsig:
            response.set_rcode(dns.rcode.REFUSED)
        elif self.refuse:
            response.set_rcode(dns.rcode.from_text(self.refuse))
        elif message.opcode() == dns.opcode.UPDATE:
            self.before_update()
            response.set_rcode(self._update(message))
        else:
            self._query(message, response)
        if not self.signs:
            response.tsig = response.keyring = None
        return response.to_wire()

    def _not_authentic(self, wire: bytes) -> bytes:
        response = dns.message.Message(struct.unpack("!H", wire[:2])[0])
        response.flags |= dns.flags.QR
        response.set_opcode(dns.opcode.from_flags(struct.unpack("!H", wire[2:4])[0]))
        response.set_rcode(dns.rcode.NOTAUTH)
        return response.to_wire()

    def _query(self, message: Any, response: Any) -> None:
        question = message.question[0]
        if not question.name.is_subdomain(self.zone):
            response.set_rcode(dns.rcode.REFUSED)
            return
        kind = dns.rdatatype.to_text(question.rdtype)
        values = self.records.get((question.name.to_text(), kind))
        if values:
            response.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, sorted(values)))
        elif not any(values for (name, _kind), values in self.records.items() if name == question.name.to_text()):
            response.set_rcode(dns.rcode.NXDOMAIN)

    def _update(self, message: Any) -> dns.rcode.Rcode:
        """RFC 2136, section 3: zone, prerequisites, then all changes or none."""
        if message.zone[0].name != self.zone:
            return dns.rcode.NOTAUTH
        exact: Records = {}
        for one in message.prerequisite:
            place = (one.name.to_text(), dns.rdatatype.to_text(one.rdtype))
            if one.deleting == dns.rdataclass.NONE and self.records.get(place):
                return dns.rcode.YXRRSET
            if one.deleting is None:
                exact.setdefault(place, set()).update(value.to_text() for value in one)
        if any(self.records.get(place, set()) != values for place, values in exact.items()):
            return dns.rcode.NXRRSET
        for one in message.update:
            place = (one.name.to_text(), dns.rdatatype.to_text(one.rdtype))
            given = {value.to_text() for value in one}
            if one.deleting is None:
                self.records.setdefault(place, set()).update(given)
            elif one.deleting == dns.rdataclass.ANY:
                self.records.pop(place, None)
            else:
                self.records.setdefault(place, set()).difference_update(given)
            if not self.records.get(place):
                self.records.pop(place, None)
        self.updates += 1
        for name in {one.name.to_text() for one in message.update}:
            addresses = self.records.get((name, "A"), set())
            self._changed(name.rstrip("."), next(iter(addresses), None))
        return dns.rcode.NOERROR


@contextmanager
def dns_update_server(zone: str, **options: Any) -> Iterator[DnsUpdateServer]:
    """A server for as long as it is needed."""
    server = DnsUpdateServer(zone, **options)
    try:
        yield server
    finally:
        server.close()
