# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An authoritative DNS server: queries and dynamic updates (RFC 2136), signed with a shared key (TSIG, RFC 8945).

Used on the controller, where dnspython is. Everything goes over TCP, which carries answers of any size.
"""

from __future__ import annotations

import base64
import binascii
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

try:
    import dns.exception
    import dns.flags
    import dns.message
    import dns.name
    import dns.query
    import dns.rcode
    import dns.tsig
    import dns.tsigkeyring
    import dns.update

    DNS_FOUND = True
    _KEY_ERRORS = (
        dns.tsig.PeerError,
        dns.tsig.BadAlgorithm,
        dns.tsig.BadKey,
        dns.tsig.BadSignature,
        dns.tsig.BadTime,
        dns.message.UnknownTSIGKey,
    )
except ImportError:
    DNS_FOUND = False

from .._errors import (
    ApiError,
    AuthenticationFailed,
    Conflict,
    InvalidInput,
    MissingLibrary,
    NotFound,
    PermissionDenied,
    Unreachable,
)

ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512", "hmac-sha224", "hmac-sha1")
_PORT = 53
# Another one changed the records between our look and our update (RFC 2136, section 2.2).
_PREREQUISITES = ("YXDOMAIN", "YXRRSET", "NXDOMAIN", "NXRRSET")

Build = Callable[["dns.update.UpdateMessage"], None]


class ChangedMeanwhile(Conflict):
    """The records are not what they were when they were read; nothing was changed."""


@dataclass(frozen=True)
class ServerAddress:
    """Where the server is, and how it knows us.

    :param server: its name or address, with ``:PORT`` behind it where that is not 53; IPv6 in brackets then.
    :param zone: the zone to update; empty: the one that the server has for a name.
    :param key_name: the name of the key; empty: updates are not signed.
    :param key_secret: the key, in Base64.
    """

    server: str
    zone: str = ""
    key_name: str = ""
    key_secret: str = field(default="", repr=False)
    key_algorithm: str = ALGORITHMS[0]


class DnsServer:
    """Asks and updates one server.

    :raises InvalidInput: the address or the key cannot be.
    :raises MissingLibrary: dnspython is not installed.
    """

    def __init__(self, address: ServerAddress, timeout: float = 10) -> None:
        if not DNS_FOUND:
            raise MissingLibrary("dnspython")
        self._address = address
        self._timeout = timeout
        self._host, self._port = _host_and_port(address.server)
        self._key = _signature(address)

    def zone_of(self, name: str) -> str:
        """The zone of the server that holds a name.

        :raises NotFound: it holds none. Other errors as for :meth:`records`.
        """
        below = dns.name.from_text(name)
        wanted = dns.name.from_text(self._address.zone) if self._address.zone else None
        candidates = [wanted] if wanted is not None else [below.split(depth)[1] for depth in range(len(below), 1, -1)]
        for candidate in candidates:
            answer = self._ask(candidate.to_text(), "SOA")
            if answer.flags & dns.flags.AA and any(one.name == candidate for one in answer.answer):
                if not below.is_subdomain(candidate):
                    raise InvalidInput(
                        f"The zone {candidate} of {self._address.server} does not hold {name}.",
                        advice="Set migration_dns_update_zone to one that does, or leave it empty.",
                    )
                return str(candidate)
        shown = f"the zone {self._address.zone}" if self._address.zone else f"no zone for {name}"
        missing = "is not authoritative for " if self._address.zone else "has "
        raise NotFound(
            f"The DNS server {self._address.server} {missing}{shown}.",
            advice="Set migration_dns_update_server to the primary server of the zone, and migration_dns_update_zone.",
        )

    def records(self, name: str, kinds: Sequence[str]) -> dict[str, list[str]]:
        """The values that the server has for a name, by kind of record; without those that it does not have.

        :raises Unreachable: no answer came.
        :raises AuthenticationFailed: the key is not accepted.
        :raises PermissionDenied: the server does not answer us.
        """
        found = {}
        for kind in kinds:
            answer = self._ask(name, kind)
            owner = dns.name.from_text(name)
            values = [
                _text(value) for one in answer.answer if one.name == owner and one.rdtype.name == kind for value in one
            ]
            if values:
                found[kind] = values
        return found

    def update(self, zone: str, build: Build) -> None:
        """Send one update, which happens as a whole or not at all.

        :param build: adds prerequisites and changes to the message.
        :raises ChangedMeanwhile: a prerequisite does not hold. Other errors as for :meth:`records`.
        """
        message = dns.update.UpdateMessage(zone, **self._key)
        build(message)
        self._exchange(message, f"update of the zone {zone}")

    def _ask(self, name: str, kind: str) -> Any:
        query = dns.message.make_query(name, kind)
        # What others told the server is of no use: it must have the zone itself.
        query.flags &= ~dns.flags.RD
        if self._key:
            query.use_tsig(self._key["keyring"], self._key["keyname"], algorithm=self._key["keyalgorithm"])
        return self._exchange(query, f"query for {name} {kind}", ("NXDOMAIN",))

    def _exchange(self, message: Any, what: str, accepted: Sequence[str] = ()) -> Any:
        server = self._address.server
        try:
            place = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)[0][4][0]
            answer = dns.query.tcp(message, str(place), timeout=self._timeout, port=self._port)
        except _KEY_ERRORS as error:
            raise self._key_refused(what, str(error) or type(error).__name__) from None
        except (OSError, EOFError, dns.exception.Timeout) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise Unreachable(
                f"The DNS server {server} gave no answer to the {what} over TCP: {reason}.",
                advice="Check migration_dns_update_server, and that the controller reaches its port over TCP.",
            ) from None
        except dns.exception.DNSException as error:
            if "TSIG" in str(error):
                raise self._key_refused(what, "the answer is not signed") from None
            raise ApiError(f"The DNS server {server} gave no valid answer to the {what}: {error}") from None
        code = dns.rcode.to_text(answer.rcode())
        if code not in ("NOERROR", *accepted):
            raise self._refused(what, code)
        # Older versions of the library verify a signature that is there, and do not miss one that is not.
        if self._key and not answer.had_tsig:
            raise self._key_refused(what, "the answer is not signed")
        return answer

    def _key_refused(self, what: str, reason: str) -> AuthenticationFailed:
        return AuthenticationFailed(
            f"The DNS server {self._address.server} and this controller do not agree on the key "
            f"'{self._address.key_name}' ({what}): {reason.rstrip('.')}.",
            advice="Check migration_dns_update_key_name, _key_secret and _key_algorithm, and the clocks of both.",
        )

    def _refused(self, what: str, code: str) -> ApiError:
        if code in _PREREQUISITES:
            return ChangedMeanwhile(f"The records were changed by somebody else meanwhile ({code}).", code=code)
        if code == "NOTAUTH" and self._key:
            return self._key_refused(what, "the answer is NOTAUTH")
        told = f"The DNS server {self._address.server} refuses the {what}: {code}."
        signed = f"with the key '{self._address.key_name}'" if self._key else "without a key"
        if code in ("REFUSED", "NOTAUTH"):
            return PermissionDenied(
                told,
                code=code,
                advice=f"Allow it there {signed} (update-policy or allow-update, and allow-query, of BIND), "
                "or name the primary server of the zone in migration_dns_update_server.",
            )
        return ApiError(told, code=code, advice="The log of the DNS server says why.")


def _host_and_port(server: str) -> tuple[str, int]:
    host, port = server.strip(), str(_PORT)
    if host.startswith("["):
        host, _bracket, rest = host[1:].partition("]")
        port = rest.lstrip(":") or port
    elif host.count(":") == 1:
        host, _colon, port = host.partition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise InvalidInput(
            f"migration_dns_update_server is '{server}', which is no name or address of a DNS server.",
            advice="Set it to one, with :PORT behind it where that is not 53; IPv6 in brackets then.",
        )
    return host, int(port)


def _signature(address: ServerAddress) -> Mapping[str, Any]:
    """The arguments of dnspython for a key; nothing where there is none. A message never holds the secret."""
    if not address.key_name and not address.key_secret:
        return {}
    if not address.key_name or not address.key_secret:
        raise InvalidInput(
            "Only one of migration_dns_update_key_name and migration_dns_update_key_secret is set.",
            advice="Set both, or neither for a server that takes updates without a signature.",
        )
    try:
        base64.b64decode(address.key_secret, validate=True)
        keyring = dns.tsigkeyring.from_text({address.key_name: address.key_secret})
    except (binascii.Error, ValueError, dns.exception.DNSException):
        raise InvalidInput(
            "migration_dns_update_key_secret is not a key in Base64, or migration_dns_update_key_name no name.",
            advice="Take both from the key statement that tsig-keygen printed.",
        ) from None
    return {
        "keyring": keyring,
        "keyname": dns.name.from_text(address.key_name),
        "keyalgorithm": dns.name.from_text(address.key_algorithm),
    }


def _text(value: Any) -> str:
    strings = getattr(value, "strings", None)
    return b"".join(strings).decode("utf-8", "replace") if strings is not None else str(value)
